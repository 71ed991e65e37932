"""What a real Freqtrade reported becomes the program's profit and loss, and nothing is made up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.freqtrade import wire_reports as wire
from gunbot_tui.backends.freqtrade.adapt_reports import GROUP_SHAPES, to_curve, to_pnl_report, to_results
from gunbot_tui.backends.wire import Wire
from gunbot_tui.model.pnl import BalancePoint, DayPnl, Grouping, PnlReport, Result
from tests.backends.freqtrade.recorded import made, recorded

NO_DEALS = {"profit_closed_coin": 0.0, "profit_all_coin": 0.0, "closed_trade_count": 0, "winrate": 0, "expectancy": 0}


def report_of(profit: wire.ProfitOfSides) -> PnlReport:
    return to_pnl_report(
        profit,
        recorded(wire.Periods, "daily"),
        recorded(wire.Periods, "weekly"),
        recorded(wire.Periods, "monthly"),
        recorded(wire.Groups, "performance"),
        "USDT",
        "binance",
    )


@pytest.fixture(scope="module")
def report() -> PnlReport:
    return report_of(recorded(wire.ProfitOfSides, "profit"))


def test_the_totals_are_those_of_the_bot(report: PnlReport) -> None:
    assert (report.unit, report.zone) == ("USDT", "UTC")
    assert report.total == -18.29757083
    assert report.unrealised == pytest.approx(-20.6584807 + 18.29757083)
    assert report.trades == 141
    assert report.today == -0.42993750999999997
    assert report.today_percent == pytest.approx(-0.004351)
    assert report.win_percent == pytest.approx(45.390071)
    assert report.average == pytest.approx(-18.29757083 / 141)


def test_today_and_the_running_week_and_month_are_the_newest_rows(report: PnlReport) -> None:
    assert report.today == pytest.approx(-0.42993751)
    assert report.yesterday == pytest.approx(-1.78302457)
    assert report.week == pytest.approx(18.95342236)
    assert report.month == pytest.approx(-8.37907691)
    assert report.year is None


def test_days_stand_oldest_first_with_their_deals(report: PnlReport) -> None:
    assert [report.days[0].day, report.days[-1].day] == [date(2026, 11, 8), date(2026, 11, 21)]
    assert report.days[-1] == DayPnl(date(2026, 11, 21), -0.42993750999999997, None, 2, None)


def test_the_deepest_fall_and_the_present_one_are_told_in_money_and_percent(report: PnlReport) -> None:
    fall = report.fall
    assert fall is not None
    assert [fall.money, fall.percent] == pytest.approx([49.73568, 0.5018338])
    assert fall.began_at == datetime(2026, 10, 9, 11, 47, 6, 311000, UTC)
    assert fall.ended_at == datetime(2026, 11, 16, 11, 59, 15, 867000, UTC)
    assert [fall.now_money, fall.now_percent] == pytest.approx([29.30552, 0.2956932], rel=1e-5)


def test_ratios_carry_the_names_that_people_use(report: PnlReport) -> None:
    assert report.ratios["profit factor"] == pytest.approx(0.920059)
    assert report.ratios["cagr %"] == pytest.approx(-1.507808)
    assert set(report.ratios) == {"profit factor", "expectancy", "sharpe", "sortino", "sqn", "calmar", "cagr %"}


def test_the_average_trade_the_best_pair_and_the_volume_are_told(report: PnlReport) -> None:
    assert (report.average_seconds, report.best_pair) == (4567.0, "SOL/USDT")
    assert [report.best_pair_profit, report.volume] == pytest.approx([44.06607321, 78933.8096789967])


@pytest.mark.parametrize(("written", "seconds"), [("1 day, 2:03:04", 93784.0), ("0:00:07", 7.0), ("soon", None)])
def test_a_span_that_takes_days_is_read_and_another_text_is_none(written: str, seconds: float | None) -> None:
    profit = made(wire.ProfitOfSides, NO_DEALS | {"closed_trade_count": 1, "avg_duration": written})
    assert report_of(profit).average_seconds == seconds


def test_a_pairs_row_is_in_the_money_of_the_whole(report: PnlReport) -> None:
    best = report.pairs[0]
    assert best.pair.key == "binance/SOL/USDT"
    assert best.trades == 12
    assert best.realised == best.realised_in_unit == pytest.approx(44.06607321)


def test_both_forms_of_the_profit_say_the_same(report: PnlReport) -> None:
    assert report_of(recorded(wire.ProfitOfSides, "profit_all")) == report


def test_the_two_sides_of_futures_are_told_apart() -> None:
    whole = {"profit_closed_coin": 5.0, "closed_trade_count": 3}
    sides = {"all": whole, "long": {"profit_closed_coin": 8.0}, "short": {"profit_closed_coin": -3.0}}
    ratios = report_of(made(wire.ProfitOfSides, sides)).ratios
    assert (ratios["profit of longs"], ratios["profit of shorts"]) == (8.0, -3.0)


def test_without_closed_deals_there_is_no_ratio_no_average_and_no_fall() -> None:
    report = report_of(made(wire.ProfitOfSides, NO_DEALS | {"sharpe": -100.0, "max_drawdown_abs": 0.0}))
    assert (report.win_percent, report.average, report.fall, report.ratios) == (None, None, None, {})
    assert report.total == 0.0


def test_what_the_bot_could_not_reckon_is_left_out() -> None:
    report = report_of(
        made(wire.ProfitOfSides, NO_DEALS | {"closed_trade_count": 1, "sharpe": -100.0, "profit_all_coin": None})
    )
    assert "sharpe" not in report.ratios
    assert report.unrealised is None


def test_a_missing_today_is_not_filled_with_another_day() -> None:
    days = made(wire.Periods, {"data": [{"date": "2026-11-21", "abs_profit": None}, {"date": "2026-13-45"}]})
    nothing = made(wire.Periods, {"data": []})
    groups = made(wire.Groups, [])
    report = to_pnl_report(made(wire.ProfitOfSides, NO_DEALS), days, nothing, nothing, groups, "USDT", "binance")
    assert (report.today, report.yesterday, report.week, report.days) == (None, None, None, ())


def test_periods_are_told_newest_first_with_what_they_began_with() -> None:
    days = to_results(Grouping.DAYS, recorded(wire.Periods, "daily")).groups
    assert days[0].name == "2026-11-21"
    assert days[0].began_with == pytest.approx(9882.09418)
    assert days[0].profit_percent == pytest.approx(-0.004351)
    months = to_results(Grouping.MONTHS, recorded(wire.Periods, "monthly")).groups
    assert [month.name for month in months] == ["2026-11", "2026-10", "2026-09"]


@pytest.mark.parametrize(
    ("grouping", "fixture", "name", "deals", "profit", "percent"),
    [
        (Grouping.PAIRS, "performance", "SOL/USDT", 12, 44.06607321, 1.25903),
        (Grouping.ENTRIES, "entries", "rsi_dip", 76, -1.29728858, -0.00625),
        (Grouping.EXITS, "exits", "roi", 28, 86.31181336, 1.1137),
        (Grouping.MIX, "mix_tags", "rsi_dip roi", 16, 69.12490279, 23.54333),
    ],
)
def test_groups_keep_the_bots_order_and_say_whether_their_percent_is_a_sum(
    grouping: Grouping, fixture: str, name: str, deals: int, profit: float, percent: float
) -> None:
    first = to_results(grouping, recorded(GROUP_SHAPES[grouping], fixture)).groups[0]
    assert (first.name, first.trades, first.is_sum) == (name, deals, grouping is Grouping.MIX)
    assert first.profit == pytest.approx(profit)
    assert first.profit_percent == pytest.approx(percent, abs=0.00001)


def test_reasons_tell_wins_and_losses() -> None:
    told = to_results(Grouping.REASONS, recorded(wire.Reasons, "stats"))
    results = {result.name: result for result in told.groups}
    assert [told.win_seconds, told.loss_seconds] == pytest.approx([4996.0625, 4210.599886])
    assert results["stale"] == Result("stale", 54, wins=1, losses=53, draws=0)


def test_every_grouping_says_which_answer_it_takes() -> None:
    assert set(GROUP_SHAPES) == set(Grouping)


def test_the_curve_is_one_point_a_day() -> None:
    curve = to_curve(recorded(wire.BalanceTable, "historic_balance"))
    assert curve[0] == BalancePoint(date(2026, 10, 7), 9900.0)
    assert [point.day for point in curve] == sorted(point.day for point in curve)


def test_rows_of_the_curve_that_cannot_be_read_are_left_out() -> None:
    rows: list[object] = [["x", 1791331200000, 5.0], ["x", 0, 5.0], ["x", 1791331200000], ["x", 1791417600000, "much"]]
    table = {"columns": ["date", "__date_ts", "total_quote"], "data": rows}
    assert to_curve(made(wire.BalanceTable, table)) == (BalancePoint(date(2026, 10, 7), 5.0),)
    assert to_curve(made(wire.BalanceTable, {"columns": ["date"], "data": [["x"]]})) == ()


def test_names_from_the_bot_are_harmless() -> None:
    groups = made(wire.Groups, [{"enter_tag": "dip\x1b[31m\u202e", "count": 1}, "no row", {"count": -1}])
    first, second = to_results(Grouping.ENTRIES, groups).groups
    assert first.name == "dip·[31m·"
    assert second == Result("", None)


@pytest.mark.parametrize("shape", [wire.Periods, wire.Groups, wire.Reasons, wire.BalanceTable, wire.ProfitOfSides])
def test_an_answer_of_another_shape_is_no_report(shape: type[Wire]) -> None:
    with pytest.raises(Unexpected):
        made(shape, {"something": "else"})
