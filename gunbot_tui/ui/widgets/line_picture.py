"""Lines over a chart: plotext draws them, and a letter on each tells it from the others without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gunbot_tui.ui.theme import Glyphs
from gunbot_tui.ui.widgets.canvas import Canvas, dots_of
from gunbot_tui.ui.widgets.scale import Scale, drawable
from gunbot_tui.views.candle_lines import ChartLine
from gunbot_tui.views.cell import Tone

GAIN_CODE, LOSS_CODE = 10, 9
"""plotext colours that tell rising and falling candles apart until they become tones."""
CODE_TONES = {GAIN_CODE: Tone.GAIN, LOSS_CODE: Tone.LOSS}
FIRST_CODE = 16
"""The colour that stands for the first line; each further line has the next."""
LETTER_EVERY = 28
"""Cells between two letters on one line."""

Run = list[tuple[int, float]]
DrawLines = Callable[[Sequence[tuple[int, Run]], int, int, float, float, str], str]
"""Coloured runs of points, width, height, lowest and highest value and plotext's marker to coloured text."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where lines are drawn: the top left cell, the width, and the scale that gives the rows."""

    left: int
    top: int
    width: int
    scale: Scale


def runs_of(columns: Sequence[int], values: Sequence[float | None]) -> list[Run]:
    """The points between gaps."""
    runs: list[Run] = [[]]
    for x, value in zip(columns, values, strict=True):
        if value is not None:
            runs[-1].append((x, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def paint_lines(
    canvas: Canvas, sight: Sight, lines: Sequence[ChartLine], columns: Sequence[int], draw: DrawLines, glyphs: Glyphs
) -> None:
    """Paint the lines around what stands there, and their letters; `lines` have a value for each column."""
    shown = {place: runs_of(columns, _inside(line, sight.scale)) for place, line in enumerate(lines)}
    runs = [(FIRST_CODE + place, run) for place, found in shown.items() for run in found]
    if not runs:
        return
    scale = sight.scale
    tones = {FIRST_CODE + place: line.tone for place, line in enumerate(lines)}
    ansi = draw(runs, sight.width, scale.rows, scale.low, scale.high, glyphs.curve)
    solid = {*glyphs.rising[:1], *glyphs.falling}
    for y, row in enumerate(dots_of(ansi, tones)):
        for x, (char, tone) in enumerate(row):
            if char != " " and canvas.at(sight.left + x, sight.top + y)[0] not in solid:
                canvas.put(sight.left + x, sight.top + y, char, tone)
    taken: set[int] = set()
    for place, line in enumerate(lines):
        points = [point for run in shown[place] for point in run]
        for x, value in points:
            if x % LETTER_EVERY == (place + 1) * LETTER_EVERY // (len(lines) + 1):
                canvas.put(sight.left + x, sight.top + scale.row(value), line.letter, line.tone)
        if points:
            _paint_end(canvas, sight, points[-1][1], line, taken)


def _paint_end(canvas: Canvas, sight: Sight, value: float, line: ChartLine, taken: set[int]) -> None:
    """Put the letter right of the line's end, beside it where another line ends too."""
    row = sight.scale.row(value)
    free = [y for y in (row, row - 1, row + 1) if y not in taken and 0 <= y < sight.scale.rows]
    if free:
        taken.add(free[0])
        canvas.put(sight.left + sight.width, sight.top + free[0], line.letter, line.tone)


def _inside(line: ChartLine, scale: Scale) -> list[float | None]:
    """The values that the scale covers; a point outside would be drawn at its edge."""
    return [value if value is not None and drawable(value) and scale.inside(value) else None for value in line.values]
