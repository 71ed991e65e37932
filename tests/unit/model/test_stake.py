"""Orders whose size is money: what makes one of them another once more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import make_pair, make_placement

D = Decimal
ENTRY = replace(make_placement(amount="0.0041", price="60940"), stake=D(250))


@pytest.mark.parametrize(
    ("again", "is_twin"),
    [
        (replace(ENTRY, amount=D("0.0044"), price=D(57000)), True),
        (replace(ENTRY, type=OrderType.MARKET), True),
        (replace(ENTRY, leverage=D(3), tag="other"), True),
        (replace(ENTRY, stake=D("254.90")), True),
        (replace(ENTRY, stake=D(256)), False),
        (replace(ENTRY, side=Side.SELL), False),
        (replace(ENTRY, pair=make_pair("ETH")), False),
        (replace(ENTRY, closes=True), False),
    ],
)
def test_two_entries_of_one_stake_are_twins_whatever_coins_they_buy(again: PlaceOrder, is_twin: bool) -> None:
    assert ENTRY.resembles(again) is again.resembles(ENTRY) is is_twin


def test_an_order_by_stake_and_one_by_coins_are_told_apart() -> None:
    by_coins = replace(ENTRY, stake=None)
    assert by_coins.fingerprint != ENTRY.fingerprint
    assert replace(ENTRY, stake=D("0.0041")).fingerprint != by_coins.fingerprint


amounts = st.decimals(min_value="0.00000001", max_value="1000000", allow_nan=False, places=8)


@given(amounts, amounts, amounts)
def test_the_coins_that_a_stake_buys_are_no_part_of_what_it_is(stake: Decimal, one: Decimal, other: Decimal) -> None:
    first, again = replace(ENTRY, stake=stake, amount=one), replace(ENTRY, stake=stake, amount=other)
    assert first.fingerprint == again.fingerprint
    assert first.resembles(again)
