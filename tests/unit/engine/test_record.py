"""Commands as text: what is written comes back exactly, and what the first version wrote still reads."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.record import to_command, to_text
from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import make_cancel, make_pair, make_placement

PAIR = '"pair": {"exchange": "binance", "coin": "BTC", "money": "USDT", "native": "USDT-BTC", "contract": ""}'

numbers = st.decimals(min_value=0, allow_nan=False, allow_infinity=False)
text = st.text(max_size=12)
pairs = st.builds(Pair, text, text, text, text, text)
sides, types = st.sampled_from(Side), st.sampled_from(OrderType)
placements = st.builds(
    PlaceOrder,
    pairs,
    sides,
    types,
    numbers,
    numbers,
    *(st.none() | numbers,) * 2,
    st.booleans(),
    st.none() | numbers,
    text,
    *(st.none() | numbers,) * 2,
    *(text,) * 2,
)
cancels = st.builds(CancelOrder, pairs, text, sides, numbers, numbers, text, text)


def written_numbers(command: OrderCommand) -> list[str]:
    """Every number as it would be sent."""
    numbers = [command.amount, command.price]
    if isinstance(command, PlaceOrder):
        optional = (command.stop, command.stop_limit, command.worth, command.stake, command.leverage)
        numbers += [number for number in optional if number is not None]
    return [str(number) for number in numbers]


@given(placements | cancels)
def test_a_command_survives_being_written_and_read(command: OrderCommand) -> None:
    again = to_command(to_text(command))
    assert again == command
    assert written_numbers(again) == written_numbers(command)


@given(placements | cancels)
def test_what_is_written_is_one_line_of_ascii(command: OrderCommand) -> None:
    assert to_text(command).isascii()
    assert "\n" not in to_text(command)


def test_amounts_are_text_exactly_as_sent() -> None:
    command = PlaceOrder(
        make_pair(), Side.BUY, OrderType.OCO, Decimal("0.50000000"), Decimal("1E+3"), Decimal("1100.0"), Decimal("1101")
    )
    written = to_text(command)
    assert '"amount": "0.50000000"' in written
    assert '"price": "1E+3"' in written
    assert '"stop": "1100.0"' in written
    assert '"stop_limit": "1101"' in written


def test_a_placement_of_the_first_version_is_a_plain_order() -> None:
    line = '{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", ' + PAIR + "}"
    assert to_command(line) == make_placement()


def test_a_plain_order_is_written_as_it_always_was() -> None:
    line = '{"do": "place", "type": "limit", "side": "buy", "amount": "0.0041", "price": "60940.0", ' + PAIR + "}"
    assert to_text(make_placement()) == line


def test_a_cancel_of_the_first_version_names_its_order() -> None:
    line = '{"do": "cancel", "order": "357044", "side": "buy", "amount": "0.0041", "price": "60940.0", ' + PAIR + "}"
    assert to_command(line) == make_cancel()


@pytest.mark.parametrize("line", ["", "null", "{}", "[]", '{"do": "dance"}', '{"do": "place", ' + PAIR + "}"])
def test_anything_else_is_an_error_of_a_known_kind(line: str) -> None:
    with pytest.raises((ArithmeticError, LookupError, TypeError, ValueError)):
        to_command(line)


def test_an_order_by_stake_comes_back_whole_with_the_line_that_it_came_from() -> None:
    pair = Pair("binance", "BTC", "USDT", "BTC/USDT:USDT", "PERP")
    numbers = (Decimal("0.0123"), Decimal("60940.0"))
    command = PlaceOrder(
        pair,
        Side.SELL,
        OrderType.MARKET,
        *numbers,
        deal="141",
        stake=Decimal("250.00"),
        leverage=Decimal("3.0"),
        tag="by hand",
        typed="short 250",
    )
    again = to_command(to_text(command))
    assert again == command
    assert isinstance(again, PlaceOrder)
    assert (str(again.stake), str(again.leverage), again.typed) == ("250.00", "3.0", "short 250")
    cancel = replace(make_cancel(), deal="141")
    assert to_command(to_text(cancel)) == cancel


def test_what_a_sell_under_the_bid_is_worth_comes_back() -> None:
    command = PlaceOrder(make_pair(), Side.SELL, OrderType.LIMIT, Decimal(1), Decimal(85), worth=Decimal("99.10"))
    assert to_command(to_text(command)) == command
    assert command.notional == Decimal("99.1")
