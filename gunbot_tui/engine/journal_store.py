"""What the journal does in its thread, each function with the open file and at most one transaction.

Nothing of it knows of tasks; an intent that nobody sends any more is found here, by its process and by its age.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from gunbot_tui.engine.journal_rows import BY_NEWEST, claim, insert, select, takes_foreign_order, to_column, update
from gunbot_tui.engine.journal_schema import NOBODY, write
from gunbot_tui.engine.journal_standing import HALT, is_halted, standing_of
from gunbot_tui.model.guard import Consent, Standing
from gunbot_tui.model.intent import LISTED, OLDER, OPEN_STATES, Intent, IntentEvent, IntentState

LINES_KEPT = 1000
LAST_SIGN = "\U0010ffff"
SENDING_FOR = timedelta(seconds=15)
FOUND_SENDING = "the program ended while it was being sent"
SENDING_TOO_LONG = f"no result within {SENDING_FOR.seconds} s of being sent"

CLAIMED = "id IN (SELECT intent FROM claims WHERE bot = ? AND order_id = ? COLLATE NOCASE)"
UNTRADED = ", ".join(f"'{state}'" for state in sorted({*IntentState} - OPEN_STATES - {IntentState.FILLED}))
"""How an order ends that the bot's own history tells nothing of, or not all."""
OPEN = "bot = ? AND state IN ({})".format(", ".join(f"'{state}'" for state in sorted(OPEN_STATES)))


def begin(
    db: sqlite3.Connection,
    bot: str,
    intent: Intent,
    seen: str,
    judge: Callable[[Standing], str | None] | None,
    consent: Consent,
) -> str | None:
    """Write a new intent; or nothing, and return why it must not be sent."""
    with write(db):
        if judge is not None:
            reason = judge(standing_of(db, bot, intent.command, intent.created_at))
            if reason is not None:
                return reason
        if takes_foreign_order(db, bot, None, intent):
            raise ValueError(f"order {intent.order_id} is another intent's")
        insert(db, bot, intent, os.getpid())
        claim(db, bot, None, intent)
        _event(db, intent.created_at, intent.id, "intent", seen)
        if consent != Consent():
            agreed = ", ".join((*sorted(consent.rules), *sorted(consent.intents)))
            _event(db, intent.created_at, intent.id, "override", f"{agreed}: typed {consent.typed}")
    return None


def advance(db: sqlite3.Connection, before: Intent, after: Intent, event: str, detail: str) -> bool:
    """Write where an intent stands now; or nothing, and return False, when it stood elsewhere or an order is taken.

    What waited is not sent while halted: that is False too.
    """
    is_sent = (before.state, after.state) == (IntentState.WAITING, IntentState.SENDING)
    stood = (before.id, before.state, to_column(before.updated_at))
    with write(db):
        found = db.execute("SELECT bot FROM intents WHERE id = ? AND state = ? AND updated = ?", stood).fetchone()
        if found is None or takes_foreign_order(db, found[0], before, after) or (is_sent and is_halted(db)):
            return False
        claim(db, found[0], before, after)
        _settle(db, after, event, detail)
    return True


def _settle(db: sqlite3.Connection, intent: Intent, event: str, detail: str = "") -> None:
    update(db, intent, os.getpid())
    words = (intent.state, intent.order_id, intent.leg_id, intent.reason, detail)
    _event(db, intent.updated_at, intent.id, event, " ".join(word for word in words if word))


def load(db: sqlite3.Connection, bot: str, at: datetime) -> tuple[Intent, ...]:
    """Every open intent of a bot and its last others, newest first, after those that nobody sends are unknown."""
    if lost(db, at):
        with write(db):
            for identity, reason in lost(db, at):
                (intent,) = select(db, "id = ?", identity)
                intent = replace(intent, state=IntentState.UNKNOWN, updated_at=at, reason=reason)
                _settle(db, intent, "lost" if reason is SENDING_TOO_LONG else "found at start")
    # Sorted here: asked for an order, SQLite walks all the bot's intents by time to find the few open ones.
    last = select(db, f"bot = ? {BY_NEWEST}", bot, LISTED)
    return _newest_first({intent.id: intent for intent in (*last, *select(db, OPEN, bot))}.values())


def older(db: sqlite3.Connection, bot: str, page: int) -> tuple[Intent, ...]:
    """A page, counted from 1, of the orders that ended without being filled before the last intents, newest first."""
    listed = "SELECT created, id FROM intents WHERE bot = ? ORDER BY created DESC, id DESC LIMIT 1 OFFSET ?"
    where = f"bot = ? AND (created, id) < ({listed}) AND kind = 'place' AND state IN ({UNTRADED}) {BY_NEWEST} OFFSET ?"
    return select(db, where, bot, bot, LISTED - 1, OLDER, OLDER * (page - 1))


def lost(db: sqlite3.Connection, at: datetime) -> list[tuple[str, str]]:
    """The ids of intents of all bots that nobody is sending any more, and why."""
    rows = db.execute("SELECT id, pid, updated FROM intents WHERE state = ?", (IntentState.SENDING,)).fetchall()
    since = to_column(at - SENDING_FOR)
    dead = [(identity, FOUND_SENDING) for identity, pid, _ in rows if not _is_alive(pid)]
    return dead + [
        (identity, SENDING_TOO_LONG) for identity, pid, updated in rows if _is_alive(pid) and updated < since
    ]


def bereft(db: sqlite3.Connection) -> frozenset[str]:
    """The bots of whose intents one was being sent by a program that is dead."""
    rows = db.execute("SELECT DISTINCT bot, pid FROM intents WHERE state = ?", (IntentState.SENDING,)).fetchall()
    return frozenset(bot for bot, pid in rows if not _is_alive(pid))


def _is_alive(pid: int) -> bool:
    if pid == NOBODY:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _newest_first(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    return tuple(sorted(intents, key=lambda intent: (intent.created_at, intent.id), reverse=True))


def find(db: sqlite3.Connection, bot: str, typed: str) -> tuple[Intent, ...]:
    """The intents that a lower-case id, short id or its beginning means, or an exchange order of theirs in any case."""
    found = _newest_first(select(db, "bot = ? AND short_id = ?", bot, typed.rpartition("-")[2]))
    exact = tuple(intent for intent in found if typed in (intent.short_id.lower(), intent.id.lower()))
    if exact or not typed:
        return exact
    claimed = select(db, CLAIMED, bot, typed)
    return _newest_first(
        claimed or select(db, "bot = ? AND short_id > ? AND short_id < ?", bot, typed, typed + LAST_SIGN)
    )


def events(db: sqlite3.Connection, intent_id: str) -> tuple[IntentEvent, ...]:
    """What was written down about an intent, oldest first."""
    rows = db.execute("SELECT at, event, detail FROM events WHERE intent = ? ORDER BY number", (intent_id,))
    return tuple(IntentEvent(datetime.fromisoformat(at), event, detail) for at, event, detail in rows)


def set_halt(db: sqlite3.Connection, at: datetime, program: str, *, halted: bool) -> None:
    """Stop or allow sending; of several who stop it the first is kept."""
    with write(db):
        if halted:
            values = (HALT, to_column(at), program, os.getpid())
            db.execute("INSERT OR IGNORE INTO flags (name, at, program, pid) VALUES (?, ?, ?, ?)", values)
        else:
            db.execute("DELETE FROM flags WHERE name = ?", (HALT,))
        _event(db, at, "", "halt" if halted else "release", f"{program} {os.getpid()}")


def note(db: sqlite3.Connection, at: datetime, event: str, detail: str, intent_id: str) -> None:
    """Write an event that changes no intent."""
    with write(db):
        _event(db, at, intent_id, event, detail)


def lines(db: sqlite3.Connection, limit: int) -> tuple[str, ...]:
    """The last typed lines, oldest first."""
    newest = db.execute("SELECT line FROM lines ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
    return tuple(line for (line,) in reversed(newest))


def remember(db: sqlite3.Connection, line: str, at: datetime) -> None:
    """Keep a typed line."""
    with write(db):
        db.execute("INSERT INTO lines (at, line) VALUES (?, ?)", (to_column(at), line))
        db.execute("DELETE FROM lines WHERE number <= (SELECT max(number) FROM lines) - ?", (LINES_KEPT,))


def _event(db: sqlite3.Connection, at: datetime, intent_id: str, event: str, detail: str) -> None:
    values = (to_column(at), intent_id, event, detail)
    db.execute("INSERT INTO events (at, intent, event, detail) VALUES (?, ?, ?, ?)", values)
