"""A cancel of an order that the bot has not shown yet: it waits for the one match, and is sent then or never.

It ends by itself when its order ends, when all sending is halted, and after the time in which an order is looked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gunbot_tui.engine.freshest import freshest
from gunbot_tui.engine.reconcile import HORIZON
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot

AT_WORK = (IntentState.WORKING, IntentState.PARTLY_FILLED)
DROPPED = "dropped by the halt"
NEVER_CAME = (IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED, IntentState.MISSING)


def judge_waiting(cancel: Intent, intents: tuple[Intent, ...], snapshot: Snapshot, now: datetime) -> Intent:
    """The waiting cancel as it stands now: `SENDING` when it is to be sent, ended, or the same object."""
    command = cancel.command
    if not isinstance(command, CancelOrder) or cancel.state is not IntentState.WAITING:
        return cancel
    if snapshot.halted:
        return _ended(cancel, IntentState.NOT_SENT, DROPPED, now)
    order = next((intent for intent in intents if intent.id == command.of), None)
    if order is None:
        return _ended(cancel, IntentState.NOT_SENT, "its order is not among ours", now)
    if order.state in AT_WORK and order.order_id:
        exact = freshest(replace(command, id=order.order_id), snapshot)
        return replace(cancel, command=exact, state=IntentState.SENDING, updated_at=now)
    if order.state is IntentState.FILLED:
        return _ended(cancel, IntentState.FILLED, "already filled: there was nothing to cancel", now)
    if order.state is IntentState.CANCELLED:
        return _ended(cancel, IntentState.CANCELLED, order.reason, now)
    if order.state in NEVER_CAME:
        return _ended(cancel, IntentState.NOT_SENT, f"its order was {order.state}: there was nothing to cancel", now)
    if now - cancel.created_at >= HORIZON:
        minutes = HORIZON.seconds // 60
        return _ended(cancel, IntentState.NOT_SENT, f"the bot has not shown its order in {minutes} minutes", now)
    return cancel


def _ended(cancel: Intent, state: IntentState, reason: str, now: datetime) -> Intent:
    return replace(cancel, state=state, reason=reason, updated_at=now)
