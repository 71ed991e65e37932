"""Orders for other programs: names as the bot writes them, plain states, exact numbers, times with their zone.

Numbers are text, so that no program between here and the reader makes a binary fraction of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import IntentState
from gunbot_tui.views.export import Records, Value
from gunbot_tui.views.format import NOTHING
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_words import UNLISTED

FIELDS = (
    "time", "bot", "exchange", "pair", "coin", "money", "side", "type", "price", "stop", "stop_limit", "amount",
    "filled", "fee", "pnl", "origin", "state", "reason", "cancel", "id", "leg_id", "intent",
)  # fmt: skip


def order_records(entries: Iterable[Entry], bot: str) -> Records:
    """The entries in their order; `pair` is the bot's own name, `cancel` is how far our newest cancel of it came."""
    return Records(FIELDS, tuple(_line(entry, bot) for entry in entries))


def _line(entry: Entry, bot: str) -> tuple[Value, ...]:
    pair, intent = entry.pair, entry.intent
    command = intent.command if intent is not None and not entry.is_trade else None
    return (
        _time(entry.at),
        entry.bot or bot,
        pair.exchange,
        pair.native,
        pair.coin,
        pair.money,
        entry.side.value,
        None if entry.type == NOTHING else entry.type,
        _exact(entry.price),
        _exact(entry.stop),
        _exact(command.stop_limit) if isinstance(command, PlaceOrder) else None,
        _exact(entry.amount),
        _exact(entry.filled),
        _exact(entry.fee),
        _exact(entry.pnl),
        entry.origin.value,
        _state(entry),
        _reason(entry),
        entry.cancel.state.value if entry.cancel is not None else None,
        _number(entry),
        intent.leg_id or None if intent is not None else None,
        intent.id if intent is not None else None,
    )


def _state(entry: Entry) -> str:
    if entry.is_trade:
        return IntentState.FILLED.value
    if entry.is_deal and entry.deal is not None:
        return "open" if entry.deal.is_open else "closed"
    if entry.is_unlisted:
        return UNLISTED
    return (IntentState.WORKING if entry.intent is None else entry.intent.state).value


def _reason(entry: Entry) -> str | None:
    """What was said against an order of ours, or why a trade was closed."""
    if entry.is_deal and entry.deal is not None:
        return None if entry.deal.is_open else entry.deal.exit_reason or None
    return entry.intent.reason or None if entry.intent is not None else None


def _number(entry: Entry) -> str | None:
    """The exchange's id; one of ours that has none yet is told by its intent."""
    if entry.order is not None or entry.is_trade or entry.intent is None:
        return entry.id or None
    return entry.intent.order_id or entry.intent.cancels or None


def _exact(value: Decimal | float | None) -> str | None:
    return None if value is None else f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
