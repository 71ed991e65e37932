"""The lines that a strategy draws on its candles: a letter for each, so that they are told apart without colour.

A strategy chooses colours for another background than ours: of each only the hue is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from colorsys import rgb_to_hsv
from dataclasses import dataclass
from string import ascii_lowercase

from gunbot_tui.model.market import CandleSeries
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import cells

HUES = {
    Tone.RED: 0.0,
    Tone.YELLOW: 0.13,
    Tone.GREEN: 0.33,
    Tone.CYAN: 0.5,
    Tone.BLUE: 0.61,
    Tone.PINK: 0.83,
}
"""Where each hue stands on the circle, 0 to 1."""
PRICE_DIGITS, PANEL_DIGITS = 6, 4
"""Digits of a computed value that anybody reads."""
GREY = 0.15
"""Saturation below which a colour has no hue."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One line of the strategy, with a value for each candle of its series."""

    letter: str
    name: str
    tone: Tone
    values: tuple[float | None, ...]


def lines_of(series: CandleSeries, panel: str = "") -> tuple[ChartLine, ...]:
    """The lines of a panel, or of the prices; lines after the last letter of the alphabet are left out."""
    return tuple(
        ChartLine(letter, indicator.name, tone(indicator.color, at), indicator.values)
        for at, (letter, indicator) in enumerate(zip(ascii_lowercase, series.indicators, strict=False))
        if indicator.panel == panel
    )


def panels(series: CandleSeries) -> tuple[str, ...]:
    """The titles of the panels below the prices, in the strategy's order."""
    return tuple(dict.fromkeys(indicator.panel for indicator in series.indicators if indicator.panel))


def tone(color: str, place: int) -> Tone:
    """The hue nearest to `#rrggbb`; a line without a colour takes the next one by its place."""
    if not color:
        return tuple(HUES)[place % len(HUES)]
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, saturation, _ = rgb_to_hsv(red, green, blue)
    if saturation < GREY:
        return Tone.PLAIN

    def distance(known: Tone) -> float:
        apart = abs(HUES[known] - hue)
        return min(apart, 1 - apart)

    return min(HUES, key=distance)


def legend(series: CandleSeries, panel: str, index: int, width: int) -> Line:
    """Letter, name and value at one candle of each line in sight; what does not fit is left out whole."""
    if not -len(series.candles) <= index < len(series.candles):
        return ()
    spans: list[Span] = []
    parts = [*_entries(lines_of(series), index), *_entries(lines_of(series, panel) if panel else (), index, panel)]
    for entry in parts:
        if cells((*spans, *entry)) <= width:
            spans += entry
    return tuple(spans)


def _entries(lines: Sequence[ChartLine], index: int, panel: str = "") -> list[Line]:
    digits = PANEL_DIGITS if panel else PRICE_DIGITS
    newest = (value for line in lines for value in line.values[-50:])
    places = fmt.price_decimals(*(None if value is None else float(f"{value:.{digits}g}") for value in newest))
    entries: list[Line] = []
    for at, line in enumerate(lines):
        value = line.values[index] if -len(line.values) <= index < len(line.values) else None
        head = (Span(f"│ {panel}  ", Tone.MUTED),) if panel and at == 0 else ()
        entries.append((*head, Span(f"{line.letter} {line.name} {fmt.number(value, places)}   ", line.tone)))
    return entries
