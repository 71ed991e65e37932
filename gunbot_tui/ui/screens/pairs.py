"""Screen 1: all pairs, and under the table as much of the selected one as there is room for."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.messages import TopicsChanged
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import deals
from gunbot_tui.views import pairs as view
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import cells

DETAIL_LINES = 7
ROWS_FOR_DETAIL = 30
AROUND_TABLE = 4
"""Lines of title, trouble, header and rule."""
MARK_CELLS = 14
"""What the title leaves to its age."""


class PairsScreen(View):
    """A table whose cursor selects the pair for every other screen."""

    NAME = "pairs"
    SHOWS_MARKET = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("pairs"))

    def __init__(self) -> None:
        super().__init__()
        self._snapshot: Snapshot | None = None
        self._read: frozenset[Topic] = frozenset()

    def compose(self) -> ComposeResult:
        """Title, table, the selected pair."""
        yield Lines(classes="head")
        yield LiveTable(id="pairs-table")
        yield TitleRule(id="pairs-detail-title")
        yield Lines(id="pairs-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """What is known of the selected pair beside the pairs themselves, which are always read."""
        return self._wanted(pair)

    def show(self, scene: Scene) -> None:
        """Draw the table, and the pair under it on a tall screen."""
        table, snapshot = self.query_one(LiveTable), scene.snapshot
        self._snapshot = snapshot
        note = arrangement(table)
        title = (Span(" "), *self._title(snapshot, self.size.width - cells(note)), *note)
        table.dim(self.set_head(self.query_one(".head", Lines), title, (snapshot.pairs,), scene))
        table.empty_text = "".join(span.text for span in view.empty(snapshot, scene.now))
        if snapshot.capabilities.has_deals:
            rows = deals.rows(snapshot, scene.now)
            table.set_rows(deals.columns(rows, self.size.width - GUTTER - 1), rows)
        else:
            table.set_rows(view.COLUMNS, view.rows(snapshot, scene.now))
        self._show_detail(scene)
        if (wanted := self._wanted(scene.pair)) != self._read:
            self._read = wanted
            self.post_message(TopicsChanged())

    def pair_at_cursor(self) -> str | None:
        """The pair's key is the row's."""
        return self.query_one(LiveTable).cursor_key

    def open_row(self) -> str | None:
        """Enter on a pair opens its candles."""
        return "candles"

    def _wanted(self, pair: Pair | None) -> frozenset[Topic]:
        if pair is None or self._snapshot is None:
            return frozenset()
        if not self._snapshot.capabilities.has_deals:
            return frozenset({Topic(Kind.MARKS, pair.key)})
        known = (deal for deal in self._snapshot.deals if deal.pair == pair)
        return frozenset({Topic(Kind.LOCKS), *(Topic(Kind.NOTES, deal.id) for deal in known)})

    def _title(self, snapshot: Snapshot, width: int) -> Line:
        return deals.title(snapshot, width - MARK_CELLS) if snapshot.capabilities.has_deals else view.title(snapshot)

    def _show_detail(self, scene: Scene) -> None:
        panel, rule = self.query_one("#pairs-detail", Lines), self.query_one("#pairs-detail-title", TitleRule)
        is_shown = scene.pair is not None and self.size.height >= ROWS_FOR_DETAIL
        panel.display = rule.display = is_shown
        if scene.pair is None or not is_shown:
            return
        rule.set_title((Span(f"{scene.pair.name} · {scene.pair.exchange}", Tone.STRONG),))
        height = self._detail_lines(scene.snapshot)
        if scene.snapshot.capabilities.has_deals:
            lines = deals.detail(scene.snapshot, scene.pair, scene.now)[:height]
        else:
            lines = view.detail(scene.snapshot, scene.pair, scene.now, self.size.width, height)
        panel.set_lines((*lines, *((),) * (height - len(lines))))

    def _detail_lines(self, snapshot: Snapshot) -> int:
        """As many as the table leaves over, where a trade with all its orders may need them."""
        if not snapshot.capabilities.has_deals:
            return DETAIL_LINES
        return max(DETAIL_LINES, self.size.height - len(view.statuses(snapshot)) - AROUND_TABLE)


SCREEN = PairsScreen
