"""The ticket: a layer over the live screen where an order is edited, reviewed and confirmed.

It is no pushed screen, because that would repaint the live screen below at every change. Its keys are taken one by one
from the router and never from bindings: a queued key must not reach the send key through a change of focus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from gunbot_tui.engine.grammar import TextError, amount_words, parse_amount, parse_price, price_words
from gunbot_tui.engine.ticket import is_expired, moved, preview
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import (
    Amount,
    AmountUnit,
    CancelPreview,
    CancelScope,
    OrderDraft,
    OrderPreview,
    Preview,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.messages import AnswerQuestion, OverlayClosed, Remark, SendPreview
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.views import ticket as view
from gunbot_tui.views.cell import Line, Span, Tone

DWELL_SECONDS = 0.4
COMPACT_BELOW_ROWS = 30
WIDTH = 80
ANCHOR_KEYS = {"b": PriceAnchor.BID, "m": PriceAnchor.MID, "a": PriceAnchor.ASK, "l": PriceAnchor.LAST}
AMOUNT_HINT = "coins, 100usdt, 25%, all · [ ] 25% steps"
PRICE_HINT = "b bid  m mid  a ask  l last  t limit/market"


class Mode(StrEnum):
    """What the ticket is doing."""

    CLOSED = "closed"
    EDIT = "edit"
    REVIEW = "review"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Question:
    """Something other than an order that needs a confirm key: its name, what follows, and the capital that does it."""

    name: str
    title: str
    consequences: tuple[Line, ...]
    key: str


class Ticket(Vertical):
    """The one place from which anything is sent."""

    def __init__(self, max_notional: Callable[[], Decimal | None], now: Callable[[], datetime]) -> None:
        super().__init__(id="ticket")
        self._max_notional = max_notional
        self._now = now
        self._mode = Mode.CLOSED
        self._draft: OrderDraft | None = None
        self._preview: Preview | None = None
        self._question: Question | None = None
        self._snapshot: Snapshot | None = None
        self._drawn_at: float | None = None
        self._turn = 0
        self.trap_focus()

    @property
    def is_modal(self) -> bool:
        """Bindings end here: no key of the screen below works while the ticket is open."""
        return True

    @property
    def is_open(self) -> bool:
        """True while the ticket is shown."""
        return self._mode is not Mode.CLOSED

    @property
    def mode(self) -> Mode:
        """What the ticket is doing."""
        return self._mode

    def compose(self) -> ComposeResult:
        """Everything once; the modes only show and hide."""
        yield TitleRule(id="ticket-title")
        with Horizontal(id="ticket-amount-row", classes="ticket-row"):
            yield Static("amount", classes="ticket-label", markup=False)
            yield Field(id="ticket-amount")
            yield Static(AMOUNT_HINT, classes="ticket-hint", markup=False)
        with Horizontal(id="ticket-price-row", classes="ticket-row"):
            yield Static("price", classes="ticket-label", markup=False)
            yield Field(id="ticket-price")
            yield Static(PRICE_HINT, classes="ticket-hint", markup=False)
        yield Lines(id="ticket-lines")

    def edit(self, draft: OrderDraft, snapshot: Snapshot, remark: str = "") -> None:
        """Open for editing; the focus moves at once, so that queued keys land in the amount and nowhere else."""
        self._snapshot, self._draft, self._preview = snapshot, draft, None
        amount, price = self.query_one("#ticket-amount", Field), self.query_one("#ticket-price", Field)
        self._fill(amount, amount_words(draft.amount, draft.pair) if draft.amount else "")
        self._fill(price, "market" if draft.type is OrderType.MARKET else self._price_text(draft))
        self._show(Mode.EDIT)
        self.screen.set_focus(amount)
        self._describe()
        if remark:
            self.post_message(Remark(remark, is_problem=True))

    def review(self, made: Preview, snapshot: Snapshot) -> None:
        """Show what would be sent; the confirm key works once all of it has been on the screen for a moment."""
        self._snapshot, self._preview = snapshot, made
        self._draft = made.draft if isinstance(made, OrderPreview) else None
        self._show(Mode.REVIEW)
        self.screen.set_focus(None)
        self._describe()
        self._arm_when_drawn()

    def ask(self, question: Question) -> None:
        """Ask for the confirmation of something that is no order."""
        self._question = question
        self._show(Mode.QUESTION)
        self.screen.set_focus(None)
        self._describe()
        self._arm_when_drawn()

    def close(self) -> None:
        """Drop what is open."""
        self._mode = Mode.CLOSED
        self._preview, self._question, self._drawn_at = None, None, None
        self.display = False
        self.post_message(OverlayClosed())

    def disarm(self, reason: str) -> None:
        """Put a review back into editing, because what it showed may no longer be what the user sees."""
        if self._mode is Mode.REVIEW and self._draft is not None and self._snapshot is not None:
            self.edit(self._draft, self._snapshot, f"back to editing: {reason}")
        elif self._mode in (Mode.REVIEW, Mode.QUESTION):
            self.close()
            self.post_message(Remark(f"dropped: {reason}", is_problem=True))

    def receive(self, snapshot: Snapshot) -> None:
        """Follow the market while editing, and watch that a review stays true."""
        self._snapshot = snapshot
        if self._mode is Mode.EDIT:
            self._describe()
        elif self._mode is Mode.REVIEW:
            self._watch_review()

    async def press(self, event: events.Key) -> None:
        """Take one key."""
        match self._mode:
            case Mode.EDIT:
                await self._press_in_edit(event)
            case Mode.REVIEW | Mode.QUESTION:
                self._press_in_review(event)

    def _watch_review(self) -> None:
        made, snapshot = self._preview, self._snapshot
        if made is None or snapshot is None:
            return
        if snapshot.link.state is not LinkState.ONLINE:
            self.disarm("the bot does not answer")
        elif is_expired(made, self._now()):
            self.disarm("the preview is older than 15 s")
        elif isinstance(made, OrderPreview) and moved(made, snapshot):
            self.disarm("the market moved more than 0.5 %")

    async def _press_in_edit(self, event: events.Key) -> None:
        amount, price = self.query_one("#ticket-amount", Field), self.query_one("#ticket-price", Field)
        focused = price if self.screen.focused is price else amount
        match event.key:
            case "escape" | "ctrl+c":
                self.close()
                return
            case "enter":
                self._review_text()
                return
            case "tab" | "shift+tab" | "up" | "down":
                self.screen.set_focus(amount if focused is price else price)
                return
            case "left_square_bracket" | "right_square_bracket" if focused is amount:
                self._step_share(25 if event.key.startswith("right") else -25)
            case key if focused is price and key in ANCHOR_KEYS:
                self._fill(price, ANCHOR_KEYS[key].value)
            case "t" if focused is price:
                self._fill(price, self._price_text(self._draft) if price.value == "market" else "market")
            case "q" if not focused.value:
                self.close()
                return
            case _:
                if not await focused.press(event):
                    return
        self._describe()

    def _press_in_review(self, event: events.Key) -> None:
        match event.character or event.key:
            case "q" | "escape" | "ctrl+c":
                self.close()
            case "e" if self._draft is not None and self._snapshot is not None:
                self.edit(self._draft, self._snapshot)
            case character if character == self._confirm_key:
                self._confirm(event)
            case _:
                self.post_message(Remark(f"{self._confirm_key} confirms, q drops; nothing else is taken here"))

    def _confirm(self, event: events.Key) -> None:
        made, snapshot = self._preview, self._snapshot
        if not self._needs_no_dwell and (self._drawn_at is None or event.time < self._drawn_at + DWELL_SECONDS):
            self._drawn_at = None if self._drawn_at is None else event.time
            self.post_message(Remark("too early: read it first, then press again", is_problem=True))
            return
        if self._question is not None:
            self.post_message(AnswerQuestion(self._question.name))
            self.close()
            return
        if made is None or snapshot is None:
            return
        self._watch_review()
        if self._mode is not Mode.REVIEW:
            return
        blocks = preview(made.draft, snapshot, self._now(), max_notional=self._max_notional()).blocks
        if blocks or made.blocks:
            self.disarm((blocks or made.blocks)[0])
            return
        self.post_message(SendPreview(made))
        self.close()

    @property
    def _needs_no_dwell(self) -> bool:
        """Taking one order off the market can't hurt as placing one can."""
        return isinstance(self._preview, CancelPreview) and self._preview.draft.scope is CancelScope.ONE

    @property
    def _confirm_key(self) -> str:
        if self._question is not None:
            return self._question.key
        if isinstance(self._preview, CancelPreview):
            return "X"
        return "S" if self._draft is not None and self._draft.side is Side.SELL else "B"

    def _review_text(self) -> None:
        """Parse what stands in the fields now, and go to the review when it can be sent."""
        draft = self._typed()
        if isinstance(draft, str):
            self.post_message(Remark(draft, is_problem=True))
            return
        assert self._snapshot is not None
        made = preview(draft, self._snapshot, self._now(), max_notional=self._max_notional())
        if made.blocks:
            self._draft = draft
            self.post_message(Remark(made.blocks[0], is_problem=True))
            return
        self.review(made, self._snapshot)

    def _typed(self) -> OrderDraft | str:
        """The draft in the fields, or in one line why it is none."""
        assert self._draft is not None
        amount = self.query_one("#ticket-amount", Field).value.strip()
        price = self.query_one("#ticket-price", Field).value.strip()
        if not amount:
            return "no amount yet: coins (0.01), money (100usdt), 25% or all"
        try:
            parsed = parse_amount(amount, self._draft.pair)
            if price.lower() == "market":
                return replace(self._draft, type=OrderType.MARKET, amount=parsed, price=None)
            return replace(self._draft, type=OrderType.LIMIT, amount=parsed, price=parse_price(price))
        except TextError as error:
            return str(error)

    def _price_text(self, draft: OrderDraft | None) -> str:
        """The price to begin with: what was typed, or the touch on our own side of the book."""
        assert draft is not None
        near = PriceAnchor.BID if draft.side is Side.BUY else PriceAnchor.ASK
        if draft.price is not None:
            return price_words(draft.price)
        assert self._snapshot is not None
        book = self._snapshot.book(draft.pair).value
        touch = None if book is None else book.bid if near is PriceAnchor.BID else book.ask
        return near.value if touch is None else price_words(Price(PriceAnchor.NUMBER, Decimal(repr(touch))))

    def _step_share(self, step: int) -> None:
        """Set the amount to the next quarter of what is free."""
        assert self._draft is not None
        field = self.query_one("#ticket-amount", Field)
        try:
            now = parse_amount(field.value.strip(), self._draft.pair)
        except TextError:
            now = Amount(Decimal(0), AmountUnit.PERCENT)
        share = int(now.value) if now.unit is AmountUnit.PERCENT else 0
        share = min(100, max(25, (share // 25) * 25 + step))
        self._fill(field, f"{share}%")

    def _show(self, mode: Mode) -> None:
        self._mode = mode
        if mode is not Mode.QUESTION:
            self._question = None
        if mode is not Mode.REVIEW:
            self._preview = None
        self._drawn_at = None
        self.set_class(mode is Mode.EDIT, "-editing")
        self.display = True

    def _arm_when_drawn(self) -> None:
        self._turn += 1
        turn = self._turn
        self.call_after_refresh(self._armed, turn)

    def _armed(self, turn: int) -> None:
        if turn == self._turn and self._mode in (Mode.REVIEW, Mode.QUESTION):
            self._drawn_at = Message().time

    def _describe(self) -> None:
        """Write title and lines for the present mode."""
        lines = self.query_one("#ticket-lines", Lines)
        title = self.query_one("#ticket-title", TitleRule)
        compact = self.screen.size.height < COMPACT_BELOW_ROWS
        width = min(WIDTH, self.screen.size.width)
        self.set_class(compact, "-compact")
        match self._mode:
            case Mode.QUESTION if self._question is not None:
                title.set_title((Span(self._question.title, Tone.STRONG),))
                keys = (Span(f"{self._question.key} {self._question.name}    q drop", Tone.STRONG),)
                lines.set_lines((*self._question.consequences, keys))
            case Mode.REVIEW if self._preview is not None and self._snapshot is not None:
                title.set_title(view.title(self._preview, self._snapshot))
                lines.set_lines(view.lines(self._preview, width, compact=compact))
            case Mode.EDIT if self._draft is not None and self._snapshot is not None:
                title.set_title(view.title(self._draft, self._snapshot))
                lines.set_lines(self._edit_lines(width, compact=compact))

    def _edit_lines(self, width: int, *, compact: bool) -> tuple[Line, ...]:
        draft = self._typed()
        keys = (Span("enter review    tab other field    esc drop", Tone.MUTED),)
        if isinstance(draft, str):
            return ((Span(draft, Tone.MUTED),), keys)
        assert self._snapshot is not None
        made = preview(draft, self._snapshot, self._now(), max_notional=self._max_notional())
        room = 4 if compact else 7
        return (*view.lines(made, width, compact=compact, with_keys=False)[:room], keys)

    @staticmethod
    def _fill(field: Field, text: str) -> None:
        field.value = text
        field.cursor_position = len(text)
