"""Candles of one market: a past that is invented when first asked for, and a running candle fed by the live price.

The past comes from its own seeded generator and ends at the market's first price, so the order of questions cannot
change it.
"""

import random
from collections.abc import Callable, Sequence
from functools import cached_property

LENGTH = 300
Candle = tuple[float, float, float, float, float]


class Candles:
    """Open, high, low, close and volume per period of `period` minutes, oldest first; the last one is still running."""

    def __init__(
        self,
        name: str,
        *,
        period: int,
        now: float,
        price: float,
        volatility: float,
        volume_per_day: float,
        rounded: Callable[[float], float],
    ) -> None:
        self.seconds = period * 60
        self.volume = volume_per_day * period / 1440
        self._name = name
        self._volatility = volatility * (period / 1440) ** 0.5
        self._rounded = rounded
        self._first_start = now - now % self.seconds
        self._closed: list[Candle] = []
        self.running: Candle = (price, price, price, price, 0.0)

    @property
    def closed_count(self) -> int:
        return len(self._closed)

    def trade(self, price: float, volume: float) -> None:
        start, high, low, _, total = self.running
        self.running = (start, max(high, price), min(low, price), price, total + volume)

    def roll(self, now: float) -> None:
        """Closes the running candle when its period is over."""
        if now < self._first_start + (len(self._closed) + 1) * self.seconds:
            return
        price = self.running[3]
        self._closed.append(self.running)
        self.running = (price, price, price, price, 0.0)

    def window(self, closed: int, running: Candle) -> Sequence[Candle]:
        """The last 300 candles as they were when `closed` of them had closed since the start and `running` was open."""
        return (
            *self._past[len(self._past) - LENGTH + closed + 1 :],
            *self._closed[max(0, closed - LENGTH + 1) : closed],
            running,
        )

    def start(self, closed: int) -> float:
        """Epoch seconds at which the candle after `closed` closed ones begins."""
        return self._first_start + closed * self.seconds

    def past_price(self, at: float) -> float | None:
        """The close of the candle that held a moment before the world's first candle; None when older than the past."""
        back = -int((at - self._first_start) // self.seconds)
        if back < 1:
            return self._past[-1][3]
        return self._past[-back][3] if back <= len(self._past) else None

    @property
    def past_open(self) -> tuple[float, float]:
        """When the invented past begins, and its first price."""
        return self._first_start - len(self._past) * self.seconds, self._past[0][0]

    @cached_property
    def _past(self) -> Sequence[Candle]:
        rng = random.Random(f"{self._name}/past")
        spread = self._volatility * 0.4
        past: list[Candle] = []
        close = self.running[0] if not self._closed else self._closed[0][0]
        for _ in range(LENGTH):
            start = self._rounded(close * 2.718281828459045 ** rng.gauss(0.0, self._volatility))
            high = self._rounded(max(start, close) * (1 + abs(rng.gauss(0.0, spread))))
            low = self._rounded(min(start, close) * (1 - abs(rng.gauss(0.0, spread))))
            volume = round(self.volume * rng.lognormvariate(-0.3, 0.8), 8)
            past.append((start, max(high, start, close), min(low, start, close), close, volume))
            close = start
        past.reverse()
        return past
