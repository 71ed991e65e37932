"""Book, Candles, PnL and Files on a Freqtrade: what it tells is shown, and what it never tells is not waited for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import FileText, Folder
from gunbot_tui.model.market import CandleSeries
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.views.pnl_sections import SECTIONS
from gunbot_tui.views.pnl_sections import topic as topic_of
from tests.clock import until
from tests.factories import NOW, make_feed, make_problem, with_feed
from tests.ui.driven import drawn, driven, session_of, several
from tests.ui.freqtrade_scene import SOL, freqtrade_at_work, webserver

REPORTS = (Kind.PNL, Kind.RESULTS, Kind.CURVE)
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


@SIZES
@pytest.mark.parametrize("section", SECTIONS)
async def test_every_section_is_reached_by_name_and_reads_only_its_own(section: str, size: tuple[int, int]) -> None:
    async with driven(freqtrade_at_work(), size=size) as shown:
        await shown.command(f"pnl {section}")
        assert f"▸{section}" in shown.text
        assert {topic for topic in shown.session.shown if topic.kind in REPORTS} == {topic_of(section)}
        assert shown.table.rows
        assert "reading" not in shown.text


async def test_v_goes_through_the_sections_and_comes_round() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.press("4", "v")
        assert "▸days" in shown.text
        await shown.press("V", "V")
        assert "▸curve" in shown.text
        await shown.press("v")
        assert "▸summary" in shown.text


async def test_enter_on_a_pairs_result_opens_its_candles() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("pnl pairs")
        await shown.press("enter")
        assert shown.cockpit.pair == SOL
        assert "ema_fast" in shown.text


async def test_a_section_that_a_bot_does_not_tell_is_refused_in_words() -> None:
    async with driven(webserver()) as shown:
        await shown.command("pnl weeks")
        assert "tells nothing for the section weeks" in shown.last
        await shown.press("escape", "4")
        assert "runs as a web server" in shown.text
        assert "▸summary" not in shown.text


async def test_an_equal_report_draws_no_line_anew() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("pnl weeks")
        await drawn(shown.app, shown.pilot)
        before = [panel.lines for panel in shown.cockpit.query(Lines)]
        await shown.publish(freqtrade_at_work())
        assert [panel.lines for panel in shown.cockpit.query(Lines)] == before


async def test_a_shows_all_bots_in_their_own_money_and_leaves_them_again() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.press("4", "a")
        assert "1 bot · each as it reckons itself" in shown.text
        assert tuple(shown.table.keys) == ("dry",)
        await shown.press("a")
        assert "▸summary" in shown.text


@SIZES
async def test_the_strategys_source_is_read_with_line_numbers(size: tuple[int, int]) -> None:
    async with driven(freqtrade_at_work(), size=size) as shown:
        await shown.press("7", "G", "enter", "j", "enter")
        assert shown.table.id == "files-text"
        first, second, *_ = shown.table.rows
        assert [cell.text.strip() for cell in (first.cells[0], second.cells[0])] == ["1", "2"]
        assert "busy little 1m strategy" in first.cells[1].text
        assert "backups" not in shown.text
        assert ("▾ strategies" in shown.text) == (size[0] >= 100)
        await shown.press("backspace", "k")
        assert shown.table.id == "files-tree"
        assert "▸ ▾ strategies" in shown.text


@SIZES
async def test_a_line_of_source_that_is_too_long_for_the_screen_is_told_whole_below(size: tuple[int, int]) -> None:
    long = f"    return {' + '.join(f'part_{number}' for number in range(16))}"
    file = Topic(Kind.FILE, f"{Folder.STRATEGY}/CockpitStrategy")
    bot = with_feed(
        freqtrade_at_work(),
        file,
        make_feed(FileText(Folder.STRATEGY, "CockpitStrategy", ("def all():", long)), interval_seconds=60.0),
    )
    async with driven(bot, size=size) as shown:
        await shown.press("7", "G", "enter", "j", "enter")
        assert "part_15" not in shown.text
        rows = shown.text.count("\n")
        await shown.press("j")
        assert "part_15" in shown.text
        await shown.press("k")
        assert "part_15" not in shown.text
        assert shown.text.count("\n") == rows
        await shown.press("backspace")
        assert not shown.cockpit.query_one("#files-detail", Lines).lines


@SIZES
async def test_a_bot_that_serves_data_is_promised_no_ticket_and_no_price(size: tuple[int, int]) -> None:
    bot = webserver()
    priceless = tuple(replace(status, last=None) for status in bot.statuses)
    async with driven(with_feed(bot, Topic(Kind.PAIRS), make_feed(priceless)), size=size) as shown:
        await shown.press("2")
        assert "no price of BTC/USDT: a web server trades nothing" in shown.text
        assert "opens a ticket" not in shown.text
        await shown.press("5")
        assert "ticket" not in shown.text
        assert "no orders: this Freqtrade runs as a web server" in shown.text
        await shown.press("8")
        assert " trades  " not in shown.text
        assert "on command" not in shown.text


async def test_a_bot_that_serves_data_lists_its_strategies() -> None:
    async with driven(webserver()) as shown:
        await shown.press("7", "G", "enter")
        assert "SecondStrategy" in shown.text


async def test_bots_of_two_kinds_stand_beside_each_other_and_enter_shows_one_on_this_screen() -> None:
    home, away = session_of("home"), session_of("away", freqtrade_at_work())
    async with several(home, away) as shown:
        await shown.press("4", "a")
        assert "all 2 bots" in shown.text
        assert "USDT     1 bot  today +12.41" in shown.text
        assert "USDT dry 1 bot  today −0.43" in shown.text
        gone = replace(away.snapshot, link=Link(LinkState.OFFLINE, NOW, make_problem()))
        away.publish(gone)
        await until(lambda: "1 bot (1 old)" in shown.text)
        await shown.press("G", "enter")
        assert shown.bar.startswith(" away ")
        assert "▸summary" in shown.text
