"""Where a bot can be added: the page without a configuration, and a cockpit that runs."""

from __future__ import annotations

import pytest

from gunbot_tui.model.bot import BotRef, LinkState
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.overlays.add_bot import AddBot
from gunbot_tui.ui.overlays.first_run import DEMO_EXIT_CODE
from gunbot_tui.ui.startup import LoginMissing
from tests.clock import until
from tests.ui.driven import Driven, Failing, driven, session_of, several
from tests.ui.enrolling import answering
from tests.ui.scene import day_at_work


async def add(shown: Driven, name: str) -> None:
    """Fill in the dialog and save without a test."""
    await until(lambda: isinstance(shown.app.screen, AddBot))
    await shown.settle()
    await shown.press("tab")
    await shown.type(name)
    await shown.press("tab", "tab", "tab")
    await shown.type("password")
    await shown.press("tab")
    await shown.type("wallet")
    await shown.press("tab", "tab", "tab", "enter", "enter")
    await until(lambda: not isinstance(shown.app.screen, AddBot))
    await shown.settle()


@pytest.mark.parametrize(("key", "code"), [("d", DEMO_EXIT_CODE), ("q", 0), ("escape", 0)])
async def test_the_first_page_leads_to_the_demo_or_out(key: str, code: int) -> None:
    app = CockpitApp(None, bot=BotRef("", "gunbot", ""), enrolment=answering())
    async with app.run_test() as pilot:
        await pilot.press(key)
    assert app.return_code == code


@pytest.mark.parametrize("way", ["line", "key"])
async def test_a_bot_is_added_to_a_running_cockpit_and_opened_at_once(way: str) -> None:
    enrolment, third = answering(), session_of("third", day_at_work(intents=()))
    async with several(session_of("home"), session_of("away"), enrolment=enrolment, added={"third": third}) as shown:
        if way == "line":
            await shown.command("add-bot")
        else:
            await shown.press("0", "n")
        await add(shown, "third")
        await until(lambda: "third" in shown.app.fleet)
        await shown.settle()
        assert "third is added" in shown.last
        assert shown.bar.startswith(" home ")
        await shown.command("bot third")
        assert shown.bar.startswith(" third ")


async def test_the_second_bot_makes_a_fleet_of_one_cockpit() -> None:
    added = session_of("away")
    async with several(session_of("home"), enrolment=answering(), added={"away": added}) as shown:
        await shown.press("0", "n")
        await add(shown, "away")
        await until(lambda: "away" in shown.app.fleet)
        await shown.settle()
        assert "away" in shown.text
        await shown.press(")")
        assert shown.bar.startswith(" away ")


async def test_an_added_bot_that_cannot_be_opened_is_a_state_of_that_bot() -> None:
    failing = Failing(LoginMissing("bots.away.password_command: ended with code 1", 3))
    async with several(session_of("home"), enrolment=answering(), added={"away": failing}) as shown:
        await shown.command("add-bot")
        await add(shown, "away")
        await until(lambda: "away" in shown.app.fleet)
        assert shown.app.fleet["away"].link.state is LinkState.REFUSED
        assert shown.app.return_code is None


async def test_a_dialog_that_is_dropped_changes_nothing() -> None:
    enrolment = answering()
    async with several(session_of("home"), enrolment=enrolment) as shown:
        await shown.command("add-bot")
        await until(lambda: isinstance(shown.app.screen, AddBot))
        await shown.press("escape")
        assert not isinstance(shown.app.screen, AddBot)
        assert enrolment.saved == []
        assert "BTC/USDT" in shown.text


async def test_the_halt_works_while_the_dialog_is_open() -> None:
    home = session_of("home")
    async with several(home, enrolment=answering()) as shown:
        await shown.command("add-bot")
        await until(lambda: isinstance(shown.app.screen, AddBot))
        await shown.press("tab", "ctrl+g")
        assert home.snapshot.halted


async def test_the_demo_says_that_it_keeps_no_bots() -> None:
    async with driven(day_at_work()) as shown:
        await shown.command("add-bot")
        assert "the demo keeps no bots" in shown.last
