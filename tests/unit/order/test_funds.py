"""What an order may spend: what is free, less what is on its way, and nothing where it is not known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import Balance, OrderType, Side
from tests.factories import (
    make_balance,
    make_book,
    make_cancel,
    make_config,
    make_feed,
    make_intent,
    make_pair,
    make_placement,
    make_snapshot,
    with_feed,
)
from tests.unit.order.scenes import ETH, FUNDS, LIMITS, LONG, NO_LIMITS, futures, order, scene


@pytest.mark.parametrize(
    "state", [IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS]
)
def test_funds_of_an_order_that_is_not_shown_yet_count_as_gone(state: IntentState) -> None:
    snapshot = scene(intents=[make_intent(make_placement(price="60000", amount="0.01"), state)])
    made = order("buy 0.001 @ 60000", snapshot)
    assert (made.free_before, made.free_after) == (Decimal("603.4"), Decimal("543.4"))
    assert made.pending == "after 1 order not shown yet"
    assert order("buy all @ 60000", snapshot).amount == Decimal("0.01004662")
    assert order("buy 0.011 @ 60000", snapshot).blocks == (
        "it needs 660 USDT, free are 603.4 after 1 order not shown yet",
    )


def test_each_asset_loses_only_what_is_spent_of_it_on_its_exchange() -> None:
    intents = [
        make_intent(make_placement(side=Side.SELL, amount="0.002"), IntentState.HANDED_OVER),
        make_intent(make_placement(ETH, price="3000", amount="0.1"), IntentState.UNKNOWN),
        make_intent(make_placement(side=Side.SELL, type=OrderType.MARKET, amount="0.001"), IntentState.SENDING),
        make_intent(make_placement(make_pair(exchange="kraken")), IntentState.UNKNOWN),
        make_intent(make_placement(), IntentState.WORKING, order_id="9"),
        make_intent(make_placement(), IntentState.REFUSED),
        make_intent(make_cancel(), IntentState.UNKNOWN),
    ]
    snapshot = scene(intents=intents)
    assert order("buy 0.001 @ 60000", snapshot).free_before == Decimal("903.7")
    sold = order("sell all", snapshot)
    assert (sold.amount, sold.pending) == (Decimal("0.0093"), "after 2 orders not shown yet")


def test_orders_not_shown_yet_can_leave_nothing_to_spend() -> None:
    unknown = make_intent(make_placement(price="60000", amount="1"), IntentState.UNKNOWN)
    blocked = order("buy 25%", scene(intents=[unknown])).blocks[0]
    assert blocked == "no USDT is free on binance after 1 order not shown yet"


def test_unknown_funds_block_a_share_of_them() -> None:
    assert "not known how much BTC" in order("sell 50%", scene(funds=())).blocks[0]
    assert "no BTC is free" in order("sell 50%", scene(funds=(make_balance("BTC", "0"),))).blocks[0]


def test_another_exchanges_funds_do_not_count() -> None:
    elsewhere = (make_balance("BTC", "5", exchange="binance#3"),)
    assert "not known how much BTC" in order("sell 50%", scene(funds=elsewhere)).blocks[0]


@pytest.mark.parametrize(
    ("text", "funds", "warning"),
    [
        ("buy 0.015 @ 60000", FUNDS, "74.8% of the free USDT"),
        ("sell 0.01btc", (), "not known how much BTC is free"),
        ("buy 1204usdt @ 60000", FUNDS, "with the fee it is more"),
    ],
)
def test_o07_what_the_user_should_know_of_the_funds_is_said(
    text: str, funds: tuple[Balance, ...], warning: str
) -> None:
    made = order(text, scene(funds=funds))
    assert made.blocks == ()
    assert warning in " ".join(made.warnings)


def test_old_funds_say_their_age() -> None:
    old = make_feed(FUNDS, age_seconds=100, interval_seconds=10)
    assert order("buy 0.001 @ 60000", with_feed(scene(), Topic(Kind.BALANCES), old)).warnings == (
        "free USDT was read 100s ago",
    )


def test_on_a_derivative_funds_are_not_known_and_that_is_said() -> None:
    assert "not known how much USDT" in order("buy 50%", futures(), pair=LONG).blocks[0]
    made = order("buy 0.01 @ 60000", futures(), LIMITS, LONG)
    assert made.blocks == ()
    assert made.warnings == ("it is not known how much USDT is free: it is a derivative",)
    assert (made.free_before, made.free_after, made.share_percent) == (None, None, None)


FREE = st.decimals("0.00000001", 10**9, places=8, allow_nan=False)
PRICE = st.floats(1e-8, 1e6, allow_nan=False)
WHERE = ["", " @ mid", " @ ask +0.3%", " market", " stop ask +1% limit ask +2%", " trail ask +1%"]


@given(FREE, FREE, PRICE, st.integers(1, 100), st.sampled_from(WHERE))
@example(Decimal("0.01822321"), Decimal("0.00000001"), 0.25, 100, "")
def test_a_share_of_the_funds_never_exceeds_them(
    money: Decimal, coins: Decimal, price: float, percent: int, where: str
) -> None:
    book = make_book(((price, 1e12),), ((price * 1.001, 1e12),))
    snapshot = scene(book, funds=(make_balance(free=f"{money:f}"), make_balance("BTC", f"{coins:f}")))
    bought = order(f"buy {percent}%{where}", snapshot, NO_LIMITS)
    if bought.amount is not None and bought.notional is not None:
        assert bought.notional + (bought.fee or 0) <= money
    sold = order(f"sell {percent}%{where}", snapshot, NO_LIMITS)
    assert sold.amount is None or sold.amount <= coins


def test_a_bot_that_says_nothing_of_funds_still_shows_the_money_of_the_pair() -> None:
    snapshot = make_snapshot(scene().statuses, balances=None)
    assert order("buy 0.001 @ 60000", snapshot).free_before == 1204


@pytest.mark.parametrize("percent", [-100.0, -0.1, 100.0, 1e30])
def test_a_fee_that_cannot_be_true_says_nothing(percent: float) -> None:
    config = make_feed(make_config(fee_percent={"binance": percent}))
    made = order("buy all @ 60000", with_feed(scene(), Topic(Kind.CONFIG), config))
    assert made.fee is None
    assert made.notional is not None
    assert Decimal("1203.99") < made.notional <= 1204
