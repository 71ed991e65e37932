"""Take the README's pictures from the demo: the real cockpit on a simulated Gunbot, fixed in seed, clock and zone."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gunbot_tui.demo import Demo
from gunbot_tui.engine.clock import SystemClock
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.keymap import DIGITS
from gunbot_tui.wiring import make_demo_ready, opening

FOLDER = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 20, 14, 2, 11, tzinfo=UTC)
SIZE = (120, 40)
SEED = 7
PATIENCE_SECONDS = 20.0
NOTHING_TO_SEE = {"logs", "fleet"}
"""A Gunbot tells no log, and one bot is no fleet."""


class StillClock(SystemClock):
    """Waits as long as any other, and always says the same time."""

    def now(self) -> datetime:
        """The moment of all pictures."""
        return NOW


async def take() -> None:
    """Visit every screen and write what it shows."""
    with Demo(seed=SEED, speed=0, clock_start=NOW.timestamp()) as demo:
        bot = BotRef("demo", "gunbot", "", TradeMode.DEMO)
        clock = StillClock()
        app = CockpitApp(opening(lambda bot, _: make_demo_ready(demo, bot, clock), clock), bot=bot, clock=clock)
        async with app.run_test(size=SIZE) as pilot:
            await until(lambda: app.cockpit is not None and app.cockpit.pair is not None)
            for view in (view for view in DIGITS if view not in NOTHING_TO_SEE):
                await pilot.press(DIGITS[view])
                await until(lambda: everything_is_read(app))
                await pilot.pause()
                await until(lambda: not any(work.group == "chart" for work in app.workers))
                await pilot.pause()
                save(app, view)
            await pilot.press("2", *"s", *"25%", "enter")
            await until(lambda: app.cockpit is not None and app.cockpit.ticket.is_open)
            await pilot.pause()
            save(app, "ticket")


def everything_is_read(app: CockpitApp) -> bool:
    """Whether each topic of the screen has its first answer."""
    cockpit = app.cockpit
    if cockpit is None or app.snapshot is None:
        return False
    unread = app.snapshot.capabilities.unread
    topics = [topic for topic in cockpit.view.topics(cockpit.pair) if topic.kind not in unread]
    return all(app.snapshot.feed(topic).read_at is not None for topic in topics)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the demo did not get so far")
        await asyncio.sleep(0.02)


def save(app: CockpitApp, name: str) -> None:
    """Write one picture, without the fonts that Textual would have a reader fetch."""
    picture = app.export_screenshot(title=f"gunbot-tui · {name}", simplify=True)
    path = FOLDER / f"{name}.svg"
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), encoding="utf-8")
    print(path.name)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    for variable in ("NO_COLOR", "COLORTERM"):
        os.environ.pop(variable, None)
    asyncio.run(take())
    sys.exit(0)
