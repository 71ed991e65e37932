"""Panels of ready lines: bar, footer, ticket and every text panel. Only lines that differ are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from gunbot_tui.ui.widgets.ink import Ink, ink_of, line_strip, rule_line
from gunbot_tui.views.cell import Line, Tone


class Lines(Widget):
    """A panel that shows lines of spans, each cut to the width and never wrapped."""

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines = tuple(lines)
        self._fill = Tone.PLAIN
        self._dim = False
        self._ink: Ink | None = None
        self._strips: dict[int, Strip] = {}

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def set_lines(self, lines: Sequence[Line], *, fill: Tone = Tone.PLAIN) -> None:
        """Show these lines; `fill` is the tone of what is left of each line, so that a whole bar can turn."""
        old, new = self._lines, tuple(lines)
        if fill is not self._fill:
            self._fill = fill
            self._lines = new
            self._strips.clear()
            self.refresh(layout=len(old) != len(new) and self.styles.auto_dimensions)
            return
        differing = [y for y in range(max(len(old), len(new))) if old[y : y + 1] != new[y : y + 1]]
        if not differing:
            return
        self._lines = new
        for y in differing:
            self._strips.pop(y, None)
        if self.styles.auto_dimensions and len(old) != len(new):
            self.refresh(layout=True)
        else:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in differing))

    def dim(self, on: bool, /) -> None:
        """Draw the panel as old data, or as fresh data again."""
        if on is self._dim:
            return
        self._dim = on
        self._forget()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Line `y` of the panel, blank below the last one."""
        width = self.size.width
        if (strip := self._strips.get(y)) is None or strip.cell_length != width:
            if self._ink is None:
                self._ink = ink_of(self, dim=self._dim)
            strip = line_strip(self.line_at(y, self._ink), width, self._ink, fill=self._fill)
            self._strips[y] = strip
        return strip

    def line_at(self, y: int, ink: Ink) -> Line:
        """The spans of line `y`, none below the last."""
        return self._lines[y] if y < len(self._lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self._lines)

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._forget()

    def _forget(self) -> None:
        self._ink = None
        self._strips.clear()


class TitleRule(Lines):
    """A thin rule with a title in it, and perhaps a note at its right end: `─ orders ─── 2s ago ─`."""

    def __init__(self, title: Line = (), note: Line = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._parts = (title, note)

    def set_title(self, title: Line, note: Line = ()) -> None:
        """Show this title and note."""
        if (title, note) == self._parts:
            return
        self._parts = (title, note)
        self._strips.clear()
        self.refresh(Region(0, 0, self.size.width, 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line."""
        return 1

    def line_at(self, y: int, ink: Ink) -> Line:
        """The rule, as wide as the widget is now."""
        title, note = self._parts
        return rule_line(title, note, self.size.width, ink.glyphs) if y == 0 else ()
