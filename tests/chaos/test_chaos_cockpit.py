"""The whole cockpit through a line that fails: what becomes of an order is read from the screen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from gunbot_tui.engine.session import Session
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.sim.options import SimOptions
from gunbot_tui.ui.app import CockpitApp
from tests.chaos.proxy import LATE_SECONDS, Fault
from tests.chaos.stand import Stand, stand
from tests.chaos.truth import Truth
from tests.clock import ManualClock, until
from tests.ui.driven import Driven, found, ready
from tests.ui.scripted import ScriptedSession

PATIENCE_SECONDS = 30.0


class Wired(Driven):
    """A cockpit on a real session, whose bot answers through the proxy."""

    bench: Stand

    async def wait(self, pattern: str) -> None:
        """Let time pass until the screen shows the pattern."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not re.search(pattern, self.text):
                    await self.clock.advance(0.5)
                    await self.settle()
        except TimeoutError:
            raise AssertionError(f"never {pattern!r}, but\n{self.text}") from None

    async def review(self, line: str) -> None:
        """Type a buy and have it reviewed."""
        await self.command(line)
        await until(lambda: "B send buy" in self.text)

    async def order(self, line: str, fault: Fault) -> None:
        """Type a buy and confirm it, with something happening to it on the way."""
        self.bench.proxy.on(fault, "/trade/")
        before = len(self.bench.proxy.trades())
        await self.review(line)
        await self.confirm("B")
        await until(lambda: len(self.bench.proxy.trades()) > before)

    async def ids(self) -> set[str]:
        """The orders that the bot has from us."""
        return Truth.read(await self.bench.sim.truth()).ours


@asynccontextmanager
async def wired(folder: Path) -> AsyncIterator[Wired]:
    clock = ManualClock()
    async with stand(SimOptions(pairs=2), clock, folder / "journal.sqlite3") as bench:

        async def opened(_: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]) -> Session:
            bench.session = bench.make_session(publish)
            return bench.session

        app = CockpitApp(opened, bot=bench.session.snapshot.bot, clock=clock)
        try:
            async with app.run_test(size=(170, 40)) as pilot:
                await ready(app, pilot)
                shown = Wired(app, pilot, cast("ScriptedSession", bench.session), clock)
                shown.bench = bench
                await until(lambda: "BTC/USDT" in shown.text)
                yield shown
        finally:
            # The app's own closing goes on when its test harness has already let go of it.
            await bench.session.close()


async def test_what_the_line_did_to_an_order_stands_on_the_screen(tmp_path: Path) -> None:
    async with wired(tmp_path) as shown:
        await shown.press("5")

        await shown.order("buy 0.0012 BTC @ 58000", Fault.LATE_EXECUTE)
        await shown.wait(r"\b1 unknown")
        assert await shown.ids() == set()
        await shown.clock.advance(LATE_SECONDS)
        await shown.wait(r"\b0 unknown")
        (late,) = await shown.ids()
        found(rf"58000.* me .*working.* {late}", shown.text)

        await shown.order("buy 0.0013 BTC @ 57000", Fault.EXECUTE_TWICE)
        await shown.wait(r"57000(?s:.*)2 orders match 1 intent")
        assert len(await shown.ids()) == 3

        await shown.order("buy 0.0014 BTC @ 56000", Fault.DROP_BEFORE)
        await shown.wait(r"56000.* me .*UNKNOWN")
        await shown.clock.advance(15.0)
        await shown.wait(r"56000.* me .*UNKNOWN")
        assert len(await shown.ids()) == 3
        assert len(shown.bench.proxy.trades()) == 3


async def test_an_order_that_never_left_says_so_on_the_screen(tmp_path: Path) -> None:
    async with wired(tmp_path) as shown:
        await shown.review("buy 0.0012 BTC @ 58000")
        await shown.bench.proxy.down()
        await shown.confirm("B")
        await shown.wait(r"(?i)not sent")
        assert shown.bench.proxy.trades() == []
