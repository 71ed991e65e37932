"""What the screen shows of numbers, ages and text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, None, "-"),
        (float("nan"), None, "-"),
        (float("inf"), 2, "-"),
        (0.1 + 0.2, None, "0.3"),
        (1e-8, None, "0.00000001"),
        (1e-12, None, "0.000000000001"),
        (1e22, None, "10000000000000000000000"),
        (1234567.5, None, "1234567.5"),
        (1204.0, 2, "1204.00"),
        (-9.7, 2, "−9.70"),
        (-0.001, 2, "0.00"),
        (0.0, None, "0"),
        (Decimal("0.00410000"), None, "0.0041"),
        (Decimal("1E+3"), None, "1000"),
        (Decimal("123456789012345678.123456789012345678"), None, "123456789012345678.123456789012345678"),
    ],
)
def test_a_number_prints_without_grouping_exponent_or_noise(
    value: float | Decimal | None, decimals: int | None, text: str
) -> None:
    assert fmt.number(value, decimals) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_prints_without_exponent_and_parses_back(value: float) -> None:
    text = fmt.number(value)
    assert set(text) <= set("0123456789.−")
    assert float(text.replace("−", "-")) == float(f"{value:.12g}")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18, places=18))
def test_every_decimal_prints_exactly(value: Decimal) -> None:
    assert Decimal(fmt.number(value).replace("−", "-")) == value


def test_prices_of_one_pair_share_their_decimals() -> None:
    decimals = fmt.price_decimals(60975.0, 60975.25, None)
    assert [fmt.price(value, decimals) for value in (60975.0, 60975.25)] == ["60975.00", "60975.25"]


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [((0.00002157,), 8), ((1e-12,), 12), ((61000.0,), 0), ((), 0), ((0.1 + 0.2,), 1), ((60975.123456789,), 5)],
)
def test_price_decimals_follow_the_digits_that_matter(prices: tuple[float, ...], decimals: int) -> None:
    assert fmt.price_decimals(*prices) == decimals


@pytest.mark.parametrize("value", [0.0, -1.0, None, float("nan")])
def test_what_is_not_above_zero_is_no_price(value: float | None) -> None:
    assert fmt.price(value, 2) == "-"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0041, "0.0041"), (0.123456789, "0.123456"), (1250.0, "1250"), (91204817.5, "91204817"), (0.0, "0")],
)
def test_an_amount_keeps_six_digits_and_never_says_more_than_there_is(value: float | None, text: str) -> None:
    assert fmt.amount(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(12.41, "+12.41"), (-3.2, "−3.20"), (0.0, "0.00"), (-0.004, "0.00"), (None, "-")]
)
def test_a_signed_number_says_its_sign(value: float | None, text: str) -> None:
    assert fmt.signed(value) == text


def test_percent_and_money_carry_their_unit() -> None:
    assert fmt.percent(1.84, sign=True) == "+1.84%"
    assert fmt.percent(17.2, 0) == "17%"
    assert fmt.percent(None) == "-"
    assert fmt.money(1204, "USDT") == "1204.00 USDT"
    assert fmt.money(-41.2, "USDT", sign=True) == "−41.20 USDT"
    assert fmt.money(0.5, "BTC") == "0.50000000 BTC"
    assert fmt.money(None, "BTC") == "-"


def test_small_money_never_reads_as_zero() -> None:
    assert fmt.money(0.00412, "USDT") == "0.0041 USDT"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0s"), (31, "31s"), (60, "1m"), (150, "2m"), (3600 * 3, "3h"), (86400 * 2, "2d"), (-5, "0s"), (None, "-")],
)
def test_an_age_is_one_word(seconds: float | None, text: str) -> None:
    assert fmt.age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (31.9, "31s"), (3120, "52m"), (4739, "1h 18m"), (86399, "23h 59m"), (183600, "2d 3h")],
)
def test_a_long_span_has_its_second_unit(seconds: float | None, text: str) -> None:
    assert fmt.span(seconds) == text


def test_a_past_moment_says_ago() -> None:
    assert fmt.ago(31) == "31s ago"
    assert fmt.ago(None) == "-"


def test_a_time_names_its_day_unless_it_is_today() -> None:
    now = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
    assert fmt.moment(datetime(2026, 11, 21, 14, 2, 11, tzinfo=UTC), now, UTC) == "14:02:11"
    assert fmt.moment(datetime(2026, 11, 19, 14, 2, 11, tzinfo=UTC), now, UTC) == "11-19 14:02"
    assert fmt.moment(datetime(2024, 11, 19, 14, 2, 11, tzinfo=UTC), now, UTC) == "2024-11-19"
    assert fmt.clock(now, UTC) == "14:30:00"
    assert fmt.clock(None) == "-"


@given(st.text(), st.integers(min_value=0, max_value=30))
def test_padded_text_has_exactly_the_width(text: str, cells: int) -> None:
    assert fmt.width(fmt.pad(text, cells)) == cells
    assert fmt.width(fmt.fit(text, cells)) <= cells


def test_text_is_cut_by_cells_and_not_by_characters() -> None:
    assert fmt.fit("比特币", 5) == "比特…"
    assert fmt.fit("比特币", 6) == "比特币"
    assert fmt.pad("1.5", 6, Align.RIGHT) == "   1.5"


@pytest.mark.parametrize(
    ("value", "cells", "sign", "text"),
    [
        (12.345, 9, False, "12.35"),
        (123456.789, 8, False, "123456.8"),
        (123456.789, 3, False, "123457"),
        (-1234567.89, 9, True, "−1234568"),
        (1.5, 9, True, "+1.50"),
        (None, 3, True, "-"),
    ],
)
def test_a_number_gives_up_decimals_before_it_gives_up_digits(
    value: float | None, cells: int, sign: bool, text: str
) -> None:
    assert fmt.within(value, 2, cells, sign=sign) == text
