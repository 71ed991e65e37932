"""The bot as a program: how it runs, what it logs, what its machine does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """What a bot does with its strategy."""

    RUNNING = "running"
    PAUSED = "paused"
    """It manages what is open and opens nothing."""
    STOPPED = "stopped"
    RELOADING = "reloading"
    WEBSERVER = "webserver"
    """It serves data and trades nothing."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How a bot that tells so is set up and what it does now."""

    state: RunState
    is_dry: bool
    """True when its orders are simulated: no money moves."""
    version: str
    strategy: str
    exchange: str
    market: str
    """`spot`, `margin` or `futures`."""
    timeframe: str
    money: str
    """What it stakes and reckons in."""
    stake: str
    """Money of a new deal as the bot puts it: `250`, `unlimited`."""
    open_limit: int | None
    """The most deals at once; None without a limit."""
    may_force_entry: bool
    adds_to_open: bool
    """True when forcing an entry on an open pair adds to its deal; False when the bot refuses it."""
    may_short: bool
    entry_type: str
    """The order type of a forced entry where none is said."""
    exit_type: str
    stop_percent: float | None = None
    last_loop_at: datetime | None = None
    """When its trading loop last went round; None before the first time."""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostLoad:
    """The load of the bot's machine in percent."""

    cpu_percent: tuple[float, ...]
    memory_percent: float | None
    average: tuple[float, ...] = ()
    """Of the last 1, 5 and 15 minutes."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the bot's log, without secrets."""

    at: datetime | None
    level: str
    logger: str
    text: str
