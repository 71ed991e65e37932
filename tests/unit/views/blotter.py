"""A bot with orders of ours and of its own, and the blotter of it by column."""

from __future__ import annotations

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, Trade
from gunbot_tui.views import orders
from gunbot_tui.views.cell import Cell, Row
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_entry import Entry
from tests.factories import NOW, fields, make_config, make_feed, make_order, make_pair_status, make_snapshot


def blotter(
    *intents: Intent, resting: tuple[str, ...] = (), trades: tuple[Trade, ...] = (), total: int | None = None
) -> Snapshot:
    """A bot with these orders of ours, resting orders of these ids, and executed trades."""
    pair = make_pair_status(open_orders=tuple(make_order(id=id) for id in resting))
    page = HistoryPage(trades, len(trades) if total is None else total)
    return make_snapshot(
        [pair], config=make_config(), intents=intents, feeds={Topic(Kind.HISTORY, "0"): make_feed(page)}
    )


def rows(snapshot: Snapshot, page: int = 0) -> tuple[Row, ...]:
    """The blotter's rows."""
    return orders.rows(entries(snapshot, page), snapshot, NOW)


def table(snapshot: Snapshot, page: int = 0) -> list[dict[str, Cell]]:
    """The rows by column."""
    return [fields(row, orders.COLUMNS) for row in rows(snapshot, page)]


def states(snapshot: Snapshot) -> list[str]:
    """The states from top to bottom."""
    return [row["state"].text for row in table(snapshot)]


def entry(snapshot: Snapshot, key: str) -> Entry:
    """The entry of a key."""
    return {entry.key: entry for entry in entries(snapshot)}[key]
