"""The exchange's matching engine: accepts, fills and cancels the orders of our accounts against a simulated market.

Own orders are never each other's liquidity: a resting one that a new one would cross expires, as exchanges do to
prevent self-trading. A resting order fills at its own price, and only as far as the market shows size or a taker comes.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from gunbot_tui.sim.account import DUST, Account, Order
from gunbot_tui.sim.catalogue import Listing
from gunbot_tui.sim.market import DEPTH, Level, Market, Taker

_LEAST_NOTIONAL = {"USDT": 1.0, "EUR": 1.0, "BTC": 0.00002}


@dataclass(frozen=True)
class Accepted:
    """The exchange took the order; it may be filled already."""

    order: Order


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
        *,
        is_buy: bool,
        amount: float,
        rate: float | None,
        now: float,
        by_strategy: bool,
        expires_at: float | None = None,
    ) -> Accepted | Rejected:
        """A limit order at `rate`, or a market order when it is None; what that cannot fill at once is dropped."""
        amount = floor(amount * 1e8 + 1e-4) / 1e8
        limit = None if rate is None else market.rounded(rate)
        reason = _why_not(account, market, listing, is_buy=is_buy, amount=amount, limit=limit)
        if reason:
            account.notify(listing.key, f"{listing.pair} {'buy' if is_buy else 'sell'} order rejected: {reason}")
            return Rejected(reason)
        _prevent_self_trade(account, listing, is_buy=is_buy, limit=limit)
        shown = limit if limit is not None else (market.ask if is_buy else market.bid)
        order = self.draft(listing, is_buy=is_buy, rate=shown, amount=amount, now=now, by_strategy=by_strategy)
        order.expires_at = expires_at
        account.orders[str(order.id)] = order
        for price, size in market.take(is_buy=is_buy, limit=limit, amount=amount):
            account.apply(order, serial=self.next_serial(), rate=price, amount=size, now=now)
        if limit is None and str(order.id) in account.orders:
            del account.orders[str(order.id)]
            account.notify(listing.key, f"{listing.pair} market order expired with {order.remaining:.8f} unfilled")
        return Accepted(order)

    def cancel(self, account: Account, order_id: str, *, key: str) -> bool:
        """Takes a resting order out of the book; False when there is none (it may have been filled)."""
        order = account.orders.get(order_id)
        if order is None or order.listing.key != key:
            account.notify(key, f"Cancel failed: order {order_id} does not exist")
            return False
        del account.orders[order_id]
        return True

    def settle(
        self, account: Account, market: Market, resting: list[Order], *, taker: Taker | None, now: float
    ) -> None:
        """Fills resting orders that the market has reached, best price first."""
        for order in sorted(resting, key=lambda order: -order.rate if order.is_buy else order.rate):
            taken = sum(size for _, size in market.take(is_buy=order.is_buy, limit=order.rate, amount=order.remaining))
            if not taken and taker and taker.is_seller == order.is_buy:
                taken = min(order.remaining, round(taker.size * _queue_share(order, market), 8))
            if taken > DUST:
                account.apply(order, serial=self.next_serial(), rate=order.rate, amount=round(taken, 8), now=now)
            elif order.expires_at is not None and now >= order.expires_at:
                del account.orders[str(order.id)]


def book(market: Market, resting: list[Order]) -> tuple[list[Level], list[Level]]:
    """Bids and asks as the venue shows them, ten levels a side, our own resting orders among them."""
    return (
        _merged(market.bids, [order for order in resting if order.is_buy], is_bid=True),
        _merged(market.asks, [order for order in resting if not order.is_buy], is_bid=False),
    )


def _merged(levels: list[Level], own: list[Order], *, is_bid: bool) -> list[Level]:
    if not own:
        return levels
    sizes = dict(levels)
    for order in own:
        sizes[order.rate] = round(sizes.get(order.rate, 0.0) + order.remaining, 8)
    return sorted(sizes.items(), reverse=is_bid)[:DEPTH]


def _queue_share(order: Order, market: Market) -> float:
    """How much of a taker's size reaches our order: all when it is alone in front, half when it shares the touch."""
    touch = market.bid if order.is_buy else market.ask
    if order.rate == touch:
        return 0.5
    return 1.0 if (order.rate > touch) == order.is_buy else 0.0


def _prevent_self_trade(account: Account, listing: Listing, *, is_buy: bool, limit: float | None) -> None:
    for other in account.resting(listing.key):
        if other.is_buy == is_buy or limit is None:
            continue
        if (other.rate <= limit) if is_buy else (other.rate >= limit):
            del account.orders[str(other.id)]
            account.notify(listing.key, f"Order {other.id} expired: own order on the other side")


def _why_not(
    account: Account, market: Market, listing: Listing, *, is_buy: bool, amount: float, limit: float | None
) -> str | None:
    if amount <= 0:
        return "amount too small"
    cost = amount * limit if limit is not None else _walk_cost(market, is_buy=is_buy, amount=amount)
    if cost < _LEAST_NOTIONAL.get(listing.money, 1.0):
        return "notional below the minimum"
    if is_buy and cost / listing.leverage > account.free(listing.money) + DUST:
        return f"insufficient {listing.money} balance"
    if not is_buy and amount > account.sellable(listing) + DUST:
        return f"insufficient {listing.coin} balance"
    return None


def _walk_cost(market: Market, *, is_buy: bool, amount: float) -> float:
    cost = 0.0
    for price, size in market.asks if is_buy else market.bids:
        taken = min(amount, size)
        cost += taken * price
        amount -= taken
    return cost
