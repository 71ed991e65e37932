"""Composes the chart of daily results: plotext draws the curve or the bars, axes and the zero line are painted here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from gunbot_tui.ui.theme import Glyphs
from gunbot_tui.ui.widgets.canvas import EMPTY, Canvas, Dot, Picture, dots_of
from gunbot_tui.ui.widgets.line_picture import CODE_TONES, GAIN_CODE, DrawLines, Run, runs_of
from gunbot_tui.ui.widgets.scale import Scale, drawable, spanning, value_ticks
from gunbot_tui.views.cell import Tone

WIDEST_STEP = 4
DATE_CELLS = len("12-31")

DrawBars = Callable[[Run, int, int, float, float], str]


class Shape(StrEnum):
    """How values are drawn."""

    CURVE = "curve"
    LEVEL = "level"
    """A curve over its own range: zero is far below, and only the course matters."""
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class CurveRequest:
    """Everything that the chart depends on; equal requests give equal pictures."""

    points: tuple[tuple[date, float | None], ...]
    shape: Shape
    width: int
    height: int
    glyphs: Glyphs


def grouped(points: Sequence[tuple[date, float | None]], columns: int, shape: Shape) -> list[tuple[date, float | None]]:
    """At most `columns` points: bars of several days are summed, a curve keeps the last value of each group."""
    usable = [(day, value if value is not None and drawable(value) else None) for day, value in points]
    size = max(1, -(-len(usable) // max(1, columns)))
    groups = [usable[start : start + size] for start in range(0, len(usable), size)]
    result: list[tuple[date, float | None]] = []
    for group in groups:
        values = [value for _, value in group if value is not None]
        merged = None if not values else sum(values) if shape is Shape.BARS else values[-1]
        result.append((group[0][0], merged if merged is not None and drawable(merged) else None))
    return result


def _scale(points: Sequence[tuple[date, float | None]], rows: int, shape: Shape) -> Scale | None:
    values = [value for _, value in points if value is not None]
    return spanning([*values, *([] if shape is Shape.LEVEL else [0.0])], rows) if values else None


def curve_picture(request: CurveRequest, draw_lines: DrawLines, draw_bars: DrawBars) -> Picture:
    """The chart as it stands on the screen."""
    width, height = request.width, request.height
    rows = height - 1 if height >= 4 else height
    points = grouped(request.points, max(1, width), request.shape)
    scale = _scale(points, rows, request.shape)
    if scale is None:
        return Picture()
    left = 0 if width < 24 else max((len(text) for _, text in value_ticks(scale, rows // 2)), default=-2) + 2
    room = width - left
    if room < 2:
        return Picture()
    points = grouped(request.points, room, request.shape)
    # Fewer columns sum more days into one bar: only the final points say how far the scale reaches.
    if (scale := _scale(points, rows, request.shape)) is None:
        return Picture()
    step = min(WIDEST_STEP, max(1, (room - 1) // max(1, len(points) - 1)))
    if request.shape is not Shape.BARS and len(points) > 1:
        columns = [round(index * (room - 1) / (len(points) - 1)) for index in range(len(points))]
    else:
        columns = [index * step for index in range(len(points))]
    runs = runs_of(columns, [value for _, value in points])
    canvas = Canvas(width, height)
    zero = rows if request.shape is Shape.LEVEL else scale.row(0.0)
    if zero < rows:
        canvas.text(left, zero, "┈" * room, Tone.MUTED)
    if request.shape is not Shape.BARS:
        ansi = draw_lines([(GAIN_CODE, run) for run in runs], room, rows, scale.low, scale.high, request.glyphs.curve)
        _paint_curve(canvas, left, zero, dots_of(ansi, CODE_TONES))
    else:
        bars = [dot for run in runs for dot in run]
        dots = dots_of(draw_bars(bars, room, 2 * rows, scale.low, scale.high), CODE_TONES)
        _paint_bars(canvas, left, dots, request.glyphs)
    _paint_values(canvas, left, scale)
    if rows < height:
        _paint_days(canvas, left, rows, [day for day, _ in points], columns)
    return Picture(canvas.lines(), sum(map(len, runs)))


def _paint_curve(canvas: Canvas, left: int, zero: int, dots: list[list[Dot]]) -> None:
    for y, row in enumerate(dots):
        for x, (char, tone) in enumerate(row):
            if char != " ":
                canvas.put(left + x, y, char, Tone.LOSS if y > zero else tone)


def _paint_bars(canvas: Canvas, left: int, dots: list[list[Dot]], glyphs: Glyphs) -> None:
    for y, (upper, lower) in enumerate(zip(dots[::2], dots[1::2], strict=False)):
        for x, (top, bottom) in enumerate(zip_longest(upper, lower, fillvalue=EMPTY)):
            match top[0] != " ", bottom[0] != " ":
                case True, True:
                    canvas.put(left + x, y, glyphs.block[0], top[1])
                case True, False:
                    canvas.put(left + x, y, glyphs.block[1], top[1])
                case False, True:
                    canvas.put(left + x, y, glyphs.block[2], bottom[1])


def _paint_values(canvas: Canvas, left: int, scale: Scale) -> None:
    if not left:
        return
    for y in range(scale.rows):
        canvas.put(left - 1, y, "│", Tone.MUTED)
    for value, text in value_ticks(scale, scale.rows // 2):
        if len(text) <= left - 2:
            canvas.text(left - 2 - len(text), scale.row(value), text, Tone.MUTED)
            canvas.put(left - 1, scale.row(value), "┤", Tone.MUTED)


def _paint_days(canvas: Canvas, left: int, row: int, days: Sequence[date], columns: Sequence[int]) -> None:
    free_from = 0
    for day, x in zip(days, columns, strict=True):
        if x >= free_from and left + x + DATE_CELLS <= canvas.width:
            canvas.text(left + x, row, f"{day:%m-%d}", Tone.MUTED)
            free_from = x + DATE_CELLS + 4
