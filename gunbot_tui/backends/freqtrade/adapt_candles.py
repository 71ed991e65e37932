"""Freqtrade's candles as the program's own, with the strategy's indicators and its signals.

A signal is what the strategy wished at the close of a candle and no fill, so it is never drawn as a purchase or a sale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gunbot_tui.backends import strict_json, values
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.freqtrade import wire_candles as wire
from gunbot_tui.backends.text import clean
from gunbot_tui.model.market import Candle, CandleSeries, Indicator, Mark, MarkKind

_TIMEFRAME = re.compile(r"([1-9][0-9]{0,3})([smhdwMy])", re.ASCII)
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "M": timedelta(days=30),
    "y": timedelta(days=365),
}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_SHORT_COLOR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])", re.ASCII)
_PRICES = ("open", "high", "low", "close")
_SIGNALS = {
    "enter_long": (MarkKind.ENTRY, "enter long signal", "enter_tag"),
    "exit_long": (MarkKind.EXIT, "exit long signal", "exit_tag"),
    "enter_short": (MarkKind.ENTRY, "enter short signal", "enter_tag"),
    "exit_short": (MarkKind.EXIT, "exit short signal", "exit_tag"),
}

Row = Sequence[object]


def to_period(timeframe: str) -> timedelta | None:
    """The length of `5m`, `1h`, `1M`; a month counts 30 days, as the bot counts it."""
    found = _TIMEFRAME.fullmatch(timeframe)
    period = timedelta() if found is None else int(found[1]) * _UNITS[found[2]]
    return None if values.minutes(period.total_seconds() / 60) is None else period


def to_columns(plot: wire.PlotConfig) -> list[str]:
    """What to ask for beside prices and signals, which always come: the columns drawn, and the signals' words."""
    drawn = {*plot.main_plot, *(name for lines in plot.subplots.values() for name in lines)}
    return sorted(drawn | {tag for *_, tag in _SIGNALS.values()})


def to_series(answer: wire.CandleTable, plot: wire.PlotConfig) -> CandleSeries:
    """The candles, and of the columns that the strategy wishes drawn those that are there.

    Raises Unexpected when the length of a candle is not said.
    """
    period = to_period(answer.timeframe)
    if period is None:
        raise Unexpected("the candles come without their timeframe")
    rows = _rows(answer)
    wishes = [("", name, line) for name, line in plot.main_plot.items()]
    wishes += [(title, name, line) for title, lines in plot.subplots.items() for name, line in lines.items()]
    places = {name: place for place, name in enumerate(answer.columns)}
    return CandleSeries(
        period,
        tuple(candle for candle, _ in rows),
        times_are_given=True,
        indicators=tuple(
            Indicator(name, title, _color(line.color), tuple(values.number(row[places[name]]) for _, row in rows))
            for title, name, line in wishes
            if name in places
        ),
    )


def to_marks(answer: wire.CandleTable) -> tuple[Mark, ...]:
    """The strategy's signals at their candles, oldest first."""
    places = {name: place for place, name in enumerate(answer.columns)}
    signals = [
        (places[name], kind, words, places.get(tag)) for name, (kind, words, tag) in _SIGNALS.items() if name in places
    ]
    return tuple(
        Mark(candle.opened_at, kind, f"{words} {_tag(row, tag)}".rstrip())
        for candle, row in _rows(answer)
        for place, kind, words, tag in signals
        if values.number(row[place]) == 1
    )


def to_close(frame: dict[str, object]) -> tuple[float, datetime] | None:
    """The close of the newest candle that the bot tells of by itself and when that candle ended; None for none."""
    match frame:
        case {"key": [_, str(timeframe), *_], "df": {"__value__": str(inside)}}:
            try:
                table = strict_json.parse(inside)
            except Unexpected:
                return None
            period = to_period(timeframe)
        case _:
            return None
    match table:
        case {"columns": list(columns), "data": [*_, list(row)]} if len(columns) == len(row) and period is not None:
            candle = _to_candle(dict(zip(map(str, columns), row, strict=True)))
            return None if candle is None else (candle.close, candle.opened_at + period)
        case _:
            return None


def _rows(answer: wire.CandleTable) -> list[tuple[Candle, Row]]:
    """The candles that can be true with the rows they come from, oldest first and each time once."""
    width = len(answer.columns)
    found: dict[datetime, tuple[Candle, Row]] = {}
    for row in answer.data:
        candle = _to_candle(dict(zip(answer.columns, row, strict=True))) if len(row) == width else None
        if candle is not None:
            found[candle.opened_at] = (candle, row)
    return [found[at] for at in sorted(found)]


def _to_candle(cells: dict[str, object]) -> Candle | None:
    at = values.moment(cells.get("__date_ts")) or _moment(cells.get("date"))
    start, high, low, close = (values.number(cells.get(name)) for name in _PRICES)
    if at is None or start is None or high is None or low is None or close is None or min(start, high, low, close) <= 0:
        return None
    return Candle(at, start, high, low, close, values.number(cells.get("volume")) or 0.0)


def _moment(value: object) -> datetime | None:
    """A time as the bot writes it: milliseconds, or a text that is UTC where it names no zone."""
    if not isinstance(value, str):
        return values.moment(value)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return values.moment(int(aware.timestamp() * 1000))


def _tag(row: Row, place: int | None) -> str:
    tag = row[place] if place is not None else None
    return clean(tag) if isinstance(tag, str) else ""


def _color(text: str) -> str:
    if _COLOR.fullmatch(text):
        return text.lower()
    short = _SHORT_COLOR.fullmatch(text)
    return "#" + "".join(digit * 2 for digit in short.groups()).lower() if short else ""
