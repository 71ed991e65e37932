"""Routes that no real Gunbot has, for the demo and for tests: faults, time, prices, and the truth to compare with.

They answer without a login and only to this machine.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gunbot_tui.sim.bot import BadRequestError, Bot
from gunbot_tui.sim.faults import Faults, UnknownFaultError
from gunbot_tui.sim.faulty_wire import Received
from gunbot_tui.sim.gunbot_api import answer, overview
from gunbot_tui.sim.memory import Memory, observe
from gunbot_tui.sim.quotes import change

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(bot: Bot, faults: Faults, received: Received) -> list[Route]:
    """The simulator's own routes under `/_sim/`."""

    async def add_fault(request: Request) -> Response:
        rule = faults.add(await request.json())
        return answer({"fault": rule.fault, "seconds": rule.seconds})

    async def clear_faults(request: Request) -> Response:
        faults.clear()
        return answer({"fault": None})

    async def advance(request: Request) -> Response:
        bot.world.skip_ahead(float((await request.json())["seconds"]))
        return answer({"now": bot.world.now})

    async def price(request: Request) -> Response:
        body = await request.json()
        bot.world.catch_up()
        bot.world.move_price(str(body["key"]), float(body["mid"]))
        return answer({"bid": bot.world.markets[str(body["key"])].bid})

    async def tell_truth(request: Request) -> Response:
        bot.world.catch_up()
        return answer(truth(bot, received, zone=request.query_params.get("timezone", "UTC")))

    async def seen(request: Request) -> Response:
        return answer(received.seen)

    return [
        Route("/_sim/faults", _local(add_fault), methods=["POST"]),
        Route("/_sim/faults", _local(clear_faults), methods=["DELETE"]),
        Route("/_sim/advance", _local(advance), methods=["POST"]),
        Route("/_sim/price", _local(price), methods=["POST"]),
        Route("/_sim/truth", _local(tell_truth)),
        Route("/_sim/seen", _local(seen)),
    ]


def truth(bot: Bot, received: Received, *, zone: str) -> dict[str, object]:
    """The world as it is at this moment, whatever the core has seen of it."""
    world = bot.world
    now = {
        key: observe(world.accounts[listing.exchange], world.markets[key], listing, before=None, shape="history")
        for key, listing in world.listings.items()
    }
    return {
        "now": world.now,
        "running": world.is_running,
        "keys": {key: _pair_truth(memory, world.memory) for key, memory in now.items()},
        "balances": {
            name: {
                asset: {"free": account.free(asset), "onOrder": account.on_order(asset), "total": total}
                for asset, total in account.totals.items()
            }
            for name, account in world.accounts.items()
        },
        "pnl": overview(world, now, zone=zone, span=None),
        "posts": [post.to_json() for post in received.posts],
        "orders": [order.to_truth() for account in world.accounts.values() for order in account.accepted],
    }


def _pair_truth(memory: Memory, shown: Mapping[str, Memory]) -> dict[str, object]:
    known = shown.get(memory.listing.key)
    known_ids = {order.id for order in known.open_orders} if known else set()
    return {
        "bid": memory.bid,
        "ask": memory.ask,
        "last": memory.market.last,
        "change24h": change(memory.market),
        "book": {"bid": memory.bids, "ask": memory.asks},
        "openOrders": [order.to_row() | {"shown": order.id in known_ids} for order in memory.open_orders],
        "historyCount": memory.fills_seen,
        "position": memory.coin,
        "abp": memory.abp,
        "unrealised": memory.unrealised,
        "realised": sum(fill.pnl for fill in memory.fills),
        "notices": memory.notices,
    }


def _local(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            return answer({"status": "error", "message": "only from this machine"}, 403)
        try:
            return await endpoint(request)
        except (UnknownFaultError, BadRequestError, KeyError, ValueError, TypeError) as error:
            return answer({"status": "error", "message": str(error)}, 400)

    return guarded
