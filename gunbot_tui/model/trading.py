"""What is owned and ordered: balances, positions, working orders, executed trades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from gunbot_tui.model.market import Pair

if TYPE_CHECKING:
    from gunbot_tui.model.deal import Deal


class Side(StrEnum):
    """Which way the coins go."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How an order finds its price."""

    LIMIT = "limit"
    MARKET = "market"
    STOP_LIMIT = "stop-limit"
    """A limit order that the exchange places once the market has reached the stop."""
    TRAILING_STOP = "trailing-stop"
    """A stop that follows the market at the distance it has at first."""
    OCO = "oco"
    """A limit order and a stop-limit order: the first one that executes cancels the other."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Funds of one asset on one exchange, as exact as the bot prints them.

    An open contract is one as well, as `BTC short`: nothing of it is free, and it is worth what it would leave.
    """

    exchange: str
    asset: str
    free: Decimal
    locked: Decimal | None
    """Held by working orders; None when the bot does not say."""
    worth: float | None = None
    """In `worth_in`; None when the bot does not say or can't price it now, which is not 0."""
    worth_in: str = ""
    of_bot: Decimal | None = None
    """What of it belongs to the bot; None when the bot does not say."""
    position: Decimal | None = None
    """Coins of an open contract, below zero for a short; None for other funds."""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that rests on the exchange, as the bot last saw it; amount is what is left, in coins."""

    pair: Pair
    id: str
    """The exchange's id as exact text; empty when it can't be exact, and then it can't be cancelled."""
    side: Side
    price: Decimal
    amount: Decimal
    placed_at: datetime | None = None
    stop: Decimal | None = None
    """The price that triggers it, where the bot says so."""


@dataclass(frozen=True, slots=True)
class Trade:
    """One execution in the bot's history; fee and pnl in the pair's money."""

    pair: Pair
    id: str
    side: Side
    price: float
    amount: float
    cost: float
    at: datetime | None
    """None when the bot sent an impossible time."""
    fee: float | None = None
    pnl: float | None = None
    amount_step: Decimal | None = None
    """In coins: the bot cut its order down to a whole number of this; None when not known."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of executed trades over all pairs, newest first."""

    trades: tuple[Trade, ...]
    total: int | None
    """Of all pages; None when the bot does not say."""
    is_last: bool = False
    """True when no older page follows, where the total is not known."""
    whole_since: datetime | None = None
    """Every trade after this is on this page or a newer one, where its oldest trade does not say so."""


@dataclass(frozen=True, slots=True)
class Position:
    """Coins held on a pair; a negative size is a short."""

    size: float
    average_price: float | None
    """What a coin cost on average, fees included."""


class PairState(StrEnum):
    """What the bot does on a pair, in one word."""

    HOLDING = "holding"
    WAITING = "waiting"
    PAUSED = "paused"
    STARTING = "starting"
    """Configured, but not yet through its first cycle."""
    LOCKED = "locked"
    """The bot opens nothing there for a while."""


@dataclass(frozen=True, slots=True)
class Target:
    """A price the strategy aims at: `sell`, `buy`, `stop`."""

    name: str
    price: float


@dataclass(frozen=True, slots=True)
class PairStatus:
    """One pair as the bot's core last saw it; what the core did not say is None."""

    pair: Pair
    strategy: str
    state: PairState
    bid: float | None = None
    ask: float | None = None
    position: Position | None = None
    free_money: float | None = None
    open_orders: tuple[OpenOrder, ...] | None = None
    """None before the core has looked: not the same as having none."""
    last_trade: Trade | None = None
    targets: tuple[Target, ...] = ()
    period_minutes: float | None = None
    notices: tuple[str, ...] = ()
    """Messages, the newest first, and extra figures that the strategy wants shown."""
    last: float | None = None
    """The last price known, of a bot that tells neither bid nor ask."""
    last_at: datetime | None = None
    """When that price was true, where it is older than the reading."""
    deals: tuple[Deal, ...] = ()
    """What the bot has open there, of a bot that keeps such a record."""
    least_buy: float | None = None
    """The money that a buy of the bot itself comes to at least, as it is configured; the next one of a sell."""
    least_sell: float | None = None

    @property
    def mid(self) -> float | None:
        """Halfway between bid and ask."""
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2

    @property
    def worth(self) -> float | None:
        """The position at the bid or else at the last price, in money."""
        price = self.last if self.bid is None else self.bid
        return None if self.position is None or price is None else self.position.size * price

    @property
    def unrealised(self) -> float | None:
        """Gain of the position at the bid against its average price, in money, before the fee of selling.

        A bot that reckons its deals itself is believed: its figure has the fees in it.
        """
        if self.deals:
            gains = [deal.profit for deal in self.deals]
            return None if None in gains else sum(gain for gain in gains if gain is not None)
        if self.position is None or self.bid is None or self.position.average_price is None:
            return None
        return (self.bid - self.position.average_price) * self.position.size
