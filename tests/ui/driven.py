"""The cockpit without a bot: a scripted session stands where the engine's would, and the test publishes snapshots.

Keys go in as the terminal's driver sends them, with a time of the test's choosing where a dwell depends on it.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from textual import events
from textual._queue import Queue
from textual.keys import _character_to_key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.cockpit import Cockpit
from gunbot_tui.ui.contract import LiveSession
from gunbot_tui.ui.enrolment import Enrolment
from gunbot_tui.ui.startup import DemoControl, SetupError
from gunbot_tui.ui.widgets.chart import Chart
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from tests.clock import ManualClock, until
from tests.factories import make_pair, make_pair_status
from tests.ui.scene import BTC, day_at_work
from tests.ui.scripted import ScriptedDesk, ScriptedSession

ROUNDS = 4
"""Messages go from a key to the cockpit, from there to a layer, and from there to a refresh."""
TURNS = 8
"""Turns of the loop in each round that what is no message has at the least."""
IDLE_SECONDS = 30.0
LATER = 1.0
"""Seconds by which a key comes after whatever was drawn: longer than any dwell."""


@dataclass
class Driven:
    """A running cockpit and everything a test needs around it."""

    app: CockpitApp
    pilot: Pilot[None]
    session: ScriptedSession
    clock: ManualClock
    size: tuple[int, int] = field(default=(80, 24))

    @property
    def cockpit(self) -> Cockpit:
        assert self.app.cockpit is not None
        return self.app.cockpit

    @property
    def desk(self) -> ScriptedDesk:
        return self.session.desk

    @property
    def table(self) -> LiveTable:
        assert self.cockpit.table is not None
        return self.cockpit.table

    @property
    def text(self) -> str:
        """What the terminal shows, lines stripped on the right."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def last(self) -> str:
        """The last-command line."""
        return self._line("#last")

    @property
    def bar(self) -> str:
        """The status bar."""
        return self._line("#bar")

    @property
    def ticket_text(self) -> str:
        """The ticket's lines; empty while it is closed."""
        ticket = self.cockpit.ticket
        if not ticket.is_open:
            return ""
        top, bottom = ticket.region.y, ticket.region.bottom
        return "\n".join(self.text.split("\n")[top:bottom])

    def _line(self, selector: str) -> str:
        lines = self.cockpit.query_one(selector, Lines).lines
        return "\n".join("".join(span.text for span in line) for line in lines)

    async def press(self, *keys: str) -> None:
        """Press keys, by the character that they print or else by Textual's name, each after what the last one did."""
        for key in keys:
            self.send_key(key, at=moment())
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text in one burst."""
        for character in text:
            self.send_key(character, at=moment())
        await self.settle()

    async def command(self, text: str) -> None:
        """Type a line and press Enter; a line that came back for mending is dropped first."""
        if self.cockpit.line.is_open:
            await self.press("escape")
        await self.press(":")
        await self.type(text)
        await self.press("enter")

    async def key(self, key: str, *, at: float) -> None:
        """Press one key at a moment on the clock of Textual's events."""
        self.send_key(key, at=at)
        await self.settle()

    def send_key(self, key: str, *, at: float) -> None:
        """Put a key into the app's queue as the terminal's driver does, without waiting for anything."""
        character = key.removeprefix("alt+") if len(key.removeprefix("alt+")) == 1 else None
        event = events.Key(_character_to_key(key) if len(key) == 1 else key, character)
        event.time = at
        event.set_sender(self.app)
        self.app.post_message(event)

    async def settle(self) -> None:
        """Let every message and every refresh that they cause be processed."""
        for _ in range(ROUNDS):
            await self._all_idle()
            self.app.screen._on_timer_update()
        if self.app._news:  # it gives way to an order that is being sent
            await until(lambda: not self.app._news or not self.app.is_running)
            await self.settle()

    async def _all_idle(self) -> None:
        """Wait until the app and every widget wait for their next message.

        The pilot's own pause sends each of them a message for that, which takes half of a test's time.
        """
        async with asyncio.timeout(IDLE_SECONDS):
            for turn in itertools.count(1):
                await asyncio.sleep(0)
                if turn >= TURNS and all(map(is_idle, [self.app, *self.app.screen.walk_children(with_self=True)])):
                    return

    async def confirm(self, capital: str) -> None:
        """Press a capital after the dwell."""
        await self.key(capital, at=moment() + LATER)

    async def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste does."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def publish(self, snapshot: Snapshot) -> None:
        """Let the bot have news."""
        self.session.publish(snapshot)
        await self.settle()

    async def pass_seconds(self, seconds: float) -> None:
        """Let time pass; the bot answers at the end of it, so that no number is old."""
        await self.clock.advance(seconds)
        moved = {
            topic: feed if feed.read_at is None else replace(feed, read_at=self.clock.now())
            for topic, feed in self.session.snapshot.feeds.items()
        }
        await self.publish(replace(self.session.snapshot, feeds=moved))

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()


def is_idle(pump: MessagePump) -> bool:
    """True while it waits for its next message, or takes none."""
    queue: Queue[Message | None] = pump._message_queue
    return not pump.is_running or (queue.empty() and len(queue.ready_event._waiters) > 0)


async def enter_line(shown: Driven, layer: str, text: str) -> None:
    """Type a text into one of the two layers and press Enter."""
    await shown.press(":" if layer == "line" else "ctrl+p")
    await shown.type(text)
    await shown.press("enter")


def moment() -> float:
    """The present on the clock of Textual's events."""
    return Message().time


def make_app(session: ScriptedSession, *, demo: DemoControl | None = None) -> CockpitApp:
    """A cockpit on a scripted session."""
    return CockpitApp(session.open, bot=session.snapshot.bot, demo=demo, clock=session.clock)


@asynccontextmanager
async def driven(
    snapshot: Snapshot | None = None, *, size: tuple[int, int] = (120, 40), demo: DemoControl | None = None
) -> AsyncIterator[Driven]:
    """Run a cockpit until its first screen shows the snapshot."""
    clock = ManualClock()
    session = ScriptedSession(snapshot or day_at_work(), clock)
    app = make_app(session, demo=demo)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        yield Driven(app, pilot, session, clock, size)


class Failing:
    """What stands in a session's place while the bot's settings or secrets are no good."""

    def __init__(self, error: SetupError) -> None:
        self.error = error
        self.typed: list[Mapping[str, Secret]] = []

    async def open(self, bot: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]) -> LiveSession:
        self.typed.append(typed)
        raise self.error


@asynccontextmanager
async def several(
    *bots: ScriptedSession | Failing,
    names: tuple[str, ...] = ("home", "away", "third"),
    size: tuple[int, int] = (120, 40),
    clock: ManualClock | None = None,
    enrolment: Enrolment | None = None,
    added: Mapping[str, ScriptedSession | Failing] | None = None,
) -> AsyncIterator[Driven]:
    """Run a cockpit on several bots, the first one shown, until each has been asked for its session.

    `added` are those that the test adds.
    """
    opened = dict(zip(names, bots, strict=False))
    refs = tuple(make_bot(name) for name in opened)
    asked: list[str] = []

    async def open_session(
        bot: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]
    ) -> LiveSession:
        asked.append(bot.name)
        return await {**opened, **(added or {})}[bot.name].open(bot, publish, typed)

    clock = clock or ManualClock()
    app = CockpitApp(open_session, bot=refs[0], bots=refs, clock=clock, enrolment=enrolment)
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.cockpit is not None and len(asked) == len(refs))
        await pilot.pause()
        first = bots[0]
        shown = Driven(
            app,
            pilot,
            first if isinstance(first, ScriptedSession) else ScriptedSession(day_at_work(), clock),
            clock,
            size,
        )
        await shown.settle()
        yield shown


def make_bot(name: str) -> BotRef:
    """A bot that may trade."""
    return BotRef(name, "gunbot", f"http://127.0.0.1/{name}", TradeMode.CONFIRM)


def session_of(name: str, snapshot: Snapshot | None = None, clock: ManualClock | None = None) -> ScriptedSession:
    """A scripted session of a bot with this name."""
    return ScriptedSession(replace(snapshot or day_at_work(), bot=make_bot(name)), clock or ManualClock())


DOGE = make_pair("DOGE", exchange="kraken")


def other_day() -> Snapshot:
    """A bot with pairs of its own beside BTC."""
    return day_at_work(
        pairs=(make_pair_status(DOGE, bid=0.12345, ask=0.12346), make_pair_status(BTC, bid=41.5, ask=41.6)), intents=()
    )


def two() -> tuple[ScriptedSession, ScriptedSession]:
    """A bot, and another one with pairs of its own."""
    return session_of("home"), session_of("away", other_day())


async def ready(app: CockpitApp, pilot: Pilot[None]) -> None:
    """Wait until the cockpit stands in the place of the first paint."""
    await until(lambda: app.cockpit is not None and app.session is not None)
    await pilot.pause()


async def drawn(app: CockpitApp, pilot: Pilot[None]) -> None:
    """Wait until every chart that is asked for stands on the screen, and none is being drawn anew."""
    charts = [chart for chart in app.screen.query(Chart) if chart.is_on_screen]
    for _ in range(ROUNDS):
        await until(lambda: all(chart.values and not chart._drawing for chart in charts))
        await pilot.pause()


def found(pattern: str, text: str) -> re.Match[str]:
    """The first hit of a pattern; fails showing the text."""
    hit = re.search(pattern, text, re.MULTILINE)
    assert hit is not None, f"no {pattern!r} in:\n{text}"
    return hit
