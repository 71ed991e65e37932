"""Follows our orders from the send to their end: looks again at growing distances, hears of what other programs did.

A cancel that waits for its order to show is sent from here, by the one program that wins the step in the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from gunbot_tui.engine.claims import REFUSED_FOR
from gunbot_tui.engine.clock import Clock, wait_at_most
from gunbot_tui.engine.evidence import Evidence
from gunbot_tui.engine.ledger import Ledger, Step
from gunbot_tui.engine.on_sight import judge_waiting
from gunbot_tui.engine.reconcile import NEVER_SHOWN, Watch, Watches, reconcile
from gunbot_tui.engine.schedule import NEWEST, next_look
from gunbot_tui.engine.verdict import UNSETTLED
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot

REFRESH_SECONDS = 1.0
NEW_FOR_SECONDS = 60.0
MOVES_FUNDS = (IntentState.PARTLY_FILLED, IntentState.FILLED, IntentState.CANCELLED)


class Follower:
    """The eyes on one bot's open intents; `run` is the time that passes for them."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        snapshot: Callable[[], Snapshot],
        poke: Callable[..., None],
        why_not_cancel: Callable[[Intent], str | None],
        deliver: Callable[[Intent], Awaitable[Intent]],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._snapshot = snapshot
        self._poke = poke
        self._why_not_cancel = why_not_cancel
        self._deliver = deliver
        self._watches: Watches = {}
        self._taking: set[str] = set()

    async def run(self) -> None:
        """Look again when it is time and take over what others wrote, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_again())
            group.create_task(self._keep_up())

    async def refresh(self) -> None:
        """Take over what other programs wrote, and judge anew with it."""
        await self._ledger.refresh()
        self.look(is_whole=True)

    def look(self, *, is_whole: bool = False) -> None:
        """Compare the open intents with what the bot shows now; `is_whole` when no other program's is missing."""
        snapshot, now = self._snapshot(), self._clock.now()
        before = self._ledger.intents
        after, self._watches = reconcile(before, snapshot, self._watches, now, is_whole=is_whole)
        steps = [(old, new) for old, new in zip(before, after, strict=True) if new is not old]
        self._ledger.move(steps, "evidence", _sources(steps, snapshot))
        for cancel in self._ledger.intents:
            if cancel.state is IntentState.WAITING and cancel.id not in self._taking:
                self._judge_waiting(cancel, now)
        if any(new.state in MOVES_FUNDS for _, new in steps):
            self._poke(Topic(Kind.BALANCES))

    @property
    def needs_history(self) -> bool:
        """True while a fill may have just happened: an order is new and not seen yet, or has left the book."""
        return any(
            self._is_new(intent)
            or (intent.state.is_open and self._watches.get(intent.id, Watch()).absent_since is not None)
            for intent in self._ledger.intents
        )

    def _is_new(self, intent: Intent) -> bool:
        age = (self._clock.now() - intent.updated_at).total_seconds()
        return intent.state in UNSETTLED and age < NEW_FOR_SECONDS

    def _judge_waiting(self, cancel: Intent, now: datetime) -> None:
        after = judge_waiting(cancel, self._ledger.intents, self._snapshot(), now)
        if after is cancel:
            return
        if after.state is not IntentState.SENDING:
            self._ledger.move([(cancel, after)], "evidence")
        elif self._why_not_cancel(after) is None:
            self._taking.add(cancel.id)
            self._ledger.run(self._send(cancel, after))

    async def _send(self, waiting: Intent, ready: Intent) -> None:
        try:
            if await self._ledger.take(waiting, ready, "sent on sight"):
                await self._deliver(ready)
        finally:
            self._taking.discard(waiting.id)

    async def _keep_up(self) -> None:
        while True:
            # On the whole second, so that the bots of one program ask the journal at once and it looks once for all.
            await self._clock.sleep(REFRESH_SECONDS - self._clock.monotonic() % REFRESH_SECONDS)
            await self.refresh()

    async def _look_again(self) -> None:
        looked_at = self._clock.now()
        while True:
            self._ledger.moved.clear()
            times = [at for intent in self._waiting() if (at := next_look(intent.updated_at, looked_at)) is not None]
            if not times:
                await self._ledger.moved.wait()
                continue
            await wait_at_most(self._ledger.moved, self._clock, (min(times) - self._clock.now()).total_seconds())
            now = self._clock.now()
            due = [intent for intent in self._waiting() if _is_due(intent, looked_at, now)]
            if due:
                looked_at = now
                keys = {intent.pair.key for intent in due}
                self._poke(Topic(Kind.PAIRS), NEWEST, Topic(Kind.BALANCES), *(Topic(Kind.PAIR, key) for key in keys))
                self.look()

    def _waiting(self) -> list[Intent]:
        """The intents that nobody knows enough of; the bot may have placed even what it has just refused."""
        now = self._clock.now()
        return [
            intent
            for intent in self._ledger.intents
            if (intent.state in (IntentState.HANDED_OVER, IntentState.UNKNOWN) and NEVER_SHOWN not in intent.reason)
            or (intent.state is IntentState.REFUSED and now - intent.updated_at < REFUSED_FOR)
        ]


def _is_due(intent: Intent, looked_at: datetime, now: datetime) -> bool:
    at = next_look(intent.updated_at, looked_at)
    return at is not None and at <= now


def _sources(steps: list[Step], snapshot: Snapshot) -> str:
    """Where the orders that were found stand, for the journal."""
    found = [new for old, new in steps if new.order_id and new.order_id != old.order_id]
    words = set()
    for intent in found:
        evidence = Evidence.of(snapshot, intent.pair)
        in_book = evidence.order(intent.order_id) is not None
        read_at = evidence.orders_read_at if in_book else evidence.history_read_at
        place = "working orders" if in_book else "history"
        words.add(f"probable match, {place} read {read_at:%H:%M:%S}" if read_at is not None else "probable match")
    return "; ".join(sorted(words))
