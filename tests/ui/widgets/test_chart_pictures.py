"""Pictures of candles and curves, without a screen: what a price, a mark or a gap looks like at any size."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gunbot_tui.model.market import Candle, CandleSeries, Indicator, Mark, MarkKind
from gunbot_tui.ui.theme import BRAILLE
from gunbot_tui.ui.widgets.candle_picture import CandleRequest, candle_picture
from gunbot_tui.ui.widgets.canvas import dots_of
from gunbot_tui.ui.widgets.chart import draw_bars, draw_candles, draw_lines
from gunbot_tui.ui.widgets.curve_picture import CurveRequest, Shape, curve_picture
from gunbot_tui.ui.widgets.scale import Window
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Tone
from tests.ui.widgets.candles import PERIOD, START, make_series, request, text_of, tones_of

ANY = st.floats(allow_nan=True, allow_infinity=True)


def test_rising_and_falling_candles_differ_in_glyph_and_tone() -> None:
    candles = (Candle(START, 10, 20, 10, 20, 1), Candle(START + PERIOD, 20, 20, 10, 10, 1))
    lines = candle_picture(request(CandleSeries(PERIOD, candles, True)), draw_candles, draw_lines).lines
    assert tones_of(lines, "┃") == {Tone.GAIN}
    assert tones_of(lines, "▌") == {Tone.LOSS}


def test_an_unchanged_price_is_not_a_fall() -> None:
    flat = CandleSeries(PERIOD, (Candle(START, 10, 12, 8, 10, 1),), True)
    lines = candle_picture(request(flat), draw_candles, draw_lines).lines
    assert not any(span.tone is Tone.LOSS for line in lines for span in line)


def test_axis_rows_meet_the_candles_that_plotext_draws() -> None:
    closes = [100.0 + 10 * step for step in range(11)]
    candles = tuple(Candle(START + PERIOD * i, v, v, v, v, 0) for i, v in enumerate(closes))
    lines = text_of(
        candle_picture(request(CandleSeries(PERIOD, candles, True), 80, 40), draw_candles, draw_lines).lines
    )
    for value, column in ((120, 2), (180, 8)):
        row = next(line for line in lines if line.strip().startswith(f"{value} ┤"))
        left = row.index("┤") + 1
        plotted = [x for x, char in enumerate(row) if x >= left and char in "╹╻┃"]
        assert len(plotted) == 1, f"{value} is drawn beside its tick"
        assert plotted[0] == max(x for x, char in enumerate(lines[0]) if char in "╹╻┃") - (10 - column) * 3


def test_levels_carry_their_label_at_the_edge_and_point_outside_when_out_of_sight() -> None:
    series = make_series(60)
    middle = (max(c.high for c in series.candles) + min(c.low for c in series.candles)) / 2
    levels = (PriceLine("average", round(middle, 1), Tone.STRONG), PriceLine("target", 99000.0, Tone.MUTED))
    lines = candle_picture(request(series, 100, 20, levels=levels), draw_candles, draw_lines).lines
    rows = text_of(lines)
    level = next(row for row in rows if "average" in row)
    assert level.rstrip().endswith(f"╌ average {middle:.1f}")
    assert "╌╌╌" in level
    assert rows[0].rstrip().endswith("↑ target 99000")
    assert any(row.rstrip().endswith(f"╌ {series.candles[-1].close:g}") for row in rows)


def test_levels_at_one_price_take_a_line_each() -> None:
    series = make_series(60)
    close = series.candles[-1].close
    levels = tuple(PriceLine(f"order {n}", close, Tone.OURS) for n in range(3))
    rows = text_of(candle_picture(request(series, 100, 20, levels=levels), draw_candles, draw_lines).lines)
    assert [sum(f"order {n}" in row for row in rows) for n in range(3)] == [1, 1, 1]


def test_marks_stand_at_their_candle_below_buys_and_above_sales() -> None:
    quiet = tuple(Candle(START + PERIOD * i, 10, 30 if i == 0 else 11, 0 if i == 0 else 9, 11, 1) for i in range(9))
    at = START + PERIOD * 5 + timedelta(minutes=2)
    marks = (Mark(at, MarkKind.BOUGHT, "x"), Mark(START + PERIOD * 7, MarkKind.SOLD, "y"))
    lines = candle_picture(request(CandleSeries(PERIOD, quiet, True), marks=marks), draw_candles, draw_lines).lines
    rows = text_of(lines)
    bought = next((y, row.index("▲")) for y, row in enumerate(rows) if "▲" in row)
    sold = next((y, row.index("▼")) for y, row in enumerate(rows) if "▼" in row)
    assert sold[1] - bought[1] == 2 * 3
    assert sold[0] < bought[0]
    assert rows[bought[0] - 1][bought[1]] in "╿╽┃│╹╵"
    assert (tones_of(lines, "▲"), tones_of(lines, "▼")) == ({Tone.BUY}, {Tone.SELL})


def test_marks_stand_on_counted_times_too() -> None:
    series = make_series(30, timed=False)
    marks = (Mark(series.candles[9].opened_at, MarkKind.BOUGHT, ""),)
    assert any(
        "▲" in row for row in text_of(candle_picture(request(series, marks=marks), draw_candles, draw_lines).lines)
    )


def test_at_most_one_candle_per_column_and_no_column_of_a_long_series_empty() -> None:
    picture = candle_picture(request(make_series(2000), 80, 20, window=Window(0, 1000)), draw_candles, draw_lines)
    assert 900 <= picture.values <= 1100
    rows = text_of(picture.lines)[:17]
    left = min(row.index("│") for row in rows if "│" in row) + 1
    right = max(len(row.rstrip("0123456789. ╌")) for row in rows)
    assert all(any(row[x : x + 1] not in ("", " ", "┈") for row in rows) for x in range(left, right))


def test_the_time_axis_names_its_zone() -> None:
    local = CandleRequest(make_series(60), (), (), Window(), timezone(timedelta(hours=1), "CET"), 80, 20, BRAILLE)
    rows = text_of(candle_picture(local, draw_candles, draw_lines).lines)
    axis = next(row for row in rows if "└" in row)
    assert "10:00" in axis
    assert axis.rstrip().endswith("CET")


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (80, 24), (120, 32), (200, 60), (1, 1), (3, 2), (24, 1), (0, 0)])
@pytest.mark.parametrize("count", [1, 2, 30, 500])
def test_a_picture_fills_its_size_and_nothing_more(size: tuple[int, int], count: int) -> None:
    width, height = size
    levels = (PriceLine("a very long name of a level that nobody needs", 61000.0, Tone.OURS),)
    lines = candle_picture(request(make_series(count), width, height, levels=levels), draw_candles, draw_lines).lines
    assert len(lines) in (0, height)
    assert all(cell_len(row) <= width for row in text_of(lines))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(ANY, ANY, ANY, ANY, ANY), max_size=12),
    st.integers(0, 70),
    st.integers(0, 20),
    ANY,
)
def test_no_numbers_break_the_candle_chart(
    values: list[tuple[float, float, float, float, float]], width: int, height: int, level: float
) -> None:
    series = CandleSeries(PERIOD, tuple(Candle(START + PERIOD * i, *v) for i, v in enumerate(values)), True)
    lines = candle_picture(
        request(series, width, height, levels=(PriceLine("x", level, Tone.OURS),)), draw_candles, draw_lines
    ).lines
    assert len(lines) in (0, height)


@settings(max_examples=60)
@given(st.lists(st.none() | ANY, max_size=40), st.integers(0, 70), st.integers(0, 20), st.sampled_from(Shape))
def test_no_numbers_break_the_line_chart(values: list[float | None], width: int, height: int, shape: Shape) -> None:
    points = tuple((date(2026, 1, 1) + timedelta(days=i), value) for i, value in enumerate(values))
    lines = curve_picture(CurveRequest(points, shape, width, height, BRAILLE), draw_lines, draw_bars).lines
    assert len(lines) in (0, height)
    assert all(cell_len(row) <= width for row in text_of(lines))


def test_a_candle_beyond_its_own_extremes_is_drawn_inside_the_chart() -> None:
    lying = CandleSeries(PERIOD, (Candle(START, 1e290, 2.0, 3.0, -1e290, 1),), True)
    assert len(candle_picture(request(lying), draw_candles, draw_lines).lines) == 20


def test_a_sum_of_days_beyond_the_scale_of_one_day_is_drawn_inside_the_chart() -> None:
    points = tuple((date(2026, 1, 1) + timedelta(days=i), 1e9) for i in range(300))
    lines = curve_picture(CurveRequest(points, Shape.BARS, 40, 9, BRAILLE), draw_lines, draw_bars).lines
    assert "█" in text_of(lines)[0]


def test_bars_stand_on_zero_and_fall_below_it_in_the_colour_of_a_loss() -> None:
    points = tuple((date(2026, 1, 1 + i), value) for i, value in enumerate([4.0, -4.0, None, 2.0]))
    lines = curve_picture(CurveRequest(points, Shape.BARS, 40, 11, BRAILLE), draw_lines, draw_bars).lines
    rows = text_of(lines)
    zero = next(y for y, row in enumerate(rows) if row.strip().startswith("0 ┤"))
    filled = {span.tone: y for y, line in enumerate(lines) for span in line if "█" in span.text and y != zero}
    assert filled[Tone.GAIN] < zero < filled[Tone.LOSS]


def test_a_gap_in_the_days_is_a_gap_in_the_curve() -> None:
    values = [1.0] * 10 + [None] * 10 + [1.0] * 10
    points = tuple((date(2026, 1, 1) + timedelta(days=i), value) for i, value in enumerate(values))
    rows = text_of(curve_picture(CurveRequest(points, Shape.CURVE, 80, 8, BRAILLE), draw_lines, draw_bars).lines)
    curve = next(row for row in rows if any("⠀" < char <= "⣿" for char in row))
    drawn = [x for x, char in enumerate(curve) if "⠀" < char <= "⣿"]
    assert max(b - a for a, b in itertools.pairwise(drawn)) > 15


def test_colour_codes_become_tones_and_backgrounds_vanish() -> None:
    dots = dots_of("a\x1b[48;5;15m\x1b[38;5;10mb\x1b[0mc\x1b[38;5;77md", {10: Tone.GAIN})
    assert dots == [[("a", Tone.PLAIN), ("b", Tone.GAIN), ("c", Tone.PLAIN), ("d", Tone.PLAIN)]]


def lined(count: int, *values: tuple[str, str, float | None]) -> CandleSeries:
    """Candles with flat lines: name, panel and value."""
    lines = tuple(Indicator(name, panel, "#ff0000", (value,) * count) for name, panel, value in values)
    return replace(make_series(count), indicators=lines)


def test_a_line_stands_at_its_value_with_its_letter_at_the_end() -> None:
    series = make_series(60)
    middle = (max(c.high for c in series.candles) + min(c.low for c in series.candles)) / 2
    lines = candle_picture(request(lined(60, ("ema", "", middle)), 100, 21), draw_candles, draw_lines).lines
    ends = [y for y, row in enumerate(text_of(lines)) if row.rstrip().endswith("⠒a")]
    assert len(ends) == 1
    assert abs(ends[0] - 9) <= 1
    assert Tone.RED in tones_of(lines, "a")


def test_a_line_far_from_the_prices_does_not_flatten_the_candles() -> None:
    plain = text_of(candle_picture(request(make_series(60)), draw_candles, draw_lines).lines)
    assert text_of(candle_picture(request(lined(60, ("far", "", 5.0))), draw_candles, draw_lines).lines) == plain


def test_a_gap_in_a_line_stays_empty() -> None:
    values = tuple(50.0 if 10 <= at < 20 or at >= 30 else None for at in range(60))
    series = replace(make_series(60), indicators=(Indicator("rsi", "RSI", "", values),))
    rows = text_of(candle_picture(replace(request(series, 120, 20), panel="RSI"), draw_candles, draw_lines).lines)
    row = next(row for row in rows[-4:] if any("⠀" < char <= "⣿" for char in row))
    columns = [x for x, char in enumerate(row) if "⠀" < char <= "⣿" or char == "a"]
    assert max(after - before for before, after in pairwise(columns)) >= 10


def test_a_panel_has_a_scale_of_its_own_and_none_on_a_low_screen() -> None:
    series = lined(60, ("rsi", "RSI", 50.0))
    with_panel = replace(request(series, 80, 24), panel="RSI")
    rows = text_of(candle_picture(with_panel, draw_candles, draw_lines).lines)
    assert "RSI" in rows[-4]
    assert any("50.0 ┤" in row for row in rows[-4:])
    low = candle_picture(replace(with_panel, height=11), draw_candles, draw_lines).lines
    assert not any("RSI" in row for row in text_of(low))


def test_marks_newer_than_what_is_in_sight_are_not_heaped_on_its_last_candle() -> None:
    series = make_series(200)
    mark = Mark(series.candles[-1].opened_at, MarkKind.BOUGHT, "")
    back = request(series, marks=(mark,), window=Window(100, 50))
    assert not any("▲" in row for row in text_of(candle_picture(back, draw_candles, draw_lines).lines))


@given(st.lists(st.none() | ANY, max_size=40), st.integers(0, 90), st.integers(0, 30))
@settings(max_examples=40)
def test_no_values_of_a_line_break_the_chart(values: list[float | None], width: int, height: int) -> None:
    lines = (Indicator("x", "", "", tuple(values)), Indicator("y", "P", "#00ff00", tuple(values)))
    series = replace(make_series(40), indicators=lines)
    picture = candle_picture(replace(request(series, width, height), panel="P"), draw_candles, draw_lines)
    assert all(cell_len(row) <= width for row in text_of(picture.lines))
