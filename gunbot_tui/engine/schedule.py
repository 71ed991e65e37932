"""When each topic is read next: pure arithmetic over monotonic seconds.

A bot that answers slowly is asked less often (ten times its last answer's time), because a heavy read stalls the
trading itself; one that is not on screen, too. The light clock topic is the probe of a lost line and keeps a short
back-off while the others slow down.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gunbot_tui.model.feed import Kind, Topic

INTERVAL_SECONDS: Mapping[Kind, float] = {
    Kind.PAIRS: 2.0,
    Kind.PAIR: 2.0,
    Kind.BOOK: 1.0,
    Kind.CANDLES: 5.0,
    Kind.MARKS: 30.0,
    Kind.BALANCES: 10.0,
    Kind.DAY: 10.0,
    Kind.HISTORY: 10.0,
    Kind.AUTH: 30.0,
    Kind.CLOCK: 30.0,
    Kind.PNL: 60.0,
    Kind.CONFIG: 60.0,
    Kind.FILES: 60.0,
    Kind.FILE: 60.0,
    Kind.STATE: 5.0,
    Kind.CLOSED: 10.0,
    Kind.DEAL: 10.0,
    Kind.NOTES: 10.0,
    Kind.LOCKS: 30.0,
    Kind.PAIRLIST: 60.0,
    Kind.MARKETS: 3600.0,
    Kind.RESULTS: 60.0,
    Kind.CURVE: 300.0,
    Kind.LOGS: 3.0,
    Kind.LOAD: 10.0,
}
"""The time between two reads of a topic that is shown, while the bot answers fast."""

UNSHOWN_SECONDS: Mapping[Kind, float] = {Kind.PNL: 300.0}
"""Other intervals of topics that are read although nobody looks: the status bar needs one number of a heavy report."""

ALWAYS = (Kind.PAIRS, Kind.BALANCES, Kind.CLOCK, Kind.AUTH, Kind.CONFIG, Kind.PNL, Kind.STATE)
PROBE = Kind.CLOCK
NEWEST = Topic(Kind.HISTORY, "0")
ANSWER_FACTOR = 10.0
RETRY_CAP_SECONDS = 60.0
PROBE_CAP_SECONDS = 5.0

BACKGROUND_FACTOR = 5.0
BACKGROUND_CAP_SECONDS = 60.0
"""A bot that is not on screen is read so many times less often, but at least once in this time."""

STREAM_SECONDS = 1.0
STREAM_CAP_SECONDS = 60.0
"""A stream that broke is tried again after this first and this longest wait."""

LOOK_SECONDS = (1.0, 3.0, 8.0, 20.0, 60.0, 180.0, 600.0)
"""So long after an order left without proof the bot is read again, whatever is shown."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one bot is read at present; by its seconds data is judged fresh or old, so a screen needs them too."""

    own: Mapping[Kind, float] = field(default_factory=dict)
    """The bot's own seconds, of what is on screen and what is not, where they differ from ours."""
    in_background: bool = False

    def seconds(self, kind: Kind, *, shown: bool) -> float:
        """The time between two reads of a bot that answers fast."""
        ours = INTERVAL_SECONDS[kind] if shown else UNSHOWN_SECONDS.get(kind, INTERVAL_SECONDS[kind])
        usual = self.own.get(kind, ours)
        return max(usual, min(BACKGROUND_CAP_SECONDS, BACKGROUND_FACTOR * usual)) if self.in_background else usual

    def pause(self, kind: Kind, took_seconds: float, *, shown: bool) -> float:
        """The time between two reads: the setting, or ten times the last answer's time when that is more."""
        return max(self.seconds(kind, shown=shown), ANSWER_FACTOR * took_seconds)


@dataclass(frozen=True, slots=True)
class Timing:
    """How the last read of a topic went; the default is a topic that was never read."""

    ended_at: float | None = None
    took_seconds: float = 0.0
    failures: int = 0
    """In a row."""
    retry_seconds: float = 0.0
    """The wait after the last failure."""
    is_poked: bool = False
    """Somebody needs a read that starts after now."""

    def due_at(self, kind: Kind, pace: Pace, *, shown: bool) -> float:
        """The monotonic second of the next read; 0 for at once, minus infinity for what was never read."""
        if self.ended_at is None:
            return float("-inf")
        if self.is_poked:
            return 0.0
        if self.failures:
            return self.ended_at + self.retry_seconds
        return self.ended_at + pace.pause(kind, self.took_seconds, shown=shown)


def retry_seconds(kind: Kind, failures: int, spread: float) -> float:
    """The wait after so many failed reads in a row; `spread` as below."""
    return _back_off(
        INTERVAL_SECONDS[kind], PROBE_CAP_SECONDS if kind is PROBE else RETRY_CAP_SECONDS, failures, spread
    )


def stream_seconds(failures: int, spread: float) -> float:
    """The wait before a broken stream is tried again; `spread` as below."""
    return _back_off(STREAM_SECONDS / 2, STREAM_CAP_SECONDS, failures, spread)


def _back_off(first: float, cap: float, failures: int, spread: float) -> float:
    """Doubling to a cap, then shortened by a random `spread` of 0 to 1."""
    return float(min(cap, first * 2.0 ** min(failures, 10)) * (0.5 + 0.5 * spread))


def always_topics(kinds: Collection[Kind], exchanges: Collection[str]) -> frozenset[Topic]:
    """What is read whatever the screen shows: the base topics and the day of every exchange seen."""
    base = {Topic(kind) for kind in ALWAYS if kind in kinds}
    days = {Topic(Kind.DAY, exchange) for exchange in exchanges} if Kind.DAY in kinds else set()
    return frozenset(base | days)


def due_topics(due_at: Mapping[Topic, float], now: float) -> list[Topic]:
    """The topics whose time has come, the longest overdue first, then those that are wanted most often."""

    def urgency(topic: Topic) -> tuple[float, float, str]:
        return due_at[topic], INTERVAL_SECONDS[topic.kind], topic.kind

    return sorted((topic for topic, at in due_at.items() if at <= now), key=urgency)


def next_look(since: datetime, after: datetime) -> datetime | None:
    """The first look after a moment for what has waited since then; None after the last one."""
    looks = (since + timedelta(seconds=seconds) for seconds in LOOK_SECONDS)
    return next((at for at in looks if at > after), None)
