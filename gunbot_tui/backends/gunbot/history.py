"""The history over all exchanges, page by page, however long it is: nothing is kept but where each page begins.

Rows do not name their exchange, so each exchange is asked on its own and the answers are merged, newest first. Where a
page begins is a count of rows from each exchange's newest. When the bot trades while someone turns to older pages, the
next one begins with rows that the one before has shown already: a row may be met twice, and none is passed over.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from gunbot_tui.backends.errors import Rejected
from gunbot_tui.backends.gunbot.adapt_trading import to_trade_rows
from gunbot_tui.backends.gunbot.client import Client
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import HistoryPage, Trade

PAGE_SIZE = 100
LONGEST_WALK = 50
"""Pages that are read on the way to one whose beginning is not known."""

Rows = list[Trade | None]
"""None for a row that can't be read: it has its place in the count all the same."""


class History:
    """The executions of one bot."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._keys: tuple[str, ...] = ()
        self._starts: dict[int, tuple[int, ...]] = {}

    async def page(self, number: int, pairs: Sequence[Pair]) -> HistoryPage:
        """A page from 0 on: one request for a single exchange, at most two for each of several once the newer was read.

        Raises Rejected for a page so far from all that were read that too many would be read on the way.
        """
        keys = tuple(pair.key for pair in pairs)
        if keys != self._keys:
            self._keys, self._starts = keys, {}
        by_exchange: dict[str, list[Pair]] = {}
        for pair in pairs:
            by_exchange.setdefault(pair.exchange, []).append(pair)
        starts = self._starts
        nearest, start = _nearest(starts, number, len(by_exchange))
        if not 0 <= number - nearest <= LONGEST_WALK:
            raise Rejected(f"page {number + 1} of the history is far from any that was read: turn the pages one by one")
        streams = [_Stream(self._client, part, at) for part, at in zip(by_exchange.values(), start, strict=True)]
        taken: Rows = []
        for page in range(nearest, number + 1):
            await asyncio.gather(*(stream.fill() for stream in streams))
            taken = _take_page(streams)
            starts[page + 1] = tuple(stream.offset for stream in streams)
        trades = sorted((trade for trade in taken if trade is not None), key=_age)
        return HistoryPage(tuple(trades), sum(stream.total for stream in streams))


class _Stream:
    """One exchange's rows from a count on, newest first; at most two of the bot's pages are held."""

    def __init__(self, client: Client, pairs: list[Pair], offset: int) -> None:
        self._client = client
        self._pairs = pairs
        self._page, self._skipped = divmod(offset, PAGE_SIZE)
        self._is_over = False
        self.offset = offset
        """How many rows are newer than those that are left."""
        self.rows: Rows = []
        self.total = 0

    async def fill(self) -> None:
        """Read until a whole page could be taken, or there is no more."""
        # One after the other: a trade between two requests then repeats a row, and never hides one.
        while len(self.rows) < PAGE_SIZE and not self._is_over:
            answer = await self._client.history([pair.key for pair in self._pairs], self._page, PAGE_SIZE)
            found = to_trade_rows(self._pairs, answer.data)
            self._is_over = len(found) < PAGE_SIZE
            total = int(max(answer.total or 0, answer.totalCount or 0))
            self._drop_repeated(total - self.total, found)
            self.rows += found[self._skipped :]
            self.total = max(total, self._page * PAGE_SIZE + len(found))
            self._page += 1
            self._skipped = 0

    def take(self) -> Trade | None:
        """The newest row that is left."""
        self.offset += 1
        return self.rows.pop(0)

    def _drop_repeated(self, new: int, found: Rows) -> None:
        """Take from what was found the rows that new trades have pushed over from the page before."""
        if 0 < new <= len(self.rows) and self.rows[-new:] == found[:new]:
            del found[:new]
            self.offset += new


def _nearest(starts: dict[int, tuple[int, ...]], number: int, exchanges: int) -> tuple[int, tuple[int, ...]]:
    """The nearest page before this one, or itself, whose beginning is known, and that beginning."""
    if exchanges == 1:
        return number, (number * PAGE_SIZE,)
    page = max((page for page in starts if page <= number), default=0)
    return page, starts.get(page, (0,) * exchanges)


def _take_page(streams: Sequence[_Stream]) -> Rows:
    """The newest rows of all streams together, as many as a page has."""
    taken: Rows = []
    while len(taken) < PAGE_SIZE and (left := [stream for stream in streams if stream.rows]):
        # A row without a time is taken at once, so that it holds nothing up.
        taken.append(min(left, key=lambda stream: _age(stream.rows[0], unknown=-math.inf)).take())
    return taken


def _age(trade: Trade | None, *, unknown: float = math.inf) -> float:
    """Sorts the newest first."""
    return unknown if trade is None or trade.at is None else -trade.at.timestamp()
