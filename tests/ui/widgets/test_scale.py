from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.model.market import Candle
from gunbot_tui.ui.widgets.scale import Scale, Window, finite, label, merged, spanning, time_ticks, value_ticks
from gunbot_tui.views.format import MINUS

START = datetime(2026, 11, 21, tzinfo=UTC)
ANY = st.floats(allow_nan=True, allow_infinity=True)


def make_candles(*closes: float) -> tuple[Candle, ...]:
    return tuple(Candle(START + timedelta(minutes=5 * i), v, v + 1, v - 1, v, 2.0) for i, v in enumerate(closes))


def test_a_window_shows_the_newest_candles_and_moves_within_the_series() -> None:
    candles = make_candles(*range(10))
    window = Window(count=4)
    assert [candle.close for candle in window.cut(candles)] == [6, 7, 8, 9]
    assert [candle.close for candle in window.moved(3, 10).cut(candles)] == [3, 4, 5, 6]
    assert window.moved(99, 10) == Window(6, 4)
    assert window.moved(-5, 10) == window
    assert Window(count=4).cut(()) == ()


def test_zooming_keeps_the_newest_candle_and_stops_at_both_ends() -> None:
    assert Window(5, 40).zoomed(0.5, 100) == Window(5, 20)
    assert Window(5, 40).zoomed(99, 100) == Window(0, 100)
    assert Window(0, 9).zoomed(0.1, 100).count == 8


@pytest.mark.parametrize(("count", "columns", "expected"), [(96, 80, 80), (300, 80, 320), (50, 80, 50), (130, 80, 160)])
def test_a_window_is_rounded_to_whole_columns(count: int, columns: int, expected: int) -> None:
    assert Window(0, count).filling(columns).count == expected


def test_merged_candles_keep_open_close_extremes_and_volume() -> None:
    candles = make_candles(1, 5, 3, 2, 9)
    first, *_, last = merged(candles, 3)
    assert (first.open, first.volume) == (1, 2.0)
    assert (last.open, last.close, last.high, last.low, last.volume) == (2, 9, 10, 1, 4.0)


@given(st.lists(st.floats(-1e6, 1e6), max_size=80), st.integers(0, 30))
def test_merging_never_exceeds_the_columns_and_loses_no_volume(closes: list[float], columns: int) -> None:
    candles = make_candles(*closes)
    result = merged(candles, columns)
    assert len(result) <= columns
    if columns:
        assert math.isclose(sum(c.volume for c in result), sum(c.volume for c in candles))


@given(st.lists(st.tuples(ANY, ANY, ANY, ANY, ANY), max_size=20))
def test_only_candles_of_finite_prices_are_drawn(values: list[tuple[float, float, float, float, float]]) -> None:
    for candle in finite([Candle(START, *value) for value in values]):
        assert all(map(math.isfinite, (candle.open, candle.high, candle.low, candle.close, candle.volume)))
        assert candle.volume >= 0


@given(st.lists(ANY, max_size=30), st.integers(1, 60))
def test_a_scale_holds_every_value_it_was_made_of(values: list[float], rows: int) -> None:
    scale = spanning(values, rows)
    usable = [value for value in values if math.isfinite(value) and abs(value) < 1e300]
    if scale is None:
        assert not usable
        return
    assert scale.low < scale.high
    for value in usable:
        assert scale.inside(value)
        assert 0 <= scale.row(value) < rows


def test_a_scale_of_nothing_but_zero_has_labels_in_plain_numbers() -> None:
    scale = spanning([0.0, 0.0], 10)
    assert scale is not None
    assert [text for _, text in value_ticks(scale, 2)] == [f"{MINUS}1", "0", "1"]


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(1, 60), st.integers(1, 20))
def test_ticks_lie_inside_the_scale_and_their_labels_differ(low: float, size: float, rows: int, count: int) -> None:
    scale = spanning([low, low + size], rows)
    assert scale is not None
    ticks = value_ticks(scale, count)
    assert len(ticks) <= 2 * count + 3
    assert all(scale.inside(value) for value, _ in ticks)
    if size > abs(low) * 1e-6:
        assert len({text for _, text in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (60790.0, 61330.0, ["60800", "60900", "61000", "61100", "61200", "61300"]),
        (0.00002101, 0.00002199, ["0.0000212", "0.0000214", "0.0000216", "0.0000218"]),
        (-1.0, 1.0, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    ],
)
def test_price_labels_are_round_and_can_be_typed_back(low: float, high: float, expected: list[str]) -> None:
    assert [text for _, text in value_ticks(Scale(low, high, 20), 6 if high > 2 else 5)] == expected


def test_a_label_has_no_negative_zero() -> None:
    assert label(-0.0001, 0.1) == "0.0"


def test_time_ticks_stand_on_round_times_of_the_zone_and_name_a_new_day() -> None:
    times = [START - timedelta(hours=3) + timedelta(minutes=5 * i) for i in range(72)]
    assert [text for _, text in time_ticks(times, 1, 5)] == ["22:00", "23:00", "11-21", "01:00", "02:00"]
    there = timezone(timedelta(hours=1))
    assert [text for _, text in time_ticks(times, 1, 5, there)] == ["23:00", "11-21", "01:00", "02:00", "03:00"]


@given(st.lists(st.integers(0, 10**9), max_size=40).map(sorted), st.integers(1, 4))
def test_time_ticks_never_touch_each_other(seconds: list[int], distance: int) -> None:
    times = [START + timedelta(seconds=s) for s in seconds]
    ticks = time_ticks(times, distance, 5)
    for (left, text), (right, _) in itertools.pairwise(ticks):
        assert (right - left) * distance > len(text)
