"""What one line of a live table shows, as a value, and how that value is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from gunbot_tui.ui.widgets.ink import Ink, fit, strip_of
from gunbot_tui.views.cell import Align, Cell, Column, Tone, fitting

GUTTER = 3
"""Cells before the first column: mark, cursor, blank."""
REMEMBERED = 512
"""Lines kept as they were drawn."""


@dataclass(frozen=True, slots=True)
class Header:
    """The line of titles; `sort_key` names the column that carries the arrow."""

    sort_key: str | None
    reverse: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A row; `lit` is a cursor in the table that has the focus."""

    cells: tuple[Cell, ...]
    cursor: bool = False
    lit: bool = False
    marked: bool = False


Shown = Header | Body | str
"""What a line shows; plain text is the empty state."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The component styles of a table, each laid over the background."""

    header: Style
    sorted: Style
    cursor: Style
    marked: Style
    empty: Style


class Sheet:
    """The lines of a table at one width and in one dress, each value drawn once."""

    def __init__(self, dress: Callable[[], tuple[Ink, Looks]]) -> None:
        self._find_dress = dress
        self._dress: tuple[Ink, Looks] | None = None
        self._width = -1
        self._given: tuple[Column, ...] = ()
        self._kept: tuple[int, ...] = ()
        self._strips: LRUCache[Shown, Strip] = LRUCache(REMEMBERED)

    @property
    def columns(self) -> list[Column]:
        """The columns that fit."""
        return [self._given[index] for index in self._kept]

    def fit(self, columns: tuple[Column, ...], width: int) -> bool:
        """Make lines of these columns and of exactly `width` cells from now on; False when they are so already."""
        if width == self._width and columns == self._given:
            return False
        self._width, self._given = width, columns
        self._kept = fitting(columns, width - GUTTER)
        self._strips.clear()
        return True

    def forget(self) -> None:
        """Ask for the dress again, and draw everything in it."""
        self._dress = None
        self._strips.clear()

    def strip(self, shown: Shown) -> Strip:
        """One line."""
        if (strip := self._strips.get(shown)) is None:
            strip = self._strips[shown] = self._draw(shown)
        return strip

    def column_at(self, x: int) -> Column | None:
        """The column drawn at cell `x` of a line."""
        edge = GUTTER
        for column in self.columns:
            if edge <= x < edge + column.width:
                return column
            edge += column.width + 1
        return None

    def _draw(self, shown: Shown) -> Strip:
        if self._dress is None:
            self._dress = self._find_dress()
        ink, looks = self._dress
        match shown:
            case Header():
                segments = _header(shown, self.columns, ink, looks)
            case Body():
                cells = [(self._given[i], shown.cells[i] if i < len(shown.cells) else Cell()) for i in self._kept]
                segments = _body(shown, cells, ink, looks)
            case text:
                segments = [Segment(ink.glyphs.text(text.center(self._width) if text else ""), ink.base + looks.empty)]
        return strip_of(segments, self._width, ink)


def _header(header: Header, columns: list[Column], ink: Ink, looks: Looks) -> list[Segment]:
    plain, arrowed = ink.base + looks.header, ink.base + looks.sorted
    arrow = ink.glyphs.descending if header.reverse else ink.glyphs.ascending
    segments = [Segment(" " * GUTTER, plain)]
    for column in columns:
        title = ink.glyphs.text(column.title)
        if column.key != header.sort_key:
            segments.append(Segment(fit(title, column.width, column.align, ink.glyphs.ellipsis), plain))
        elif column.align is Align.RIGHT:
            segments.append(Segment(fit(arrow + title, column.width, Align.RIGHT, ink.glyphs.ellipsis), arrowed))
        else:
            segments.append(Segment(fit(f"{title} {arrow}", column.width, Align.LEFT, arrow), arrowed))
        segments.append(Segment(" ", plain))
    return segments[:-1]


def _body(row: Body, cells: list[tuple[Column, Cell]], ink: Ink, looks: Looks) -> list[Segment]:
    cursor = ink.base + looks.cursor if row.lit else ink.style(Tone.MUTED)
    segments = [
        Segment(ink.glyphs.mark if row.marked else " ", ink.base + looks.marked if row.marked else ink.base),
        Segment(ink.glyphs.cursor if row.cursor else " ", cursor if row.cursor else ink.base),
        Segment(" ", ink.base),
    ]
    for column, cell in cells:
        look = ink.style(cell.tone)
        if row.cursor and len(segments) == GUTTER:
            look += looks.cursor
        text = fit(ink.glyphs.text(cell.text), column.width, column.align, ink.glyphs.ellipsis)
        segments += [Segment(text, look), Segment(" ", ink.base)]
    return segments[:-1]
