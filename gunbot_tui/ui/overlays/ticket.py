"""The ticket: a layer over the live screen where an order is edited, reviewed and confirmed.

It is no pushed screen, because that would repaint the live screen below at every change. Its keys are taken one by one
from the router and never from bindings: a queued key must not reach the send key through a change of focus.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from textual import events
from textual.message import Message

from gunbot_tui.engine.confirm import asks_more, frozen
from gunbot_tui.engine.deals import meant
from gunbot_tui.engine.grammar import price_words
from gunbot_tui.engine.quote import OLDEST_SECONDS, quote_of
from gunbot_tui.engine.ticket import is_expired, moved
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import (
    CancelPreview,
    CancelScope,
    CloseAllDraft,
    CloseAllPreview,
    Draft,
    OrderDraft,
    OrderPreview,
    Preview,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.messages import AnswerQuestion, OverlayClosed, Remark
from gunbot_tui.ui.overlays.ticket_layer import Send, TicketLayer
from gunbot_tui.ui.overlays.ticket_rows import Words
from gunbot_tui.ui.overlays.ticket_states import (
    Editing,
    Looking,
    Question,
    Reviewing,
    key_of,
)
from gunbot_tui.ui.overlays.ticket_text import WHOLE_SIZE, Room, answer_hint, counted

PAGES = {"pagedown": 1, "down": 1, "pageup": -1, "up": -1}
"""The keys that turn the pages of a list of exits."""
NOT_WHOLE = f"not all of it is visible: make the terminal {WHOLE_SIZE}, e edits, q drops"


class Ticket(TicketLayer):
    """The one place from which anything is sent."""

    def __init__(
        self, snapshot: Snapshot, *, limits: Callable[[], Limits], now: Callable[[], datetime], send: Send
    ) -> None:
        super().__init__(snapshot, limits=limits, now=now, send=send)
        self.last: OrderDraft | None = None
        """The order that was open last, for doing it again."""
        self.left: OrderDraft | None = None
        """The same while it was not sent."""
        self._dead_key = ""
        """The capital of a review that was taken back or dropped: until another key it means nothing at all."""

    def edit(
        self,
        draft: OrderDraft,
        snapshot: Snapshot,
        remark: str = "",
        *,
        then_review: bool = False,
        replaces: bool = False,
    ) -> None:
        """Open for editing; the focus moves at once, so that queued keys land in the amount and nowhere else.

        With `then_review` a whole order goes on to its review by itself once its market has been read; with `replaces`
        the first letter typed takes the place of the amount.
        """
        self._snapshot = snapshot
        enters = snapshot.capabilities.has_deals and not meant(draft, snapshot).closes
        self._form.fill(draft, self._touch(draft), enters=enters)
        is_waiting = then_review and not self._is_read(draft.pair)
        self._show(Editing(is_waiting))
        # Last: the table that loses the focus asks for a frame, which the ticket has to be in.
        self._form.take_focus(replaces=replaces)
        if is_waiting:
            self.post_message(Remark(f"reading the market of {draft.pair.name} …"))
        elif remark:
            self._warn(remark)

    def look(self, draft: Draft, snapshot: Snapshot) -> None:
        """Show what a draft would mean, without any key that sends it."""
        self._snapshot = snapshot
        self.screen.set_focus(None)
        self._show(Looking(draft))

    def review(self, made: Preview, snapshot: Snapshot) -> None:
        """Show what would be sent; the confirm key works once all of it has been on the screen for a moment."""
        self._snapshot = snapshot
        made = counted(made, Room.of(self.screen.size))
        self._want_answer(made.must_type, can_edit=isinstance(made, OrderPreview))
        self._show(Reviewing(made, snapshot.link.since))
        self._wait_for_eyes()

    def ask(self, question: Question) -> None:
        """Ask for the confirmation of something that is no order."""
        self._want_answer(question.must_type, can_edit=False)
        self._show(question)
        self._wait_for_eyes()

    def close(self, *, keeps: bool = False) -> None:
        """Drop what is open; with `keeps`, for what the user did not do, the order comes back on the next b or s."""
        if self._open is None:
            return
        draft = self._typed_whole()
        self.left = draft if keeps else None
        if draft is not None:
            self.last = draft
        self._open = None
        self._rest()
        # Later, because what it covers is painted then: a confirmed order is on its way to the disk first.
        self.call_later(self._uncover_screen)
        self.post_message(OverlayClosed())

    def _uncover_screen(self) -> None:
        # Textual may forget what a layer covered: a table that has just scrolled makes it lay out without comparing.
        # A part of the screen itself is not asked for, because that drops what other widgets have asked for meanwhile.
        for other in self.siblings:
            if covered := other.region.intersection(self.region):
                other.refresh(covered.translate(-other.region.offset))
        if self._open is None:
            self._hide()

    def change_bot(self, snapshot: Snapshot) -> bool:
        """Drop what belongs to the bot before; True when it was open."""
        was_open, self._dead_key = self.is_open, key_of(self._open)
        self.close()
        self.last = self.left = None
        self._snapshot = snapshot
        return was_open

    def disarm(self, reason: str) -> None:
        """Put a review back into editing, because what it showed may no longer be what the user sees."""
        match self._open:
            case Reviewing(preview=OrderPreview(draft=draft)) as shown:
                self.edit(draft, self._snapshot, f"back to editing: {reason}")
                self._dead_key = key_of(shown)
            case Reviewing() | Question():
                self._drop(reason)

    def _drop(self, reason: str, *, keeps: bool = False) -> None:
        self._dead_key = key_of(self._open)
        self.close(keeps=keeps)
        self._warn(f"dropped: {reason}")

    def refuses(self, event: events.Key) -> bool:
        """Take the capital of a review that is gone: on the screen below it would be a wider verb."""
        key, self._dead_key = self._dead_key, ""
        if not key or _character(event) != key:
            return False
        self._dead_key = key
        if self.is_open:
            self._warn(f"{key} is dead: the ticket is back in editing, enter reviews it anew")
        else:
            self._warn(f"{key} is dead: what it confirmed was dropped, any other key ends that")
        return True

    def receive(self, snapshot: Snapshot) -> None:
        """Follow the market while editing, and watch that a review stays true."""
        is_other_bot = snapshot.bot != self._snapshot.bot
        self._snapshot = snapshot
        match self._open:
            case _ if is_other_bot:
                self._drop(f"the bot is {snapshot.bot.name} now", keeps=True)
            case Editing(is_waiting=True) if self._is_read(self._form.draft.pair):
                self._open = Editing()
                self._review_typed()
            case Editing() | Looking():
                self._describe()
            case Reviewing() as shown if self._is_true(shown):
                self._redraw(shown)

    async def press(self, event: events.Key) -> bool:
        """Take one key; False when it means nothing here."""
        character = _character(event)
        match self._open:
            case None:
                return False
            case Editing():
                self._open = Editing()
                return await self._press_in_edit(event)
            case Reviewing(preview=CloseAllPreview()) | Looking(draft=CloseAllDraft()) if event.key in PAGES:
                self._turn(PAGES[event.key])
                return True
            case Reviewing() | Question() as shown if not shown.is_answered:
                return await self._press_in_answer(event, character, shown)
        return self._press_in_review(event, character)

    def _want_answer(self, must_type: str, *, can_edit: bool) -> None:
        self._answer.fill("")
        self._answer_row.set_words([Words("type", answer_hint(must_type, can_edit=can_edit))])

    def _is_read(self, pair: Pair) -> bool:
        if self._snapshot.capabilities.has_deals:
            return quote_of(self._snapshot, pair, self._now()).last is not None
        age = self._snapshot.book(pair).age_seconds(self._now())
        return age is not None and age <= OLDEST_SECONDS and self._snapshot.candles(pair).value is not None

    def _is_true(self, shown: Reviewing) -> bool:
        """Whether a review still says the truth; if not it is taken back, or shown anew where only prices moved."""
        made, link = shown.preview, self._snapshot.link
        if link.state is not LinkState.ONLINE:
            self.disarm("the bot does not answer")
        elif link.since != shown.online_since:
            self.disarm("the line was lost meanwhile")
        elif is_expired(made, self._now()):
            self.disarm("the preview is older than 15 s")
        elif isinstance(made, OrderPreview) and moved(made, self._snapshot):
            self._review_anew(made.draft, "the market moved more than 0.5 %")
        else:
            return True
        return False

    def _redraw(self, shown: Reviewing) -> None:
        """Draw an order with the numbers of now; what is sent stays as it was read, and new words must be read."""
        made, now = shown.preview, self._preview(frozen(shown.preview))
        if not isinstance(made, OrderPreview) or not isinstance(now, OrderPreview):
            self._describe()
            return
        if not now.blocks and asks_more(now, made):
            self._review_anew(made.draft, "there is more to agree to")
            return
        drawn = self._latest or made
        self._latest = replace(now, draft=made.draft, must_type=made.must_type, consent=made.consent)
        self._describe()
        if (now.blocks, now.warnings) != (drawn.blocks, drawn.warnings):
            self._wait_for_eyes()

    def _review_anew(self, draft: Draft, reason: str) -> None:
        """Show the order as it is now; it has to be read again."""
        made = self._preview(draft)
        if made.blocks:
            self.disarm(made.blocks[0])
            return
        self.review(made, self._snapshot)
        self._warn(f"{reason}: read it again")

    async def _press_in_edit(self, event: events.Key) -> bool:
        match event.key:
            case "escape" | "ctrl+c":
                self.close()
                return True
            case "q" if self._form.is_empty:
                self.close()
                return True
            case "enter":
                self._review_typed()
                return True
        is_known = await self._form.press(event, self._snapshot.capabilities)
        self._describe()
        return is_known

    async def _press_in_answer(self, event: events.Key, character: str, shown: Reviewing | Question) -> bool:
        """A letter of the answer is text, whatever it means elsewhere; no letter confirms."""
        is_whole = isinstance(shown, Question) or self._is_whole(shown)
        is_next = is_whole and shown.must_type.startswith(shown.typed + character)
        if not is_next and (event.key in ("q", "e", "escape", "ctrl+c")):
            return self._press_in_review(event, character)
        if not is_whole:
            self._warn(NOT_WHOLE)
            return True
        if not await self._answer.press(event):
            self.post_message(Remark(f'type "{shown.must_type}" to go on, q drops'))
            return False
        answered = replace(shown, typed=self._answer.value)
        self._open = answered
        self._describe()
        if answered.is_answered:
            self._wait_for_eyes()
        return True

    def _press_in_review(self, event: events.Key, character: str) -> bool:
        key = key_of(self._open)
        match self._open:
            case _ if event.key in ("q", "escape", "ctrl+c"):
                self.close()
            case Reviewing() | Looking() if character == "e" and (draft := self.draft) is not None:
                self.edit(draft, self._snapshot)
            case Reviewing() | Question() if character == key:
                self._confirm(event)
            case Looking():
                self.post_message(Remark("only a preview: e edits it, q drops it"))
                return False
            case _:
                self.post_message(Remark(f"{key} confirms, q drops; nothing else is taken here"))
                return False
        return True

    def _confirm(self, event: events.Key) -> None:
        # A key that waited in the terminal is read before the app hears that it goes on.
        continued_at: float = getattr(self.app._driver, "continued_at", 0.0)
        if self._gate.stood_still(Message().time) or self._gate.is_older_than(continued_at):
            self.disarm("the program stood still meanwhile")
            return
        if not self._needs_no_dwell and self._gate.is_early(event.time):
            self._warn("too early: read it first, then press again")
            return
        match self._open:
            case Question(command=command):
                self.post_message(AnswerQuestion(command, self._snapshot.bot.name))
                self.close()
            case Reviewing() as shown if self._is_true(shown):
                self._send(shown)

    def _send(self, shown: Reviewing) -> None:
        made, now = shown.preview, self._preview(frozen(shown.preview))
        if now.blocks:
            self.disarm(now.blocks[0])
        elif asks_more(now, made):
            self._review_anew(made.draft, "there is more to agree to")
        elif not (self._needs_no_dwell or self._is_whole(shown)):
            self._warn(NOT_WHOLE)
        else:
            # At once: as a message it would come after the painting of what the ticket covers.
            self._hand_over(self._agreed(shown), self._read(shown), self._snapshot.bot.name)
            self.close()

    def _agreed(self, shown: Reviewing) -> Preview:
        """What was reviewed and typed, beside the numbers that stood there last."""
        match shown.agreed, self._latest:
            case OrderPreview(command=command, consent=consent), OrderPreview() as latest:
                return replace(latest, command=command, consent=consent)
            case agreed, _:
                return agreed

    @property
    def _needs_no_dwell(self) -> bool:
        """Taking one order off the market can't hurt as placing one can."""
        match self._open:
            case Reviewing(preview=CancelPreview(draft=draft)):
                return draft.scope is CancelScope.ONE
            case _:
                return False

    def _review_typed(self) -> None:
        """Parse what stands in the fields now, and go to the review when it can be sent."""
        typed = self._form.typed()
        if isinstance(typed, str):
            self._warn(typed)
            return
        made = self._preview(typed)
        if made.blocks:
            self._warn(made.blocks[0])
            return
        self.review(made, self._snapshot)

    def _typed_whole(self) -> OrderDraft | None:
        """The order that is open; what can't be read is none, and never an older one."""
        draft = self._form.typed() if isinstance(self._open, Editing) else self.draft
        return draft if isinstance(draft, OrderDraft) and draft.amount is not None else None

    def _touch(self, draft: OrderDraft) -> str:
        """The price to begin with: the touch on our own side of the book, or what the bot itself would do."""
        quote = quote_of(self._snapshot, draft.pair, self._now())
        if quote.no_book:
            run = self._snapshot.run_status.value
            own = OrderType.LIMIT if run is None else run.exit_type if draft.closes else run.entry_type
            return own if own == OrderType.MARKET else PriceAnchor.LAST.value
        touch = quote.near(draft.side)
        anchor = PriceAnchor.BID if draft.side is Side.BUY else PriceAnchor.ASK
        return anchor.value if touch is None else price_words(Price(PriceAnchor.NUMBER, touch))

    def _warn(self, text: str) -> None:
        self.post_message(Remark(text, is_problem=True))


def _character(event: events.Key) -> str:
    # A chord carries its letter as character too, and Alt+B is a missed tmux key, not a B.
    return event.key if "alt+" in event.key else event.character or event.key
