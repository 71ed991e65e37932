"""Screen 5: one blotter of what needs the user, what works, and what is over; enter tells the whole story of a row."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent, Why
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.messages import StoryWanted
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import order_detail, order_entries
from gunbot_tui.views import orders as view
from gunbot_tui.views.cell import Line, Span
from gunbot_tui.views.export import Records
from gunbot_tui.views.order_entries import Entry
from gunbot_tui.views.order_records import order_records
from gunbot_tui.views.panel import muted

DETAIL_LINES = 3


class OrdersScreen(View):
    """A table of all orders with a summary of the one under the cursor below it; zoom turns the pages of history."""

    NAME = "orders"
    SHOWS_MARKET = True
    FOLLOWS_CURSOR = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("orders"))

    def __init__(self) -> None:
        super().__init__()
        self._page = 0
        self._snapshot: Snapshot | None = None
        self._entries: dict[str, Entry] = {}
        self._drawn: tuple[Snapshot, int, int, date] | None = None
        self._pointed: tuple[Pair, str] | None = None
        self._opened: Entry | None = None
        self._why: Why | str | None = None
        self._asked: Intent | None = None

    @property
    def table(self) -> LiveTable | None:
        """The orders, or the story of one while it is open."""
        return self._orders if self._opened is None else self._story

    @property
    def _orders(self) -> LiveTable:
        return self.query_one("#orders-table", LiveTable)

    @property
    def _marked_shown(self) -> frozenset[str]:
        return self._orders.marked.intersection(self._orders.keys)

    @property
    def _story(self) -> LiveTable:
        return self.query_one("#orders-story", LiveTable)

    @property
    def _summary(self) -> Lines:
        return self.query_one("#orders-detail", Lines)

    def compose(self) -> ComposeResult:
        """Title, table or story, summary."""
        yield Lines(classes="head")
        yield LiveTable(id="orders-table")
        story = LiveTable(id="orders-story")
        story.display = False
        yield story
        yield Lines(id="orders-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The page of history that is shown, and the first one for what has just filled."""
        return frozenset({Topic(Kind.HISTORY, "0"), Topic(Kind.HISTORY, str(self._page))})

    def show(self, scene: Scene) -> None:
        """Draw the blotter, or the story that is open."""
        self._snapshot = scene.snapshot
        self._draw_rows(scene.snapshot, scene.now)
        self._point(scene.pair)
        head = self.query_one(".head", Lines)
        feeds = (scene.snapshot.pairs, scene.snapshot.history(self._page))
        if self._opened is not None:
            self._story.dim(self.set_head(head, self._draw_story(scene.snapshot, self._opened), feeds, scene))
            return
        title = view.title(scene.snapshot, self._page, self._marks())
        self._orders.dim(self.set_head(head, (Span(" "), *title, *arrangement(self._orders)), feeds, scene))
        entry = self._at_cursor()
        lines = order_detail.summary(entry, scene.snapshot, scene.now) if entry is not None else ()
        self._summary.set_lines((*lines, *((),) * (DETAIL_LINES - len(lines))))

    def pair_at_cursor(self) -> str | None:
        """The order's pair."""
        entry = self._opened or self._at_cursor()
        return None if entry is None else entry.pair.key

    def records(self) -> Records | None:
        """The orders that are shown, exactly as they are known."""
        if self._opened is not None or self._snapshot is None:
            return super().records()
        shown = (self._entries[key] for key in self._orders.keys)
        return order_records(shown, self._snapshot.bot.name)

    def cancel_at_cursor(self) -> CancelDraft | str:
        """The marked orders that are shown and can be cancelled, or without such marks the one under the cursor."""
        if self._opened is None and (keys := self._marked_shown):
            marked = (entry for key, entry in self._entries.items() if key in keys)
            ids = tuple((entry.pair.key, entry.cancel_id) for entry in marked if entry.cancel_id)
            if not ids:
                return "none of the marked orders can be cancelled: space takes a mark away"
            return CancelDraft(CancelScope.MARKED, ids=ids)
        entry = self._opened or self._at_cursor()
        if entry is None:
            return "no order is selected"
        reason = view.why_not_cancel(entry)
        return reason or CancelDraft(CancelScope.ONE, pair=entry.pair, id=entry.cancel_id)

    def open_row(self) -> str | None:
        """Tell the story of the order under the cursor."""
        entry = self._at_cursor()
        if entry is not None and self._opened is None:
            self._open(entry, None)
        return None

    def open_detail(self, why: Why) -> None:
        """Tell the story of an order of ours, whether it has a row or not."""
        if self._snapshot is None:
            return
        self._open(order_entries.entry_of(why.intent, self._snapshot), why)

    def take_story(self, why: Why | str) -> None:
        """The journal's answer; one about a story that is closed by now is dropped."""
        intent = self._opened.intent if self._opened is not None else None
        if intent is not None and intent == self._asked and (isinstance(why, str) or why.intent.id == intent.id):
            self._why = why

    def back(self) -> bool:
        """Close the story."""
        if self._opened is None:
            return False
        self._opened = self._why = self._asked = None
        self._swap()
        return True

    def zoom(self, step: int) -> None:
        """A newer or an older page of history."""
        last = None if self._snapshot is None else view.last_page(self._snapshot, self._page)
        older = self._page - step
        self._page = max(0, older if last is None else min(older, last))

    def _draw_rows(self, snapshot: Snapshot, now: datetime) -> None:
        """Every row is made anew for another snapshot, page, width or day, and for nothing else."""
        drawn = (snapshot, self._page, self.size.width, now.astimezone().date())
        if self._drawn is not None and self._drawn[0] is snapshot and self._drawn[1:] == drawn[1:]:
            return
        self._drawn = drawn
        found = order_entries.entries(snapshot, self._page)
        self._entries = {entry.key: entry for entry in found}
        rows = view.rows(found, snapshot, now)
        self._orders.empty_text = "".join(span.text for span in view.empty(snapshot, now, self._page))
        self._orders.set_rows(view.columns(max(1, self.size.width - GUTTER - 1), rows), rows)

    def _point(self, pair: Pair | None) -> None:
        """Put the cursor on the selected pair's first row, until the user moves it; later rows do not move it."""
        at = self._orders.cursor_key
        if pair is None or at is None:
            return
        if self._pointed is not None and (self._pointed[0] == pair or self._pointed[1] != at):
            return
        key = next((key for key in self._orders.keys if self._entries[key].pair == pair), at)
        self._orders.move_cursor(key)
        self._pointed = (pair, key)

    def _draw_story(self, snapshot: Snapshot, opened: Entry) -> Line:
        """Fill the story with what is known now; returns its title."""
        entry = self._opened = self._entries.get(opened.key) or _again(opened, snapshot)
        self._ask(entry.intent)
        width = max(1, self.size.width - GUTTER - 1)
        facts = order_detail.story(entry, snapshot, self._why)
        self._story.set_rows(order_detail.story_columns(width), order_detail.story_rows(facts, width))
        return (Span(f" {facts[0].text}"), *muted(" · backspace goes back"))

    def _ask(self, intent: Intent | None) -> None:
        """Have the journal read for an order of ours, and again whenever it moved on."""
        if intent is None or intent == self._asked or (isinstance(self._why, Why) and self._why.intent == intent):
            return
        self._asked = intent
        self.post_message(StoryWanted(intent.id, self.take_story))

    def _open(self, entry: Entry, why: Why | None) -> None:
        self._opened, self._why, self._asked = entry, why, None
        self._story.set_rows((), ())
        self._swap()

    def _swap(self) -> None:
        """Let the open story stand in the place of the table."""
        is_open = self._opened is not None
        self._orders.display, self._story.display, self._summary.display = not is_open, is_open, not is_open

    def _marks(self) -> view.Marks:
        marked, shown = self._orders.marked, self._marked_shown
        over = sum(not self._entries[key].cancel_id for key in shown)
        return view.Marks(len(marked), over, len(marked) - len(shown))

    def _at_cursor(self) -> Entry | None:
        return self._entries.get(self._orders.cursor_key or "")


def _again(opened: Entry, snapshot: Snapshot) -> Entry:
    """An entry that has no row any more: ours as it stands now, one of the bot's as it was last seen."""
    intent = opened.intent
    if intent is None:
        return opened
    return order_entries.entry_of(
        next((known for known in snapshot.intents if known.id == intent.id), intent), snapshot
    )


SCREEN = OrdersScreen
