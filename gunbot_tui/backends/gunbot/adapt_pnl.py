"""Gunbot's profit and loss as the program's own, every figure as the bot reckons it.

The bot converts the totals to one unit and leaves the rows of the pairs in their own money; both are kept as they are.
"""

from __future__ import annotations

from datetime import date

from gunbot_tui.backends.gunbot import wire_pnl
from gunbot_tui.backends.gunbot.adapt_market import to_pair_of_key
from gunbot_tui.model.pnl import DayPnl, ExtremeTrade, PairPnl, PnlReport


def to_pnl_report(answer: wire_pnl.PnlOverview, zone: str) -> PnlReport:
    """The whole report; `zone` is the one that the bot was asked to cut days in."""
    total = answer.total or wire_pnl.PnlTotal()
    in_unit = {row.key: row.pnl for row in answer.pnlsPerPair}
    pairs = (_to_pair_pnl(row, in_unit.get(row.key)) for row in answer.detailedPerPair)
    days = (_to_day_pnl(day) for day in answer.dailyHistory)
    return PnlReport(
        unit=answer.unit,
        zone=zone,
        today=_sum(answer.today),
        yesterday=_sum(answer.yesterday),
        week=_sum(answer.weekAgo),
        month=_sum(answer.monthAgo),
        year=_sum(answer.yearAgo),
        total=total.pnl,
        trades=_count(total.numberOfTrades),
        buys=_count(total.buyCount),
        sells=_count(total.sellCount),
        win_percent=total.winRate,
        average=total.averagePnl,
        best=_to_extreme(total.heroTrade),
        worst=_to_extreme(total.worst),
        days=tuple(sorted((day for day in days if day is not None), key=lambda day: day.day)),
        pairs=tuple(pair for pair in pairs if pair is not None),
    )


def _to_pair_pnl(row: wire_pnl.PnlOfPair, in_unit: float | None) -> PairPnl | None:
    pair = to_pair_of_key(row.key)
    if pair is None:
        return None
    buys, sells = _count(row.buy_count), _count(row.sell_count)
    return PairPnl(
        pair=pair,
        strategy=row.strategy,
        trades=None if buys is None or sells is None else buys + sells,
        winning=_count(row.profit_count),
        losing=_count(row.loss_count),
        realised=row.cumulative_pnl,
        unrealised=row.unrealized_pnl,
        fees=row.cumulative_fees,
        realised_in_unit=in_unit,
    )


def _to_day_pnl(row: wire_pnl.PnlDay) -> DayPnl | None:
    try:
        day = date.fromisoformat(row.date)
    except ValueError:
        return None
    if row.pnl is None:
        return None
    return DayPnl(day, row.pnl, row.cumulativePnl, _count(row.numberOfTrades), row.totalVolume)


def _to_extreme(extreme: wire_pnl.PnlExtreme | None) -> ExtremeTrade | None:
    return None if extreme is None or extreme.pnl is None else ExtremeTrade(extreme.pnl, extreme.time)


def _sum(part: wire_pnl.PnlSum | None) -> float | None:
    return None if part is None else part.pnl


def _count(value: float | None) -> int | None:
    return None if value is None else int(value)
