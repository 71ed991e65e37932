"""An order before it exists: what was typed, and what it would mean now.

A draft keeps the user's words (25 %, ask -0.2 %); a preview resolves them against one snapshot and lives seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.guard import Consent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side


class AmountUnit(StrEnum):
    """What an amount counts."""

    COIN = "coin"
    MONEY = "money"
    PERCENT = "percent"
    """Of what is free: money when buying, coins when selling."""
    POSITION = "position"
    """Percent of the coins that the pair's position holds."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as typed; `all` is 100 percent."""

    value: Decimal
    unit: AmountUnit


class PriceAnchor(StrEnum):
    """What a price is counted from."""

    NUMBER = "number"
    BID = "bid"
    ASK = "ask"
    MID = "mid"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Price:
    """A price as typed: a number, or a place in the market with a distance in percent or in money."""

    anchor: PriceAnchor
    value: Decimal | None = None
    """The number itself; None with the other anchors."""
    offset_percent: Decimal = Decimal(0)
    offset_money: Decimal = Decimal(0)
    """At most one of the two offsets is not 0."""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as typed; None where nothing was said yet."""

    pair: Pair
    side: Side
    type: OrderType = OrderType.LIMIT
    amount: Amount | None = None
    price: Price | None = None
    """The limit; the reference of a trailing stop; the target of an OCO."""
    stop: Price | None = None
    stop_limit: Price | None = None
    """The limit of an OCO behind its stop."""
    closes: bool = False
    leverage: Decimal | None = None
    tag: str = ""
    """What the bot keeps with a deal as the reason of its entry."""


class CancelScope(StrEnum):
    """Which orders a cancel means."""

    ONE = "one"
    MARKED = "marked"
    """The orders of a frozen list of ids."""
    OURS_ON_PAIR = "ours on the pair"
    EVERYWHERE = "everywhere"
    """Ours on every pair of the bot."""


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """A cancel as typed."""

    scope: CancelScope
    pair: Pair | None = None
    """The pair of `cancel all`; with an id only where two exchanges use the same one."""
    id: str = ""
    """An exchange's id, or the short id of an order of ours that has none yet."""
    ids: tuple[tuple[str, str], ...] = ()
    """Pair key and id of each marked order; the short id of one of ours that has no other yet."""
    with_bot: bool = False
    """The bot's own orders too, not ours alone."""


@dataclass(frozen=True, slots=True)
class CloseAllDraft:
    """Leaving every open deal of the bot at the market."""


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """An order resolved against the market: what would be sent, and what it would mean."""

    draft: OrderDraft
    command: PlaceOrder | None
    """None while something blocks it."""
    made_at: datetime
    blocks: tuple[str, ...] = ()
    """Why it can't be sent, worst first."""
    warnings: tuple[str, ...] = ()
    """What the user should know, worst first, at most three."""
    briefly: Mapping[str, str] = field(default_factory=dict)
    """The same in fewer words, by the warning, for where there is little room."""
    amount: Decimal | None = None
    price: Decimal | None = None
    stop: Decimal | None = None
    stop_limit: Decimal | None = None
    notional: Decimal | None = None
    """The money that it is expected to move: what executes now at its average fill, the rest at the price."""
    fee: Decimal | None = None
    """Estimate in money; None when the fee is not known."""
    touch: Decimal | None = None
    """The best price on our own side of the book: the bid for a buy, the ask for a sell."""
    opposite: Decimal | None = None
    """The best price that we would trade against: the ask for a buy, the bid for a sell."""
    touch_age_seconds: float | None = None
    unmoved_seconds: float = 0.0
    """How long the last price has stood still, of a bot that tells no book and may be repeating it."""
    takes: bool = False
    """True when it executes at once against the book, wholly or in part."""
    executes: Decimal | None = None
    """Coins that the visible book fills at once; None without a book."""
    average_fill: Decimal | None = None
    worst_fill: Decimal | None = None
    slip_percent: Decimal | None = None
    """Average fill against the opposite side's best; None when nothing executes at once."""
    free_before: Decimal | None = None
    free_after: Decimal | None = None
    """Of the money when buying, of the coin when selling."""
    share_percent: Decimal | None = None
    """Part of the free funds that it uses."""
    pending: str = ""
    """Orders of ours whose funds are taken off although the bot does not show them yet, in words."""
    strategy: str = ""
    """The strategy that works on the pair too."""
    max_notional: Decimal | None = None
    must_type: str = ""
    """What has to be typed before the confirm key works: the money, an order's short id, both; empty for nothing."""
    consent: Consent = field(default_factory=Consent)
    """What confirming it agrees to: the soft limits that it breaks and the earlier orders that it names."""
    is_limited: bool = False
    """True when a limit or a guard is what blocks it first."""
    no_book: str = ""
    """Why there is no order book, for a bot that never tells one; its age is then that of `last`."""
    last: Decimal | None = None
    """The last price known, of a bot that tells no book."""
    deal: Deal | None = None
    """The bot's own deal that it leaves or adds to."""
    gain: Decimal | None = None
    """What leaving it realises, in money; None when it is not known."""


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """A frozen list of the orders that would be cancelled."""

    draft: CancelDraft
    commands: tuple[CancelOrder, ...]
    """One without an id is sent once when the bot shows its order."""
    made_at: datetime
    blocks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    must_type: str = ""
    """The number of orders, where the scope is wider than a pair's own; empty for nothing."""
    kinds: Mapping[CancelOrder, str] = field(default_factory=dict)
    """What is cancelled where it is more than a limit order, in words: `stop-limit, stop 60000`."""
    is_limited: bool = False
    """True when the halt is what blocks it first."""


@dataclass(frozen=True, slots=True)
class CloseAllPreview:
    """A frozen list of the deals that would be left, one order for each."""

    draft: CloseAllDraft
    orders: tuple[OrderPreview, ...]
    made_at: datetime
    blocks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """Among them why each of `staying` can't be left."""
    must_type: str = ""
    """The number of deals."""
    staying: tuple[str, ...] = ()
    """Ids of the deals that stay open."""
    is_limited: bool = False


Draft = OrderDraft | CancelDraft | CloseAllDraft
Preview = OrderPreview | CancelPreview | CloseAllPreview
