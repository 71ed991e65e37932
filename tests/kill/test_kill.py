"""Programs killed with signal 9 while they send: nothing acknowledged is lost, nothing sent is forgotten or doubled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.journal_store import FOUND_SENDING
from gunbot_tui.model.intent import Intent, IntentState
from tests.kill.life import Life, Moment, live

RESULTS = (IntentState.HANDED_OVER, IntentState.REFUSED)
SENDER = "tests.kill.sender"


async def found_by_the_next_program(path: Path) -> dict[str, tuple[Intent, list[str]]]:
    """Every intent and the names of its events, as a program finds them that starts after the kill."""
    journal = Journal(path)
    await journal.open()
    await journal.load("home", datetime.now(UTC))
    intents = await journal.page("home", before=None, limit=10_000)
    found = {intent.id: (intent, [event.event for event in await journal.events(intent.id)]) for intent in intents}
    await journal.close()
    return found


def check(life: Life, found: dict[str, tuple[Intent, list[str]]]) -> None:
    """Compare what was seen from outside with what the journal says."""
    states = {intent_id: intent.state for intent_id, (intent, _) in found.items()}
    acknowledged = dict(life.acknowledged)
    assert acknowledged.keys() <= states.keys()
    assert set(life.requests) <= states.keys()
    assert len(set(life.requests)) == len(life.requests)
    # The last word that was acknowledged holds; only a result may have been written and not been said.
    for intent_id, state in acknowledged.items():
        later = {IntentState.UNKNOWN, *RESULTS} if state == IntentState.SENDING else {IntentState(state)}
        assert states[intent_id] in later
    for intent, events in found.values():
        if "result" in events:
            assert intent.state in RESULTS
            assert intent.id in life.requests
        else:
            assert (intent.state, intent.reason) == (IntentState.UNKNOWN, FOUND_SENDING)
            assert events == ["intent", "found at start"]
    if life.moment is Moment.REQUEST:
        assert states[life.requests[-1]] is IntentState.UNKNOWN


async def one_life(path: Path, seed: int) -> None:
    life = await live(SENDER, path, seed)
    check(life, await found_by_the_next_program(path))


@pytest.mark.parametrize("seed", range(50))
async def test_a_killed_program_loses_no_acknowledged_line_and_forgets_no_order(tmp_path: Path, seed: int) -> None:
    await one_life(tmp_path / "state" / "journal.sqlite", seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50, 550))
async def test_many_killed_programs_lose_no_acknowledged_line_and_forget_no_order(tmp_path: Path, seed: int) -> None:
    await one_life(tmp_path / "state" / "journal.sqlite", seed)


async def test_a_journal_survives_one_killed_program_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    whole = Life(Moment.TIME)
    for number in range(8):
        life = await live(SENDER, path, 1000 + number, f"life{number}-")
        whole.acknowledged += life.acknowledged
        whole.requests += life.requests
    check(whole, await found_by_the_next_program(path))
