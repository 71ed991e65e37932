"""What an order may spend: the free funds that the bot last read, less what is already on its way.

An order of ours that the bot does not show yet is counted as if it had executed, even when nobody knows whether it
arrived: the same money is never spent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gunbot_tui.engine.figures import exact
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side

IN_DOUBT = (IntentState.UNKNOWN, IntentState.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Funds:
    """What of one asset may be spent, and how the count came about."""

    asset: str
    free: Decimal | None = None
    """None when unknown, as always on a derivative."""
    fee_rate: Decimal | None = None
    """The part of an order's money that goes to the exchange; None when it is not known."""
    pending: str = ""
    """Our orders that are counted although the bot does not show them yet, in words."""

    @classmethod
    def of(cls, snapshot: Snapshot, pair: Pair, side: Side) -> Funds:
        """The money of the pair for a buy, its coins for a sell."""
        asset, rate = _spent(pair, side), _fee_rate(snapshot, pair.exchange)
        free = _reported(snapshot, pair, side, asset)
        if free is None:
            return cls(asset, None, rate)
        orders = _not_shown(snapshot, pair.exchange, asset)
        taken = sum((_cost(order, rate or Decimal(0)) for order in orders), Decimal(0))
        words = f"after {len(orders)} order{'s' if len(orders) > 1 else ''} not shown yet" if orders else ""
        return cls(asset, max(Decimal(0), free - taken), rate, words)


def position(snapshot: Snapshot, pair: Pair) -> Decimal | None:
    """Coins held on the pair, negative for a short position; None when the bot does not say."""
    status = snapshot.status(pair).value
    return None if status is None or status.position is None else exact(status.position.size)


def closes_under_way(snapshot: Snapshot, pair: Pair) -> tuple[Intent, ...]:
    """Our closes of the position that the bot does not show yet.

    One in doubt is none of them once the bot was read since: what it holds by then can be left, and a close that never
    arrived must not keep anybody in a position. Whoever leaves it types the id of the one in doubt.
    """
    read_at = snapshot.status(pair).read_at
    return tuple(
        intent
        for intent in snapshot.intents
        if intent.is_not_shown
        and intent.pair == pair
        and isinstance(intent.command, PlaceOrder)
        and intent.command.closes
        and not (intent.state in IN_DOUBT and read_at is not None and read_at >= intent.updated_at)
    )


def coins_in(orders: tuple[Intent, ...]) -> Decimal:
    """Coins of all of them."""
    return sum((intent.command.amount for intent in orders), Decimal(0))


def named(orders: tuple[Intent, ...]) -> str:
    """Which they are, each with where it stands."""
    return ", ".join(f"{intent.short_id} ({intent.state})" for intent in orders)


def taken_by(under_way: tuple[Intent, ...]) -> str:
    """Which closes of ours take what the bot still shows, and how to say that one never came."""
    if not under_way:
        return ""
    return f": {named(under_way)} takes it, `:settle {under_way[0].short_id} absent` if it never came"


def _spent(pair: Pair, side: Side) -> str:
    return pair.money if side is Side.BUY else pair.coin


def _cost(order: PlaceOrder, rate: Decimal) -> Decimal:
    if order.stake is not None:
        return order.stake
    return order.notional * (1 + rate) if order.side is Side.BUY else order.amount


def _not_shown(snapshot: Snapshot, exchange: str, asset: str) -> list[PlaceOrder]:
    """Our orders that spend the asset and that no order of the bot stands for yet."""
    commands = (intent.command for intent in snapshot.intents if intent.is_not_shown)
    return [
        command
        for command in commands
        if isinstance(command, PlaceOrder)
        and command.pair.exchange == exchange
        and asset == (_spent(command.pair, command.side) if command.stake is None else command.pair.money)
        and (command.stake is not None or not command.pair.contract)
    ]


def _reported(snapshot: Snapshot, pair: Pair, side: Side, asset: str) -> Decimal | None:
    """What the bot says is free."""
    if pair.contract and not snapshot.capabilities.has_deals:
        return None
    for balance in snapshot.balances.value or ():
        if balance.exchange == pair.exchange and balance.asset == asset:
            return balance.free if balance.free.is_finite() else None
    status = snapshot.status(pair).value
    if side is Side.SELL or status is None or status.free_money is None:
        return None
    return exact(status.free_money)


def _fee_rate(snapshot: Snapshot, exchange: str) -> Decimal | None:
    config = snapshot.config.value
    percent = None if config is None else config.fee_percent.get(exchange)
    rate = exact(percent)
    # What can't be true of a fee says nothing about it.
    return rate / 100 if rate is not None and 0 <= rate < 100 else None
