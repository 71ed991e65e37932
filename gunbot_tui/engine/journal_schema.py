"""The journal's file: its tables, whose it is, and how a file of an earlier version becomes one of this.

Nothing is written to a file that is not ours or newer than us; a migration happens as a whole or not at all.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gunbot_tui.engine.journal_rows import claim, insert, to_intent
from gunbot_tui.model.intent import IntentState

APPLICATION_ID = 0x47424E54
VERSION = 3
BUSY_SECONDS = 2.0
NOBODY = 0
"""The process of a row whose program is not known."""

EVENTS = """CREATE TABLE events (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, intent TEXT NOT NULL,
    event TEXT NOT NULL, detail TEXT NOT NULL)"""

# `counted` is text in our hands and REAL in the table: SQL adds up 50,000 rows in a moment, and what the sum is off by,
# a billionth of a cent, decides no limit. The order itself is never a REAL.
INTENTS = (
    """CREATE TABLE intents (
        id TEXT PRIMARY KEY, short_id TEXT NOT NULL, bot TEXT NOT NULL, kind TEXT NOT NULL,
        pair TEXT NOT NULL, money TEXT NOT NULL, side TEXT NOT NULL,
        command TEXT NOT NULL, state TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL,
        reason TEXT NOT NULL, order_id TEXT NOT NULL, leg_id TEXT NOT NULL, filled TEXT NOT NULL,
        funds TEXT NOT NULL, known_ids TEXT NOT NULL, counted REAL, pid INTEGER NOT NULL)""",
    "CREATE INDEX intents_by_time ON intents (bot, created, id)",
    "CREATE INDEX intents_by_state ON intents (state, bot, created, id)",
    "CREATE INDEX intents_by_short_id ON intents (bot, short_id)",
    "CREATE INDEX intents_counted ON intents (bot, created, money, pair, counted) WHERE counted IS NOT NULL",
)
# What was raised by an earlier program that still runs does not say by whom.
RAISED_BY = ("program TEXT NOT NULL DEFAULT ''", f"pid INTEGER NOT NULL DEFAULT {NOBODY}")
TABLES = (
    *INTENTS,
    """CREATE TABLE claims (
        bot TEXT NOT NULL, pair TEXT NOT NULL, order_id TEXT NOT NULL, intent TEXT NOT NULL,
        PRIMARY KEY (bot, pair, order_id)) WITHOUT ROWID""",
    f"CREATE TABLE flags (name TEXT PRIMARY KEY, at TEXT NOT NULL, {', '.join(RAISED_BY)})",
    "CREATE TABLE lines (number INTEGER PRIMARY KEY, at TEXT NOT NULL, line TEXT NOT NULL)",
    "CREATE INDEX events_by_intent ON events (intent)",
)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, made or migrated where needed; raises OSError, sqlite3.Error or ValueError where it can't."""
    _make_private(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with write(connection):
            _make_tables(connection)
            # A process number comes again, in a container every time: what has ours by now is an earlier program's.
            values = (NOBODY, IntentState.SENDING, os.getpid())
            connection.execute("UPDATE intents SET pid = ? WHERE state = ? AND pid = ?", values)
            connection.execute("UPDATE flags SET pid = ? WHERE pid = ?", (NOBODY, os.getpid()))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:  # whatever ends the opening, the file is not left open behind it
        connection.close()
        raise
    return connection


@contextmanager
def write(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction that no other program writes during, on disk when the block ends, or did not happen."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _make_private(path: Path) -> None:
    """Create folder and file for the user alone; refuse what others could have put there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if folder.st_uid != os.geteuid() or folder.st_mode & 0o022:
        raise ValueError(f"others may write to its folder; run: chmod 700 {path.parent}")
    # An existing file is looked at by name only: closing a descriptor of our own would drop SQLite's locks on it.
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise ValueError("not a plain file of yours; move it away") from None
        if found.st_mode & 0o077:
            path.chmod(0o600)


def _make_tables(db: sqlite3.Connection) -> None:
    """Make them in an empty file, bring an old one up to date, refuse what is another program's or newer."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not application and not version and not tables:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _create(db, EVENTS, *TABLES)
    elif application != APPLICATION_ID:
        raise ValueError("this is not a journal of gunbot-tui; move it away")
    elif version > VERSION:
        raise ValueError(f"written by a newer gunbot-tui (format {version}, this one knows {VERSION})")
    elif version == 1:
        _migrate_first(db)
    elif version < VERSION:
        _migrate_second(db)


def _create(db: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def _migrate_first(db: sqlite3.Connection) -> None:
    """Write the intents of the first version anew; its events stay as they are."""
    db.execute("DROP INDEX intents_by_bot")
    db.execute("ALTER TABLE intents RENAME TO intents_1")
    _create(db, *TABLES)
    columns = "bot, id, command, state, created, updated, reason, order_id, filled, known_ids"
    query = f"SELECT {columns} FROM intents_1 ORDER BY created, id"  # noqa: S608 - constants only
    for bot, *row in db.execute(query).fetchall():
        identity, command, state, created, updated, reason, order_id, filled, known_ids = row
        intent = to_intent((identity, command, state, created, updated, reason, order_id, "", filled, "", known_ids))
        insert(db, bot, intent, pid=NOBODY)
        # The first version let two intents have one order: the older one keeps it, both stay as they are.
        claim(db, bot, None, intent)
    db.execute("DROP TABLE intents_1")


def _migrate_second(db: sqlite3.Connection) -> None:
    """Leave out a column of the intents that nobody asks for, and make room for who raised a flag."""
    # Copied, because the SQLite of some systems is too old to drop a column.
    for index in ("intents_by_time", "intents_by_state", "intents_by_short_id", "intents_counted"):
        db.execute(f"DROP INDEX {index}")
    db.execute("ALTER TABLE intents RENAME TO intents_2")
    _create(db, *INTENTS, *(f"ALTER TABLE flags ADD COLUMN {column}" for column in RAISED_BY))
    columns = ", ".join(name for _, name, *_ in db.execute("PRAGMA table_info(intents)"))
    db.execute(f"INSERT INTO intents ({columns}) SELECT {columns} FROM intents_2")  # noqa: S608 - of our own table
    db.execute("DROP TABLE intents_2")
