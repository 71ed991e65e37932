"""One account on one exchange: what it holds, what rests, what was filled.

Fees are booked in the history and in the average price but never taken from a balance: the real history moves
`baseBalance` by the cost alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from gunbot_tui.sim.catalogue import Listing
from gunbot_tui.sim.order import Order, State

FEE = 0.001
DUST = 1e-9


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
    def closes(self) -> bool:
        """True for what realises a profit: spot sells, and what makes a futures position smaller."""
        return self.is_buy == self.listing.is_short

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
    accepted: list[Order] = field(default_factory=list)
    fills: dict[str, list[Fill]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[str, Position] = field(default_factory=lambda: defaultdict(Position))
    notices: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))
    _margins: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def accept(self, order: Order) -> None:
        self.orders[str(order.id)] = order
        self.accepted.append(order)

    def end(self, order: Order, state: State) -> None:
        """Takes an order out of the working ones; the other leg of an OCO then holds its funds alone."""
        order.state = state
        self.orders.pop(str(order.id), None)
        if order.partner is not None:
            order.partner.is_backed = True

    def resting(self, key: str) -> list[Order]:
        """The pair's working orders, stops that wait among them."""
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
            if not order.is_backed:
                continue
            if order.opens:
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
        return self.held(listing) - sum(order.remaining for order in self.resting(listing.key) if not order.opens)

    def notify(self, key: str, text: str) -> None:
        self.notices[key] = [*self.notices[key][-4:], {"text": text, "variant": "error"}]

    def apply(self, order: Order, *, serial: int, rate: float, amount: float, now: float) -> Fill:
        """Moves coins and money of one execution and writes its history row; a filled order leaves the book."""
        listing, position = order.listing, self.positions[order.listing.key]
        cost, held = rate * amount, self.held(listing)
        direction = -1 if listing.is_short else 1
        order.remaining = round(order.remaining - amount, 8)
        if order.partner is not None and order.partner.state is State.OPEN:
            self.end(order.partner, State.CANCELLED)
        if order.remaining <= DUST:
            self.end(order, State.FILLED)
        pnl = 0.0
        if order.opens:
            owned = max(held, 0.0)
            position.inventory_cost = (position.inventory_cost * owned + cost) / (owned + amount)
            position.abp = (position.abp * owned + cost * (1 + direction * FEE)) / (owned + amount)
        else:
            pnl = direction * ((cost - direction * (cost * FEE)) - amount * position.abp)
        abp, inventory_cost = position.abp, position.inventory_cost
        if listing.is_futures:
            self._move_contracts(listing, opens=order.opens, amount=amount, cost=cost)
        else:
            sign = 1 if order.is_buy else -1
            self.totals[listing.money] -= sign * cost
            self.totals[listing.coin] = round(self.totals.get(listing.coin, 0.0) + sign * amount, 8)
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

    def _move_contracts(self, listing: Listing, *, opens: bool, amount: float, cost: float) -> None:
        position = self.positions[listing.key]
        change = cost / listing.leverage if opens else -position.margin * min(1.0, amount / position.contracts)
        position.margin += change
        self._margins[listing.money] += change
        if not opens:
            profit = cost - amount * position.inventory_cost
            self.totals[listing.money] += -profit if listing.is_short else profit
        position.contracts = round(position.contracts + (amount if opens else -amount), 8)
