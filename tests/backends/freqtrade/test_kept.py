"""An answer is kept for its time and no longer, and never one that was asked for before a change."""

from __future__ import annotations

import asyncio

from gunbot_tui.backends.freqtrade.kept import Kept
from tests.clock import ManualClock


class Bot:
    """Answers with how often it was asked; waits first when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def answer(self) -> int:
        self.asked += 1
        count = self.asked
        await self.goes_on.wait()
        return count


async def test_an_answer_is_kept_for_its_time() -> None:
    clock, bot = ManualClock(), Bot()
    kept = Kept(clock.now)
    assert await kept.get("locks", 60, bot.answer) == 1
    await clock.advance(59)
    assert await kept.get("locks", 60, bot.answer) == 1
    await clock.advance(2)
    assert await kept.get("locks", 60, bot.answer) == 2


async def test_an_answer_that_was_on_its_way_when_all_was_forgotten_is_not_kept() -> None:
    bot = Bot()
    kept = Kept(ManualClock().now)
    bot.goes_on.clear()
    reading = asyncio.create_task(kept.get("locks", 60, bot.answer))
    await asyncio.sleep(0)
    assert bot.asked == 1
    kept.forget("locks")
    bot.goes_on.set()
    assert await reading == 1
    assert await kept.get("locks", 60, bot.answer) == 2
    assert await kept.get("locks", 60, bot.answer) == 2


async def test_what_is_forgotten_meanwhile_leaves_another_answer_on_its_way_alone() -> None:
    bot = Bot()
    kept = Kept(ManualClock().now)
    bot.goes_on.clear()
    reading = asyncio.create_task(kept.get("config", 60, bot.answer))
    await asyncio.sleep(0)
    kept.forget("locks")
    bot.goes_on.set()
    assert await reading == 1
    assert await kept.get("config", 60, bot.answer) == 1
