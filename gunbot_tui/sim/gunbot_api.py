"""The REST routes of the real bot, answered from the world in the documented shapes.

Whatever is unknown (a pair, a file) is an empty success as documented, and a trade is always "Order sent": what became
of it shows in core memory only.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from gunbot_tui.sim import files
from gunbot_tui.sim.bot import BadRequestError, Bot, Call, Handler
from gunbot_tui.sim.indicators import series
from gunbot_tui.sim.marks import marks
from gunbot_tui.sim.memory import Memory, columns, ledger, rows, snapshot
from gunbot_tui.sim.order import Kind
from gunbot_tui.sim.pnl import Overview, Span
from gunbot_tui.sim.quotes import detail, usdt_rate
from gunbot_tui.sim.settings import pair_settings, without_private_keys
from gunbot_tui.sim.trade_api import cancel, close, place
from gunbot_tui.sim.world import World

PREFIX = "/api/v1"
NOT_FOUND = (
    '<!DOCTYPE html><html><head><title>Gunbot</title></head><body><div id="app">404 Not Found</div></body></html>'
)


def _login(bot: Bot, call: Call) -> object:
    token = bot.auth.login(call.text("password"))
    if token is None:
        return {"status": "error", "message": "Wrong password"}
    return {"status": "success", "token": token}


def _auth_status(bot: Bot, call: Call) -> object:
    return {
        "code": 200,
        "isDemo": False,
        "isRegistered": True,
        "isTwoFA": False,
        "metamask": False,
        "status": "success",
        "message": "Authenticated",
    }


def _time(bot: Bot, call: Call) -> object:
    return {"serverTime": int(bot.world.clock() * 1000)}


def _balances(bot: Bot, call: Call) -> object:
    return [row for rows_of_exchange in bot.world.balances.values() for row in rows_of_exchange]


def _pairs(bot: Bot, call: Call) -> object:
    exchange = call.text("exchange")
    names = [listing.pair for listing in bot.world.listings.values() if listing.exchange == exchange]
    return {"status": "success", "pairList": names}


def _pairs_detailed(bot: Bot, call: Call) -> object:
    exchange = call.text("exchange")
    grouped: dict[str, list[object]] = {}
    for key, listing in bot.world.listings.items():
        if listing.exchange == exchange:
            grouped.setdefault(listing.money, []).append(detail(bot.world.markets[key], listing.pair))
    return {"status": "success", "pairList": grouped}


def _config_full(bot: Bot, call: Call) -> object:
    return {"status": "success", "config": bot.config()}


def _core_memory(bot: Bot, call: Call) -> object:
    return {
        "config": pair_settings(bot.world.listings.values()),
        "memory": {key: snapshot(memory) for key, memory in bot.world.memory.items()},
    }


def _core_memory_single(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.key)
    return snapshot(memory) if memory else {}


def _core_memory_raw(bot: Bot, call: Call) -> object:
    memory, wanted = bot.memory(call.key), call.body.get("elements")
    if memory is None:
        return {}
    found = ledger(memory)
    if isinstance(wanted, list) and wanted:
        return {name: found[name] for name in wanted if isinstance(name, str) and name in found}
    return found


def _candles(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.text("key"))
    return {"data": columns(memory.candles if memory else ())}


def _order_book(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.text("key"))
    return {"data": {"ask": memory.asks, "bid": memory.bids} if memory else {"ask": [], "bid": []}}


def _chart_data(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.key)
    if memory is None:
        return {}
    candles = memory.candles
    seconds, start = memory.market.candles.seconds, memory.market.candles.start(memory.candles_closed)
    stamps = [int((start - (len(candles) - 1 - index) * seconds) * 1000) for index in range(len(candles))]
    return {"candles": {"timestamp": stamps} | columns(candles), "indicators": series(candles)}


def _chart_marks(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.key)
    since, until = call.number("startTime", 0), call.number("endTime", 2_114_377_200)
    return marks(memory, bot.world.skips[call.key], since=since, until=until) if memory else []


def _pnl_overview(bot: Bot, call: Call) -> object:
    keys = call.body.get("keys")
    if not isinstance(keys, list) or not keys:
        raise BadRequestError("Invalid input: keys is required")
    chosen = {key: memory for key, memory in bot.world.memory.items() if "All" in keys or key in keys}
    return overview(bot.world, chosen, zone=call.text("timezone"), span=_span(call.body.get("dateRange")))


def overview(world: World, memories: Mapping[str, Memory], *, zone: str, span: Span | None) -> dict[str, object]:
    """The PnL of some pairs as of `memories`."""
    try:
        zone_info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRequestError("Invalid input: timezone") from None
    rate = usdt_rate(world)
    return Overview(memories, zone=zone_info, now=world.clock(), rate=rate, span=span).to_json()


def _span(value: object) -> Span | None:
    if not isinstance(value, dict):
        return None
    since, until = value.get("startDate"), value.get("endDate")
    if not isinstance(since, int | float) or not isinstance(until, int | float):
        raise BadRequestError("Invalid input: dateRange")
    return since / 1000, until / 1000


def _orders(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.text("key"))
    return {"data": rows(memory) if memory else []}


def _orders_page(bot: Bot, call: Call) -> object:
    memory = bot.memory(call.text("key"))
    return _page(rows(memory) if memory else [], call)


def _orders_page_multi(bot: Bot, call: Call) -> object:
    memories = [memory for key in call.keys if (memory := bot.memory(key))]
    fills = sorted((fill for memory in memories for fill in memory.fills), key=lambda fill: -fill.serial)
    page = _page([fill.to_row() for fill in sorted(fills, key=lambda fill: -fill.time_ms)], call)
    return page | {"totalCount": page["total"]}


def _page(found: Sequence[object], call: Call) -> dict[str, object]:
    page, size = max(0, call.number("page", 0)), max(1, call.number("pageSize", 50))
    return {"total": len(found), "page": page, "data": found[page * size : (page + 1) * size]}


def _acvar_list(bot: Bot, call: Call) -> object:
    return {"status": "success", "result": list(files.ACVAR)}


def _acvar(bot: Bot, call: Call) -> object:
    return files.ACVAR.get(call.text("filename"), {})


def _backup_list(bot: Bot, call: Call) -> object:
    return {"status": "success", "result": list(files.backups(bot.world.started_at, bot.config()))}


def _backup(bot: Bot, call: Call) -> object:
    return files.backups(bot.world.started_at, bot.config()).get(call.text("filename"), {})


def _editor(bot: Bot, call: Call) -> object:
    return PlainTextResponse(files.EDITOR)


def _state_list(bot: Bot, call: Call) -> object:
    return {"status": "success", "result": [_state_name(memory) for memory in bot.world.memory.values()]}


def _state(bot: Bot, call: Call) -> object:
    wanted = call.text("filename")
    for memory in bot.world.memory.values():
        if _state_name(memory) == wanted:
            held = {memory.listing.money: memory.money, memory.listing.coin: memory.coin}
            return ledger(memory) | {"balances": held}
    return {}


def _state_name(memory: Memory) -> str:
    return f"{memory.listing.exchange}-{memory.listing.pair}-state.json"


def _strategy_list(bot: Bot, call: Call) -> object:
    return {"status": "success", "result": list(files.STRATEGIES)}


def _strategy(bot: Bot, call: Call) -> object:
    return PlainTextResponse(files.STRATEGIES.get(call.text("filename"), ""))


def _start(bot: Bot, call: Call) -> object:
    bot.world.is_running = True
    return without_private_keys(bot.config())


def _stop(bot: Bot, call: Call) -> object:
    bot.world.is_running = False
    return without_private_keys(bot.config())


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("POST", "/auth/login"): _login,
    ("GET", "/auth/status"): _auth_status,
    ("GET", "/time"): _time,
    ("POST", "/balances"): _balances,
    ("GET", "/pairs"): _pairs,
    ("GET", "/pairs/detailed"): _pairs_detailed,
    ("GET", "/config/full"): _config_full,
    ("POST", "/coremem"): _core_memory,
    ("POST", "/coremem/single"): _core_memory_single,
    ("POST", "/coremem/raw"): _core_memory_raw,
    ("GET", "/market/candles"): _candles,
    ("GET", "/market/orderbook"): _order_book,
    ("POST", "/chart/data"): _chart_data,
    ("GET", "/chart/marks"): _chart_marks,
    ("POST", "/pnl/overview"): _pnl_overview,
    ("GET", "/orders"): _orders,
    ("GET", "/orders/page"): _orders_page,
    ("GET", "/orders/page/multi"): _orders_page_multi,
    ("GET", "/files/acvar"): _acvar_list,
    ("POST", "/files/acvar/get"): _acvar,
    ("POST", "/files/backup"): _backup_list,
    ("POST", "/files/backup/get"): _backup,
    ("POST", "/files/custom-editor/get"): _editor,
    ("GET", "/files/state"): _state_list,
    ("POST", "/files/state/get"): _state,
    ("GET", "/files/strategy"): _strategy_list,
    ("POST", "/files/strategy/get"): _strategy,
    ("POST", "/system/start"): _start,
    ("POST", "/system/stop"): _stop,
    ("POST", "/trade/buy"): place(Kind.LIMIT, is_buy=True),
    ("POST", "/trade/buy/market"): place(Kind.MARKET, is_buy=True),
    ("POST", "/trade/buy/stoplimit"): place(Kind.STOP_LIMIT, is_buy=True),
    ("POST", "/trade/buy/trailingstop"): place(Kind.TRAILING_STOP, is_buy=True),
    ("POST", "/trade/buy/oco"): place(Kind.OCO, is_buy=True),
    ("POST", "/trade/sell"): place(Kind.LIMIT, is_buy=False),
    ("POST", "/trade/sell/market"): place(Kind.MARKET, is_buy=False),
    ("POST", "/trade/sell/stoplimit"): place(Kind.STOP_LIMIT, is_buy=False),
    ("POST", "/trade/sell/trailingstop"): place(Kind.TRAILING_STOP, is_buy=False),
    ("POST", "/trade/sell/oco"): place(Kind.OCO, is_buy=False),
    ("POST", "/trade/close"): close(Kind.LIMIT),
    ("POST", "/trade/close/market"): close(Kind.MARKET),
    ("POST", "/trade/cancel"): cancel,
}


def application(bot: Bot, control: Sequence[Route]) -> Starlette:
    """The whole HTTP surface; anything unknown gets the web page's 404."""

    async def not_found(request: Request, error: Exception) -> Response:
        return HTMLResponse(NOT_FOUND, status_code=404)

    api = [
        Route(PREFIX + path, _endpoint(bot, handler), methods=[method]) for (method, path), handler in ROUTES.items()
    ]
    return Starlette(routes=[*api, *control], exception_handlers={404: not_found, 405: not_found})


def answer(content: object, status: int = 200) -> Response:
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Response(body, status_code=status, media_type="application/json")


def _endpoint(bot: Bot, handler: Handler) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        if handler is not _login and not bot.auth.accepts(request.headers.get("authorization")):
            return answer({"status": "error", "message": "Authentication required", "code": 401}, 401)
        try:
            body = _parsed(await request.body())
            bot.world.catch_up()
            query = request.query_params
            found = handler(bot, Call(query, query.getlist("keys[]"), body, request.scope["post"]))
        except BadRequestError as error:
            return answer({"status": "error", "message": str(error)}, 400)
        return found if isinstance(found, Response) else answer(found)

    return endpoint


def _parsed(raw: bytes) -> Mapping[str, object]:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise BadRequestError("Invalid input") from None
    if not isinstance(body, dict):
        raise BadRequestError("Invalid input")
    return body
