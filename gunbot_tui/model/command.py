"""What the user asks a bot to do, as values, and what came of it.

An answer that is neither a parsed success nor a parsed refusal is `Unknown`: only proof makes it anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Buy or sell coins; the amount in coins, the price in money per coin, both exactly as they are sent."""

    pair: Pair
    side: Side
    type: OrderType
    amount: Decimal
    price: Decimal
    """The limit; on a market order the price expected now, which some bots insist on."""


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Take one working order off the exchange."""

    pair: Pair
    id: str
    side: Side
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StartCore:
    """Let the bot trade."""


@dataclass(frozen=True, slots=True)
class StopCore:
    """Stop the bot's trading; what rests on the exchange stays there."""


OrderCommand = PlaceOrder | CancelOrder
Command = PlaceOrder | CancelOrder | StartCore | StopCore


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proof that nothing left this machine."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The bot said no in a form that can be parsed."""

    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The bot took the command; what the exchange makes of it is seen later."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and no proof either way."""

    reason: str


Outcome = NotSent | Refused | HandedOver | Unknown
