"""The frame: a bar, tabs, the screens on the digit keys, the last command, the keys; and the layers over them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Preview
from gunbot_tui.ui.command_line import CommandLine
from gunbot_tui.ui.fleet import Fleet
from gunbot_tui.ui.keymap import bindings, keys_of
from gunbot_tui.ui.order_entry import OrderEntry
from gunbot_tui.ui.overlays.palette import Palette
from gunbot_tui.ui.overlays.ticket import Ticket
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.selection import Selection
from gunbot_tui.ui.stage import Stages
from gunbot_tui.ui.startup import DemoControl
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import fleet, masthead, status
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.face import Face, face

if TYPE_CHECKING:
    from gunbot_tui.ui.app import CockpitApp

AGE_SECONDS = 2.0
"""How often ages are looked at; while data is fresh nothing is drawn by it."""
NAMED = frozenset(Topic(kind) for kind in (Kind.MARKETS, Kind.PAIRLIST, Kind.LOCKS))


class Frame(Screen[None], inherit_bindings=False):
    """What is always there, and how a snapshot gets onto it."""

    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings(None))
    AUTO_FOCUS = None
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Each widget draws its own focus: the whole screen need not be painted for it while an order leaves."""
    _ticket: Ticket
    """Made with the rest of the frame: before, nobody asks."""

    def __init__(self, crew: Fleet, demo: DemoControl | None) -> None:
        super().__init__()
        self.crew = crew
        self.demo = demo
        self.selection = Selection(self)
        self.orders = OrderEntry(self)
        self.stages = Stages(crew.active)
        self._snapshot = crew.snapshot_of(crew.active)
        self._changing = asyncio.Lock()
        """Held while screens are made: keys, the mouse and answers may ask for others meanwhile."""
        self._current = "pairs"
        self._before = ["pairs"]
        self._frozen = False
        self._last: Line = ()
        self._drawn: Face = ()

    @property
    def cockpit_app(self) -> CockpitApp:
        """The app, by its own type."""
        return cast("CockpitApp", self.app)

    @property
    def snapshot(self) -> Snapshot:
        """What is shown now; while frozen, what was shown then."""
        return self._snapshot

    @property
    def frozen(self) -> bool:
        """True while the view stands still."""
        return self._frozen

    @property
    def pair(self) -> Pair | None:
        """The pair that all screens show."""
        return self.selection.pair

    @property
    def ticket(self) -> Ticket:
        """The ticket layer."""
        return self._ticket

    @property
    def line(self) -> CommandLine:
        """The `:` line."""
        return self.query_one(CommandLine)

    @property
    def is_typing(self) -> bool:
        """True while a layer over the screens takes the keys."""
        return self.line.is_open or self.ticket.is_open

    @property
    def is_hurrying(self) -> bool:
        """True while an order leaves or a ticket opens: nothing else is drawn then."""
        return self.orders.outcomes.is_leaving or self.ticket.is_opening

    @property
    def view(self) -> View:
        """The screen that is shown."""
        return self.stages.front.view(self._current)

    @property
    def _is_up(self) -> bool:
        """False where there is no screen to show: the user has left in the moment when the first was put up."""
        return bool(self.stages.front.children)

    @property
    def table(self) -> LiveTable | None:
        """The table of the screen that is shown."""
        return self.view.table

    def compose(self) -> ComposeResult:
        """The frame, with the first screen in it."""
        yield Lines(id="bar")
        yield Lines(id="tabs")
        yield self.stages.front
        limits, now = (lambda: self.orders.limits), self.cockpit_app.now
        self._ticket = Ticket(self._snapshot, limits=limits, now=now, send=self.send_preview)
        yield self._ticket
        yield Lines(id="last")
        yield CommandLine(self.run_line)
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Start looking at ages and show the demo's hints."""
        if not self._is_up:
            return
        self.set_interval(AGE_SECONDS, self._draw_changes, name="ages")
        if self.demo is not None:
            self.say("try  " + "   ".join(self.demo.hints))
        self._focus_view()
        self._draw()

    def receive(self, snapshot: Snapshot) -> None:
        """Take a new snapshot; draw it unless the view is frozen or something lies over it."""
        self.orders.outcomes.follow(snapshot)
        if self._frozen:
            # What stops orders is never frozen: the bar must say it.
            self._snapshot = replace(
                self._snapshot,
                link=snapshot.link,
                halt=snapshot.halt,
                journal_problem=snapshot.journal_problem,
                intents=snapshot.intents,
            )
            self._draw_frame(self._scene())
            return
        self._snapshot = snapshot
        self.selection.select_first()
        self._draw_changes()

    def receive_others(self, names: Collection[str]) -> None:
        """Tell the orders of bots that are not shown, and draw what the frame says of these bots."""
        for name in names:
            self.orders.outcomes.follow(self.crew.snapshots[name])
        self._draw_changes()

    async def show_bot(self, name: str) -> None:
        """Show another bot, on screens of its own; the ticket and the marks of the one before are gone."""
        async with self._changing:
            if name == self.crew.active:
                return
            await self.stages.prepare(name, self._current)
            self._change_bot(name)

    def _change_bot(self, name: str) -> None:
        """All of it between two awaits: whatever is asked of the screens meets one bot alone."""
        self.selection.change_bot(self.crew.active, name)
        self.crew.active = name
        self._snapshot = self.crew.snapshot_of(name)
        self._frozen = False
        is_dropped = self.ticket.change_bot(self._snapshot)
        self.stages.bring(name)
        self.watch_topics()
        self._focus_view()
        self.selection.select_first()
        self._draw()
        self.selection.point()
        self.say(f"{name}{': the ticket is closed, nothing was sent' if is_dropped else ''}")

    async def wait_until_told(self) -> None:
        """Wait until this screen knows what has changed on the bar, which it hears from the bar itself."""
        await self.query_one("#bar", Lines).wait_for_refresh()

    def on_screen_resume(self) -> None:
        """Draw what was told while a page lay over the screen."""
        self.catch_up()

    def catch_up(self) -> None:
        """Draw the newest snapshot, unless the view is frozen."""
        latest = self.crew.shown
        if latest is not None and not self._frozen:
            self._snapshot = latest
        self._draw()

    def on_resize(self) -> None:
        """Everything is drawn anew, and a ticket must be read again."""
        if self.is_mounted:
            self.disarm("the size changed")
            self._draw()

    async def press(self, event: events.Key) -> bool:
        """Carry out one key; False when it means nothing here."""
        self.orders.outcomes.take_key()
        is_known = await self._carry_out(event)
        self.draw_keys()
        return is_known

    async def _carry_out(self, event: events.Key) -> bool:
        if self.ticket.refuses(event):
            return True
        layer = self.ticket if self.ticket.is_open else self.line if self.line.is_open else None
        if layer is not None:
            is_known = await layer.press(event)
            if not layer.is_open:
                # At once: with the focus still in a closed layer the next key of a burst would mean nothing.
                self._focus_view()
            return is_known
        active = self.active_bindings.get(event.key)
        if active is None:
            return False
        await self.app.run_action(active.binding.action, active.node)
        return True

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Show a text in the last-command line, with the time in front of it."""
        self.say_line((Span(text, tone),))

    def say_line(self, line: Line) -> None:
        """Show a ready line in the last-command line, with the time in front of it."""
        at = self.cockpit_app.now().astimezone().strftime("%H:%M:%S")
        self._last = (Span(f" {at}  ", Tone.MUTED), *line)
        self.query_one("#last", Lines).set_lines((self._last,))

    def warn(self, text: str) -> None:
        """Say why something did not happen."""
        self.say(text, Tone.WARN)

    def disarm(self, reason: str) -> None:
        """Put an open review back into editing."""
        self.ticket.disarm(reason)

    def show_selected(self) -> None:
        """Read and draw what belongs to the selected pair."""
        self.watch_topics()
        self._draw()
        self.selection.point()

    def watch_topics(self) -> None:
        """Tell the engine what is on the screen."""
        for name, session in self.crew.sessions.items():
            if name == self.crew.active:
                session.show(self.view.topics(self.pair) | market_topics(self.ticket.pair) | self._named_topics())
            else:
                session.show(self.view.topics_elsewhere(), is_active=False)

    def _named_topics(self) -> frozenset[Topic]:
        """What a name that is typed is looked up in; large, and of no use before somebody types."""
        return NAMED if self.is_typing or isinstance(self.app.screen, Palette) else frozenset()

    async def show_view(self, name: str) -> None:
        """Bring a screen to the front, made on its first visit."""
        async with self._changing:
            if name == self._current:
                return
            await self.stages.front.show(name)
            self._before = [*self._before, self._current][-20:]
            self._current = name
            self._focus_view()
            self.show_selected()

    async def run_line(self, text: str) -> None:
        """Carry out what was typed."""
        raise NotImplementedError

    def send_preview(self, made: Preview, shown: tuple[Line, ...], bot: str) -> None:
        """Hand a preview that was confirmed for a bot to its desk; `shown` is what stood on the screen of it."""
        raise NotImplementedError

    def redraw_view(self) -> None:
        """Draw again after something in the view itself changed, and give the keys to what is shown of it now."""
        self._focus_view()
        self._draw()

    def _focus_view(self) -> None:
        """Give the keys to the screen; a layer that is open by now keeps them."""
        if not self.is_typing:
            self.set_focus(self.view if self.table is None else self.table)

    def _scene(self) -> Scene:
        return Scene(self._snapshot, self.cockpit_app.now(), self.pair, self.cockpit_app.glyphs, self._fleet())

    def _fleet(self) -> tuple[Snapshot, ...]:
        return tuple(self.crew.snapshot_of(name) for name in self.crew.names)

    def _draw(self) -> None:
        """One pass over everything that the snapshot may have changed; equal parts cost nothing."""
        if not self._is_up:
            return
        scene = self._scene()
        self._drawn = self._face(scene.now)
        self._draw_frame(scene)
        if self.view.size:  # before its first layout a screen has no width to choose by; it asks again then
            self.view.show(scene)
        if self.ticket.is_open:
            self.ticket.receive(self._snapshot)

    def _draw_frame(self, scene: Scene) -> None:
        width = self.size.width
        others = fleet.attention(scene.fleet, scene.snapshot.bot.name)
        bar = status.bar(scene.snapshot, scene.pair, scene.now, width, frozen=self._frozen, others=others)
        self.query_one("#bar", Lines).set_lines((bar,))
        tabs = masthead.tabs(self._current, width, scene.pair, is_alone=self.crew.is_alone)
        self.query_one("#tabs", Lines).set_lines((tabs,))
        self.draw_keys()

    def draw_keys(self) -> None:
        """Show the keys that work now."""
        self.query_one("#keys", Lines).set_lines((self._footer(self.size.width),))

    def _footer(self, width: int) -> Line:
        if self.ticket.is_open:
            return status.keys(self.ticket.keys, width)
        if self.line.is_open:
            return status.keys(self.line.KEYS, width)
        return status.keys([(key.shown.split()[0], key.label) for key in keys_of(self._current) if key.footer], width)

    def _draw_changes(self) -> None:
        """Draw what the passing of time or a read changed; nothing when the picture would be the same."""
        if self._frozen:
            return
        if self.app.screen is not self:
            # Under a dialog too: the bar tells of a halt and of a lost line.
            if self._is_up:
                self._draw_frame(self._scene())
            return
        if self.ticket.is_open or self._face(self.cockpit_app.now()) != self._drawn:
            self._draw()

    def _face(self, now: datetime) -> Face:
        shown = face(self._snapshot, self.view.topics(self.pair), now)
        if self.crew.is_alone:
            return shown
        bots = self._fleet()
        if self.view.shows_fleet:
            return (*shown, *(face(bot, self.view.topics_elsewhere(), now) for bot in bots))
        return (*shown, fleet.attention(bots, self.crew.active))


def market_topics(pair: Pair | None) -> frozenset[Topic]:
    """What a ticket needs of its pair, whatever screen is below it."""
    kinds = (Kind.BOOK, Kind.PAIR, Kind.CANDLES)
    return frozenset() if pair is None else frozenset(Topic(kind, pair.key) for kind in kinds)
