"""Profit and loss as the bot reckons it: shown as given, never mixed with sums of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

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
    today_percent: float | None = None
    """Of what the account held as the day began, where the bot reckons it."""
    unrealised: float | None = None
    """Of what is open, where the bot reckons it."""
    fall: Fall | None = None
    ratios: Mapping[str, float] = field(default_factory=dict)
    """Other figures by their names as people read them: `profit factor`, `sharpe`."""
    average_seconds: float | None = None
    """How long a trade was open on average."""
    best_pair: str = ""
    """The pair that earned most, and what it earned."""
    best_pair_profit: float | None = None
    volume: float | None = None
    """All that was bought and sold, in `unit`."""


@dataclass(frozen=True, slots=True)
class Fall:
    """The deepest fall of the account from a high to a low, and where it stands under its high now."""

    money: float
    percent: float | None
    began_at: datetime | None
    ended_at: datetime | None
    now_money: float | None = None
    now_percent: float | None = None


class Grouping(StrEnum):
    """What closed deals are counted by."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    PAIRS = "pairs"
    ENTRIES = "entries"
    EXITS = "exits"
    MIX = "mix"
    """Entry and exit together."""
    REASONS = "reasons"
    """Wins and losses by exit reason."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the deals of one group gave; None where the bot does not say."""

    name: str
    trades: int | None
    profit: float | None = None
    """In the report's unit."""
    profit_percent: float | None = None
    """Mean of the deals, or their sum where `is_sum`; of a time, the share of what it began with."""
    is_sum: bool = False
    wins: int | None = None
    losses: int | None = None
    draws: int | None = None
    began_with: float | None = None
    """What the account held at the beginning, where the group is a time."""


@dataclass(frozen=True, slots=True)
class Results:
    """What closed deals gave, group by group, and how long those that won and lost took where the bot says so."""

    groups: tuple[Result, ...]
    win_seconds: float | None = None
    loss_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class BalancePoint:
    """What the account held on a day."""

    day: date
    balance: float
