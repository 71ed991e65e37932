"""What became of an order or a cancel of ours, in one line: what is not known is never told as done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from gunbot_tui.model.command import OrderCommand, PlaceOrder
from gunbot_tui.model.intent import CHOSEN, NOT_TRIED, TOLD, Intent, IntentState
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.order_words import CANCEL_ENDED
from gunbot_tui.views.ticket_words import command_text

SENT = "sent"
WAITING = "wait for their order to show"
SKIPPED = "not tried"
NOT_SENT = "not sent"
REFUSED = "refused"
UNKNOWN = "unknown"
FATES = (SENT, WAITING, SKIPPED, NOT_SENT, REFUSED, UNKNOWN)
"""The worst last; what is in none of the others has reached the bot."""
UNPROVEN = "UNKNOWN, it may have arrived"
MANY_ALIKE = "several orders look like it: say which"


def intent_line(intent: Intent, cycle_seconds: float | None = None, shown: Decimal | None = None) -> Line:
    """What became of an order of ours, in one line; the cycle is how often the bot looks at its pairs.

    `shown` is how many coins its order is for by what the bot shows, which a stake or a rounding makes other than ours.
    """
    intent = replace(intent, command=_as_shown(intent, shown))
    text, tone = _fate(intent, cycle_seconds)
    return (Span(command_text(intent.command), Tone.STRONG), Span(f" {text}", tone))


def outcome_line(intent: Intent, cycle_seconds: float | None = None, shown: Decimal | None = None) -> Line:
    """The same with what went wrong before the command: a narrow screen cuts what is behind."""
    reason = f": {intent.reason}" if intent.reason else ""
    command = Span(f" · {command_text(intent.command)}", Tone.STRONG)
    match intent.state:
        case IntentState.NOT_SENT | IntentState.BLOCKED | IntentState.REFUSED:
            return (Span(f"{intent.state.value.upper()}{reason}", Tone.WARN), command)
        case IntentState.UNKNOWN:
            return (Span(f"{UNPROVEN}: {_repeat(intent)}", Tone.ALERT), command, Span(reason, Tone.ALERT))
        case IntentState.AMBIGUOUS:
            return (Span(MANY_ALIKE, Tone.ALERT), command, Span(reason, Tone.ALERT))
        case _:
            return intent_line(intent, cycle_seconds, shown)


def _as_shown(intent: Intent, shown: Decimal | None) -> OrderCommand:
    """The command with the coins that filled, or that the bot shows as asked for."""
    command, filled = intent.command, Decimal(intent.filled)
    if not isinstance(command, PlaceOrder):
        return command
    amount = filled if intent.state is IntentState.FILLED and filled else shown
    return command if amount is None else replace(command, amount=amount)


def _fate(intent: Intent, cycle_seconds: float | None) -> tuple[str, Tone]:
    reason = f": {intent.reason}" if intent.reason else ""
    name = f" #{intent.order_id}" if intent.order_id else ""
    how = intent.reason if intent.reason == CHOSEN else "probable match"
    matched = f"{name} ({how})" if name and intent.reason != TOLD else name
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
            return f"{UNPROVEN}: {_repeat(intent)}{reason}", Tone.ALERT
        case IntentState.AMBIGUOUS:
            return f"{MANY_ALIKE}{reason}", Tone.ALERT
        case IntentState.WORKING:
            return f"works{matched}", Tone.OURS
        case IntentState.PARTLY_FILLED:
            return f"works{matched}, {_filled(intent)}", Tone.OURS
        case IntentState.FILLED if not intent.is_placement:
            return CANCEL_ENDED[intent.state], Tone.WARN
        case IntentState.FILLED:
            return f"filled{matched}", Tone.GAIN
        case IntentState.CANCELLED if intent.is_placement:
            filled = f" after {_filled(intent)}" if Decimal(intent.filled) else ""
            return f"cancelled{name}{filled}", Tone.MUTED
        case IntentState.CANCELLED:
            return CANCEL_ENDED[intent.state], Tone.MUTED
        case IntentState.MISSING:
            return f"is not there{reason}", Tone.MUTED


def _repeat(intent: Intent) -> str:
    return "do not repeat it" if intent.is_placement else "repeating it does no harm"


def _filled(intent: Intent) -> str:
    return f"{fmt.number(Decimal(intent.filled))} of {fmt.number(intent.command.amount)} filled"


def results_line(intents: tuple[Intent, ...], what: str = "cancels", advice: str = "") -> Line:
    """How many of several commands fared how, the worst last with its reason: `5 cancels: 3 sent, 2 not tried: …`.

    `advice` says what to do about it; it stands before the reason, which may be long.
    """
    fates: dict[str, list[Intent]] = {fate: [] for fate in FATES}
    for intent in intents:
        fates[_kind(intent)].append(intent)
    told = [f"{len(found)} {fate}" for fate, found in fates.items() if found or fate == SENT]
    worst = next((fate for fate in reversed(FATES) if fates[fate]), SENT)
    reason = "" if worst == SENT else fates[worst][0].reason.removeprefix(f"{worst}: ")
    tone = Tone.ALERT if worst == UNKNOWN else Tone.OURS if worst == SENT else Tone.WARN
    return (
        Span(f"{len(intents)} {what}: ", Tone.STRONG),
        Span(", ".join(told), tone),
        *((Span(f" · {advice}"),) if advice else ()),
        *((Span(f"{' · ' if advice else ': '}{reason}", tone),) if reason else ()),
    )


def _kind(intent: Intent) -> str:
    match intent.state:
        case IntentState.WAITING:
            return WAITING
        case IntentState.NOT_SENT | IntentState.BLOCKED:
            return SKIPPED if intent.reason == NOT_TRIED else NOT_SENT
        case IntentState.REFUSED:
            return REFUSED
        case IntentState.SENDING | IntentState.UNKNOWN | IntentState.AMBIGUOUS:
            return UNKNOWN
        case _:
            return SENT
