"""A session that runs as long as a shell command needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from gunbot_tui.engine.clock import Clock
from gunbot_tui.engine.poller import to_problem
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.shell.codes import GivenUpError

if TYPE_CHECKING:
    from gunbot_tui.engine.desk import Desk
    from gunbot_tui.engine.session import Session

OpenSession = Callable[[Callable[[Snapshot], None]], "Awaitable[Session]"]

PATIENCE_SECONDS = 20.0
"""So long a bot may take to answer before a shell command gives up."""

ACCOUNT = (
    *(Topic(kind) for kind in (Kind.BALANCES, Kind.CONFIG, Kind.CLOCK, Kind.STATE, Kind.LOCKS, Kind.PAIRLIST)),
    Topic(Kind.HISTORY, "0"),
)


class Office:
    """The desk of one bot, open while the `async with` block runs."""

    def __init__(self, open_session: OpenSession, clock: Clock, name: str = "") -> None:
        self._name = name
        self._open_session = open_session
        self._clock = clock
        self._news = asyncio.Event()

    async def __aenter__(self) -> Office:
        self._session = await self._open_session(lambda _: self._news.set())
        self._running = asyncio.create_task(self._session.run(), name="session")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self._session.close()

    @property
    def name(self) -> str:
        """The bot's."""
        return self._name

    @property
    def desk(self) -> Desk:
        """Where orders are sent."""
        return self._session.desk

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._session.snapshot

    def now(self) -> datetime:
        """The present time."""
        return self._clock.now()

    async def pause(self, seconds: float) -> None:
        """Let time pass while the session reads on."""
        await self._clock.sleep(seconds)

    async def read(self, topics: Iterable[Topic]) -> Snapshot:
        """What is known once each topic was read or has failed. Raises GivenUpError when the bot does not answer."""
        wanted = frozenset(topics)
        self._session.show(wanted)
        return await self._until(lambda snapshot: _is_known(snapshot, wanted))

    async def read_again(self, topic: Topic) -> Snapshot:
        """What is known after one more read of the topic, or after the next failure."""
        before = _reading(self.snapshot, topic)
        self._session.show(frozenset({topic}))
        self._session.poke(topic)
        return await self._until(lambda snapshot: _reading(snapshot, topic) != before)

    async def read_pairs(self) -> Snapshot:
        """All pairs with their working orders."""
        snapshot = await self.read((Topic(Kind.PAIRS),))
        if snapshot.pairs.value is None:
            problem = snapshot.pairs.problem
            raise GivenUpError(f"the pairs can't be read: {problem.summary if problem else 'no answer'}")
        return snapshot

    async def read_market(self, pair: Pair) -> Snapshot:
        """Everything that a preview of an order on the pair depends on."""
        own = (Topic(Kind.PAIR, pair.key), Topic(Kind.BOOK, pair.key), Topic(Kind.CANDLES, pair.key))
        return await self.read((Topic(Kind.PAIRS), *own, *ACCOUNT))

    async def until(self, is_so: Callable[[Snapshot], bool], seconds: float) -> bool:
        """Wait for something to become true, for so long at most; whether it did. Raises GivenUpError."""
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            while not is_so(self.snapshot) and not timer.done():
                _give_up_on(self.snapshot)
                self._news.clear()
                await self._wait_for_news(timer)
        finally:
            timer.cancel()
        return is_so(self.snapshot)

    async def _until(self, is_so: Callable[[Snapshot], bool]) -> Snapshot:
        if not await self.until(is_so, PATIENCE_SECONDS):
            raise GivenUpError(f"{self.snapshot.bot.name} did not answer within {PATIENCE_SECONDS:.0f} s")
        return self.snapshot

    async def _wait_for_news(self, timer: asyncio.Future[None]) -> None:
        news = asyncio.create_task(self._news.wait())
        await asyncio.wait((news, timer, self._running), return_when=asyncio.FIRST_COMPLETED)
        news.cancel()
        if self._running.done():
            error = self._running.exception()
            # A fault of ours at one bot must not keep a panic from the others.
            why = to_problem(error).summary if isinstance(error, Exception) else "the session has ended"
            raise GivenUpError(f"{self._name}: {why}") from error


def _reading(snapshot: Snapshot, topic: Topic) -> tuple[object, ...]:
    """What a read changes, good or failed; a new pace changes the rest."""
    feed = snapshot.feed(topic)
    return feed.read_at, feed.problem, feed.next_try_at


def _is_known(snapshot: Snapshot, topics: frozenset[Topic]) -> bool:
    if snapshot.link.state is not LinkState.ONLINE:
        return False
    unread = snapshot.capabilities.unread
    feeds = [snapshot.feed(topic) for topic in topics if topic.kind not in unread]
    return all(feed.value is not None or feed.problem is not None for feed in feeds)


def _give_up_on(snapshot: Snapshot) -> None:
    link = snapshot.link
    if link.state in (LinkState.OFFLINE, LinkState.REFUSED):
        why = link.problem.summary if link.problem is not None else str(link.state)
        raise GivenUpError(f"{snapshot.bot.name}: {why}")
