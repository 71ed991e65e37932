"""Book, Candles, PnL and Files on a Freqtrade: what it tells is shown, and what it never tells is not waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import CandleSeries
from tests.clock import until
from tests.factories import make_feed, with_feed
from tests.ui.driven import drawn, driven
from tests.ui.freqtrade_scene import SOL, freqtrade_at_work

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


@SIZES
async def test_the_book_screen_says_that_there_is_none_and_shows_what_is_known(size: tuple[int, int]) -> None:
    async with driven(freqtrade_at_work(), size=size) as shown:
        await shown.command("book ADA/USDT")
        assert "Freqtrade's API has no order book" in shown.text
        assert "reading" not in shown.text
        assert "last" in shown.text
        assert len(shown.table.rows) == 1
        assert "…" not in shown.text.split("\n")[2]


async def test_an_order_is_cancelled_from_the_book_screen_of_a_bot_without_a_book() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("book ADA/USDT")
        await shown.press("x")
        assert shown.cockpit.ticket.is_open


@SIZES
async def test_candles_carry_the_strategys_lines_by_letter_and_a_panel_below(size: tuple[int, int]) -> None:
    async with driven(freqtrade_at_work(), size=size) as shown:
        await shown.command("candles SOL/USDT")
        await drawn(shown.app, shown.pilot)
        assert "a ema_fast" in shown.text
        assert "RSI" in shown.text
        assert "open 133.58" in shown.text
        assert "c rsi" in shown.text
        await shown.press("v")
        await until(lambda: "RSI" not in shown.text)
        await shown.press("V")
        await until(lambda: "RSI" in shown.text)


async def test_the_chart_is_moved_by_its_keys() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("candles SOL/USDT")
        await drawn(shown.app, shown.pilot)
        await shown.press("h")
        await until(lambda: "following" not in shown.text)
        await shown.press("G")
        await until(lambda: "following" in shown.text)


async def test_signals_and_fills_have_signs_of_their_own() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("candles SOL/USDT")
        await drawn(shown.app, shown.pilot)
        chart = "\n".join(line for line in shown.text.split("\n") if "│" in line or "┤" in line)
        assert {"▲", "△", "▽"} <= set(chart)
        assert "△ enter long signal rsi_dip" in shown.text
        assert "▲ bought 1.8715 @ 133.58" in shown.text


async def test_a_pair_without_analysed_candles_says_so() -> None:
    nothing = make_feed(CandleSeries(timedelta(minutes=1), (), times_are_given=True))
    bot = with_feed(freqtrade_at_work(), Topic(Kind.CANDLES, SOL.key), nothing)
    async with driven(bot) as shown:
        await shown.command("candles SOL/USDT")
        assert "has not analysed it yet" in shown.text
