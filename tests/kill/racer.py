"""A program that wants to place what it is told, when it is told: two of them race for what only one may have."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from gunbot_tui.engine.journal import Blocked, Journal
from gunbot_tui.engine.risk import judge
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Consent, Limits, Rule, Standing
from gunbot_tui.model.intent import IntentState
from tests.factories import make_intent, make_placement

LIMITS = Limits(hard={Rule.NOTIONAL_HOUR: Decimal(1000)})
WON = "won"


def why_not(command: PlaceOrder, standing: Standing) -> str | None:
    """The limits' word, with nothing agreed to."""
    return judge(command, LIMITS, standing, Consent(), reduces=False)


async def race(path: Path) -> None:
    """Read `BOT AMOUNT` (at a price of 1000) from the input, and say what came of each."""
    journal = Journal(path)
    await journal.open()
    print("ready", flush=True)  # noqa: T201 - what the parent waits for
    for line in sys.stdin:
        bot, amount = line.split()
        command = make_placement(price="1000", amount=amount)
        intent = make_intent(command, IntentState.SENDING, f"{bot}-{os.getpid()}", created_at=datetime.now(UTC))
        try:
            await journal.begin(bot, intent, "", partial(why_not, command))
        except Blocked as blocked:
            print(blocked.reason, flush=True)  # noqa: T201 - what the parent reads
        else:
            print(WON, flush=True)  # noqa: T201 - what the parent reads
    await journal.close()


if __name__ == "__main__":
    asyncio.run(race(Path(sys.argv[1])))
