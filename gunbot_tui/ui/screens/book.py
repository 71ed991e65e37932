"""Screen 2: the order book of the selected pair as a ladder, with the orders on it marked.

Of a bot that tells no book the screen says so, and shows the last price and the orders that rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Book, Pair
from gunbot_tui.model.snapshot import MISSING
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.model.trading import OpenOrder
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import book as view
from gunbot_tui.views import book_untold
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.pairs import status
from gunbot_tui.views.panel import untold


class BookScreen(View):
    """A ladder; the cursor belongs to a price and stays with it."""

    NAME = "book"
    SHOWS_MARKET = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("book"))

    def __init__(self) -> None:
        super().__init__()
        self._pair: Pair | None = None
        self._orders: tuple[OpenOrder, ...] = ()
        self._zoom = 0

    def compose(self) -> ComposeResult:
        """Title, ladder, what a round sum costs."""
        yield Lines(classes="head")
        yield Lines(id="book-facts")
        yield LiveTable(id="book-table")
        yield Lines(id="book-cost")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The book, and the pair for its orders."""
        return frozenset() if pair is None else frozenset({Topic(Kind.BOOK, pair.key), Topic(Kind.PAIR, pair.key)})

    def show(self, scene: Scene) -> None:
        """Draw the ladder of the selected pair."""
        table, pair = self.query_one(LiveTable), scene.pair
        if pair is None:
            table.empty_text = self.trouble_or("no pair is selected yet", MISSING, scene)
            return
        if pair != self._pair:
            self._pair, self._zoom = pair, 0
            table.set_rows((), ())
        feed = scene.snapshot.book(pair)
        known = status(scene.snapshot, pair)
        self._orders = () if known is None else known.open_orders or ()
        title: Line = (Span(f" {pair.name}", Tone.STRONG), Span(f" · {pair.exchange}   "))
        if (reason := untold(scene.snapshot, Kind.BOOK)) is not None:
            self._show_orders(scene, pair, title, reason)
            return
        self.query_one("#book-facts", Lines).set_lines(())
        group = Decimal(0)
        if feed.value is not None:
            group = self._group(feed.value)
            title = (*title, *view.header(feed.value, group))
        table.dim(self.set_head(self.query_one(".head", Lines), title, (feed,), scene))
        reading = f"reading the book of {pair.name} …"
        table.empty_text = self.trouble_or(reading, feed, scene) if feed.value is None else "the book is empty"
        if feed.value is None or not table.size:
            # Before the layout there is no room to choose levels for: a cursor would lose its price.
            return
        head, cost = self.query_one(".head", Lines), 1
        # Reckoned, as the table learns of a longer head only with the next layout.
        height = max(4, self.size.height - len(head.lines) - cost - 1)
        pending = view.waiting(scene.snapshot.intents, pair)
        rows = view.ladder(
            feed.value,
            self._orders,
            pending,
            ours=scene.snapshot.our_ids(pair),
            width=table.size.width,
            height=height,
            group=group,
            bar=scene.glyphs.bar,
        )
        is_first = not table.rows
        table.set_rows(view.columns(feed.value, pair, table.size.width), rows)
        best = view.best_bid_key(rows)
        if is_first and best is not None:
            table.move_cursor(best)
        self.query_one("#book-cost", Lines).set_lines(
            ((Span(" "), *view.cost_line(feed.value, pair, self.size.width - 1)),)
        )

    def _show_orders(self, scene: Scene, pair: Pair, title: Line, reason: Line) -> None:
        """Draw what there is without a book."""
        table, snapshot = self.query_one(LiveTable), scene.snapshot
        table.dim(self.set_head(self.query_one(".head", Lines), title, (snapshot.pairs,), scene))
        facts = ((Span(" "), *reason), *book_untold.facts(snapshot, pair, scene.now), ())
        self.query_one("#book-facts", Lines).set_lines(facts)
        table.empty_text = book_untold.empty(snapshot, pair)
        table.set_rows(book_untold.COLUMNS, book_untold.rows(snapshot, pair))

    def cancel_at_cursor(self) -> CancelDraft | str:
        """The order that stands at the cursor's price."""
        row = self.query_one(LiveTable).cursor_row
        text = "" if row is None else " ".join(cell.text for cell in row.cells)
        found = [order for order in self._orders if order.id and f"#{order.id}" in text.split()]
        if len(found) == 1:
            return CancelDraft(CancelScope.ONE, pair=found[0].pair, id=found[0].id)
        return "no single order stands at this price: 5 shows all orders"

    def zoom(self, step: int) -> None:
        """Finer or coarser price steps."""
        self._zoom = max(0, self._zoom - step)

    def _group(self, book: Book) -> Decimal:
        steps = view.group_steps(book)
        self._zoom = min(self._zoom, len(steps) - 1)
        return steps[self._zoom] if self._zoom else Decimal(0)


SCREEN = BookScreen
