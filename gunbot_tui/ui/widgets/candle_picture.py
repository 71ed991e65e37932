"""Composes the candle chart: plotext draws the candles, and all that it cannot do is painted over them here.

Candles are drawn at twice the height and folded into half cells; rising ones are thin and falling ones thick, so that
they differ without colour. Labels, marks, volume and both axes are painted to meet plotext's own rounding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from gunbot_tui.model.market import Candle, CandleSeries, Mark, MarkKind
from gunbot_tui.ui.theme import Glyphs
from gunbot_tui.ui.widgets.canvas import Canvas, Dot, Picture, dots_of
from gunbot_tui.ui.widgets.line_picture import CODE_TONES, DrawLines, Sight, paint_lines
from gunbot_tui.ui.widgets.scale import (
    Scale,
    Window,
    drawable,
    finite,
    label,
    merged,
    spanning,
    thinned,
    time_ticks,
    value_ticks,
)
from gunbot_tui.views.candle_lines import ChartLine, lines_of
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.format import fit, price, price_decimals, within

MARKS = {
    MarkKind.BOUGHT: ("▲", Tone.BUY, 1),
    MarkKind.SOLD: ("▼", Tone.SELL, -1),
    MarkKind.SKIPPED: ("◆", Tone.WARN, -1),
    MarkKind.ENTRY: ("△", Tone.BUY, 1),
    MarkKind.EXIT: ("▽", Tone.SELL, -1),
    MarkKind.NOTE: ("•", Tone.MUTED, -1),
}
"""Glyph, tone and side of each mark: 1 is below its candle."""
WIDEST_STEP = 3
ROWS_FOR_PANEL = 12
LINE_ROOM = 0.5
"""How far a line may widen the scale on each side, as a share of what the candles span."""

DrawCandles = Callable[[Sequence[int], Sequence[Candle], int, int, float, float], str]
"""Columns, candles, width, height, lowest and highest price to coloured text."""


@dataclass(frozen=True, slots=True)
class CandleRequest:
    """Everything that a candle chart depends on; equal requests give equal pictures."""

    series: CandleSeries
    marks: tuple[Mark, ...]
    levels: tuple[PriceLine, ...]
    window: Window
    zone: tzinfo
    width: int
    height: int
    glyphs: Glyphs
    panel: str = ""
    """The title of the lines below the prices."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the parts of the picture stand."""

    left: int
    right: int
    plot_width: int
    plot_height: int
    time_row: int | None
    volume_rows: int
    panel_rows: int


def candle_picture(request: CandleRequest, draw: DrawCandles, draw_lines: DrawLines) -> Picture:
    """The chart as it stands on the screen."""
    candles = finite(request.window.cut(request.series.candles))
    frame = _frame(request, candles)
    if frame is None:
        return Picture()
    window = request.window.filling(frame.plot_width)
    usable = finite(window.cut(request.series.candles))
    candles = merged(usable, frame.plot_width)
    lines = _in_sight(request.series, lines_of(request.series), usable, frame.plot_width)
    half = spanning(_extremes(candles, lines), frame.plot_height * 2)
    if half is None:
        return Picture()
    step = min(WIDEST_STEP, max(1, frame.plot_width // len(candles)))
    columns = [frame.plot_width - 1 - (len(candles) - 1 - index) * step for index in range(len(candles))]
    canvas = Canvas(request.width, request.height)
    ansi = draw(columns, candles, frame.plot_width, half.rows, half.low, half.high)
    _paint_candles(canvas, frame, ansi, request.glyphs)
    sight = Sight(frame.left, 0, frame.plot_width, Scale(half.low, half.high, frame.plot_height))
    paint_lines(canvas, sight, lines, columns, draw_lines, request.glyphs)
    _paint_levels(canvas, frame, half, _levels(request, candles))
    end = usable[-1].opened_at + request.series.period
    marks = [mark for mark in request.marks if not window.offset or mark.at < end]
    _paint_marks(canvas, frame, half, marks, candles, columns)
    _paint_prices(canvas, frame, half)
    _paint_times(canvas, frame, request, candles, columns, step)
    _paint_volume(canvas, frame, candles, columns, request.glyphs)
    if frame.panel_rows:
        panel = _in_sight(request.series, lines_of(request.series, request.panel), usable, frame.plot_width)
        _paint_panel(canvas, frame, request, panel, columns, draw_lines)
    return Picture(canvas.lines(), len(usable))


def _frame(request: CandleRequest, candles: Sequence[Candle]) -> _Frame | None:
    width, height = request.width, request.height
    time_rows = 1 if height >= 5 else 0
    volume_rows = 0 if height < 10 else 1 if height < 24 else 2
    has_panel = bool(request.panel) and height >= ROWS_FOR_PANEL
    panel_rows = max(3, height // 5) if has_panel else 0
    plot_height = height - time_rows - volume_rows - panel_rows
    lines = _in_sight(request.series, lines_of(request.series), candles, len(candles))
    scale = spanning(_extremes(candles, lines), plot_height)
    if scale is None:
        return None
    left = right = 0
    if width >= 24:
        left = max((len(text) for _, text in _price_ticks(scale)), default=0) + 3
    if width >= 40:
        right = min(max(len(_level_text(level)) for level in _levels(request, candles)) + 3, width // 4)
    plot_width = width - left - right
    return _Frame(left, right, plot_width, plot_height, plot_height if time_rows else None, volume_rows, panel_rows)


def _in_sight(
    series: CandleSeries, lines: Sequence[ChartLine], usable: Sequence[Candle], columns: int
) -> list[ChartLine]:
    """The lines with a value for each candle that is drawn."""
    places = {candle.opened_at: place for place, candle in enumerate(series.candles)}
    chosen = [places[candle.opened_at] for candle in usable]
    return [
        replace(line, values=thinned([line.values[at] if at < len(line.values) else None for at in chosen], columns))
        for line in lines
    ]


def _extremes(candles: Sequence[Candle], lines: Sequence[ChartLine]) -> list[float]:
    """What the scale covers: the candles, and of the lines what does not make the candles flat."""
    ends = [value for candle in candles for value in (candle.high, candle.low)]
    if not ends:
        return []
    low, high = min(ends), max(ends)
    room = (high - low) * LINE_ROOM
    values = [value for line in lines for value in line.values if value is not None]
    return [*ends, *(value for value in values if low - room <= value <= high + room)]


def _levels(request: CandleRequest, candles: Sequence[Candle]) -> list[PriceLine]:
    """The last price first, so that no other label takes its row."""
    last = PriceLine("", candles[-1].close, Tone.STRONG)
    return [last, *(level for level in request.levels if drawable(level.price))]


def _price_ticks(scale: Scale) -> list[tuple[float, str]]:
    return value_ticks(scale, max(1, scale.rows // 4))


def _level_text(level: PriceLine) -> str:
    return f"{level.label} {price(level.price)}".strip()


def _paint_candles(canvas: Canvas, frame: _Frame, ansi: str, glyphs: Glyphs) -> None:
    dots = dots_of(ansi, CODE_TONES)
    for y in range(frame.plot_height):
        upper, lower = dots[2 * y : 2 * y + 1], dots[2 * y + 1 : 2 * y + 2]
        for x in range(frame.plot_width):
            top = upper[0][x] if upper and x < len(upper[0]) else (" ", Tone.PLAIN)
            bottom = lower[0][x] if lower and x < len(lower[0]) else (" ", Tone.PLAIN)
            if top[0] != " " or bottom[0] != " ":
                canvas.put(frame.left + x, y, *_folded(top, bottom, glyphs))


def _folded(top: Dot, bottom: Dot, glyphs: Glyphs) -> Dot:
    tone = top[1] if top[0] != " " else bottom[1]
    body = glyphs.falling if tone is Tone.LOSS else glyphs.rising
    match _kind(top[0]), _kind(bottom[0]):
        case "body", "body":
            return body[0], tone
        case "body", "wick":
            return body[1], tone
        case "wick", "body":
            return body[2], tone
        case "body", _:
            return body[3], tone
        case _, "body":
            return body[4], tone
        case "wick", "wick":
            return glyphs.wick[0], tone
        case "wick", _:
            return glyphs.wick[1], tone
        case _:
            return glyphs.wick[2], tone


def _kind(char: str) -> str:
    return "none" if char == " " else "wick" if char == "│" else "body"


def _paint_levels(canvas: Canvas, frame: _Frame, half: Scale, levels: Sequence[PriceLine]) -> None:
    taken: set[int] = set()
    for level in levels:
        row = half.row(level.price) // 2
        inside = half.inside(level.price)
        if inside:
            line = ("┈", Tone.MUTED) if not level.label else ("╌", level.tone)
            for x in range(frame.left, frame.left + frame.plot_width):
                if canvas.at(x, row)[0] == " ":
                    canvas.put(x, row, *line)
        free = [y for y in range(frame.plot_height) if y not in taken]
        if not free or not frame.right:
            continue
        row = min(free, key=lambda y: abs(y - row))
        taken.add(row)
        arrow = "╌" if inside else "↑" if level.price > half.high else "↓"
        text = _level_text(level)
        room = frame.right - 3
        # The price is what one acts on: a long name gives way to it.
        shown = text if len(text) <= room else within(level.price, price_decimals(level.price), room)
        canvas.text(frame.left + frame.plot_width, row, f" {arrow} {fit(shown, room)}", level.tone)


def _paint_marks(
    canvas: Canvas, frame: _Frame, half: Scale, marks: Sequence[Mark], candles: Sequence[Candle], columns: Sequence[int]
) -> None:
    opened = [candle.opened_at for candle in candles]
    for mark in marks:
        index = bisect_right(opened, mark.at) - 1
        if index < 0:
            continue
        glyph, tone, side = MARKS[mark.kind]
        candle = candles[index]
        y = half.row(candle.low if side > 0 else candle.high) // 2 + side
        canvas.put(frame.left + columns[index], min(max(y, 0), frame.plot_height - 1), glyph, tone)


def _paint_prices(canvas: Canvas, frame: _Frame, half: Scale) -> None:
    if not frame.left:
        return
    axis = frame.left - 1
    for y in range(frame.plot_height):
        canvas.put(axis, y, "│", Tone.MUTED)
    for value, text in _price_ticks(Scale(half.low, half.high, frame.plot_height)):
        row = half.row(value) // 2
        if len(text) < axis:
            canvas.text(axis - 1 - len(text), row, text, Tone.MUTED)
            canvas.put(axis, row, "┤", Tone.MUTED)


def _paint_times(
    canvas: Canvas, frame: _Frame, request: CandleRequest, candles: Sequence[Candle], columns: Sequence[int], step: int
) -> None:
    row = frame.time_row
    if row is None:
        return
    canvas.text(frame.left, row, "─" * frame.plot_width, Tone.MUTED)
    canvas.put(frame.left - 1, row, "└", Tone.MUTED)
    zone = request.zone
    newest = candles[-1].opened_at.astimezone(zone)
    name = "UTC" if zone is UTC else newest.tzname() or ""
    canvas.text(frame.left + frame.plot_width + 1, row, name[: max(0, frame.right - 1)], Tone.MUTED)
    for index, text in time_ticks([candle.opened_at for candle in candles], step, len("00:00"), zone):
        x = columns[index]
        if x + len(text) <= frame.plot_width:
            canvas.text(frame.left + x, row, text, Tone.PLAIN)


def _paint_volume(
    canvas: Canvas, frame: _Frame, candles: Sequence[Candle], columns: Sequence[int], glyphs: Glyphs
) -> None:
    highest = max(candle.volume for candle in candles)
    if not frame.volume_rows or highest <= 0:
        return
    top = canvas.height - frame.volume_rows - frame.panel_rows
    if frame.left:
        canvas.text(frame.left - 5, top + frame.volume_rows - 1, "vol", Tone.MUTED)
    levels = len(glyphs.spark)
    for x, candle in zip(columns, candles, strict=True):
        filled = round(candle.volume / highest * frame.volume_rows * levels)
        tone = Tone.MUTED
        for row in range(frame.volume_rows):
            part = min(levels, filled - row * levels)
            if part > 0:
                canvas.put(frame.left + x, top + frame.volume_rows - 1 - row, glyphs.spark[part - 1], tone)
    if frame.right:
        text = label(highest, highest / 100)
        canvas.text(frame.left + frame.plot_width + 1, top, f"max {text}"[: frame.right - 1], Tone.MUTED)


def _paint_panel(
    canvas: Canvas,
    frame: _Frame,
    request: CandleRequest,
    lines: Sequence[ChartLine],
    columns: Sequence[int],
    draw: DrawLines,
) -> None:
    """Lines below the prices, on a scale of their own."""
    top = canvas.height - frame.panel_rows
    scale = spanning([value for line in lines for value in line.values if value is not None], frame.panel_rows)
    if frame.left:
        for y in range(frame.panel_rows):
            canvas.put(frame.left - 1, top + y, "│", Tone.MUTED)
    canvas.text(frame.left + frame.plot_width + 3, top, fit(request.panel, max(0, frame.right - 3)), Tone.MUTED)
    if scale is None:
        canvas.text(frame.left + 1, top, "no values yet", Tone.MUTED)
        return
    paint_lines(canvas, Sight(frame.left, top, frame.plot_width, scale), lines, columns, draw, request.glyphs)
    for value, text in value_ticks(scale, max(1, frame.panel_rows // 2)):
        if len(text) < frame.left - 1:
            canvas.text(frame.left - 2 - len(text), top + scale.row(value), text, Tone.MUTED)
            canvas.put(frame.left - 1, top + scale.row(value), "┤", Tone.MUTED)
