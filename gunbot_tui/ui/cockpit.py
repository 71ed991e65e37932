"""Everything the user does in the cockpit: one action for each row of the key table."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on

from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.ticket import CancelPreview, CancelScope, Preview
from gunbot_tui.ui.export import FORMATS, copy_text, write_records
from gunbot_tui.ui.fleet import Fleet
from gunbot_tui.ui.frame import Frame
from gunbot_tui.ui.messages import (
    AnswerQuestion,
    OlderWanted,
    OverlayClosed,
    OverlayOpened,
    Remark,
    SizeChanged,
    StoryWanted,
    TopicsChanged,
)
from gunbot_tui.ui.overlays.help import Help
from gunbot_tui.ui.overlays.palette import Palette
from gunbot_tui.ui.startup import DemoControl
from gunbot_tui.ui.theme import THEMES
from gunbot_tui.ui.typed import run_typed
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.cell import Line, Tone

QUIT_SECONDS = 2.0
CANCEL_SECONDS = 1.0


class Cockpit(Frame, inherit_bindings=False):
    """The frame with its verbs."""

    BINDINGS = Frame.BINDINGS

    def __init__(self, crew: Fleet, demo: DemoControl | None) -> None:
        super().__init__(crew, demo)
        self._quit_asked_at: float | None = None
        self._cancelled_at: float | None = None

    async def press(self, event: events.Key) -> bool:
        """Carry out one key; any key between two q takes the first one back."""
        if event.key != "q":
            self._quit_asked_at = None
        return await super().press(event)

    @on(Remark)
    def show_remark(self, message: Remark) -> None:
        """Show what a layer wants read."""
        self.say(message.text, Tone.WARN if message.is_problem else Tone.PLAIN)

    @on(OverlayOpened)
    def read_ticket_market(self) -> None:
        """Read what the ticket's order depends on."""
        self.watch_topics()
        self.draw_keys()

    @on(OverlayClosed)
    def give_focus_back(self) -> None:
        """The ticket is gone."""
        self.draw_keys()
        self.watch_topics()
        self._focus_view()

    @on(SizeChanged)
    def fill_new_size(self) -> None:
        """Draw what fits now; the first size is known only after the first data may have come."""
        self.catch_up()

    @on(TopicsChanged)
    def read_other_topics(self) -> None:
        """Tell the engine what is needed now."""
        self.watch_topics()

    async def run_line(self, text: str) -> None:
        """Carry out what was typed."""
        self._focus_view()
        await run_typed(self, text)

    def send_preview(self, made: Preview, shown: tuple[Line, ...], bot: str) -> None:
        """Hand a confirmed preview to the desk; marks that it came from have done their work."""
        self.orders.send(made, shown, bot)
        if not isinstance(made, CancelPreview):
            return
        self._cancelled_at = self.cockpit_app.clock.monotonic()
        if bot == self.crew.active and made.draft.scope is CancelScope.MARKED:
            for table in self.stages.front.query("#orders-table").results(LiveTable):
                table.unmark(table.keys)
            self.call_later(self._draw)

    @on(AnswerQuestion)
    def answer_question(self, message: AnswerQuestion) -> None:
        """Carry out a confirmed question."""
        self.orders.controls.send(message.command, message.bot)

    @on(LiveTable.RowClicked)
    def select_clicked_row(self, message: LiveTable.RowClicked) -> None:
        """A click moves the cursor as a key does."""
        if message.table is self.table:
            self.selection.follow_cursor()

    @on(LiveTable.RowHighlighted)
    def follow_cursor(self, message: LiveTable.RowHighlighted) -> None:
        """Draw what depends on the cursor, however it came to its row."""
        if message.table is self.table and self.view.FOLLOWS_CURSOR:
            self.watch_topics()
            self._draw()

    @on(LiveTable.RowSelected)
    def open_clicked_row(self) -> None:
        """A click on the cursor's row is enter, in the queue of the keys: this screen itself must go on meanwhile."""
        self.app.call_later(self.action_open)

    async def action_show(self, name: str) -> None:
        """Bring a screen to the front; on the screen itself leave what is open inside it."""
        if name == self._current and self.view.back():
            self.redraw_view()
        await self.show_view(name)

    def action_step_pair(self, step: int) -> None:
        """Select the next or previous pair, in the order of the pairs' table where it has one."""
        self.selection.step(step)

    async def action_step_bot(self, step: int) -> None:
        """Show the next or previous bot, in the order of the config file."""
        names = self.crew.names
        if self.crew.is_alone:
            self.warn(f"{names[0]} is the only bot in the config file")
            return
        await self.cockpit_app.activate(names[(names.index(self.crew.active) + step) % len(names)])

    def action_ask(self, text: str) -> None:
        """Open the `:` line with a beginning."""
        self.line.open(text)

    def action_ticket(self, side: str) -> None:
        """Open a ticket for the pair that the cursor shows, or on a screen without pairs for the selected one."""
        if self.selection.takes_cursor():
            self.orders.open_ticket(side)

    def action_cancel(self) -> None:
        """Preview cancelling the order under the cursor."""
        self.orders.cancel(self.view.cancel_at_cursor())

    def action_cancel_all(self) -> None:
        """Preview cancelling all our orders on the pair that the cursor shows."""
        if self.selection.takes_cursor():
            self._cancel_all()

    def action_move(self, how: str) -> None:
        """Move the table's cursor."""
        name = {"up": "cursor_up", "down": "cursor_down"}.get(how, how)
        if self.table is not None:
            getattr(self.table, f"action_{name}")()
            self.selection.follow_cursor()

    def _cancel_all(self) -> None:
        """The capital that sent a cancel opens the wider one only after a moment: a nervous hand repeats it."""
        sent_at = self._cancelled_at
        if sent_at is not None and self.cockpit_app.clock.monotonic() - sent_at < CANCEL_SECONDS:
            self._cancelled_at = self.cockpit_app.clock.monotonic()
            self.warn("the cancel is sent; X again opens cancel all in a moment")
            return
        self.orders.cancel_all()

    def action_sort(self, how: str) -> None:
        """Sort the table by another column, or reverse it."""
        if self.table is not None:
            getattr(self.table, f"action_sort_{how}")()
            self.selection.follow_cursor()
            self._draw()

    def action_filter(self) -> None:
        """Type a filter; an empty one shows everything."""
        self.line.open("filter ")

    def action_mark(self) -> None:
        """Mark the row."""
        if self.table is not None:
            self.table.action_toggle_mark()
            self._draw()

    def action_unmark(self) -> None:
        """Take all marks away, those hidden by the filter too."""
        if self.table is not None:
            self.table.unmark(self.table.marked)
            self._draw()

    async def action_open(self) -> None:
        """Open what is selected."""
        bot = self.view.bot_at_cursor()
        if bot is not None:
            await self._open_bot(bot)
            return
        self.selection.follow_cursor()
        target = self.view.open_row()
        if target is not None:
            await self.show_view(target)
        else:
            self.redraw_view()
            self.watch_topics()

    async def _open_bot(self, name: str) -> None:
        """Show a bot, on the screen from which the bots were looked at, and point at the row that was chosen."""
        place = self.view.place_at_cursor()
        await self.cockpit_app.activate(name)
        if place is not None:
            self.view.go_to(place)
            self._draw()
        if self._current == "fleet":
            await self.show_view(self._before[-1])

    @on(StoryWanted)
    def read_story(self, message: StoryWanted) -> None:
        """Ask the journal, without waiting for it here."""
        self.run_worker(self._read_story(message), name="story", group="story", exclusive=True)

    async def _read_story(self, message: StoryWanted) -> None:
        session = self.cockpit_app.session
        message.take("not connected" if session is None else await session.desk.why(message.intent_id))
        self._draw()

    @on(OlderWanted)
    def read_older(self, message: OlderWanted) -> None:
        """Ask the journal, without waiting for it here."""
        self.run_worker(self._read_older(message), name="older", group="older", exclusive=True)

    async def _read_older(self, message: OlderWanted) -> None:
        session = self.cockpit_app.session
        message.take(() if session is None else await session.desk.older(message.page))
        self._draw()

    async def action_back(self) -> None:
        """Leave something inside the screen, or go to the screen before."""
        if self.view.back():
            self.redraw_view()
            return
        *before, target = self._before or ["pairs"]
        await self.show_view(target)
        self._before = before

    def action_zoom(self, how: str) -> None:
        """Finer or coarser."""
        self.view.zoom(1 if how == "in" else -1)
        self.watch_topics()
        self._draw()

    def action_cycle(self, step: int) -> None:
        """Show the next or previous section."""
        self.view.cycle(step)
        self.watch_topics()
        self._draw()

    def action_all_bots(self) -> None:
        """Show all bots on this screen, or again only one."""
        self.view.toggle_fleet()
        self.watch_topics()
        self.redraw_view()

    def action_chart(self, how: str) -> None:
        """Pan the candles or follow them."""
        getattr(self.view, how)()
        self._draw()

    def action_core(self) -> None:
        """Ask whether to start or stop the core, saying first what follows."""
        self.orders.controls.toggle()

    def action_refresh_now(self) -> None:
        """Read what is shown now, and try the line again when it is down."""
        bot = self.view.bot_at_cursor()
        if bot is not None and bot != self.crew.active:
            self.cockpit_app.try_again(bot)
            return
        session = self.cockpit_app.session
        if session is None or self._snapshot.link.state is not LinkState.ONLINE:
            self.cockpit_app.try_again(self.crew.active)
        else:
            self.say("reading again")
        if session is not None:
            session.poke(*self.view.topics(self.pair))

    async def action_add_bot(self) -> None:
        """Add a bot in a dialog."""
        await self.cockpit_app.ask_new_bot()

    def action_freeze(self) -> None:
        """Let the view stand still, or go on."""
        self._frozen = not self._frozen
        if self._frozen:
            self.ticket.close(keeps=True)
        latest = self.cockpit_app.snapshot
        if not self._frozen and latest is not None:
            self._snapshot = latest
        self._draw()

    def action_copy(self) -> None:
        """Copy the cursor's row."""
        row = None if self.table is None else self.table.cursor_row
        if row is None:
            self.warn("nothing is selected")
            return
        text = "\t".join(cell.text.strip() for cell in row.cells)
        self.run_worker(self._copy(text), name="copy", group="copy")

    async def _copy(self, text: str) -> None:
        self.say(await copy_text(self.app, text))

    def action_write(self, fmt: str = "csv") -> None:
        """Write the table to a file, in CSV or JSON."""
        if fmt not in FORMATS:
            self.warn(f'"{fmt}" is no format to write: {" or ".join(FORMATS)}')
        elif (records := self.view.records()) is not None:
            self.say(write_records(records, self._current, self.cockpit_app.now(), fmt))

    def action_palette(self) -> None:
        """Search all commands."""
        self.app.push_screen(Palette(self.run_line), lambda _: self.watch_topics())
        self.watch_topics()

    def action_halt(self) -> None:
        """Stop all sending; what is being typed stays."""
        self.orders.halt()
        self.disarm("all sending is halted")

    def action_release(self) -> None:
        """Allow sending again."""
        self.orders.release()

    def action_quit_now(self) -> None:
        """Leave without asking."""
        self.app.exit(return_code=0)

    def action_help(self) -> None:
        """Show the keys of this screen."""
        self.app.push_screen(Help(self._current))

    def action_redraw(self) -> None:
        """Forget what the terminal shows and draw all of it."""
        forget: Callable[[], None] | None = getattr(self.app._driver, "redraw", None)
        if forget is not None:
            forget()
        self.refresh(layout=True)

    def action_drop(self) -> None:
        """Nothing is open: say how to leave, unless the line tells of an order whose fate is open."""
        if not any(intent.state.is_open for intent in self._snapshot.intents):
            self.say("q twice leaves; orders stay where they are")

    async def action_close(self) -> None:
        """Close what is on top; at the root ask, and leave at the second time."""
        if self.view.back():
            self.redraw_view()
            return
        now = self.cockpit_app.clock.monotonic()
        if self._quit_asked_at is not None and now - self._quit_asked_at <= QUIT_SECONDS:
            self.app.exit(return_code=0)
            return
        self._quit_asked_at = now
        unfinished = self.orders.outcomes.unfinished()
        self.warn(f"q again within {QUIT_SECONDS:.0f} s leaves{unfinished}; nothing is cancelled by leaving")

    def action_theme(self) -> None:
        """Change between dark and light."""
        names = [theme.name for theme in THEMES]
        at = names.index(self.app.theme) + 1 if self.app.theme in names else 0
        self.app.theme = names[at % len(names)]
