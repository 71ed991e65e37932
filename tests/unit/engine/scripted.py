"""A bot without a network: it answers what the test says, when the test says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from gunbot_tui.backends.errors import BackendError
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import Command, HandedOver, Outcome
from gunbot_tui.model.feed import Kind, Topic
from tests.quiet import Quiet

BASE = frozenset({Kind.PAIRS, Kind.BALANCES, Kind.CLOCK, Kind.BOOK, Kind.PAIR, Kind.HISTORY})


class ScriptedBot(Quiet):
    """The Backend protocol over plain attributes; a held topic or command answers only when it is let go."""

    def __init__(self, kinds: frozenset[Kind] = BASE) -> None:
        self.ref = BotRef("home", "scripted", "http://127.0.0.1:1", TradeMode.CONFIRM)
        self.capabilities = Capabilities()
        self.kinds = kinds
        self.values: dict[Topic, object] = {Topic(Kind.PAIRS): ()}
        self.read_error: Callable[[Topic], Exception | None] = lambda topic: None
        self.connect_errors: list[BackendError] = []
        self.login_error: Exception | None = None
        self.outcome: Outcome | Exception = HandedOver()
        self.reads: list[Topic] = []
        self.executed: list[Command] = []
        self.logins = 0
        self.closed = False
        self.in_flight: Counter[Topic] = Counter()
        self.most_at_once = 0
        self.most_per_topic = 0
        self._held: dict[Topic | str, asyncio.Event] = {}

    def hold(self, what: Topic | str) -> None:
        """Keep the answers to a topic, to `ready`, or to `execute` back."""
        self._held[what] = asyncio.Event()

    def let_go(self, what: Topic | str) -> None:
        """Answer now, and from now on at once."""
        self._held.pop(what).set()

    async def connect(self) -> None:
        self.logins += 1
        if self.connect_errors:
            raise self.connect_errors.pop(0)

    async def read(self, topic: Topic) -> object:
        self.reads.append(topic)
        self.in_flight[topic] += 1
        self.most_at_once = max(self.most_at_once, self.in_flight.total())
        self.most_per_topic = max(self.most_per_topic, *self.in_flight.values())
        try:
            await self._wait(topic)
            error = self.read_error(topic)
            if error is not None:
                raise error
            return self.values.get(topic, f"{topic.kind} of {topic.subject}")
        finally:
            self.in_flight[topic] -= 1

    async def ready(self) -> None:
        await self._wait("ready")
        if self.login_error is not None:
            raise self.login_error

    async def execute(self, command: Command) -> Outcome:
        self.executed.append(command)
        outcome = self.outcome
        await self._wait("execute")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        self.closed = True

    async def _wait(self, what: Topic | str) -> None:
        held = self._held.get(what)
        if held is not None:
            await held.wait()
