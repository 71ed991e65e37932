"""A cancel with what the bot last said about its order, because it is refused or misunderstood with anything older."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.engine.deal_cancel import with_deal
from gunbot_tui.engine.evidence import Evidence
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot


def freshest(command: CancelOrder, snapshot: Snapshot) -> CancelOrder:
    """The cancel with id, price and amount from the youngest record; as it was where the bot shows no such order."""
    ours = next((intent for intent in snapshot.intents if command.of and intent.id == command.of), None)
    if not command.id and ours is not None and ours.order_id and ours.state.is_open:
        command = replace(command, id=ours.order_id)
    command = with_deal(command, snapshot)
    shown = Evidence.of(snapshot, command.pair).order(command.id)
    if (
        shown is None
        or shown.side is not command.side
        or (shown.price, shown.amount) == (command.price, command.amount)
    ):
        return command
    return replace(command, price=shown.price, amount=shown.amount)


def why_not_exact(command: CancelOrder, snapshot: Snapshot) -> str | None:
    """Why the cancel does not name exactly one order, or None."""
    if not command.id:
        return _why_not_wait(command, snapshot)
    seen = Evidence.of(snapshot, command.pair)
    shown = seen.order(command.id)
    if shown is None and command.deal and seen.orders is not None:
        # The request names the trade: it would take off whatever rests there by now.
        return f"order {command.id} is not open at trade #{command.deal} any more: look again"
    if shown is not None and shown.side is not command.side:
        return f"order {command.id} is a {shown.side} now: look again before cancelling it"
    price, amount = command.price, command.amount
    if not (price.is_finite() and amount.is_finite()) or price < 0 or amount <= 0:
        return f"price or amount of order {command.id} is not known exactly: look again before cancelling it"
    return None


def _why_not_wait(command: CancelOrder, snapshot: Snapshot) -> str | None:
    if not command.of:
        return "the bot gave no exact id for this order"
    order = next((intent for intent in snapshot.intents if intent.id == command.of), None)
    if order is None or not order.is_placement or not order.state.is_open:
        return "its order is not open any more: there is nothing to cancel"
    for intent in snapshot.intents:
        waiting = intent.command
        if intent.state is IntentState.WAITING and isinstance(waiting, CancelOrder) and waiting.of == command.of:
            return f"a cancel of {order.short_id} waits for its order already"
    return None
