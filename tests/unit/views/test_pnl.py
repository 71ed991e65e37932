"""Results are shown as the bot gives them; what is summed here is named as derived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gunbot_tui.model.pnl import DayPnl, ExtremeTrade, PairPnl, PnlReport
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pnl
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, fields, make_pair, make_pnl, make_snapshot, text_of


def day(number: int, result: float, cumulative: float | None = None) -> DayPnl:
    """A day of November."""
    return DayPnl(date(2026, 11, number), result, cumulative, 3, 100.0)


DAYS = (day(1, 10.0), day(2, -4.0), day(3, -6.0), day(4, 20.0))
NOTHING = PnlReport("USDT", "UTC", *(None,) * 13, days=(), pairs=())


def result(realised: float | None = 120.91, winning: int | None = 5, losing: int | None = 2) -> PairPnl:
    """A pair's result."""
    return PairPnl(make_pair(), "stepgrid", 55, winning, losing, realised, -0.31, 5.2, realised)


def test_the_totals_stand_under_their_names() -> None:
    names, values, *rest = pnl.figures(make_snapshot(pnl=make_pnl()), NOW, 120)
    assert text_of(names).split("  ")[-1].strip() == "total"
    assert text_of(values).split() == ["+12.41", "−3.20", "+86.10", "+172.27", "+172.27", "+172.27"]
    assert [span.tone for span in values][:2] == [Tone.GAIN, Tone.LOSS]
    assert text_of(rest[0]).startswith(" win 66% · trades 106, 85 buys, 21 sells · average +1.63 · best +43.29 (")


@pytest.mark.parametrize("width", [13, 40, 80, 120])
def test_nothing_is_wider_than_the_screen(width: int) -> None:
    lines = pnl.figures(make_snapshot(pnl=make_pnl(DAYS)), NOW, max(width, 40))
    assert max(fmt.width(text_of(line)) for line in lines) <= max(width, 40)
    assert "total" in "".join(text_of(line) for line in pnl.figures(make_snapshot(pnl=make_pnl()), NOW, width))


def test_unknown_figures_are_dashes() -> None:
    lines = pnl.figures(make_snapshot(pnl=NOTHING), NOW, 120)
    assert text_of(lines[1]).split() == ["-"] * 6
    assert text_of(lines[2]) == " win - · trades -, - buys, - sells · average - · best - · worst -"


def test_an_extreme_without_a_time_is_shown_without_one() -> None:
    report = replace(make_pnl(), best=ExtremeTrade(5.0, None))
    assert "best +5.00 · worst" in text_of(pnl.figures(make_snapshot(pnl=report), NOW, 160)[2])


def test_what_is_derived_from_the_days_is_named_so() -> None:
    lines = pnl.figures(make_snapshot(pnl=make_pnl(DAYS)), NOW, 300)
    assert text_of(lines[2]).endswith("from the days: factor 3.0 · worst fall −10.00")


def test_factor_and_fall_follow_from_the_daily_results() -> None:
    assert pnl.factor(DAYS) == 3.0
    assert pnl.factor(DAYS[:1]) is None
    assert pnl.worst_fall(DAYS) == -10.0
    assert pnl.worst_fall((day(1, -5.0),)) == -5.0
    assert pnl.worst_fall(DAYS[:1]) == 0.0
    assert pnl.worst_fall(()) is None


def test_the_curve_is_the_bots_own_where_it_gives_one() -> None:
    assert pnl.curve((day(1, 10.0, 110.0), day(2, -4.0, 106.0))) == (110.0, 106.0)
    assert pnl.curve((day(1, 10.0, 110.0), day(2, -4.0))) == (10.0, 6.0)
    assert pnl.curve(()) == ()


def test_the_newest_days_are_taken_oldest_first() -> None:
    snapshot = make_snapshot(pnl=make_pnl(tuple(reversed(DAYS))))
    assert pnl.days(snapshot, 2) == DAYS[2:]
    assert pnl.days(snapshot, None) == DAYS
    assert pnl.days(make_snapshot(), 7) == ()


def test_a_pair_shows_its_own_money() -> None:
    (row,) = pnl.rows(make_snapshot(pnl=make_pnl(pairs=(result(),))), NOW)
    cells = fields(row, pnl.COLUMNS)
    assert [cell.text for cell in cells.values()] == [
        "BTC/USDT",
        "stepgrid",
        "55",
        "71%",
        "+120.91",
        "−0.31",
        "5.20",
        "USDT",
        "+120.91",
    ]
    assert (cells["realised"].tone, cells["unrealised"].tone) == (Tone.GAIN, Tone.LOSS)
    assert (cells["realised"].sort, cells["win"].sort) == (120.91, 500 / 7)


@pytest.mark.parametrize(("winning", "losing"), [(None, 2), (2, None), (0, 0)])
def test_a_pair_without_rounds_has_no_win_rate(winning: int | None, losing: int | None) -> None:
    pairs = (replace(result(None, winning, losing), strategy="", trades=None),)
    (row,) = pnl.rows(make_snapshot(pnl=make_pnl(pairs=pairs)), NOW)
    cells = fields(row, pnl.COLUMNS)
    assert [cells[key].text for key in ("strategy", "trades", "win", "realised")] == ["-"] * 4
    assert cells["win"].sort is None


def test_the_title_names_money_and_zone_and_the_charts_their_range() -> None:
    assert text_of(pnl.title(make_snapshot(pnl=make_pnl()))) == "all pairs · USDT · days of Europe/Amsterdam"
    assert text_of(pnl.title(make_snapshot())) == "profit and loss"
    assert (pnl.range_name(30), pnl.range_name(None)) == ("30 days", "all days")


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(pnl.empty(make_snapshot(), NOW))
    assert "first sell" in text_of(pnl.empty(make_snapshot(pnl=make_pnl()), NOW))
    assert "reading" in text_of(pnl.figures(make_snapshot(), NOW, 80)[0])
    assert pnl.rows(make_snapshot(), NOW) == ()
