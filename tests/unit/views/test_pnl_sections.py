"""The reports of a bot that keeps trades: its own figures, named for what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.pnl import BalancePoint, Grouping, Result, Results
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pnl, pnl_sections
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, fields, make_feed, make_problem, make_snapshot, text_of, with_feed
from tests.ui.freqtrade_scene import freqtrade_at_work, webserver


def texts(grouping: Grouping, at: int = 0) -> dict[str, str]:
    """The fields of one recorded row by their columns' titles."""
    row = pnl_sections.rows(freqtrade_at_work(), grouping)[at]
    columns = pnl_sections.columns(grouping)
    cells = fields(row, columns)
    return {column.title: cells[column.key].text for column in columns}


def told(*results: Result, grouping: Grouping = Grouping.ENTRIES) -> Snapshot:
    """A bot with these results."""
    return with_feed(freqtrade_at_work(), Topic(Kind.RESULTS, grouping), make_feed(Results(results)))


def test_a_bot_has_the_sections_that_it_tells() -> None:
    assert pnl_sections.sections(freqtrade_at_work()) == pnl_sections.SECTIONS
    assert pnl_sections.sections(webserver()) == ("summary",)
    assert pnl_sections.strip(("summary",), "summary") == ()
    loud = [span.text for span in pnl_sections.strip(pnl_sections.SECTIONS, "mix") if span.tone is Tone.STRONG]
    assert loud == [" ▸mix"]


def test_a_section_reads_only_what_it_shows() -> None:
    assert pnl_sections.topic("summary") == Topic(Kind.PNL)
    assert pnl_sections.topic("weeks") == Topic(Kind.RESULTS, "weeks")
    assert pnl_sections.topic("curve") == Topic(Kind.CURVE)


def test_a_week_shows_what_it_gave_and_began_with() -> None:
    assert texts(Grouping.WEEKS) == {
        "week from": "2026-11-16",
        "trades": "23",
        "profit": "+18.95",
        "of start": "+0.19%",
        "began with": "9862.71",
    }


def test_the_mix_says_that_its_percent_is_a_sum_and_the_others_that_theirs_is_a_mean() -> None:
    assert texts(Grouping.MIX)["sum %"] == "+23.54%"
    assert texts(Grouping.EXITS)["mean %"] == "+1.11%"
    bot = freqtrade_at_work()
    assert "the sum over the trades, not their mean" in text_of(pnl_sections.note(bot, "mix"))
    assert "the mean of the trades" in text_of(pnl_sections.note(bot, "exits"))


def test_exit_reasons_show_wins_losses_and_draws() -> None:
    assert texts(Grouping.REASONS) == {
        "exit reason": "stale",
        "wins": "1",
        "losses": "53",
        "draws": "0",
        "trades": "54",
    }


@pytest.mark.parametrize("section", pnl_sections.SECTIONS[1:])
def test_every_section_names_its_money_and_no_line_is_wider_than_80(section: str) -> None:
    bot = freqtrade_at_work()
    assert "USDT" in text_of(pnl_sections.title(bot, section))
    assert fmt.width(text_of(pnl_sections.note(bot, section))) < 80


def test_a_group_without_a_name_and_unknown_figures_are_told_so() -> None:
    (row,) = pnl_sections.rows(told(Result("", None)), Grouping.ENTRIES)
    assert [cell.text for cell in row.cells] == ["(no tag)", "-", "-", "-"]


def test_a_name_told_twice_is_one_row() -> None:
    assert len(pnl_sections.rows(told(Result("a", 1), Result("a", 2)), Grouping.ENTRIES)) == 1


def test_bars_are_in_the_order_of_time_and_leave_out_what_is_no_day() -> None:
    bot = told(Result("2026-11", 1, 2.0), Result("2026-10", 1, -1.0), Result("soon", 1, 1.0), grouping=Grouping.MONTHS)
    assert pnl_sections.bars(bot, Grouping.MONTHS) == ((date(2026, 10, 1), -1.0), (date(2026, 11, 1), 2.0))


def test_a_day_without_a_balance_is_a_gap() -> None:
    points = (BalancePoint(date(2026, 11, 1), 10.0), BalancePoint(date(2026, 11, 3), 12.0))
    assert [value for _, value in pnl_sections.curve(points)] == [10.0, None, 12.0]
    assert pnl_sections.curve(()) == ()
    ages = (BalancePoint(date(1, 1, 1), 1.0), BalancePoint(date(9999, 1, 1), 2.0))
    assert len(pnl_sections.curve(ages)) == 2


def test_the_balance_tells_its_newest_highest_and_lowest_day() -> None:
    note = text_of(pnl_sections.note(freqtrade_at_work(), "curve"))
    assert note == " 11-21 began with 9882.14 · highest 9902.33 (10-09) · lowest 9881.74 (11-19)"
    newest, *_ = pnl_sections.balances(freqtrade_at_work())
    assert [cell.text for cell in newest.cells] == ["2026-11-21", "9882.14"]


def test_an_empty_section_says_why() -> None:
    assert "no closed trade yet" in text_of(pnl_sections.empty(told(), "entries", NOW))
    assert "reading weeks" in text_of(pnl_sections.empty(make_snapshot(), "weeks", NOW))
    never = make_snapshot(capabilities=Capabilities(unread={Kind.RESULTS: "it keeps none"}))
    assert text_of(pnl_sections.empty(never, "weeks", NOW)) == "it keeps none"
    failed = with_feed(make_snapshot(), Topic(Kind.CURVE), make_feed(None, problem=make_problem()))
    assert "no answer" in text_of(pnl_sections.empty(failed, "curve", NOW))


def test_the_summary_of_trades_parts_open_from_closed_and_shows_the_bots_own_statistics() -> None:
    names, values, *rest = pnl.figures(freqtrade_at_work(), NOW, 120)
    assert text_of(names).split("  ")[-1].strip() == "open"
    assert text_of(values).split() == ["−0.43", "−1.78", "+18.95", "−8.38", "−18.30", "−2.36"]
    facts = " ".join(map(text_of, rest))
    assert "win 45% · closed trades 141 · profit factor 0.92" in facts
    assert "worst fall −49.74 (0.50%) from 10-09 11:47 to 11-16 11:59" in facts
    assert "now −29.31 (0.30%) under the high" in facts
    assert "average trade 1h 16m · best pair SOL/USDT +44.07 · volume 78933.81" in facts
    assert "from the days" not in facts


def test_the_reasons_say_how_long_trades_took_that_won_and_lost() -> None:
    said = text_of(pnl_sections.note(freqtrade_at_work(), "reasons"))
    assert said.endswith(" · mean: wins 1h 23m, losses 1h 10m")
    assert "mean" not in text_of(pnl_sections.note(told(grouping=Grouping.REASONS), "reasons"))


def test_columns_of_which_the_bot_tells_nothing_are_left_out() -> None:
    columns, rows = pnl.table(freqtrade_at_work(), NOW)
    assert [column.key for column in columns] == ["pair", "trades", "realised", "money", "in_unit"]
    assert {len(row.cells) for row in rows} == {5}


def test_a_curve_that_we_added_up_is_called_so() -> None:
    days = pnl.days(freqtrade_at_work(), 7)
    assert pnl.curve_name(days) == "these days added up"
    assert pnl.curve_name([replace(day, cumulative=1.0) for day in days]) == "cumulative"


def test_a_bot_that_tells_no_result_is_not_waited_for() -> None:
    assert "runs as a web server" in text_of(pnl.figures(webserver(), NOW, 80)[0])
    assert "runs as a web server" in text_of(pnl.empty(webserver(), NOW))
