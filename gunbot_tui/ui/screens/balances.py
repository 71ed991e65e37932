"""Screen 6: funds by exchange and asset."""

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
from gunbot_tui.views import balances as view
from gunbot_tui.views.cell import Span


class BalancesScreen(View):
    """One table."""

    NAME = "balances"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("balances"))

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield Lines(classes="head")
        yield LiveTable(id="balances-table", sort_key="worth", reverse=True)

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """Balances are always read; here they are wanted soon."""
        return frozenset({Topic(Kind.BALANCES)})

    def show(self, scene: Scene) -> None:
        """Draw the table."""
        table = self.query_one(LiveTable)
        table.empty_text = "".join(span.text for span in view.empty(scene.snapshot, scene.now))
        table.set_rows(view.columns(scene.snapshot), view.rows(scene.snapshot, scene.now))
        # The title names the column that the table is sorted by, so the table has to have it.
        title = (Span(" "), *view.title(scene.snapshot), *arrangement(table))
        table.dim(self.set_head(self.query_one(".head", Lines), title, (scene.snapshot.balances,), scene))


SCREEN = BalancesScreen
