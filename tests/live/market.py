"""The prices of the loopback exchange: a pure function of coin and time, so candles, tickers and books agree.

Waves instead of a random walk: they need no state, no library, and nothing of the past to know the present.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from math import exp, floor, log10, pi, sin
from typing import NamedTuple

MONEY = "USDT"
# Around which price each coin moves.
COINS = {
    "BTC": 64_000.0,
    "ETH": 3_100.0,
    "SOL": 145.0,
    "BNB": 580.0,
    "XRP": 0.52,
    "ADA": 0.45,
    "DOGE": 0.12,
    "AVAX": 28.0,
    "LINK": 14.0,
    "DOT": 6.2,
    "LTC": 72.0,
    "TRX": 0.13,
    "ATOM": 7.1,
    "UNI": 8.3,
    "NEAR": 5.1,
    "ARB": 0.71,
}
# Seconds of a wave, and how far it moves the price: from jitter within a candle to the swing of a week.
WAVES = ((47, 0.0003), (331, 0.003), (1_403, 0.002), (9_001, 0.008), (61_001, 0.02), (500_009, 0.05))
TIMEFRAMES = {"1m": 60, "5m": 300, "15m": 900, "1h": 3_600, "4h": 14_400, "8h": 28_800, "1d": 86_400}
LOOKS_PER_CANDLE = 5
TURNOVER_PER_MINUTE = 120_000.0

Jump = tuple[float, float]
"""A moment in epoch seconds, and the factor by which prices differ from then on."""


class Candle(NamedTuple):
    """One candle; `opened_at` in epoch seconds, `volume` in coins."""

    opened_at: int
    open: float
    high: float
    low: float
    close: float
    volume: float


def places(coin: str) -> int:
    """The decimals of a coin's price: five significant digits."""
    return 4 - floor(log10(COINS[coin]))


def tick(coin: str) -> float:
    """The smallest step of a coin's price."""
    return 10.0 ** -places(coin)


@cache
def phases(coin: str) -> tuple[float, ...]:
    """Where each wave of a coin begins, so that no two coins move alike."""
    return tuple(zlib.crc32(f"{coin}{seconds}".encode()) / 2**32 * 2 * pi for seconds, _ in WAVES)


class Market:
    """The prices of all coins, with the jumps that a test has ordered."""

    def __init__(self) -> None:
        self._jumps: dict[str, list[Jump]] = {}

    def jump(self, coin: str, percent: float, at: float) -> None:
        """Move a coin's price for good."""
        self._jumps.setdefault(coin, []).append((at, 1 + percent / 100))

    def price(self, coin: str, at: float) -> float:
        """The price at a moment in epoch seconds."""
        moved = sum(
            size * sin(2 * pi * at / seconds + phase)
            for (seconds, size), phase in zip(WAVES, phases(coin), strict=True)
        )
        price = COINS[coin] * exp(moved)
        for since, factor in self._jumps.get(coin, ()):
            if at >= since:
                price *= factor
        return max(round(price, places(coin)), tick(coin))

    def candles(self, coin: str, timeframe: str, since: float, until: float) -> Iterator[Candle]:
        """The candles that open from one moment to another; the last may not be over at `until`."""
        length = TIMEFRAMES[timeframe]
        for opened_at in range(-int(-since // length) * length, int(until) + 1, length):
            end = min(opened_at + length, until)
            looks = [opened_at + (end - opened_at) * look / LOOKS_PER_CANDLE for look in range(LOOKS_PER_CANDLE + 1)]
            prices = [self.price(coin, look) for look in looks]
            busy = 1 + 0.8 * sin(opened_at / 97 + phases(coin)[0])
            volume = TURNOVER_PER_MINUTE / prices[0] * busy * (end - opened_at) / 60
            yield Candle(opened_at, prices[0], max(prices), min(prices), prices[-1], volume)


def coin_of(symbol: str, known: Mapping[str, float] = COINS) -> str | None:
    """The coin of an exchange's symbol like BTCUSDT or a trader's pair like BTC/USDT:USDT."""
    coin = symbol.partition("/")[0].removesuffix(MONEY)
    return coin if coin in known else None
