"""The trade routes: whatever becomes of an order, the answer to a complete one is "Order sent"."""

from collections.abc import Mapping

from gunbot_tui.sim.bot import BadRequestError, Bot, Call, Handler
from gunbot_tui.sim.matching import Accepted
from gunbot_tui.sim.order import Kind, Terms

SENT = {"status": "success", "message": "Order sent"}
_FIELDS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.LIMIT: ("price", "", ""),
    Kind.MARKET: ("", "", ""),
    Kind.STOP_LIMIT: ("limitPrice", "stopPrice", ""),
    Kind.TRAILING_STOP: ("price", "stopPrice", ""),
    Kind.OCO: ("price", "stopPrice", "limit"),
}
"""The names of rate, stop and stop limit in the request."""


def place(kind: Kind, *, is_buy: bool) -> Handler:
    """The route that opens a position, or closes one by the other side."""
    rate, stop, stop_limit = _FIELDS[kind]

    def handle(bot: Bot, call: Call) -> object:
        data = _trade_data(call)
        terms = Terms(
            is_buy=is_buy,
            amount=_positive(data, "amt"),
            rate=_positive(data, rate) if rate else None,
            kind=kind,
            stop=_positive(data, stop) if stop else None,
            stop_limit=_positive(data, stop_limit) if stop_limit else None,
        )
        return _sent(bot, call, _key(data), terms)

    return handle


def close(kind: Kind) -> Handler:
    """The route that takes a futures position back: a long one by a sell, a short one by a buy."""

    def handle(bot: Bot, call: Call) -> object:
        data = _trade_data(call)
        key, amount = _key(data), _positive(data, "amt")
        rate = None if kind is Kind.MARKET else _positive(data, "price")
        return _sent(bot, call, key, Terms(key.endswith("-SHORT"), amount, rate, kind, closes=True))

    return handle


def cancel(bot: Bot, call: Call) -> object:
    data = _trade_data(call)
    if isinstance(data.get("price"), bool) or not isinstance(data.get("price"), int | float):
        raise BadRequestError("Invalid input: price is required")
    if _word(data, "type") not in ("limit", "market"):
        raise BadRequestError("Invalid input: type")
    order_id = data.get("id")
    if not isinstance(order_id, str | int) or isinstance(order_id, bool):
        raise BadRequestError("Invalid input: id is required")
    cancelled = bot.world.cancel(_key(data), str(order_id))
    call.post.ids += [order.id for order in cancelled]
    if not cancelled:
        call.post.rejected = "no such order"
    return SENT


def _sent(bot: Bot, call: Call, key: str, terms: Terms) -> object:
    outcome = bot.world.order(key, terms)
    if isinstance(outcome, Accepted):
        call.post.ids += [order.id for order in outcome.orders]
    else:
        call.post.rejected = outcome.reason
    return SENT


def _key(data: Mapping[str, object]) -> str:
    return f"{_word(data, 'exch')}/{_word(data, 'pair')}"


def _trade_data(call: Call) -> Mapping[str, object]:
    wrapped = call.body.get("data", call.body)
    if not isinstance(wrapped, dict):
        raise BadRequestError("Invalid input: data must be an object")
    return wrapped


def _word(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"Invalid input: {name} is required")
    return value


def _positive(data: Mapping[str, object], name: str) -> float:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e18:
        raise BadRequestError(f"Invalid input: {name} is required")
    return float(value)
