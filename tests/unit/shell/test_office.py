"""What a shell waits for: an answer that was asked for, and nothing that looks like one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from gunbot_tui.model.feed import Kind, Topic
from tests.clock import until
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.shell.shell_scenes import BOOK, office, trading_bot

PAIRS = Topic(Kind.PAIRS)


class Telling(ScriptedBot):
    """A bot that is read less often once its stream is up."""

    def __init__(self) -> None:
        super().__init__()
        self.values[PAIRS] = BOOK
        self.is_up = asyncio.Event()

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        return {Kind.PAIRS: 60.0 if is_streaming else 30.0}

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        await self.is_up.wait()
        heard(frozenset())
        await asyncio.Event().wait()


async def test_a_reading_is_over_when_it_was_read_and_not_when_its_pace_changes(tmp_path: Path) -> None:
    bot = Telling()
    async with office(bot, tmp_path / "journal.sqlite") as desk:
        before = (await desk.read_pairs()).pairs
        bot.hold(PAIRS)
        again = asyncio.create_task(desk.read_again(PAIRS))
        await until(lambda: bot.in_flight[PAIRS] == 1)
        bot.is_up.set()
        await until(lambda: desk.snapshot.pairs.interval_seconds != before.interval_seconds)
        assert not again.done()
        bot.let_go(PAIRS)
        assert (await again).pairs.read_at != before.read_at


async def test_a_reading_that_fails_is_over_too(tmp_path: Path) -> None:
    bot = trading_bot("home")
    async with office(bot, tmp_path / "journal.sqlite") as desk:
        await desk.read_pairs()
        bot.read_error = lambda topic: OSError("gone")
        assert (await desk.read_again(PAIRS)).pairs.problem is not None
