"""What a bot's answer makes of an intent: an order that the bot names counts for more than one found by its looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gunbot_tui.model.command import HandedOver, NotSent, OrderCommand, Outcome, PlaceOrder, Refused, Unknown
from gunbot_tui.model.intent import TOLD, Intent, IntentState

UNANSWERED = (IntentState.SENDING, IntentState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Result:
    """Where an intent stands after the bot's answer, and why."""

    state: IntentState
    reason: str = ""
    order_id: str = ""
    """The order that it became, from a bot that tells it."""
    words: str = ""
    """What else the bot said, for the story."""

    def __str__(self) -> str:
        return " ".join(word for word in (self.state, self.order_id, self.reason, self.words) if word)

    @property
    def unnamed(self) -> Result:
        """The same without an order that can't be the intent's."""
        return Result(self.state, f"the bot named {self.order_id}, which is another order", words=self.words)


def result_of(command: OrderCommand, outcome: Outcome) -> Result:
    """What the bot's answer means for the command's intent; only a placement becomes an order."""
    match outcome:
        case NotSent(reason):
            return Result(IntentState.NOT_SENT, reason)
        case Refused(reason):
            return Result(IntentState.REFUSED, reason)
        case HandedOver(order_id, words) if order_id and isinstance(command, PlaceOrder):
            return Result(IntentState.HANDED_OVER, TOLD, order_id, words)
        case HandedOver(_, words):
            return Result(IntentState.HANDED_OVER, words)
        case Unknown(reason):
            return Result(IntentState.UNKNOWN, reason)


def concluded(stands: Intent, result: Result, now: datetime) -> Intent | None:
    """The intent after its result; None when evidence has told more meanwhile.

    A clear answer counts for more than the user's word, typed before it came, that the order is absent.
    """
    after = replace(stands, state=result.state, reason=result.reason, updated_at=now)
    if result.order_id not in ("", stands.order_id):
        return replace(after, order_id=result.order_id, leg_id="", filled="0")
    is_answer = result.state is not IntentState.UNKNOWN
    is_open = stands.state in UNANSWERED or (stands.state is IntentState.MISSING and is_answer)
    return after if is_open and not stands.order_id else None


def holder(intent: Intent, order_id: str, intents: tuple[Intent, ...]) -> Intent | None:
    """Which other one of ours an order was found for that the bot names as this intent's."""
    return next(
        (
            other
            for other in intents
            if other.id != intent.id
            and other.pair.key == intent.pair.key
            and order_id in (other.order_id, other.leg_id)
        ),
        None,
    )


def freed(other: Intent, intent: Intent, order_id: str, now: datetime) -> Intent:
    """The intent without an order that is another one's: nobody knows any more what became of it."""
    reason = f"the bot says that {order_id} is the order of {intent.short_id}"
    state = IntentState.UNKNOWN
    return replace(other, state=state, reason=reason, order_id="", leg_id="", filled="0", updated_at=now)
