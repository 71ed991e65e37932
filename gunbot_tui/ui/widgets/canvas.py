"""A grid of toned characters to paint on, and the way from coloured terminal text onto it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gunbot_tui.views.cell import Line, Span, Tone

Dot = tuple[str, Tone]
"""One character and its tone."""

EMPTY: Dot = (" ", Tone.PLAIN)
_COLOR = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart, and how many values of its series it shows; no lines when there is nothing to draw."""

    lines: tuple[Line, ...] = ()
    values: int = 0


class Canvas:
    """Cells of a picture, addressed from the top left; what falls outside is dropped."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self._dots = [[EMPTY] * self.width for _ in range(self.height)]

    def at(self, x: int, y: int) -> Dot:
        """What stands in a cell; blank outside."""
        return self._dots[y][x] if 0 <= x < self.width and 0 <= y < self.height else EMPTY

    def put(self, x: int, y: int, char: str, tone: Tone) -> None:
        """Paint one cell."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._dots[y][x] = (char, tone)

    def text(self, x: int, y: int, text: str, tone: Tone) -> None:
        """Paint a run of single-cell characters."""
        for offset, char in enumerate(text):
            self.put(x + offset, y, char, tone)

    def lines(self) -> tuple[Line, ...]:
        """The picture as lines of spans, neighbours of one tone joined."""
        return tuple(_joined(row) for row in self._dots)


def _joined(row: list[Dot]) -> Line:
    spans: list[Span] = []
    text, tone = "", Tone.PLAIN
    for char, own in row:
        if own is not tone and char != " ":
            if text:
                spans.append(Span(text, tone))
            text, tone = "", own
        text += char
    return (*spans, Span(text, tone)) if text.strip() else tuple(spans)


def dots_of(ansi: str, tones: Mapping[int, Tone]) -> list[list[Dot]]:
    """Coloured text as rows of dots: 256-colour foregrounds become tones, backgrounds and all else are dropped."""
    rows: list[list[Dot]] = []
    for line in ansi.splitlines():
        row: list[Dot] = []
        tone = Tone.PLAIN
        for position, part in enumerate(_COLOR.split(line)):
            if position % 2 == 0:
                row.extend((char, tone) for char in part)
            elif part in ("", "0"):
                tone = Tone.PLAIN
            elif part.startswith("38;5;"):
                tone = tones.get(int(part.rpartition(";")[2]), Tone.PLAIN)
        rows.append(row)
    return rows
