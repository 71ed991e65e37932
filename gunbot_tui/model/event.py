"""What happens, as values for the reducer; every event names the generation of the connection it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gunbot_tui.model.bot import Link
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Topic
from gunbot_tui.model.guard import Halt, Usage
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Fetched:
    """A topic was read."""

    generation: int
    topic: Topic
    value: object
    at: datetime
    interval_seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A topic could not be read; the last good value stays."""

    generation: int
    topic: Topic
    problem: Problem
    at: datetime
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The line to the bot came up, went down or was refused."""

    generation: int
    link: Link
    capabilities: Capabilities | None = None


@dataclass(frozen=True, slots=True)
class IntentsChanged:
    """The desk's list of intents, newest first, is now this one."""

    generation: int
    intents: tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class HaltChanged:
    """Sending was stopped or released."""

    generation: int
    halt: Halt | None


@dataclass(frozen=True, slots=True)
class UsageChanged:
    """What was sent lately, by every program on this journal."""

    generation: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """The journal can't be written: no new order may be sent; None when it can again."""

    generation: int
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """The bot began or ceased to tell by itself what has changed."""

    generation: int
    is_live: bool


Event = Fetched | Failed | LinkChanged | IntentsChanged | HaltChanged | UsageChanged | JournalFailed | StreamChanged
