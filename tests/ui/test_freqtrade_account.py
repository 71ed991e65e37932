"""Pairs, Orders, Balances, Bot and Logs of a Freqtrade on the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import LogLine
from gunbot_tui.model.snapshot import Snapshot
from tests.factories import NOW, make_feed, with_feed
from tests.freqtrade_day import recorded_bot
from tests.ui.driven import driven
from tests.ui.scene import day_at_work

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


def logged(count: int) -> tuple[LogLine, ...]:
    """So many lines, each tenth of them a warning."""
    return tuple(
        LogLine(NOW + timedelta(seconds=i), "WARNING" if i % 10 == 0 else "INFO", "freqtrade.worker", f"line {i}")
        for i in range(count)
    )


def with_logs(count: int) -> Snapshot:
    return with_feed(recorded_bot(), Topic(Kind.LOGS), make_feed(logged(count), interval_seconds=3.0))


@SIZES
async def test_the_log_follows_its_end_until_the_cursor_is_moved_up(size: tuple[int, int]) -> None:
    async with driven(with_logs(100), size=size) as shown:
        await shown.press("9")
        assert "line 99" in shown.text
        assert "following" in shown.text
        await shown.publish(with_logs(120))
        assert "line 119" in shown.text
        await shown.press("k", "k")
        await shown.publish(with_logs(160))
        assert shown.table.cursor_row is not None
        assert shown.table.cursor_row.cells[3].text == "line 117"
        await shown.press("G")
        await shown.publish(with_logs(170))
        assert "line 169" in shown.text


async def test_the_log_is_shown_by_level_and_searched() -> None:
    async with driven(with_logs(100)) as shown:
        await shown.press("9", "v", "v")
        assert [row.cells[3].text for row in shown.table.rows] == [f"line {i}" for i in range(0, 100, 10)]
        await shown.command("filter 9")
        assert [row.cells[3].text for row in shown.table.rows] == ["line 90"]
        await shown.command("logs error")
        assert "error and worse" in shown.text
        await shown.command("logs chatter")
        assert '"chatter" is no level of the log: all, info, warning, error' in shown.last


async def test_a_long_line_of_the_log_is_never_wrapped_but_told_below() -> None:
    async with driven(recorded_bot()) as shown:
        await shown.press("9", "g")
        assert len(shown.table.rows) == 5
        assert "×2 " in shown.text
        assert "'profit_amount': -0.52796205" in shown.text


async def test_a_bot_without_a_log_says_why() -> None:
    day = day_at_work()
    silent = replace(day, capabilities=replace(day.capabilities, unread={Kind.LOGS: "Gunbot writes it to its folder"}))
    async with driven(silent) as shown:
        await shown.press("9")
        assert "Gunbot writes it to its folder" in shown.text


@SIZES
async def test_orders_are_those_that_work_the_open_trades_and_the_closed_ones(size: tuple[int, int]) -> None:
    async with driven(recorded_bot(), size=size) as shown:
        await shown.press("5")
        assert "1 working · 0 unknown · 5 trades open · closed page 1 of 47" in shown.text
        assert {Topic(Kind.CLOSED, "0")} == shown.session.shown
        assert "holding −0.18" in shown.text
        await shown.press("-")
        assert Topic(Kind.CLOSED, "1") in shown.session.shown


async def test_the_whole_trade_is_opened_with_its_orders_and_notes() -> None:
    async with driven(recorded_bot()) as shown:
        await shown.press("5")
        await shown.command("filter TRX")
        await shown.press("enter")
        assert "tag rsi_dip" in shown.text
        assert "buy 2065.6 TRX @ 0.12103 · entry · limit · closed" in shown.text
        assert Topic(Kind.NOTES, "141") in shown.session.shown
        await shown.press("backspace")
        assert Topic(Kind.NOTES, "141") not in shown.session.shown
