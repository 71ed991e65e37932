"""One account on one exchange: what it holds, what rests, what was filled.

Fees are booked in the history and in the average price but never taken from a balance: the real history moves
`baseBalance` by the cost alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from gunbot_tui.sim.catalogue import Listing

FEE = 0.001
DUST = 1e-9


@dataclass
class Order:
    """An order that the exchange has accepted; `remaining` is what still rests of `amount` coins."""

    id: int | str
    listing: Listing
    is_buy: bool
    rate: float
    amount: float
    remaining: float
    placed_at: float
    by_strategy: bool
    expires_at: float | None = None

    def to_row(self) -> dict[str, object]:
        return {
            "id": self.id,
            "type": "buy" if self.is_buy else "sell",
            "rate": self.rate,
            "amount": self.remaining,
            "time": int(self.placed_at * 1000),
            "pair": self.listing.pair,
        }


@dataclass(frozen=True)
class Fill:
    """One execution as Gunbot keeps it in the history; partial fills of an order share its id."""

    serial: int
    id: int | str
    listing: Listing
    is_buy: bool
    rate: float
    amount: float
    time_ms: int
    coin_after: float
    money_after: float
    inventory_cost: float
    abp: float
    pnl: float

    @property
    def cost(self) -> float:
        return self.rate * self.amount

    @property
    def fees(self) -> float:
        return self.cost * FEE

    @property
    def value(self) -> float:
        """The cost with fees for a buy, the proceeds without them for a sell."""
        return self.cost + self.fees if self.is_buy else self.cost - self.fees

    def to_row(self) -> dict[str, object]:
        average = self.rate * (1 + FEE) if self.is_buy else self.abp
        head: dict[str, object] = {
            "time": self.time_ms,
            "pair": self.listing.pair,
            "type": "buy" if self.is_buy else "sell",
            "rate": self.rate,
            "amount": self.amount,
            "id": self.id,
            "cost": self.cost,
        }
        if self.is_buy:
            head["toCancel"] = True
        return head | {
            "fees": self.fees,
            "baseValue": self.value,
            "costProceed": -self.value if self.is_buy else self.value,
            "averagePrice": average,
            "pnlPrice": average * 0.7089,
            "balance": self.coin_after,
            "baseBalance": self.money_after,
            "inventory_cost": self.inventory_cost,
            "ABP": self.abp,
            "pnl": self.pnl,
        }


@dataclass
class Position:
    """What one pair has bought: average prices without and with fees; futures also count contracts and their margin."""

    inventory_cost: float = 0.0
    abp: float = 0.0
    contracts: float = 0.0
    margin: float = 0.0


@dataclass
class Account:
    """Holdings, resting orders and history of one exchange slot such as `binance#3`."""

    exchange: str
    totals: dict[str, float]
    orders: dict[str, Order] = field(default_factory=dict)
    fills: dict[str, list[Fill]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[str, Position] = field(default_factory=lambda: defaultdict(Position))
    notices: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    _margins: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def resting(self, key: str) -> list[Order]:
        return [order for order in self.orders.values() if order.listing.key == key]

    def held(self, listing: Listing) -> float:
        """Coins of the pair, on order or not."""
        return self.positions[listing.key].contracts if listing.is_futures else self.totals.get(listing.coin, 0.0)

    def on_order(self, asset: str) -> float:
        return self.reserved().get(asset, 0.0)

    def reserved(self) -> dict[str, float]:
        """What the resting orders hold back of each asset."""
        found: dict[str, float] = {}
        for order in self.orders.values():
            listing = order.listing
            if order.is_buy:
                found[listing.money] = found.get(listing.money, 0.0) + order.remaining * order.rate / listing.leverage
            elif not listing.is_futures:
                found[listing.coin] = found.get(listing.coin, 0.0) + order.remaining
        return found

    def in_margin(self, asset: str) -> float:
        return self._margins.get(asset, 0.0)

    def free(self, asset: str) -> float:
        return self.totals.get(asset, 0.0) - self.on_order(asset) - self.in_margin(asset)

    def sellable(self, listing: Listing) -> float:
        if not listing.is_futures:
            return self.free(listing.coin)
        return self.held(listing) - sum(o.remaining for o in self.resting(listing.key) if not o.is_buy)

    def notify(self, key: str, text: str) -> None:
        self.notices[key] = [*self.notices[key][-4:], {"text": text, "variant": "error"}]

    def apply(self, order: Order, *, serial: int, rate: float, amount: float, now: float) -> Fill:
        """Moves coins and money of one execution and writes its history row; a filled order leaves the book."""
        listing, position = order.listing, self.positions[order.listing.key]
        cost, held = rate * amount, self.held(listing)
        order.remaining = round(order.remaining - amount, 8)
        if order.remaining <= DUST:
            self.orders.pop(str(order.id), None)
        pnl = 0.0
        if order.is_buy:
            owned = max(held, 0.0)
            position.inventory_cost = (position.inventory_cost * owned + cost) / (owned + amount)
            position.abp = (position.abp * owned + cost * (1 + FEE)) / (owned + amount)
        else:
            pnl = (cost - cost * FEE) - amount * position.abp
        abp, inventory_cost = position.abp, position.inventory_cost
        self._move(listing, is_buy=order.is_buy, amount=amount, cost=cost)
        if self.held(listing) <= DUST:
            position.abp = position.inventory_cost = 0.0
        fill = Fill(
            serial=serial,
            id=order.id,
            listing=listing,
            is_buy=order.is_buy,
            rate=rate,
            amount=amount,
            time_ms=int(now * 1000),
            coin_after=self.held(listing),
            money_after=self.totals[listing.money],
            inventory_cost=inventory_cost,
            abp=abp,
            pnl=pnl,
        )
        self.fills[listing.key].append(fill)
        return fill

    def _move(self, listing: Listing, *, is_buy: bool, amount: float, cost: float) -> None:
        sign = 1 if is_buy else -1
        if listing.is_futures:
            position = self.positions[listing.key]
            change = cost / listing.leverage if is_buy else -position.margin * min(1.0, amount / position.contracts)
            position.margin += change
            self._margins[listing.money] += change
            if not is_buy:
                self.totals[listing.money] += cost - amount * position.inventory_cost
            position.contracts = round(position.contracts + sign * amount, 8)
            return
        self.totals[listing.money] -= sign * cost
        self.totals[listing.coin] = round(self.totals.get(listing.coin, 0.0) + sign * amount, 8)
