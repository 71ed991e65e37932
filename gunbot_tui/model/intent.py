"""Our own orders, from the confirmed intent on: one intent is at most one request, whatever happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.market import Pair


class IntentState(StrEnum):
    """Where an intent stands; a row of the journal."""

    WAITING = "waiting"
    """A cancel of an order that the bot has not shown yet: it is sent once when exactly one match appears."""
    SENDING = "sending"
    NOT_SENT = "not sent"
    BLOCKED = "blocked"
    """A limit or a guard forbade it: nothing was written down and nothing was sent."""
    REFUSED = "refused"
    HANDED_OVER = "handed over"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    """Several orders of the bot look like it: the user decides."""
    WORKING = "working"
    PARTLY_FILLED = "partly filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    MISSING = "missing"
    """The user declared that it never arrived, or it vanished without a trade."""

    @property
    def is_open(self) -> bool:
        """True while evidence is still looked for."""
        return self in OPEN_STATES


OPEN_STATES = frozenset(
    {
        IntentState.WAITING,
        IntentState.SENDING,
        IntentState.HANDED_OVER,
        IntentState.UNKNOWN,
        IntentState.AMBIGUOUS,
        IntentState.WORKING,
        IntentState.PARTLY_FILLED,
    }
)


LISTED = 200
"""So many of the last intents are known at once, and every open one."""
OLDER = 100
"""So many orders that are over and older than those are on each further page."""

TOLD = "told by the bot"
"""The reason of an order whose id the bot itself gave: no match by looks, and no doubt about it."""

CHOSEN = "chosen by the user"
"""The reason of an order that the user picked from several."""

NOT_TRIED = "not tried: the line to the bot is gone"
"""The reason of a cancel whose sweep broke off before its turn."""

ROUNDING = Decimal("0.001")
"""Relative: so far from what was asked an order may be that was rounded to steps which nobody told.

Steps may be coarser than that: then the order is nobody's, and the user says whose.
"""

DOUBLE_FOR = timedelta(minutes=1)
"""An equal order that begins within this time of ours may be the same request carried out twice."""

NOT_SHOWN = frozenset({IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS})


@dataclass(frozen=True, slots=True)
class Intent:
    """One confirmed command of the user's and everything known of its fate."""

    id: str
    command: OrderCommand
    state: IntentState
    created_at: datetime
    updated_at: datetime
    reason: str = ""
    order_id: str = ""
    """The exchange order that it most probably became."""
    filled: str = "0"
    """Coins executed so far, as text."""
    known_ids: frozenset[str] = field(default=frozenset())
    """Ids of the pair's orders seen before sending: none of them can be ours."""
    leg_id: str = ""
    """The other order of an OCO."""
    funds: str = ""
    """What was free and on order of the asset it spends, as the bot had it before sending: evidence, in words."""

    @property
    def short_id(self) -> str:
        """The end of the id, which people read and type."""
        return self.id.rpartition("-")[2]

    @property
    def pair(self) -> Pair:
        """The pair it is about."""
        return self.command.pair

    @property
    def is_placement(self) -> bool:
        """True for an order, False for a cancel."""
        return isinstance(self.command, PlaceOrder)

    @property
    def is_not_shown(self) -> bool:
        """True for an order that may be on its way and that none of the bot's stands for yet."""
        return self.is_placement and self.state in NOT_SHOWN and not self.order_id

    @property
    def cancels(self) -> str:
        """The id of the order that it takes off the exchange; empty for a placement."""
        return self.command.id if isinstance(self.command, CancelOrder) else ""


@dataclass(frozen=True, slots=True)
class IntentEvent:
    """One thing that happened to an intent, as the journal tells it."""

    at: datetime
    event: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The whole story of an intent: what was on screen at the press and every event since, oldest first."""

    intent: Intent
    seen: str
    events: tuple[IntentEvent, ...]
