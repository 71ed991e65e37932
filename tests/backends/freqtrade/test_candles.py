"""Candles, indicators and signals of a real Freqtrade, and what is left of them when they make no sense."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.freqtrade import wire_candles as wire
from gunbot_tui.backends.freqtrade.adapt_candles import to_close, to_marks, to_period, to_series
from gunbot_tui.model.market import Mark, MarkKind
from tests.backends.freqtrade.recorded import FIXTURES, made, recorded

NO_PLOT = made(wire.PlotConfig, {})
AT = 1795219440000
OHLCV = ["__date_ts", "open", "high", "low", "close", "volume"]


def table(columns: list[str], *rows: Sequence[object], timeframe: str = "1m") -> wire.CandleTable:
    return made(wire.CandleTable, {"timeframe": timeframe, "columns": columns, "data": rows})


def test_candles_come_with_the_indicators_that_the_strategy_wants_drawn() -> None:
    series = to_series(recorded(wire.CandleTable, "pair_candles"), recorded(wire.PlotConfig, "plot_config"))
    assert series.period == timedelta(minutes=1)
    assert series.times_are_given
    assert len(series.candles) == 6
    assert series.candles[0].opened_at == datetime(2026, 11, 21, 0, 18, tzinfo=UTC)
    drawn = {(line.panel, line.name): line for line in series.indicators}
    assert set(drawn) == {("", "ema_fast"), ("", "ema_slow"), ("RSI", "rsi")}
    assert drawn["RSI", "rsi"].color == "#58a6ff"
    assert {len(line.values) for line in series.indicators} == {6}
    assert all(0 < value < 100 for value in drawn["RSI", "rsi"].values if value is not None)


def test_a_signal_is_a_wish_with_its_words_and_no_purchase() -> None:
    marks = to_marks(recorded(wire.CandleTable, "web_pair_history"))
    assert marks[0] == Mark(datetime(2026, 11, 20, 19, 15, tzinfo=UTC), MarkKind.EXIT, "exit long signal rsi_high")
    assert (marks[-1].kind, marks[-1].text) == (MarkKind.ENTRY, "enter long signal rsi_dip")
    assert len(marks) == 5


def test_short_signals_are_told_as_such() -> None:
    columns = [*OHLCV, "enter_short", "exit_short", "enter_tag", "exit_tag"]
    marks = to_marks(table(columns, [AT, 2, 2, 2, 2, 1, 1, 1, "bear\x1b", None]))
    assert [mark.text for mark in marks] == ["enter short signal bear·", "exit short signal"]


def test_a_pair_that_was_not_analysed_has_no_candles() -> None:
    series = to_series(table([], timeframe="5m"), recorded(wire.PlotConfig, "plot_config"))
    assert (series.candles, series.indicators) == ((), ())
    assert to_marks(table([])) == ()


def test_a_candle_that_cannot_be_true_takes_its_indicator_values_with_it() -> None:
    good, later = [AT, 2, 3, 1, 2, 5, 7.5], [AT + 60000, 2, 3, 1, 2, None, None]
    bad: list[list[object]] = [[AT, 0, 3, 1, 2, 5, 1.0], [AT, 2, None, 1, 2, 5, 1.0], [0, 2, 3, 1, 2, 5, 1.0], [AT]]
    plot = made(wire.PlotConfig, {"main_plot": {"ema": {}}})
    series = to_series(table([*OHLCV, "ema"], later, good, *bad), plot)
    assert [candle.volume for candle in series.candles] == [5.0, 0.0]
    assert series.indicators[0].values == (7.5, None)


def test_wishes_for_columns_that_are_missing_and_for_other_programs_are_passed_over() -> None:
    wishes = {
        "main_plot": {"ema": {"color": "RED", "fill_to": "x", "plotly": {"opacity": 1}}, "gone": {}, "macd": None},
        "subplots": {"Own\x1b": {"rsi": {"color": "#ABC"}, "gone": {}}, "Odd": [1, 2]},
    }
    series = to_series(
        table([*OHLCV, "ema", "macd", "rsi"], [AT, 2, 2, 2, 2, 1, 1, 2, 3]), made(wire.PlotConfig, wishes)
    )
    drawn = [(line.panel, line.name, line.color) for line in series.indicators]
    assert drawn == [("", "ema", ""), ("", "macd", ""), ("Own·", "rsi", "#aabbcc")]


def test_a_candle_without_length_is_refused() -> None:
    with pytest.raises(Unexpected, match="timeframe"):
        to_series(table(OHLCV, [AT, 2, 2, 2, 2, 1], timeframe="soon"), NO_PLOT)


@pytest.mark.parametrize(
    ("timeframe", "period"),
    [
        ("1m", timedelta(minutes=1)),
        ("15m", timedelta(minutes=15)),
        ("4h", timedelta(hours=4)),
        ("1d", timedelta(days=1)),
        ("1w", timedelta(weeks=1)),
        ("1M", timedelta(days=30)),
        ("0m", None),
        ("m", None),
        ("99999d", None),
        ("9999y", None),
        ("", None),
    ],
)
def test_timeframes_are_read_as_lengths(timeframe: str, period: timedelta | None) -> None:
    assert to_period(timeframe) == period


def frame(**changed: object) -> dict[str, object]:
    said: dict[str, object] = json.loads((FIXTURES / "ws_messages.json").read_bytes())["analyzed_df"]["data"]
    return said | changed


def test_a_pushed_candle_tells_its_close_at_its_end() -> None:
    assert to_close(frame()) == (61581.0, datetime(2026, 11, 21, 0, 19, tzinfo=UTC))


@pytest.mark.parametrize(
    "broken",
    [
        {"df": {"__value__": "{"}},
        {"df": {"__value__": '{"columns":["date","close"],"data":[]}'}},
        {"df": {"__value__": '{"columns":["date","close"],"data":[[1795220220000,null]]}'}},
        {"df": {"__value__": '{"columns":["date"],"data":[[1795220220000, 2]]}'}},
        {"df": None},
        {"key": ["BTC/USDT"]},
        {"key": ["BTC/USDT", "soon", "spot"]},
    ],
)
def test_a_pushed_candle_that_cannot_be_read_tells_no_close(broken: dict[str, object]) -> None:
    assert to_close(frame(**broken)) is None
