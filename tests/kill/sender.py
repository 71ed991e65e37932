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
from gunbot_tui.model.intent import Intent, IntentState
from tests.factories import make_intent, make_placement

TAKEN = b"taken\n"


def say(intent: Intent) -> None:
    """One line in one write: a killed program leaves no half of it. Every order has an amount of its own."""
    os.write(sys.stdout.fileno(), f"{intent.command.amount} {intent.state}\n".encode())


async def send_for_ever(path: Path, port: int, prefix: str) -> None:
    journal = Journal(path)
    await journal.open()
    answers, requests = await asyncio.open_connection("127.0.0.1", port)
    for number in count():
        amount = f"{prefix}{number:04}1"
        intent = make_intent(make_placement(amount=amount), IntentState.SENDING, amount, datetime.now(UTC))
        await journal.begin("home", intent, "seen")
        say(intent)
        requests.write(f"{amount}\n".encode())
        await requests.drain()
        state = IntentState.HANDED_OVER if await answers.readline() == TAKEN else IntentState.REFUSED
        ended = replace(intent, state=state, updated_at=datetime.now(UTC))
        await journal.advance(intent, ended, "result")
        say(ended)


if __name__ == "__main__":
    asyncio.run(send_for_ever(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
