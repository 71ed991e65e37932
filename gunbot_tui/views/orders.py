"""The Orders screen, one blotter: what needs the user first, then what works, then what is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import ceil

from gunbot_tui.model.capability import Capability
from gunbot_tui.model.deal import DealPage
from gunbot_tui.model.feed import Feed, Kind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone, fitting
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_origin import Origin
from gunbot_tui.views.order_words import LOUD
from gunbot_tui.views.panel import muted, problem_line, untold
from gunbot_tui.views.run import trades_nothing
from gunbot_tui.views.trade import counted

COLUMNS = (
    Column("time", "time", 11, rank=5),
    Column("pair", "pair", 17),
    Column("side", "side", 4),
    Column("type", "type", 10, rank=7),
    Column("price", "price", 10, Align.RIGHT, rank=1),
    Column("stop", "stop", 10, Align.RIGHT, rank=6),
    Column("amount", "amount", 10, Align.RIGHT, rank=2),
    Column("filled", "filled", 10, Align.RIGHT, rank=9),
    Column("cost", "cost", 9, Align.RIGHT, rank=8),
    Column("origin", "by", 8, rank=4),
    Column("state", "state", 14),
    Column("id", "id", 10, rank=3),
    Column("pnl", "pnl", 9, Align.RIGHT, rank=10),
    Column("fee", "fee", 8, Align.RIGHT, rank=11),
)
LEAST_PAIR = 8
COINS = ("amount", "filled")
FLOAT_DIGITS = 15
"""So many digits of a bot's float are its own: what comes behind them is binary noise."""
WIDEST_COINS = FLOAT_DIGITS + 2
WIDE = 100
WIDE_STATE, WIDE_LOUD_STATE, WIDEST_STATE = 18, 24, 48
"""Where an order needs the user its state has room for what to know first: `2 orders match 1 intent`."""
LAST_RANK = 12
"""A column without a value on any row goes first."""

DEAL_RANKS = {"pnl": 0, "id": 6, "type": 9, "cost": 10}
"""Where trades are told, what they gained counts for more."""

ORIGIN_TONE = {Origin.ME: Tone.OURS, Origin.STRATEGY: Tone.MUTED, Origin.UNKNOWN: Tone.WARN}


def columns(width: int, shown: Sequence[Row] = (), *, has_deals: bool = False) -> tuple[Column, ...]:
    """The columns for these rows: the pair as wide as its names, amounts as wide as their digits, the state as wide as
    `width` cells leave room for.
    """
    at = {column.key: index for index, column in enumerate(COLUMNS)}
    widest = {key: max((fmt.width(row.cells[at[key]].text) for row in shown), default=0) for key in ("pair", *COINS)}
    has_stop = any(row.cells[at["stop"]].sort is not None for row in shown)
    ranks = DEAL_RANKS if has_deals else {}
    sized = [replace(column, rank=ranks.get(column.key, column.rank)) for column in COLUMNS]
    sized[at["pair"]] = replace(sized[at["pair"]], width=min(max(widest["pair"], LEAST_PAIR), sized[at["pair"]].width))
    for key in COINS:
        # A number is typed back: not one of its digits is left out.
        sized[at[key]] = replace(sized[at[key]], width=min(max(widest[key], sized[at[key]].width), WIDEST_COINS))
    if not has_stop:
        sized[at["stop"]] = replace(sized[at["stop"]], rank=LAST_RANK)
    if width >= WIDE:
        is_loud = any(row.cells[at["state"]].tone is Tone.ALERT for row in shown)
        sized[at["state"]] = replace(sized[at["state"]], width=WIDE_LOUD_STATE if is_loud else WIDE_STATE)
    kept = [sized[index] for index in fitting(tuple(sized), width)]
    spare = max(0, width - sum(column.width + 1 for column in kept) + 1)
    state = sized[at["state"]]
    sized[at["state"]] = replace(state, width=min(WIDEST_STATE, state.width + spare))
    return tuple(sized)


def rows(entries: Sequence[Entry], snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """The entries as text, in their order."""
    known = pairs_view.statuses(snapshot)
    places = {status.pair.key: pairs_view.decimals(status) for status in known}
    names = pairs_view.labels(tuple(status.pair for status in known))
    return tuple(
        _row(entry, names.get(entry.pair.key, entry.pair.name), places.get(entry.pair.key, 0), now) for entry in entries
    )


def page_feed(snapshot: Snapshot, page: int) -> Feed[DealPage] | Feed[HistoryPage]:
    """The page of what is over, as the bot tells it: closed trades, or executions."""
    return snapshot.closed(page) if snapshot.capabilities.has_deals else snapshot.history(page)


def last_page(snapshot: Snapshot, page: int) -> int | None:
    """The number of the history's last page, counted from 0, by what was read of it; None before the first read."""
    first = page_feed(snapshot, 0).value
    history = page_feed(snapshot, page).value or first
    match history:
        case None:
            return None
        case HistoryPage(total=None):
            return page if history.is_last else page + 1
        case HistoryPage():
            size, total = len((snapshot.history(0).value or history).trades), history.total
        case DealPage():
            size, total = len((snapshot.closed(0).value or history).deals), history.total
    return max(1, ceil((total or 0) / (size or 1))) - 1


@dataclass(frozen=True, slots=True)
class Marks:
    """How many rows are marked, and of them: what can't be cancelled, and what the filter hides."""

    all: int = 0
    over: int = 0
    hidden: int = 0

    def __str__(self) -> str:
        notes = [f"{self.over} can't be cancelled"] if self.over else []
        notes += [f"{self.hidden} hidden by the filter"] if self.hidden else []
        return f"{self.all} marked" + (f" ({', '.join(notes)})" if notes else "")


NO_MARKS = Marks()


def title(snapshot: Snapshot, page: int = 0, marks: Marks = NO_MARKS) -> Line:
    """How many orders work, are unknown and are marked, and which page of the history this is."""
    loud, history = unknown(snapshot), page_feed(snapshot, page).value
    working = pairs_view.working_text(snapshot)
    spans = [Span(working), Span(" · "), Span(f"{loud} unknown", Tone.ALERT if loud else Tone.PLAIN)]
    if marks.all:
        spans.append(Span(f" · {marks}", Tone.STRONG))
    last = last_page(snapshot, page)
    has_deals = snapshot.capabilities.has_deals
    if has_deals and snapshot.pairs.value is not None and not trades_nothing(snapshot):
        spans.append(Span(f" · {counted(sum(deal.amount > 0 for deal in snapshot.deals), 'trade', 'trades')} open"))
    if last is not None and page > last:
        spans.append(Span(f" · page {page + 1}: older orders of ours", Tone.MUTED))
    elif last is not None:
        count = f", {history.total} trades" if history is not None and history.total is not None else ""
        name = "closed" if has_deals else "history"
        spans.append(Span(f" · {name} page {page + 1} of {last + 1}{count}", Tone.MUTED))
    return tuple(spans)


def unknown(snapshot: Snapshot) -> int:
    """How many orders and cancels of ours wait for proof or for the user."""
    return sum(intent.state in LOUD for intent in snapshot.intents)


def why_not_cancel(entry: Entry) -> str:
    """Why an order can't be cancelled; empty when it can."""
    if entry.cancel_id:
        return ""
    if entry.is_deal:
        return "this is a trade: s sells its coins, and x on one of its working orders cancels that"
    if entry.order is not None:
        return "the bot gave no exact id for this order: cancel it on the exchange"
    if entry.intent is not None and entry.intent.is_placement and entry.intent.state.is_open:
        return "the bot does not show this order any more: r reads again"
    return "this can't be cancelled: it is over, or a cancel itself"


def empty(snapshot: Snapshot, now: datetime, page: int = 0) -> Line:
    """What the screen says without rows."""
    history = page_feed(snapshot, page)
    if page and history.value is None:
        return problem_line(history, now, snapshot.link) or muted(f"reading page {page + 1} of the history …")
    if snapshot.pairs.value is None and history.value is None:
        never = untold(snapshot, Kind.CLOSED) if snapshot.capabilities.has_deals else None
        return never or problem_line(snapshot.pairs, now, snapshot.link) or muted("reading the orders …")
    if page:
        return muted("nothing is this old: + goes to newer orders")
    refusal = snapshot.capabilities.why_not(Capability.PLACE_ORDER)
    return muted(f"no orders: {refusal or 'b opens a buy ticket for the selected pair, s a sell ticket'}")


def _row(entry: Entry, label: str, places: int, now: datetime) -> Row:
    cents = fmt.money_decimals(entry.pair.money)
    cost = None if entry.price is None else float(entry.price) * float(entry.amount)
    seconds = entry.at.timestamp() if entry.at else None
    return Row(
        entry.key,
        (
            Cell(fmt.moment(entry.at, now), Tone.MUTED, seconds),
            Cell(label, sort=f"{entry.pair.name} {entry.pair.exchange}"),
            Cell(entry.side.value, pairs_view.SIDE_TONE[entry.side], entry.side.value),
            Cell(entry.type, Tone.MUTED, entry.type),
            Cell("market" if entry.price is None else _price(entry.price, places), sort=_float(entry.price)),
            Cell(fmt.NOTHING if entry.stop is None else _price(entry.stop, places), sort=_float(entry.stop)),
            Cell(_coins(entry.amount), sort=_float(entry.amount)),
            Cell(_coins(entry.filled), sort=_float(entry.filled)),
            Cell(fmt.within(cost, cents, 9), sort=cost),
            Cell(entry.origin.value, ORIGIN_TONE[entry.origin], entry.origin.value),
            Cell(entry.state, entry.tone, entry.state),
            Cell(entry.id or fmt.NOTHING, Tone.MUTED, entry.id or None),
            Cell(fmt.within(entry.pnl, cents, 9, sign=True), pairs_view.gain(entry.pnl), entry.pnl),
            Cell(fmt.within(entry.fee, cents, 8), sort=entry.fee),
        ),
    )


def _price(value: Decimal | float, places: int) -> str:
    return fmt.price(value, max(places, fmt.price_decimals(value)))


def _coins(value: Decimal | float | None) -> str:
    return fmt.number(value) if isinstance(value, Decimal) else fmt.amount(value, FLOAT_DIGITS)


def _float(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
