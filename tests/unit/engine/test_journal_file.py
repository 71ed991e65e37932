"""The journal's file: whom it belongs to, what is refused and left alone, and how an earlier version is taken over."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.model.guard import Halt
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import NOW, make_intent, make_pair, make_placement
from tests.journal import standing

ROOT = Path(__file__).parents[3]
VERSION_1, VERSION_2 = (Path(__file__).with_name(f"journal_version_{version}.sql") for version in (1, 2))
"""Dumped from files that these versions wrote."""


async def open_and_close(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    await journal.close()


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
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")


def newer_version(path: Path) -> None:
    asyncio.run(open_and_close(path))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 99")


def symlink(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.touch()
    path.symlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [plain_text, foreign_database, newer_version, symlink, folder])
def test_what_is_not_ours_is_refused_by_name_and_left_alone(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir(mode=0o700)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=str(path)):
        asyncio.run(open_and_close(path))
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
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="locked"):
            await journal.begin("home", make_intent(id="a"), "")
        other.execute("ROLLBACK")
    await journal.begin("home", make_intent(id="a"), "")
    assert [intent.id for intent in await journal.load("home", NOW)] == ["a"]


@pytest.mark.parametrize("written", ["", "null", "{}", '{"do": "dance"}'])
async def test_a_row_that_makes_no_sense_is_an_error_that_names_it(journal: Journal, path: Path, written: str) -> None:
    await journal.begin("home", make_intent(id="20261121-abc234"), "")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE intents SET command = ?", (written,))
    with pytest.raises(JournalError, match="20261121-abc234"):
        await journal.load("home", NOW)


def dumped(path: Path, dump: Path) -> Path:
    """The file that was dumped."""
    path.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(dump.read_text())
    return path


@pytest.fixture
def old_path(path: Path) -> Path:
    """A journal as the first version left it when it was killed."""
    return dumped(path, VERSION_1)


@pytest.fixture
async def second(path: Path) -> AsyncIterator[Journal]:
    """A journal that the second version wrote, opened by this one."""
    journal = Journal(dumped(path, VERSION_2))
    await journal.open()
    yield journal
    await journal.close()


async def test_the_first_versions_intents_are_all_taken_over(old_path: Path) -> None:
    journal = Journal(old_path)
    await journal.open()
    found = {intent.short_id: intent for intent in await journal.load("home", NOW)}
    assert {short_id: (intent.state, intent.order_id, intent.filled) for short_id, intent in found.items()} == {
        "filled": (IntentState.FILLED, "700001", "0.0041"),
        "partly": (IntentState.CANCELLED, "700002", "0.0010"),
        "refuse": (IntentState.REFUSED, "", "0"),
        "unknwn": (IntentState.UNKNOWN, "", "0"),
        "workin": (IntentState.WORKING, "700001", "0"),
        "cancel": (IntentState.HANDED_OVER, "", "0"),
        "sendng": (IntentState.UNKNOWN, "", "0"),
    }
    sent = make_placement(type=OrderType.MARKET, amount="0.50000000")
    assert found["sendng"].command == sent
    assert str(found["sendng"].command.amount) == "0.50000000"
    assert found["filled"].known_ids == {"166132", "357044"}
    assert [intent.short_id for intent in await journal.find("other", "else")] == ["elsewh"]
    await journal.close()


async def test_the_first_versions_events_are_kept(old_path: Path) -> None:
    journal = Journal(old_path)
    await journal.open()
    told = [(event.event, event.detail) for event in await journal.events("20261121T140211-filled")]
    assert told[0] == ("intent", "filled as seen at the press")
    assert [event for event, _ in told] == ["intent", "result", "evidence", "evidence"]
    await journal.close()


async def test_what_the_first_version_sent_counts_against_the_limits(old_path: Path) -> None:
    journal = Journal(old_path)
    await journal.open()
    found = await standing(journal, make_placement(side=Side.SELL), NOW)
    whole, market, part = Decimal("0.0041") * 60940, Decimal("0.5") * 60940, Decimal("0.001") * 60000
    assert found.usage.day == {"USDT": 3 * whole + market + part, make_pair().key: 3 * whole + market + part}
    assert found.unknowns == ("20261121T140511-unknwn",)
    await journal.close()


async def test_two_orders_that_the_first_version_took_for_one_can_still_move_on(old_path: Path) -> None:
    journal = Journal(old_path)
    await journal.open()
    (working,) = await journal.find("home", "workin")
    gone = make_intent(working.command, IntentState.FILLED, working.id, working.created_at, order_id="700001")
    assert await journal.advance(working, gone, "evidence")
    await journal.close()


async def test_the_second_versions_orders_events_lines_and_limits_are_taken_over(second: Journal) -> None:
    found = {intent.short_id: intent for intent in await second.load("home", NOW)}
    assert {short_id: (intent.state, intent.order_id) for short_id, intent in found.items()} == {
        "filled": (IntentState.FILLED, "700001"),
        "refuse": (IntentState.REFUSED, ""),
        "unknwn": (IntentState.UNKNOWN, ""),
    }
    assert found["filled"].command == make_placement()
    assert found["filled"].known_ids == {"166132"}
    assert [intent.state for intent in await second.load("other", NOW)] == [IntentState.HANDED_OVER]
    told = [event.detail for event in await second.events("20261121T140211-filled")]
    assert told == ["filled as seen at the press", "filled 700001"]
    assert await second.lines(9) == ("buy 0.01 @ bid",)
    usage = await second.usage("home", NOW)
    assert usage.day["USDT"] == 2 * Decimal("0.0041") * 60940


async def test_the_second_versions_halt_holds_and_nobody_is_named_for_it(second: Journal) -> None:
    assert await second.halt() == Halt(NOW, "")
    assert (await standing(second, make_placement(), NOW)).halted


async def test_a_journal_of_the_second_version_takes_new_orders_and_keeps_what_is_taken(second: Journal) -> None:
    await second.begin("home", make_intent(id="a", created_at=NOW), "")
    assert (await second.load("home", NOW))[0].id == "a"
    with pytest.raises(JournalError, match="another intent's"):
        await second.begin("home", make_intent(id="b", created_at=NOW, order_id="700001"), "")


async def test_a_program_of_the_second_version_that_still_runs_can_halt_and_hears_of_a_halt(path: Path) -> None:
    with closing(sqlite3.connect(dumped(path, VERSION_2), isolation_level=None)) as earlier:
        earlier.execute("DELETE FROM flags")
        journal = Journal(path)
        await journal.open()
        earlier.execute("INSERT OR REPLACE INTO flags (name, at) VALUES ('halt', ?)", (NOW.isoformat(),))
        assert await journal.halt() == Halt(NOW, "")
        await journal.set_halt(NOW, "cockpit", halted=False)
        await journal.set_halt(NOW, "cockpit", halted=True)
        assert earlier.execute("SELECT 1 FROM flags WHERE name = 'halt'").fetchone() == (1,)
        await journal.close()


@pytest.mark.parametrize("dump", [VERSION_1, VERSION_2], ids=["first", "second"])
def test_a_migration_happens_once_and_what_it_wrote_opens_again(path: Path, dump: Path) -> None:
    asyncio.run(open_and_close(dumped(path, dump)))
    with closing(sqlite3.connect(path)) as db:
        migrated = list(db.iterdump())
        assert db.execute("PRAGMA user_version").fetchone() == (3,)
    asyncio.run(open_and_close(path))
    with closing(sqlite3.connect(path)) as db:
        assert list(db.iterdump()) == migrated


def made_of(path: Path) -> dict[str, list[object]]:
    """The columns of a file's tables, and its indexes."""
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?) ORDER BY name'
        made = {table: list[object](db.execute(columns, (table,))) for table in tables}
        indexes = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"
        return {**made, "": list(db.execute(indexes))}


@pytest.mark.parametrize("dump", [VERSION_1, VERSION_2], ids=["first", "second"])
def test_a_migrated_journal_has_the_tables_of_a_new_one(path: Path, tmp_path: Path, dump: Path) -> None:
    asyncio.run(open_and_close(dumped(path, dump)))
    new = tmp_path / "new" / "journal.sqlite"
    asyncio.run(open_and_close(new))
    assert made_of(path) == made_of(new)


def test_a_migration_that_fails_leaves_the_old_file_as_it_was(old_path: Path) -> None:
    with closing(sqlite3.connect(old_path)) as db, db:
        db.execute("UPDATE intents SET command = '{}' WHERE id LIKE '%-workin'")
        before = list(db.iterdump())
    with pytest.raises(JournalError, match="workin"):
        asyncio.run(open_and_close(old_path))
    with closing(sqlite3.connect(old_path)) as db:
        assert list(db.iterdump()) == before
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
