"""A program of its own that writes intents and prints each id once it is acknowledged: to be killed at any moment."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.intent import IntentState
from tests.factories import make_intent


async def write(path: Path, prefix: str, count: int) -> None:
    journal = Journal(path)
    await journal.open()
    for number in range(count):
        intent = make_intent(state=IntentState.SENDING, id=f"{prefix}-{number:06}", created_at=datetime.now(UTC))
        await journal.begin("home", intent, "seen")
        print(intent.id, flush=True)  # noqa: T201 - the acknowledgement that the parent reads
    await journal.close()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
