"""What the journal says against an order: what was sent lately, whether all is halted, what looks like it.

Asked inside the transaction that writes the order, it holds whatever other programs do.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.journal_rows import to_column
from gunbot_tui.engine.journal_schema import NOBODY
from gunbot_tui.engine.record import to_command
from gunbot_tui.engine.risk import TWIN_SECONDS
from gunbot_tui.model.command import OrderCommand, PlaceOrder
from gunbot_tui.model.guard import Halt, Standing, Usage
from gunbot_tui.model.intent import IntentState

HALT = "halt"

# None of these times has an end: a clock that was set back must not free a limit that is used up.
USAGE = """
    SELECT money, pair, sum(counted), sum(CASE WHEN created >= :hour THEN counted ELSE 0 END), sum(created >= :minute)
    FROM intents WHERE bot = :bot AND counted IS NOT NULL AND created >= :day GROUP BY pair"""

TWINS = """
    SELECT id, command FROM intents
    WHERE bot = :bot AND created >= :since AND counted IS NOT NULL AND kind = 'place' AND pair = :pair AND side = :side
    ORDER BY created DESC, id DESC"""

UNKNOWNS = """
    SELECT id FROM intents
    WHERE bot = :bot AND state = :state AND kind = 'place' AND pair = :pair AND side = :side
    ORDER BY created DESC, id DESC"""


def usage_of(db: sqlite3.Connection, bot: str, now: datetime) -> Usage:
    """What the bot was sent in the last minute, hour and day."""
    day: dict[str, Decimal] = {}
    hour: dict[str, Decimal] = {}
    minute = 0
    back = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    values = {"bot": bot, **{name: to_column(now - span) for name, span in back.items()}}
    for money, pair, of_day, of_hour, of_minute in db.execute(USAGE, values):
        minute += of_minute
        for key in (money, pair):
            day[key] = day.get(key, Decimal(0)) + _exact(of_day)
            hour[key] = hour.get(key, Decimal(0)) + _exact(of_hour)
    return Usage(hour, day, minute)


def standing_of(db: sqlite3.Connection, bot: str, command: OrderCommand, now: datetime) -> Standing:
    """What stands against sending a command now."""
    values = {
        "bot": bot,
        "pair": command.pair.key,
        "side": command.side,
        "since": to_column(now - timedelta(seconds=TWIN_SECONDS)),
        "state": IntentState.UNKNOWN,
    }
    return Standing(
        usage_of(db, bot, now),
        is_halted(db),
        tuple(identity for identity, text in db.execute(TWINS, values) if _resembles(text, command)),
        tuple(identity for (identity,) in db.execute(UNKNOWNS, values)),
    )


def is_halted(db: sqlite3.Connection) -> bool:
    """True while nothing may be sent to any bot."""
    return db.execute("SELECT 1 FROM flags WHERE name = ?", (HALT,)).fetchone() is not None


def halt_of(db: sqlite3.Connection) -> Halt | None:
    """Since when nothing may be sent, and by which program; None while orders may be."""
    row = db.execute("SELECT at, program, pid FROM flags WHERE name = ?", (HALT,)).fetchone()
    if row is None:
        return None
    at, program, pid = row
    by = f"this {program}" if pid == os.getpid() else f"{program} {pid}" if pid != NOBODY else program
    return Halt(datetime.fromisoformat(at), by)


def _resembles(text: str, command: OrderCommand) -> bool:
    earlier = to_command(text)
    return isinstance(command, PlaceOrder) and isinstance(earlier, PlaceOrder) and command.resembles(earlier)


def _exact(total: object) -> Decimal:
    """A sum of REALs without the noise behind its twelfth digit: ten times 100.1 is 1001 and not 1000.9999999999999."""
    return Decimal(f"{total:.12g}")
