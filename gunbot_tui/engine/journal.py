"""The record of every confirmed intent, on disk before its first byte leaves; SQLite, for durability is better bought.

One thread of its own does all the work, so a slow disk never stops the screen. Several programs may share the file.
What is not ours (a link, another program's file, a newer version's) is refused with its name and never touched.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from gunbot_tui.engine.record import to_command, to_text
from gunbot_tui.model.intent import OPEN_STATES, Intent, IntentState

T = TypeVar("T")

APPLICATION_ID = 0x47424E54
VERSION = 1
BUSY_SECONDS = 2.0
FOUND_SENDING = "the program ended while it was being sent"

SCHEMA = (
    """CREATE TABLE intents (
        id TEXT PRIMARY KEY, bot TEXT NOT NULL, command TEXT NOT NULL, state TEXT NOT NULL,
        created TEXT NOT NULL, updated TEXT NOT NULL, reason TEXT NOT NULL,
        order_id TEXT NOT NULL, filled TEXT NOT NULL, known_ids TEXT NOT NULL)""",
    "CREATE INDEX intents_by_bot ON intents (bot, created)",
    """CREATE TABLE events (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, intent TEXT NOT NULL,
        event TEXT NOT NULL, detail TEXT NOT NULL)""",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)

COLUMNS = "id, command, state, created, updated, reason, order_id, filled, known_ids"


class JournalError(Exception):
    """The journal can't be used; the text names the file and says why."""


class Journal:
    """The journal file of all bots. Every method but the constructor may raise JournalError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Create the file where there is none, and check that it is ours and can be written."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal")
        await self._run(self._open)

    async def begin(self, bot: str, intent: Intent, seen: str) -> None:
        """Write a new intent, with what the user saw when it was confirmed; on return it survives a power cut."""
        await self._run(lambda: self._insert(bot, intent, seen))

    async def settle(self, intent: Intent, event: str) -> None:
        """Write where an intent stands now, and what made it so."""
        await self._run(lambda: self._update(intent, event))

    async def note(self, at: datetime, event: str, detail: str = "", intent_id: str = "") -> None:
        """Write an event that changes no intent: a halt, a cancel that could not be announced."""
        await self._run(lambda: self._append(at, intent_id, event, detail))

    async def load_open(self, bot: str, at: datetime) -> tuple[Intent, ...]:
        """The intents whose fate is open, newest first; one that was being sent when its program ended is unknown."""
        return await self._run(lambda: self._load_open(bot, at))

    async def recent(self, bot: str, limit: int = 200) -> tuple[Intent, ...]:
        """The last intents, newest first, whatever their state."""
        return await self._run(lambda: self._select("bot = ?", (bot,), limit))

    async def close(self) -> None:
        """Finish what is being written and let go of the file; without effect on a closed one."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        if self._connection is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._connection.close)
            self._connection = None
        thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise JournalError(f"{self.path}: the journal is not open")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, sqlite3.Error, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise JournalError(f"{self.path}: {error}") from error

    def _open(self) -> None:
        _make_private(self.path)
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            with _write(connection):
                _claim(connection, self.path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(f"{self.path}: the journal is not open")
        return self._connection

    def _insert(self, bot: str, intent: Intent, seen: str) -> None:
        row = (
            intent.id,
            bot,
            to_text(intent.command),
            intent.state,
            intent.created_at.isoformat(),
            intent.updated_at.isoformat(),
            intent.reason,
            intent.order_id,
            intent.filled,
            json.dumps(sorted(intent.known_ids)),
        )
        with _write(self._db()) as db:
            db.execute("INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            _event(db, intent.created_at, intent.id, "intent", seen)

    def _update(self, intent: Intent, event: str) -> None:
        row = (
            intent.state,
            intent.updated_at.isoformat(),
            intent.reason,
            intent.order_id,
            intent.filled,
            intent.id,
        )
        with _write(self._db()) as db:
            db.execute(
                "UPDATE intents SET state = ?, updated = ?, reason = ?, order_id = ?, filled = ? WHERE id = ?", row
            )
            _event(db, intent.updated_at, intent.id, event, f"{intent.state} {intent.order_id} {intent.reason}".strip())

    def _append(self, at: datetime, intent_id: str, event: str, detail: str) -> None:
        with _write(self._db()) as db:
            _event(db, at, intent_id, event, detail)

    def _load_open(self, bot: str, at: datetime) -> tuple[Intent, ...]:
        states = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
        loaded = []
        for intent in self._select(f"bot = ? AND state IN ({states})", (bot,), -1):
            if intent.state is IntentState.SENDING:
                intent = replace(intent, state=IntentState.UNKNOWN, updated_at=at, reason=FOUND_SENDING)
                self._update(intent, "found at start")
            loaded.append(intent)
        return tuple(loaded)

    def _select(self, where: str, values: tuple[str, ...], limit: int) -> tuple[Intent, ...]:
        query = f"SELECT {COLUMNS} FROM intents WHERE {where} ORDER BY created DESC, id DESC LIMIT ?"  # noqa: S608 - constants only
        return tuple(_to_intent(row) for row in self._db().execute(query, (*values, limit)))


def _make_private(path: Path) -> None:
    """Create folder and file for the user alone; refuse what others could have put there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if folder.st_uid != os.geteuid() or folder.st_mode & 0o022:
        raise JournalError(f"{path.parent}: others may write there; run: chmod 700 {path.parent}")
    # An existing file is looked at by name only: closing a descriptor of our own would drop SQLite's locks on it.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise JournalError(f"{path}: not a plain file of yours; move it away") from None
        if found.st_mode & 0o077:
            path.chmod(0o600)


def _claim(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file; refuse one that is another program's or of a version that we don't know."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not application and not version and not tables:
        for statement in SCHEMA:
            db.execute(statement)
        return
    if application != APPLICATION_ID:
        raise JournalError(f"{path}: this is not a journal of gunbot-tui; move it away")
    if version > VERSION:
        raise JournalError(f"{path}: written by a newer gunbot-tui (format {version}, this one knows {VERSION})")


@contextmanager
def _write(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction that is on disk when the block ends, or did not happen."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _event(db: sqlite3.Connection, at: datetime, intent_id: str, event: str, detail: str) -> None:
    values = (at.isoformat(), intent_id, event, detail)
    db.execute("INSERT INTO events (at, intent, event, detail) VALUES (?, ?, ?, ?)", values)


def _to_intent(row: tuple[str, ...]) -> Intent:
    identity, command, state, created, updated, reason, order_id, filled, known_ids = row
    return Intent(
        id=identity,
        command=to_command(command),
        state=IntentState(state),
        created_at=datetime.fromisoformat(created),
        updated_at=datetime.fromisoformat(updated),
        reason=reason,
        order_id=order_id,
        filled=filled,
        known_ids=frozenset(json.loads(known_ids)),
    )
