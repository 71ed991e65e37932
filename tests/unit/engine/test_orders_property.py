"""Whatever the bot does with a request and whenever the program dies: one intent is at most one request.

The exchange may execute, delay, duplicate or drop; answers may be lost; the program may be killed and started again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.bot import BotRef, Link, LinkState
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import CancelOrder, Command, HandedOver, NotSent, Outcome, PlaceOrder, Refused, Unknown
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot, apply
from gunbot_tui.model.trading import HistoryPage, OpenOrder, Side, Trade
from tests.clock import ManualClock, until
from tests.factories import ONLINE, make_pair, make_pair_status, make_placement, make_snapshot, make_trade

S = IntentState
UNCLEAR = (S.UNKNOWN, S.AMBIGUOUS)


class Fate(StrEnum):
    """What becomes of a request."""

    EXECUTED = "executed"
    EXECUTED_UNHEARD = "executed, answer lost"
    EXECUTED_LATE = "executed later, answer lost"
    EXECUTED_TWICE = "executed twice"
    DROPPED = "dropped, no answer"
    SILENT = "executed, never answered"
    REFUSED = "refused"
    NOT_SENT = "not sent"


class Exchange:
    """An exchange behind a bot that answers by the fate that the test chose."""

    ref = BotRef("home", "scripted", "http://127.0.0.1:1")
    capabilities = Capabilities()
    kinds = frozenset(Kind)

    def __init__(self) -> None:
        self.fate = Fate.EXECUTED
        self.requests: list[Command] = []
        self.open: dict[str, OpenOrder] = {}
        self.trades: list[Trade] = []
        self.late: list[PlaceOrder] = []
        self.placed = 0
        self.silent: set[asyncio.Task[object] | None] = set()

    async def connect(self) -> None:
        raise NotImplementedError

    async def read(self, topic: Topic) -> object:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def execute(self, command: Command) -> Outcome:
        self.requests.append(command)
        fate = self.fate
        match fate:
            case Fate.NOT_SENT:
                return NotSent("connection refused")
            case Fate.REFUSED:
                return Refused("insufficient funds")
            case Fate.EXECUTED_LATE if isinstance(command, PlaceOrder):
                self.late.append(command)
            case Fate.DROPPED:
                pass
            case _:
                self.carry_out(command)
        if fate is Fate.EXECUTED_TWICE:
            self.carry_out(command)
        if fate is Fate.SILENT:
            self.silent.add(asyncio.current_task())
            await asyncio.get_running_loop().create_future()
        return HandedOver() if fate in (Fate.EXECUTED, Fate.EXECUTED_TWICE) else Unknown("no answer")

    def carry_out(self, command: Command) -> None:
        if isinstance(command, CancelOrder):
            self.open.pop(command.id, None)
        elif isinstance(command, PlaceOrder):
            self.placed += 1
            identity = str(self.placed)
            self.open[identity] = OpenOrder(command.pair, identity, command.side, command.price, command.amount)


class Orders(RuleBasedStateMachine):
    """A trader, an exchange and a program that may die, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        self.exchange = Exchange()
        self.presses: list[PlaceOrder | CancelOrder] = []
        self.settled: set[str] = set()
        self.before: dict[str, Intent] = {}
        self.snapshot: Snapshot = make_snapshot([make_pair_status()])
        self.runner.run(self.start())

    def teardown(self) -> None:
        self.runner.run(self.journal.close())
        self.runner.close()
        self.folder.cleanup()

    async def start(self) -> None:
        self.snapshot = replace(self.snapshot, intents=(), halted=False, link=ONLINE)
        self.journal = Journal(Path(self.folder.name) / "journal.sqlite")
        self.desk = Desk(
            self.exchange,
            self.journal,
            self.clock,
            Limits(),
            emit=self.emit,
            poke=lambda *topics: None,
            snapshot=lambda: self.snapshot,
        )
        await self.desk.open()

    def emit(self, event: Event) -> None:
        self.snapshot = apply(self.snapshot, event)

    async def press(self, command: PlaceOrder | CancelOrder, *, leave: bool) -> None:
        """Confirm a command; on a silent bot, or by choice, the caller goes away before the end."""
        self.presses.append(command)
        caller = asyncio.create_task(self.desk.submit(command))
        sent = len(self.exchange.requests)
        await until(lambda: caller.done() or len(self.exchange.requests) > sent)
        if leave or self.exchange.fate is Fate.SILENT:
            caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is under way any more but requests to a silent bot."""
        left = {asyncio.current_task(), *self.exchange.silent}
        await until(lambda: asyncio.all_tasks() <= left)

    @rule(
        fate=st.sampled_from(Fate),
        side=st.sampled_from(Side),
        amount=st.sampled_from(["0.5", "0.75"]),
        leave=st.booleans(),
    )
    def place(self, fate: Fate, side: Side, amount: str, leave: bool) -> None:
        self.exchange.fate = fate
        self.runner.run(self.press(make_placement(side=side, amount=amount), leave=leave))

    @precondition(lambda self: self.exchange.open)
    @rule(fate=st.sampled_from(Fate), data=st.data())
    def cancel(self, fate: Fate, data: st.DataObject) -> None:
        order = self.exchange.open[data.draw(st.sampled_from(sorted(self.exchange.open)))]
        self.exchange.fate = fate
        command = CancelOrder(order.pair, order.id, order.side, order.price, order.amount)
        self.runner.run(self.press(command, leave=False))

    @rule(seconds=st.sampled_from([1.0, 6.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.skip(seconds)

    @rule()
    def late_orders_arrive(self) -> None:
        for command in self.exchange.late:
            self.exchange.carry_out(command)
        self.exchange.late.clear()

    @precondition(lambda self: self.exchange.open)
    @rule(data=st.data(), half=st.booleans())
    def an_order_fills(self, data: st.DataObject, half: bool) -> None:
        order = self.exchange.open.pop(data.draw(st.sampled_from(sorted(self.exchange.open))))
        amount = order.amount / 2 if half else order.amount
        fill = make_trade(make_pair(), order.id, order.side, float(order.price), float(amount), self.clock.now())
        self.exchange.trades.insert(0, fill)
        if half:
            self.exchange.open[order.id] = replace(order, amount=order.amount - amount)

    @precondition(lambda self: self.exchange.open)
    @rule(data=st.data())
    def somebody_cancels(self, data: st.DataObject) -> None:
        del self.exchange.open[data.draw(st.sampled_from(sorted(self.exchange.open)))]

    @rule()
    def the_bot_is_read(self) -> None:
        now = self.clock.now()
        status = make_pair_status(open_orders=tuple(self.exchange.open.values()))
        history = HistoryPage(tuple(self.exchange.trades), len(self.exchange.trades))
        feeds: dict[Topic, Feed[object]] = {
            Topic(Kind.PAIRS): Feed((status,), now, 2.0),
            Topic(Kind.HISTORY, "0"): Feed(history, now, 10.0),
        }
        self.snapshot = replace(self.snapshot, feeds=feeds)
        self.runner.run(self.look())

    async def look(self) -> None:
        self.desk.look()
        await self.rest()

    @rule(online=st.booleans())
    def the_line_changes(self, online: bool) -> None:
        self.snapshot = replace(self.snapshot, link=ONLINE if online else Link(LinkState.OFFLINE))

    @rule(halted=st.booleans())
    def halt_or_release(self, halted: bool) -> None:
        self.runner.run(self.set_halted(halted=halted))

    async def set_halted(self, *, halted: bool) -> None:
        if halted:
            self.desk.halt()
        else:
            self.desk.release()
        await self.rest()

    @precondition(lambda self: any(intent.state in UNCLEAR for intent in self.desk.intents))
    @rule(data=st.data())
    def the_user_declares_it_absent(self, data: st.DataObject) -> None:
        unclear = [intent.id for intent in self.desk.intents if intent.state in UNCLEAR]
        identity = data.draw(st.sampled_from(unclear))
        self.settled.add(identity)
        assert self.runner.run(self.desk.settle_by_user(identity, "absent")) is None

    @rule()
    def the_program_dies_and_starts_again(self) -> None:
        self.runner.run(self.die())
        self.runner.run(self.start())
        assert all(intent.state is not S.SENDING for intent in self.desk.intents)

    async def die(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.journal.close()

    @invariant()
    def no_press_is_ever_more_than_one_request(self) -> None:
        presses = Counter(id(command) for command in self.presses)
        requests = Counter(id(command) for command in self.exchange.requests)
        assert set(presses.values()) <= {1}
        assert set(requests.values()) <= {1}
        assert requests.keys() <= presses.keys()

    @invariant()
    def no_order_belongs_to_two_intents(self) -> None:
        claimed = Counter(intent.order_id for intent in self.desk.intents if intent.order_id)
        assert set(claimed.values()) <= {1}

    @invariant()
    def an_unknown_ends_only_by_evidence_or_by_the_user(self) -> None:
        for intent in self.desk.intents:
            before = self.before.get(intent.id)
            if before is None or before.state not in UNCLEAR or intent.state in UNCLEAR:
                continue
            if intent.id in self.settled:
                assert intent.state is S.MISSING
            elif intent.cancels:
                assert intent.cancels not in {order.id for order in self.seen_orders()}
            else:
                assert int(intent.order_id) <= self.exchange.placed
        self.before = {intent.id: intent for intent in self.desk.intents}

    @invariant()
    def filled_means_that_it_was_filled(self) -> None:
        for intent in self.desk.intents:
            if intent.state is S.FILLED and intent.order_id:
                fills = (Decimal(str(trade.amount)) for trade in self.exchange.trades if trade.id == intent.order_id)
                assert sum(fills) == intent.command.amount

    @invariant()
    def every_request_has_its_intent(self) -> None:
        assert len(self.desk.intents) >= len(self.exchange.requests)

    def seen_orders(self) -> tuple[OpenOrder, ...]:
        return tuple(order for status in self.snapshot.pairs.value or () for order in status.open_orders or ())


Orders.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestOrders = Orders.TestCase
