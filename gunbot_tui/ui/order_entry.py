"""From a typed line, a key or a ticket to the desk and back: what the cockpit does about orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from gunbot_tui.engine.grammar import Ambiguous, TextError, is_question, parse
from gunbot_tui.engine.ticket import aged, preview
from gunbot_tui.model.bot import CoreState, LinkState
from gunbot_tui.model.capability import Capability, verb_of
from gunbot_tui.model.command import (
    HandedOver,
    NotSent,
    OrderCommand,
    PlaceOrder,
    Refused,
    StartCore,
    StopCore,
    Unknown,
)
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope, OrderDraft, OrderPreview, Preview
from gunbot_tui.model.trading import Side
from gunbot_tui.ui.overlays.ticket_states import Question
from gunbot_tui.views import ticket as ticket_view
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.core import consequences, core_state, cycle_seconds
from gunbot_tui.views.pairs import statuses
from gunbot_tui.views.ticket_fate import intent_line, results_line
from gunbot_tui.views.ticket_words import command_text

if TYPE_CHECKING:
    from gunbot_tui.ui.contract import LiveSession
    from gunbot_tui.ui.frame import Frame

CORE_KEY = "T"
CORE_WORDS = {StartCore: "start the core", StopCore: "stop the core"}
LOUD = frozenset(
    {IntentState.UNKNOWN, IntentState.AMBIGUOUS, IntentState.REFUSED, IntentState.NOT_SENT, IntentState.BLOCKED}
)
WORTH_A_BELL = LOUD | {IntentState.FILLED}
IN_FLIGHT = (IntentState.SENDING, IntentState.WAITING, IntentState.UNKNOWN, IntentState.AMBIGUOUS)
UNSENT = (IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED)
"""Proof that nothing was ordered: what was typed can be mended and sent."""
NAMED = 2
"""Orders in flight that are named before leaving; the others are counted."""
AGAIN = "again"
HALTED_ELSEWHERE = "halted elsewhere: nothing is sent until :release"
RELEASED_ELSEWHERE = "released elsewhere: orders can be sent again"
FROZEN = "the view is frozen: z goes on, then the ticket opens"


class OrderEntry:
    """The cockpit's side of the desk."""

    def __init__(self, cockpit: Frame) -> None:
        self._cockpit = cockpit
        self._since: datetime | None = None
        self._followed: tuple[Intent, ...] = ()
        self._told: dict[str, IntentState] = {}
        self._leaving: list[OrderCommand] = []
        self._own: set[str] = set()
        """Ids of what was sent from here."""
        self._answer: set[str] = set()
        """Those of the last press whose outcome no key has followed yet: nothing else is told over it."""
        self._missed: Line | None = None
        self._is_halted = False
        self._was_lost = False

    @property
    def limits(self) -> Limits:
        """What the config file allows; nothing is known of it before there is a session."""
        session = self._cockpit.cockpit_app.session
        return Limits() if session is None else session.desk.limits

    @property
    def last(self) -> OrderDraft | None:
        """What `again` repeats."""
        return self._cockpit.ticket.last

    def open_ticket(self, side: str) -> None:
        """Open a ticket for the selected pair, with what was left unsent there, or say why not."""
        pair, snapshot = self._cockpit.pair, self._cockpit.snapshot
        reason = self._why_no_ticket(Capability.PLACE_ORDER)
        if reason is not None or pair is None:
            self._cockpit.warn(reason or "no pair is selected yet")
            return
        left = self._cockpit.ticket.left
        if left is not None and (left.pair, left.side) == (pair, side) and not left.closes:
            self._cockpit.ticket.edit(left, snapshot, replaces=True)
        else:
            self._cockpit.ticket.edit(OrderDraft(pair, Side(side)), snapshot)

    def run_text(self, text: str) -> None:
        """Preview the order that a line means; a line that means none or several comes back for mending."""
        snapshot = self._cockpit.snapshot
        pairs = [state.pair for state in statuses(snapshot)]
        try:
            draft = parse(text, pairs=pairs, selected=self._cockpit.pair, last=self.last)
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
        else:
            self._order(draft, is_again=text.split()[0].lower() == AGAIN)

    def _order(self, draft: OrderDraft, *, is_again: bool) -> None:
        """Review a whole order; one that lacks something, or that is done again, is edited first."""
        snapshot = self._cockpit.snapshot
        reason = self._why_no_ticket(verb_of(draft.type, closes=draft.closes), draft.pair.exchange)
        if reason is not None:
            self._cockpit.warn(reason)
        elif is_again or draft.amount is None:
            self._cockpit.ticket.edit(draft, snapshot)
        else:
            self._review(preview(draft, snapshot, self._cockpit.cockpit_app.now(), limits=self.limits))

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

    def send(self, made: Preview, shown: tuple[Line, ...]) -> None:
        """Hand a confirmed preview to the desk, one request after the other, and say what came of each."""
        seen = ticket_view.seen(aged(made, self._cockpit.cockpit_app.now()), self._cockpit.snapshot, shown)
        self._cockpit.run_worker(self._send(made, seen), name="send", group="send")

    async def _send(self, made: Preview, seen: str) -> None:
        session = self._cockpit.cockpit_app.session
        if session is None:
            self._cockpit.warn("not connected: nothing was sent")
            return
        leaving = list(made.commands) if isinstance(made, CancelPreview) else [made.command] if made.command else []
        self._leaving += leaving
        try:
            await self._submit(session, made, seen)
        finally:
            self._leaving = [command for command in self._leaving if not _is_among(command, leaving)]

    async def _submit(self, session: LiveSession, made: Preview, seen: str) -> None:
        match made:
            case OrderPreview(command=PlaceOrder() as command, consent=consent, draft=draft):
                intent = await session.desk.submit(command, seen, consent)
                if intent.state in UNSENT:
                    self._cockpit.ticket.left = draft
                self._tell_result(intent)
            case CancelPreview(commands=(command,)):
                self._tell_result(await session.desk.submit(command, seen))
            case CancelPreview(commands=commands):
                intents = []
                async for intent in session.desk.cancel_all(commands, seen):
                    intents.append(intent)
                    self._tell_result(intent)
                self._cockpit.say_line(results_line(tuple(intents)))

    def ask_core(self) -> None:
        """Say what starting or stopping the core means, and ask."""
        snapshot = self._cockpit.snapshot
        reason = self._why_no_ticket(Capability.CONTROL_CORE)
        if reason is not None:
            self._cockpit.warn(reason)
            return
        state, _ = core_state(snapshot, self._cockpit.cockpit_app.now())
        command = StartCore() if state is CoreState.STOPPED else StopCore()
        name = CORE_WORDS[type(command)]
        title = f"{name} of {snapshot.bot.name}"
        self._cockpit.ticket.ask(Question(command, name, title, consequences(command, snapshot), CORE_KEY))

    def control(self, command: StartCore | StopCore) -> None:
        """Start or stop the core."""
        self._cockpit.run_worker(self._control(command), name="control", group="send")

    async def _control(self, command: StartCore | StopCore) -> None:
        session = self._cockpit.cockpit_app.session
        if session is None:
            self._cockpit.warn("not connected: nothing was sent")
            return
        name = CORE_WORDS[type(command)]
        match await session.desk.control(command):
            case HandedOver():
                self._cockpit.say(f"{name}: the bot said yes; screen 8 shows when it has happened")
            case NotSent(reason):
                self._cockpit.warn(f"{name}: not sent, {reason}")
            case Refused(reason):
                self._cockpit.warn(f"{name}: refused, {reason}")
            case Unknown(reason):
                self._cockpit.warn(
                    f"{name}: sent, but no clear answer ({reason}); look at screen 8 before doing it again"
                )

    def halt(self) -> None:
        """Stop all sending."""
        session = self._cockpit.cockpit_app.session
        if session is None:
            self._cockpit.warn("not connected: nothing can be sent anyway")
            return
        self._is_halted = True
        session.desk.halt()
        self._cockpit.warn("halted: nothing is sent until :release")

    def release(self) -> None:
        """Allow sending again."""
        session = self._cockpit.cockpit_app.session
        if session is not None:
            self._is_halted = False
            session.desk.release()
            self._cockpit.say("released: orders can be sent again")

    def follow(self, snapshot: Snapshot) -> None:
        """Tell how every order of ours moves on, whoever sent it, and how many were open when the cockpit came up."""
        self._since = self._since or self._cockpit.cockpit_app.now()
        self._follow_gates(snapshot)
        if snapshot.intents is self._followed:
            return
        self._followed = snapshot.intents
        known, found = self._told, 0
        self._told = {intent.id: known[intent.id] for intent in snapshot.intents if intent.id in known}
        for intent in reversed(snapshot.intents):
            if intent.id in known or intent.created_at >= self._since:
                self._tell(intent)
            else:
                self._told[intent.id] = intent.state
                found += intent.state.is_open
        if found:
            self._cockpit.warn(f"open from before: {found} {'order' if found == 1 else 'orders'} of ours, see 5 Orders")

    def _follow_gates(self, snapshot: Snapshot) -> None:
        """Tell what ends or begins without a key of ours: a last line that said otherwise would be false by now."""
        if snapshot.halted is not self._is_halted:
            self._is_halted = snapshot.halted
            told = HALTED_ELSEWHERE if snapshot.halted else RELEASED_ELSEWHERE
            self._tell_line((Span(told, Tone.WARN if snapshot.halted else Tone.PLAIN),))
        if snapshot.link.state in (LinkState.OFFLINE, LinkState.REFUSED):
            self._was_lost = True
        elif self._was_lost and snapshot.link.state is LinkState.ONLINE:
            self._was_lost = False
            self._tell_line((Span(f"the line to {snapshot.bot.name} is back"),))

    def take_key(self) -> None:
        """A key was pressed: the outcome that stood until now has been read, and what came meanwhile is told."""
        self._answer.clear()
        if self._missed is not None and not self._leaving:
            self._cockpit.say_line(self._missed)
            self._missed = None

    def unfinished(self) -> str:
        """What is still open, for the question before leaving."""
        waiting = [intent for intent in self._cockpit.snapshot.intents if intent.state in IN_FLIGHT]
        if not waiting:
            return ""
        named = [f"{intent.short_id} {intent.state}, {command_text(intent.command)}" for intent in waiting[:NAMED]]
        more = [f"{len(waiting) - NAMED} more"] if len(waiting) > NAMED else []
        return f" with {'; '.join([*named, *more])}"

    def _tell_result(self, intent: Intent) -> None:
        """Tell what came of sending, unless it is known by now that the order has gone on from there."""
        self._own.add(intent.id)
        self._answer.add(intent.id)
        if self._told.get(intent.id) in (None, IntentState.SENDING):
            self._tell(intent)

    def _tell(self, intent: Intent) -> None:
        """Say where an order of ours stands, once, and ring for what matters."""
        if self._told.get(intent.id) is intent.state:
            return
        self._told[intent.id] = intent.state
        if _is_among(intent.command, self._leaving):
            self._own.add(intent.id)
            self._answer.add(intent.id)
        line = intent_line(intent, cycle_seconds(self._cockpit.snapshot, intent.pair.exchange))
        if intent.id not in self._own and self._since is not None and intent.created_at >= self._since:
            line = (Span("another window: ", Tone.MUTED), *line)
        self._tell_line(line, is_answer=intent.id in self._answer)
        if intent.state in WORTH_A_BELL:
            self._cockpit.app.bell()

    def _tell_line(self, line: Line, *, is_answer: bool = False) -> None:
        """Tell it now, or after the next key where it would hide what came of the last press."""
        if is_answer or not (self._answer or self._leaving):
            self._cockpit.say_line(line)
        else:
            self._missed = line

    def _review(self, made: Preview) -> None:
        if made.blocks:
            if isinstance(made, OrderPreview):
                self._cockpit.ticket.edit(made.draft, self._cockpit.snapshot, made.blocks[0], then_review=True)
            else:
                self._cockpit.warn(made.blocks[0])
            return
        self._cockpit.ticket.review(made, self._cockpit.snapshot)

    def _why_no_ticket(self, capability: Capability, exchange: str = "") -> str | None:
        return FROZEN if self._cockpit.frozen else self._cockpit.snapshot.capabilities.why_not(capability, exchange)


def _is_among(command: OrderCommand, commands: Iterable[OrderCommand]) -> bool:
    """Whether it is one of these very commands: another window may send its equal."""
    return any(command is other for other in commands)
