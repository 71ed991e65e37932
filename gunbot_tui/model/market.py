"""Pairs and their market: prices, books, candles and the marks that a strategy leaves on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

DOLLARS = frozenset(
    {"USD", "USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USDP", "USDD", "USDE", "USDS", "USD1", "PYUSD", "GUSD", "DAI"}
)
"""Money that `$` may stand for: the dollar and the coins that are meant to be one."""
SMALLEST_DOLLARS = 10
"""Most exchanges take no order that is worth less."""
_LASTING = re.compile(r"\)[*+{]|(?:[*+{].*){4}")
"""Repeated groups and many repetitions: over a long name their trying never ends."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One market on one exchange: a coin, and the money it is priced in."""

    exchange: str
    coin: str
    money: str
    native: str
    """The bot's own spelling, sent back to it unchanged: `USDT-BTC`, `USDT-BTC-LONG`."""
    contract: str = ""
    """`LONG`, `SHORT` or an expiry on derivatives, empty on spot."""

    @property
    def key(self) -> str:
        """The identity used everywhere: `binance#3/USDT-BTC`."""
        return f"{self.exchange}/{self.native}"

    @property
    def name(self) -> str:
        """The industry's notation: `BTC/USDT`, `BTC/USDT LONG`."""
        spot = f"{self.coin}/{self.money}"
        return f"{spot} {self.contract}" if self.contract else spot


@dataclass(frozen=True, slots=True)
class Markets:
    """All that an exchange trades for one money; without pairs nothing is known of it."""

    exchange: str = ""
    money: str = ""
    pairs: tuple[Pair, ...] = ()
    inactive: frozenset[Pair] = frozenset()
    """Those of them that the exchange has closed."""

    def fits(self, name: str) -> bool:
        """Whether a name, or a pattern that stands for names, is one of these in the bot's spelling, in any case.

        A pattern that may take long to try is taken for one that fits.
        """
        if _LASTING.search(name):
            return True
        try:
            pattern = re.compile(name, re.IGNORECASE)
        except re.error:
            return False
        return any(pattern.fullmatch(pair.native) for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Level:
    """One price of a book; size in coins."""

    price: float
    size: float


@dataclass(frozen=True, slots=True)
class Book:
    """An order book, best price first on both sides; levels that cannot be true are counted, not shown."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    dropped: int = 0

    @property
    def bid(self) -> float | None:
        """The best price somebody pays."""
        return self.bids[0].price if self.bids else None

    @property
    def ask(self) -> float | None:
        """The best price somebody sells at."""
        return self.asks[0].price if self.asks else None

    @property
    def mid(self) -> float | None:
        """Halfway between bid and ask; None while one side is empty."""
        return (self.bids[0].price + self.asks[0].price) / 2 if self.bids and self.asks else None

    @property
    def crossed(self) -> bool:
        """True when the best bid is at or over the best ask: such a book prices nothing."""
        return bool(self.bids and self.asks) and self.bids[0].price >= self.asks[0].price


@dataclass(frozen=True, slots=True)
class Candle:
    """One period of trading; volume in coins."""

    opened_at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True)
class CandleSeries:
    """Candles of one period, oldest first."""

    period: timedelta
    candles: tuple[Candle, ...]
    times_are_given: bool
    """False when the bot sends no times and they are counted back from now."""
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line that the strategy computes, one value for each candle of its series."""

    name: str
    panel: str
    """The title of the panel below the prices that it is drawn in; empty for the prices' own."""
    color: str
    """`#rrggbb` as the strategy wishes it, or empty."""
    values: tuple[float | None, ...]


class MarkKind(StrEnum):
    """What a strategy did at a mark."""

    BOUGHT = "bought"
    SOLD = "sold"
    SKIPPED = "skipped"
    ENTRY = "entry signal"
    """The strategy wishes to enter; whether it did is another mark."""
    EXIT = "exit signal"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision of the strategy on the time axis, with its reason in the bot's words."""

    at: datetime
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class DayStats:
    """The last 24 hours of one pair; change in percent, volume in money."""

    change_percent: float | None
    high: float | None
    low: float | None
    volume: float | None


def decimals_of(value: Decimal) -> int:
    """How many digits stand after the point, trailing zeros aside."""
    _, _, fraction = f"{value:f}".partition(".")
    return len(fraction.rstrip("0"))
