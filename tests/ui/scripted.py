"""A session and its desk that do what the test says: they publish its snapshots and remember what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from gunbot_tui.engine.freshest import freshest
from gunbot_tui.engine.journal import JournalError
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.command import CancelOrder, Control, HandedOver, OrderCommand, Outcome
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.feed import Topic
from gunbot_tui.model.guard import Consent, Limits, Rule
from gunbot_tui.model.intent import CHOSEN, OLDER, Intent, IntentState, Why
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.contract import LiveSession
from tests.clock import ManualClock
from tests.factories import HALT, make_intent

NO_CONSENT = Consent()


class ScriptedDesk:
    """Takes every command and remembers it; orders, halt and release are published as the engine does."""

    def __init__(self, session: ScriptedSession) -> None:
        self.sent: list[OrderCommand] = []
        self.seen: list[str] = []
        self.consents: list[Consent] = []
        self.answers: dict[int, tuple[IntentState, str]] = {}
        """What becomes of the first, the second and so on of the commands; the others are handed over."""
        self.controls: list[Control] = []
        self.settled: list[tuple[str, str]] = []
        self.stories = asyncio.Event()
        """Cleared while the journal gives no answer about an order."""
        self.stories.set()
        self.answered = asyncio.Event()
        """Cleared while an order is on its way."""
        self.answered.set()
        self.limits = Limits(hard={Rule.NOTIONAL: Decimal(5000)})
        self.typed: list[str] = []
        """The lines of earlier runs, then those of this one."""
        self.kept: tuple[Intent, ...] = ()
        """Orders in the journal that are not in the snapshot any more."""
        self.journal_fails = False
        self._session = session

    async def submit(self, command: OrderCommand, seen: str = "", consent: Consent = NO_CONSENT) -> Intent:
        self.sent.append(command)
        self.seen.append(seen)
        self.consents.append(consent)
        now = self._session.clock.now()
        begun, taken = IntentState.SENDING, IntentState.HANDED_OVER
        if isinstance(command, CancelOrder):
            command = freshest(command, self._session.snapshot)
            begun, taken = (begun, taken) if command.id else (IntentState.WAITING, IntentState.WAITING)
        state, reason = self.answers.get(len(self.sent), (taken, ""))
        sending = Intent(f"intent-{len(self.sent)}-sent", command, begun, now, now)
        answered = replace(sending, state=state, reason=reason)
        if state is IntentState.BLOCKED:
            return answered
        self._session.list(sending)
        await asyncio.sleep(0)
        self._session.list(answered)
        return answered

    async def cancel_all(self, commands: Iterable[CancelOrder], seen: str = "") -> AsyncIterator[Intent]:
        for command in commands:
            yield await self.submit(command, seen)

    async def control(self, command: Control) -> Outcome:
        self.controls.append(command)
        return HandedOver()

    async def settle_by_user(self, typed_id: str, word: str) -> Intent | str:
        self.settled.append((typed_id, word))
        if word.lower() != "absent" and not word.isdigit():
            return "no such verdict"
        named = (intent for intent in self._session.snapshot.intents if intent.short_id == typed_id)
        before = next(named, make_intent(id=typed_id))
        state, id, reason = IntentState.WORKING, word, CHOSEN
        if word.lower() == "absent":
            state, id, reason = IntentState.MISSING, "", "declared absent by the user"
        after = replace(before, state=state, order_id=id, reason=reason)
        self._session.list(after)
        return after

    async def lines(self, limit: int) -> tuple[str, ...]:
        self._read_journal()
        return tuple(self.typed[-limit:])

    async def remember(self, line: str) -> None:
        self._read_journal()
        self.typed.append(line)

    async def why(self, typed_id: str) -> Why | str:
        await self.stories.wait()
        if self.journal_fails:
            return "disk full"
        intents = self._session.snapshot.intents
        found = [intent for intent in intents if intent.short_id.startswith(typed_id) or intent.id == typed_id]
        return Why(found[0], "what was on screen", ()) if found else f"no order of ours is called {typed_id}"

    async def older(self, page: int) -> tuple[Intent, ...]:
        return self.kept[(page - 1) * OLDER : page * OLDER]

    async def wait_sent(self) -> None:
        await self.answered.wait()

    def _read_journal(self) -> None:
        if self.journal_fails:
            raise JournalError("disk full")

    def halt(self) -> None:
        self._session.publish(replace(self._session.snapshot, halt=HALT))

    def release(self) -> None:
        self._session.publish(replace(self._session.snapshot, halt=None))


class ScriptedSession:
    """A session whose only life is what the test publishes."""

    def __init__(self, snapshot: Snapshot, clock: ManualClock) -> None:
        self.snapshot = snapshot
        self.clock = clock
        self.desk = ScriptedDesk(self)
        self.shown: frozenset[Topic] = frozenset()
        self.is_active = True
        self.poked: list[Topic] = []
        self.retries = 0
        self.deals: dict[str, Deal] = {}
        """Trades that are on no screen, by id."""
        self.is_closed = False
        self.openings = 0
        self.heard_by: Callable[[Snapshot], None] | None = None

    async def open(self, bot: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]) -> LiveSession:
        self.heard_by = publish
        self.openings += 1
        return self

    def list(self, intent: Intent) -> None:
        """Publish an order of ours where it stands now."""
        others = tuple(known for known in self.snapshot.intents if known.id != intent.id)
        self.publish(replace(self.snapshot, intents=(intent, *others)))

    def publish(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        if self.heard_by is not None:
            self.heard_by(snapshot)

    def show(self, topics: frozenset[Topic], *, is_active: bool = True) -> None:
        self.shown = topics
        self.is_active = is_active

    def poke(self, *topics: Topic) -> None:
        self.poked += topics

    async def deal(self, id: str) -> Deal | str:
        return self.deals.get(id, f"no trade {id} at {self.snapshot.bot.name}")

    def retry(self) -> None:
        self.retries += 1

    def breaks(self, error: Exception) -> None:
        """End the session's life as a fault of ours would."""
        self._fault.set_exception(error)

    async def run(self) -> None:
        self._fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._fault

    async def close(self) -> None:
        self.is_closed = True
