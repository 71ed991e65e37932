"""The only way from a confirmed command to the bot: check, write down, send once, follow.

Sending runs in a task of its own that no caller can cancel, and there is no path that sends an intent twice: an answer
that proves nothing leaves it unknown until evidence or the user settles it. Nothing at all is sent while halted.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from gunbot_tui.backends.base import Backend
from gunbot_tui.engine.clock import Clock
from gunbot_tui.engine.evidence import Evidence, choices
from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.engine.reconcile import Watch, Watches, reconcile
from gunbot_tui.engine.risk import refusal
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import (
    Command,
    HandedOver,
    NotSent,
    OrderCommand,
    Outcome,
    PlaceOrder,
    Refused,
    StartCore,
    StopCore,
    Unknown,
)
from gunbot_tui.model.event import Event, HaltChanged, IntentsChanged, JournalFailed
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.model.snapshot import Snapshot

T = TypeVar("T")

ABSENT_WORD = "absent"
ID_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
ID_LENGTH = 6
MAX_LISTED = 200
JOURNAL_LIMIT_SECONDS = 2.0
"""An intent that took longer to write is not sent any more: its price is that much older than what was confirmed."""

NEW_FOR = timedelta(seconds=60)

SHOWN_WITHIN = timedelta(seconds=30)
"""A bot shows most orders that it took within this time; sooner than that the user can't know that one never came."""

UNSETTLED = (IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS)

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
        self._emit = emit
        self._poke = poke
        self._snapshot = snapshot
        self._intents: tuple[Intent, ...] = ()
        self._watches: Watches = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._halted = False
        self._closing = False
        self._has_journal = False

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every open intent and the last others, newest first."""
        return self._intents

    @property
    def limits(self) -> Limits:
        """The hard limits of every order."""
        return self._limits

    @property
    def halted(self) -> bool:
        """True while nothing may be sent."""
        return self._halted

    async def open(self) -> None:
        """Open the journal and take over what it knows; without it cancels work and placements are refused."""
        bot = self._backend.ref.name
        try:
            await self._journal.open()
            found = await self._journal.load_open(bot, self._clock.now())
            recent = await self._journal.recent(bot, MAX_LISTED)
        except JournalError as error:
            self._journal_failed(error)
            return
        self._has_journal = True
        merged = {intent.id: intent for intent in (*recent, *found)}
        self._list(tuple(sorted(merged.values(), key=lambda intent: (intent.created_at, intent.id), reverse=True)))

    async def submit(self, command: OrderCommand, seen: str = "") -> Intent:
        """Send a confirmed command, at most once; `seen` is what stood on screen at the press.

        Returns the intent as it stands after the bot's answer. One that was refused before it began is `NOT_SENT` with
        the reason and is neither listed nor written down. Cancelling the caller does not stop the sending.
        """
        now = self._clock.now()
        snapshot = self._snapshot()
        intent = Intent(
            id=f"{now:%Y%m%dT%H%M%S}-{self._new_short_id()}",
            command=command,
            state=IntentState.SENDING,
            created_at=now,
            updated_at=now,
            known_ids=Evidence.of(snapshot, command.pair).ids,
        )
        reason = self._why_not(command, snapshot)
        if reason is not None:
            return replace(intent, state=IntentState.NOT_SENT, reason=reason)
        self._list((intent, *self._intents))
        return await asyncio.shield(self._task(self._send(intent, seen, self._clock.monotonic())))

    async def control(self, command: StartCore | StopCore) -> Outcome:
        """Start or stop the bot's trading core, with one request that no caller can cancel."""
        reason = self._why_not_send(Capability.CONTROL_CORE)
        if reason is not None:
            return NotSent(reason)
        outcome = await asyncio.shield(self._task(self._execute(command)))
        self._poke(Topic(Kind.CONFIG), Topic(Kind.AUTH), Topic(Kind.PAIRS))
        return outcome

    def halt(self) -> None:
        """Send nothing from now on; what has left can't be called back."""
        self._set_halted(halted=True)

    def release(self) -> None:
        """Allow sending again."""
        self._set_halted(halted=False)

    async def settle_by_user(self, typed_id: str, word: str) -> str | None:
        """The user's own verdict: `absent` says that it never arrived, an order's id says which order it became.

        The intent is named by the beginning of its short id. Returns None, or why nothing was settled.
        """
        found = self._named(typed_id)
        if len(found) != 1:
            return f"{len(found)} orders of ours are called {typed_id}" if found else f"{typed_id} waits for no verdict"
        (intent,), now = found, self._clock.now()
        if word.lower() == ABSENT_WORD:
            if intent.state is IntentState.HANDED_OVER and now - intent.updated_at < SHOWN_WITHIN:
                return f"{intent.short_id} was handed over just now: give the bot {SHOWN_WITHIN.seconds} s to show it"
            settled = replace(intent, state=IntentState.MISSING, reason="declared absent by the user", updated_at=now)
        elif intent.is_placement and word in self._choices(intent):
            settled = replace(intent, state=IntentState.WORKING, order_id=word, reason="", updated_at=now)
        else:
            allowed = " or ".join((ABSENT_WORD, *self._choices(intent)))
            return f'"{word}" is no verdict on {intent.short_id}: it takes {allowed}'
        self._replace(settled)
        await self._try(self._journal.settle(settled, "settled by user"))
        self.look()
        return None

    def look(self) -> None:
        """Compare the open intents with what the bot shows now."""
        before = self._intents
        after, self._watches = reconcile(before, self._snapshot(), self._watches, self._clock.now())
        changed = [new for old, new in zip(before, after, strict=True) if new is not old]
        if not changed:
            return
        self._list(after)
        for intent in changed:
            self._task(self._try(self._journal.settle(intent, "evidence")))

    @property
    def needs_history(self) -> bool:
        """True while a fill may have just happened: an order is new and not seen yet, or has left the book."""
        now = self._clock.now()
        return any(
            (intent.state in UNSETTLED and now - intent.updated_at < NEW_FOR)
            or (intent.state.is_open and self._watches.get(intent.id, Watch()).absent_since is not None)
            for intent in self._intents
        )

    async def close(self, seconds: float = 2.0) -> None:
        """Begin nothing any more, and let what is on its way finish within the time."""
        self._closing = True
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        while self._tasks and not timer.done():
            await asyncio.wait({timer, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()

    def _why_not(self, command: OrderCommand, snapshot: Snapshot) -> str | None:
        reason = self._why_not_send(_capability(command))
        if reason is not None:
            return reason
        if any(other.state is IntentState.SENDING and other.command == command for other in self._intents):
            return "the same command is being sent right now"
        if not isinstance(command, PlaceOrder):
            return None if command.id else "the bot gave no exact id for this order"
        if not self._has_journal:
            problem = snapshot.journal_problem
            return problem.summary if problem is not None else "the journal is not open yet"
        return refusal(command, self._limits)

    def _why_not_send(self, capability: Capability) -> str | None:
        if self._halted:
            return "all sending is halted; type :release to allow it again"
        if self._closing:
            return "the program is ending"
        if self._snapshot().link.state is not LinkState.ONLINE:
            return "the bot does not answer"
        return self._backend.capabilities.why_not(capability)

    async def _send(self, intent: Intent, seen: str, pressed_at: float) -> Intent:
        problem = await self._try(self._journal.begin(self._backend.ref.name, intent, seen))
        if problem is not None and intent.is_placement:
            return await self._finish(intent, NotSent(problem))
        reason = self._why_not_send(_capability(intent.command))
        if reason is None and intent.is_placement and self._clock.monotonic() - pressed_at > JOURNAL_LIMIT_SECONDS:
            reason = "the journal took too long; confirm again"
        if reason is not None:
            return await self._finish(intent, NotSent(reason))
        return await self._finish(intent, await self._execute(intent.command))

    async def _execute(self, command: Command) -> Outcome:
        try:
            return await self._backend.execute(command)
        except Exception as error:  # a fault of ours must not turn an order that was sent into "nothing happened"
            log.exception("execute failed")
            return Unknown(f"internal error: {type(error).__name__}")

    async def _finish(self, intent: Intent, outcome: Outcome) -> Intent:
        state, reason = _state_of(outcome)
        intent = replace(intent, state=state, reason=reason, updated_at=self._clock.now())
        self._replace(intent)
        await self._try(self._journal.settle(intent, "result"))
        self._poke(*_touched(intent.pair))
        return intent

    async def _try(self, writing: Awaitable[None]) -> str | None:
        """Write to the journal; None, or why it failed."""
        try:
            await writing
        except JournalError as error:
            if self._has_journal:
                self._journal_failed(error)
            return str(error)
        if self._snapshot().journal_problem is not None:
            self._emit(JournalFailed(self._snapshot().generation, None))
        return None

    def _new_short_id(self) -> str:
        """A few letters that none of the listed intents has; with the time before them they are the journal's key."""
        taken = {intent.short_id for intent in self._intents}
        while (drawn := "".join(secrets.choice(ID_SIGNS) for _ in range(ID_LENGTH))) in taken:
            pass
        return drawn

    def _named(self, typed_id: str) -> tuple[Intent, ...]:
        """The intents open to a verdict that the typed text means; what is typed in full means that one alone."""
        typed = typed_id.lower()
        waiting = [intent for intent in self._intents if intent.state in UNSETTLED]
        exact = tuple(intent for intent in waiting if typed in (intent.short_id.lower(), intent.id.lower()))
        return exact or tuple(intent for intent in waiting if typed and intent.short_id.lower().startswith(typed))

    def _choices(self, intent: Intent) -> tuple[str, ...]:
        claimed = {other.order_id for other in self._intents if other.order_id and other.pair.key == intent.pair.key}
        return choices(intent, Evidence.of(self._snapshot(), intent.pair), claimed)

    def _task(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Run to the end whatever happens to the caller."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _replace(self, changed: Intent) -> None:
        self._list(tuple(changed if intent.id == changed.id else intent for intent in self._intents))

    def _list(self, intents: tuple[Intent, ...]) -> None:
        self._intents = tuple(
            intent for place, intent in enumerate(intents) if place < MAX_LISTED or intent.state.is_open
        )
        self._emit(IntentsChanged(self._snapshot().generation, self._intents))

    def _set_halted(self, *, halted: bool) -> None:
        self._halted = halted
        self._emit(HaltChanged(self._snapshot().generation, halted))
        self._task(self._try(self._journal.note(self._clock.now(), "halt" if halted else "release")))

    def _journal_failed(self, error: JournalError) -> None:
        problem = Problem(ProblemKind.UNEXPECTED, str(error)[:200], "cancels still work; new orders are refused")
        self._emit(JournalFailed(self._snapshot().generation, problem))


def _capability(command: OrderCommand) -> Capability:
    return Capability.PLACE_ORDER if isinstance(command, PlaceOrder) else Capability.CANCEL_ORDER


def _state_of(outcome: Outcome) -> tuple[IntentState, str]:
    match outcome:
        case NotSent(reason):
            return IntentState.NOT_SENT, reason
        case Refused(reason):
            return IntentState.REFUSED, reason
        case HandedOver():
            return IntentState.HANDED_OVER, ""
        case Unknown(reason):
            return IntentState.UNKNOWN, reason


def _touched(pair: Pair) -> tuple[Topic, ...]:
    """What an order on the pair may have changed."""
    return (
        Topic(Kind.PAIRS),
        Topic(Kind.PAIR, pair.key),
        Topic(Kind.BALANCES),
        Topic(Kind.HISTORY, "0"),
        Topic(Kind.BOOK, pair.key),
    )
