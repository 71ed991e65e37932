"""The start: the screen waits only a moment for its bot, and the style sheets are read anew for another theme alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.contract import LiveSession
from tests.clock import ManualClock, until
from tests.ui.driven import driven
from tests.ui.scene import day_at_work
from tests.ui.scripted import ScriptedSession


async def test_the_screen_is_there_while_a_password_is_still_waited_for() -> None:
    session = ScriptedSession(day_at_work(), ManualClock())
    answered = asyncio.Event()

    async def open_session(
        bot: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]
    ) -> LiveSession:
        await answered.wait()
        return await session.open(bot, publish, typed)

    app = CockpitApp(open_session, bot=session.snapshot.bot, clock=session.clock)
    async with app.run_test(size=(120, 40)):
        await until(lambda: app.cockpit is not None)
        assert app.snapshot is None
        answered.set()
        await until(
            lambda: app.cockpit is not None and app.cockpit.table is not None and len(app.cockpit.table.rows) > 0
        )


async def test_the_other_theme_colours_what_is_shown_and_the_first_one_again() -> None:
    async with driven() as shown:
        before = shown.cockpit.rich_style.bgcolor
        await shown.command("theme")
        assert shown.cockpit.rich_style.bgcolor != before
        await shown.command("theme")
        assert shown.cockpit.rich_style.bgcolor == before
