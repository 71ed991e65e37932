"""Freqtrade's reports as the program's own, every figure as the bot reckons it; its fractions become percent.

Days, weeks and months are the calendar's in UTC, and the bot is asked for them newest first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from gunbot_tui.backends import values
from gunbot_tui.backends.freqtrade import wire_reports as wire
from gunbot_tui.backends.freqtrade.adapt_pairs import to_pair
from gunbot_tui.model.pnl import BalancePoint, DayPnl, Fall, Grouping, PairPnl, PnlReport, Result, Results

ZONE = "UTC"
_SPAN = re.compile(r"(?:(\d{1,5}) days?, )?(\d{1,2}):(\d\d):(\d\d)", re.ASCII)
NOT_RECKONED = -100.0
"""What the bot puts for a figure that needs more deals than there are."""
GROUP_SHAPES: Mapping[Grouping, type[wire.Periods | wire.Groups | wire.Reasons]] = {
    Grouping.DAYS: wire.Periods,
    Grouping.WEEKS: wire.Periods,
    Grouping.MONTHS: wire.Periods,
    Grouping.PAIRS: wire.Groups,
    Grouping.ENTRIES: wire.Groups,
    Grouping.EXITS: wire.Groups,
    Grouping.MIX: wire.Groups,
    Grouping.REASONS: wire.Reasons,
}
"""What `to_results` takes for each grouping."""


def to_pnl_report(
    profit: wire.ProfitOfSides,
    daily: wire.Periods,
    weekly: wire.Periods,
    monthly: wire.Periods,
    performance: wire.Groups,
    money: str,
    exchange: str,
) -> PnlReport:
    """The whole report in `money`, which the bot stakes and reckons in.

    `unrealised` is the bot's result of everything less its result of what is closed; nothing else is reckoned here.
    """
    whole = profit.all
    days = _newest_first(daily)
    today = days[0].day if days else None
    yesterday = next((day.pnl for day in days if today is not None and day.day == today - timedelta(days=1)), None)
    return PnlReport(
        unit=money,
        zone=ZONE,
        today=days[0].pnl if days else None,
        yesterday=yesterday,
        week=_newest(weekly),
        month=_newest(monthly),
        year=None,
        total=whole.profit_closed_coin,
        trades=_count(whole.closed_trade_count),
        buys=None,
        sells=None,
        win_percent=_percent(whole.winrate) if whole.closed_trade_count else None,
        average=whole.expectancy if whole.closed_trade_count else None,
        best=None,
        worst=None,
        days=tuple(reversed(days)),
        pairs=tuple(pair for pair in (_to_pair_pnl(exchange, row) for row in performance.root) if pair is not None),
        today_percent=next((_percent(row.rel_profit) for row in daily.data if today and _day(row.date) == today), None),
        unrealised=_difference(whole.profit_all_coin, whole.profit_closed_coin),
        fall=_to_fall(whole),
        ratios=_to_ratios(profit),
        average_seconds=_seconds(whole.avg_duration) if whole.closed_trade_count else None,
        best_pair=best.name if (best := to_pair(exchange, whole.best_pair)) is not None else "",
        best_pair_profit=whole.best_pair_profit_abs,
        volume=whole.trading_volume,
    )


def newest_day(daily: wire.Periods) -> date | None:
    """The bot's own day, which is the newest that it reports on."""
    return next((day.day for day in _newest_first(daily)), None)


def to_results(grouping: Grouping, answer: wire.Periods | wire.Groups | wire.Reasons) -> Results:
    """What the closed deals gave, group by group in the bot's order, which is newest first where a group is a time."""
    match answer:
        case wire.Periods():
            return Results(tuple(_to_period(grouping, row) for row in answer.data))
        case wire.Groups():
            return Results(tuple(_to_group(grouping, row) for row in answer.root))
        case wire.Reasons():
            groups = tuple(_to_reason(name, row) for name, row in answer.exit_reasons.items())
            took = answer.durations or wire.Durations()
            return Results(groups, took.wins, took.losses)


def to_curve(answer: wire.BalanceTable) -> tuple[BalancePoint, ...]:
    """What the account held day by day, oldest first; rows without a day or a balance are left out."""
    columns = answer.columns
    if "__date_ts" not in columns or "total_quote" not in columns:
        return ()
    at, balance = columns.index("__date_ts"), columns.index("total_quote")
    found = (_to_point(row[at], row[balance]) for row in answer.data if len(row) == len(columns))
    return tuple(sorted((point for point in found if point is not None), key=lambda point: point.day))


def _newest_first(answer: wire.Periods) -> list[DayPnl]:
    found = (_to_day(row) for row in answer.data)
    return sorted((day for day in found if day is not None), key=lambda day: day.day, reverse=True)


def _newest(answer: wire.Periods) -> float | None:
    rows = _newest_first(answer)
    return rows[0].pnl if rows else None


def _to_day(row: wire.Period) -> DayPnl | None:
    day = _day(row.date)
    if day is None or row.abs_profit is None:
        return None
    return DayPnl(day, row.abs_profit, None, _count(row.trade_count), None)


def _to_pair_pnl(exchange: str, row: wire.Group) -> PairPnl | None:
    pair = to_pair(exchange, row.pair)
    if pair is None:
        return None
    return PairPnl(
        pair=pair,
        strategy="",
        trades=_count(row.count),
        winning=None,
        losing=None,
        realised=row.profit_abs,
        unrealised=None,
        fees=None,
        realised_in_unit=row.profit_abs,
    )


def _to_fall(profit: wire.Profit) -> Fall | None:
    if profit.max_drawdown_abs is None or profit.max_drawdown_start_timestamp is None:
        return None
    return Fall(
        money=profit.max_drawdown_abs,
        percent=_percent(profit.max_drawdown),
        began_at=profit.max_drawdown_start_timestamp,
        ended_at=profit.max_drawdown_end_timestamp,
        now_money=profit.current_drawdown_abs,
        now_percent=_percent(profit.current_drawdown),
    )


def _to_ratios(profit: wire.ProfitOfSides) -> dict[str, float]:
    whole = profit.all
    if not whole.closed_trade_count:
        return {}
    named = {
        "profit factor": whole.profit_factor,
        "expectancy": whole.expectancy,
        "sharpe": whole.sharpe,
        "sortino": whole.sortino,
        "sqn": whole.sqn,
        "calmar": whole.calmar,
        "cagr %": _percent(whole.cagr),
        "profit of longs": profit.long.profit_closed_coin if profit.long else None,
        "profit of shorts": profit.short.profit_closed_coin if profit.short else None,
    }
    return {name: value for name, value in named.items() if value is not None and value != NOT_RECKONED}


def _to_period(grouping: Grouping, row: wire.Period) -> Result:
    return Result(
        name=row.date[: len("2026-11")] if grouping is Grouping.MONTHS else row.date,
        trades=_count(row.trade_count),
        profit=row.abs_profit,
        profit_percent=_percent(row.rel_profit),
        began_with=row.starting_balance,
    )


def _to_group(grouping: Grouping, row: wire.Group) -> Result:
    return Result(
        name=row.pair or row.mix_tag or row.enter_tag or row.exit_reason,
        trades=_count(row.count),
        profit=row.profit_abs,
        profit_percent=_percent(row.profit_ratio),
        # Of all groupings the bot adds the ratios up in this one and takes their mean in the others.
        is_sum=grouping is Grouping.MIX,
    )


def _to_reason(name: str, row: wire.Fates) -> Result:
    wins, losses, draws = _count(row.wins), _count(row.losses), _count(row.draws)
    counts = [count for count in (wins, losses, draws) if count is not None]
    return Result(name=name, trades=sum(counts) if counts else None, wins=wins, losses=losses, draws=draws)


def _to_point(at: object, balance: object) -> BalancePoint | None:
    day, held = values.moment(at), values.number(balance)
    return None if day is None or held is None else BalancePoint(day.date(), held)


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _seconds(text: str) -> float | None:
    """Of a span as the bot writes it: `1 day, 2:03:04`."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def _count(value: float | None) -> int | None:
    return None if value is None or value < 0 else int(value)


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else fraction * 100


def _difference(whole: float | None, part: float | None) -> float | None:
    return None if whole is None or part is None else whole - part
