"""What a journal file holds, as tests look into it beside the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from gunbot_tui.engine.journal import Blocked, Journal
from gunbot_tui.engine.journal_rows import select
from gunbot_tui.model.command import OrderCommand
from gunbot_tui.model.guard import Standing
from gunbot_tui.model.intent import Intent, IntentState
from tests.factories import make_intent


def all_intents(path: Path) -> tuple[Intent, ...]:
    """Every intent in the file, newest first."""
    with closing(sqlite3.connect(path)) as db:
        return select(db, "true ORDER BY created DESC, id DESC")


async def standing(journal: Journal, command: OrderCommand, now: datetime) -> Standing:
    """What stands against a command: what its judge hears, who then lets nothing be written."""
    heard: list[Standing] = []

    def refuse(standing: Standing) -> str:
        heard.append(standing)
        return "only asked"

    try:
        await journal.begin("home", make_intent(command, IntentState.SENDING, "asked", now), "", refuse)
    except Blocked:
        return heard[0]
    raise AssertionError("nobody was asked")
