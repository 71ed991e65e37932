"""Screen 5: one blotter of what needs the user, what works, and what is over; enter tells the whole story of a row.

Of other bots' rows nothing is cancelled from here: enter switches to their bot and points at the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.intent import LISTED, OLDER, Intent, Why
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.messages import OlderWanted, StoryWanted, TopicsChanged
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import blotter, deal_entries, order_detail, order_entries
from gunbot_tui.views import orders as view
from gunbot_tui.views.cell import Line, Span
from gunbot_tui.views.export import Records
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_records import order_records
from gunbot_tui.views.panel import muted

DETAIL_LINES = 3


class OrdersScreen(View):
    """A table of orders with a summary of the one under the cursor below it; zoom turns the pages of what is over."""

    NAME = "orders"
    SHOWS_MARKET = True
    FOLLOWS_CURSOR = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("orders"))

    def __init__(self) -> None:
        super().__init__()
        self._page = 0
        self._older: tuple[Intent, ...] = ()
        """Ours on the page, from the journal."""
        self._older_of = ("", 0)
        self._snapshot: Snapshot | None = None
        self._entries: dict[str, Entry] = {}
        self._drawn: tuple[tuple[Snapshot, ...], tuple[object, ...]] = ((), ())
        self._read: frozenset[Topic] = frozenset()
        self._wanted: str | None = None
        """The row that was chosen among those of all bots, until it is here."""
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
    def _pages(self) -> frozenset[str]:
        """The page of what is over that is shown, and the first one for what has just filled."""
        return frozenset({"0", str(self._page)})

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
        """What is over, and the notes of an open story."""
        if self._snapshot is None or not self._snapshot.capabilities.has_deals:
            return frozenset(Topic(Kind.HISTORY, page) for page in self._pages)
        deal = self._opened.deal if self._opened is not None else None
        notes = {Topic(Kind.NOTES, deal.id)} if deal is not None else set()
        return frozenset({*(Topic(Kind.CLOSED, page) for page in self._pages), *notes})

    def topics_elsewhere(self) -> frozenset[Topic]:
        """What is over at the other bots, while their rows are shown."""
        if not self.shows_fleet:
            return frozenset()
        return frozenset(Topic(kind, page) for kind in (Kind.HISTORY, Kind.CLOSED) for page in self._pages)

    def show(self, scene: Scene) -> None:
        """Draw the blotter, or the story that is open."""
        snapshot = self._snapshot = scene.snapshot
        self._ask_older(snapshot)
        self._draw_rows(scene)
        self._point(scene.pair)
        head, feeds = self.query_one(".head", Lines), self._feeds(snapshot)
        if self._opened is not None:
            self._story.dim(self.set_head(head, self._draw_story(snapshot, self._opened), feeds, scene))
        else:
            title = (Span(" "), *self._title(scene), *arrangement(self._orders))
            self._orders.dim(self.set_head(head, title, feeds, scene))
            entry = self._at_cursor()
            lines = order_detail.summary(entry, self._of(entry, scene), scene.now) if entry is not None else ()
            self._summary.set_lines((*lines, *((),) * (DETAIL_LINES - len(lines))))
        if (wanted := self.topics(scene.pair)) != self._read:
            self._read = wanted
            self.post_message(TopicsChanged())

    def pair_at_cursor(self) -> str | None:
        """The order's pair."""
        entry = self._opened or self._at_cursor()
        if entry is None:
            return None
        return entry.pair.key if self._is_ours(entry) else blotter.key_at(entry.bot, entry.pair.key)

    def bot_at_cursor(self) -> str | None:
        """The name of the bot of a row that is another bot's."""
        entry = self._at_cursor() if self._opened is None else None
        return None if entry is None or self._is_ours(entry) else entry.bot

    def place_at_cursor(self) -> str | None:
        """The row's page and its key at its own bot."""
        entry = self._at_cursor()
        return None if entry is None else f"{self._page} {blotter.own_key(entry)}"

    def go_to(self, place: str) -> None:
        """Turn to a row's page, and point at the row as soon as it is here."""
        page, _, self._wanted = place.partition(" ")
        self._page = int(page)
        if self._wanted in self._orders.keys:
            self._orders.move_cursor(self._wanted)

    def toggle_fleet(self) -> None:
        """Show the rows of all bots, or again of one; a story is closed by it."""
        self.back()
        self._page = 0
        self.shows_fleet = not self.shows_fleet

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
            found = list(marked)
            strange = sum(not self._is_ours(entry) for entry in found)
            if strange:
                return f"{strange} of the marked are other bots': u takes all marks away, enter switches to a row's bot"
            ids = tuple((entry.pair.key, entry.cancel_id) for entry in found if entry.cancel_id)
            if not ids:
                return "none of the marked orders can be cancelled: space takes a mark away"
            return CancelDraft(CancelScope.MARKED, ids=ids)
        entry = self._opened or self._at_cursor()
        if entry is None:
            return "no order is selected"
        if not self._is_ours(entry):
            return f"it is {entry.bot}'s: enter switches to {entry.bot} first"
        reason = view.why_not_cancel(entry)
        return reason or CancelDraft(CancelScope.ONE, pair=entry.pair, id=entry.cancel_id)

    def mark_again(self, commands: Sequence[CancelOrder]) -> int:
        """Mark the orders whose cancels were not sent, so that `x` repeats them."""
        unsent = {(command.pair.key, command.id or command.of) for command in commands}
        keys = [key for key, entry in self._entries.items() if self._is_ours(entry) and _cancelled_as(entry) in unsent]
        self._orders.set_marks(self._orders.marked.union(keys))
        return len(keys)

    def open_row(self) -> str | None:
        """Tell the story of the order under the cursor."""
        entry = self._at_cursor()
        if entry is not None and self._opened is None:
            self._open(entry, None)
        return None

    def open_detail(self, of: Why | Deal, snapshot: Snapshot) -> None:
        """Tell the story of an order of ours or of a trade of the bot, whether it has a row or not."""
        if isinstance(of, Why):
            self._open(order_entries.entry_of(of.intent, snapshot), of)
        else:
            self._open(deal_entries.entry_of(of, snapshot), None)

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
        """A newer or an older page of what is over."""
        bots, _ = self._drawn
        last = blotter.last_page(bots, self._page)
        if last is not None and not self.shows_fleet:
            last = max(last, self._page + self._has_older)
        older = self._page - step
        self._page = max(0, older if last is None else min(older, last))

    def _draw_rows(self, scene: Scene) -> None:
        """Every row is made anew for other snapshots, another page, width or day, and for nothing else."""
        now, snapshot = scene.now, scene.snapshot
        bots = scene.fleet if self.shows_fleet else (snapshot,)
        how = (self._page, self._older, self.size.width, now.astimezone().date(), self.shows_fleet)
        before, old_how = self._drawn
        if how == old_how and len(bots) == len(before) and all(map(is_, bots, before)):
            return
        self._drawn = (bots, how)
        width = max(1, self.size.width - GUTTER - 1)
        has_deals = any(bot.capabilities.has_deals for bot in bots)
        if self.shows_fleet:
            found = blotter.all_entries(bots, self._page)
            made = blotter.rows(found, bots, now)
            columns = view.columns(width - blotter.bot_width(bots) - 1, made, has_deals=has_deals)
            columns, made = blotter.with_bots(columns, made, found, bots, now)
        else:
            found = order_entries.entries(snapshot, self._page, self._older)
            made = view.rows(found, snapshot, now)
            columns = view.columns(width, made, has_deals=has_deals)
        self._entries = {entry.key: entry for entry in found}
        self._orders.empty_text = "".join(span.text for span in blotter.empty(bots, now, self._page))
        self._orders.set_rows(columns, made)

    def _point(self, pair: Pair | None) -> None:
        """Put the cursor on the selected pair's first row, until the user moves it; later rows do not move it."""
        at = self._orders.cursor_key
        if self._wanted is not None and self._wanted in self._entries:
            self._orders.move_cursor(self._wanted)
            self._pointed = None if pair is None else (pair, self._wanted)
            self._wanted = None
            return
        if pair is None or at is None or self.shows_fleet:
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
        kind = f"{facts[0].label} " if entry.is_deal else ""
        return (Span(f" {kind}{facts[0].text}"), *muted(" · backspace goes back"), *arrangement(self._story))

    @property
    def _has_older(self) -> bool:
        """Whether our own orders may go on behind this page."""
        known = () if self._snapshot is None else self._snapshot.intents
        return len(self._older) == OLDER if self._page else len(known) >= LISTED

    def _ask_older(self, snapshot: Snapshot) -> None:
        """Have the journal read for a later page of one bot."""
        wanted = (snapshot.bot.name, 0 if self.shows_fleet else self._page)
        if wanted == self._older_of:
            return
        self._older_of, self._older = wanted, ()

        def take(found: tuple[Intent, ...]) -> None:
            if self._older_of == wanted:
                self._older = found

        if wanted[1]:
            self.post_message(OlderWanted(wanted[1], take))

    def _ask(self, intent: Intent | None) -> None:
        """Have the journal read for an order of ours, and again whenever it moved on."""
        if intent is None or intent == self._asked or (isinstance(self._why, Why) and self._why.intent == intent):
            return
        self._asked = intent
        self.post_message(StoryWanted(intent.id, self.take_story))

    def _open(self, entry: Entry, why: Why | None) -> None:
        self._opened, self._why, self._asked = entry, why, None
        self._story.filter_text = ""
        self._story.set_rows((), ())
        self._swap()

    def _swap(self) -> None:
        """Let the open story stand in the place of the table."""
        is_open = self._opened is not None
        self._orders.display, self._story.display, self._summary.display = not is_open, is_open, not is_open

    def _title(self, scene: Scene) -> Line:
        if self.shows_fleet:
            return blotter.title(scene.fleet, tuple(self._entries.values()), scene.now, self._marks(), self._page)
        return view.title(scene.snapshot, self._page, self._marks())

    def _feeds(self, snapshot: Snapshot) -> tuple[Feed[object], ...]:
        """What the rows are made of, without what the bot never tells."""
        page = view.page_feed(snapshot, self._page)
        is_told = not snapshot.capabilities.has_deals or Kind.CLOSED not in snapshot.capabilities.unread
        return (snapshot.pairs, page) if is_told else (snapshot.pairs,)

    def _of(self, entry: Entry, scene: Scene) -> Snapshot:
        """What is known of the entry's bot."""
        return next((bot for bot in scene.fleet if bot.bot.name == entry.bot), scene.snapshot)

    def _is_ours(self, entry: Entry) -> bool:
        """True for a row of the bot that is shown."""
        return not entry.bot or self._snapshot is None or entry.bot == self._snapshot.bot.name

    def _marks(self) -> view.Marks:
        marked, shown = self._orders.marked, self._marked_shown
        over = sum(not self._entries[key].cancel_id for key in shown)
        return view.Marks(len(marked), over, len(marked) - len(shown))

    def _at_cursor(self) -> Entry | None:
        return self._entries.get(self._orders.cursor_key or "")


def _cancelled_as(entry: Entry) -> tuple[str, str]:
    """The pair and the id, the exchange's or else ours, that a cancel of the order has."""
    if entry.order is not None:
        return entry.pair.key, entry.order.id
    return entry.pair.key, entry.intent.id if entry.intent is not None else ""


def _again(opened: Entry, snapshot: Snapshot) -> Entry:
    """An entry that has no row any more: ours as it stands now, one of the bot's as it was last seen."""
    intent = opened.intent
    if intent is None:
        return opened
    return order_entries.entry_of(
        next((known for known in snapshot.intents if known.id == intent.id), intent), snapshot
    )


SCREEN = OrdersScreen
