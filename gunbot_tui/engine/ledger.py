"""Our intents as this program has them: the journal's, with what is not written there yet.

Here things move at once, so that the screen never waits for the disk. The journal has the last word all the same: other
programs write in it too, and a step that one of them has overtaken is given up and read anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TypeVar

from gunbot_tui.engine.clock import Clock
from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.engine.journal_store import SENDING_FOR
from gunbot_tui.engine.outcome import Result, concluded, freed, holder
from gunbot_tui.model.event import Event, HaltChanged, IntentsChanged, JournalFailed, UsageChanged
from gunbot_tui.model.guard import Consent, Halt, Standing, Usage
from gunbot_tui.model.intent import LISTED, TOLD, Intent, IntentState
from gunbot_tui.model.problem import Problem, ProblemKind

log = logging.getLogger(__name__)

T = TypeVar("T")
Step = tuple[Intent, Intent]
"""An intent before and after something happened to it."""

OPEN_SECONDS = 1.0
OPEN_CAP_SECONDS = 60.0
"""A journal that can't be opened is tried again after this first and this longest wait."""

PROGRAM = "cockpit"
"""What halts here, as others are told."""

COUNT_SECONDS = 10.0
"""The sums of the last hour shrink by themselves: so often they are counted while there is any."""


class Ledger:
    """What this program knows of one bot's intents, limits used up and halt, and the way to change it."""

    def __init__(
        self, bot: str, journal: Journal, clock: Clock, *, emit: Callable[[Event], None], generation: Callable[[], int]
    ) -> None:
        self._bot = bot
        self._journal = journal
        self._clock = clock
        self._emit_event = emit
        self._generation = generation
        self._intents: tuple[Intent, ...] = ()
        self._unsaved: dict[str, Intent] = {}
        self._unwritten: set[str] = set()
        self._owed: list[tuple[Intent, Intent, str, str]] = []
        self._paying = asyncio.Lock()
        self._moves = 0
        self._halt: Halt | None = None
        self._halt_owed: bool | None = None
        self._usage = Usage()
        self._counted_at: float | None = None
        self._problem: Problem | None = None
        self._open_at = 0.0
        self._open_wait = OPEN_SECONDS
        self._tasks: set[asyncio.Task[object]] = set()
        self._is_over = False
        self.is_loaded = False
        self.moved = asyncio.Event()
        """Set whenever an intent changes; whoever waits for it clears it."""

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every open intent and the last others, newest first."""
        return self._intents

    @property
    def halted(self) -> bool:
        """True while nothing may be sent."""
        return self._halt is not None

    @property
    def problem(self) -> Problem | None:
        """Why the journal can't be used."""
        return self._problem

    async def open(self) -> None:
        """Open the journal and take over what it knows."""
        try:
            await self._journal.open(self._bot)
            found = await self._journal.load(self._bot, self._clock.now())
            halt = await self._journal.halt()
        except JournalError as error:
            self._problem = None
            self._failed(error)
            self._open_at = self._clock.monotonic() + self._open_wait
            self._open_wait = min(2 * self._open_wait, OPEN_CAP_SECONDS)
            return
        self.is_loaded = True
        self._works()
        self._take_over(found)
        self._take_over_halt(halt)
        await self._count()

    def find(self, intent_id: str) -> Intent | None:
        """The listed intent with that id."""
        return next((intent for intent in self._intents if intent.id == intent_id), None)

    async def begin(
        self, intent: Intent, seen: str, judge: Callable[[Standing], str | None] | None, consent: Consent
    ) -> None:
        """Write a new intent down, then list it. Raises Blocked or JournalError, and nothing is listed."""
        try:
            await self._journal.begin(self._bot, intent, seen, judge, consent)
        except JournalError as error:
            self._failed(error)
            raise
        self._works()
        self._counted_at = None
        self._put((intent,))

    def list_unwritten(self, intent: Intent) -> None:
        """List an intent that the journal could not take."""
        self._unwritten.add(intent.id)
        self._put((intent,))

    def move(self, steps: Iterable[Step], event: str, detail: str = "") -> None:
        """Go these steps, all at once here and then one by one in the journal."""
        steps = tuple(steps)
        for before, after in steps:
            if after.id not in self._unwritten:
                self._unsaved[after.id] = after
                self.run(self._save(before, after, event, detail))
        self._put(tuple(after for _, after in steps))

    async def take(self, before: Intent, after: Intent, event: str) -> bool:
        """Go a step that nobody else may go too: in the journal first. False when it was overtaken."""
        if after.id not in self._unwritten:
            await asyncio.sleep(0)  # steps that were gone just before are handed to the journal first
            taken = await self.ask(self._journal.advance(before, after, event))
            if not taken:
                await self.reload()
                return False
        self._put((after,))
        return True

    async def conclude(self, intent_id: str, result: Result) -> Intent:
        """Write down what came of sending, unless evidence has told more meanwhile. Returns where it stands then.

        An order that the bot names counts for more than one that was found by its looks.
        """
        while True:
            stands = self.find(intent_id)
            if stands is None:
                raise LookupError(f"{intent_id} is not listed")
            if result.order_id and not await self._free(stands, result.order_id):
                result = result.unnamed
                continue
            after = concluded(stands, result, self._clock.now())
            if after is None:
                if intent_id not in self._unwritten:
                    await self.ask(self._journal.note(self._clock.now(), "late result", str(result), intent_id))
                return stands
            self._counted_at = None
            self._put((after,))
            if after.id in self._unwritten:
                return after
            self._unsaved[after.id] = after
            if await self._save(stands, after, "result", result.words):
                return after
            if result.order_id and self.find(intent_id) == stands:
                result = result.unnamed  # not overtaken: one of ours that is not listed any more has it

    async def _free(self, intent: Intent, order_id: str) -> bool:
        """Make sure that no other one of ours has the order that the bot names; False when it can't be the intent's.

        Then it was there before the intent, or the bot has named it for another one.
        """
        other = holder(intent, order_id, self._intents)
        if order_id in intent.known_ids or (other is not None and other.reason == TOLD):
            return False
        return other is None or await self.take(other, freed(other, intent, order_id, self._clock.now()), "freed")

    def set_halted(self, *, halted: bool) -> None:
        """Stop or allow all sending, here at once and then in every program."""
        self._halt_owed = halted
        self._show_halt(Halt(self._clock.now(), f"this {PROGRAM}") if halted else None)
        self.run(self._save_halt(halted=halted))

    async def refresh(self) -> None:
        """Take over what other programs wrote; one cheap question when they wrote nothing."""
        if not self.is_loaded:
            if self._clock.monotonic() < self._open_at:
                return
            await self.open()
            if not self.is_loaded:
                return
        await self._pay()
        if await self.ask(self._journal.changed(self._bot)):
            await self.reload()
            await self._read_halt()
            await self._count()
        elif self._is_count_old():
            await self._count()
        if any(self._is_overdue(intent) for intent in self._intents):
            await self.reload()

    async def reload(self) -> None:
        """Take over what the journal says, but for steps that it is yet to hear of."""
        while True:
            moves = self._moves
            found = await self.ask(self._journal.load(self._bot, self._clock.now()))
            if found is None:
                return
            if moves == self._moves:
                break
        self._take_over(found)

    async def ask(self, asking: Awaitable[T]) -> T | None:
        """The journal's answer; None, and the problem is shown, when it gives none."""
        try:
            answer = await asking
        except JournalError as error:
            self._failed(error)
            return None
        self._works()
        return answer

    def run(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Run to the end whatever happens to the caller."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work on the orders failed", exc_info=task.exception())

    async def finish(self, seconds: float) -> None:
        """Let what is on its way finish within the time, and try once more to write what could not be written."""
        timer: asyncio.Task[object] = asyncio.create_task(self._clock.sleep(seconds))
        await self._wait_for_tasks(timer)
        self.run(self._pay())
        await self._wait_for_tasks(timer)
        timer.cancel()
        self._is_over = True

    async def wait_sent(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _wait_for_tasks(self, timer: asyncio.Task[object]) -> None:
        while self._tasks and not timer.done():
            await asyncio.wait({timer, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)

    async def _save(self, before: Intent, after: Intent, event: str, detail: str) -> bool:
        """Write a step down. False when it was overtaken; one that can't be written now is owed, in its order."""
        if any(owed[1].id == after.id for owed in self._owed):
            self._owed.append((before, after, event, detail))
            return True
        is_written = await self._write(before, after, event, detail)
        if is_written is None:
            self._owed.append((before, after, event, detail))
            return True
        return is_written

    async def _write(self, before: Intent, after: Intent, event: str, detail: str) -> bool | None:
        """Write a step down. False when it was overtaken, None when the journal can't be written now."""
        is_written = await self.ask(self._journal.advance(before, after, event, detail))
        if is_written is None:
            return None
        self._moves += 1
        if self._is_over:
            self._journal.stir()
        if self._unsaved.get(after.id) is after:
            del self._unsaved[after.id]
        if not is_written:
            self._unsaved.pop(after.id, None)
            await self.reload()
        return is_written

    async def _pay(self) -> None:
        """Write down what could not be written before, each intent's steps in their order, each owed until it is."""
        async with self._paying:
            failed: set[str] = set()
            owed = tuple(self._owed)
            for step in owed:
                intent_id = step[1].id
                if intent_id in failed:
                    continue
                if await self._write(*step) is None:
                    failed.add(intent_id)
                else:
                    self._owed.remove(step)
            if len(self._owed) < len(owed):
                await self.reload()  # a later step that was given up meanwhile has left the list behind the journal
            if self._halt_owed is not None:
                await self._save_halt(halted=self._halt_owed)

    async def _read_halt(self) -> None:
        try:
            halt = await self._journal.halt()
        except JournalError as error:
            self._failed(error)
            return
        self._works()
        self._take_over_halt(halt)

    def _take_over_halt(self, halt: Halt | None) -> None:
        """Believe the journal, unless it is yet to hear of what was done here."""
        if self._halt_owed is None:
            self._show_halt(halt)

    async def _save_halt(self, *, halted: bool) -> None:
        try:
            await self._journal.set_halt(self._clock.now(), PROGRAM, halted=halted)
        except JournalError as error:
            self._failed(error)
            return
        if self._halt_owed is halted:
            self._halt_owed = None

    async def _count(self) -> None:
        usage = await self.ask(self._journal.usage(self._bot, self._clock.now()))
        self._counted_at = self._clock.monotonic()
        if usage is not None and usage != self._usage:
            self._usage = usage
            self._emit(UsageChanged(self._generation(), usage))

    def _is_count_old(self) -> bool:
        if self._counted_at is None:
            return True
        return self._usage != Usage() and self._clock.monotonic() - self._counted_at >= COUNT_SECONDS

    def _is_overdue(self, intent: Intent) -> bool:
        return intent.state is IntentState.SENDING and self._clock.now() - intent.updated_at > SENDING_FOR

    def _emit(self, event: Event) -> None:
        """Tell of it."""
        try:
            self._emit_event(event)
        except Exception:  # a screen that fails must not come between an intent in the journal and its request
            log.exception("%s could not be told", type(event).__name__)

    def _take_over(self, found: Iterable[Intent]) -> None:
        """List what the journal has, with what it does not have yet."""
        known = {intent.id: intent for intent in found}
        known |= {intent.id: intent for intent in self._intents if intent.id in self._unwritten}
        self._show((known | self._unsaved).values())

    def _put(self, changed: tuple[Intent, ...]) -> None:
        latest = {intent.id: intent for intent in changed}
        known = latest | {intent.id: intent for intent in self._intents} | latest
        self._moves += 1
        self._show(known.values())

    def _show(self, intents: Iterable[Intent]) -> None:
        ordered = sorted(intents, key=lambda intent: intent.created_at, reverse=True)
        listed = tuple(intent for place, intent in enumerate(ordered) if place < LISTED or intent.state.is_open)
        if listed == self._intents:
            return
        self._intents = listed
        self.moved.set()
        self._emit(IntentsChanged(self._generation(), listed))

    def _show_halt(self, halt: Halt | None) -> None:
        if halt != self._halt:
            self._halt = halt
            self._emit(HaltChanged(self._generation(), halt))

    def _failed(self, error: JournalError) -> None:
        if self._problem is None or self.is_loaded:
            summary = str(error)[:200]
            self._problem = Problem(ProblemKind.UNEXPECTED, summary, "cancels still work; new orders are refused")
            self._emit(JournalFailed(self._generation(), self._problem))

    def _works(self) -> None:
        if self._problem is not None and self.is_loaded:
            self._problem = None
            self._emit(JournalFailed(self._generation(), None))
