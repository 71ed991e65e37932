"""One market: a price that wanders, and ten levels a side around it.

The wandering draws from a generator named after money and coin alone, so the same coin on another venue takes the same
path; sizes and takers draw from one named after the venue. Orders can change the sizes on display, never the path.
"""

import random
from dataclasses import dataclass
from math import exp, floor, sqrt

from gunbot_tui.sim.candles import Candles
from gunbot_tui.sim.catalogue import Listing

STEP = 0.5
DEPTH = 10
_STEPS_PER_DAY = 86_400 / STEP
Level = tuple[float, float]


@dataclass
class _Rung:
    ticks: int
    price: float
    size: float


@dataclass(frozen=True)
class Taker:
    """Somebody who trades at the touch: a seller hits bids, a buyer lifts asks."""

    is_seller: bool
    size: float


class Market:
    """The order book and last price of one pair on one venue, without the orders of our own accounts."""

    def __init__(self, listing: Listing, *, seed: int, now: float) -> None:
        name = f"{seed}/{listing.money}-{listing.coin}"
        venue = listing.exchange.split("#")[0]
        self.listing = listing
        self._drift = random.Random(name)
        self._noise = random.Random(f"{name}/{venue}/{listing.pair}")
        self._activity = self._drift.uniform(0.06, 0.15)
        self._sigma = listing.volatility / sqrt(_STEPS_PER_DAY * self._activity)
        self._spread = max(1, round(listing.price * 5e-6 / listing.tick))
        self._gap = listing.price * 4e-5 / listing.tick
        self._level_size = listing.turnover / listing.price / 40_000
        self._step_volume = listing.turnover / listing.price / _STEPS_PER_DAY
        self._fair = listing.price
        self._bids: list[_Rung] = []
        self._asks: list[_Rung] = []
        self.last = self.price(floor(listing.price / listing.tick + 0.5))
        self._requote()
        self.candles = Candles(
            name,
            period=listing.period,
            now=now,
            price=self.last,
            volatility=listing.volatility,
            volume_per_day=listing.turnover / listing.price,
            rounded=self.rounded,
        )

    def price(self, ticks: int) -> float:
        return round(ticks * self.listing.tick, self.listing.decimals)

    def rounded(self, price: float) -> float:
        """The price on the venue's grid; never zero."""
        return self.price(max(1, round(price / self.listing.tick)))

    @property
    def bids(self) -> list[Level]:
        return [(rung.price, rung.size) for rung in self._bids]

    @property
    def asks(self) -> list[Level]:
        return [(rung.price, rung.size) for rung in self._asks]

    @property
    def bid(self) -> float:
        return self._bids[0].price

    @property
    def ask(self) -> float:
        return self._asks[0].price

    def step(self, now: float) -> Taker | None:
        """Lets half a second pass; returns who took liquidity at the touch in it."""
        self.candles.roll(now)
        before = self._fair
        if self._drift.random() < self._activity:
            self._fair *= exp(self._drift.gauss(0.0, self._sigma))
        chance, pick, size = self._noise.random(), self._noise.random(), self._noise.expovariate(1.0)
        traded = size * self._step_volume
        if self._fair != before or not (self._bids and self._asks) or chance < 0.02:
            self._requote()
            if self._fair != before:
                self.last = self.ask if self._fair > before else self.bid
        elif chance < 0.25:
            side = self._bids if pick < 0.5 else self._asks
            nearness = abs(pick - 0.5) * 2
            side[int(nearness * nearness * len(side))].size = self._size(size)
        self.candles.trade(self.last, round(traded, 8))
        return Taker(is_seller=pick < 0.5, size=self._size(size)) if chance > 0.85 else None

    def take(self, *, is_buy: bool, limit: float | None, amount: float) -> list[Level]:
        """Consumes liquidity up to `limit` (None: at any price on display); returns what was taken at which price."""
        side = self._asks if is_buy else self._bids
        fills: list[Level] = []
        while side and amount > 0:
            rung = side[0]
            price = rung.price
            if limit is not None and (price > limit if is_buy else price < limit):
                break
            taken = min(amount, rung.size)
            amount = round(amount - taken, 8)
            rung.size = round(rung.size - taken, 8)
            fills.append((price, taken))
            if rung.size <= 0:
                side.pop(0)
        if not side:
            self._requote()
        if fills:
            self.last = fills[-1][0]
            self.candles.trade(self.last, sum(size for _, size in fills))
        return fills

    def move(self, mid: float) -> None:
        """Puts the market around another price at once."""
        self._fair = mid
        self._requote()
        self.last = self.price(floor(mid / self.listing.tick + 0.5))
        self.candles.trade(self.last, 0.0)

    def _rung(self, ticks: int, weight: float) -> _Rung:
        return _Rung(ticks, self.price(ticks), self._size(weight))

    def _size(self, weight: float) -> float:
        return max(round(self._level_size * (0.05 + weight), self.listing.lot), 10.0**-self.listing.lot)

    def _requote(self) -> None:
        bid = max(1, floor(self._fair / self.listing.tick - self._spread / 2))
        self._bids = self._quoted(self._bids, bid, -1)
        self._asks = self._quoted(self._asks, bid + self._spread, 1)

    def _quoted(self, rungs: list[_Rung], touch: int, away: int) -> list[_Rung]:
        """The same side with its best price at `touch`: levels that were passed are gone, missing ones are new."""
        kept = [rung for rung in rungs if (rung.ticks - touch) * away >= 0][:DEPTH]
        if not kept or kept[0].ticks != touch:
            kept.insert(0, self._rung(touch, self._noise.expovariate(1.0)))
        while len(kept) < DEPTH:
            distance = 1 + int(self._gap * self._noise.expovariate(1.0))
            ticks = kept[-1].ticks + away * distance
            if ticks < 1:
                break
            kept.append(self._rung(ticks, self._noise.expovariate(1.0) * (1 + 0.3 * len(kept))))
        return kept[:DEPTH]
