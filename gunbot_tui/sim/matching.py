"""The exchange's matching engine: accepts, triggers, fills and cancels the orders of our accounts against a market.

Own orders are never each other's liquidity: a resting one that a new one would cross expires, as exchanges do to
prevent self-trading. A resting order fills at its own price, and only as far as the market shows size or a taker comes.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor

from gunbot_tui.sim.account import DUST, Account
from gunbot_tui.sim.catalogue import Listing
from gunbot_tui.sim.market import DEPTH, Level, Market, Taker
from gunbot_tui.sim.order import Kind, Order, State, Terms
from gunbot_tui.sim.rules import walk_cost, why_not


@dataclass(frozen=True)
class Accepted:
    """The exchange took the order, as two when it is an OCO; it may be filled already."""

    orders: tuple[Order, ...]


@dataclass(frozen=True)
class Rejected:
    """The exchange refused the order, which Gunbot tells in its notifications only."""

    reason: str


class Matching:
    """Numbers orders and fills, and carries executions into accounts."""

    def __init__(self) -> None:
        self._serials = itertools.count(3000)
        # Six digits that look random and never repeat within 900,000 orders.
        self._ids: Iterator[int] = (100_000 + (57_044 + n * 387_421) % 900_000 for n in itertools.count())

    def next_serial(self) -> int:
        return next(self._serials)

    def draft(
        self, listing: Listing, *, is_buy: bool, rate: float, amount: float, now: float, by_strategy: bool
    ) -> Order:
        number = next(self._ids)
        order_id: int | str = str(number) if "#" in listing.exchange else number
        return Order(order_id, listing, is_buy, rate, amount, amount, now, by_strategy)

    def place(
        self,
        account: Account,
        market: Market,
        listing: Listing,
        terms: Terms,
        *,
        now: float,
        by_strategy: bool = False,
        expires_at: float | None = None,
    ) -> Accepted | Rejected:
        """Takes an order or refuses it; what a market order cannot fill at once is dropped."""
        terms = _rounded(market, terms)
        reason = why_not(account, market, listing, terms)
        if reason:
            account.notify(listing.key, f"{listing.pair} {'buy' if terms.is_buy else 'sell'} order rejected: {reason}")
            return Rejected(reason)

        orders = self._drafts(market, listing, terms, now=now, by_strategy=by_strategy)
        for order in orders:
            order.expires_at = expires_at
            account.accept(order)
            if not order.is_waiting:
                self._take(account, market, order, limit=None if terms.kind is Kind.MARKET else order.rate, now=now)
        return Accepted(orders)

    def cancel(self, account: Account, order_id: str, *, key: str) -> tuple[Order, ...]:
        """Takes a working order off the exchange, an OCO with both legs; nothing when there is none any more."""
        order = account.orders.get(order_id)
        if order is None or order.listing.key != key:
            account.notify(key, f"Cancel failed: order {order_id} does not exist")
            return ()
        legs = [leg for leg in (order, order.partner) if leg is not None and leg.state is State.OPEN]
        for leg in legs:
            account.end(leg, State.CANCELLED)
        return tuple(legs)

    def settle(
        self, account: Account, market: Market, resting: list[Order], *, taker: Taker | None, now: float
    ) -> None:
        """Triggers the stops and fills the orders that the market has reached, best price first."""
        for order in resting:
            if order.is_waiting and order.state is State.OPEN:
                self._watch(account, market, order, now=now)
        for order in sorted(resting, key=lambda order: -order.rate if order.is_buy else order.rate):
            if order.is_waiting or order.state is not State.OPEN:
                continue
            taken = sum(size for _, size in market.take(is_buy=order.is_buy, limit=order.rate, amount=order.remaining))
            if not taken and taker and taker.is_seller == order.is_buy:
                taken = min(order.remaining, round(taker.size * _queue_share(order, market), 8))
            if taken > DUST:
                account.apply(order, serial=self.next_serial(), rate=order.rate, amount=round(taken, 8), now=now)
            elif order.expires_at is not None and now >= order.expires_at:
                account.end(order, State.EXPIRED)

    def _drafts(
        self, market: Market, listing: Listing, terms: Terms, *, now: float, by_strategy: bool
    ) -> tuple[Order, ...]:
        """The orders that the terms become, not accepted yet."""

        def draft(rate: float, kind: Kind, stop: float | None = None) -> Order:
            order = self.draft(
                listing, is_buy=terms.is_buy, rate=rate, amount=terms.amount, now=now, by_strategy=by_strategy
            )
            order.kind, order.stop = kind, stop
            return order

        match terms:
            case Terms(kind=Kind.OCO, rate=float() as target, stop=float() as stop, stop_limit=float() as limit):
                first, second = draft(target, Kind.LIMIT), draft(limit, Kind.STOP_LIMIT, stop)
                first.partner, second.partner, first.is_backed = second, first, False
                return first, second
            case Terms(kind=Kind.TRAILING_STOP, rate=float() as reference, stop=float() as stop):
                order = draft(stop, terms.kind, stop)
                order.trail = abs(reference - stop)
                return (order,)
            case _:
                touch = market.ask if terms.is_buy else market.bid
                return (draft(touch if terms.rate is None else terms.rate, terms.kind, terms.stop),)

    def _watch(self, account: Account, market: Market, order: Order, *, now: float) -> None:
        """Moves a trailing stop, and turns a stop that is reached into an order on the book."""
        order.follow(market.bid, market.ask)
        if not order.is_reached(market.bid, market.ask):
            return
        order.is_triggered = True
        if order.partner is not None and order.partner.state is State.OPEN:
            account.end(order.partner, State.CANCELLED)
        if order.trail is None:
            self._take(account, market, order, limit=order.rate, now=now)
            return
        cost = walk_cost(market, is_buy=order.is_buy, amount=order.amount)
        if order.is_buy and cost > account.free(order.listing.money) + order.amount * order.rate + DUST:
            account.end(order, State.EXPIRED)
            account.notify(order.listing.key, f"Order {order.id} expired: insufficient {order.listing.money} balance")
            return
        self._take(account, market, order, limit=None, now=now)

    def _take(self, account: Account, market: Market, order: Order, *, limit: float | None, now: float) -> None:
        """Executes what can be executed at once; without a limit the rest is dropped."""
        listing = order.listing
        _prevent_self_trade(account, order, limit=limit)
        for price, size in market.take(is_buy=order.is_buy, limit=limit, amount=order.remaining):
            account.apply(order, serial=self.next_serial(), rate=price, amount=size, now=now)
        if limit is None and order.state is State.OPEN:
            account.end(order, State.EXPIRED)
            account.notify(listing.key, f"{listing.pair} market order expired with {order.remaining:.8f} unfilled")


def book(market: Market, resting: list[Order]) -> tuple[list[Level], list[Level]]:
    """Bids and asks as the venue shows them, ten levels a side, our own orders on the book among them."""
    shown = [order for order in resting if not order.is_waiting]
    return (
        _merged(market.bids, [order for order in shown if order.is_buy], is_bid=True),
        _merged(market.asks, [order for order in shown if not order.is_buy], is_bid=False),
    )


def _merged(levels: list[Level], own: list[Order], *, is_bid: bool) -> list[Level]:
    if not own:
        return levels
    sizes = dict(levels)
    for order in own:
        sizes[order.rate] = round(sizes.get(order.rate, 0.0) + order.remaining, 8)
    return sorted(sizes.items(), reverse=is_bid)[:DEPTH]


def _rounded(market: Market, terms: Terms) -> Terms:
    def grid(price: float | None) -> float | None:
        return None if price is None else market.rounded(price)

    amount = floor(terms.amount * 1e8 + 1e-4) / 1e8
    return replace(
        terms, amount=amount, rate=grid(terms.rate), stop=grid(terms.stop), stop_limit=grid(terms.stop_limit)
    )


def _queue_share(order: Order, market: Market) -> float:
    """How much of a taker's size reaches our order: all when it is alone in front, half when it shares the touch."""
    touch = market.bid if order.is_buy else market.ask
    if order.rate == touch:
        return 0.5
    return 1.0 if (order.rate > touch) == order.is_buy else 0.0


def _prevent_self_trade(account: Account, order: Order, *, limit: float | None) -> None:
    for other in account.resting(order.listing.key):
        if other.is_buy == order.is_buy or limit is None or other.is_waiting:
            continue
        if (other.rate <= limit) if order.is_buy else (other.rate >= limit):
            account.end(other, State.EXPIRED)
            account.notify(order.listing.key, f"Order {other.id} expired: own order on the other side")
