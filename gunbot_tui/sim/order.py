"""An order from its acceptance to its end, and the forms in which Gunbot may show those that work.

How `openOrders` looks is not documented, so there are three plausible forms: rows like the history's, the exchange's
own, and an object by id as old versions kept their orders.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gunbot_tui.sim.catalogue import Listing


class Kind(StrEnum):
    """How an order finds its price; an OCO becomes a limit and a stop-limit order, one the other's partner."""

    LIMIT = "limit"
    MARKET = "market"
    STOP_LIMIT = "stop-limit"
    TRAILING_STOP = "trailing-stop"
    OCO = "oco"


class State(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Terms:
    """What the exchange is asked for: `rate` is the limit, the target of an OCO, a trailing stop's reference.

    A market order has no rate. `closes` marks an order that only reduces a futures position.
    """

    is_buy: bool
    amount: float
    rate: float | None
    kind: Kind = Kind.LIMIT
    stop: float | None = None
    stop_limit: float | None = None
    closes: bool = False


@dataclass(eq=False)
class Order:
    """An order that the exchange has accepted; `remaining` is what still works of `amount` coins.

    With a `stop` it waits off the book until that is reached; `trail` is the distance at which the stop follows.
    """

    id: int | str
    listing: Listing
    is_buy: bool
    rate: float
    amount: float
    remaining: float
    placed_at: float
    by_strategy: bool
    kind: Kind = Kind.LIMIT
    stop: float | None = None
    trail: float | None = None
    expires_at: float | None = None
    state: State = State.OPEN
    is_triggered: bool = False
    partner: "Order | None" = field(default=None, repr=False)
    is_backed: bool = True
    """False for the leg of an OCO whose funds its partner holds."""

    @property
    def is_waiting(self) -> bool:
        return self.stop is not None and not self.is_triggered

    @property
    def opens(self) -> bool:
        """True for what needs money: spot buys, and what makes a futures position larger."""
        return self.is_buy != self.listing.is_short

    def is_reached(self, bid: float, ask: float) -> bool:
        """Whether the market has come to the stop."""
        return self.stop is not None and (ask >= self.stop if self.is_buy else bid <= self.stop)

    def follow(self, bid: float, ask: float) -> None:
        """Lets a trailing stop keep its distance from the best price so far."""
        if self.trail is None or self.stop is None:
            return
        self.stop = min(self.stop, ask + self.trail) if self.is_buy else max(self.stop, bid - self.trail)
        self.rate = self.stop

    def to_row(self) -> dict[str, object]:
        """The order in the names of the history."""
        row: dict[str, object] = {
            "id": self.id,
            "type": "buy" if self.is_buy else "sell",
            "rate": self.rate,
            "amount": self.remaining,
            "time": int(self.placed_at * 1000),
            "pair": self.listing.pair,
        }
        return row if self.stop is None else row | {"stopPrice": self.stop}

    def to_truth(self) -> dict[str, object]:
        """Everything about it, for tests."""
        return self.to_row() | {
            "key": self.listing.key,
            "kind": self.kind,
            "state": self.state,
            "amount": self.amount,
            "filled": round(self.amount - self.remaining, 8),
            "triggered": self.is_triggered,
            "partner": self.partner.id if self.partner else None,
            "byStrategy": self.by_strategy,
        }


def _exchange_row(order: Order) -> dict[str, object]:
    words = {Kind.STOP_LIMIT: "STOP_LOSS_LIMIT", Kind.TRAILING_STOP: "STOP_LOSS"}
    return {
        "symbol": f"{order.listing.coin}{order.listing.money}",
        "orderId": order.id,
        "side": "BUY" if order.is_buy else "SELL",
        "type": words.get(order.kind, "LIMIT"),
        "status": "NEW" if order.remaining == order.amount else "PARTIALLY_FILLED",
        "price": f"{0.0 if order.kind is Kind.TRAILING_STOP else order.rate:.8f}",
        "origQty": f"{order.amount:.8f}",
        "executedQty": f"{order.amount - order.remaining:.8f}",
        "stopPrice": f"{order.stop or 0.0:.8f}",
        "time": int(order.placed_at * 1000),
    }


def _by_id(orders: Sequence[Order]) -> dict[str, object]:
    return {str(order.id): {k: v for k, v in order.to_row().items() if k != "id"} for order in orders}


SHAPES: Mapping[str, Callable[[Sequence[Order]], object]] = {
    "history": lambda orders: [order.to_row() for order in orders],
    "exchange": lambda orders: [_exchange_row(order) for order in orders],
    "map": _by_id,
}
