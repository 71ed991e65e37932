"""What is listed where: names, start prices, tick sizes and the strategy that trades each pair.

Gunbot writes pairs money first (`USDT-BTC` trades BTC for USDT); the same coin at `binance` and `binance#3` is one
market with two accounts.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property


@dataclass(frozen=True)
class Listing:
    """One pair of one exchange account.

    `turnover` is the money traded in 24 hours, `limit` the strategy's order size in money, `keep` the coins it never
    sells.
    """

    exchange: str
    pair: str
    price: float
    tick: float
    volatility: float
    turnover: float
    strategy: str = "stepgrid"
    limit: float = 80.0
    keep: float = 0.0
    period: int = 5
    is_traded: bool = False
    is_enabled: bool = True
    leverage: int = 1

    @cached_property
    def key(self) -> str:
        return f"{self.exchange}/{self.pair}"

    @cached_property
    def money(self) -> str:
        return self.pair.split("-")[0]

    @cached_property
    def coin(self) -> str:
        return self.pair.split("-")[1]

    @cached_property
    def is_futures(self) -> bool:
        return self.leverage > 1

    @cached_property
    def is_short(self) -> bool:
        """True for a futures pair whose position profits from falling prices: a sell opens it."""
        return self.pair.endswith("-SHORT")

    @cached_property
    def decimals(self) -> int:
        return max(0, -math.floor(math.log10(self.tick) + 1e-9))

    @cached_property
    def lot(self) -> int:
        """Decimals of the amounts that other traders show in the book."""
        return max(0, min(5, round(math.log10(self.price)) + 1))


def _spot(
    pair: str, price: float, tick: float, volatility: float, turnover: float, strategy: str = "stepgrid"
) -> Listing:
    return Listing("binance", pair, price, tick, volatility, turnover, strategy)


_BINANCE = (
    replace(_spot("USDT-BTC", 60975.2, 0.01, 0.022, 1.2e9), limit=220.0, keep=0.01, is_traded=True),
    replace(_spot("USDT-ETH", 2987.41, 0.01, 0.028, 6.1e8), is_traded=True),
    replace(_spot("USDT-XRP", 0.5124, 0.0001, 0.034, 1.9e8, "channelmaestro"), is_traded=True),
    replace(_spot("USDT-PEPE", 0.00001157, 1e-8, 0.062, 9.4e7, "channelmaestro"), is_traded=True),
    replace(_spot("BTC-ADA", 0.00000573, 1e-8, 0.031, 41.0), limit=0.0012, is_traded=True),
    replace(_spot("USDT-SOL", 146.32, 0.01, 0.038, 3.3e8, "emotionless"), is_traded=True),
    replace(_spot("USDT-DOGE", 0.12873, 1e-5, 0.045, 1.4e8), is_traded=True),
    replace(_spot("EUR-XLM", 0.0884, 0.0001, 0.036, 2.1e6), limit=60.0, period=15, is_traded=True),
    replace(_spot("USDT-1000SATS", 0.0002417, 1e-7, 0.066, 1.1e7, "custom"), is_traded=True),
    replace(_spot("USDT-BNB", 573.4, 0.1, 0.021, 2.2e8, "emotionless"), is_traded=True),
    _spot("USDT-TRX", 0.1612, 0.0001, 0.018, 5.2e7),
    replace(_spot("USDT-LINK", 11.27, 0.01, 0.036, 4.1e7), is_traded=True),
    _spot("USDT-AVAX", 26.14, 0.01, 0.041, 4.4e7, "channelmaestro"),
    replace(_spot("BTC-LTC", 0.001087, 1e-6, 0.027, 62.0, "emotionless"), limit=0.0012, is_traded=True),
    _spot("USDT-DOT", 4.213, 0.001, 0.037, 1.8e7),
    replace(_spot("USDT-SHIB", 0.00001782, 1e-8, 0.051, 4.8e7, "channelmaestro"), is_traded=True),
    replace(_spot("USDT-NEAR", 4.872, 0.001, 0.044, 3.1e7), period=15),
    _spot("USDT-UNI", 7.613, 0.001, 0.042, 2.2e7, "emotionless"),
    replace(_spot("USDT-SUI", 1.7342, 0.0001, 0.052, 8.8e7), is_traded=True),
    _spot("USDT-APT", 8.46, 0.01, 0.043, 2.6e7, "channelmaestro"),
    _spot("USDT-ARB", 0.5521, 0.0001, 0.044, 2.0e7),
    replace(_spot("BTC-ATOM", 0.0000742, 1e-7, 0.033, 9.0, "channelmaestro"), limit=0.0012),
    _spot("USDT-OP", 1.583, 0.001, 0.046, 2.4e7),
    replace(_spot("USDT-FIL", 3.712, 0.001, 0.04, 1.5e7), is_enabled=False),
)

_ELSEWHERE = (
    replace(_BINANCE[1], exchange="binance#3", strategy="emotionless"),
    replace(_BINANCE[5], exchange="binance#3", strategy="stepgrid"),
    replace(_BINANCE[11], exchange="binance#3", strategy="channelmaestro", is_traded=False),
    Listing("bybit", "USDT-BTC-LONG", 60993.1, 0.1, 0.022, 9e8, "futuresgrid", 600.0, is_traded=True, leverage=10),
    Listing("bybit", "USDT-SOL-SHORT", 146.41, 0.01, 0.038, 2e8, "futuresgrid", 600.0, leverage=10),
    Listing("bybit", "USDT-ETH-LONG", 2988.3, 0.01, 0.028, 4e8, "futuresgrid", 600.0, leverage=10),
)

_SYLLABLES = (
    "AR",
    "BO",
    "CY",
    "DEX",
    "FI",
    "GAL",
    "HY",
    "KO",
    "LUM",
    "MET",
    "NOX",
    "ORB",
    "PAX",
    "QUA",
    "RUN",
    "SEI",
    "TAO",
    "VEX",
)


def listings(pairs: int, seed: int) -> Sequence[Listing]:
    """The world's pairs: `pairs` of them on `binance` (known names first, invented ones after), a few elsewhere.

    A world of one or two pairs has no other exchange: it is small for those who play many.
    """
    rng = random.Random(f"{seed}/catalogue")
    names = [first + second for first in _SYLLABLES for second in _SYLLABLES]
    binance = list(_BINANCE[:pairs])
    for name in names[: pairs - len(binance)]:
        price = 10 ** rng.uniform(-3.0, 2.0)
        tick = 10.0 ** (math.floor(math.log10(price)) - 3)
        turnover = 10 ** rng.uniform(6.5, 7.7)
        strategy = rng.choice(("stepgrid", "channelmaestro", "emotionless"))
        binance.append(_spot(f"USDT-{name}", price, tick, rng.uniform(0.03, 0.07), turnover, strategy))
    return (*binance, *(_ELSEWHERE if pairs > 2 else ()))
