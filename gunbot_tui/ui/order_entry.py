"""From a typed line, a key or a ticket to the desk and back: what the cockpit does about orders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from gunbot_tui.engine.again import last_order
from gunbot_tui.engine.close_all import leave_all
from gunbot_tui.engine.deals import meant
from gunbot_tui.engine.grammar import Ambiguous, TextError, is_question, parse
from gunbot_tui.engine.ticket import aged, preview
from gunbot_tui.model.capability import Capability, verb_of
from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.ticket import (
    CancelDraft,
    CancelPreview,
    CancelScope,
    CloseAllDraft,
    CloseAllPreview,
    OrderDraft,
    OrderPreview,
    Preview,
)
from gunbot_tui.model.trading import Side
from gunbot_tui.ui.controls import Controls
from gunbot_tui.ui.outcomes import Outcomes
from gunbot_tui.ui.screens.base import View
from gunbot_tui.views import ticket as ticket_view
from gunbot_tui.views.cell import Line
from gunbot_tui.views.ticket_fate import results_line

if TYPE_CHECKING:
    from gunbot_tui.ui.contract import OrderDesk
    from gunbot_tui.ui.frame import Frame

UNSENT = (IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED)
"""Proof that nothing was ordered: what was typed can be mended and sent."""
AGAIN = "again"
FROZEN = "the view is frozen: z goes on, then the ticket opens"


class OrderEntry:
    """The cockpit's side of the desk."""

    def __init__(self, cockpit: Frame) -> None:
        self._cockpit = cockpit
        self.outcomes = Outcomes(cockpit)
        self.controls = Controls(cockpit, self.outcomes)

    @property
    def limits(self) -> Limits:
        """What the config file allows; nothing is known of it before there is a session."""
        session = self._cockpit.cockpit_app.session
        return Limits() if session is None else session.desk.limits

    @property
    def last(self) -> OrderDraft | None:
        """What `again` repeats."""
        return self._cockpit.ticket.last or last_order(self._cockpit.snapshot)

    def open_ticket(self, side: str) -> None:
        """Open a ticket for the selected pair, with what was left unsent there, or say why not."""
        pair, snapshot = self._cockpit.pair, self._cockpit.snapshot
        if pair is None:
            self._cockpit.warn("no pair is selected yet")
            return
        draft = self._meant(OrderDraft(pair, Side(side)))
        reason = self._why_no_ticket(Capability.CLOSE_POSITION if draft.closes else Capability.PLACE_ORDER)
        if reason is not None:
            self._cockpit.warn(reason)
            return
        left = self._cockpit.ticket.left
        if left is not None and (left.pair, left.side, left.closes) == (pair, side, draft.closes):
            self._cockpit.ticket.edit(left, snapshot, replaces=True)
        else:
            self._cockpit.ticket.edit(draft, snapshot)

    def run_text(self, text: str) -> None:
        """Preview the order that a line means; a line that means none or several comes back for mending."""
        snapshot = self._cockpit.snapshot
        try:
            deals = snapshot.deals if snapshot.capabilities.has_deals else None
            draft = parse(text, pairs=snapshot.nameable, selected=self._cockpit.pair, last=self.last, deals=deals)
        except TextError as error:
            self._cockpit.line.open(text, error.choices if isinstance(error, Ambiguous) else ())
            self._cockpit.warn(str(error))
            return
        if self._cockpit.frozen:
            self._cockpit.warn(FROZEN)
        elif is_question(text):
            self._cockpit.ticket.look(draft, snapshot)
        elif isinstance(draft, CancelDraft):
            self.cancel(draft)
        elif isinstance(draft, CloseAllDraft):
            self._close_all(draft)
        else:
            self._order(draft, is_again=text.split()[0].lower() == AGAIN)

    def _order(self, draft: OrderDraft, *, is_again: bool) -> None:
        """Review a whole order; one that lacks something, or that is done again, is edited first."""
        snapshot, draft = self._cockpit.snapshot, self._meant(draft)
        reason = self._why_no_ticket(verb_of(draft.type, closes=draft.closes), draft.pair.exchange)
        if reason is not None:
            self._cockpit.warn(reason)
        elif is_again or draft.amount is None:
            self._cockpit.ticket.edit(draft, snapshot)
        else:
            self._review(preview(draft, snapshot, self._cockpit.cockpit_app.now(), limits=self.limits))

    def _close_all(self, draft: CloseAllDraft) -> None:
        reason = self._why_no_ticket(Capability.CLOSE_POSITION)
        if reason is not None:
            self._cockpit.warn(reason)
            return
        self._review(preview(draft, self._cockpit.snapshot, self._cockpit.cockpit_app.now(), limits=self.limits))

    def cancel(self, draft: CancelDraft | str) -> None:
        """Preview cancelling orders, or say why there are none."""
        if isinstance(draft, str):
            self._cockpit.warn(draft)
            return
        reason = self._why_no_ticket(Capability.CANCEL_ORDER)
        if reason is not None:
            self._cockpit.warn(reason)
            return
        self._review(preview(draft, self._cockpit.snapshot, self._cockpit.cockpit_app.now(), limits=self.limits))

    def cancel_all(self) -> None:
        """Preview cancelling all our orders on the selected pair."""
        self.cancel(CancelDraft(CancelScope.OURS_ON_PAIR, pair=self._cockpit.pair))

    def send(self, made: Preview, shown: tuple[Line, ...], bot: str) -> None:
        """Hand a preview that was confirmed for a bot to its desk, and say what came of each request."""
        snapshot = self._cockpit.crew.snapshots[bot]
        seen = ticket_view.seen(aged(made, self._cockpit.cockpit_app.now()), snapshot, shown)
        self._cockpit.run_worker(self._send(made, seen, bot), name="send", group="send")

    async def _send(self, made: Preview, seen: str, bot: str) -> None:
        session = self._cockpit.crew.sessions.get(bot)
        if session is None:
            self._cockpit.warn("not connected: nothing was sent")
            return
        with self.outcomes.leaving(_commands(made)):
            await self._submit(session.desk, made, seen, bot)

    async def _submit(self, desk: OrderDesk, made: Preview, seen: str, bot: str) -> None:
        match made:
            case OrderPreview(command=PlaceOrder() as command, consent=consent, draft=draft):
                intent = await desk.submit(command, seen, consent)
                if intent.state in UNSENT and bot == self._cockpit.crew.active:
                    self._cockpit.ticket.left = draft
                self.outcomes.tell_result(intent, bot)
            case CancelPreview(commands=(command,)):
                intent = await desk.submit(command, seen)
                self._mark_again((intent,), bot)
                self.outcomes.tell_result(intent, bot)
            case CancelPreview(commands=commands):
                await self._tell_each(desk.cancel_all(commands, seen), bot, "cancels")
            case CloseAllPreview():
                await self._tell_each(leave_all(desk.submit, made, seen), bot, "exits")

    async def _tell_each(self, intents: AsyncIterator[Intent], bot: str, what: str) -> None:
        """Tell what came of each as soon as it is known, and of all at the end."""
        told = []
        async for intent in intents:
            told.append(intent)
            self.outcomes.tell_result(intent, bot)
        marked = self._mark_again(told, bot)
        line = results_line(tuple(told), what, f"x on 5 repeats the {marked} marked" if marked else "")
        self._cockpit.say_line(self.outcomes.named(bot, line))

    def _mark_again(self, intents: Sequence[Intent], bot: str) -> int:
        """Mark what was not cancelled after all on the bot's screens, for the next `x`; how many that are."""
        if bot != self._cockpit.crew.active:
            return 0
        unsent = [intent.command for intent in intents if intent.state in (IntentState.NOT_SENT, IntentState.BLOCKED)]
        cancels = [command for command in unsent if isinstance(command, CancelOrder)]
        return sum(view.mark_again(cancels) for view in self._cockpit.stages.front.query(View)) if cancels else 0

    def halt(self) -> None:
        """Stop all sending, at every bot."""
        crew = self._cockpit.crew
        crew.halt()
        self.outcomes.expect_halt(True)
        whom = "" if crew.is_alone else f" at any of the {len(crew.names)} bots"
        self._cockpit.warn(f"halted: nothing is sent{whom} until :release")

    def release(self) -> None:
        """Allow sending again, at every bot."""
        crew = self._cockpit.crew
        crew.release()
        self.outcomes.expect_halt(False)
        self._cockpit.say(f"released: orders can be sent again{'' if crew.is_alone else ' at all bots'}")

    def _review(self, made: Preview) -> None:
        if made.blocks:
            if isinstance(made, OrderPreview):
                self._cockpit.ticket.edit(made.draft, self._cockpit.snapshot, made.blocks[0], then_review=True)
            else:
                self._cockpit.warn(made.blocks[0])
            return
        self._cockpit.ticket.review(made, self._cockpit.snapshot)

    def _meant(self, draft: OrderDraft) -> OrderDraft:
        """The order as this bot takes it."""
        snapshot = self._cockpit.snapshot
        return meant(draft, snapshot) if snapshot.capabilities.has_deals else draft

    def _why_no_ticket(self, capability: Capability, exchange: str = "") -> str | None:
        return FROZEN if self._cockpit.frozen else self._cockpit.snapshot.capabilities.why_not(capability, exchange)


def _commands(made: Preview) -> list[OrderCommand]:
    """What a preview would send."""
    match made:
        case CancelPreview(commands=commands):
            return list(commands)
        case OrderPreview(command=command):
            return [] if command is None else [command]
        case CloseAllPreview(orders=orders):
            return [order.command for order in orders if order.command is not None]
