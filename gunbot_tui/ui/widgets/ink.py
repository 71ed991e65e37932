"""From tones to segments: what a widget draws with, decided once per theme and not once per line.

Text only ever becomes a Rich segment here, never markup, so that a coin called `[red]` stays six characters.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from gunbot_tui.ui.theme import Glyphs, Palette, dimmed, glyphs_of, palette, style
from gunbot_tui.views.cell import Align, Line, Span, Tone


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours, glyphs and background that one widget draws with."""

    colors: Palette
    glyphs: Glyphs
    base: Style
    dim: bool = False

    def style(self, tone: Tone) -> Style:
        """The full style of a tone on this widget's background."""
        return self.base + (dimmed if self.dim else style)(tone, colors=self.colors)

    def segment(self, text: str, tone: Tone) -> Segment:
        """A run of text that this terminal can show."""
        return Segment(self.glyphs.text(text), self.style(tone))


def ink_of(widget: Widget, *, dim: bool = False) -> Ink:
    """The ink of a mounted widget: its app's theme and glyphs, its own background."""
    app = widget.app
    return Ink(palette(app.current_theme), glyphs_of(app), widget.rich_style, dim)


def fit(text: str, width: int, align: Align, ellipsis: str) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis where it is too long."""
    cells = cell_len(text)
    if cells > width:
        return set_cell_size(text, width - 1) + ellipsis if width > 0 else ""
    blank = " " * (width - cells)
    return blank + text if align is Align.RIGHT else text + blank


def strip_of(segments: list[Segment], width: int, ink: Ink, *, fill: Style | None = None) -> Strip:
    """The segments as one line of exactly `width` cells, cut with an ellipsis where they are too long."""
    fill = ink.base if fill is None else fill
    strip = Strip(segments)
    if strip.cell_length > width:
        kept = strip.crop(0, max(0, width - 1)).adjust_cell_length(max(0, width - 1), fill)
        tail = [Segment(ink.glyphs.ellipsis, fill)] if width > 0 else []
        return Strip([*kept, *tail], width).simplify()
    return strip.adjust_cell_length(width, fill).simplify()


def line_strip(line: Line, width: int, ink: Ink, *, fill: Tone = Tone.PLAIN) -> Strip:
    """A line of spans as a strip; `fill` is the tone of the rest of the line."""
    rest = ink.base if fill is Tone.PLAIN else ink.style(fill)
    return strip_of([ink.segment(span.text, span.tone) for span in line], width, ink, fill=rest)


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two edges of `width` cells; the right part gives way when both do not fit."""
    gap = width - sum(cell_len(span.text) for span in (*left, *right))
    return (*left, Span(" " * gap), *right) if gap > 0 else left


def rule_line(title: Line, note: Line, width: int, glyphs: Glyphs) -> Line:
    """A thin rule of `width` cells with a title near its left end and a note near its right: `─ title ─── note ─`."""
    head: Line = (Span(f"{glyphs.rule} ", Tone.MUTED), *title, Span(" ")) if title else ()
    tail: Line = (Span(" "), *note, Span(f" {glyphs.rule}", Tone.MUTED)) if note else ()
    room = width - sum(cell_len(span.text) for span in (*head, *tail))
    if room < 1 and note:
        return rule_line(title, (), width, glyphs)
    return (*head, Span(glyphs.rule * max(0, room), Tone.MUTED), *tail)
