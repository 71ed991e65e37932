"""The only way from a confirmed command to the bot: check, write down, send once, follow.

Sending runs in a task of its own that no caller can cancel, and there is no path that sends an intent twice: an answer
that proves nothing leaves it unknown until evidence or the user settles it. Nothing at all is sent while halted.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.errors import BackendError
from gunbot_tui.engine.clock import Clock
from gunbot_tui.engine.deals import is_open
from gunbot_tui.engine.errand import CONTROLLED, touched
from gunbot_tui.engine.evidence import Evidence, funds_of
from gunbot_tui.engine.follow import Follower
from gunbot_tui.engine.freshest import freshest, why_not_exact
from gunbot_tui.engine.journal import Blocked, Journal, JournalError
from gunbot_tui.engine.ledger import Ledger
from gunbot_tui.engine.outcome import result_of
from gunbot_tui.engine.record import control_text
from gunbot_tui.engine.risk import HALTED, judge, reduces
from gunbot_tui.engine.schedule import PROBE
from gunbot_tui.engine.verdict import verdict
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.capability import needed
from gunbot_tui.model.command import (
    CancelOrder,
    Command,
    Control,
    NotSent,
    OrderCommand,
    Outcome,
    PlaceOrder,
    Unknown,
)
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Topic
from gunbot_tui.model.guard import Consent, Limits, Standing
from gunbot_tui.model.intent import NOT_TRIED, Intent, IntentState, Why
from gunbot_tui.model.snapshot import Snapshot

ID_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
ID_LENGTH = 6
SEND_LIMIT_SECONDS = 2.0
"""A placement that the journal or a login holds up for longer is not sent: the price that was confirmed is old."""

NO_CONSENT = Consent()

log = logging.getLogger(__name__)


class Desk:
    """Our orders at one bot, and the only caller of its `execute`."""

    def __init__(
        self,
        backend: Backend,
        journal: Journal,
        clock: Clock,
        limits: Limits,
        *,
        emit: Callable[[Event], None],
        poke: Callable[..., None],
        snapshot: Callable[[], Snapshot],
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._poke = poke
        self._snapshot = snapshot
        self._starting: list[OrderCommand] = []
        self._closing = False
        self._ledger = Ledger(
            backend.ref.name, journal, clock, emit=emit, generation=lambda: self._snapshot().generation
        )
        self._follower = Follower(
            self._ledger,
            clock,
            snapshot=snapshot,
            poke=poke,
            why_not_cancel=lambda intent: self._why_not_send(intent.command),
            deliver=self._deliver,
        )

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every open intent and the last others, newest first."""
        return self._ledger.intents

    @property
    def limits(self) -> Limits:
        """The limits of every order."""
        return self._limits

    @property
    def halted(self) -> bool:
        """True while nothing may be sent."""
        return self._ledger.halted

    @property
    def needs_history(self) -> bool:
        """True while a fill may have just happened."""
        return self._follower.needs_history

    async def open(self) -> None:
        """Open the journal and take over what it knows; without it cancels work and placements are refused."""
        await self._ledger.open()

    async def follow(self) -> None:
        """Look for what became of our orders, and hear of other programs' about once a second, until cancelled."""
        await self._follower.run()

    async def refresh(self) -> None:
        """Take over what other programs wrote to the journal."""
        await self._follower.refresh()

    def look(self) -> None:
        """Compare the open intents with what the bot shows now."""
        self._follower.look()

    async def submit(self, command: OrderCommand, seen: str = "", consent: Consent = NO_CONSENT) -> Intent:
        """Send a confirmed command, at most once; `seen` is what stood on screen at the press.

        Returns the intent as it stands after the bot's answer. What was stopped before it began is neither listed nor
        written down: `BLOCKED` by a limit, a guard or the halt, else `NOT_SENT`, with the reason. A cancel of an order
        that the bot has not shown yet comes back `WAITING`. Cancelling the caller does not stop the sending.
        """
        return await self._submit(command, seen, consent, though_halted=False)

    async def leave(self, command: PlaceOrder, seen: str = "", consent: Consent = NO_CONSENT) -> Intent:
        """Leave a deal although all sending is halted, once: it belongs to the halt, and makes the risk smaller.

        What does not close anything comes back `BLOCKED`.
        """
        if not command.closes:
            return replace(self._intent(command), state=IntentState.BLOCKED, reason=HALTED)
        return await self._submit(command, seen, consent, though_halted=True)

    async def cancel_all(
        self, commands: Iterable[CancelOrder], seen: str = "", *, though_halted: bool = False
    ) -> AsyncIterator[Intent]:
        """Send the cancels one after the other and tell of each; once the line is dead the rest is not tried.

        `though_halted` is for the sweep that belongs to a halt: it makes the account's risk smaller.
        """
        is_dead = False
        for command in commands:
            if is_dead:
                yield replace(self._intent(command), state=IntentState.NOT_SENT, reason=NOT_TRIED)
                continue
            intent = await self._submit(command, seen, NO_CONSENT, though_halted=though_halted)
            yield intent
            if intent.state in (IntentState.UNKNOWN, IntentState.NOT_SENT):
                is_dead = not await self._is_answering()

    async def control(self, command: Control, *, though_halted: bool = False) -> Outcome:
        """Carry out what is no order, with one request that no caller can cancel.

        The journal has a note of it before it leaves and of what came of it; one that fails holds nothing up.
        """
        return await asyncio.shield(self._ledger.run(self._control(command, though_halted=though_halted)))

    def halt(self) -> None:
        """Send nothing from now on, in any program; what has left can't be called back."""
        self._ledger.set_halted(halted=True)
        self.look()

    def release(self) -> None:
        """Allow sending again, in every program."""
        self._ledger.set_halted(halted=False)

    async def settle_by_user(self, typed_id: str, word: str) -> Intent | str:
        """The user's own verdict: `absent` says that it never arrived, an order's id says which order it became.

        The intent is named by the beginning of its short id. Returns where it stands then, or why nothing was settled.
        """
        found = verdict(typed_id, word, self.intents, self._snapshot(), self._clock.now())
        if isinstance(found, str):
            return found
        before, after = found
        if not await self._ledger.take(before, after, "settled by user"):
            problem = self._ledger.problem
            return problem.summary if problem else f"{before.short_id} has moved on meanwhile: look again"
        self.look()
        return after

    async def why(self, typed_id: str) -> Why | str:
        """The whole story of the intent of any age that its short id, the beginning of that, or its order's id names.

        Or why none is told.
        """
        try:
            found = await self._journal.find(self._backend.ref.name, typed_id)
            if len(found) != 1:
                named = ", ".join(intent.short_id for intent in found[:5])
                return f"{typed_id} may be {named}" if found else f"no order of ours is called {typed_id}"
            events = await self._journal.events(found[0].id)
        except JournalError as error:
            return str(error)
        seen = next((event.detail for event in events if event.event == "intent"), "")
        return Why(found[0], seen, tuple(event for event in events if event.event != "intent"))

    async def older(self, page: int) -> tuple[Intent, ...]:
        """A page, counted from 1, of orders that ended without being filled before those of `intents`, newest first."""
        return await self._ledger.ask(self._journal.older(self._backend.ref.name, page)) or ()

    async def lines(self, limit: int = 200) -> tuple[str, ...]:
        """The lines that were typed last, in all runs, oldest first. Raises JournalError."""
        return await self._journal.lines(limit)

    async def remember(self, line: str) -> None:
        """Keep a typed line for later runs. Raises JournalError."""
        await self._journal.remember(line, self._clock.now())

    async def wait_sent(self) -> None:
        """Wait until nothing is being sent: its answer is lost with the line that it was sent on."""
        await self._ledger.wait_sent()

    async def close(self, seconds: float = 2.0) -> None:
        """Begin nothing any more, and let what is on its way finish within the time."""
        self._closing = True
        await self._ledger.finish(seconds)

    async def _control(self, command: Control, *, though_halted: bool) -> Outcome:
        if not though_halted and await self._ledger.ask(self._journal.halt()) is not None:
            return NotSent(HALTED)
        reason = self._why_not_send(command, though_halted=though_halted)
        if reason is not None:
            return NotSent(reason)
        await self._note("control", command)
        outcome = await self._execute(command, though_halted=though_halted)
        await self._note("control result", command, outcome)
        self._poke(*CONTROLLED)
        return outcome

    async def _note(self, event: str, command: Control, outcome: Outcome | None = None) -> None:
        text = control_text(self._backend.ref.name, command, outcome)
        await self._ledger.ask(self._journal.note(self._clock.now(), event, text))

    async def _submit(self, command: OrderCommand, seen: str, consent: Consent, *, though_halted: bool) -> Intent:
        if isinstance(command, CancelOrder):
            command = freshest(command, self._snapshot())
        intent = self._intent(command)
        if self.halted and not though_halted:
            return replace(intent, state=IntentState.BLOCKED, reason=HALTED)
        reason = self._why_not(command, though_halted=though_halted)
        if reason is not None:
            return replace(intent, state=IntentState.NOT_SENT, reason=reason)
        self._starting.append(command)
        return await asyncio.shield(
            self._ledger.run(self._send(intent, seen, consent, self._clock.monotonic(), though_halted=though_halted))
        )

    def _intent(self, command: OrderCommand) -> Intent:
        now, snapshot = self._clock.now(), self._snapshot()
        is_waiting = isinstance(command, CancelOrder) and not command.id
        return Intent(
            id=f"{now:%Y%m%dT%H%M%S}-{self._new_short_id()}",
            command=command,
            state=IntentState.WAITING if is_waiting else IntentState.SENDING,
            created_at=now,
            updated_at=now,
            known_ids=Evidence.of(snapshot, command.pair).known_ids,
            funds=funds_of(snapshot, command.pair, command.side),
        )

    def _why_not(self, command: OrderCommand, *, though_halted: bool) -> str | None:
        reason = self._why_not_send(command, though_halted=though_halted)
        if reason is not None:
            return reason
        sending = (intent.command for intent in self.intents if intent.state is IntentState.SENDING)
        if command in self._starting or command in sending:
            return "the same command is being sent right now"
        if isinstance(command, CancelOrder):
            return why_not_exact(command, self._snapshot())
        if command.closes and command.deal and not is_open(command.deal, self._snapshot()):
            return f"trade #{command.deal} is closed already"
        if not self._ledger.is_loaded:
            problem = self._ledger.problem
            return problem.summary if problem is not None else "the journal is not open yet"
        return None

    def _why_not_send(self, command: Command, *, though_halted: bool = False) -> str | None:
        if self.halted and not though_halted:
            return HALTED
        if self._closing:
            return "the program is ending"
        if self._snapshot().link.state is not LinkState.ONLINE:
            return "the bot does not answer"
        exchange = command.pair.exchange if isinstance(command, PlaceOrder | CancelOrder) else ""
        reasons = (self._backend.capabilities.why_not(verb, exchange) for verb in needed(command))
        return next((reason for reason in reasons if reason is not None), None)

    async def _send(
        self, intent: Intent, seen: str, consent: Consent, pressed_at: float, *, though_halted: bool
    ) -> Intent:
        try:
            judging = self._judge(intent.command, consent, though_halted=though_halted)
            await self._ledger.begin(intent, seen, judging, consent)
        except Blocked as blocked:
            return replace(intent, state=IntentState.BLOCKED, reason=blocked.reason)
        except JournalError as error:
            if intent.is_placement or intent.state is IntentState.WAITING:
                return replace(intent, state=IntentState.NOT_SENT, reason=str(error))
            self._ledger.list_unwritten(intent)
        finally:
            self._starting.remove(intent.command)
        if intent.state is IntentState.WAITING:
            self.look()
            return intent
        last_at = pressed_at + SEND_LIMIT_SECONDS if intent.is_placement else math.inf
        return await self._conclude(
            intent, await self._execute(intent.command, though_halted=though_halted, last_at=last_at)
        )

    def _judge(
        self, command: OrderCommand, consent: Consent, *, though_halted: bool
    ) -> Callable[[Standing], str | None] | None:
        """What the journal asks in its transaction; about a cancel whether another program has halted."""
        if not isinstance(command, PlaceOrder):
            return None if though_halted else lambda standing: HALTED if standing.halted else None
        limits, is_smaller = self._limits, reduces(command, self._snapshot())

        def judged(standing: Standing) -> str | None:
            halted = standing.halted and not though_halted
            return judge(command, limits, replace(standing, halted=halted), consent, reduces=is_smaller)

        return judged

    async def _deliver(self, intent: Intent) -> Intent:
        """Send what the journal has as being sent."""
        return await self._conclude(intent, await self._execute(intent.command))

    async def _execute(self, command: Command, *, though_halted: bool = False, last_at: float = math.inf) -> Outcome:
        """Send it, unless something speaks against it or it is past `last_at` once there is a login to go by."""
        try:
            await self._backend.ready()
        except BackendError as error:
            return NotSent(error.problem.summary)
        except Exception as error:  # a fault of ours before anything has left
            log.exception("no login")
            return NotSent(f"internal error: {type(error).__name__}")
        # No other request comes between this question and the command.
        reason = self._why_not_send(command, though_halted=though_halted)
        if reason is None and self._clock.monotonic() > last_at:
            reason = "the journal or the login took too long; confirm again"
        if reason is not None:
            return NotSent(reason)
        try:
            return await self._backend.execute(command)
        except Exception as error:  # a fault of ours must not turn an order that was sent into "nothing happened"
            log.exception("execute failed")
            return Unknown(f"internal error: {type(error).__name__}")

    async def _conclude(self, intent: Intent, outcome: Outcome) -> Intent:
        after = await self._ledger.conclude(intent.id, result_of(intent.command, outcome))
        self._poke(*touched(intent.pair))
        return after

    async def _is_answering(self) -> bool:
        """True when the bot answers the lightest read now."""
        if PROBE not in self._backend.kinds:
            return False
        try:
            await self._backend.read(Topic(PROBE))
        except BackendError:
            return False
        except Exception:  # a fault of ours must not leave the rest of a sweep untold
            log.exception("the probe failed")
            return False
        return True

    def _new_short_id(self) -> str:
        """A few letters that none of the listed intents has; with the time before them they are the journal's key."""
        taken = {intent.short_id for intent in self.intents}
        while (drawn := "".join(secrets.choice(ID_SIGNS) for _ in range(ID_LENGTH))) in taken:
            pass
        return drawn
