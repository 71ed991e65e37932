"""Programs killed with signal 9 while they send: nothing acknowledged is lost, nothing sent is forgotten or doubled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.journal_store import FOUND_SENDING
from gunbot_tui.model.intent import Intent, IntentState
from tests.journal import all_intents
from tests.kill.life import Life, Moment, live

RESULTS = (IntentState.HANDED_OVER, IntentState.REFUSED)
JOURNAL, DESK = "tests.kill.sender", "tests.kill.desk_sender"


async def found_by_the_next_program(path: Path) -> dict[str, tuple[Intent, list[str]]]:
    """Every intent by its amount, with the names of its events, as a program finds them that starts after the kill."""
    journal = Journal(path)
    await journal.open()
    await journal.load("home", datetime.now(UTC))
    intents = all_intents(path)
    events = [[event.event for event in await journal.events(intent.id)] for intent in intents]
    await journal.close()
    found = {str(intent.command.amount): (intent, told) for intent, told in zip(intents, events, strict=True)}
    assert len(found) == len(intents)
    return found


def check(life: Life, found: dict[str, tuple[Intent, list[str]]]) -> None:
    """Compare what was seen from outside with what the journal says."""
    states = {amount: intent.state for amount, (intent, _) in found.items()}
    acknowledged = dict(life.acknowledged)
    assert acknowledged.keys() <= states.keys()
    assert set(life.requests) <= states.keys()
    assert len(set(life.requests)) == len(life.requests)
    # The last word that was acknowledged holds; only a result may have been written and not been said.
    for amount, state in acknowledged.items():
        later = {IntentState.UNKNOWN, *RESULTS} if state == IntentState.SENDING else {IntentState(state)}
        assert states[amount] in later
    for amount, (intent, events) in found.items():
        if "result" in events:
            assert intent.state in RESULTS
            assert amount in life.requests
        else:
            assert (intent.state, intent.reason) == (IntentState.UNKNOWN, FOUND_SENDING)
            assert events == ["intent", "found at start"]
    if life.moment is Moment.REQUEST:
        assert states[life.requests[-1]] is IntentState.UNKNOWN


@pytest.mark.parametrize("program", [JOURNAL, DESK])
@pytest.mark.parametrize("seed", range(25))
async def test_a_killed_program_loses_no_acknowledged_line_and_forgets_no_order(
    tmp_path: Path, program: str, seed: int
) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    life = await live(program, path, seed)
    check(life, await found_by_the_next_program(path))


@pytest.mark.slow
@pytest.mark.parametrize("program", [JOURNAL, DESK])
@pytest.mark.parametrize("seed", range(100, 350))
async def test_many_killed_programs_lose_no_acknowledged_line_and_forget_no_order(
    tmp_path: Path, program: str, seed: int
) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    life = await live(program, path, seed)
    check(life, await found_by_the_next_program(path))


async def test_a_journal_survives_one_killed_program_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    whole = Life(Moment.TIME)
    for number in range(8):
        life = await live(JOURNAL, path, 1000 + number, f"0.{number + 1}")
        whole.acknowledged += life.acknowledged
        whole.requests += life.requests
    check(whole, await found_by_the_next_program(path))
