"""The Orders screen, one blotter: what needs the user first, then what works, then what is over.

An order of the bot that one of our intents became is one row, and a cancel of ours is the state of the order it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, Side, Trade
from gunbot_tui.views import core
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone, fitting
from gunbot_tui.views.panel import muted, problem_line
from gunbot_tui.views.ticket import command_text

COLUMNS = (
    Column("time", "time", 11, rank=4),
    Column("pair", "pair", 17),
    Column("side", "side", 4),
    Column("type", "type", 6, rank=9),
    Column("price", "price", 10, Align.RIGHT, rank=1),
    Column("amount", "amount", 10, Align.RIGHT, rank=2),
    Column("filled", "filled", 10, Align.RIGHT, rank=7),
    Column("cost", "cost", 9, Align.RIGHT, rank=5),
    Column("origin", "by", 3, rank=3),
    Column("state", "state", 14),
    Column("id", "id", 10, rank=6),
    Column("pnl", "pnl", 9, Align.RIGHT, rank=8),
    Column("fee", "fee", 8, Align.RIGHT, rank=10),
)
WIDEST_STATE = 48

LOUD = (IntentState.UNKNOWN, IntentState.AMBIGUOUS)
FINISHED_SHOWN = 50
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row before it is text: what is known of an order, wherever it is known from."""

    key: str
    pair: Pair
    side: Side
    price: Decimal | float | None
    amount: Decimal | float
    at: datetime | None
    state: str
    tone: Tone
    is_ours: bool
    type: str = OrderType.LIMIT.value
    id: str = ""
    filled: Decimal | float | None = None
    pnl: float | None = None
    fee: float | None = None


def columns(width: int) -> tuple[Column, ...]:
    """The columns with the state as wide as `width` cells leave room for."""
    kept = [COLUMNS[index] for index in fitting(COLUMNS, width)]
    spare = width - sum(column.width + 1 for column in kept) + 1
    return tuple(
        replace(column, width=min(WIDEST_STATE, column.width + max(0, spare))) if column.key == "state" else column
        for column in COLUMNS
    )


def rows(snapshot: Snapshot, now: datetime, page: int = 0) -> tuple[Row, ...]:
    """All orders: unknown ones, working ones, then a page of history; later pages are history alone."""
    current = (*_working(snapshot), *_over(snapshot)) if page == 0 else tuple(_trades(snapshot, page))
    known = pairs_view.statuses(snapshot)
    places = {status.pair.key: pairs_view.decimals(status) for status in known}
    names = pairs_view.labels(tuple(status.pair for status in known))
    return tuple(
        _row(entry, names.get(entry.pair.key, entry.pair.name), places.get(entry.pair.key, 0), now) for entry in current
    )


def order(snapshot: Snapshot, key: str) -> OpenOrder | None:
    """The working order behind a row; None when there is none that could be cancelled."""
    intent_id = key.removeprefix("intent:")
    ours = next(((intent.pair.key, intent.order_id) for intent in snapshot.intents if intent.id == intent_id), None)
    for candidate in _open_orders(snapshot):
        if candidate.id and ((candidate.pair.key, candidate.id) == ours or _order_key(candidate) == key):
            return candidate
    return None


def pair(snapshot: Snapshot, key: str, page: int = 0) -> Pair | None:
    """The pair of a row."""
    entries = (*_working(snapshot), *_over(snapshot), *_trades(snapshot, page))
    return next((entry.pair for entry in entries if entry.key == key), None)


def title(snapshot: Snapshot, page: int = 0) -> Line:
    """How many orders work and are unknown, and which page of the history this is."""
    loud, history = unknown(snapshot), snapshot.history(page).value
    text = f"{fmt.number(pairs_view.working(snapshot))} working"
    spans = [Span(text), Span(" · "), Span(f"{loud} unknown", Tone.ALERT if loud else Tone.PLAIN)]
    if history is not None:
        size = len((snapshot.history(0).value or history).trades) or 1
        last = max(1, ceil(history.total / size), page + 1)
        spans.append(Span(f" · history page {page + 1} of {last}, {history.total} trades", Tone.MUTED))
    return tuple(spans)


def unknown(snapshot: Snapshot) -> int:
    """How many orders and cancels of ours wait for proof or for the user."""
    return sum(intent.state in LOUD for intent in snapshot.intents)


def detail(snapshot: Snapshot, key: str, now: datetime) -> tuple[Line, ...]:
    """The life of one of our orders and what can be done about it; nothing for the bot's own."""
    intent = _told(snapshot, key)
    if intent is None:
        return ()
    state, tone = _state(intent, snapshot)
    head = (
        Span(f" {command_text(intent.command)} ", Tone.STRONG),
        Span(f"confirmed {fmt.moment(intent.created_at, now)} · ", Tone.MUTED),
        Span(state, tone),
    )
    absent = muted(f" :settle {intent.short_id} absent says that it never arrived")
    match intent.state:
        case IntentState.UNKNOWN:
            reason = intent.reason or "no proof either way"
            return (head, muted(f" {reason}: look at the exchange before doing it again"), absent)
        case IntentState.AMBIGUOUS:
            return (head, _which(snapshot, intent), absent)
        case IntentState.HANDED_OVER if core.late_seconds(snapshot, intent):
            known = pairs_view.status(snapshot, intent.pair)
            notice = f"the bot says: {known.notices[0]}" if known and known.notices else "look at the exchange"
            return (head, muted(f" {notice}"), absent)
        case _:
            return (head, muted(f" {intent.reason}")) if intent.reason else (head,)


def empty(snapshot: Snapshot, now: datetime) -> Line:
    """What the screen says without rows."""
    if snapshot.pairs.value is None and snapshot.history().value is None:
        return problem_line(snapshot.pairs, now, snapshot.link) or muted("reading the orders …")
    return muted("no orders: b opens a buy ticket for the selected pair, s a sell ticket")


def _working(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Loud ones first, then newest first."""
    ours = _ours(snapshot)
    resting = list(_open_orders(snapshot))
    shown = {(order.pair.key, order.id) for order in resting if order.id}
    entries = [_resting(order, ours.get((order.pair.key, order.id)), snapshot) for order in resting]
    entries += [
        _intended(intent, snapshot)
        for intent in snapshot.intents
        if intent.state.is_open and (intent.pair.key, intent.order_id or intent.cancels) not in shown
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.tone is Tone.ALERT, entry.at or NEVER), reverse=True))


def _over(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Trades and our orders that ended without one, newest first."""
    trades = list(_trades(snapshot, 0))
    told = {(entry.pair.key, entry.id) for entry in trades if entry.id}
    told |= {(order.pair.key, order.id) for order in _open_orders(snapshot) if order.id}
    ended = [
        _intended(intent, snapshot)
        for intent in snapshot.intents
        if intent.is_placement and not intent.state.is_open and (intent.pair.key, intent.order_id) not in told
    ]
    merged = [*trades, *ended[:FINISHED_SHOWN]]
    return tuple(sorted(merged, key=lambda entry: entry.at or NEVER, reverse=True))


def _open_orders(snapshot: Snapshot) -> Iterable[OpenOrder]:
    return (order for status in pairs_view.statuses(snapshot) for order in status.open_orders or ())


def _ours(snapshot: Snapshot) -> dict[tuple[str, str], Intent]:
    """Our placements by pair key and exchange id, as far as the id is known."""
    placements = (intent for intent in snapshot.intents if intent.is_placement and intent.order_id)
    return {(intent.pair.key, intent.order_id): intent for intent in placements}


def _cancel_of(order: OpenOrder, snapshot: Snapshot) -> Intent | None:
    """Our newest cancel of an order."""
    if not order.id:
        return None
    cancels = (intent for intent in snapshot.intents if intent.cancels == order.id and intent.pair == order.pair)
    return next(cancels, None)


def _told(snapshot: Snapshot, key: str) -> Intent | None:
    """The intent that a row's detail is about: our order, or the cancel that is unclear or late."""
    shown = order(snapshot, key)
    cancel = _cancel_of(shown, snapshot) if shown is not None else None
    if cancel is not None and (cancel.state in LOUD or core.late_seconds(snapshot, cancel)):
        return cancel
    return next((intent for intent in snapshot.intents if f"intent:{intent.id}" == key), None)


def _which(snapshot: Snapshot, intent: Intent) -> Line:
    """How to say which order an intent became, with the numbers of those that it may be."""
    history = snapshot.history().value
    shown: list[OpenOrder | Trade] = [*_open_orders(snapshot), *(history.trades if history else ())]
    side = (intent.pair.key, intent.command.side)
    new = {each.id for each in shown if (each.pair.key, each.side) == side}
    claimed = {id for key, id in _ours(snapshot) if key == intent.pair.key}
    numbers = sorted(new - intent.known_ids - claimed - {""})
    if not numbers:
        return muted(f" {intent.reason or 'several orders look like it'}")
    return muted(f" :settle {intent.short_id} {' or '.join(numbers)} says which order it became")


def _order_key(order: OpenOrder) -> str:
    """The identity of the bot's order; one without an exact id is told by what it is."""
    return f"order:{order.pair.exchange}/{order.id or f'{order.pair.native} {order.side} {order.price} {order.amount}'}"


def _resting(order: OpenOrder, intent: Intent | None, snapshot: Snapshot) -> Entry:
    cancel = _cancel_of(order, snapshot)
    text, tone = ("working", Tone.PLAIN) if intent is None else _state(intent, snapshot)
    if cancel is not None:
        text, tone = _cancelling(cancel, snapshot, text, tone)
    elif not order.id:
        text = "working · its id is not exact: cancel it on the exchange"
    command = intent.command if intent else None
    return Entry(
        f"intent:{intent.id}" if intent else _order_key(order),
        order.pair,
        order.side,
        order.price,
        command.amount if command else order.amount,
        order.placed_at or (intent.created_at if intent else None),
        text,
        tone,
        intent is not None,
        id=order.id,
        filled=Decimal(intent.filled) if intent else None,
    )


def _intended(intent: Intent, snapshot: Snapshot) -> Entry:
    """An intent that no working order of the bot stands for."""
    text, tone = _state(intent, snapshot)
    command = intent.command
    is_market = isinstance(command, PlaceOrder) and command.type is OrderType.MARKET
    return Entry(
        f"intent:{intent.id}",
        intent.pair,
        command.side,
        None if is_market else command.price,
        command.amount,
        intent.created_at,
        text if intent.is_placement else f"cancel {text}",
        tone,
        True,
        type=OrderType.MARKET.value if is_market else OrderType.LIMIT.value if intent.is_placement else "cancel",
        id=intent.order_id or intent.cancels or intent.short_id,
        filled=Decimal(intent.filled) if intent.is_placement else None,
    )


def _trades(snapshot: Snapshot, page: int) -> Iterable[Entry]:
    history = snapshot.history(page).value
    ours = _ours(snapshot)
    seen: dict[str, int] = {}
    for trade in history.trades if history else ():
        key = f"trade:{trade.pair.key}/{trade.id}"
        seen[key] = seen.get(key, 0) + 1
        yield _traded(trade, ours.get((trade.pair.key, trade.id)), f"{key}/{seen[key]}")


def _traded(trade: Trade, intent: Intent | None, key: str) -> Entry:
    command = intent.command if intent else None
    type_ = command.type.value if isinstance(command, PlaceOrder) else fmt.NOTHING
    return Entry(
        key,
        trade.pair,
        trade.side,
        trade.price,
        trade.amount,
        trade.at,
        "filled",
        Tone.MUTED,
        intent is not None,
        type=type_,
        id=trade.id,
        filled=trade.amount,
        pnl=trade.pnl,
        fee=trade.fee,
    )


def _state(intent: Intent, snapshot: Snapshot) -> tuple[str, Tone]:
    """Where one of our intents stands, and how loud to say it."""
    match intent.state:
        case IntentState.WAITING:
            return "waits for its order to show", Tone.WARN
        case IntentState.SENDING:
            return "sending", Tone.WARN
        case IntentState.HANDED_OVER:
            return core.waiting(snapshot, intent), Tone.WARN if core.late_seconds(snapshot, intent) else Tone.OURS
        case IntentState.UNKNOWN:
            return f"UNKNOWN {intent.short_id} · :settle {intent.short_id} absent", Tone.ALERT
        case IntentState.AMBIGUOUS:
            return f"AMBIGUOUS {intent.short_id}: {intent.reason or 'several orders look like it'}", Tone.ALERT
        case IntentState.WORKING | IntentState.PARTLY_FILLED:
            return intent.state.value, Tone.OURS
        case IntentState.NOT_SENT | IntentState.BLOCKED | IntentState.REFUSED | IntentState.MISSING:
            return f"{intent.state.value}: {intent.reason}" if intent.reason else intent.state.value, Tone.WARN
        case IntentState.FILLED | IntentState.CANCELLED:
            return intent.state.value, Tone.MUTED


def _cancelling(cancel: Intent, snapshot: Snapshot, text: str, tone: Tone) -> tuple[str, Tone]:
    """The state of an order that we asked to cancel."""
    match cancel.state:
        case IntentState.HANDED_OVER:
            state, tone = _state(cancel, snapshot)
            return f"cancel handed over · {state}", tone
        case IntentState.SENDING | IntentState.UNKNOWN | IntentState.AMBIGUOUS:
            state, loud = _state(cancel, snapshot)
            return f"cancel {state}", loud
        case IntentState.REFUSED | IntentState.NOT_SENT:
            return f"{text} · cancel {_state(cancel, snapshot)[0]}", Tone.WARN
        case _:
            return text, tone


def _row(entry: Entry, label: str, places: int, now: datetime) -> Row:
    cents = fmt.money_decimals(entry.pair.money)
    cost = None if entry.price is None else float(entry.price) * float(entry.amount)
    price = "market" if entry.price is None else fmt.price(entry.price, max(places, fmt.price_decimals(entry.price)))
    seconds = entry.at.timestamp() if entry.at else None
    return Row(
        entry.key,
        (
            Cell(fmt.moment(entry.at, now), Tone.MUTED, seconds),
            Cell(label, sort=f"{entry.pair.name} {entry.pair.exchange}"),
            Cell(entry.side.value, pairs_view.SIDE_TONE[entry.side], entry.side.value),
            Cell(entry.type, Tone.MUTED, entry.type),
            Cell(price, sort=_float(entry.price)),
            Cell(_coins(entry.amount), sort=_float(entry.amount)),
            Cell(_coins(entry.filled), sort=_float(entry.filled)),
            Cell(fmt.within(cost, cents, 9), sort=cost),
            Cell("me" if entry.is_ours else "bot", Tone.OURS if entry.is_ours else Tone.MUTED, entry.is_ours),
            Cell(entry.state, entry.tone, entry.state),
            Cell(entry.id or fmt.NOTHING, Tone.MUTED, entry.id or None),
            Cell(fmt.within(entry.pnl, cents, 9, sign=True), pairs_view.gain(entry.pnl), entry.pnl),
            Cell(fmt.within(entry.fee, cents, 8), sort=entry.fee),
        ),
    )


def _coins(value: Decimal | float | None) -> str:
    return fmt.number(value) if isinstance(value, Decimal) else fmt.amount(value, 8)


def _float(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)
