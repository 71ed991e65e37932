"""An app that hosts one widget, and a way to read what stands on its screen."""

from __future__ import annotations

from pathlib import Path

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from gunbot_tui.ui.theme import BRAILLE, THEMES, Glyphs

SHEET = Path(__file__).parents[3] / "styles" / "widgets.tcss"


class Host(App[None]):
    """One widget under the cockpit's own themes and style sheet."""

    CSS_PATH = SHEET
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: Widget, *, glyphs: Glyphs = BRAILLE) -> None:
        super().__init__()
        self.hosted = widget
        self.glyphs = glyphs
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield self.hosted


def screen_lines(widget: Widget) -> list[str]:
    """The text of each line that the widget shows now."""
    return [strip.text for strip in screen_strips(widget)]


def screen_strips(widget: Widget) -> list[Strip]:
    """Each line that the widget shows now."""
    return [widget.render_line(y) for y in range(widget.size.height)]
