"""Profit and loss as the bot reckons it: shown as given, never mixed with sums of our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gunbot_tui.model.market import Pair


@dataclass(frozen=True, slots=True)
class ExtremeTrade:
    """The best or the worst trade."""

    pnl: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DayPnl:
    """One calendar day in the report's time zone."""

    day: date
    pnl: float
    cumulative: float | None
    trades: int | None
    volume: float | None


@dataclass(frozen=True, slots=True)
class PairPnl:
    """One pair's result, in the pair's own money."""

    pair: Pair
    strategy: str
    trades: int | None
    winning: int | None
    losing: int | None
    realised: float | None
    unrealised: float | None
    fees: float | None
    realised_in_unit: float | None
    """The same realised result in the unit of the whole report."""


@dataclass(frozen=True, slots=True)
class PnlReport:
    """The result of all pairs, in `unit`; days are those of `zone`."""

    unit: str
    zone: str
    today: float | None
    yesterday: float | None
    week: float | None
    month: float | None
    year: float | None
    total: float | None
    trades: int | None
    buys: int | None
    sells: int | None
    win_percent: float | None
    average: float | None
    best: ExtremeTrade | None
    worst: ExtremeTrade | None
    days: tuple[DayPnl, ...]
    pairs: tuple[PairPnl, ...]
