"""Intents as rows and back, with what the limits add up beside them, and the orders of the exchange that they claim.

What may change in an intent's life stands in `_changing` alone, so that a new row and a later one can't differ.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from decimal import Decimal

from gunbot_tui.engine.record import to_command, to_text
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState

COLUMNS = "id, command, state, created, updated, reason, order_id, leg_id, filled, funds, known_ids"
BY_NEWEST = "ORDER BY created DESC, id DESC LIMIT ?"

NEVER_MOVED = frozenset({IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED})


def insert(db: sqlite3.Connection, bot: str, intent: Intent, pid: int) -> None:
    """Write a new row; `pid` is the process that sends it."""
    command = intent.command
    row = {
        "id": intent.id,
        "short_id": intent.short_id.lower(),
        "bot": bot,
        "kind": "place" if intent.is_placement else "cancel",
        "pair": command.pair.key,
        "money": command.pair.money,
        "side": command.side,
        "created": to_column(intent.created_at),
        **_changing(intent, pid),
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO intents ({names}) VALUES ({marks})", row)  # noqa: S608 - the names are the keys above


def update(db: sqlite3.Connection, intent: Intent, pid: int) -> None:
    """Write where an intent stands now; `pid` as above."""
    row = _changing(intent, pid)
    changes = ", ".join(f"{name} = :{name}" for name in row)
    db.execute(f"UPDATE intents SET {changes} WHERE id = :id", {**row, "id": intent.id})  # noqa: S608 - as above


def select(db: sqlite3.Connection, where: str, *values: str | int) -> tuple[Intent, ...]:
    """The intents that a condition, which may end in BY_NEWEST, is true of."""
    query = f"SELECT {COLUMNS} FROM intents WHERE {where}"  # noqa: S608 - constants only
    return tuple(to_intent(row) for row in db.execute(query, values))


def to_intent(row: tuple[str, ...]) -> Intent:
    """The intent of a row's COLUMNS; raises ValueError naming it when it makes no sense."""
    identity, command, state, created, updated, reason, order_id, leg_id, filled, funds, known_ids = row
    try:
        return Intent(
            id=identity,
            command=to_command(command),
            state=IntentState(state),
            created_at=datetime.fromisoformat(created),
            updated_at=datetime.fromisoformat(updated),
            reason=reason,
            order_id=order_id,
            filled=filled,
            known_ids=frozenset(json.loads(known_ids)),
            leg_id=leg_id,
            funds=funds,
        )
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"the row of intent {identity} makes no sense: {error!r}") from error


def takes_foreign_order(db: sqlite3.Connection, bot: str, before: Intent | None, after: Intent) -> bool:
    """True when a placement would take an exchange order that is another's of the same bot and pair."""
    query = "SELECT 1 FROM claims WHERE bot = ? AND pair = ? AND order_id = ? AND intent <> ?"
    taken = _orders(after) - _orders(before)
    return any(db.execute(query, (bot, after.pair.key, order, after.id)).fetchone() for order in taken)


def claim(db: sqlite3.Connection, bot: str, before: Intent | None, after: Intent) -> None:
    """Keep a placement's exchange orders for it alone, and let go of those that it had before."""
    for order in _orders(before) - _orders(after):
        values = (bot, after.pair.key, order, after.id)
        db.execute("DELETE FROM claims WHERE bot = ? AND pair = ? AND order_id = ? AND intent = ?", values)
    for order in _orders(after) - _orders(before):
        values = (bot, after.pair.key, order, after.id)
        db.execute("INSERT OR IGNORE INTO claims (bot, pair, order_id, intent) VALUES (?, ?, ?, ?)", values)


def to_column(at: datetime) -> str:
    """A time whose text sorts as the time does."""
    return at.astimezone(UTC).isoformat()


def _orders(intent: Intent | None) -> set[str]:
    """The exchange orders that a placement became; a cancel has none of its own."""
    return {intent.order_id, intent.leg_id} - {""} if intent is not None and intent.is_placement else set()


def _changing(intent: Intent, pid: int) -> dict[str, str | int | None]:
    return {
        "command": to_text(intent.command),
        "state": intent.state,
        "updated": to_column(intent.updated_at),
        "reason": intent.reason,
        "order_id": intent.order_id,
        "leg_id": intent.leg_id,
        "filled": intent.filled,
        "funds": intent.funds,
        "known_ids": json.dumps(sorted(intent.known_ids)),
        "counted": _counted(intent),
        "pid": pid,
    }


def _counted(intent: Intent) -> str | None:
    """The money that it may have moved; None when it can have moved none, which is not the same as zero."""
    command, state = intent.command, intent.state
    if not isinstance(command, PlaceOrder) or state in NEVER_MOVED:
        return None
    if state is IntentState.MISSING and not intent.order_id:
        return None
    notional = command.notional
    if not notional.is_finite():
        raise ValueError(f"{notional} {command.pair.money} can't be counted")
    if state is IntentState.CANCELLED:
        notional *= Decimal(intent.filled) / command.amount
    return str(notional)
