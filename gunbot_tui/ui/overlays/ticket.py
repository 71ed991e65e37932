"""The ticket: a layer over the live screen where an order is edited, reviewed and confirmed.

It is no pushed screen, because that would repaint the live screen below at every change. Its keys are taken one by one
from the router and never from bindings: a queued key must not reach the send key through a change of focus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from gunbot_tui.engine.grammar import TextError, amount_words, parse_amount, parse_price, price_words
from gunbot_tui.engine.quote import quote_of
from gunbot_tui.engine.ticket import aged, is_expired, moved, preview
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.market import Pair
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
from gunbot_tui.ui.messages import AnswerQuestion, OverlayClosed, OverlayOpened, Remark, SendPreview
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.views import ticket as view
from gunbot_tui.views.cell import Line, Span, Tone

DWELL_SECONDS = 0.4
COMPACT_BELOW_ROWS = 30
WIDTH = 80
PADDING = 2
UNCUT = 1000
"""Cells in which every line of a preview has room."""
QUIET = (Tone.PLAIN, Tone.MUTED)
MARKET = "market"
ANCHOR_KEYS = {"b": PriceAnchor.BID, "m": PriceAnchor.MID, "a": PriceAnchor.ASK, "l": PriceAnchor.LAST}
AMOUNT_HINT = "coins, 100usdt, 25%, all · [ ] 25% steps"
PRICE_HINT = "b bid  m mid  a ask  l last  t limit/market"
EDIT_KEYS: Line = (Span("enter review    tab other field    esc drop", Tone.MUTED),)


@dataclass(frozen=True, slots=True)
class Editing:
    """An order that is being typed; what the fields say goes into the draft when it is reviewed."""

    draft: OrderDraft
    is_waiting: bool = False
    """True while a whole order waits for its market's first read; the first key ends that."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """An order or a cancel that waits for its capital."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class Question:
    """Something other than an order that needs a confirm key: its name, what follows, and the capital that does it."""

    name: str
    title: str
    consequences: tuple[Line, ...]
    key: str


class Ticket(Vertical):
    """The one place from which anything is sent."""

    def __init__(self, snapshot: Snapshot, *, limits: Callable[[], Limits], now: Callable[[], datetime]) -> None:
        super().__init__(id="ticket")
        self._snapshot = snapshot
        self._limits = limits
        self._now = now
        self._open: Editing | Reviewing | Question | None = None
        self._drawn_at: float | None = None
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
    def pair(self) -> Pair | None:
        """The pair of the order that is edited or reviewed."""
        match self._open:
            case Editing(draft) | Reviewing(OrderPreview(draft=draft)):
                return draft.pair
            case _:
                return None

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys that work in what is open."""
        match self._open:
            case Editing():
                return (("enter", "review"), ("tab", "other field"), ("esc", "drop"), ("ctrl+g", "halt"))
            case _:
                return ((self._confirm_key, "confirm"), ("q", "drop"), ("ctrl+g", "halt"))

    def compose(self) -> ComposeResult:
        """Everything once; opening only shows and hides."""
        yield TitleRule(id="ticket-title")
        for name, hint in (("amount", AMOUNT_HINT), ("price", PRICE_HINT)):
            with Horizontal(classes="ticket-row"):
                yield Static(name, classes="ticket-label", markup=False)
                yield Field(id=f"ticket-{name}")
                yield Static(hint, classes="ticket-hint", markup=False)
        yield Lines(id="ticket-lines")

    def edit(self, draft: OrderDraft, snapshot: Snapshot, remark: str = "", *, then_review: bool = False) -> None:
        """Open for editing; the focus moves at once, so that queued keys land in the amount and nowhere else.

        With `then_review` a whole order goes on to its review by itself once its market has been read.
        """
        self._snapshot = snapshot
        self._amount.fill(amount_words(draft.amount, draft.pair) if draft.amount else "")
        self._price.fill(MARKET if draft.type is OrderType.MARKET else self._price_text(draft))
        self._show(Editing(draft, is_waiting=then_review and not self._is_read(draft.pair)))
        self.screen.set_focus(self._amount)
        if self._open == Editing(draft, is_waiting=True):
            self.post_message(Remark(f"reading the market of {draft.pair.name} …"))
        elif remark:
            self.post_message(Remark(remark, is_problem=True))

    def review(self, made: Preview, snapshot: Snapshot) -> None:
        """Show what would be sent; the confirm key works once all of it has been on the screen for a moment."""
        self._snapshot = snapshot
        self._show(Reviewing(made))
        self._wait_for_eyes()

    def ask(self, question: Question) -> None:
        """Ask for the confirmation of something that is no order."""
        self._show(question)
        self._wait_for_eyes()

    def close(self) -> None:
        """Drop what is open."""
        if self._open is None:
            return
        self._open, self._drawn_at = None, None
        self.display = False
        self.post_message(OverlayClosed())

    def disarm(self, reason: str) -> None:
        """Put a review back into editing, because what it showed may no longer be what the user sees."""
        match self._open:
            case Reviewing(OrderPreview(draft=draft)):
                self.edit(draft, self._snapshot, f"back to editing: {reason}")
            case Reviewing() | Question():
                self.close()
                self.post_message(Remark(f"dropped: {reason}", is_problem=True))

    def receive(self, snapshot: Snapshot) -> None:
        """Follow the market while editing, and watch that a review stays true."""
        self._snapshot = snapshot
        match self._open:
            case Editing(draft, is_waiting=True) if self._is_read(draft.pair):
                self._open = Editing(draft)
                self._review_text(draft)
            case Editing():
                self._describe()
            case Reviewing(made) if self._check(made):
                self._describe()

    async def press(self, event: events.Key) -> bool:
        """Take one key; False when it means nothing here."""
        match self._open:
            case Editing(draft):
                self._open = Editing(draft)
                return await self._press_in_edit(event, draft)
            case Reviewing() | Question():
                return self._press_in_review(event)
        return False

    def _is_read(self, pair: Pair) -> bool:
        return self._snapshot.book(pair).value is not None and self._snapshot.candles(pair).value is not None

    @property
    def _amount(self) -> Field:
        return self.query_one("#ticket-amount", Field)

    @property
    def _price(self) -> Field:
        return self.query_one("#ticket-price", Field)

    def _check(self, made: Preview) -> bool:
        """Whether a review still says the truth; if not it is disarmed."""
        if self._snapshot.link.state is not LinkState.ONLINE:
            self.disarm("the bot does not answer")
        elif is_expired(made, self._now()):
            self.disarm("the preview is older than 15 s")
        elif isinstance(made, OrderPreview) and moved(made, self._snapshot):
            self.disarm("the market moved more than 0.5 %")
        else:
            return True
        return False

    async def _press_in_edit(self, event: events.Key, draft: OrderDraft) -> bool:
        field = self._price if self.screen.focused is self._price else self._amount
        match event.key:
            case "escape" | "ctrl+c":
                self.close()
                return True
            case "q" if not field.value:
                self.close()
                return True
            case "enter":
                self._review_text(draft)
                return True
            case "tab" | "shift+tab" | "up" | "down":
                self.screen.set_focus(self._amount if field is self._price else self._price)
            case "left_square_bracket" | "right_square_bracket" if field is self._amount:
                self._step_share(draft.pair, 25 if event.key.startswith("right") else -25)
            case key if field is self._price and key in ANCHOR_KEYS:
                field.fill(ANCHOR_KEYS[key].value)
            case "t" if field is self._price:
                field.fill(self._price_text(draft) if field.value == MARKET else MARKET)
            case _ if not await field.press(event):
                return False
        self._describe()
        return True

    def _press_in_review(self, event: events.Key) -> bool:
        # A chord carries its letter as character too, and Alt+B is a missed tmux key, not a B.
        character = event.key if "alt+" in event.key else event.character or event.key
        match self._open:
            case _ if event.key in ("q", "escape", "ctrl+c"):
                self.close()
            case Reviewing(OrderPreview(draft=draft)) if character == "e":
                self.edit(draft, self._snapshot)
            case Reviewing() | Question() if character == self._confirm_key:
                self._confirm(event)
            case _:
                self.post_message(Remark(f"{self._confirm_key} confirms, q drops; nothing else is taken here"))
                return False
        return True

    def _confirm(self, event: events.Key) -> None:
        if not self._needs_no_dwell and (self._drawn_at is None or event.time < self._drawn_at + DWELL_SECONDS):
            self._drawn_at = None if self._drawn_at is None else max(self._drawn_at, event.time)
            self.post_message(Remark("too early: read it first, then press again", is_problem=True))
            return
        match self._open:
            case Question(name=name):
                self.post_message(AnswerQuestion(name))
                self.close()
            case Reviewing(made) if self._check(made):
                if not (self._needs_no_dwell or self._is_whole(made)):
                    self.post_message(Remark("not all of it is visible: make the terminal larger", is_problem=True))
                    return
                now = preview(made.draft, self._snapshot, self._now(), limits=self._limits())
                if now.blocks:
                    self.disarm(now.blocks[0])
                    return
                self.post_message(SendPreview(made))
                self.close()

    def _is_whole(self, made: Preview) -> bool:
        """Whether the whole ticket stands on the screen, and in it uncut everything that is not mere background."""
        lines = self.query_one("#ticket-lines", Lines)
        uncut = view.lines(made, UNCUT, compact=self.has_class("-compact"))
        is_uncut = _loud(lines.lines) == _loud(uncut)
        is_inside = self.region.contains_region(lines.region) and self.screen.region.contains_region(self.region)
        return is_uncut and is_inside

    @property
    def _needs_no_dwell(self) -> bool:
        """Taking one order off the market can't hurt as placing one can."""
        match self._open:
            case Reviewing(CancelPreview(draft=draft)):
                return draft.scope is CancelScope.ONE
            case _:
                return False

    @property
    def _confirm_key(self) -> str:
        match self._open:
            case Question(key=key):
                return key
            case Reviewing(OrderPreview(draft=draft)):
                return "S" if draft.side is Side.SELL else "B"
            case _:
                return "X"

    def _review_text(self, draft: OrderDraft) -> None:
        """Parse what stands in the fields now, and go to the review when it can be sent."""
        typed = self._typed(draft)
        if isinstance(typed, str):
            self.post_message(Remark(typed, is_problem=True))
            return
        made = preview(typed, self._snapshot, self._now(), limits=self._limits())
        if made.blocks:
            self.post_message(Remark(made.blocks[0], is_problem=True))
            return
        self.review(made, self._snapshot)

    def _typed(self, draft: OrderDraft) -> OrderDraft | str:
        """The draft with what stands in the fields, or in one line why that is none."""
        amount, price = self._amount.value.strip(), self._price.value.strip()
        if not amount:
            return f"no amount yet: coins (0.01), money (100{draft.pair.money.lower()}), 25% or all"
        try:
            parsed = parse_amount(amount, draft.pair)
            if price.lower() == MARKET:
                return replace(draft, type=OrderType.MARKET, amount=parsed, price=None)
            return replace(draft, type=OrderType.LIMIT, amount=parsed, price=parse_price(price))
        except TextError as error:
            return str(error)

    def _price_text(self, draft: OrderDraft) -> str:
        """The price to begin with: what was typed, or the touch on our own side of the book."""
        if draft.price is not None:
            return price_words(draft.price)
        touch = quote_of(self._snapshot, draft.pair, self._now()).near(draft.side)
        anchor = PriceAnchor.BID if draft.side is Side.BUY else PriceAnchor.ASK
        return anchor.value if touch is None else price_words(Price(PriceAnchor.NUMBER, touch))

    def _step_share(self, pair: Pair, step: int) -> None:
        """Set the amount to the next quarter of what is free."""
        try:
            now = parse_amount(self._amount.value.strip(), pair)
        except TextError:
            now = Amount(Decimal(0), AmountUnit.PERCENT)
        share = int(now.value) if now.unit is AmountUnit.PERCENT else 0
        self._amount.fill(f"{min(100, max(25, share // 25 * 25 + step))}%")

    def _show(self, shown: Editing | Reviewing | Question) -> None:
        self._open, self._drawn_at = shown, None
        self.set_class(isinstance(shown, Editing), "-editing")
        self.display = True
        self._describe()
        self.post_message(OverlayOpened())

    def _wait_for_eyes(self) -> None:
        """Take the focus off every field, and count the dwell from the refresh that draws this very content."""
        self.screen.set_focus(None)
        self.call_after_refresh(self._drawn, self._open)

    def _drawn(self, shown: Reviewing | Question) -> None:
        if shown is self._open:
            self._drawn_at = Message().time

    def _describe(self) -> None:
        """Write title and lines for what is open."""
        compact = self.screen.size.height < COMPACT_BELOW_ROWS
        self.set_class(compact, "-compact")
        width = min(WIDTH, self.screen.size.width) - PADDING
        lines, title = self.query_one("#ticket-lines", Lines), self.query_one("#ticket-title", TitleRule)
        match self._open:
            case Question() as question:
                title.set_title((Span(question.title, Tone.STRONG),))
                keys = (Span(question.key, Tone.ALERT), Span(f" {question.name}    q drop", Tone.STRONG))
                lines.set_lines((*question.consequences, keys))
            case Reviewing(made):
                title.set_title(view.title(made, self._snapshot))
                lines.set_lines(view.lines(aged(made, self._now()), width, compact=compact))
            case Editing(draft):
                title.set_title(view.title(draft, self._snapshot))
                lines.set_lines(self._edit_lines(draft, width, compact=compact))

    def _edit_lines(self, draft: OrderDraft, width: int, *, compact: bool) -> tuple[Line, ...]:
        typed = self._typed(draft)
        if isinstance(typed, str):
            return ((Span(typed, Tone.MUTED),), EDIT_KEYS)
        made = preview(typed, self._snapshot, self._now(), limits=self._limits())
        return (*view.lines(made, width, compact=compact, with_keys=False), EDIT_KEYS)


def _loud(lines: tuple[Line, ...]) -> str:
    """What must be read above the line of keys before it is confirmed, however it is broken into lines."""
    return "".join("".join(span.text.split()) for line in lines[:-1] for span in line if span.tone not in QUIET)
