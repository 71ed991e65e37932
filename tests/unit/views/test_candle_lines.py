"""The strategy's lines: told apart by letter and value, in the hue that the strategy chose."""

from __future__ import annotations

import pytest

from gunbot_tui.model.market import CandleSeries, Indicator
from gunbot_tui.views import candle_lines
from gunbot_tui.views.cell import Tone
from tests.factories import make_candles, text_of
from tests.ui.freqtrade_scene import series


def drawn(*lines: Indicator) -> CandleSeries:
    """Three candles with these lines."""
    candles = make_candles()
    return CandleSeries(candles.period, candles.candles, True, lines)


def test_the_lines_of_a_recorded_strategy_are_parted_by_panel() -> None:
    of_prices = candle_lines.lines_of(series())
    assert [(line.letter, line.name, line.tone) for line in of_prices] == [
        ("a", "ema_fast", Tone.GREEN),
        ("b", "ema_slow", Tone.RED),
    ]
    assert candle_lines.panels(series()) == ("RSI",)
    assert [(line.letter, line.name, line.tone) for line in candle_lines.lines_of(series(), "RSI")] == [
        ("c", "rsi", Tone.BLUE)
    ]


@pytest.mark.parametrize(
    ("color", "tone"),
    [
        ("#ff0000", Tone.RED),
        ("#ff0030", Tone.RED),
        ("#ffa500", Tone.YELLOW),
        ("#00ffff", Tone.CYAN),
        ("#800080", Tone.PINK),
        ("#777777", Tone.PLAIN),
        ("", Tone.CYAN),
    ],
)
def test_of_a_colour_only_the_hue_is_kept(color: str, tone: Tone) -> None:
    assert candle_lines.tone(color, 3) is tone


def test_the_legend_has_each_value_at_the_candle_and_a_dash_in_a_gap() -> None:
    shown = drawn(
        Indicator("ema", "", "#ff0000", (1.0, 60890.4321, None)),
        Indicator("rsi", "RSI", "", (10.0, 47.12784, 50.0)),
        Indicator("macd", "MACD", "", (1.0, 2.0, 3.0)),
    )
    assert text_of(candle_lines.legend(shown, "RSI", -2, 100)) == "a ema 60890.4   │ RSI  b rsi 47.13   "
    assert text_of(candle_lines.legend(shown, "", -1, 100)) == "a ema -   "
    assert text_of(candle_lines.legend(shown, "RSI", -2, 18)) == "a ema 60890.4   "
    assert candle_lines.legend(shown, "", -9, 100) == ()


def test_more_lines_than_letters_are_left_out() -> None:
    many = drawn(*(Indicator(f"line {at}", "", "", (1.0, 1.0, 1.0)) for at in range(40)))
    assert len(candle_lines.lines_of(many)) == 26
