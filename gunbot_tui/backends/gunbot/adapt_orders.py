"""Orders and cancels as Gunbot's trade calls: which call, with which fields, or why there is none for it.

Nothing is left out or filled in on the way: an order with a price that its call has no field for is no request at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gunbot_tui.backends.gunbot import endpoints
from gunbot_tui.backends.gunbot.adapt_market import to_pair
from gunbot_tui.backends.order_body import is_positive
from gunbot_tui.backends.transport import Endpoint
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import CancelOrder, NotSent, OrderCommand, PlaceOrder
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side

ONLY_ON = {
    Capability.STOP_LIMIT: frozenset({"binance"}),
    Capability.TRAILING_STOP: frozenset({"binance"}),
    Capability.OCO: frozenset({"binance"}),
    Capability.CLOSE_POSITION: frozenset({"bybit"}),
}
CLOSING_SIDES = {"LONG": Side.SELL, "SHORT": Side.BUY}


@dataclass(frozen=True, slots=True)
class TradeCall:
    """One request that trades; the fields stand in the order in which they are sent."""

    endpoint: Endpoint
    fields: Mapping[str, str | Decimal]


def to_trade_call(command: OrderCommand) -> TradeCall | NotSent:
    """The request for a command, or the proof that none was made."""
    pair = command.pair
    if to_pair(pair.exchange, pair.native) != pair:
        return NotSent("the pair's name has characters that are not traded on")
    if not (is_positive(command.amount) and is_positive(command.price)):
        return NotSent("amount and price must be more than zero")
    return _to_cancelling(command) if isinstance(command, CancelOrder) else _to_placing(command)


def _to_cancelling(command: CancelOrder) -> TradeCall | NotSent:
    if not command.id:
        return NotSent("the bot does not give this order's exact id: cancel it at the exchange")
    # Gunbot wants a type here and lists working orders without one; what can still be cancelled is no market order.
    fields = {**_of_pair(command.pair), "id": command.id, "price": command.price, "type": "limit"}
    return TradeCall(endpoints.CANCEL, fields)


def _to_placing(command: PlaceOrder) -> TradeCall | NotSent:
    prices = _prices(command)
    if prices is None:
        return NotSent(f"a {command.type} order has other prices than these")
    if not all(map(is_positive, prices.values())):
        return NotSent("every price must be more than zero")
    fields = {**_of_pair(command.pair), "amt": command.amount, **prices}
    if not command.closes:
        return TradeCall(endpoints.ORDERS[command.side, command.type], fields)
    endpoint = endpoints.CLOSES.get(command.type)
    if endpoint is None:
        return NotSent(f"a position is closed at a limit or at the market, not by a {command.type} order")
    side = CLOSING_SIDES.get(command.pair.contract)
    if side is None:
        return NotSent(f"{command.pair.name} holds no LONG or SHORT position that could be closed")
    if side is not command.side:
        return NotSent(f"closing {command.pair.name} is a {side}, not a {command.side}")
    return TradeCall(endpoint, fields)


def _prices(command: PlaceOrder) -> Mapping[str, Decimal] | None:
    """The prices in the names of the command's call; None when it lacks one, or has one that would get lost."""
    match command:
        case PlaceOrder(closes=True, type=OrderType.MARKET, stop=None, stop_limit=None):
            # This call documents no price, unlike the other market orders, which carry one although they need not:
            # in its simulator mode Gunbot refuses to guess it.
            return {}
        case PlaceOrder(type=OrderType.LIMIT | OrderType.MARKET, price=price, stop=None, stop_limit=None):
            return {"price": price}
        case PlaceOrder(type=OrderType.STOP_LIMIT, price=limit, stop=Decimal() as stop, stop_limit=None):
            return {"stopPrice": stop, "limitPrice": limit}
        case PlaceOrder(type=OrderType.TRAILING_STOP, price=reference, stop=Decimal() as stop, stop_limit=None):
            return {"price": reference, "stopPrice": stop}
        case PlaceOrder(type=OrderType.OCO, price=target, stop=Decimal() as stop, stop_limit=Decimal() as limit):
            return {"price": target, "stopPrice": stop, "limit": limit}
        case _:
            return None


def _of_pair(pair: Pair) -> Mapping[str, str | Decimal]:
    return {"exch": pair.exchange, "pair": pair.native}
