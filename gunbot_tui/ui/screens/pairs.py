"""Screen 1: all pairs, and under the table as much of the selected one as there is room for."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import pairs as view
from gunbot_tui.views.cell import Span, Tone

DETAIL_LINES = 7
ROWS_FOR_DETAIL = 30


class PairsScreen(View):
    """A table whose cursor selects the pair for every other screen."""

    NAME = "pairs"
    SHOWS_MARKET = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("pairs"))

    def compose(self) -> ComposeResult:
        """Title, table, the selected pair."""
        yield Lines(classes="head")
        yield LiveTable(id="pairs-table")
        yield TitleRule(id="pairs-detail-title")
        yield Lines(id="pairs-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The last decision on the selected pair; the pairs themselves are always read."""
        return frozenset() if pair is None else frozenset({Topic(Kind.MARKS, pair.key)})

    def show(self, scene: Scene) -> None:
        """Draw the table, and the pair under it on a tall screen."""
        table = self.query_one(LiveTable)
        snapshot = scene.snapshot
        title = (Span(" "), *view.title(snapshot), *arrangement(table))
        table.dim(self.set_head(self.query_one(".head", Lines), title, (snapshot.pairs,), scene))
        table.empty_text = "".join(span.text for span in view.empty(snapshot, scene.now))
        table.set_rows(view.COLUMNS, view.rows(snapshot, scene.now))
        self._show_detail(scene)

    def pair_at_cursor(self) -> str | None:
        """The pair's key is the row's."""
        return self.query_one(LiveTable).cursor_key

    def open_row(self) -> str | None:
        """Enter on a pair opens its candles."""
        return "candles"

    def _show_detail(self, scene: Scene) -> None:
        panel, rule = self.query_one("#pairs-detail", Lines), self.query_one("#pairs-detail-title", TitleRule)
        is_shown = scene.pair is not None and self.size.height >= ROWS_FOR_DETAIL
        panel.display = rule.display = is_shown
        if scene.pair is None or not is_shown:
            return
        rule.set_title((Span(f"{scene.pair.name} · {scene.pair.exchange}", Tone.STRONG),))
        lines = view.detail(scene.snapshot, scene.pair, scene.now, self.size.width, DETAIL_LINES)
        panel.set_lines((*lines, *((),) * (DETAIL_LINES - len(lines))))


SCREEN = PairsScreen
