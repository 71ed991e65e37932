"""The record of every confirmed intent, on disk before its first byte leaves; SQLite, for durability is better bought.

One thread of its own does all the work, so a slow disk never stops the screen; the bots of one program share it. All
programs on a machine share one file: what one of them may send is judged in the very transaction that writes it down,
so no two can both be the last.
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
from gunbot_tui.engine.journal_standing import halt_of, usage_of
from gunbot_tui.model.guard import Consent, Halt, Standing, Usage
from gunbot_tui.model.intent import Intent, IntentEvent

log = logging.getLogger(__name__)

T = TypeVar("T")
Version = tuple[int, int]
"""What other programs wrote, and what this one wrote that concerns all its bots: numbers that differ when more is."""


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
        self._bots: set[str] = set()
        self._own = 0
        self._opened_at: Version = (0, 0)
        self._seen: dict[str, Version] = {}
        self._looking: asyncio.Future[tuple[int, frozenset[str]]] | None = None

    async def open(self, bot: str = "") -> None:
        """Create the file where there is none, checked to be ours and writable; kept until the bot leaves."""
        if bot:
            self._bots.add(bot)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal")
        await self._in_thread(self._open)

    async def leave(self, bot: str) -> None:
        """The bot needs it no more: the last one that leaves closes it."""
        self._bots.discard(bot)
        self._seen.pop(bot, None)
        if not self._bots:
            await self.close()

    async def close(self) -> None:
        """Finish what is being written and let go of the file; without effect on a closed one."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        connection, self._connection = self._connection, None
        self._seen.clear()
        if connection is not None:
            await asyncio.get_running_loop().run_in_executor(thread, connection.close)
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
        found, is_news = await self._run(lambda db: _load(db, bot, at))
        if is_news:
            # It may be another bot's intent that is unknown now, whose session has yet to hear of it.
            number, own = self._seen.get(bot, self._opened_at)
            self._seen[bot] = (number, own + 1)
            self._own += 1
        return found

    async def older(self, bot: str, page: int) -> tuple[Intent, ...]:
        """A page, counted from 1, of the orders that ended without being filled before the last intents."""
        return await self._run(lambda db: journal_store.older(db, bot, page))

    async def find(self, bot: str, typed: str) -> tuple[Intent, ...]:
        """The intents of any age that an id, a short id or its beginning means, or the exchange's id of their order.

        An id in full means that one alone.
        """
        return await self._run(lambda db: journal_store.find(db, bot, typed.lower()))

    async def events(self, intent_id: str) -> tuple[IntentEvent, ...]:
        """What was written down about an intent, oldest first; the first one holds what was seen at the press."""
        return await self._run(lambda db: journal_store.events(db, intent_id))

    async def usage(self, bot: str, now: datetime) -> Usage:
        """What all programs sent to a bot lately."""
        return await self._run(lambda db: usage_of(db, bot, now))

    async def halt(self) -> Halt | None:
        """Who stopped all sending, and when; None while it is allowed."""
        return await self._run(halt_of)

    async def set_halt(self, at: datetime, program: str, *, halted: bool) -> None:
        """Stop or allow sending in all programs, also in those that start later; `program` is what this one is."""
        await self._run(lambda db: journal_store.set_halt(db, at, program, halted=halted))
        self._own += 1

    def stir(self) -> None:
        """Let every bot look again: a session that had ended wrote, and another one may have taken its bot over."""
        self._own += 1

    async def changed(self, bot: str) -> bool:
        """True when there is something new for a bot: since its last call another program wrote, all was halted or
        released, or the program that was sending an order of its died. For bots that ask at once it looks once.
        """
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._run(_look))
            self._looking.add_done_callback(self._looked)
        number, bereft = await asyncio.shield(self._looking)
        version = (number, self._own)
        before, self._seen[bot] = self._seen.get(bot, self._opened_at), version
        return version != before or bot in bereft

    def _looked(self, looking: asyncio.Future[tuple[int, frozenset[str]]]) -> None:
        self._looking = None
        if not looking.cancelled():
            looking.exception()  # those who asked may all have been cancelled meanwhile

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
        connection = self._connection
        if connection is None:
            raise JournalError(f"{self.path}: the journal is not open")
        return await self._in_thread(lambda: work(connection))

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
            self._opened_at = (_version(self._connection), self._own)


def _load(db: sqlite3.Connection, bot: str, at: datetime) -> tuple[tuple[Intent, ...], bool]:
    """The intents, and whether something was written on the way."""
    before = db.total_changes
    return journal_store.load(db, bot, at), db.total_changes != before


def _look(db: sqlite3.Connection) -> tuple[int, frozenset[str]]:
    return _version(db), journal_store.bereft(db)


def _version(db: sqlite3.Connection) -> int:
    """A number that is another one once another program has written."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    assert isinstance(version, int)  # noqa: S101 - SQLite's own type
    return version
