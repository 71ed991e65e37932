"""What a bot opens and closes by itself: one entry, the orders that added to it, and the exit that ends it.

Gunbot keeps no such record; Freqtrade calls it a trade, which here is the word for one execution.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import Side


@dataclass(frozen=True, slots=True)
class DealOrder:
    """One exchange order of a deal; amounts in coins, prices and cost in money."""

    id: str
    side: Side
    is_entry: bool
    type: str
    """In the bot's words: `limit`, `market`, `stoploss`."""
    status: str
    is_open: bool
    amount: float
    filled: float
    price: float | None
    """What it filled at on average, or else what it asks for."""
    cost: float | None
    placed_at: datetime | None
    filled_at: datetime | None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """One position that the bot manages from entry to exit; money in the pair's, percent as printed (1.5 is 1.5 %).

    A bot may use an id again after a deal was deleted: `key` tells the two apart.
    """

    id: str
    pair: Pair
    is_open: bool
    is_short: bool
    opened_at: datetime | None
    amount: float
    """Coins held now; of a closed deal the coins that it had."""
    stake: float
    """Money put in."""
    open_price: float | None
    leverage: float = 1.0
    strategy: str = ""
    entry_tag: str = ""
    exit_reason: str = ""
    price: float | None = None
    """The bot's present rate; None for a closed deal. The bot may be showing an old one without saying so."""
    close_price: float | None = None
    closed_at: datetime | None = None
    profit: float | None = None
    """Of all of it: what is realised and, while it is open, what closing it now would give, fees included."""
    profit_percent: float | None = None
    realised: float | None = None
    fee_percent: float | None = None
    stop_price: float | None = None
    stop_percent: float | None = None
    """How far the stop is from the present rate."""
    liquidation_price: float | None = None
    funding_fees: float | None = None
    lowest_price: float | None = None
    highest_price: float | None = None
    amount_step: Decimal | None = None
    """In coins: its orders are for whole numbers of this, and the bot cuts down what is not; None when not known."""
    orders: tuple[DealOrder, ...] = ()

    @property
    def key(self) -> str:
        """The identity of the row: `141@1795220655517`."""
        return f"{self.id}@{int(self.opened_at.timestamp() * 1000) if self.opened_at else 0}"

    @property
    def is_entering(self) -> bool:
        """True while an entry rests; with no coins yet the deal is only an order so far."""
        return any(order.is_open and order.is_entry for order in self.orders)

    @property
    def is_closing(self) -> bool:
        """True while an exit rests. An exit that was cancelled leaves its reason behind, which proves nothing."""
        return any(order.is_open and not order.is_entry for order in self.orders)


@dataclass(frozen=True, slots=True)
class DealPage:
    """A page of closed deals, newest close first, and how many there are in all."""

    deals: tuple[Deal, ...]
    total: int


EVERY_PAIR = "*"
"""The pair of a lock on all of them."""


@dataclass(frozen=True, slots=True)
class PairLock:
    """A pair on which the bot opens nothing until a time."""

    id: str
    pair: str
    """The bot's own spelling."""
    side: str
    """`long`, `short` or `*`."""
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Pairlist:
    """Which pairs the bot may open, and which it must not, in its own spelling; the black one holds patterns too."""

    allowed: tuple[str, ...]
    methods: tuple[str, ...]
    blocked: tuple[str, ...] = ()
    blocked_pairs: tuple[str, ...] = ()
    """What the patterns stand for now."""
