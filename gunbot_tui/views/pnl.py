"""The PnL screen: the bot's own results as given, and what can be derived from its days, which is named as derived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from gunbot_tui.model.feed import Kind
from gunbot_tui.model.pnl import DayPnl, ExtremeTrade, Fall, PairPnl, PnlReport
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.pairs import gain, labels
from gunbot_tui.views.panel import muted, problem_line, untold

COLUMNS = (
    Column("pair", "pair", 17),
    Column("strategy", "strategy", 12, rank=3),
    Column("trades", "trades", 6, Align.RIGHT, rank=1),
    Column("win", "win", 5, Align.RIGHT, rank=2),
    Column("realised", "realised", 11, Align.RIGHT),
    Column("unrealised", "unrealised", 11, Align.RIGHT, rank=4),
    Column("fees", "fees", 9, Align.RIGHT, rank=5),
    Column("money", "", 5, rank=6),
    Column("in_unit", "in report", 11, Align.RIGHT, rank=7),
)
RANGES = (7, 30, 90, 365, None)
"""Days that the bars and the curve show; None for all."""
FIGURE_WIDTH = 13


def title(snapshot: Snapshot) -> Line:
    """What is summed, in which money, and where its days begin."""
    report = snapshot.pnl.value
    if report is None:
        return (Span("profit and loss"),)
    return (Span(f"all pairs · {report.unit}"), Span(f" · days of {report.zone}", Tone.MUTED))


def range_name(days: int | None) -> str:
    """How many days a chart draws."""
    return f"{days} days" if days else "all days"


def figures(snapshot: Snapshot, now: datetime, width: int) -> tuple[Line, ...]:
    """The totals under their names, as many beside each other as fit, and the statistics below."""
    report = snapshot.pnl.value
    if report is None:
        return ((Span(" "), *empty(snapshot, now)),)
    cents, has_deals = fmt.money_decimals(report.unit), snapshot.capabilities.has_deals
    totals = _totals(report, has_deals=has_deals)
    beside = max(1, width // FIGURE_WIDTH)
    lines: list[Line] = []
    for start in range(0, len(totals), beside):
        part = totals[start : start + beside]
        lines.append(tuple(Span(fmt.pad(name, FIGURE_WIDTH, Align.RIGHT), Tone.MUTED) for name, _ in part))
        texts = [(fmt.within(value, cents, FIGURE_WIDTH - 1, sign=True), value) for _, value in part]
        lines.append(tuple(Span(fmt.pad(text, FIGURE_WIDTH, Align.RIGHT), gain(value)) for text, value in texts))
    facts = _deal_facts(report, now, cents) if has_deals else _facts(report, now, cents)
    return (*lines, *_joined(facts, width))


def table(snapshot: Snapshot, now: datetime) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """The pairs of the report, without the columns of which the bot tells nothing."""
    every = rows(snapshot, now)
    kept = [at for at in range(len(COLUMNS)) if not every or any(row.cells[at].text != fmt.NOTHING for row in every)]
    columns = tuple(COLUMNS[at] for at in kept)
    return columns, tuple(Row(row.key, tuple(row.cells[at] for at in kept)) for row in every)


def rows(snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """One row per pair of the report, each in its own money."""
    report = snapshot.pnl.value
    if report is None:
        return ()
    names = labels(tuple(each.pair for each in report.pairs))
    return tuple(_row(each, names[each.pair.key], report.unit) for each in report.pairs)


def empty(snapshot: Snapshot, now: datetime) -> Line:
    """What the table says without rows."""
    if (reason := untold(snapshot, Kind.PNL)) is not None:
        return reason
    if snapshot.pnl.value is None:
        return problem_line(snapshot.pnl, now, snapshot.link) or muted("reading profit and loss …")
    if snapshot.capabilities.has_deals:
        return muted("no closed trade yet: results come with the first")
    return muted("no results yet: they come with the first sell")


def days(snapshot: Snapshot, count: int | None) -> tuple[DayPnl, ...]:
    """The newest days of the report, oldest first."""
    report = snapshot.pnl.value
    ordered = sorted(report.days, key=lambda each: each.day) if report else []
    return tuple(ordered[-count:] if count else ordered)


def curve(days: Sequence[DayPnl]) -> tuple[float, ...]:
    """The cumulative result at the end of each day: as the bot gives it, or summed from the first of these days."""
    given = tuple(each.cumulative for each in days if each.cumulative is not None)
    return given if len(given) == len(days) else tuple(accumulate(each.pnl for each in days))


def curve_name(days: Sequence[DayPnl]) -> str:
    """What the curve is called: a sum that is ours is named so."""
    return "cumulative" if all(each.cumulative is not None for each in days) else "these days added up"


def factor(days: Sequence[DayPnl]) -> float | None:
    """What the winning days won for each unit that the losing days lost; None without a losing day."""
    lost = -sum(each.pnl for each in days if each.pnl < 0)
    return sum(each.pnl for each in days if each.pnl > 0) / lost if lost else None


def worst_fall(days: Sequence[DayPnl]) -> float | None:
    """The deepest fall of the cumulative result under an earlier high, as a negative number; None without a day."""
    values = (0.0, *accumulate(each.pnl for each in days))
    return min(value - high for value, high in zip(values, accumulate(values, max), strict=True)) if days else None


def _totals(report: PnlReport, *, has_deals: bool) -> tuple[tuple[str, float | None], ...]:
    """The sums under their names: a bot that keeps trades reckons in calendar weeks and parts open from closed."""
    begun = (("today", report.today), ("yesterday", report.yesterday))
    if has_deals:
        spans = (("this week", report.week), ("this month", report.month))
        return (*begun, *spans, ("closed", report.total), ("open", report.unrealised))
    return (
        *begun,
        ("7 days", report.week),
        ("30 days", report.month),
        ("year", report.year),
        ("total", report.total),
    )


def _deal_facts(report: PnlReport, now: datetime, cents: int) -> list[str]:
    """The bot's own statistics of its closed trades; what it does not reckon is left out."""
    facts = [f"win {fmt.percent(report.win_percent, 0)}", f"closed trades {_count(report.trades)}"]
    facts += [f"{name} {fmt.number(value, 2)}" for name, value in report.ratios.items()]
    facts += _fall(report.fall, now, cents) if report.fall else ()
    if report.average_seconds is not None:
        facts.append(f"average trade {fmt.span(report.average_seconds)}")
    if report.best_pair:
        facts.append(f"best pair {report.best_pair} {fmt.signed(report.best_pair_profit, cents)}")
    return [*facts, *([f"volume {fmt.number(report.volume, cents)}"] if report.volume else [])]


def _fall(fall: Fall, now: datetime, cents: int) -> list[str]:
    """The deepest fall with its days, and how far the account is under its high now."""
    deepest = f"worst fall {_loss(fall.money, fall.percent, cents)}"
    if fall.began_at and fall.ended_at:
        deepest += f" from {fmt.moment(fall.began_at, now)} to {fmt.moment(fall.ended_at, now)}"
    if fall.now_money is None:
        return [deepest]
    return [deepest, f"now {_loss(fall.now_money, fall.now_percent, cents)} under the high"]


def _loss(money: float, percent: float | None, cents: int) -> str:
    share = "" if percent is None else f" ({fmt.percent(percent)})"
    return f"{fmt.signed(-money if money else 0.0, cents)}{share}"


def _facts(report: PnlReport, now: datetime, cents: int) -> list[str]:
    """The bot's figures, and what follows from its days."""
    facts = [
        f"win {fmt.percent(report.win_percent, 0)}",
        f"trades {_count(report.trades)}, {_count(report.buys)} buys, {_count(report.sells)} sells",
        f"average {fmt.signed(report.average, cents)}",
        f"best {_extreme(report.best, now, cents)}",
        f"worst {_extreme(report.worst, now, cents)}",
    ]
    if report.days:
        facts.append(f"from the days: factor {fmt.number(factor(report.days), 1)}")
        facts.append(f"worst fall {fmt.signed(worst_fall(report.days), cents)}")
    return facts


def _joined(facts: Sequence[str], width: int) -> tuple[Line, ...]:
    """As many facts to a line as fit."""
    lines: list[str] = []
    for fact in facts:
        joined = f"{lines[-1]} · {fact}" if lines else ""
        if joined and fmt.width(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(f" {fact}")
    return tuple(muted(line) for line in lines)


def _extreme(trade: ExtremeTrade | None, now: datetime, cents: int) -> str:
    if trade is None:
        return fmt.NOTHING
    return f"{fmt.signed(trade.pnl, cents)} ({fmt.moment(trade.at, now)})" if trade.at else fmt.signed(trade.pnl, cents)


def _row(result: PairPnl, label: str, unit: str) -> Row:
    money = result.pair.money
    cents, unit_cents = fmt.money_decimals(money), fmt.money_decimals(unit)
    rounds = None if result.winning is None or result.losing is None else result.winning + result.losing
    win = 100 * result.winning / rounds if result.winning is not None and rounds else None
    return Row(
        result.pair.key,
        (
            Cell(label, sort=f"{result.pair.name} {result.pair.exchange}"),
            Cell(result.strategy or fmt.NOTHING, Tone.MUTED, result.strategy or None),
            Cell(_count(result.trades), sort=result.trades),
            Cell(fmt.percent(win, 0), sort=win),
            Cell(fmt.within(result.realised, cents, 11, sign=True), gain(result.realised), result.realised),
            Cell(fmt.within(result.unrealised, cents, 11, sign=True), gain(result.unrealised), result.unrealised),
            Cell(fmt.within(result.fees, cents, 9), sort=result.fees),
            Cell(money, Tone.MUTED, money),
            Cell(
                fmt.within(result.realised_in_unit, unit_cents, 11, sign=True),
                gain(result.realised_in_unit),
                result.realised_in_unit,
            ),
        ),
    )


def _count(value: int | None) -> str:
    return fmt.NOTHING if value is None else str(value)
