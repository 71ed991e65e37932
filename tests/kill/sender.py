"""A program that writes intents, sends each once and writes what came of it: to be killed at any moment.

It says on its output what the journal has acknowledged, so that whoever kills it knows what must never be lost.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.intent import IntentState
from tests.factories import make_intent

RESULTS = {b"taken\n": IntentState.HANDED_OVER, b"refused\n": IntentState.REFUSED}


def say(state: str, intent_id: str) -> None:
    """One line in one write: a killed program leaves no half of it."""
    os.write(sys.stdout.fileno(), f"{intent_id} {state}\n".encode())


async def send_for_ever(path: Path, port: int, prefix: str) -> None:
    journal = Journal(path)
    await journal.open()
    answers, requests = await asyncio.open_connection("127.0.0.1", port)
    for number in count():
        at = datetime.now(UTC)
        intent = make_intent(state=IntentState.SENDING, id=f"{prefix}{number:04}", created_at=at)
        await journal.begin("home", intent, "seen")
        say(intent.state, intent.id)
        requests.write(f"{intent.id}\n".encode())
        await requests.drain()
        state = RESULTS[await answers.readline()]
        await journal.advance(intent, replace(intent, state=state, updated_at=datetime.now(UTC)), "result")
        say(state, intent.id)


if __name__ == "__main__":
    asyncio.run(send_for_ever(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
