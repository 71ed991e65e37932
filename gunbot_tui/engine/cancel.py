"""Which orders a cancel means now: an exact, frozen list, taken from the youngest record of each order.

A cancel by id may be any order of the account; `cancel all` takes only those that came from here.
"""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches

from gunbot_tui.engine.gate import reasons_against
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.model.trading import OpenOrder

SHOWN_BY = "5 shows the orders"
NOT_OURS = "the bot's own order: its strategy may place it again"


def preview_cancel(draft: CancelDraft, snapshot: Snapshot, now: datetime) -> CancelPreview:
    """The cancels that the draft would send at this moment, or why none."""
    orders = _open_orders(snapshot)
    if draft.scope is CancelScope.ONE:
        found = [order for order in orders if order.id == draft.id and draft.pair in (None, order.pair)]
        reason = _why_not_one(draft, found, orders)
        warnings = () if all(order.id in snapshot.our_ids(order.pair) for order in found) else (NOT_OURS,)
    else:
        ours = _our_ids(draft, snapshot)
        found = [order for order in orders if order.pair == draft.pair and order.id in ours]
        left_out = _waiting(draft, snapshot, named={order.id for order in found})
        reason = None if found else _why_none(draft, left_out)
        warnings = (
            (f"not among them: {left_out} of ours that the bot has not shown yet, 5 shows which",) if left_out else ()
        )
    blocks = reasons_against(snapshot, Capability.CANCEL_ORDER)
    if reason is not None:
        return CancelPreview(draft, (), now, (*blocks, reason))
    commands = tuple(CancelOrder(order.pair, order.id, order.side, order.price, order.amount) for order in found)
    return CancelPreview(draft, commands, now, blocks, warnings)


def _open_orders(snapshot: Snapshot) -> list[OpenOrder]:
    """All orders on the exchanges that can be named exactly, as last seen."""
    return [order for status in snapshot.statuses for order in status.open_orders or () if order.id]


def _why_not_one(draft: CancelDraft, found: list[OpenOrder], orders: list[OpenOrder]) -> str | None:
    if len(found) == 1:
        return None
    if found:
        keys = ", ".join(order.pair.key for order in found)
        return f"{len(found)} orders have the id {draft.id}: name the pair too, one of {keys}"
    near = get_close_matches(draft.id, [order.id for order in orders], n=3)
    return f"no open order {draft.id}: " + (f"near it are {', '.join(near)}" if near else SHOWN_BY)


def _our_ids(draft: CancelDraft, snapshot: Snapshot) -> set[str]:
    working = {IntentState.WORKING, IntentState.PARTLY_FILLED}
    return {
        intent.order_id
        for intent in snapshot.intents
        if intent.is_placement and intent.pair == draft.pair and intent.order_id and intent.state in working
    }


def _waiting(draft: CancelDraft, snapshot: Snapshot, *, named: set[str]) -> int:
    """How many of our orders on the pair may exist beside those that can be named."""
    placements = (intent for intent in snapshot.intents if intent.is_placement and intent.pair == draft.pair)
    return sum(intent.state.is_open and intent.order_id not in named for intent in placements)


def _why_none(draft: CancelDraft, waiting: int) -> str:
    name = draft.pair.name if draft.pair else "the pair"
    if waiting:
        return f"none of our orders on {name} can be cancelled yet, {waiting} not shown by the bot so far: {SHOWN_BY}"
    return f"no order of ours works on {name}: {SHOWN_BY}"
