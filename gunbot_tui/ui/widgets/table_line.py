"""What one line of a live table shows, as a value, and how that value is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from gunbot_tui.ui.widgets.ink import Ink, fit, strip_of
from gunbot_tui.views.cell import Align, Cell, Column, Tone

GUTTER = 3
"""Cells before the first column: mark, cursor, blank."""


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


def table_strip(
    shown: Shown, columns: tuple[Column, ...], kept: tuple[int, ...], width: int, ink: Ink, looks: Looks
) -> Strip:
    """One line of the table in exactly `width` cells; `kept` are the columns that fit."""
    match shown:
        case Header():
            segments = _header(shown, [columns[index] for index in kept], ink, looks)
        case Body():
            cells = [(columns[i], shown.cells[i] if i < len(shown.cells) else Cell()) for i in kept]
            segments = _body(shown, cells, ink, looks)
        case text:
            segments = [Segment(ink.glyphs.text(text.center(width) if text else ""), ink.base + looks.empty)]
    return strip_of(segments, width, ink)


def column_at(columns: tuple[Column, ...], kept: tuple[int, ...], x: int) -> Column | None:
    """The column drawn at cell `x` of a line."""
    edge = GUTTER
    for index in kept:
        column = columns[index]
        if edge <= x < edge + column.width:
            return column
        edge += column.width + 1
    return None


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
