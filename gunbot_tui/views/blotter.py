"""One blotter of several bots: the rows of each with its name in front, what needs the user first.

Rows of different bots never share a key, because two bots may know the same pair and the same order number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views import orders
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.order_entries import NEVER, entries
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.panel import is_old
from gunbot_tui.views.trade import counted

WIDEST_BOT = 12
BETWEEN = ":"


def key_at(bot: str, key: str) -> str:
    """The key of a bot's row among those of others."""
    return f"{bot}{BETWEEN}{key}"


def own_key(entry: Entry) -> str:
    """The key of the row among those of its own bot alone."""
    return entry.key.removeprefix(f"{entry.bot}{BETWEEN}")


def all_entries(fleet: Iterable[Snapshot], page: int = 0) -> tuple[Entry, ...]:
    """The rows of every bot: what needs the user, works, is open, is over; the newest first in each.

    A later page is that page of each bot's history alone.
    """
    found = [
        replace(entry, key=key_at(bot.bot.name, entry.key), bot=bot.bot.name)
        for bot in fleet
        for entry in entries(bot, page)
    ]
    return tuple(sorted(found, key=lambda entry: (entry.place, -(entry.at or NEVER).timestamp())))


def rows(found: Sequence[Entry], fleet: Iterable[Snapshot], now: datetime) -> tuple[Row, ...]:
    """The entries as text, in their order, without the bots' names."""
    made = {
        row.key: row
        for bot in fleet
        for row in orders.rows([entry for entry in found if entry.bot == bot.bot.name], bot, now)
    }
    return tuple(made[entry.key] for entry in found)


def with_bots(
    columns: tuple[Column, ...], shown: Sequence[Row], found: Sequence[Entry], fleet: Iterable[Snapshot], now: datetime
) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """The table with the bots' names in front; the name of a bot whose data is old is a warning."""
    old = {bot.bot.name for bot in fleet if is_out(bot, now)}
    named = [
        replace(row, cells=(Cell(entry.bot, Tone.WARN if entry.bot in old else Tone.PLAIN, entry.bot), *row.cells))
        for row, entry in zip(shown, found, strict=True)
    ]
    return (Column("bot", "bot", bot_width(fleet)), *columns), tuple(named)


def bot_width(fleet: Iterable[Snapshot]) -> int:
    """The cells of the column of names."""
    return min(WIDEST_BOT, max((fmt.width(bot.bot.name) for bot in fleet), default=3))


def last_page(fleet: Iterable[Snapshot], page: int) -> int | None:
    """The last page of the longest history, by what was read of each; None before the first read."""
    return max((last for bot in fleet if (last := orders.last_page(bot, page)) is not None), default=None)


def empty(fleet: Sequence[Snapshot], now: datetime, page: int) -> Line:
    """What the screen says without rows: what is to be said of a bot whose page is not read yet, if of any."""
    unread = (bot for bot in fleet if orders.page_feed(bot, page).value is None)
    return orders.empty(next(unread, fleet[0]), now, page)


def title(fleet: Sequence[Snapshot], found: Sequence[Entry], now: datetime, marks: orders.Marks, page: int = 0) -> Line:
    """How much works and is open over all bots, or which page of their histories this is, and whose rows are old."""
    working = sum(entry.order is not None for entry in found)
    loud = sum(orders.unknown(bot) for bot in fleet)
    out = [bot.bot.name for bot in fleet if is_out(bot, now)]
    spans = [
        Span(f"{counted(len(fleet), 'bot', 'bots')} · {'' if page else f'{working} working · '}"),
        Span(f"{loud} unknown", Tone.ALERT if loud else Tone.PLAIN),
    ]
    if page:
        last = max(last_page(fleet, page) or 0, page)
        spans.append(Span(f" · page {page + 1} of {last + 1} of each history", Tone.MUTED))
    else:
        is_open = sum(entry.is_deal and entry.place == 2 for entry in found)
        spans.append(Span(f" · {counted(is_open, 'trade', 'trades')} open"))
    if marks.all:
        spans.append(Span(f" · {marks}", Tone.STRONG))
    if out:
        spans.append(Span(f" · old or unread: {', '.join(out)}", Tone.WARN))
    return tuple(spans)


def is_out(bot: Snapshot, now: datetime) -> bool:
    """True when a bot's rows may be wrong by now."""
    return bot.link.state is not LinkState.ONLINE or is_old(bot.pairs, now, bot.link) or bot.pairs.value is None
