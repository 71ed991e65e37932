"""What a strategy decides when Gunbot cycles its pair: buy low, sell with a gain, seldom cut a loss, say why not.

The same rules make the invented past and the living present; only their thresholds differ.
"""

import random
from dataclasses import dataclass

from gunbot_tui.sim.account import Account
from gunbot_tui.sim.catalogue import Listing


@dataclass(frozen=True)
class Trade:
    """An order the strategy wants, in coins."""

    is_buy: bool
    amount: float


@dataclass(frozen=True)
class Skip:
    """A step the strategy left out, as the chart marks it."""

    serial: int
    time_ms: int
    is_buy: bool
    price: float
    reason: str


@dataclass(frozen=True)
class Temper:
    """How far the price has to go, as fractions, before a strategy acts."""

    gain: float
    step: float
    stop: float


PATIENT = Temper(gain=0.022, step=0.018, stop=0.09)
LIVELY = Temper(gain=0.0025, step=0.0012, stop=0.12)
_REASONS = (
    "order blocked by trend module",
    "price above the next grid level",
    "waiting for confirmation of the last candle",
    "MAX_BUY_COUNT reached",
)


class Trader:
    """The strategy of one pair with its own chance."""

    def __init__(self, listing: Listing, *, seed: int) -> None:
        self.listing = listing
        self.rng = random.Random(f"{seed}/trader/{listing.key}")
        self._last_price: float | None = None

    def decide(self, account: Account, price: float, temper: Temper) -> Trade | None:
        listing = self.listing
        held, position = account.sellable(listing) - listing.keep, account.positions[listing.key]
        worth, size = held * price, listing.limit / price
        last = self._last_price or price
        if worth > 0.15 * listing.limit and position.abp:
            if price > position.abp * (1 + temper.gain):
                return self._sell(held, size, price)
            if price < position.abp * (1 - temper.stop) and self.rng.random() < 0.12:
                return self._sell(held, size, price)
        is_small = worth < 0.15 * listing.limit
        if worth < 5 * listing.limit and (is_small or price < last * (1 - temper.step)):
            amount = round(size * self.rng.uniform(0.5, 1.1), max(2, listing.lot))
            if amount * price * 1.3 / listing.leverage < account.free(listing.money):
                self._last_price = price
                return Trade(is_buy=True, amount=amount)
        return None

    def skip(self, serial: int, *, price: float, now: float) -> Skip:
        is_buy = self.rng.random() < 0.7
        return Skip(serial, int(now * 1000), is_buy, price, self.rng.choice(_REASONS))

    def _sell(self, held: float, size: float, price: float) -> Trade:
        amount = min(held, round(size * self.rng.uniform(0.6, 1.8), max(2, self.listing.lot)))
        self._last_price = price
        return Trade(is_buy=False, amount=held if held - amount < 0.2 * size else amount)
