"""Who is on the other end: the bot's name, what it may be used for, and how the line to it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gunbot_tui.model.problem import Problem


class TradeMode(StrEnum):
    """What the user allows the cockpit to do with a bot."""

    READ_ONLY = "read-only"
    CONFIRM = "confirm"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class BotRef:
    """A configured bot, without its secrets."""

    name: str
    kind: str
    url: str
    mode: TradeMode = TradeMode.READ_ONLY


class LinkState(StrEnum):
    """Whether the bot answers."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"
    """The bot answers and rejects us: only the user can mend that, so nothing is retried."""


@dataclass(frozen=True, slots=True)
class Link:
    """The line to the bot: its state, since when, and when the next try is."""

    state: LinkState = LinkState.CONNECTING
    since: datetime | None = None
    problem: Problem | None = None
    next_try_at: datetime | None = None


class CoreState(StrEnum):
    """Whether the bot's trading core works."""

    RUNNING = "running"
    STOPPED = "stopped"
    STARTING = "starting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AuthStatus:
    """What the bot says about our login."""

    message: str
    is_demo: bool
    is_registered: bool
    is_two_factor: bool
    expires_at: datetime | None = None
    """When the token ends, read from the token itself."""


@dataclass(frozen=True, slots=True)
class ServerClock:
    """The bot's clock against ours; positive seconds mean that the bot is ahead."""

    offset_seconds: float
    exact_to_seconds: float = 0.1
    """How coarse the bot tells its time."""
