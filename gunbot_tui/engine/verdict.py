"""The user's own verdict on an order whose fate nobody else can tell: that it never arrived, or which one it became."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gunbot_tui.engine.claims import listed
from gunbot_tui.engine.evidence import Evidence, choices
from gunbot_tui.model.intent import CHOSEN, Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot

ABSENT_WORD = "absent"
SHOWN_WITHIN = timedelta(seconds=30)
"""A bot shows most orders that it took within this time; sooner than that the user can't know that one never came."""

UNSETTLED = (IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS)


def verdict(
    typed_id: str, word: str, intents: tuple[Intent, ...], snapshot: Snapshot, now: datetime
) -> tuple[Intent, Intent] | str:
    """The named intent before and after the verdict, or why there is none."""
    found = _named(typed_id.lower(), intents)
    if len(found) != 1:
        return f"{len(found)} orders of ours are called {typed_id}" if found else f"{typed_id} waits for no verdict"
    (intent,) = found
    allowed = _choices(intent, intents, snapshot)
    if word.lower() == ABSENT_WORD:
        if _is_too_young(intent, now):
            return f"{intent.short_id} was handed over just now: give the bot {SHOWN_WITHIN.seconds} s to show it"
        reason = "declared absent by the user"
        return intent, replace(intent, state=IntentState.MISSING, reason=reason, updated_at=now)
    if intent.is_placement and word in allowed:
        return intent, replace(intent, state=IntentState.WORKING, order_id=word, reason=CHOSEN, updated_at=now)
    return f'"{word}" is no verdict on {intent.short_id}: it takes {" or ".join((ABSENT_WORD, *allowed))}'


def verdicts(intent: Intent, snapshot: Snapshot, now: datetime) -> tuple[str, ...]:
    """What an intent that is open to a verdict takes now: the orders that it matches first, then all that it may be."""
    allowed = _choices(intent, snapshot.intents, snapshot) if intent.is_placement else ()
    likely = listed(intent)
    absent = () if _is_too_young(intent, now) else (ABSENT_WORD,)
    return (*sorted(allowed, key=lambda id: id not in likely), *absent)


def _is_too_young(intent: Intent, now: datetime) -> bool:
    return intent.state is IntentState.HANDED_OVER and now - intent.updated_at < SHOWN_WITHIN


def _named(typed: str, intents: tuple[Intent, ...]) -> tuple[Intent, ...]:
    """The intents open to a verdict that the typed text means; what is typed in full means that one alone."""
    waiting = [intent for intent in intents if intent.state in UNSETTLED]
    exact = tuple(intent for intent in waiting if typed in (intent.short_id.lower(), intent.id.lower()))
    return exact or tuple(intent for intent in waiting if typed and intent.short_id.lower().startswith(typed))


def _choices(intent: Intent, intents: tuple[Intent, ...], snapshot: Snapshot) -> tuple[str, ...]:
    """The orders that it may have become: what the bot shows, what it showed, and what a cancel of ours took off."""
    others = [other for other in intents if other.pair.key == intent.pair.key]
    claimed = {order_id for other in others for order_id in (other.order_id, other.leg_id)}
    ended = {other.cancels for other in others if _ended_after(other, intent)}
    gone = (listed(intent) | ended) - claimed - intent.known_ids
    return tuple(sorted(gone.union(choices(intent, Evidence.of(snapshot, intent.pair), claimed))))


def _ended_after(cancel: Intent, intent: Intent) -> bool:
    """True for a cancel that took an order of the intent's side off the exchange after it was sent."""
    is_later = cancel.created_at >= intent.created_at and cancel.command.side is intent.command.side
    return bool(cancel.cancels) and cancel.state is IntentState.CANCELLED and is_later
