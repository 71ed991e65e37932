"""One row of the blotter before it is text: an order, an execution, or a whole trade of a bot that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gunbot_tui.model.deal import Deal
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.order_origin import Origin

TRADE = "trade:"
DEAL = "deal:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what is known of an order, wherever it is known from."""

    key: str
    pair: Pair
    side: Side
    price: Decimal | float | None
    """None for the market's."""
    amount: Decimal | float
    at: datetime | None
    state: str
    tone: Tone
    origin: Origin
    because: str
    """Why it is said to be of that origin."""
    type: str = OrderType.LIMIT.value
    stop: Decimal | float | None = None
    id: str = ""
    filled: Decimal | float | None = None
    pnl: float | None = None
    fee: float | None = None
    intent: Intent | None = None
    cancel: Intent | None = None
    """Our newest cancel of it."""
    order: OpenOrder | None = None
    """What rests on the exchange for it."""
    is_unlisted: bool = False
    """True for one of ours that was found working and is not in the bot's list any more."""
    deal: Deal | None = None
    """The bot's trade that the row tells, or that its order belongs to."""
    bot: str = ""
    """Whose it is, where rows of several bots stand together."""

    @property
    def is_trade(self) -> bool:
        """True for an execution, False for an order."""
        return self.key.startswith(TRADE)

    @property
    def is_deal(self) -> bool:
        """True for a whole trade of a bot that keeps them."""
        return self.deal is not None and self.order is None and self.intent is None

    @property
    def place(self) -> int:
        """What comes first where rows of several bots stand together: what needs the user, works, is open, is over."""
        if self.tone is Tone.ALERT:
            return 0
        if self.order is not None or (self.intent is not None and self.intent.state.is_open):
            return 1
        return 2 if self.deal is not None and self.deal.is_open else 3

    @property
    def cancel_id(self) -> str:
        """What a cancel names it by: the exchange's id, or our short id while it has none; empty when it can't be."""
        if self.order is not None:
            return self.order.id
        return self.intent.short_id if self.intent is not None and self.intent.is_not_shown else ""
