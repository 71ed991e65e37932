"""A change of bot makes screens, which takes a moment: whatever comes meanwhile, one bot is shown in the end."""

from __future__ import annotations

import asyncio

from gunbot_tui.ui.cockpit import Cockpit
from gunbot_tui.ui.stage import Stage
from tests.clock import until
from tests.ui.driven import DOGE, Driven, make_app, session_of, several, two


def stages(shown: Driven) -> list[Stage]:
    return [stage for stage in shown.cockpit.query(Stage) if stage.display]


async def test_of_two_changes_at_once_the_later_one_counts() -> None:
    async with several(*two(), session_of("third")) as shown:
        await asyncio.gather(shown.app.activate("third"), shown.app.activate("away"))
        await shown.settle()
        assert stages(shown) == [shown.cockpit.stages.front]
        assert shown.bar.startswith(" away ")
        assert "DOGE/USDT" in shown.text
        assert shown.app.snapshot is not None
        assert shown.app.snapshot.bot == shown.cockpit.snapshot.bot


async def test_a_change_that_is_taken_back_at_once_ends_where_it_began() -> None:
    async with several(*two()) as shown:
        await asyncio.gather(shown.app.activate("away"), shown.app.activate("home"))
        await shown.settle()
        assert stages(shown) == [shown.cockpit.stages.front]
        assert shown.bar.startswith(" home ")
        assert "SOL/USDT" in shown.text


async def test_a_screen_that_is_asked_for_meanwhile_is_shown_of_the_new_bot() -> None:
    async with several(*two()) as shown:
        await asyncio.gather(shown.app.activate("away"), shown.cockpit.show_view("book"))
        await shown.settle()
        assert shown.bar.startswith(" away ")
        assert shown.cockpit.view.NAME == "book"
        assert shown.cockpit.pair == DOGE


async def test_one_screen_asked_for_twice_at_once_is_made_once() -> None:
    async with several(*two()) as shown:
        await asyncio.gather(*(shown.cockpit.show_view("candles") for _ in range(2)))
        await shown.settle()
        assert shown.cockpit.view.NAME == "candles"


async def test_until_its_screens_stand_nothing_tells_of_another_bot() -> None:
    async with several(*two()) as shown:
        change = asyncio.create_task(shown.app.activate("away"))
        while not change.done():
            front = shown.cockpit.stages.front
            assert shown.cockpit.snapshot.bot.name == shown.cockpit.crew.active
            assert front.display
            await asyncio.sleep(0)
        assert shown.cockpit.crew.active == "away"


async def test_a_bot_that_is_clicked_on_is_shown_and_the_keys_go_on() -> None:
    async with several(*two()) as shown:
        await shown.press("0")
        for _ in range(2):
            await shown.pilot.click(shown.table, offset=(4, 2))
            await shown.settle()
        assert shown.bar.startswith(" away ")
        await shown.press("(")
        assert shown.bar.startswith(" home ")


async def test_leaving_while_the_screens_are_put_up_is_no_error() -> None:
    app = make_app(session_of("home"))
    async with app.run_test():
        await until(lambda: isinstance(app.screen, Cockpit))
    assert app.failure is None
