"""Screen 5: one blotter of what needs the user, what works, and what is over."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import orders as view
from gunbot_tui.views.cell import Span

DETAIL_LINES = 3


class OrdersScreen(View):
    """A table of all orders with the life of the one under the cursor below it; zoom turns the pages of history."""

    NAME = "orders"
    SHOWS_MARKET = True
    FOLLOWS_CURSOR = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("orders"))

    def __init__(self) -> None:
        super().__init__()
        self._page = 0
        self._snapshot: Snapshot | None = None

    def compose(self) -> ComposeResult:
        """Title, table, detail."""
        yield Lines(classes="head")
        yield LiveTable(id="orders-table")
        yield Lines(id="orders-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The page of history that is shown, and the first one for what has just filled."""
        return frozenset({Topic(Kind.HISTORY, "0"), Topic(Kind.HISTORY, str(self._page))})

    def show(self, scene: Scene) -> None:
        """Draw the blotter."""
        snapshot = self._snapshot = scene.snapshot
        table = self.query_one(LiveTable)
        title = (Span(" "), *view.title(snapshot, self._page), *arrangement(table))
        feeds = (snapshot.pairs, snapshot.history(self._page))
        table.dim(self.set_head(self.query_one(".head", Lines), title, feeds, scene))
        table.empty_text = "".join(span.text for span in view.empty(snapshot, scene.now))
        columns = view.columns(max(1, self.size.width - GUTTER - 1))
        table.set_rows(columns, view.rows(snapshot, scene.now, self._page))
        lines = view.detail(snapshot, table.cursor_key or "", scene.now)
        self.query_one("#orders-detail", Lines).set_lines((*lines, *((),) * (DETAIL_LINES - len(lines))))

    def pair_at_cursor(self) -> str | None:
        """The order's pair."""
        key = self.query_one(LiveTable).cursor_key
        found = None if key is None or self._snapshot is None else view.pair(self._snapshot, key, self._page)
        return None if found is None else found.key

    def cancel_at_cursor(self) -> CancelDraft | str:
        """The working order under the cursor."""
        key = self.query_one(LiveTable).cursor_key
        if key is None or self._snapshot is None:
            return "no order is selected"
        order = view.order(self._snapshot, key)
        if order is None:
            return "this order can't be cancelled: it is over, or the bot has not shown its number yet"
        return CancelDraft(CancelScope.ONE, pair=order.pair, id=order.id)

    def open_row(self) -> str | None:
        """The book of the order's pair."""
        return "book"

    def zoom(self, step: int) -> None:
        """A newer or an older page of history."""
        self._page = max(0, self._page - step)


SCREEN = OrdersScreen
