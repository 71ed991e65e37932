"""Stays at a bot until it has proven what became of an order of ours that it lists no more."""

from __future__ import annotations

from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.shell.office import Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.views.pairs import lacks

PROOF_SECONDS = 15.0
"""So long an order that left the book is read for: that takes readings which lack it, some seconds apart."""


async def read_on(office: Office, prompt: Prompt, pair: Pair | None = None) -> tuple[Intent, ...]:
    """Read on for orders of ours, on the pair or on any, whose end no program was there to write down.

    Returns what became of those that were proven. Raises GivenUpError.
    """
    before = _unproven(office.snapshot, pair)
    if not before:
        return ()
    prompt.say(f"{office.name}: an order of ours is not in the bot's list, reading on for what became of it")
    await office.until(lambda snapshot: not _unproven(snapshot, pair), PROOF_SECONDS)
    return tuple(intent for intent in office.snapshot.intents if intent.id in before and not intent.state.is_open)


def _unproven(snapshot: Snapshot, pair: Pair | None) -> frozenset[str]:
    """The intents whose order the bot's list lacks and whose end is not known."""
    return frozenset(
        intent.id
        for intent in snapshot.intents
        if intent.state.is_open
        and pair in (None, intent.pair)
        and (order_id := intent.order_id or intent.cancels)
        and lacks(snapshot, intent.pair, order_id, intent.leg_id)
    )
