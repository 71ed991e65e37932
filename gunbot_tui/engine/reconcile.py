"""What became of our orders, judged from what the bot shows: its working orders and its newest trades.

A match is the exact id once it is known, or else a unique equal among the orders that were not there before. Absence
alone never ends a placement that was never seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.claims import SURE, claim_all, doubt_all
from gunbot_tui.engine.evidence import TOLERANCE, Evidence, choices, funds_of, same, total
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import ROUNDING, Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot

CYCLE_SLACK = timedelta(minutes=2)
"""A bot's list of working orders may be this old when a cancel is pressed: fills within it count as not yet seen."""

GONE_AFTER = timedelta(seconds=5)
"""An order has left the book when two reads at least this far apart lack it."""

SECOND_THOUGHTS = timedelta(minutes=10)
"""So long a late trade still turns an order that left the book into a filled one."""

HORIZON = timedelta(minutes=10)
"""Whether an order that was handed over and has not been shown for so long ever arrived is anybody's guess."""

NEVER_SHOWN = f"handed over, but the bot has shown no such order in {HORIZON.seconds // 60} minutes"
FUNDS_MOVED = "funds moved, which proves nothing"
READ_WITHOUT = "without it"

PENDING_CANCEL = (IntentState.HANDED_OVER, IntentState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Watch:
    """When an order was last in the book, and since when it is not; read times of the book."""

    seen_at: datetime | None = None
    absent_since: datetime | None = None


Watches = Mapping[str, Watch]
"""By intent id; carried from one look to the next."""


def reconcile(
    intents: tuple[Intent, ...], snapshot: Snapshot, watches: Watches, now: datetime, *, is_whole: bool = False
) -> tuple[tuple[Intent, ...], Watches]:
    """The intents as the evidence leaves them, the unchanged ones as they were, and the watches for the next look.

    `is_whole` says that no other program's intent is missing here: only then an equal order too many is an alarm.
    """
    known: dict[str, Evidence] = {}

    def evidence_of(pair: Pair) -> Evidence:
        if pair.key not in known:
            known[pair.key] = Evidence.of(snapshot, pair)
        return known[pair.key]

    claimed = claim_all(intents, evidence_of, now)
    if is_whole:
        claimed = doubt_all(claimed, evidence_of, now)
    after: list[Intent] = []
    kept: dict[str, Watch] = {}
    for intent in claimed:
        if not _is_watched(intent, now):
            unseen = _judge_unseen(intent, snapshot, now)
            after.append(_told_absent(unseen, evidence_of(intent.pair), claimed, snapshot))
            continue
        evidence = evidence_of(intent.pair)
        watch = _watch(watches.get(intent.id, Watch()), evidence, intent)
        kept[intent.id] = watch
        if isinstance(intent.command, CancelOrder):
            after.append(_judge_cancel(intent, intent.command, evidence, watch, now))
        else:
            cancelled = _was_cancelled_by_us(intents, intent)
            after.append(_judge_order(intent, evidence, watch, now, cancelled=cancelled))
    return tuple(after), kept


def _is_watched(intent: Intent, now: datetime) -> bool:
    if isinstance(intent.command, CancelOrder):
        return intent.state in PENDING_CANCEL
    if not intent.order_id:
        return False
    recent = now - intent.updated_at < SECOND_THOUGHTS
    return intent.state.is_open or (intent.state in (IntentState.CANCELLED, IntentState.MISSING) and recent)


def _order_ids(intent: Intent) -> tuple[str, ...]:
    """The exchange orders that it is about."""
    return tuple(order_id for order_id in (intent.order_id or intent.cancels, intent.leg_id) if order_id)


def _watch(before: Watch, evidence: Evidence, intent: Intent) -> Watch:
    read_at = evidence.orders_read_at
    if evidence.orders is None or read_at is None:
        return before
    is_new = intent.is_placement and intent.state is IntentState.HANDED_OVER
    if is_new and read_at <= intent.updated_at:
        return before  # The bot named the order before it could show it: an older reading lacks it for no reason.
    if any(evidence.order(order_id) is not None for order_id in _order_ids(intent)):
        return Watch(seen_at=evidence.orders_read_at)
    return Watch(before.seen_at, before.absent_since or evidence.orders_read_at)


def _has_left(evidence: Evidence, watch: Watch) -> bool:
    """True when two reads lacked the order and the history was read after it went."""
    absent, read_at, history = watch.absent_since, evidence.orders_read_at, evidence.history_read_at
    if absent is None or read_at is None or history is None:
        return False
    return read_at - absent >= GONE_AFTER and history >= absent


def _judge_unseen(intent: Intent, snapshot: Snapshot, now: datetime) -> Intent:
    """A placement that none of the bot's orders stands for: time makes it unknown, and funds that moved are told."""
    if not intent.is_placement or intent.order_id:
        return intent
    if intent.state is IntentState.HANDED_OVER and now - intent.updated_at >= HORIZON:
        return replace(intent, state=IntentState.UNKNOWN, reason=NEVER_SHOWN, updated_at=now)
    if intent.state is not IntentState.UNKNOWN or not intent.funds or FUNDS_MOVED in intent.reason:
        return intent
    read_at = snapshot.balances.read_at
    funds = funds_of(snapshot, intent.pair, intent.command.side)
    if not funds or funds == intent.funds or read_at is None or read_at <= intent.created_at:
        return intent
    reason = f"{intent.reason}; {FUNDS_MOVED}: {intent.funds} before, {funds} after".removeprefix("; ")
    return replace(intent, reason=reason, updated_at=now)


def _told_absent(intent: Intent, evidence: Evidence, intents: tuple[Intent, ...], snapshot: Snapshot) -> Intent:
    """An unknown placement, with the time at which a bot that keeps deals was read whole without it: no proof, a word.

    The bot may have been frozen until its line stood again: it counts from then. The intent changed with that reading.
    """
    orders_at, history_at, covered = evidence.orders_read_at, evidence.history_read_at, evidence.covers_since
    if intent.state is not IntentState.UNKNOWN or not intent.is_not_shown or READ_WITHOUT in intent.reason:
        return intent
    if snapshot.run_status.value is None or orders_at is None or history_at is None or covered is None:
        return intent
    since = max(intent.updated_at, snapshot.link.since or intent.updated_at) + GONE_AFTER
    if min(orders_at, history_at) < since or covered > intent.created_at - evidence.slack:
        return intent
    claimed = {order_id for other in intents if other.pair.key == intent.pair.key for order_id in _order_ids(other)}
    if choices(intent, evidence, claimed):
        return intent
    words = f"read at {orders_at.astimezone():%H:%M:%S} {READ_WITHOUT}: `:settle {intent.short_id} absent` if you agree"
    reason = f"{intent.reason}; {words}".removeprefix("; ")
    return replace(intent, reason=reason, updated_at=orders_at)


def _judge_order(intent: Intent, evidence: Evidence, watch: Watch, now: datetime, *, cancelled: bool) -> Intent:
    """An order whose id is known: working, partly filled, filled, or gone from the book."""
    ids = _order_ids(intent)
    asked = evidence.asked(intent.order_id)
    amount = intent.command.amount if asked is None else asked
    resting = {order_id: order.amount for order_id in ids if (order := evidence.order(order_id)) is not None}

    def is_whole(order_id: str, coins: Decimal) -> bool:
        if asked is not None:
            return same(coins, asked, ROUNDING)
        return evidence.makes_up(order_id, intent.command, coins)

    gone = max((amount - rest for id, rest in resting.items() if not is_whole(id, rest)), default=Decimal(0))
    executed = sum((total(evidence.fills(order_id)) for order_id in ids), Decimal(0))
    filled = max(Decimal(intent.filled), executed, gone)
    sure = intent.reason if intent.reason in SURE else ""
    if filled >= amount or (same(filled, amount, TOLERANCE) if resting else is_whole(intent.order_id, filled)):
        return _moved(intent, IntentState.FILLED, filled, sure, now)
    if resting:
        state = IntentState.PARTLY_FILLED if filled else IntentState.WORKING
        return _moved(intent, state, filled, sure, now)
    if not intent.state.is_open or not _has_left(evidence, watch):
        return _moved(intent, intent.state, filled, intent.reason, now)
    part = f", {filled:f} of {amount:f} filled before" if filled else ""
    if cancelled:
        return _moved(intent, IntentState.CANCELLED, filled, f"cancelled by us{part}", now)
    seen_at = watch.seen_at or intent.updated_at
    if evidence.covers_since is not None and evidence.covers_since <= seen_at:
        words = f"cancelled, not by us{part}" if part else "left the book without a trade"
        return _moved(intent, IntentState.CANCELLED, filled, words, now)
    return _moved(intent, IntentState.MISSING, filled, "left the book while nobody looked; see the history", now)


def _judge_cancel(intent: Intent, command: CancelOrder, evidence: Evidence, watch: Watch, now: datetime) -> Intent:
    """A cancel ends when its order has left the book: by its fill, or cancelled."""
    if evidence.order(command.id) is not None:
        return intent
    since = intent.created_at - CYCLE_SLACK
    fills = [fill for fill in evidence.fills(command.id) if fill.at is None or fill.at >= since]
    if evidence.asked(command.id) == total(evidence.fills(command.id)) or any(
        same(total(fills[:count]), command.amount, TOLERANCE) for count in range(1, len(fills) + 1)
    ):
        return _moved(intent, IntentState.FILLED, command.amount, "already filled: there was nothing to cancel", now)
    if _has_left(evidence, watch):
        return _moved(intent, IntentState.CANCELLED, Decimal(0), "", now)
    return intent


def _was_cancelled_by_us(intents: tuple[Intent, ...], order: Intent) -> bool:
    sent = (*PENDING_CANCEL, IntentState.CANCELLED)
    return any(
        intent.pair.key == order.pair.key and intent.cancels in _order_ids(order) and intent.state in sent
        for intent in intents
        if intent.cancels
    )


def _moved(intent: Intent, state: IntentState, filled: Decimal, reason: str, now: datetime) -> Intent:
    """The intent in its new state; the same object when nothing changed."""
    if (intent.state, Decimal(intent.filled), intent.reason) == (state, filled, reason):
        return intent
    return replace(intent, state=state, filled=f"{filled:f}", reason=reason, updated_at=now)
