"""The ticket as a layer of widgets: composed once, shown and hidden at once, and drawn for the room that there is.

The dwell before a confirm key counts is measured here, from the refresh that drew the whole of what would be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Draft, OrderDraft, OrderPreview, Preview
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.messages import OverlayOpened
from gunbot_tui.ui.overlays import ticket_text as text
from gunbot_tui.ui.overlays.ticket_form import TicketForm
from gunbot_tui.ui.overlays.ticket_gate import BEAT_SECONDS, Gate
from gunbot_tui.ui.overlays.ticket_rows import LabelledFields, TicketField
from gunbot_tui.ui.overlays.ticket_states import Editing, Looking, Question, Reviewing, State, footer
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.views.cell import Line

Send = Callable[[Preview, tuple[Line, ...], str], None]
"""Hands a confirmed preview over, with what stood on the screen of it, for a bot."""


class TicketLayer(Vertical):
    """What is shown of an order, and since when."""

    def __init__(
        self, snapshot: Snapshot, *, limits: Callable[[], Limits], now: Callable[[], datetime], send: Send
    ) -> None:
        super().__init__(id="ticket")
        self._snapshot = snapshot
        self._hand_over = send
        self._limits = limits
        self._now = now
        self._open: State | None = None
        self._latest: Preview | None = None
        """The order of an open review on the market of now, as it is drawn."""
        self._page = 0
        self.is_opening = False
        """True until the first frame with what is open."""
        self._gate = Gate()
        self._pulse: Timer | None = None
        self.trap_focus()

    @property
    def is_modal(self) -> bool:
        """Bindings end here: no key of the screen below works while the ticket is open."""
        return True

    @property
    def is_open(self) -> bool:
        """True while the ticket is shown."""
        return self._open is not None

    @property
    def draft(self) -> OrderDraft | None:
        """The order that is edited or reviewed, as it stands now."""
        match self._open:
            case Editing():
                typed = self._form.typed()
                return self._form.draft if isinstance(typed, str) else typed
            case Looking(draft=OrderDraft() as draft) | Reviewing(preview=OrderPreview(draft=draft)):
                return draft
            case _:
                return None

    @property
    def pair(self) -> Pair | None:
        """The pair of the order that is edited or reviewed."""
        draft = self.draft
        return None if draft is None else draft.pair

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that work in what is open."""
        return footer(self._open)

    def compose(self) -> ComposeResult:
        """Everything once; opening only shows and hides."""
        yield TitleRule(id="ticket-title")
        yield TicketForm()
        yield Lines(id="ticket-lines")
        with LabelledFields(id="ticket-answer-row"):
            yield TicketField(id="ticket-answer")

    def on_mount(self) -> None:
        """Show nothing yet, and watch for what keeps the user from seeing what is open."""
        self._hide()
        self._pulse = self.set_interval(BEAT_SECONDS, self._feel_pulse, name="pulse", pause=True)
        self.app.app_resume_signal.subscribe(self, lambda _: self.disarm("the program was suspended"))

    def disarm(self, reason: str) -> None:
        """Put a review back into editing."""
        raise NotImplementedError

    @property
    def _form(self) -> TicketForm:
        return self.query_one(TicketForm)

    @property
    def _answer(self) -> Field:
        return self.query_one("#ticket-answer", Field)

    @property
    def _answer_row(self) -> LabelledFields:
        return self.query_one("#ticket-answer-row", LabelledFields)

    def _preview(self, draft: Draft) -> Preview:
        return preview(draft, self._snapshot, self._now(), limits=self._limits())

    def _show(self, shown: State) -> None:
        self._open, self._latest, self._page = shown, None, 0
        self._rest()
        self._describe()
        self.is_opening = True
        self.call_after_refresh(self._opened)
        self.post_message(OverlayOpened())

    def _opened(self) -> None:
        self.is_opening = False

    def _turn(self, pages: int) -> None:
        """Show another page of a list of exits; what can be confirmed has to stand there for a moment again."""
        self._page += pages
        self._describe()
        if isinstance(self._open, Reviewing) and self._open.is_answered:
            self._wait_for_eyes()

    def _rest(self) -> None:
        """Nothing is drawn that could be confirmed."""
        self._gate.shut()
        if self._pulse is not None:
            self._pulse.pause()

    def _wait_for_eyes(self) -> None:
        """Take the focus off every field, and count the dwell from the refresh that draws this very content."""
        self._rest()
        self.screen.set_focus(None)
        self.call_after_refresh(self._drawn, self._open)

    def _drawn(self, shown: State) -> None:
        if shown is self._open:
            self._gate.open(Message().time)
            if self._pulse is not None:
                self._pulse.resume()

    def _feel_pulse(self) -> None:
        """Keys that were typed while the program hung or was stopped were not meant for what it shows now."""
        if self._gate.stood_still(Message().time):
            self.disarm("the program stood still meanwhile")

    def _is_whole(self, shown: Reviewing) -> bool:
        """Whether the whole ticket stands on the screen, with nothing in it cut that must be read."""
        lines = self.query_one("#ticket-lines", Lines)
        is_inside = self.region.contains_region(lines.region) and self.screen.region.contains_region(self.region)
        return is_inside and text.is_uncut((*self._read(shown), ()), self._latest or shown.preview)

    def _read(self, shown: Reviewing) -> tuple[Line, ...]:
        """The lines of a review as they stand on the screen, above its keys."""
        lines = self.query_one("#ticket-lines", Lines).lines
        return lines[:-1] if shown.is_answered else lines

    def _describe(self) -> None:
        """Write title and lines for what is open."""
        room = text.Room.of(self.screen.size, self._page)
        self.set_class(room.compact, "-compact")
        self.set_class(room.most > 0, "-narrow")
        told = self._told(room)
        if told is None:
            return
        title, lines = self.query_one("#ticket-title", TitleRule), self.query_one("#ticket-lines", Lines)
        title.set_title(told[0])
        lines.set_lines(told[1])
        title.display = lines.display = True
        self._form.display = isinstance(self._open, Editing)
        is_asking = isinstance(self._open, Reviewing | Question) and not self._open.is_answered
        self._answer_row.display = is_asking

    def _hide(self) -> None:
        """Show nothing; the layer itself stays, because a widget that comes or goes has the whole screen painted."""
        for part in self.children:
            part.display = False

    def _told(self, room: text.Room) -> text.Text | None:
        match self._open:
            case Question() as question:
                return text.asked(question, room)
            case Reviewing() as shown:
                return text.reviewed(shown, self._latest or shown.preview, self._snapshot, self._now(), room)
            case Looking(draft=draft):
                return text.looked_at(self._preview(draft), self._snapshot, room)
            case Editing():
                return self._edited(room)
            case None:
                return None

    def _edited(self, room: text.Room) -> text.Text:
        typed, before = self._form.typed(), self._form.draft
        reason = typed if isinstance(typed, str) else ""
        draft = before if isinstance(typed, str) else typed
        made = OrderPreview(draft, None, self._now()) if reason else self._preview(draft)
        return text.edited(made, reason, self._snapshot, room, self._form.rows)
