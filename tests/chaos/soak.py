"""One seeded run: 20 commands through a line that fails at random, and what the program says of them afterwards.

All amounts of a run differ, so that a request on the wire, an order of the bot and an intent of ours belong together
without a doubt; only a twin, sent on purpose, shares them with its first or comes very near.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.guard import Consent
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import OpenOrder, OrderType, PairStatus, Side
from gunbot_tui.sim.options import SimOptions
from gunbot_tui.sim.serve import OPEN_ORDERS
from tests.chaos import blotter
from tests.chaos.proxy import Fault, Request
from tests.chaos.quick_loop import LoopClock
from tests.chaos.stand import Stand, stand
from tests.chaos.truth import Truth, as_text, request_of

COMMANDS = 20
LEAST_REQUESTS = 8
STEP = Decimal("0.00001")
"""Two orders so near to each other could be taken for one that the exchange has rounded."""

KEYS = ("binance/USDT-BTC", "binance/USDT-ETH")
READ_FAULTS = (Fault.DROP_BEFORE, Fault.STATUS_503, Fault.HTML_200, Fault.TRUNCATE, Fault.EMPTY, Fault.UNAUTHORISED)
PROVEN = {None: IntentState.HANDED_OVER, Fault.EXECUTE_TWICE: IntentState.HANDED_OVER} | {
    Fault.UNAUTHORISED: IntentState.REFUSED
}
"""What the answer to a request proves; after every other fault nothing is known."""


@dataclass
class Sent:
    """A command that was confirmed, what the line did to it, and the intent as it came back."""

    command: OrderCommand
    fault: Fault | None
    intent: Intent


class Soak:
    """The script of one run; what went wrong is collected in `wrong`."""

    def __init__(self, bench: Stand, seed: int) -> None:
        self.bench = bench
        self.rng = Random(seed)
        self.sent: list[Sent] = []
        self.wrong: list[str] = []

    async def play(self) -> None:
        """Send everything, let the dust settle, and compare."""
        restarts_at = self.rng.choice((None, None, self.rng.randrange(COMMANDS)))
        for number in range(COMMANDS):
            if number == restarts_at:
                await self.bench.restart()
            await self._turn(number)
        self.bench.proxy.clear()
        for _ in range(12):
            self._log_in_again()
            await self.bench.clock.sleep(12.0)
            differences = await self._differences()
            if not differences:
                break
        self.wrong += differences
        self.wrong += self._requests()
        if len(self.bench.proxy.trades()) < LEAST_REQUESTS:
            self.wrong.append(f"only {len(self.bench.proxy.trades())} requests went out: the run proves little")

    async def _turn(self, number: int) -> None:
        self._log_in_again()
        if self.rng.random() < 0.7:
            await self._wait_for_bot()
        self._disturb_reads()
        command = self._command(number)
        fault = self.rng.choice((None, None, *Fault))
        is_down = self.rng.random() < 0.06
        if is_down:
            await self.bench.proxy.down()
        await self._send(command, fault, is_down=is_down)
        if is_down:
            await self.bench.proxy.up()
        await self.bench.clock.sleep(self.rng.choice((0.02, 0.1, 1.0, 4.0)))
        if self.rng.random() < 0.2:
            self._move_market()

    async def _send(self, command: OrderCommand, fault: Fault | None, *, is_down: bool) -> None:
        proxy, desk = self.bench.proxy, self.bench.session.desk
        rule = None if fault is None else proxy.on(fault, "/trade/")
        before = len(proxy.trades())
        consent = Consent(intents=frozenset(intent.id for intent in desk.intents))
        intent = await desk.submit(command, "seen", consent)
        # A cancel that waited for its order may go out meanwhile: it is another one's request.
        seen = [each for each in proxy.trades()[before:] if text_of(each) == request_of(command)]
        if rule in proxy.rules:
            proxy.rules.remove(rule)
        self.sent.append(Sent(command, fault, intent))
        struck = seen[0].fault if seen else None
        match intent.state:
            case IntentState.NOT_SENT:
                is_right = not seen
            case IntentState.WAITING:
                is_right = not seen and isinstance(command, CancelOrder) and not command.id
            case state:
                is_right = len(seen) == 1 and not is_down and state is PROVEN.get(struck, IntentState.UNKNOWN)
        if not is_right:
            self.wrong.append(f"{command} under {struck}: {len(seen)} requests, then {intent.state} ({intent.reason})")

    def _command(self, number: int) -> OrderCommand:
        twins = [each.command for each in self.sent if isinstance(each.command, PlaceOrder)]
        working = [order for status in self._statuses() for order in status.open_orders or ()]
        unseen = [intent for intent in self.bench.session.desk.intents if intent.is_not_shown]
        drawn = self.rng.random()
        if drawn < 0.08 and twins:
            twin = self.rng.choice(twins)
            return replace(twin, amount=twin.amount + self.rng.choice((0, 1, 2)) * STEP)
        if drawn < 0.24 and working:
            return _cancel(self.rng.choice(working))
        if drawn < 0.34 and unseen:
            return _cancel_on_sight(self.rng.choice(unseen))
        return self._order(number)

    def _order(self, number: int) -> PlaceOrder:
        rng = self.rng
        status = rng.choice(self._statuses())
        side, type = rng.choice(tuple(Side)), rng.choice((*OrderType, OrderType.LIMIT, OrderType.LIMIT))
        assert status.bid is not None
        assert status.ask is not None
        amount = (Decimal(60 + number) / Decimal(str(status.ask))).quantize(STEP)
        up = 1 if side is Side.BUY else -1
        touch = Decimal(str(status.ask if side is Side.BUY else status.bid))

        def at(percent: float) -> Decimal:
            """Beyond the market for positive figures: above it for a buy, below it for a sell."""
            return (touch * (1 + up * Decimal(str(round(percent, 4))) / 100)).quantize(Decimal("0.01"))

        stop = at(rng.uniform(0.2, 2.0))
        price, stop_limit = at(rng.choice((-4.0, -1.0, -0.3, 0.1))), None
        match type:
            case OrderType.LIMIT:
                return PlaceOrder(status.pair, side, type, amount, price)
            case OrderType.MARKET:
                return PlaceOrder(status.pair, side, type, amount, touch)
            case OrderType.STOP_LIMIT:
                price = at(2.5)
            case OrderType.TRAILING_STOP:
                price = touch
            case OrderType.OCO:
                price, stop_limit = at(-1.5), at(2.5)
        return PlaceOrder(status.pair, side, type, amount, price, stop=stop, stop_limit=stop_limit)

    def _disturb_reads(self) -> None:
        if self.rng.random() < 0.25:
            path = "/(coremem|orders|balances|time|auth/status)"
            self.bench.proxy.on(self.rng.choice(READ_FAULTS), path, times=self.rng.randint(1, 3))

    def _log_in_again(self) -> None:
        """What the user does when the bot has refused the login."""
        if self.bench.session.snapshot.link.state is LinkState.REFUSED:
            self.bench.session.retry()

    async def _wait_for_bot(self) -> None:
        """What a user does when the screen says that the bot does not answer, for a while."""
        for _ in range(20):
            if self.bench.is_online:
                return
            await self.bench.clock.sleep(0.5)

    def _move_market(self) -> None:
        world = self.bench.sim.bot.world
        world.catch_up()
        key = self.rng.choice(KEYS)
        world.move_price(key, world.markets[key].last * self.rng.uniform(0.993, 1.007))

    def _statuses(self) -> tuple[PairStatus, ...]:
        return tuple(each for each in self.bench.session.snapshot.pairs.value or () if each.pair.key in KEYS)

    async def _differences(self) -> list[str]:
        """Where the program's intents and its blotter say something else than the bot's own book."""
        truth = Truth.read(await self.bench.sim.truth())
        by_id = {intent.id: intent for intent in self.bench.session.snapshot.intents}
        readable = {status.pair.key for status in self._statuses() if status.open_orders is not None}
        sent = [each for each in self.sent if each.intent.state is not IntentState.NOT_SENT]
        found = [f"{each.command} is listed nowhere" for each in sent if each.intent.id not in by_id]
        intents = [by_id[each.intent.id] for each in sent if each.intent.id in by_id]
        twins: dict[str, list[Intent]] = {}
        for intent in intents:
            twins.setdefault(_likeness(intent.command), []).append(intent)
        for intent in intents:
            alike, is_blind = twins[_likeness(intent.command)], intent.pair.key not in readable
            is_contested = any(_look_alike(intent, other) for other in intents)
            problem = truth.why_wrong(intent, alike, is_blind=is_blind, is_contested=is_contested)
            if problem:
                found.append(f"{problem}\n    {intent}")
        return found + blotter.differences(self.bench.session.snapshot, truth)

    def _requests(self) -> list[str]:
        """Requests that no intent stands for, and intents that had none."""
        by_id = {intent.id: intent for intent in self.bench.session.snapshot.intents}
        latest = [by_id.get(each.intent.id, each.intent) for each in self.sent]
        wanted = Counter(request_of(intent.command) for intent in latest if _went_out(intent))
        seen = Counter(text_of(each) for each in self.bench.proxy.trades())
        return [f"{count} requests too many: {text}" for text, count in (seen - wanted).items()] + [
            f"{count} requests missing: {text}" for text, count in (wanted - seen).items()
        ]


def text_of(request: Request) -> str:
    """A request as it arrived at the proxy, to be compared with that of a command."""
    return as_text(request.path, json.loads(request.body)["data"])


def _look_alike(intent: Intent, other: Intent) -> bool:
    """True for two orders of different words, neither of them found, that one order of the bot could stand for."""
    if other.id == intent.id or not (intent.is_not_shown and other.is_not_shown):
        return False
    one, two = intent.command, other.command
    is_near = abs(one.amount - two.amount) <= one.amount / 500
    return (one.pair, one.side) == (two.pair, two.side) and is_near


def _likeness(command: OrderCommand) -> str:
    """The same text for commands that may stand for each other: the price of a market order tells none from another."""
    return command.fingerprint if isinstance(command, PlaceOrder) else request_of(command)


def _went_out(intent: Intent) -> bool:
    """True when a request stands for it; a cancel of an order that was never shown has none."""
    waits = isinstance(intent.command, CancelOrder) and not intent.command.id
    return not waits and intent.state is not IntentState.NOT_SENT


def _cancel(order: OpenOrder) -> CancelOrder:
    return CancelOrder(order.pair, order.id, order.side, order.price, order.amount)


def _cancel_on_sight(intent: Intent) -> CancelOrder:
    """The cancel of an order of ours that the bot has not shown."""
    command = intent.command
    assert isinstance(command, PlaceOrder)
    return CancelOrder(command.pair, "", command.side, command.price, command.amount, of=intent.id)


async def play(seed: int, journal: Path) -> list[str]:
    """What went wrong in the run of a seed; nothing, for a program that keeps its promises."""
    options = SimOptions(pairs=2, seed=seed, open_orders=OPEN_ORDERS[seed % len(OPEN_ORDERS)])
    async with stand(options, LoopClock(), journal) as bench:
        await bench.start()
        soak = Soak(bench, seed)
        await soak.play()
        return soak.wrong
