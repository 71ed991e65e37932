"""Whatever orders come and wherever the market goes, nothing is created, lost or spent twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gunbot_tui.sim.account import Account
from gunbot_tui.sim.catalogue import listings
from gunbot_tui.sim.market import STEP, Market
from gunbot_tui.sim.matching import Accepted, Matching
from gunbot_tui.sim.order import Kind, Terms

BTC = listings(1, 7)[0]
START = 1_780_000_000.0
MONEY, COINS = 5000.0, 0.1

orders = st.tuples(
    st.just("order"),
    st.booleans(),
    st.floats(1e-5, 0.2),
    st.one_of(st.none(), st.floats(0.97, 1.03)),
)
moves = st.tuples(st.just("move"), st.floats(0.97, 1.03))
steps = st.tuples(st.just("steps"), st.integers(1, 20))
cancels = st.tuples(st.just("cancel"), st.integers(0, 5))
stops = st.tuples(
    st.sampled_from([Kind.STOP_LIMIT, Kind.TRAILING_STOP, Kind.OCO]),
    st.booleans(),
    st.floats(1e-5, 0.1),
    st.floats(0.001, 0.02),
)
events = st.lists(st.one_of(orders, stops, moves, steps, cancels), max_size=25)


class Desk:
    """One account at one market, with the sum of all fills kept apart from it."""

    def __init__(self) -> None:
        self.market = Market(BTC, seed=7, now=START)
        self.account = Account("binance", {"USDT": MONEY, "BTC": COINS})
        self.matching = Matching()
        self.now = START
        self.placed: dict[object, float] = {}

    def order(self, *, is_buy: bool, amount: float, rate: float | None) -> Accepted | None:
        return self.place(Terms(is_buy, amount, rate, Kind.MARKET if rate is None else Kind.LIMIT))

    def stop(self, kind: Kind, *, is_buy: bool, amount: float, away: float) -> None:
        """A stop on the side of the market where it has to be."""
        sign = 1 if is_buy else -1
        stop = (self.market.ask if is_buy else self.market.bid) * (1 + sign * away)
        rate, stop_limit = stop * (1 + sign * 0.001), None
        if kind is Kind.TRAILING_STOP:
            rate = self.market.last
        elif kind is Kind.OCO:
            rate, stop_limit = self.market.last * (1 - sign * away), rate
        self.place(Terms(is_buy, amount, rate, kind, stop, stop_limit))

    def place(self, terms: Terms) -> Accepted | None:
        outcome = self.matching.place(self.account, self.market, BTC, terms, now=self.now)
        if not isinstance(outcome, Accepted):
            return None
        self.placed |= {order.id: order.amount for order in outcome.orders}
        return outcome

    def settle(self, *, with_step: bool) -> None:
        taker = None
        if with_step:
            self.now += STEP
            taker = self.market.step(self.now)
        resting = list(self.account.orders.values())
        self.matching.settle(self.account, self.market, resting, taker=taker, now=self.now)

    def play(self, event: tuple[object, ...]) -> None:
        match event:
            case ("order", bool(is_buy), float(amount), float() | None as away):
                self.order(is_buy=is_buy, amount=amount, rate=None if away is None else self.market.last * away)
            case (Kind() as kind, bool(is_buy), float(amount), float(away)):
                self.stop(kind, is_buy=is_buy, amount=amount, away=away)
            case ("move", float(away)):
                self.market.move(BTC.price * away)
                self.settle(with_step=False)
            case ("steps", int(count)):
                for _ in range(count):
                    self.settle(with_step=True)
            case ("cancel", int(index)):
                ids = list(self.account.orders)
                if ids:
                    self.matching.cancel(self.account, ids[index % len(ids)], key=BTC.key)


@given(events)
@settings(max_examples=60)
def test_no_balance_goes_below_zero(played: list[tuple[object, ...]]) -> None:
    desk = Desk()
    for event in played:
        desk.play(event)
        for asset in ("USDT", "BTC"):
            assert desk.account.free(asset) > -1e-6
            assert desk.account.totals[asset] >= desk.account.on_order(asset) - 1e-6


@given(events)
@settings(max_examples=60)
def test_what_is_held_is_what_was_there_and_what_was_traded(played: list[tuple[object, ...]]) -> None:
    desk = Desk()
    for event in played:
        desk.play(event)
    fills = desk.account.fills[BTC.key]
    money = MONEY + sum(fill.cost * (-1 if fill.is_buy else 1) for fill in fills)
    coins = COINS + sum(fill.amount * (1 if fill.is_buy else -1) for fill in fills)
    assert desk.account.totals["USDT"] == pytest.approx(money)
    assert desk.account.totals["BTC"] == pytest.approx(coins)
    pnl = sum(fill.pnl for fill in fills)
    assert all(fill.pnl == 0 for fill in fills if fill.is_buy)
    assert abs(pnl) < MONEY + COINS * BTC.price


@given(events)
@settings(max_examples=60)
def test_fills_of_an_order_never_exceed_it_and_keep_its_limit(played: list[tuple[object, ...]]) -> None:
    desk = Desk()
    for event in played:
        desk.play(event)
    for order_id, amount in desk.placed.items():
        filled = sum(fill.amount for fill in desk.account.fills[BTC.key] if fill.id == order_id)
        resting = desk.account.orders.get(str(order_id))
        assert filled <= amount + 1e-9
        if resting is not None:
            assert filled + resting.remaining == pytest.approx(amount)


@given(events)
@settings(max_examples=40)
def test_cancelling_everything_frees_everything(played: list[tuple[object, ...]]) -> None:
    desk = Desk()
    for event in played:
        desk.play(event)
    while desk.account.orders:
        assert desk.matching.cancel(desk.account, next(iter(desk.account.orders)), key=BTC.key)
    assert desk.account.on_order("USDT") == 0
    assert desk.account.on_order("BTC") == 0
    assert desk.account.free("USDT") == desk.account.totals["USDT"]


@given(st.floats(0.001, 0.05), st.floats(1.0, 1.001))
@settings(max_examples=40)
def test_a_buy_never_pays_more_than_its_limit(amount: float, above: float) -> None:
    desk = Desk()
    outcome = desk.order(is_buy=True, amount=amount, rate=desk.market.ask * above)
    assert outcome is not None
    for _ in range(50):
        desk.settle(with_step=True)
    fills = desk.account.fills[BTC.key]
    assert fills
    assert all(fill.rate <= outcome.orders[0].rate for fill in fills)


def test_a_market_order_beyond_the_book_fills_what_is_there_and_drops_the_rest() -> None:
    desk = Desk()
    desk.account.totals["BTC"] = 1e6
    depth = sum(size for _, size in desk.market.bids)
    desk.order(is_buy=False, amount=depth + 5, rate=None)
    assert sum(fill.amount for fill in desk.account.fills[BTC.key]) == pytest.approx(depth)
    assert desk.account.orders == {}
    assert "expired" in str(desk.account.notices[BTC.key][-1]["text"])


def test_a_cancel_of_an_unknown_order_changes_nothing_and_says_so() -> None:
    desk = Desk()
    assert not desk.matching.cancel(desk.account, "1", key=BTC.key)
    assert "does not exist" in str(desk.account.notices[BTC.key][-1]["text"])


def test_an_order_that_would_meet_an_own_one_expires_that_one() -> None:
    desk = Desk()
    price = desk.market.ask + 1
    first = desk.order(is_buy=False, amount=0.01, rate=price)
    assert first is not None
    desk.order(is_buy=True, amount=0.001, rate=price + 1)
    assert str(first.orders[0].id) not in desk.account.orders
