"""What the user asks a bot to do, as values, and what came of it.

An answer that is neither a parsed success nor a parsed refusal is `Unknown`: only proof makes it anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side

ALIKE_AMOUNT_PERCENT = 2
ALIKE_PRICE_PERCENT = 1
"""Orders that differ by no more than this may be one that was meant once."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Buy or sell coins; the amount in coins, all prices in money per coin, each exactly as it is sent."""

    pair: Pair
    side: Side
    type: OrderType
    amount: Decimal
    price: Decimal
    """The limit; on a market order the price expected now, on a trailing stop the reference, on an OCO the target."""
    stop: Decimal | None = None
    """The price that triggers a stop-limit, the stop of an OCO, and where a trailing stop stands at first."""
    stop_limit: Decimal | None = None
    """The limit of an OCO once its stop is reached."""
    closes: bool = False
    """True when it closes a position of a derivative: a sell for a long one, a buy for a short one."""
    worth: Decimal | None = None
    """The money expected where that is more than its prices say: a sell under the bid fills at the bid."""
    deal: str = ""
    """The bot's own deal that it closes, wholly or in part, or adds to; empty where there is none."""
    stake: Decimal | None = None
    """The money to put in, for a bot that is told money instead of coins; `amount` is then what that buys."""
    leverage: Decimal | None = None
    tag: str = ""
    typed: str = field(default="", compare=False)
    """The line that it came from, where the amount is a part of funds or position that shrink by the order itself."""

    @property
    def notional(self) -> Decimal:
        """The most money that it may move: the amount at the highest of its prices, or what it is worth."""
        prices = (self.price, self.stop, self.stop_limit)
        dearest = self.amount * max(price for price in prices if price is not None)
        return dearest if self.worth is None else max(dearest, self.worth)

    @property
    def fingerprint(self) -> str:
        """The same text for the same order however its numbers are written; a market order's price is no part.

        Nor are the coins that a stake buys.
        """
        price = None if self.type is OrderType.MARKET else self.price
        size = self.amount if self.stake is None else self.stake
        numbers = (size, price, self.stop, self.stop_limit)
        written = (f"{number.normalize():f}" if number is not None else "-" for number in numbers)
        what = "close" if self.closes else "open" if self.stake is None else "stake"
        return " ".join((self.pair.key, what, self.side, self.type, *written))

    def resembles(self, other: PlaceOrder) -> bool:
        """True when one of them may be the other once more: worked out from the same line at the next tick, say.

        The second half of a position is half as large as the first one: any amount of a close resembles another. Of a
        stake the money alone counts: type, price and the coins that it buys may all have been worked out anew.
        """
        if self.stake is not None and other.stake is not None:
            way = (self.pair.key, self.side, self.closes)
            is_same_way = way == (other.pair.key, other.side, other.closes)
            return is_same_way and _is_near(self.stake, other.stake, ALIKE_AMOUNT_PERCENT)
        kind = (self.pair.key, self.side, self.type, self.closes)
        if kind != (other.pair.key, other.side, other.type, other.closes):
            return False
        if self.typed and self.typed == other.typed:
            return True
        if not self.closes and not _is_near(self.amount, other.amount, ALIKE_AMOUNT_PERCENT):
            return False
        if self.type is OrderType.MARKET:
            return True
        legs = ((self.price, other.price), (self.stop, other.stop), (self.stop_limit, other.stop_limit))
        return all(_is_near(mine, its, ALIKE_PRICE_PERCENT) for mine, its in legs)


def _is_near(mine: Decimal | None, its: Decimal | None, percent: int) -> bool:
    if mine is None or its is None:
        return mine is its
    return abs(mine - its) * 100 <= percent * max(mine, its)


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Take one working order off the exchange."""

    pair: Pair
    id: str
    """Empty while its order is ours and has not been shown by the bot yet: then `of` says which one."""
    side: Side
    price: Decimal
    amount: Decimal
    of: str = ""
    """The intent that the order came from, where it is one of ours that had no id when the cancel was confirmed."""
    deal: str = ""
    """The bot's own deal that the order belongs to, for a bot that cancels by it."""


@dataclass(frozen=True, slots=True)
class StartCore:
    """Let the bot trade."""


@dataclass(frozen=True, slots=True)
class StopCore:
    """Stop the bot's trading; what rests on the exchange stays there."""


@dataclass(frozen=True, slots=True)
class StopEntries:
    """Let the bot open nothing any more and manage what is open; a bot that was stopped starts by it."""


@dataclass(frozen=True, slots=True)
class ReloadConfig:
    """Let the bot read its configuration anew; its API is away for some seconds."""


@dataclass(frozen=True, slots=True)
class LockPair:
    """Let the bot open nothing on a pair until a time."""

    pair: str
    """The bot's own spelling; `*` for all."""
    until: datetime
    reason: str = ""
    side: str = "*"


@dataclass(frozen=True, slots=True)
class UnlockPair:
    """End one lock, or all of a pair."""

    lock_id: str
    """Empty for all of the pair's."""
    pair: str


@dataclass(frozen=True, slots=True)
class BlockPairs:
    """Put pairs or patterns on the blacklist."""

    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllowPairs:
    """Take pairs or patterns off the blacklist."""

    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeleteDeal:
    """Let the bot forget a deal; its coins stay on the exchange and nobody manages them any more."""

    deal: str
    pair: str


@dataclass(frozen=True, slots=True)
class ReloadDeal:
    """Let the bot read a deal's orders anew from the exchange."""

    deal: str
    pair: str


OrderCommand = PlaceOrder | CancelOrder
Control = (
    StartCore
    | StopCore
    | StopEntries
    | ReloadConfig
    | LockPair
    | UnlockPair
    | BlockPairs
    | AllowPairs
    | DeleteDeal
    | ReloadDeal
)
"""What is no order: sent at most once as well; the journal keeps a note of it and its answer."""
Command = OrderCommand | Control


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

    order_id: str = ""
    """The exchange's id of the order, from a bot that tells it."""
    words: str = ""
    """What the bot said."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and no proof either way."""

    reason: str


Outcome = NotSent | Refused | HandedOver | Unknown
