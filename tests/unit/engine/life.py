"""A whole session over a scripted bot, run for as long as a test needs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.session import Session
from gunbot_tui.model.bot import LinkState, ServerClock
from gunbot_tui.model.feed import Freshness, Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage
from tests.clock import ManualClock, settle, until
from tests.factories import make_pair_status
from tests.unit.engine.scripted import ScriptedBot

PAIRS, CLOCK, BALANCES = Topic(Kind.PAIRS), Topic(Kind.CLOCK), Topic(Kind.BALANCES)
BOOK = Topic(Kind.BOOK, "binance/USDT-BTC")
HISTORY = Topic(Kind.HISTORY, "0")


class Life:
    """A session over a scripted bot, with everything that it published."""

    def __init__(self, path: Path, bot: ScriptedBot) -> None:
        self.bot = bot
        bot.values = {
            PAIRS: (make_pair_status(),),
            HISTORY: HistoryPage((), 0),
            BALANCES: (),
            CLOCK: ServerClock(offset_seconds=0.2),
        }
        self.clock = ManualClock()
        self.published: list[Snapshot] = []
        self.screen_fails = False
        self.session = Session(
            bot,
            clock=self.clock,
            rng=Random(5),
            journal=Journal(path),
            limits=Limits(),
            publish=self.publish,
        )

    def publish(self, snapshot: Snapshot) -> None:
        self.published.append(snapshot)
        if self.screen_fails:
            raise RuntimeError("the screen broke")

    @property
    def snapshot(self) -> Snapshot:
        return self.session.snapshot

    def link(self) -> LinkState:
        return self.session.snapshot.link.state

    def count(self, topic: Topic) -> int:
        return self.bot.reads.count(topic)

    def freshness(self, topic: Topic) -> Freshness:
        return self.snapshot.feed(topic).freshness(self.clock.now())

    def states(self) -> list[IntentState]:
        return [intent.state for intent in self.session.snapshot.intents]

    def lose(self) -> None:
        """The bot gives no answers any more."""
        self.bot.read_error = lambda topic: Unreachable("connection refused")

    def find(self) -> None:
        """The bot answers again."""
        self.bot.read_error = lambda topic: None


@asynccontextmanager
async def running(life: Life) -> AsyncIterator[Life]:
    task = asyncio.create_task(life.session.run())
    await until(lambda: life.bot.logins > 0)
    await settle()
    try:
        yield life
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await life.session.close()
