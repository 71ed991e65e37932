"""Fifty thousand orders in the journal: confirming, starting and looking back stay as quick as with none."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.journal_rows import insert
from gunbot_tui.engine.journal_schema import connect, write
from gunbot_tui.model.intent import OLDER, Intent, IntentState
from tests.factories import NOW, make_intent, make_pair, make_placement
from tests.journal import standing

COUNT = 50_000
EVERY = timedelta(minutes=1)
PAIRS = [make_pair(f"C{number}") for number in range(40)]

BEGIN_SECONDS = 0.030
READ_SECONDS = 0.100
"""Of the processor: a slow machine needs several times as long as a good one, which needs 3 ms and 10 ms."""


def old(number: int) -> Intent:
    """One of the orders: most are done, a few of each hundred still open."""
    order = make_placement(PAIRS[number % len(PAIRS)], amount=f"0.{number + 1}")
    ended = IntentState.CANCELLED if number % 2 else IntentState.FILLED
    state = IntentState.WORKING if number % 500 == 0 else ended
    intent = make_intent(order, state, f"old-{number:05}", NOW - EVERY * (COUNT - number), order_id=str(number))
    return replace(intent, known_ids=frozenset({"357044", "357051"}))


@pytest.fixture(scope="module")
def full_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of a month and more."""
    path = tmp_path_factory.mktemp("full") / "state" / "journal.sqlite"
    db = connect(path)
    with write(db):
        for number in range(COUNT):
            insert(db, "home", old(number), pid=1)
    db.close()
    return path


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """What the work costs this program's threads, so that a busy machine or disk changes nothing."""
    started = time.process_time()
    await work()
    return time.process_time() - started


async def test_confirming_is_quick(full_path: Path) -> None:
    journal = Journal(full_path)
    await journal.open()
    taken = []
    for number in range(100):
        order = make_placement(PAIRS[number % len(PAIRS)], amount=f"1.{number + 1}")
        intent = make_intent(order, IntentState.SENDING, f"new-{number}", created_at=NOW)
        taken.append(await seconds(partial(journal.begin, "home", intent, "", lambda standing: None)))
    assert sorted(taken)[95] < BEGIN_SECONDS
    await journal.close()


async def test_starting_and_looking_back_are_quick(full_path: Path) -> None:
    journal = Journal(full_path)
    await journal.open()
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        "load": lambda: journal.load("home", NOW),
        "usage": lambda: journal.usage("home", NOW),
        "standing": lambda: standing(journal, make_placement(PAIRS[0]), NOW),
        "find": lambda: journal.find("home", "0123"),
        "older": lambda: journal.older("home", 1),
        "oldest": lambda: journal.older("home", COUNT // OLDER // 2),
    }
    taken = {name: sorted([await seconds(read) for _ in range(5)])[2] for name, read in reads.items()}
    assert {name: took for name, took in taken.items() if took > READ_SECONDS} == {}
    assert len(await journal.load("home", NOW)) >= COUNT // 500
    await journal.close()
