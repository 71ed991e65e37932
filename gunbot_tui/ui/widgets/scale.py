"""The arithmetic of charts: which candles are in sight, how values become rows, where ticks stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from gunbot_tui.model.market import Candle
from gunbot_tui.views import format as fmt

MINUTE = 60
DAY = 86_400
HUGE = 1e300
TIME_STEPS = tuple(MINUTE * m for m in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720)) + tuple(
    DAY * d for d in (1, 2, 7, 14, 30, 90, 180, 365, 1825)
)
"""Distances between time ticks that people read easily, in seconds."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a series in sight: `count` candles, the newest one `offset` candles before the last."""

    offset: int = 0
    count: int = 96

    def clamped(self, total: int) -> Window:
        """The same window pushed inside a series of `total` candles."""
        count = max(1, self.count)
        return Window(min(max(0, self.offset), max(0, total - count)), count)

    def moved(self, candles: int, total: int) -> Window:
        """The window `candles` further into the past, or into the present when negative."""
        return replace(self, offset=self.offset + candles).clamped(total)

    def zoomed(self, factor: float, total: int) -> Window:
        """The window with `factor` times as many candles, its newest one kept."""
        count = min(max(8, round(self.count * factor)), max(8, total))
        return replace(self, count=count).clamped(total)

    def filling(self, columns: int) -> Window:
        """The window with the nearest number of candles that leaves no column of a wide view empty."""
        columns = max(1, columns)
        if self.count <= columns:
            return self
        return replace(self, count=round(self.count / columns) * columns)

    def cut(self, candles: Sequence[Candle]) -> tuple[Candle, ...]:
        """The candles in sight."""
        inside = self.clamped(len(candles))
        end = len(candles) - inside.offset
        return tuple(candles[max(0, end - inside.count) : end])


def drawable(value: float) -> bool:
    """True for a number that can be scaled; a point outside its scale would make plotext draw for ever."""
    return math.isfinite(value) and abs(value) < HUGE


def finite(candles: Sequence[Candle]) -> tuple[Candle, ...]:
    """The candles that can be drawn: four numbers each, the extremes around the others, no unusable volume."""
    usable = []
    for candle in candles:
        prices = (candle.open, candle.high, candle.low, candle.close)
        if all(map(drawable, prices)):
            volume = candle.volume if drawable(candle.volume) and candle.volume > 0 else 0.0
            usable.append(replace(candle, high=max(prices), low=min(prices), volume=volume))
    return tuple(usable)


def merged(candles: Sequence[Candle], columns: int) -> tuple[Candle, ...]:
    """At most `columns` candles over the same time: neighbours become one candle of a longer period."""
    return tuple(_merge(candles[start:end]) for start, end in _groups(len(candles), columns))


def thinned(values: Sequence[float | None], columns: int) -> tuple[float | None, ...]:
    """One value for each merged candle: that of its last one."""
    return tuple(values[end - 1] for _, end in _groups(len(values), columns))


def _groups(total: int, columns: int) -> list[tuple[int, int]]:
    """Where each of at most `columns` groups begins and ends.

    They are counted from the end, so that panning by a group does not regroup what is in sight.
    """
    if columns < 1:
        return []
    size = max(1, -(-total // columns))
    first = total % size
    starts = ([0] if first else []) + list(range(first, total, size))
    return list(zip(starts, [*starts[1:], total], strict=True)) if starts else []


def _merge(group: Sequence[Candle]) -> Candle:
    return Candle(
        group[0].opened_at,
        group[0].open,
        max(candle.high for candle in group),
        min(candle.low for candle in group),
        group[-1].close,
        sum(candle.volume for candle in group),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """A range of values spread over `rows` rows, row 0 on top."""

    low: float
    high: float
    rows: int

    def row(self, value: float) -> int:
        """The row of a value; outside the range it lies outside 0 to rows - 1."""
        share = min(max((value - self.low) / (self.high - self.low), -1.0), 2.0)
        # The rounding is plotext's own: axis and overlays must meet what it draws.
        return self.rows - 1 - math.floor(round(0.5 + (self.rows - 1) * share, 8))

    def inside(self, value: float) -> bool:
        """True for a value that the range covers."""
        return self.low <= value <= self.high


def spanning(values: Sequence[float], rows: int, *, margin: float = 0.0) -> Scale | None:
    """A scale over the finite values, opened a little where all are equal; None without one that can be scaled."""
    usable = [value for value in values if drawable(value)]
    if not usable or rows < 1:
        return None
    low, high = min(usable), max(usable)
    pad = (high - low) * margin
    if high - low <= max(abs(low), abs(high)) * 1e-12:
        pad = abs(high) * 0.01 or 1.0
    return Scale(low - pad, high + pad, rows)


def value_ticks(scale: Scale, count: int) -> list[tuple[float, str]]:
    """About `count` round values inside the scale with labels that can be typed back."""
    if count < 1:
        return []
    rough = (scale.high - scale.low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * nice for nice in (1, 2, 5) if power * nice >= rough), power * 10)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    ticks = [index * step for index in range(first, min(last, first + 2 * count + 2) + 1)]
    return [(tick, label(tick, step)) for tick in ticks if scale.inside(tick)]


def label(value: float, step: float) -> str:
    """A value with the decimals that tell neighbours `step` apart, never grouped."""
    if not 1e-12 <= step < 1e12:
        return f"{value:.4g}"
    return fmt.number(value, max(0, -math.floor(math.log10(step) + 1e-9)))


def time_ticks(times: Sequence[datetime], distance: int, room: int, zone: tzinfo = UTC) -> list[tuple[int, str]]:
    """Indexes of the times that open a round period, `distance` cells apart each, with labels of at most `room` cells.

    A label is a clock time, or the date where a new day opens.
    """
    if len(times) < 2:
        return [(0, times[0].astimezone(zone).strftime("%H:%M"))] if times else []
    local = [time.astimezone(zone) for time in times]
    seconds = [(time.toordinal() * DAY) + time.hour * 3600 + time.minute * MINUTE + time.second for time in local]
    per_candle = max(1.0, (seconds[-1] - seconds[0]) / (len(seconds) - 1))
    wanted = per_candle * (room + 4) / max(1, distance)
    step = next((step for step in TIME_STEPS if step >= wanted), TIME_STEPS[-1])
    ticks: list[tuple[int, str]] = []
    for index in range(1, len(seconds)):
        if seconds[index] // step == seconds[index - 1] // step:
            continue
        new_day = seconds[index] // DAY != seconds[index - 1] // DAY
        text = local[index].strftime("%m-%d" if new_day or step >= DAY else "%H:%M")
        if not ticks or (index - ticks[-1][0]) * distance > room + 1:
            ticks.append((index, text))
    return ticks
