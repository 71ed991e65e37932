"""Screen 9: the bot's log. The cursor on the last line follows the end; moved up it stays where it is."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import logs as view
from gunbot_tui.views.cell import Span

DETAIL_LINES = 4


class LogsScreen(View):
    """A table of lines, and all of the one under the cursor."""

    NAME = "logs"
    FOLLOWS_CURSOR = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("logs"))

    def __init__(self) -> None:
        super().__init__()
        self._level = "all"
        self._lines: dict[str, view.Repeat] = {}
        self._end: str | None = None
        """The last row when the screen was drawn."""

    def compose(self) -> ComposeResult:
        """Title, table, the cursor's line."""
        yield Lines(classes="head")
        yield LiveTable(id="logs-table")
        yield Lines(id="logs-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The log."""
        return frozenset({Topic(Kind.LOGS)})

    def show(self, scene: Scene) -> None:
        """Draw the lines, and go to the newest one unless the cursor was moved away from the end."""
        table, snapshot = self.query_one(LiveTable), scene.snapshot
        is_following = table.cursor_key in (None, self._end)
        self._lines = view.folded(view.lines(snapshot, self._level))
        table.empty_text = "".join(span.text for span in view.empty(snapshot, scene.now, self._level))
        rows = view.rows(self._lines, scene.now)
        table.set_rows(view.columns(max(1, self.size.width - GUTTER - 1), rows), rows)
        keys = table.keys
        self._end = keys[-1] if keys else None
        if is_following and self._end is not None:
            table.move_cursor(self._end)
        title = view.title(snapshot, self._level, is_following=table.cursor_key == self._end)
        feeds = () if Kind.LOGS in snapshot.capabilities.unread else (snapshot.logs,)
        head = (Span(" "), *title, *arrangement(table))
        table.dim(self.set_head(self.query_one(".head", Lines), head, feeds, scene))
        line = self._lines.get(table.cursor_key or "")
        lines = view.detail(line, self.size.width, DETAIL_LINES) if line is not None else ()
        self.query_one("#logs-detail", Lines).set_lines((*lines, *((),) * (DETAIL_LINES - len(lines))))

    def cycle(self, step: int) -> None:
        """Show lines from the next level on."""
        levels = tuple(view.LEVELS)
        self._level = levels[(levels.index(self._level) + step) % len(levels)]

    def choose(self, name: str) -> bool:
        """Show lines from a level on; False for a name that is none."""
        found = [level for level in view.LEVELS if level.startswith(name.lower())]
        if len(found) != 1:
            return False
        self._level = found[0]
        return True


SCREEN = LogsScreen
