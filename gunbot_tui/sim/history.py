"""The sixty days before the simulator was started: the strategies traded, so balances and profits have a past."""

import random
from collections.abc import Sequence
from math import exp

from gunbot_tui.sim.account import Account
from gunbot_tui.sim.market import Market
from gunbot_tui.sim.matching import Matching
from gunbot_tui.sim.trader import PATIENT, Skip, Trader

DAYS = 60
_SLOT = 7200.0
DEPOSITS = {
    "binance": {"USDT": 6200.0, "BTC": 0.031, "EUR": 900.0},
    "binance#3": {"USDT": 2100.0},
    "bybit": {"USDT": 3000.0},
}


class Path:
    """Prices of one market before the world began: its candles, and a coarser walk before those."""

    def __init__(self, market: Market, *, seed: int) -> None:
        listing = market.listing
        rng = random.Random(f"{seed}/path/{listing.money}-{listing.coin}")
        self._market = market
        self._since, price = market.candles.past_open
        sigma = listing.volatility * (_SLOT / 86_400) ** 0.5
        self._prices: list[float] = []
        for _ in range(int(DAYS * 86_400 / _SLOT)):
            price *= exp(rng.gauss(0.0, sigma))
            self._prices.append(price)

    def price(self, at: float) -> float:
        price = self._market.candles.past_price(at)
        if price is None:
            price = self._prices[min(len(self._prices) - 1, int((self._since - at) / _SLOT))]
        return self._market.rounded(price)


def trade_the_past(
    accounts: dict[str, Account],
    desks: Sequence[tuple[Trader, Market]],
    matching: Matching,
    skips: dict[str, list[Skip]],
    *,
    seed: int,
    now: float,
) -> None:
    """Lets every strategy act on the past in the order of time, so that each balance follows from the one before."""
    active = [(trader, market, Path(market, seed=seed)) for trader, market in desks if trader.listing.is_traded]
    for trader, _, path in active:
        account = accounts[trader.listing.exchange]
        if account.held(trader.listing):
            cost = path.price(now - DAYS * 86_400)
            account.positions[trader.listing.key].inventory_cost = cost
            account.positions[trader.listing.key].abp = cost * 1.001
    slots = int(DAYS * 86_400 / _SLOT)
    for slot in range(slots - 1):
        start = now - DAYS * 86_400 + slot * _SLOT
        moments = [
            (start + trader.rng.uniform(0.0, _SLOT * 0.9), trader, market, path)
            for trader, market, path in active
            if trader.rng.random() < 0.16
        ]
        for at, trader, _, path in sorted(moments, key=lambda moment: moment[0]):
            _act(accounts[trader.listing.exchange], trader, path.price(at), matching, at)
        if slot > slots - 14:
            _leave_marks(desks, skips, matching, start)


def _act(account: Account, trader: Trader, price: float, matching: Matching, at: float) -> None:
    trade = trader.decide(account, price, PATIENT)
    if trade is None:
        return
    order = matching.draft(
        trader.listing, is_buy=trade.is_buy, rate=price, amount=trade.amount, now=at, by_strategy=True
    )
    account.apply(order, serial=matching.next_serial(), rate=price, amount=trade.amount, now=at)


def _leave_marks(
    desks: Sequence[tuple[Trader, Market]], skips: dict[str, list[Skip]], matching: Matching, start: float
) -> None:
    for trader, market in desks:
        if trader.listing.is_enabled and trader.rng.random() < 0.5:
            at = start + trader.rng.uniform(0.0, _SLOT * 0.9)
            price = market.candles.past_price(at) or market.last
            skips[trader.listing.key].append(trader.skip(matching.next_serial(), price=price, now=at))
