"""What the bot shows that speaks for an order of ours: its working orders, its newest trades, its deals and its funds.

Most bots never say which order an intent became. What could be it is told from all others by being new since the press,
by side, amount, price and trigger; what could not be read is unknown, never none. A deal's id is no evidence: a bot
uses it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gunbot_tui.model.command import OrderCommand, PlaceOrder
from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.intent import ROUNDING, Intent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, OpenOrder, OrderType, Side, Trade

TOLERANCE = Decimal("1e-8")
"""Relative: two amounts nearer than this are the same amount."""

ESTIMATE = Decimal("0.05")
"""Relative: what a stake buys by our reckoning differs by less than this from what the bot makes of it, steps aside.

By less than this an exit of a deal is smaller than asked: the bot sells what its wallet has, and may hide its steps.
"""

CLOCK_SLACK = timedelta(seconds=2)
ALL_TIME = datetime.min.replace(tzinfo=UTC)

UNREAD = "?"
"""Stands among an intent's known ids when the working orders could not be read before the press: any may be old."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one pair: its working orders (None before the bot has looked) and its part of the history."""

    orders: tuple[OpenOrder, ...] | None
    orders_read_at: datetime | None
    trades: tuple[Trade, ...]
    history_read_at: datetime | None
    covers_since: datetime | None
    """The history shows every trade after this; None when it may lack any."""
    slack: timedelta
    """So much earlier than by our clock an order of ours may be stamped."""
    deal_orders: tuple[DealOrder, ...] = ()
    """The orders of the bot's open deals, of a bot that keeps such a record."""
    steps: Mapping[str, Decimal] = field(default_factory=dict)
    """By order id: the bot cut the order's amount down to a whole number of this; the known ones."""

    @classmethod
    def of(cls, snapshot: Snapshot, pair: Pair) -> Evidence:
        """The freshest evidence of a pair in the snapshot."""
        orders, deals, read_at = _reading(snapshot, pair)
        deal_orders = tuple(order for deal in deals for order in deal.orders if order.id)
        history = snapshot.history()
        page = history.value or HistoryPage((), 0)
        times = [trade.at for trade in page.trades if trade.at is not None]
        is_whole = page.is_last or (
            history.value is not None and page.total is not None and page.total <= len(page.trades)
        )
        covers_since = ALL_TIME if is_whole else page.whole_since or min(times, default=None)
        trades = _with_fills(pair, (trade for trade in page.trades if trade.pair.key == pair.key), deal_orders)
        clock = snapshot.clock.value
        slack = CLOCK_SLACK if clock is None else CLOCK_SLACK + timedelta(seconds=abs(clock.offset_seconds))
        of_deals = ((order.id, deal.amount_step) for deal in deals for order in deal.orders)
        told = (*((trade.id, trade.amount_step) for trade in trades), *of_deals)
        steps = {id: step for id, step in told if id and step is not None}
        return cls(orders, read_at, trades, history.read_at, covers_since, slack, deal_orders, steps)

    def order(self, order_id: str) -> OpenOrder | None:
        """The working order with that id."""
        return next((order for order in self.orders or () if order.id and order.id == order_id), None)

    def asked(self, order_id: str) -> Decimal | None:
        """How many coins an order of a deal was for; None where the bot does not say."""
        order = next((order for order in self.deal_orders if order.id == order_id), None)
        return _exact(order.amount) if order is not None and order.amount > 0 else None

    def makes_up(self, order_id: str, command: OrderCommand, coins: Decimal) -> bool:
        """True when so many coins are what the bot may have made of the command, cut down to a step at last."""
        amount, step = command.amount, self.steps.get(order_id, Decimal(0))
        of_deal = isinstance(command, PlaceOrder) and command.closes and bool(command.deal)
        by_stake = isinstance(command, PlaceOrder) and command.stake is not None
        spread = ESTIMATE if of_deal or by_stake else ROUNDING
        if coins > amount:
            return same(coins, amount, TOLERANCE if of_deal else spread)
        least = amount * (1 - spread)
        return coins >= least or coins > least - step

    def fills(self, order_id: str) -> tuple[Trade, ...]:
        """The trades of one order, newest first."""
        return tuple(trade for trade in self.trades if trade.id and trade.id == order_id)

    def sides(self, order_id: str) -> set[Side]:
        """The side of an order, by all that is seen of it."""
        order = self.order(order_id)
        return {fill.side for fill in self.fills(order_id)} | ({order.side} if order is not None else set())

    def began_at(self, order_id: str) -> datetime | None:
        """When an order was placed, or else first executed; None when no time is known."""
        order = self.order(order_id)
        if order is not None and order.placed_at is not None:
            return order.placed_at
        return min((fill.at for fill in self.fills(order_id) if fill.at is not None), default=None)

    @property
    def ids(self) -> frozenset[str]:
        """Every order id that is seen."""
        return frozenset({order.id for order in self.orders or ()} | {trade.id for trade in self.trades}) - {""}

    @property
    def known_ids(self) -> frozenset[str]:
        """What an intent that begins now remembers: none of these ids can be its own."""
        return self.ids if self.orders is not None else self.ids | {UNREAD}


@dataclass(frozen=True, slots=True)
class Leg:
    """What one exchange order of a command looks like."""

    prices: tuple[Decimal, ...]
    """It may rest at any of these; at whatever price when there are none."""
    worst: Decimal | None
    """It never executes at a worse price; None for one that may."""
    stop: Decimal | None = None
    """What triggers it, if the bot says so."""
    trails: bool = False

    def is_shown_by(self, order: OpenOrder, tolerance: Decimal) -> bool:
        """True when the order rests where the leg would."""
        if order.stop and self.stop and not same(order.stop, self.stop, tolerance):
            return False
        if order.stop and self.stop is None and not self.trails:
            return False
        return not self.prices or any(same(order.price, price, tolerance) for price in self.prices)

    def allows(self, fill: Trade, tolerance: Decimal) -> bool:
        """True when the leg may have executed at the trade's price."""
        if self.worst is None:
            return True
        price = _exact(fill.price)
        is_better = price <= self.worst if fill.side is Side.BUY else price >= self.worst
        return is_better or same(price, self.worst, tolerance)


def legs_of(command: PlaceOrder) -> tuple[Leg, ...]:
    """The exchange orders that a command becomes: one, or two for an OCO, its target first."""
    price, stop, stop_limit = command.price, command.stop, command.stop_limit
    match command.type:
        case OrderType.LIMIT:
            return (Leg((price,), price),)
        case OrderType.STOP_LIMIT:
            return (Leg(tuple(each for each in (price, stop) if each is not None), price, stop),)
        case OrderType.OCO:
            resting = tuple(each for each in (stop_limit, stop) if each is not None)
            return (Leg((price,), price), Leg(resting, stop_limit, stop))
        case OrderType.MARKET:
            return (Leg((), None),)
        case OrderType.TRAILING_STOP:
            return (Leg((), None, trails=True),)


def candidates(intent: Intent, leg: Leg, evidence: Evidence, claimed: Iterable[str]) -> tuple[str, ...]:
    """The ids of the orders that a leg of the placement may have become, oldest known time first.

    Exact equals, or where there is none, those that the bot or the exchange may have made of it.
    """
    return equals(intent, leg, evidence, claimed, TOLERANCE) or equals(intent, leg, evidence, claimed, ROUNDING)


def equals(intent: Intent, leg: Leg, evidence: Evidence, claimed: Iterable[str], tolerance: Decimal) -> tuple[str, ...]:
    """The ids of the new orders that are what the leg asked for, oldest known time first."""
    since = intent.created_at - evidence.slack
    times = {order_id: evidence.began_at(order_id) or since for order_id in choices(intent, evidence, claimed)}
    found = [
        (at, order_id)
        for order_id, at in times.items()
        if at >= since and _is_equal(intent.command, leg, order_id, evidence, tolerance)
    ]
    return tuple(order_id for _, order_id in sorted(found))


def choices(intent: Intent, evidence: Evidence, claimed: Iterable[str]) -> tuple[str, ...]:
    """The ids that nothing rules out: new since the press, on the same side, and no other intent's."""
    new = evidence.ids - intent.known_ids - frozenset(claimed)
    return tuple(sorted(order_id for order_id in new if evidence.sides(order_id) == {intent.command.side}))


def funds_of(snapshot: Snapshot, pair: Pair, side: Side) -> str:
    """What the bot says is free and on order of the asset that the side spends, in words; empty when none is told."""
    asset = pair.money if side is Side.BUY else pair.coin
    for balance in snapshot.balances.value or ():
        if (balance.exchange, balance.asset) == (pair.exchange, asset):
            locked = "" if balance.locked is None else f", {balance.locked:f} on order"
            return f"{balance.free:f} {asset} free{locked}"
    return ""


def total(trades: Iterable[Trade]) -> Decimal:
    """Coins executed in all of them."""
    return sum((_exact(trade.amount) for trade in trades), Decimal(0))


def same(one: Decimal, other: Decimal, tolerance: Decimal) -> bool:
    """True when the two differ by no more than the tolerance, a part of the larger one."""
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


Reading = tuple[tuple[OpenOrder, ...] | None, tuple[Deal, ...], datetime | None]


def _reading(snapshot: Snapshot, pair: Pair) -> Reading:
    """The pair's working orders and deals by the younger of its readings, and when that was."""
    single, every = snapshot.pair(pair), snapshot.pairs
    row = next((status for status in every.value or () if status.pair.key == pair.key), None)
    if row is None and every.value is not None and snapshot.run_status.value is not None:
        # A bot that tells how it runs keeps deals, and lists every pair on which it has an order.
        return (), (), every.read_at
    readings = [
        (feed.read_at, status.open_orders, status.deals)
        for feed, status in ((single, single.value), (every, row))
        if feed.read_at is not None and status is not None and status.open_orders is not None
    ]
    if not readings:
        return None, (), None
    read_at, orders, deals = max(readings, key=lambda reading: reading[0])
    return orders, deals, read_at


def _with_fills(pair: Pair, trades: Iterable[Trade], orders: tuple[DealOrder, ...]) -> tuple[Trade, ...]:
    """The history and what the deals tell of their orders' fills, of each order whichever tells of more."""
    known: dict[str, list[Trade]] = {}
    for trade in trades:
        known.setdefault(trade.id, []).append(trade)
    for order in orders:
        if _exact(order.filled) > total(known.get(order.id, ())):
            price = order.price or 0.0
            cost = order.cost if order.cost is not None else price * order.filled
            at = order.filled_at or order.placed_at
            known[order.id] = [Trade(pair, order.id, order.side, price, order.filled, cost, at)]
    return tuple(trade for fills in known.values() for trade in fills)


def _is_equal(command: OrderCommand, leg: Leg, order_id: str, evidence: Evidence, tolerance: Decimal) -> bool:
    """True when the order, its fills or both together make up what was asked for."""
    order, fills = evidence.order(order_id), evidence.fills(order_id)
    if order is not None and not leg.is_shown_by(order, tolerance):
        return False
    if not all(leg.allows(fill, tolerance) for fill in fills):
        return False
    sizes = [total(fills)] if order is None else [order.amount, order.amount + total(fills)]
    if tolerance is TOLERANCE:
        return any(same(size, command.amount, tolerance) for size in sizes)
    return any(evidence.makes_up(order_id, command, size) for size in sizes)


def _exact(number: float) -> Decimal:
    """The shortest decimal that the number prints as, which is what the bot sent."""
    return Decimal(repr(number))
