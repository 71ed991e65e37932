"""Where one of our orders or cancels stands, in words, and how loud to say it."""

from __future__ import annotations

from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import core, pairs
from gunbot_tui.views.cell import Tone

LOUD = (IntentState.UNKNOWN, IntentState.AMBIGUOUS)
UNLISTED = "not listed any more"
CANCEL_ENDED = {
    IntentState.CANCELLED: "done: the order is gone",
    IntentState.FILLED: "came too late: the order was filled before",
}
"""How a cancel of ours is over: its states are named after what became of the order."""
ON_SIGHT = "cancel waits for it to show"


def state_of(intent: Intent, snapshot: Snapshot) -> tuple[str, Tone]:
    """The stage of its life."""
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
            return f"{intent.reason or 'several orders look like it'} · AMBIGUOUS {intent.short_id}", Tone.ALERT
        case IntentState.WORKING | IntentState.PARTLY_FILLED if is_unlisted(intent, snapshot):
            return UNLISTED, Tone.WARN
        case IntentState.WORKING | IntentState.PARTLY_FILLED:
            return intent.state.value, Tone.OURS
        case IntentState.NOT_SENT | IntentState.BLOCKED | IntentState.REFUSED | IntentState.MISSING:
            return f"{intent.state.value}: {intent.reason}" if intent.reason else intent.state.value, Tone.WARN
        case IntentState.FILLED | IntentState.CANCELLED:
            return intent.state.value, Tone.MUTED


def is_unlisted(intent: Intent, snapshot: Snapshot) -> bool:
    """True for an order of ours that was found working, and that the bot's working orders lack by now."""
    is_found = intent.state in (IntentState.WORKING, IntentState.PARTLY_FILLED) and bool(intent.order_id)
    return is_found and pairs.lacks(snapshot, intent.pair, intent.order_id, intent.leg_id)


def cancelling(cancel: Intent, snapshot: Snapshot, text: str, tone: Tone) -> tuple[str, Tone]:
    """The state of an order that we asked to cancel; `text` and `tone` are its own."""
    match cancel.state:
        case IntentState.WAITING:
            return (f"{text.partition(' · ')[0]} · {ON_SIGHT}", tone) if tone is Tone.ALERT else (ON_SIGHT, Tone.WARN)
        case IntentState.HANDED_OVER:
            state, tone = state_of(cancel, snapshot)
            return f"cancel handed over · {state}", tone
        case IntentState.SENDING | IntentState.UNKNOWN | IntentState.AMBIGUOUS:
            state, loud = state_of(cancel, snapshot)
            return f"cancel{':' if cancel.state is IntentState.AMBIGUOUS else ''} {state}", loud
        case IntentState.REFUSED | IntentState.NOT_SENT | IntentState.BLOCKED:
            return f"{text} · cancel {state_of(cancel, snapshot)[0]}", tone if tone is Tone.ALERT else Tone.WARN
        case _:
            return text, tone
