"""A halt holds at every bot, however it is opened, until it is released anywhere."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.ui.startup import SetupError
from tests.clock import until
from tests.factories import NOW, make_problem
from tests.ui.driven import Failing, several, two


async def test_the_halt_reaches_every_bot_and_the_bar_says_so() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press("H")
        assert home.snapshot.halted
        assert away.snapshot.halted
        assert "halted: nothing is sent at any of the 2 bots" in shown.last
        await shown.press(")")
        assert "HALTED" in shown.bar
        await shown.command("release")
        assert not home.snapshot.halted
        assert not away.snapshot.halted
        assert "HALTED" not in shown.bar


async def test_a_bot_that_is_opened_after_a_halt_is_halted_too() -> None:
    home, away = two()
    failing = Failing(SetupError("no good", 2))
    async with several(home, failing) as shown:
        await shown.press("H")
        failing.open = away.open  # type: ignore[method-assign]  # from now on its settings are right
        await shown.press("0", "j", "r")
        await until(lambda: away.openings == 1)
        await shown.settle()
        assert away.snapshot.halted


async def test_a_release_in_another_window_ends_the_halt_of_this_one() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press("H")
        for session in (home, away):
            session.publish(replace(session.snapshot, halt=None))
        refused = Link(LinkState.REFUSED, NOW, make_problem("wrong password", ProblemKind.UNAUTHORISED))
        away.publish(replace(away.snapshot, link=refused))
        await shown.press("0", "j", "r")
        await until(lambda: away.openings == 2)
        await shown.settle()
        assert not away.snapshot.halted
