"""Pairs, Orders, Balances, Bot and Logs of a Freqtrade on the screen."""

from __future__ import annotations

import pytest

from gunbot_tui.model.feed import Kind, Topic
from tests.freqtrade_day import recorded_bot
from tests.ui.driven import driven

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


@SIZES
async def test_pairs_begin_with_what_is_open_staked_and_gained(size: tuple[int, int]) -> None:
    async with driven(recorded_bot(), size=size) as shown:
        assert "6 of 14 trades open · 1124.93 USDT staked · profit open −2.36 USDT" in shown.text
        assert "−0.18%" in shown.text


async def test_the_trade_under_the_cursor_is_told_with_its_orders() -> None:
    async with driven(recorded_bot()) as shown:
        await shown.command("pair ETH")
        assert "trade 143 · holding · CockpitStrategy · tag manual" in shown.text
        assert "1 entry, 1 exit done" in shown.text
        assert "stop 3209.2 (−2.52% from here)" in shown.text
        assert "sell 0.03797 ETH @ 3292.1 · exit · market" in shown.text
        assert Topic(Kind.NOTES, "143") in shown.session.shown


@SIZES
async def test_balances_are_worth_what_the_bot_says_and_no_money_moves(size: tuple[int, int]) -> None:
    async with driven(recorded_bot(), size=size) as shown:
        await shown.press("6")
        assert "6 balances · worth 9981.68 USDT · simulated" in shown.text
        assert "250.14" in shown.text


@SIZES
async def test_the_bot_says_what_it_does_and_whether_money_moves(size: tuple[int, int]) -> None:
    async with driven(recorded_bot(), size=size) as shown:
        await shown.press("8")
        assert "running · it opens and closes trades by itself · dry run" in shown.text
        assert "CockpitStrategy · 1m · binance spot · long only · stop −2.50%" in shown.text
        assert "1 lock · 2 blacklisted" in shown.text
        assert {Topic(kind) for kind in (Kind.LOCKS, Kind.PAIRLIST, Kind.LOAD)} <= shown.session.shown


async def test_what_each_verb_would_do_is_said_before_it_is_asked_for() -> None:
    async with driven(recorded_bot()) as shown:
        await shown.press("8")
        assert "STOP dry: 6 open trades are looked after by nobody" in shown.text
        assert "STOP ENTRIES of dry: it opens nothing and goes on managing the 6 open trades" in shown.text
