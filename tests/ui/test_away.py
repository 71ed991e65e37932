"""A bot that refuses or gives no sensible answer: every screen says why, and none waits for what is not read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from tests.factories import NOW, make_snapshot
from tests.ui.driven import driven
from tests.ui.freqtrade_scene import freqtrade_at_work
from tests.ui.scene import day_at_work

WHY = {
    LinkState.REFUSED: Problem(ProblemKind.UNAUTHORISED, "wrong password"),
    LinkState.OFFLINE: Problem(ProblemKind.UNEXPECTED, "a web page"),
}
SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


@SIZES
@pytest.mark.parametrize("state", WHY)
@pytest.mark.parametrize("bot", [freqtrade_at_work(), make_snapshot()], ids=["freqtrade", "gunbot"])
async def test_no_screen_waits_for_a_bot_that_was_never_read_and_is_away(
    bot: Snapshot, state: LinkState, size: tuple[int, int]
) -> None:
    away = replace(bot, feeds={}, link=Link(state, NOW, WHY[state]))
    async with driven(away, size=size) as shown:
        for screen in "123456789":
            await shown.press(screen)
            assert WHY[state].summary in shown.text, screen
            assert not re.search(r"(^|\s)…|reading", shown.text), shown.text


@pytest.mark.parametrize("screen", ["2", "3"])
async def test_a_pairs_book_and_candles_that_were_never_read_say_why(screen: str) -> None:
    day = day_at_work()
    feeds = {topic: feed for topic, feed in day.feeds.items() if topic.kind not in (Kind.BOOK, Kind.CANDLES)}
    away = replace(day, feeds=feeds, link=Link(LinkState.REFUSED, NOW, WHY[LinkState.REFUSED]))
    async with driven(away) as shown:
        await shown.press(screen)
        assert shown.text.count("r tries again · wrong password") == 2
        assert "reading" not in shown.text
