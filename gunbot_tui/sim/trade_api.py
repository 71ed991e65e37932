"""The trade routes: whatever becomes of an order, the answer to a complete one is "Order sent"."""

from collections.abc import Mapping

from gunbot_tui.sim.bot import BadRequestError, Bot, Call, Handler
from gunbot_tui.sim.matching import Accepted

SENT = {"status": "success", "message": "Order sent"}


def place(*, is_buy: bool, is_market: bool) -> Handler:
    def handle(bot: Bot, call: Call) -> object:
        data = _trade_data(call)
        key, amount = f"{_word(data, 'exch')}/{_word(data, 'pair')}", _positive(data, "amt")
        rate = None if is_market else _positive(data, "price")
        outcome = bot.world.order(key, is_buy=is_buy, amount=amount, rate=rate)
        if isinstance(outcome, Accepted):
            call.post.ids.append(outcome.order.id)
        else:
            call.post.rejected = outcome.reason
        return SENT

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
    if bot.world.cancel(f"{_word(data, 'exch')}/{_word(data, 'pair')}", str(order_id)):
        call.post.ids.append(order_id)
    else:
        call.post.rejected = "no such order"
    return SENT


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
