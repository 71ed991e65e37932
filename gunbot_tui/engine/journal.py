"""The record of every confirmed intent, on disk before its first byte leaves; SQLite, for durability is better bought.

One thread of its own does all the work, so a slow disk never stops the screen. All programs on a machine share one
file: what one of them may send is judged in the very transaction that writes it down, so no two can both be the last.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from gunbot_tui.engine import journal_store
from gunbot_tui.engine.journal_schema import connect
from gunbot_tui.engine.journal_standing import is_halted, usage_of
from gunbot_tui.model.guard import Consent, Standing, Usage
from gunbot_tui.model.intent import Intent, IntentEvent

log = logging.getLogger(__name__)

T = TypeVar("T")


class JournalError(Exception):
    """The journal can't be used; the text names the file and says why."""


class Blocked(Exception):  # noqa: N818 - an outcome, not a fault: a rule held
    """A rule forbade an intent, and nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Journal:
    """The journal file of all bots. Every method but the constructor may raise JournalError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._seen_version = 0

    async def open(self) -> None:
        """Create the file where there is none, and check that it is ours and can be written."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal")
        await self._in_thread(self._open)

    async def close(self) -> None:
        """Finish what is being written and let go of the file; without effect on a closed one."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        if self._connection is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._connection.close)
            self._connection = None
        thread.shutdown(wait=False)

    async def begin(
        self,
        bot: str,
        intent: Intent,
        seen: str,
        judge: Callable[[Standing], str | None] | None = None,
        consent: Consent | None = None,
    ) -> None:
        """Write a new intent, with what the user saw and agreed to; on return it survives a power cut.

        `judge` says why it must not be sent, from what all programs have written down until then: that is raised as
        Blocked. It runs in the journal's thread.
        """
        reason = await self._run(lambda db: journal_store.begin(db, bot, intent, seen, judge, consent or Consent()))
        if reason is not None:
            raise Blocked(reason)

    async def advance(self, before: Intent, after: Intent, event: str, detail: str = "") -> bool:
        """Write where an intent stands now, and what made it so.

        Returns False, with nothing written, when it stood elsewhere than in `before`, when an exchange order of `after`
        is another intent's, or when what waited would be sent while halted: the caller reads the journal again.
        """
        return await self._run(lambda db: journal_store.advance(db, before, after, event, detail))

    async def load(self, bot: str, at: datetime) -> tuple[Intent, ...]:
        """Every open intent and the last others, newest first; one that nobody is sending any more is unknown."""
        return await self._run(lambda db: journal_store.load(db, bot, at))

    async def find(self, bot: str, typed: str) -> tuple[Intent, ...]:
        """The intents of any age that an id, a short id or its beginning means; an id in full means that one alone."""
        return await self._run(lambda db: journal_store.find(db, bot, typed.lower()))

    async def events(self, intent_id: str) -> tuple[IntentEvent, ...]:
        """What was written down about an intent, oldest first; the first one holds what was seen at the press."""
        return await self._run(lambda db: journal_store.events(db, intent_id))

    async def usage(self, bot: str, now: datetime) -> Usage:
        """What all programs sent to a bot lately."""
        return await self._run(lambda db: usage_of(db, bot, now))

    async def halted(self) -> bool:
        """True while nothing may be sent by any program."""
        return await self._run(is_halted)

    async def set_halt(self, at: datetime, halted: bool) -> None:
        """Stop or allow sending in all programs, also in those that start later."""
        await self._run(lambda db: journal_store.set_halt(db, at, halted=halted))

    async def changed(self) -> bool:
        """True when there is something new to load: another program wrote since the last call, or died sending."""
        return await self._run(self._changed)

    async def note(self, at: datetime, event: str, detail: str = "", intent_id: str = "") -> None:
        """Write an event that changes no intent."""
        await self._run(lambda db: journal_store.note(db, at, event, detail, intent_id))

    async def lines(self, limit: int) -> tuple[str, ...]:
        """The last lines that were typed, in this run and those before, oldest first."""
        return await self._run(lambda db: journal_store.lines(db, limit))

    async def remember(self, line: str, at: datetime) -> None:
        """Keep a typed line for the runs to come; the oldest ones make room."""
        await self._run(lambda db: journal_store.remember(db, line, at))

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._in_thread(lambda: work(self._db()))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise JournalError(f"{self.path}: the journal is not open")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (OSError, sqlite3.Error, ArithmeticError, LookupError, TypeError, ValueError) as error:
            if self._connection is not None and not isinstance(error, OSError | sqlite3.Error):
                # Neither the disk nor a foreign file: the cause may be a fault of ours, which one line can't show.
                log.exception("work on the journal failed")
            raise JournalError(f"{self.path}: {error}") from error

    def _open(self) -> None:
        if self._connection is None:
            self._connection = connect(self.path)
            self._seen_version = _version(self._connection)

    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(f"{self.path}: the journal is not open")
        return self._connection

    def _changed(self, db: sqlite3.Connection) -> bool:
        before, self._seen_version = self._seen_version, _version(db)
        return self._seen_version != before or bool(journal_store.lost(db, None))


def _version(db: sqlite3.Connection) -> int:
    """A number that is another one once another program has written."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    assert isinstance(version, int)  # noqa: S101 - SQLite's own type
    return version
