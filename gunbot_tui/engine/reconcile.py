"""What became of our orders, judged from what the bot shows: its working orders and its newest trades.

The bot never says which order an intent became, so a match is the exact id once it is known, or else a unique equal
among the orders that were not there before. Absence alone never ends a placement that was never seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, OpenOrder, OrderType, Side, Trade

TOLERANCE = Decimal("1e-8")
"""Relative: two amounts nearer than this are the same amount."""

ROUNDING = Decimal("0.001")
"""Relative: an exchange rounds price and amount to its steps, which no API of the bot tells, by less than this."""

CLOCK_SLACK = timedelta(seconds=2)
CYCLE_SLACK = timedelta(minutes=2)
"""A bot's list of working orders may be this old when a cancel is pressed: fills within it count as not yet seen."""

GONE_AFTER = timedelta(seconds=5)
"""An order has left the book when two reads at least this far apart lack it."""

SECOND_THOUGHTS = timedelta(minutes=10)
"""So long a late trade still turns an order that left the book into a filled one."""

ALL_TIME = datetime.min.replace(tzinfo=UTC)

UNRESOLVED = (IntentState.HANDED_OVER, IntentState.UNKNOWN)
"""Placements without an order yet, in the order in which they may claim one: a known hand-over comes first."""


@dataclass(frozen=True, slots=True)
class Watch:
    """When an order was last in the book, and since when it is not; read times of the book."""

    seen_at: datetime | None = None
    absent_since: datetime | None = None


Watches = Mapping[str, Watch]
"""By intent id; carried from one look to the next."""


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

    @classmethod
    def of(cls, snapshot: Snapshot, pair: Pair) -> Evidence:
        """The freshest evidence of a pair in the snapshot."""
        orders, read_at = _orders(snapshot, pair)
        history = snapshot.history()
        page = history.value or HistoryPage((), 0)
        times = [trade.at for trade in page.trades if trade.at is not None]
        is_whole = history.value is not None and page.total <= len(page.trades)
        covers_since = ALL_TIME if is_whole else min(times, default=None)
        trades = tuple(trade for trade in page.trades if trade.pair.key == pair.key)
        clock = snapshot.clock.value
        slack = CLOCK_SLACK if clock is None else CLOCK_SLACK + timedelta(seconds=abs(clock.offset_seconds))
        return cls(orders, read_at, trades, history.read_at, covers_since, slack)

    def order(self, order_id: str) -> OpenOrder | None:
        """The working order with that id."""
        return next((order for order in self.orders or () if order.id == order_id), None)

    def fills(self, order_id: str) -> tuple[Trade, ...]:
        """The trades of one order, newest first."""
        return tuple(trade for trade in self.trades if trade.id == order_id)

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


def reconcile(
    intents: tuple[Intent, ...], snapshot: Snapshot, watches: Watches, now: datetime
) -> tuple[tuple[Intent, ...], Watches]:
    """The intents as the evidence leaves them, the unchanged ones as they were, and the watches for the next look."""
    claimed = _claim_all(intents, snapshot, now)
    after: list[Intent] = []
    kept: dict[str, Watch] = {}
    for intent in claimed:
        if not _is_watched(intent, now):
            after.append(intent)
            continue
        evidence = Evidence.of(snapshot, intent.pair)
        watch = _watch(watches.get(intent.id, Watch()), evidence, intent.order_id or intent.cancels)
        kept[intent.id] = watch
        if isinstance(intent.command, CancelOrder):
            after.append(_judge_cancel(intent, intent.command, evidence, watch, now))
        else:
            cancelled = _was_cancelled_by_us(intents, intent)
            after.append(_judge_order(intent, evidence, watch, now, cancelled=cancelled))
    return tuple(after), kept


def candidates(intent: Intent, evidence: Evidence, claimed: Iterable[str]) -> tuple[str, ...]:
    """The ids of the orders that the placement may have become, oldest known time first.

    Exact equals, or where there is none, those that differ by no more than an exchange's rounding.
    """
    command = intent.command
    if not isinstance(command, PlaceOrder):
        return ()
    since = intent.created_at - evidence.slack
    times = {order_id: evidence.began_at(order_id) or since for order_id in choices(intent, evidence, claimed)}
    for tolerance in (TOLERANCE, ROUNDING):
        found = [
            (at, order_id)
            for order_id, at in times.items()
            if at >= since and _is_equal(command, evidence.order(order_id), evidence.fills(order_id), tolerance)
        ]
        if found:
            return tuple(order_id for _, order_id in sorted(found))
    return ()


def choices(intent: Intent, evidence: Evidence, claimed: Iterable[str]) -> tuple[str, ...]:
    """The ids that nothing rules out: new since the press, on the same side, and no other intent's."""
    new = evidence.ids - intent.known_ids - frozenset(claimed)
    return tuple(sorted(order_id for order_id in new if evidence.sides(order_id) == {intent.command.side}))


def _orders(snapshot: Snapshot, pair: Pair) -> tuple[tuple[OpenOrder, ...] | None, datetime | None]:
    single, every = snapshot.pair(pair), snapshot.pairs
    row = next((status for status in every.value or () if status.pair.key == pair.key), None)
    readings = [
        (feed.read_at, status.open_orders)
        for feed, status in ((single, single.value), (every, row))
        if feed.read_at is not None and status is not None and status.open_orders is not None
    ]
    if not readings:
        return None, None
    read_at, orders = max(readings, key=lambda reading: reading[0])
    return orders, read_at


def _claim_all(intents: tuple[Intent, ...], snapshot: Snapshot, now: datetime) -> tuple[Intent, ...]:
    """Give each placement without an order its own: as many equal orders as equal intents, or the user decides."""
    claimed = {(intent.pair.key, intent.order_id) for intent in intents if intent.order_id}
    waiting = [
        intent for intent in intents if intent.is_placement and not intent.order_id and intent.state in UNRESOLVED
    ]
    waiting.sort(key=lambda intent: (UNRESOLVED.index(intent.state), intent.created_at, intent.id))
    changed: dict[str, Intent] = {}
    for place, intent in enumerate(waiting):
        taken = {order_id for key, order_id in claimed if key == intent.pair.key}
        ids = candidates(intent, Evidence.of(snapshot, intent.pair), taken)
        rivals = sum(other.command == intent.command for other in waiting[place:])
        if not ids:
            continue
        if len(ids) > rivals:
            reason = f"{len(ids)} orders look like it: {', '.join(ids)}"
            changed[intent.id] = replace(intent, state=IntentState.AMBIGUOUS, reason=reason, updated_at=now)
            continue
        claimed.add((intent.pair.key, ids[0]))
        changed[intent.id] = replace(intent, state=IntentState.WORKING, order_id=ids[0], reason="", updated_at=now)
    return tuple(changed.get(intent.id, intent) for intent in intents)


def _is_watched(intent: Intent, now: datetime) -> bool:
    if isinstance(intent.command, CancelOrder):
        return intent.state in UNRESOLVED
    if not intent.order_id:
        return False
    recent = now - intent.updated_at < SECOND_THOUGHTS
    return intent.state.is_open or (intent.state in (IntentState.CANCELLED, IntentState.MISSING) and recent)


def _watch(before: Watch, evidence: Evidence, order_id: str) -> Watch:
    if evidence.orders is None:
        return before
    if evidence.order(order_id) is not None:
        return Watch(seen_at=evidence.orders_read_at)
    return Watch(before.seen_at, before.absent_since or evidence.orders_read_at)


def _has_left(evidence: Evidence, watch: Watch) -> bool:
    """True when two reads lacked the order and the history was read after it went."""
    absent, read_at, history = watch.absent_since, evidence.orders_read_at, evidence.history_read_at
    if absent is None or read_at is None or history is None:
        return False
    return read_at - absent >= GONE_AFTER and history >= absent


def _judge_order(intent: Intent, evidence: Evidence, watch: Watch, now: datetime, *, cancelled: bool) -> Intent:
    """An order whose id is known: working, partly filled, filled, or gone from the book."""
    amount = intent.command.amount
    order = evidence.order(intent.order_id)
    gone = amount - order.amount if order is not None and not _same(order.amount, amount, ROUNDING) else Decimal(0)
    filled = max(Decimal(intent.filled), _sum(evidence.fills(intent.order_id)), gone)
    if filled >= amount or _same(filled, amount, TOLERANCE if order is not None else ROUNDING):
        return _moved(intent, IntentState.FILLED, filled, "", now)
    if order is not None:
        state = IntentState.PARTLY_FILLED if filled else IntentState.WORKING
        return _moved(intent, state, filled, "", now)
    if not intent.state.is_open or not _has_left(evidence, watch):
        return _moved(intent, intent.state, filled, intent.reason, now)
    if cancelled:
        return _moved(intent, IntentState.CANCELLED, filled, "cancelled by us", now)
    seen_at = watch.seen_at or intent.updated_at
    if evidence.covers_since is not None and evidence.covers_since <= seen_at:
        return _moved(intent, IntentState.CANCELLED, filled, "left the book without a trade", now)
    return _moved(intent, IntentState.MISSING, filled, "left the book while nobody looked; see the history", now)


def _judge_cancel(intent: Intent, command: CancelOrder, evidence: Evidence, watch: Watch, now: datetime) -> Intent:
    """A cancel ends when its order has left the book: by its fill, or cancelled."""
    if evidence.order(command.id) is not None:
        return intent
    since = intent.created_at - CYCLE_SLACK
    fills = [fill for fill in evidence.fills(command.id) if fill.at is None or fill.at >= since]
    if any(_same(_sum(fills[:count]), command.amount, TOLERANCE) for count in range(1, len(fills) + 1)):
        return _moved(intent, IntentState.FILLED, command.amount, "the order was filled before", now)
    if _has_left(evidence, watch):
        return _moved(intent, IntentState.CANCELLED, Decimal(0), "", now)
    return intent


def _was_cancelled_by_us(intents: tuple[Intent, ...], order: Intent) -> bool:
    target = (order.pair.key, order.order_id)
    sent = (*UNRESOLVED, IntentState.CANCELLED)
    return any((intent.pair.key, intent.cancels) == target and intent.state in sent for intent in intents)


def _moved(intent: Intent, state: IntentState, filled: Decimal, reason: str, now: datetime) -> Intent:
    """The intent in its new state; the same object when nothing changed."""
    text = f"{filled:f}"
    if (intent.state, Decimal(intent.filled), intent.reason) == (state, filled, reason):
        return intent
    return replace(intent, state=state, filled=text, reason=reason, updated_at=now)


def _is_equal(command: PlaceOrder, order: OpenOrder | None, fills: tuple[Trade, ...], tolerance: Decimal) -> bool:
    """True when the order, its fills or both together make up what was asked for."""
    if command.type is OrderType.LIMIT:
        if order is not None and not _same(order.price, command.price, tolerance):
            return False
        if not all(_is_allowed(command, fill, tolerance) for fill in fills):
            return False
    if order is None:
        return _same(_sum(fills), command.amount, tolerance)
    whole = order.amount + _sum(fills)
    return _same(order.amount, command.amount, tolerance) or _same(whole, command.amount, tolerance)


def _is_allowed(command: PlaceOrder, fill: Trade, tolerance: Decimal) -> bool:
    """A limit order never executes at a worse price than its own."""
    price = _exact(fill.price)
    is_better = price <= command.price if command.side is Side.BUY else price >= command.price
    return is_better or _same(price, command.price, tolerance)


def _sum(trades: Iterable[Trade]) -> Decimal:
    return sum((_exact(trade.amount) for trade in trades), Decimal(0))


def _exact(number: float) -> Decimal:
    """The shortest decimal that the number prints as, which is what the bot sent."""
    return Decimal(repr(number))


def _same(one: Decimal, other: Decimal, tolerance: Decimal) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))
