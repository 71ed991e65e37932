"""A desk over a scripted bot and a real journal file, with what it told the screen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot, apply
from gunbot_tui.model.trading import HistoryPage, OpenOrder, Trade
from tests.clock import ManualClock
from tests.factories import ONLINE, make_pair_status, make_snapshot
from tests.unit.engine.scripted import ScriptedBot


class Office:
    """A desk with its bot, journal and snapshot, opened by `open`."""

    def __init__(self, path: Path, limits: Limits | None = None, clock: ManualClock | None = None) -> None:
        self.path = path
        self.bot = ScriptedBot()
        self.clock = clock or ManualClock()
        self.journal = Journal(path)
        self.snapshot: Snapshot = make_snapshot([make_pair_status()], link=ONLINE)
        self.events: list[Event] = []
        self.poked: list[Topic] = []
        self.screen_fails = False
        self.desk = Desk(
            self.bot,
            self.journal,
            self.clock,
            limits or Limits(),
            emit=self.emit,
            poke=lambda *topics: self.poked.extend(topics),
            snapshot=lambda: self.snapshot,
        )

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.snapshot = apply(self.snapshot, event)
        if self.screen_fails:
            raise RuntimeError("the screen broke")

    def show(self, orders: Iterable[OpenOrder] | None = (), trades: Iterable[Trade] = ()) -> None:
        """The bot is read now, and shows these."""
        now, page = self.clock.now(), tuple(trades)
        status = make_pair_status(open_orders=None if orders is None else tuple(orders))
        feeds: dict[Topic, Feed[object]] = {
            Topic(Kind.PAIRS): Feed((status,), now, 2.0),
            Topic(Kind.HISTORY, "0"): Feed(HistoryPage(page, len(page)), now, 10.0),
        }
        self.snapshot = replace(self.snapshot, feeds={**self.snapshot.feeds, **feeds})
        self.desk.look()

    @property
    def states(self) -> list[IntentState]:
        return [intent.state for intent in self.desk.intents]

    def written(self) -> list[tuple[str, str]]:
        """Every event of the journal with the state it led to, as another program reads it."""
        with sqlite3.connect(self.path) as db:
            rows: list[tuple[str, str]] = db.execute("SELECT event, detail FROM events ORDER BY number").fetchall()
        db.close()
        return rows


@asynccontextmanager
async def opened(path: Path, limits: Limits | None = None, clock: ManualClock | None = None) -> AsyncIterator[Office]:
    office = Office(path, limits, clock)
    await office.desk.open()
    try:
        yield office
    finally:
        closing = asyncio.create_task(office.desk.close())
        while not closing.done():
            await office.clock.advance(1.0)
        await office.journal.close()


def on_sight(order: Intent) -> CancelOrder:
    command = order.command
    return CancelOrder(order.pair, "", command.side, command.price, command.amount, of=order.id)
