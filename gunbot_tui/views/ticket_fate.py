"""What became of an order or a cancel of ours, in one line: what is not known is never told as done."""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.ticket_words import command_text


def intent_line(intent: Intent, cycle_seconds: float | None = None) -> Line:
    """What became of an order of ours, in one line; the cycle is how often the bot looks at its pairs."""
    text, tone = _fate(intent, cycle_seconds)
    return (Span(command_text(intent.command), Tone.STRONG), Span(f" {text}", tone))


def _fate(intent: Intent, cycle_seconds: float | None) -> tuple[str, Tone]:
    reason = f": {intent.reason}" if intent.reason else ""
    name = f" #{intent.order_id}" if intent.order_id else ""
    matched = f"{name} (probable match)" if name else ""
    cycle = f" (cycle about {cycle_seconds:.0f} s)" if cycle_seconds is not None else ""
    match intent.state:
        case IntentState.WAITING:
            return "waits: it is sent once the bot shows its order", Tone.WARN
        case IntentState.SENDING:
            return "is being sent", Tone.WARN
        case IntentState.NOT_SENT:
            return f"was not sent{reason}", Tone.WARN
        case IntentState.BLOCKED:
            return f"was blocked{reason}", Tone.WARN
        case IntentState.REFUSED:
            return f"was refused{reason}", Tone.WARN
        case IntentState.HANDED_OVER:
            awaited = "show" if intent.is_placement else "go"
            return f"handed to the bot · waiting for it to {awaited}{cycle}", Tone.OURS
        case IntentState.UNKNOWN:
            repeat = "do not repeat it" if intent.is_placement else "repeating it does no harm"
            return f"UNKNOWN, it may have arrived: {repeat}{reason}", Tone.ALERT
        case IntentState.AMBIGUOUS:
            return f"several orders look like it: say which{reason}", Tone.ALERT
        case IntentState.WORKING:
            return f"works{matched}", Tone.OURS
        case IntentState.PARTLY_FILLED:
            return f"works{matched}, {_filled(intent)}", Tone.OURS
        case IntentState.FILLED if not intent.is_placement:
            return "came too late: the order was filled before", Tone.WARN
        case IntentState.FILLED:
            return f"filled{matched}", Tone.GAIN
        case IntentState.CANCELLED if intent.is_placement:
            filled = f" after {_filled(intent)}" if Decimal(intent.filled) else ""
            return f"cancelled{name}{filled}", Tone.MUTED
        case IntentState.CANCELLED:
            return "done: the order is gone", Tone.MUTED
        case IntentState.MISSING:
            return f"is not there{reason}", Tone.MUTED


def _filled(intent: Intent) -> str:
    return f"{fmt.number(Decimal(intent.filled))} of {fmt.number(intent.command.amount)} filled"


RESULTS = (
    ("unknown", Tone.ALERT, frozenset({IntentState.SENDING, IntentState.UNKNOWN, IntentState.AMBIGUOUS})),
    ("refused", Tone.WARN, frozenset({IntentState.REFUSED})),
    ("not tried", Tone.WARN, frozenset({IntentState.NOT_SENT, IntentState.BLOCKED})),
    ("waiting to be shown", Tone.WARN, frozenset({IntentState.WAITING})),
)
"""Worst first; what is in none of them has reached the bot."""


def results_line(intents: tuple[Intent, ...]) -> Line:
    """How many of several cancels fared how: `5 cancels: 3 sent, 1 refused, 1 not tried: no answer`."""
    counts = [(name, tone, [i for i in intents if i.state in states]) for name, tone, states in RESULTS]
    sent = len(intents) - sum(len(found) for _, _, found in counts)
    told = [f"{sent} sent", *(f"{len(found)} {name}" for name, _, found in reversed(counts) if found)]
    worst = next(((tone, found[0].reason) for _, tone, found in counts if found), (Tone.OURS, ""))
    reason = f": {worst[1]}" if worst[1] else ""
    return (Span(f"{len(intents)} cancels: ", Tone.STRONG), Span(", ".join(told) + reason, worst[0]))
