"""The sections of the PnL screen beside its summary: closed trades counted by something, and the account's balance.

All figures are the bot's own. Where it adds percents up instead of taking their mean, the column says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.pnl import BalancePoint, Grouping, Result, Results
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.pairs import gain
from gunbot_tui.views.panel import muted, problem_line, untold

SUMMARY, CURVE = "summary", "curve"
SECTIONS = (SUMMARY, *(grouping.value for grouping in Grouping), CURVE)
TIMES = (Grouping.DAYS, Grouping.WEEKS, Grouping.MONTHS)
NAMES = {
    Grouping.DAYS: "day",
    Grouping.WEEKS: "week from",
    Grouping.MONTHS: "month",
    Grouping.PAIRS: "pair",
    Grouping.ENTRIES: "entry tag",
    Grouping.EXITS: "exit reason",
    Grouping.MIX: "entry tag and exit reason",
    Grouping.REASONS: "exit reason",
}
NOTES = {
    **dict.fromkeys(TIMES, "percent of what the account held when it began"),
    Grouping.MIX: "percent is the sum over the trades, not their mean: the bot gives it so",
    Grouping.REASONS: "how many won, lost or came out even",
}
MEAN = "percent is the mean of the trades"
BALANCE_COLUMNS = (Column("day", "day", 12), Column("balance", "began with", 16, Align.RIGHT))
LONGEST_DAYS = 4000
"""Days between the first and the last point up to which every missing day is shown as a gap."""


def sections(snapshot: Snapshot) -> tuple[str, ...]:
    """The sections that this bot tells; the summary always is one, if only to say why there is none."""
    groupings = () if untold(snapshot, Kind.RESULTS) else tuple(grouping.value for grouping in Grouping)
    return (SUMMARY, *groupings, *(() if untold(snapshot, Kind.CURVE) else (CURVE,)))


def topic(section: str) -> Topic:
    """What has to be read for a section."""
    match section:
        case "summary":
            return Topic(Kind.PNL)
        case "curve":
            return Topic(Kind.CURVE)
        case _:
            return Topic(Kind.RESULTS, section)


def strip(shown: Sequence[str], section: str) -> Line:
    """The sections in their order, the one that is shown made loud; empty where there is but one."""
    if len(shown) == 1:
        return ()
    spans = [Span(f" {'▸' if name == section else ' '}{name}", _loud(name == section)) for name in shown]
    return tuple(spans)


def title(snapshot: Snapshot, section: str) -> Line:
    """What is counted, in which money, and where a day begins."""
    report = snapshot.pnl.value
    unit = f" · {report.unit}" if report else ""
    zone = f" · days of {report.zone}" if report and section in (*TIMES, CURVE) else ""
    what = "account balance" if section == CURVE else f"closed trades by {counted_by(Grouping(section))}"
    return (Span(f"{what}{unit}"), Span(zone, Tone.MUTED))


def counted_by(grouping: Grouping) -> str:
    """What one row stands for."""
    return NAMES[grouping].removesuffix(" from")


def note(snapshot: Snapshot, section: str) -> Line:
    """What the figures of the section mean, or what the balance was."""
    if section != CURVE:
        return muted(f" {NOTES.get(Grouping(section), MEAN)}{_took(snapshot.results(Grouping(section)).value)}")
    points, report = snapshot.curve.value or (), snapshot.pnl.value
    if not points:
        return ()
    cents = fmt.money_decimals(report.unit) if report else 2
    lowest, highest = min(points, key=_balance), max(points, key=_balance)
    newest = points[-1]
    began = f" {newest.day:%m-%d} began with {fmt.number(newest.balance, cents)}"
    return muted(f"{began} · highest {_held(highest, cents)} · lowest {_held(lowest, cents)}")


def columns(grouping: Grouping) -> tuple[Column, ...]:
    """What is told of a group."""
    name = Column("name", NAMES[grouping], 34 if grouping is Grouping.MIX else 22)
    trades = Column("trades", "trades", 7, Align.RIGHT)
    if grouping is Grouping.REASONS:
        fates = (Column(key, key, 8, Align.RIGHT) for key in ("wins", "losses", "draws"))
        return (name, *fates, trades)
    percent = "of start" if grouping in TIMES else "sum %" if grouping is Grouping.MIX else "mean %"
    earned = (Column("profit", "profit", 13, Align.RIGHT), Column("percent", percent, 9, Align.RIGHT))
    began = (Column("began", "began with", 14, Align.RIGHT, rank=1),) if grouping in TIMES else ()
    return (name, trades, *earned, *began)


def rows(snapshot: Snapshot, grouping: Grouping) -> tuple[Row, ...]:
    """One row per group in the bot's order, keyed by its name."""
    report = snapshot.pnl.value
    unit = report.unit if report else ""
    results = snapshot.results(grouping).value
    found = {result.name: result for result in results.groups} if results is not None else {}
    return tuple(_row(result, grouping, unit) for result in found.values())


def bars(snapshot: Snapshot, grouping: Grouping) -> tuple[tuple[date, float | None], ...]:
    """The profit of each time, oldest first."""
    results = snapshot.results(grouping).value
    days = ((_day(result.name), result.profit) for result in (() if results is None else results.groups))
    return tuple(sorted(((day, profit) for day, profit in days if day is not None), key=lambda bar: bar[0]))


def curve(points: Sequence[BalancePoint]) -> tuple[tuple[date, float | None], ...]:
    """The balance of each day; a day of which the bot says nothing is a gap."""
    known = {point.day: point.balance for point in points}
    if not known:
        return ()
    first, last = min(known), max(known)
    if (last - first).days > LONGEST_DAYS:
        return tuple(sorted(known.items()))
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return tuple((day, known.get(day)) for day in days)


def balances(snapshot: Snapshot) -> tuple[Row, ...]:
    """One row per day of which the bot says what the account held, newest first."""
    report, points = snapshot.pnl.value, snapshot.curve.value or ()
    cents = fmt.money_decimals(report.unit) if report else 2
    return tuple(
        Row(
            str(point.day),
            (Cell(str(point.day), sort=str(point.day)), Cell(fmt.number(point.balance, cents), sort=point.balance)),
        )
        for point in reversed(points)
    )


def empty(snapshot: Snapshot, section: str, now: datetime) -> Line:
    """What a section says without rows."""
    needed = topic(section)
    if (reason := untold(snapshot, needed.kind)) is not None:
        return reason
    feed: Feed[object] = snapshot.feed(needed)
    if feed.value is None:
        return problem_line(feed, now, snapshot.link) or muted(f"reading {section} …")
    return muted("no closed trade yet: results come with the first")


def _row(result: Result, grouping: Grouping, unit: str) -> Row:
    name = Cell(result.name or "(no tag)", Tone.PLAIN if result.name else Tone.MUTED, result.name)
    trades = _count(result.trades)
    if grouping is Grouping.REASONS:
        return Row(result.name, (name, *map(_count, (result.wins, result.losses, result.draws)), trades))
    cents = fmt.money_decimals(unit) if unit else 2
    profit = Cell(fmt.within(result.profit, cents, 13, sign=True), gain(result.profit), result.profit)
    percent = Cell(fmt.percent(result.profit_percent, sign=True), gain(result.profit), result.profit_percent)
    began = (Cell(fmt.within(result.began_with, cents, 14), Tone.MUTED, result.began_with),)
    return Row(result.name, (name, trades, profit, percent, *(began if grouping in TIMES else ())))


def _took(results: Results | None) -> str:
    """How long trades were open in the mean, by how they ended."""
    if results is None:
        return ""
    told = (("wins", results.win_seconds), ("losses", results.loss_seconds))
    parts = [f"{name} {fmt.span(seconds)}" for name, seconds in told if seconds is not None]
    return f" · mean: {', '.join(parts)}" if parts else ""


def _count(value: int | None) -> Cell:
    return Cell(fmt.NOTHING if value is None else str(value), sort=value)


def _loud(is_shown: bool, /) -> Tone:
    return Tone.STRONG if is_shown else Tone.MUTED


def _balance(point: BalancePoint) -> float:
    return point.balance


def _held(point: BalancePoint, cents: int) -> str:
    return f"{fmt.number(point.balance, cents)} ({point.day:%m-%d})"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if len(text) > len("2026-11") else f"{text}-01")
    except ValueError:
        return None
