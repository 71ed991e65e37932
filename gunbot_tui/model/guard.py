"""What stands between a confirmed order and the bot: limits, what was sent before, and what the user agreed to.

A hard limit refuses and lives in the config file alone; a soft one asks for a text to be typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Rule(StrEnum):
    """A limit by its name in the config file."""

    NOTIONAL = "max_notional"
    NOTIONAL_HOUR = "max_notional_hour"
    NOTIONAL_DAY = "max_notional_day"
    SHARE = "max_share_percent"
    COLLAR = "max_collar_percent"
    SLIP = "max_slip_percent"
    ORDERS_MINUTE = "max_orders_minute"


Bounds = Mapping[Rule, Decimal]
"""The value of each rule that is set: money of the pair, percent, or a count."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one bot; where a pair or its money has a value of its own, that one counts."""

    hard: Bounds = field(default_factory=dict)
    soft: Bounds = field(default_factory=dict)
    hard_by_money: Mapping[str, Bounds] = field(default_factory=dict)
    """By the money that pairs are priced in, in capitals: 500 in USDT and in BTC are not the same."""
    soft_by_money: Mapping[str, Bounds] = field(default_factory=dict)
    hard_by_pair: Mapping[str, Bounds] = field(default_factory=dict)
    """By the pair's key or its native name."""
    soft_by_pair: Mapping[str, Bounds] = field(default_factory=dict)
    allowed_pairs: frozenset[str] | None = None
    """Keys or native names; None allows all."""
    protected_pairs: frozenset[str] = frozenset()
    """No order is placed there; cancels work."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing is sent by any program on the journal: since when, and who saw to that."""

    at: datetime
    by: str
    """Such as `this cockpit`, `cockpit 4711` or `panic 4712`; empty where nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was sent lately by all programs together, from the journal; money that may have moved counts as moved."""

    hour: Mapping[str, Decimal] = field(default_factory=dict)
    """Money of the last 60 minutes, by its name (`USDT`) and also by pair key."""
    day: Mapping[str, Decimal] = field(default_factory=dict)
    minute: int = 0
    """Orders of the last 60 seconds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the journal says against one order at one moment."""

    usage: Usage = field(default_factory=Usage)
    halted: bool = False
    twins: tuple[str, ...] = ()
    """Ids of intents of the last 30 s that resemble the order and may have been sent."""
    unknowns: tuple[str, ...] = ()
    """Ids of intents on the same pair and side of which nobody knows whether they arrived."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the user saw and agreed to by typing it: soft limits, and the earlier orders by their intents' ids."""

    rules: frozenset[Rule] = frozenset()
    intents: frozenset[str] = frozenset()
    typed: str = ""
