"""Whatever the bot does, whoever presses and whenever a program dies: one intent is at most one request.

Two programs work on one journal. The exchange may execute, delay, duplicate or drop; answers may be lost; reads fail.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Consent, Limits, Rule
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot, apply
from gunbot_tui.model.trading import HistoryPage, OrderType, Side
from tests.clock import ManualClock, until
from tests.factories import ONLINE, make_pair, make_pair_status, make_placement, make_snapshot, make_trade
from tests.journal import all_intents
from tests.unit.engine.exchange import Exchange, Fate

S = IntentState
T = TypeVar("T")
MAY_HAVE_MOVED_MONEY = [fate for fate in Fate if fate not in (Fate.REFUSED, Fate.NOT_SENT)]
UNCLEAR = (S.UNKNOWN, S.AMBIGUOUS)
HOURLY = Decimal(200_000)
NUMBERS = st.integers(0, 11)
COUNTED = frozenset(S) - {S.NOT_SENT, S.BLOCKED, S.REFUSED, S.MISSING, S.CANCELLED}


class Program:
    """One running program: its desk, its journal and what its screen would show."""

    def __init__(self, path: Path, clock: ManualClock, exchange: Exchange) -> None:
        self.snapshot: Snapshot = make_snapshot([make_pair_status()], link=ONLINE)
        self.journal = Journal(path)
        self.desk = Desk(
            exchange,
            self.journal,
            clock,
            Limits(hard={Rule.NOTIONAL_HOUR: HOURLY}),
            emit=self.emit,
            poke=lambda *topics: None,
            snapshot=lambda: self.snapshot,
        )

    def emit(self, event: Event) -> None:
        self.snapshot = apply(self.snapshot, event)


class Orders(RuleBasedStateMachine):
    """Traders at two programs, an exchange, and time."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "journal.sqlite"
        self.clock = ManualClock()
        self.exchange = Exchange()
        self.settled: set[str] = set()
        self.before: dict[str, Intent] = {}
        self.programs = [Program(self.path, self.clock, self.exchange) for _ in range(2)]
        self.reader = Journal(self.path)
        self.runner.run(self.start())

    def teardown(self) -> None:
        self.runner.run(self.end())
        self.runner.close()
        self.folder.cleanup()

    async def start(self) -> None:
        for program in self.programs:
            await program.desk.open()
        await self.reader.open()

    async def end(self) -> None:
        await self.die(*self.programs)
        await self.reader.close()

    async def rest(self) -> None:
        """Wait until nothing is under way any more but requests to a silent bot."""
        own = {asyncio.current_task()}
        await until(lambda: asyncio.all_tasks() <= own | self.exchange.silent)

    async def press(self, command: OrderCommand, *presses: tuple[Program, Consent]) -> None:
        """Confirm a command at one program or at several in the same moment; a silent bot is not waited for."""
        self.clock.skip(0.001)
        callers = [asyncio.create_task(each.desk.submit(command, "seen", consent)) for each, consent in presses]
        if self.exchange.fate is Fate.SILENT:
            left = {asyncio.current_task()}
            await until(lambda: asyncio.all_tasks() <= left | self.exchange.silent | set(callers))
            for caller in callers:
                caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        await self.rest()

    def all_consent(self) -> Consent:
        return Consent(intents=frozenset(intent.id for each in self.programs for intent in each.desk.intents))

    @rule(
        fate=st.sampled_from(Fate),
        side=st.sampled_from(Side),
        amount=st.sampled_from(["0.5", "0.75"]),
        type=st.sampled_from([OrderType.LIMIT, OrderType.TRAILING_STOP]),
        at=st.integers(0, 1),
        consents=st.booleans(),
    )
    def place(self, fate: Fate, side: Side, amount: str, type: OrderType, at: int, consents: bool) -> None:
        self.exchange.fate = fate
        consent = self.all_consent() if consents else Consent()
        command = make_placement(side=side, amount=amount, type=type)
        self.runner.run(self.press(command, (self.programs[at], consent)))

    @rule(fate=st.sampled_from(MAY_HAVE_MOVED_MONEY), side=st.sampled_from(Side))
    def both_place_the_same_at_once(self, fate: Fate, side: Side) -> None:
        self.exchange.fate = fate
        before, consent = len(self.exchange.requests), self.all_consent()
        presses = [(program, consent) for program in self.programs]
        self.runner.run(self.press(make_placement(side=side, amount="0.6"), *presses))
        for program in self.programs:
            self.runner.run(self.refresh(program))
        # The looks may also have sent a cancel that waited for its order.
        placed = [request for request in self.exchange.requests[before:] if isinstance(request.command, PlaceOrder)]
        assert len(placed) <= 1

    @rule(fate=st.sampled_from(Fate), number=NUMBERS, at=st.integers(0, 1))
    def cancel(self, fate: Fate, number: int, at: int) -> None:
        order = chosen(list(self.exchange.open.values()), number)
        if order is None:
            return
        self.exchange.fate = fate
        command = CancelOrder(order.pair, order.id, order.side, order.price, order.amount)
        self.runner.run(self.press(command, (self.programs[at], Consent())))

    @rule(fate=st.sampled_from(Fate), number=NUMBERS, at=st.integers(0, 1))
    def cancel_on_sight(self, fate: Fate, number: int, at: int) -> None:
        order = chosen([intent for intent in self.programs[0].desk.intents if intent.is_not_shown], number)
        if order is None:
            return
        self.exchange.fate = fate
        command = CancelOrder(
            order.pair, "", order.command.side, order.command.price, order.command.amount, of=order.id
        )
        self.runner.run(self.press(command, (self.programs[at], Consent())))

    @rule(seconds=st.sampled_from([1.0, 6.0, 16.0, 60.0, 600.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.skip(seconds)

    @rule()
    def late_orders_arrive(self) -> None:
        for request in self.exchange.late:
            self.exchange.carry_out(request)
        self.exchange.late.clear()

    @rule(number=NUMBERS, half=st.booleans())
    def an_order_fills(self, number: int, half: bool) -> None:
        order = chosen(list(self.exchange.open.values()), number)
        if order is None:
            return
        del self.exchange.open[order.id]
        amount = order.amount / 2 if half else order.amount
        fill = make_trade(make_pair(), order.id, order.side, float(order.price), float(amount), self.clock.now())
        self.exchange.trades.insert(0, fill)
        if half:
            self.exchange.open[order.id] = replace(order, amount=order.amount - amount)

    @rule(number=NUMBERS)
    def somebody_cancels(self, number: int) -> None:
        order = chosen(list(self.exchange.open.values()), number)
        if order is not None:
            del self.exchange.open[order.id]

    @rule(readable=st.booleans(), at=st.integers(0, 1))
    def the_bot_is_read(self, readable: bool, at: int) -> None:
        now, program = self.clock.now(), self.programs[at]
        status = make_pair_status(open_orders=tuple(self.exchange.open.values()) if readable else None)
        history = HistoryPage(tuple(self.exchange.trades), len(self.exchange.trades))
        feeds: dict[Topic, Feed[object]] = {
            Topic(Kind.PAIRS): Feed((status,), now, 2.0),
            Topic(Kind.HISTORY, "0"): Feed(history, now, 10.0),
        }
        program.snapshot = replace(program.snapshot, feeds=feeds)
        self.runner.run(self.look(program))

    async def look(self, program: Program) -> None:
        program.desk.look()
        await self.rest()

    @rule(at=st.integers(0, 1))
    def a_program_hears_of_the_other(self, at: int) -> None:
        self.runner.run(self.refresh(self.programs[at]))

    async def refresh(self, program: Program) -> None:
        await program.desk.refresh()
        await self.rest()

    @rule(online=st.booleans(), at=st.integers(0, 1))
    def the_line_changes(self, online: bool, at: int) -> None:
        program = self.programs[at]
        program.snapshot = replace(program.snapshot, link=ONLINE if online else Link(LinkState.OFFLINE))

    @rule(halted=st.booleans(), at=st.integers(0, 1))
    def halt_or_release(self, halted: bool, at: int) -> None:
        self.runner.run(self.set_halted(self.programs[at], halted=halted))

    async def set_halted(self, program: Program, *, halted: bool) -> None:
        if halted:
            program.desk.halt()
        else:
            program.desk.release()
        await self.rest()
        self.exchange.is_halted = halted

    @rule(number=NUMBERS)
    def the_user_declares_it_absent(self, number: int) -> None:
        desk = self.programs[0].desk
        intent = chosen([intent for intent in desk.intents if intent.state in UNCLEAR], number)
        if intent is not None and isinstance(self.runner.run(desk.settle_by_user(intent.id, "absent")), Intent):
            self.settled.add(intent.id)

    @rule(at=st.integers(0, 1))
    def a_program_dies_and_starts_again(self, at: int) -> None:
        self.runner.run(self.restart(at))

    async def restart(self, at: int) -> None:
        await self.die(self.programs[at])
        self.programs[at] = Program(self.path, self.clock, self.exchange)
        known = {intent.id for intent in await self.reader.load("home", self.clock.now()) if intent.state.is_open}
        await self.programs[at].desk.open()
        assert known <= {intent.id for intent in self.programs[at].desk.intents}

    async def die(self, *programs: Program) -> None:
        """Both programs' requests to a silent bot end with either: what is left of them is a row being sent."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self.exchange.silent.clear()
        for program in programs:
            await program.journal.close()

    def written(self) -> tuple[Intent, ...]:
        """All intents, as the journal has them."""
        return all_intents(self.path)

    @invariant()
    def every_request_is_one_intents_own(self) -> None:
        """No intent is two requests, and none reaches the bot that the journal does not know."""
        sent = Counter(_told(request.command) for request in self.exchange.requests)
        meant = Counter(_told(intent.command) for intent in self.written() if intent.state is not S.WAITING)
        assert sent <= meant

    @invariant()
    def nothing_is_sent_while_halted(self) -> None:
        assert not any(request.was_halted for request in self.exchange.requests)

    @invariant()
    def the_hourly_limit_holds_over_both_programs(self) -> None:
        since = self.clock.now().timestamp() - 3600
        moved = [
            intent.command.notional
            for intent in self.written()
            if isinstance(intent.command, PlaceOrder)
            and intent.state in COUNTED
            and intent.created_at.timestamp() > since
        ]
        assert sum(moved) <= HOURLY

    @invariant()
    def no_order_belongs_to_two_intents(self) -> None:
        claimed = Counter(intent.order_id for intent in self.written() if intent.order_id)
        assert set(claimed.values()) <= {1}

    @invariant()
    def an_unknown_ends_only_by_evidence_or_by_the_user(self) -> None:
        written = self.written()
        for intent in written:
            before = self.before.get(intent.id)
            if before is None or before.state not in UNCLEAR or intent.state in UNCLEAR:
                continue
            if intent.id in self.settled:
                assert intent.state is S.MISSING
            elif intent.cancels:
                assert intent.state in (S.CANCELLED, S.FILLED)
            else:
                assert int(intent.order_id) <= self.exchange.placed
        self.before = {intent.id: intent for intent in written}

    @invariant()
    def filled_means_that_it_was_filled(self) -> None:
        for intent in self.written():
            if intent.state is S.FILLED and intent.order_id:
                fills = (Decimal(str(trade.amount)) for trade in self.exchange.trades if trade.id == intent.order_id)
                assert sum(fills) == intent.command.amount


def chosen(choices: Sequence[T], number: int) -> T | None:
    """One of them; drawn by a number, because which there are depends on who wins a race and a draw must not."""
    return choices[number % len(choices)] if choices else None


def _told(command: object) -> tuple[object, ...]:
    """What tells a request's command from others; two intents may share it."""
    match command:
        case PlaceOrder():
            return ("place", command.fingerprint)
        case CancelOrder():
            return ("cancel", command.id)
    raise TypeError(command)


Orders.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestOrders = Orders.TestCase
