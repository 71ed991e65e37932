"""The blotter's rows before they are text: orders of the bot and ours, each once.

An order of the bot that one of our intents became is one entry; a cancel of ours is the state of the order it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, Trade
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.deal_entries import closed_deals, deal_behind, open_deals, order_ids
from gunbot_tui.views.order_entry import TRADE, Entry
from gunbot_tui.views.order_origin import Claims, origin_of, origin_of_ours, type_of
from gunbot_tui.views.order_words import CANCEL_ENDED, cancelling, is_unlisted, state_of

NEVER = datetime.min.replace(tzinfo=UTC)
FAILED = (IntentState.REFUSED, IntentState.NOT_SENT, IntentState.MISSING)


def entries(snapshot: Snapshot, page: int = 0, older: Iterable[Intent] = ()) -> tuple[Entry, ...]:
    """What needs the user, what works, what is over.

    A later page is one of the bot's history, and as `older` one of our own orders that are not in the snapshot.
    """
    claims = Claims.of(snapshot, older)
    has_deals = snapshot.capabilities.has_deals
    trades = closed_deals(snapshot, page, claims) if has_deals else list(_trades(snapshot, page, claims))
    if page:
        return _newest_first([*trades, *_ended(older, snapshot, claims)])
    working = _working(snapshot, claims)
    deals = _newest_first(open_deals(snapshot, claims)) if has_deals else ()
    told = {(entry.pair.key, entry.id) for entry in trades if entry.deal is None}
    told |= order_ids((*snapshot.deals, *(entry.deal for entry in trades if entry.deal is not None)))
    told |= {(order.pair.key, order.id) for order in _resting_orders(snapshot)}
    kept = {entry.cancel.id for entry in working if entry.cancel is not None}
    over = [
        intent
        for intent in snapshot.intents
        if (
            _is_cut_short(intent)
            or not told & {(intent.pair.key, id) for id in (intent.order_id, intent.leg_id, intent.cancels) if id}
        )
        and intent.id not in kept
    ]
    return (*working, *deals, *_newest_first([*trades, *_ended(over, snapshot, claims)]))


def entry_of(intent: Intent, snapshot: Snapshot) -> Entry:
    """One of our intents by itself, such as one from long ago."""
    claims = Claims.of(snapshot, (intent,))
    shown = [order for order in _resting_orders(snapshot) if claims.behind(order.pair, order.id) is intent]
    return _resting(f"intent:{intent.id}", shown, snapshot, claims) if shown else _intended(intent, snapshot, claims)


def _working(snapshot: Snapshot, claims: Claims) -> tuple[Entry, ...]:
    """Loud ones first, then newest first; the two exchange orders of an OCO are one."""
    resting: dict[str, list[OpenOrder]] = {}
    for order in _resting_orders(snapshot):
        resting.setdefault(_key(order, claims, len(resting)), []).append(order)
    shown = {(order.pair.key, order.id) for orders in resting.values() for order in orders if order.id}
    found = [_resting(key, orders, snapshot, claims) for key, orders in resting.items()]
    waiting = [intent for intent in snapshot.intents if intent.state.is_open and f"intent:{intent.id}" not in resting]
    found += [_intended(intent, snapshot, claims) for intent in waiting if intent.is_placement]
    kept = {entry.cancel.id for entry in found if entry.cancel is not None}
    found += [
        _intended(intent, snapshot, claims)
        for intent in waiting
        if not intent.is_placement and intent.id not in kept and (intent.pair.key, intent.cancels) not in shown
    ]
    return tuple(sorted(found, key=lambda entry: (entry.tone is Tone.ALERT, entry.at or NEVER), reverse=True))


def _ended(intents: Iterable[Intent], snapshot: Snapshot, claims: Claims) -> list[Entry]:
    """Those that are over: orders however they ended, cancels that came to nothing."""
    return [
        _intended(intent, snapshot, claims)
        for intent in intents
        if not intent.state.is_open and (intent.is_placement or intent.state in FAILED)
    ]


def _is_cut_short(intent: Intent) -> bool:
    """True for an order of ours that was cancelled after a part of it: its trades alone would look like the whole."""
    return intent.is_placement and intent.state is IntentState.CANCELLED and Decimal(intent.filled) > 0


def _newest_first(found: list[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(found, key=lambda entry: entry.at or NEVER, reverse=True))


def _resting_orders(snapshot: Snapshot) -> Iterable[OpenOrder]:
    return (order for status in pairs_view.statuses(snapshot) for order in status.open_orders or ())


def _key(order: OpenOrder, claims: Claims, place: int) -> str:
    """The identity of an order's row; one without an exact id is told by what it is and its place."""
    intent = claims.behind(order.pair, order.id)
    if intent is not None:
        return f"intent:{intent.id}"
    name = order.id or f"{order.side} {order.price} {order.amount} {place}"
    return f"order:{order.pair.key}/{name}"


def _resting(key: str, orders: list[OpenOrder], snapshot: Snapshot, claims: Claims) -> Entry:
    intent = claims.behind(orders[0].pair, orders[0].id)
    order = next((each for each in orders if intent is not None and each.id == intent.order_id), orders[0])
    command = intent.command if intent is not None and isinstance(intent.command, PlaceOrder) else None
    cancel = next((found for each in orders if (found := claims.cancel(each.pair, each.id))), None)
    text, tone = ("working", Tone.PLAIN) if intent is None else state_of(intent, snapshot)
    if cancel is not None:
        text, tone = cancelling(cancel, snapshot, text, tone)
    elif not order.id:
        text = "working · its id is not exact: cancel it on the exchange"
    origin, because = origin_of(order, claims) if intent is None else origin_of_ours(intent)
    is_oco = command is not None and command.type is OrderType.OCO
    return Entry(
        key,
        order.pair,
        order.side,
        command.price if command is not None and is_oco else order.price,
        command.amount if command else order.amount,
        order.placed_at or (intent.created_at if intent else None),
        text,
        tone,
        origin,
        because,
        type=type_of(command) if command else (OrderType.LIMIT if order.stop is None else OrderType.STOP_LIMIT).value,
        stop=command.stop if command is not None and command.stop is not None else order.stop,
        id=order.id,
        filled=Decimal(intent.filled) if intent else None,
        intent=intent,
        cancel=cancel,
        order=order,
        deal=deal_behind(snapshot, order.pair, order.id),
    )


def _intended(intent: Intent, snapshot: Snapshot, claims: Claims) -> Entry:
    """An intent that no working order of the bot stands for."""
    text, tone = state_of(intent, snapshot)
    command, cancel = intent.command, None
    if isinstance(command, CancelOrder):
        text, price, stop = f"cancel {CANCEL_ENDED.get(intent.state, text)}", command.price, None
    else:
        price, stop = command.price, command.stop
        cancel = claims.cancel(intent.pair, intent.order_id) or claims.cancel_on_sight(intent)
        if cancel is not None and intent.state.is_open:
            text, tone = cancelling(cancel, snapshot, text, tone)
    origin, because = origin_of_ours(intent)
    return Entry(
        f"intent:{intent.id}",
        intent.pair,
        command.side,
        None if isinstance(command, PlaceOrder) and command.type is OrderType.MARKET else price,
        command.amount,
        intent.created_at,
        text,
        tone,
        origin,
        because,
        type=type_of(command),
        stop=stop,
        id=intent.order_id or intent.cancels or intent.short_id,
        filled=Decimal(intent.filled) if intent.is_placement else None,
        intent=intent,
        cancel=cancel,
        is_unlisted=is_unlisted(intent, snapshot),
    )


def _trades(snapshot: Snapshot, page: int, claims: Claims) -> Iterable[Entry]:
    history = snapshot.history(page).value
    seen: dict[str, int] = {}
    for trade in history.trades if history else ():
        key = f"{TRADE}{trade.pair.key}/{trade.id}"
        seen[key] = seen.get(key, 0) + 1
        yield _traded(trade, f"{key}/{seen[key]}", claims)


def _traded(trade: Trade, key: str, claims: Claims) -> Entry:
    intent = claims.behind(trade.pair, trade.id)
    origin, because = origin_of(trade, claims) if intent is None else origin_of_ours(intent)
    return Entry(
        key,
        trade.pair,
        trade.side,
        trade.price,
        trade.amount,
        trade.at,
        "filled",
        Tone.MUTED,
        origin,
        because,
        type=type_of(intent.command) if intent else fmt.NOTHING,
        id=trade.id,
        filled=trade.amount,
        pnl=trade.pnl,
        fee=trade.fee,
        intent=intent,
    )
