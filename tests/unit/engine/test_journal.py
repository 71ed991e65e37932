"""The journal on a real disk: what it keeps, whom it refuses, and what a killed program leaves."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.engine.journal_store import FOUND_SENDING
from gunbot_tui.engine.record import to_command, to_text
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import NOW, make_cancel, make_intent, make_pair

ROOT = Path(__file__).parents[3]
WRITER = [sys.executable, "-m", "tests.unit.engine.journal_writer"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    journal = Journal(path)
    await journal.open()
    yield journal
    await journal.close()


async def read(path: Path) -> tuple[Intent, ...]:
    journal = Journal(path)
    await journal.open()
    found = await journal.recent("home", 10_000)
    await journal.close()
    return found


def events(path: Path) -> list[tuple[str, str, str]]:
    query = "SELECT intent, event, detail FROM events ORDER BY number"
    with sqlite3.connect(path) as db:
        rows: list[tuple[str, str, str]] = db.execute(query).fetchall()
    db.close()
    return rows


async def test_intents_come_back_exactly_as_they_were(journal: Journal, path: Path) -> None:
    place = replace(make_intent(state=IntentState.SENDING, id="a"), known_ids=frozenset({"1", "two words"}))
    cancel = make_intent(make_cancel(), state=IntentState.SENDING, id="b", created_at=NOW)
    await journal.begin("home", place, "BUY 0.0041 BTC")
    await journal.begin("home", cancel, "cancel 357044")
    assert await read(path) == (cancel, place)
    assert ("a", "intent", "BUY 0.0041 BTC") in events(path)


async def test_settling_changes_the_intent_and_adds_to_the_story(journal: Journal, path: Path) -> None:
    intent = make_intent(state=IntentState.SENDING, id="a")
    await journal.begin("home", intent, "")
    working = replace(intent, state=IntentState.WORKING, order_id="77", updated_at=NOW)
    await journal.settle(replace(intent, state=IntentState.HANDED_OVER), "result")
    await journal.settle(working, "evidence")
    assert await journal.load_open("home", NOW) == (working,)
    assert [event for _, event, _ in events(path)] == ["intent", "result", "evidence"]


async def test_an_intent_found_sending_is_unknown_and_an_ended_one_is_not_open(journal: Journal) -> None:
    await journal.begin("home", make_intent(state=IntentState.SENDING, id="a"), "")
    await journal.begin("home", make_intent(state=IntentState.SENDING, id="b"), "")
    await journal.settle(make_intent(state=IntentState.FILLED, id="b"), "evidence")
    (found,) = await journal.load_open("home", NOW)
    assert (found.id, found.state, found.reason) == ("a", IntentState.UNKNOWN, FOUND_SENDING)
    assert {intent.id: intent.state for intent in await journal.recent("home")} == {
        "a": IntentState.UNKNOWN,
        "b": IntentState.FILLED,
    }


async def test_bots_do_not_see_each_others_intents(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    await journal.begin("other", make_intent(id="b"), "")
    assert [intent.id for intent in await journal.load_open("other", NOW)] == ["b"]


async def test_recent_gives_the_newest_first_up_to_the_limit(journal: Journal) -> None:
    for number in range(5):
        await journal.begin("home", make_intent(id=str(number), created_at=NOW + timedelta(seconds=number)), "")
    assert [intent.id for intent in await journal.recent("home", 3)] == ["4", "3", "2"]


async def test_the_same_intent_is_never_begun_twice(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    with pytest.raises(JournalError):
        await journal.begin("home", make_intent(id="a"), "")


async def test_file_and_folder_are_the_users_alone(journal: Journal, path: Path) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"journal.sqlite": 0o600, "journal.sqlite-wal": 0o600, "journal.sqlite-shm": 0o600}


async def test_every_commit_reaches_the_disk(journal: Journal) -> None:
    connection = journal._connection
    assert connection is not None
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def plain_text(path: Path) -> None:
    path.write_text("my diary, not a database, and long enough to be read as a header of one" * 3)


def foreign_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()


def newer_version(path: Path) -> None:
    asyncio.run(read(path))
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def symlink(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.touch()
    path.symlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [plain_text, foreign_database, newer_version, symlink, folder])
def test_what_is_not_ours_is_refused_by_name_and_left_alone(path: Path, make: object) -> None:
    path.parent.mkdir(mode=0o700)
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=str(path)):
        asyncio.run(read(path))
    assert (path.read_bytes() if path.is_file() else b"") == before


async def test_a_folder_that_others_may_write_to_is_refused_with_the_remedy(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(JournalError, match="chmod 700"):
        await Journal(path).open()


async def test_a_folder_that_can_not_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(JournalError, match=r"journal\.sqlite") as caught:
        await Journal(blocked / "journal.sqlite").open()
    assert "\n" not in str(caught.value)


OPEN_HERE = """
import asyncio, os, sys
from pathlib import Path
from gunbot_tui.engine.journal import Journal, JournalError
if os.geteuid() == 0:  # nothing is read-only for root
    os.chown(".", 65534, 65534)
    os.seteuid(65534)
try:
    asyncio.run(Journal(Path("journal.sqlite")).open())
except JournalError as error:
    sys.exit(f"refused: {error}")
"""


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    read_only = tmp_path / "read-only"
    read_only.mkdir(mode=0o500)
    command = [sys.executable, "-c", OPEN_HERE]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=read_only, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("refused: journal.sqlite: ")
    assert "Permission denied" in done.stderr


async def test_a_closed_journal_refuses(journal: Journal) -> None:
    await journal.close()
    with pytest.raises(JournalError, match="not open"):
        await journal.begin("home", make_intent(), "")


async def test_a_journal_locked_by_another_program_gives_up_instead_of_waiting_for_ever(
    journal: Journal, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match="locked"):
        await journal.begin("home", make_intent(id="a"), "")
    other.execute("ROLLBACK")
    other.close()
    await journal.begin("home", make_intent(id="a"), "")
    assert [intent.id for intent in await journal.recent("home")] == ["a"]


def start_writer(path: Path, prefix: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([*WRITER, path, prefix, str(count)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_killed_program_loses_no_acknowledged_intent(path: Path) -> None:
    chance = random.Random(20_260_102)
    acknowledged: set[str] = set()
    for life in range(10):
        writer = start_writer(path, f"life{life}", 100_000)
        assert writer.stdout is not None
        for _ in range(chance.randint(1, 25)):
            acknowledged.add(writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        acknowledged.update(line.strip() for line in writer.stdout.read().splitlines() if line)
        writer.wait()
        writer.stdout.close()
    kept = asyncio.run(read(path))
    assert acknowledged <= {intent.id for intent in kept}
    assert len(acknowledged) > 10


def test_programs_that_start_together_share_one_journal(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    writers = [start_writer(path, f"program{number}", 20) for number in range(4)]
    said = [writer.communicate(timeout=60)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    assert [len(ids) for ids in said] == [20, 20, 20, 20]
    assert {intent.id for intent in asyncio.run(read(path))} == {id for ids in said for id in ids}


numbers = st.decimals(min_value=0, allow_nan=False, allow_infinity=False)
text = st.text(max_size=12)
pairs = st.builds(Pair, text, text, text, text, text)
commands = st.one_of(
    st.builds(PlaceOrder, pairs, st.sampled_from(Side), st.sampled_from(OrderType), numbers, numbers),
    st.builds(CancelOrder, pairs, text, st.sampled_from(Side), numbers, numbers),
)


@given(commands)
def test_a_command_survives_being_written_and_read(command: PlaceOrder | CancelOrder) -> None:
    again = to_command(to_text(command))
    assert again == command
    assert (str(again.amount), str(again.price)) == (str(command.amount), str(command.price))
    assert to_text(command).isascii()


@pytest.mark.parametrize("written", ["", "null", "{}", '{"do": "dance"}'])
async def test_a_row_that_makes_no_sense_is_an_error_and_not_a_crash(
    journal: Journal, path: Path, written: str
) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE intents SET command = ?", (written,))
    db.close()
    with pytest.raises(JournalError):
        await journal.load_open("home", NOW)


def test_amounts_are_text_exactly_as_sent() -> None:
    command = PlaceOrder(make_pair(), Side.BUY, OrderType.LIMIT, Decimal("0.50000000"), Decimal("1E+3"))
    assert '"amount": "0.50000000"' in to_text(command)
    assert '"price": "1E+3"' in to_text(command)
