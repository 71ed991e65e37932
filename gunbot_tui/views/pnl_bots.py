"""Profit and loss of all bots: a row for each in its own money, and sums per currency, never across them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.pnl import PnlReport
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.pairs import gain
from gunbot_tui.views.panel import freshness_mark, untold
from gunbot_tui.views.purse import Purse, head, is_old, mode_cell, old_mark, purse, sum_of

FIGURES = ("today", "week", "month", "all", "open")
COLUMNS = (
    Column("bot", "bot", 16),
    Column("mode", "mode", 9, rank=2),
    Column("money", "in", 5),
    Column("today", "today", 10, Align.RIGHT),
    Column("week", "week", 10, Align.RIGHT),
    Column("month", "month", 10, Align.RIGHT, rank=3),
    Column("all", "all", 11, Align.RIGHT),
    Column("open", "open", 10, Align.RIGHT, rank=4),
    Column("trades", "trades", 6, Align.RIGHT, rank=5),
    Column("age", "state", 9, rank=1),
)


def title(fleet: Sequence[Snapshot]) -> Line:
    """How many bots are told of."""
    count = "1 bot" if len(fleet) == 1 else f"all {len(fleet)} bots"
    return (Span(count), Span(" · each as it reckons itself, weeks and months too", Tone.MUTED))


def rows(fleet: Sequence[Snapshot], active: str, now: datetime) -> tuple[Row, ...]:
    """One row per bot, keyed by its name; figures that are old are muted and say so."""
    return tuple(_row(bot, now, is_active=bot.bot.name == active) for bot in fleet)


def totals(fleet: Sequence[Snapshot], now: datetime) -> tuple[Line, ...]:
    """One line for each currency: what the bots that reckon in it add up to, real and simulated apart."""
    bots: dict[Purse, list[Snapshot]] = {}
    for bot in fleet:
        if bot.pnl.value is not None:
            bots.setdefault(purse(bot, bot.pnl.value.unit), []).append(bot)
    purses = sorted(bots)
    return tuple(_total(of, purses, bots[of], now) for of in purses)


def _row(bot: Snapshot, now: datetime, *, is_active: bool) -> Row:
    report = bot.pnl.value
    unit, (state, tone) = report.unit if report else "", _state(bot, now)
    values = _values(report) if report else (None,) * len(FIGURES)
    widths = [column.width for column in COLUMNS if column.key in FIGURES]
    is_old = tone is not Tone.MUTED
    trades = report.trades if report else None
    cents = fmt.money_decimals(unit) if unit else 2
    return Row(
        bot.bot.name,
        (
            Cell(f"{'▸' if is_active else ' '} {bot.bot.name}", Tone.STRONG if is_active else Tone.PLAIN, bot.bot.name),
            mode_cell(bot),
            Cell(unit, Tone.MUTED, unit or None),
            *(
                Cell(fmt.within(value, cents, width, sign=True), Tone.MUTED if is_old else gain(value), value)
                for value, width in zip(values, widths, strict=True)
            ),
            Cell(fmt.NOTHING if trades is None else str(trades), sort=trades),
            Cell(state, tone, bot.pnl.age_seconds(now)),
        ),
    )


def _state(bot: Snapshot, now: datetime) -> tuple[str, Tone]:
    """How far the figures may be trusted, muted where fully."""
    if untold(bot, Kind.PNL) is not None:
        return "not told", Tone.MUTED
    match bot.link.state:
        case LinkState.OFFLINE:
            return "offline", Tone.WARN
        case LinkState.REFUSED:
            return "refused", Tone.WARN
        case _:
            mark = freshness_mark(bot.pnl, now, bot.link)
            return mark.text, mark.tone


def _values(report: PnlReport) -> tuple[float | None, ...]:
    """What stands under the names of FIGURES."""
    return report.today, report.week, report.month, report.total, report.unrealised


def _total(of: Purse, purses: Sequence[Purse], bots: Sequence[Snapshot], now: datetime) -> Line:
    line = (*head(of, purses, len(bots)), *old_mark(is_old(bot, bot.pnl, now) for bot in bots))
    values = [_values(bot.pnl.value) for bot in bots if bot.pnl.value is not None]
    for name, column in zip(FIGURES, zip(*values, strict=True), strict=True):
        if any(value is not None for value in column):
            line += sum_of(name, column, of.unit)
    return line
