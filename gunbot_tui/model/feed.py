"""Topics and feeds: every thing that is polled keeps its last good value, its age and its present problem.

A feed is asked whether it is fresh, stale or missing; a failed read never erases the value or turns it into nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from gunbot_tui.model.problem import Problem

T_co = TypeVar("T_co", covariant=True)


class Kind(StrEnum):
    """Kinds of things that are read from a bot."""

    PAIRS = "pairs"
    """tuple[PairStatus, ...]"""
    DAY = "day"
    """dict[str, DayStats] by pair key; the subject is the exchange"""
    BOOK = "book"
    """Book; the subject is the pair's key, as for the next three"""
    CANDLES = "candles"
    """CandleSeries"""
    MARKS = "marks"
    """tuple[Mark, ...]"""
    PAIR = "pair"
    """PairStatus of one pair, fresher than PAIRS"""
    BALANCES = "balances"
    """tuple[Balance, ...]"""
    HISTORY = "history"
    """HistoryPage over all pairs; the subject is the page number"""
    PNL = "pnl"
    """PnlReport"""
    CONFIG = "config"
    """ConfigTree"""
    FILES = "files"
    """FileList; the subject is the folder"""
    FILE = "file"
    """FileText; the subject is `folder/name`"""
    AUTH = "auth"
    """AuthStatus"""
    CLOCK = "clock"
    """ServerClock; the lightest read, and so the probe of the line"""
    STATE = "state"
    """RunStatus"""
    CLOSED = "closed"
    """DealPage; the subject is the page number"""
    DEAL = "deal"
    """Deal, open or closed, however old; the subject is its id"""
    NOTES = "notes"
    """tuple[tuple[str, str], ...]: what a strategy keeps about a deal; the subject is the deal's id"""
    LOCKS = "locks"
    """tuple[PairLock, ...]"""
    PAIRLIST = "pairlist"
    """Pairlist"""
    MARKETS = "markets"
    """Markets; a large answer that hardly changes"""
    RESULTS = "results"
    """tuple[Result, ...]; the subject is a Grouping"""
    CURVE = "curve"
    """tuple[BalancePoint, ...]"""
    LOGS = "logs"
    """tuple[LogLine, ...], oldest first"""
    LOAD = "load"
    """HostLoad"""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to read: a kind and, where there are many of it, which one."""

    kind: Kind
    subject: str = ""


EVERYTHING = frozenset(Topic(kind) for kind in Kind)


class Freshness(StrEnum):
    """How far a feed may be trusted."""

    MISSING = "missing"
    FRESH = "fresh"
    STALE = "stale"


STALE_AFTER_INTERVALS = 3


@dataclass(frozen=True, slots=True)
class Feed(Generic[T_co]):
    """The last good value of a topic, when it was read, and what is wrong now."""

    value: T_co | None = None
    read_at: datetime | None = None
    interval_seconds: float = 0.0
    """The time between two reads of a bot that answers fast: a slow bot's data grows old before it is read again."""
    changed_at: datetime | None = None
    """When the value last differed from the one before."""
    problem: Problem | None = None
    next_try_at: datetime | None = None

    def age_seconds(self, now: datetime) -> float | None:
        """Seconds since the value was read; None without a value. A clock that was set back makes it no younger."""
        return None if self.read_at is None else abs((now - self.read_at).total_seconds())

    def freshness(self, now: datetime) -> Freshness:
        """Fresh up to three intervals, stale after; missing without a value."""
        age = self.age_seconds(now)
        if age is None or self.value is None:
            return Freshness.MISSING
        return Freshness.STALE if age > STALE_AFTER_INTERVALS * self.interval_seconds else Freshness.FRESH
