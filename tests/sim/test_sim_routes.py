"""Every route answers in the documented shape: as written here, and as the vendor describes it if at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import cast

import httpx
import jsonschema
import pytest
import yaml

from gunbot_tui.sim.faults import Faults
from gunbot_tui.sim.gunbot_api import ROUTES
from gunbot_tui.sim.options import SimOptions
from gunbot_tui.sim.server import build
from tests.sim.simulated import API, KEY, Json, Simulated, encrypted, items, table

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
WHOLE: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
DECIMALS: Json = {"type": "string", "pattern": r"^\d+\.\d{8}$"}
SUCCESS: Json = {"const": "success"}


def exactly(**fields: object) -> Json:
    """An object with these keys and no other."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def having(**fields: object) -> Json:
    """An object with at least these keys."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def listing(of: Json, at_least: int = 1) -> Json:
    return {"type": "array", "items": of, "minItems": at_least}


def mapping(of: Json) -> Json:
    return {"type": "object", "additionalProperties": of, "minProperties": 1}


ORDER_HEAD = {
    "time": {"type": "integer", "minimum": 1_500_000_000_000},
    "pair": TEXT,
    "type": {"enum": ["buy", "sell"]},
    "rate": NUMBER,
    "amount": NUMBER,
}
ORDER: Json = having(
    **ORDER_HEAD,
    id={"type": ["integer", "string"]},
    cost=NUMBER,
    fees=NUMBER,
    baseValue=NUMBER,
    costProceed=NUMBER,
    averagePrice=NUMBER,
    pnlPrice=NUMBER,
    balance=NUMBER,
    baseBalance=NUMBER,
    inventory_cost=NUMBER,
    ABP=NUMBER,
    pnl=NUMBER,
)
OPEN_ORDER: Json = exactly(**ORDER_HEAD, id={"type": ["integer", "string"]})
PAIR_SETTINGS: Json = exactly(strategy=TEXT, enabled=FLAG, override={"type": "object"})
LEDGER: Json = having(
    Ask=NUMBER,
    Bid=NUMBER,
    ABP=NUMBER,
    quoteBalance=NUMBER,
    baseBalance=NUMBER,
    onOrdersBalance=NUMBER,
    ourBaginBase=NUMBER,
    gotBag=FLAG,
    breakEven=NUMBER,
    openOrders=listing(OPEN_ORDER, 0),
    orders={"type": "array", "items": ORDER, "maxItems": 5},
    priceToBuy=NUMBER,
    priceToSell=NUMBER,
    whatstrat=having(PERIOD=WHOLE, TRADING_LIMIT=NUMBER, GAIN=TEXT),
    rsi=NUMBER,
    ema1=NUMBER,
    ema2=NUMBER,
    notifications=listing(exactly(text=TEXT, variant={"enum": ["success", "error", "info"]}), 0),
)
FUTURES: Json = having(
    currentQty=NUMBER,
    currentSide={"enum": ["long", "short", "none"]},
    avgEntryPrice=NUMBER,
    liquidationPrice=NUMBER,
    leverage=NUMBER,
    ROE=NUMBER,
    walletBalance=NUMBER,
    availableMargin=NUMBER,
)
LEVEL: Json = {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}, "minItems": 2, "maxItems": 2}
OHLCV: Json = exactly(**{name: listing(NUMBER) for name in ("open", "high", "low", "close", "volume")})
CONFIG: Json = having(
    pairs=mapping(mapping(PAIR_SETTINGS)),
    strategies=mapping({"type": "object", "minProperties": 60}),
    exchanges=mapping(having(delay=NUMBER, type=TEXT, TRADING_FEES=NUMBER)),
    bot=having(gunthy_wallet=TEXT, TOKEN=TEXT, WATCH_MODE=FLAG),
    ws=having(port=WHOLE),
    GUI=having(start=FLAG, port=WHOLE, authentication=having(login=FLAG, twoFA=FLAG)),
    AutoConfig=having(enabled=FLAG),
)
PNL_PART: Json = having(pnl=NUMBER)
TRADE: Json = exactly(pnl=NUMBER, time=WHOLE)
PNL: Json = exactly(
    today=exactly(pnl=NUMBER, perPair={"type": "object"}),
    yesterday=exactly(pnl=NUMBER),
    weekAgo=exactly(pnl=NUMBER),
    monthAgo=exactly(pnl=NUMBER),
    yearAgo=exactly(pnl=NUMBER, perPair={"type": "object"}),
    total=exactly(
        pnl=NUMBER,
        numberOfTrades=WHOLE,
        heroTrade=TRADE,
        fuckupTrade=TRADE,
        averagePnl=NUMBER,
        sellCount=WHOLE,
        buyCount=WHOLE,
        winning=WHOLE,
        losing=WHOLE,
        breakeven=WHOLE,
        winRate={"type": "string", "pattern": r"^\d+\.\d$"},
        buyPnl=NUMBER,
        sellPnl=NUMBER,
        buyBaseValue=NUMBER,
        sellBaseValue=NUMBER,
    ),
    lastYear=exactly(pnl=NUMBER),
    dailyHistory=listing(
        exactly(
            date={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
            numberOfTrades=WHOLE,
            totalVolume=NUMBER,
            pnl=NUMBER,
            cumulativePnl=NUMBER,
            cumulativePnlPercent=NUMBER,
        )
    ),
    pnlsPerPair=listing(exactly(key=TEXT, pnl=NUMBER)),
    detailedPerPair=listing(
        exactly(
            strategy=TEXT,
            cumulative_pnl=NUMBER,
            cumulative_profit=NUMBER,
            cumulative_loss=NUMBER,
            cumulative_fees=NUMBER,
            cumulative_costproceed_wins=NUMBER,
            cumulative_costproceed_losses=NUMBER,
            profit_count=WHOLE,
            loss_count=WHOLE,
            unique_profit_count=WHOLE,
            unique_loss_count=WHOLE,
            buy_count=WHOLE,
            sell_count=WHOLE,
            unique_buy_count=WHOLE,
            unique_sell_count=WHOLE,
            cumulative_buy_value=NUMBER,
            cumulative_sell_value=NUMBER,
            daily_pnl_per_thousand={"type": "string", "pattern": r"^-?\d+\.\d\d$"},
            unrealized_pnl=NUMBER,
            key=TEXT,
        )
    ),
    unit={"const": "USDT"},
)
MARK: Json = exactly(
    exchange=TEXT,
    pair=TEXT,
    id={"type": "string", "pattern": r"^\d+$"},
    time={"type": "integer", "multipleOf": 60},
    color={"type": "string", "pattern": "^rgba"},
    label=TEXT,
    tooltip=listing(TEXT, 2),
)
FILES: Json = exactly(status=SUCCESS, result=listing(TEXT))
SENT: Json = {"const": {"status": "success", "message": "Order sent"}}
PAIR = {"exchange": "binance", "pair": "USDT-BTC"}
ORDER_BODY = {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.0005, "price": 50000}}
MARKET_BODY = {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.0005}}


@dataclass(frozen=True)
class Example:
    """One request and the shape of its answer."""

    method: str
    path: str
    shape: Json
    body: Mapping[str, object] | None = None
    query: Mapping[str, str | list[str]] = field(default_factory=dict)

    async def ask(self, bot: Simulated) -> httpx.Response:
        return await bot.http.request(self.method, API + self.path, params=dict(self.query), json=self.body)


LOGIN = {"password": encrypted("gunbot", "0x0123456789abcdef0123456789abcdef01234567")}
MARKS_QUERY = PAIR | {"interval": "15", "startTime": "0", "endTime": "2114377200"}
EXAMPLES = [
    Example(
        "POST", "/auth/login", exactly(status=SUCCESS, token={"type": "string", "pattern": r"^eyJ.+\..+\..+$"}), LOGIN
    ),
    Example(
        "GET",
        "/auth/status",
        exactly(
            code={"const": 200},
            isDemo=FLAG,
            isRegistered={"const": True},
            isTwoFA=FLAG,
            metamask=FLAG,
            status=SUCCESS,
            message={"const": "Authenticated"},
        ),
    ),
    Example("GET", "/time", exactly(serverTime=WHOLE)),
    Example(
        "POST",
        "/balances",
        listing(exactly(Asset=TEXT, Exchange=TEXT, **{"Available Qty": DECIMALS, "On Order": DECIMALS})),
        {},
    ),
    Example("GET", "/pairs", exactly(status=SUCCESS, pairList=listing(TEXT)), query={"exchange": "binance#3"}),
    Example(
        "GET",
        "/pairs/detailed",
        exactly(
            status=SUCCESS,
            pairList=mapping(
                listing(
                    exactly(
                        pairName=TEXT,
                        volume=NUMBER,
                        low={"type": "string", "pattern": r"^\d+\.\d{10}$"},
                        high={"type": "string", "pattern": r"^\d+\.\d{10}$"},
                        change={"type": "string", "pattern": r"^-?\d+\.\d\d$"},
                    )
                )
            ),
        ),
        query={"exchange": "binance"},
    ),
    Example("GET", "/config/full", exactly(status=SUCCESS, config=CONFIG)),
    Example("POST", "/coremem", exactly(config=mapping(mapping(PAIR_SETTINGS)), memory=mapping(LEDGER)), {}),
    Example("POST", "/coremem/single", LEDGER, PAIR),
    Example("POST", "/coremem/single", FUTURES, {"exchange": "bybit", "pair": "USDT-BTC-LONG"}),
    Example("POST", "/coremem/raw", exactly(ABP=NUMBER, Bid=NUMBER), PAIR | {"elements": ["ABP", "Bid", "nonsense"]}),
    Example("POST", "/coremem/raw", having(orders=listing(ORDER), candles=OHLCV, orderbook={"type": "object"}), PAIR),
    Example("POST", "/coremem/raw", having(orders=listing(ORDER), candles=OHLCV), PAIR | {"elements": []}),
    Example("GET", "/market/candles", exactly(data=OHLCV), query={"key": KEY}),
    Example(
        "GET",
        "/market/orderbook",
        exactly(data=exactly(ask=listing(LEVEL, 10), bid=listing(LEVEL, 10))),
        query={"key": KEY},
    ),
    Example(
        "POST",
        "/chart/data",
        having(
            candles=having(timestamp=listing(WHOLE), open=listing(NUMBER), close=listing(NUMBER)),
            indicators=mapping(listing(NUMBER, 300)),
        ),
        PAIR,
    ),
    Example("GET", "/chart/marks", listing(MARK), query=MARKS_QUERY),
    Example("POST", "/pnl/overview", PNL, {"timezone": "Europe/Amsterdam", "keys": ["All"]}),
    Example("POST", "/pnl/overview", PNL, {"timezone": "UTC", "keys": ["binance/BTC-ADA"]}),
    Example("GET", "/orders", exactly(data=listing(ORDER)), query={"key": KEY}),
    Example(
        "GET",
        "/orders/page",
        exactly(total=WHOLE, page={"const": 0}, data={"type": "array", "items": ORDER, "minItems": 3, "maxItems": 3}),
        query={"key": KEY, "page": "0", "pageSize": "3"},
    ),
    Example(
        "GET",
        "/orders/page/multi",
        exactly(total=WHOLE, totalCount=WHOLE, page={"const": 1}, data=listing(ORDER)),
        query={"keys[]": [KEY, "binance#3/USDT-ETH"], "page": "1", "pageSize": "10"},
    ),
    Example("GET", "/files/acvar", FILES),
    Example(
        "POST",
        "/files/acvar/get",
        exactly(this={"const": 0.1855499735435755}, pnd={"const": False}),
        {"filename": "autoconfig-variables.json"},
    ),
    Example("POST", "/files/backup", FILES, {}),
    Example("POST", "/files/backup/get", {"const": {}}, {"filename": "config.js.0"}),
    Example("POST", "/files/custom-editor/get", TEXT, {}),
    Example("GET", "/files/state", FILES),
    Example(
        "POST",
        "/files/state/get",
        having(orders=listing(ORDER), balances=mapping(NUMBER), Bid=NUMBER),
        {"filename": "binance-USDT-XRP-state.json"},
    ),
    Example("GET", "/files/strategy", FILES),
    Example("POST", "/files/strategy/get", TEXT, {"filename": "trend.js"}),
    Example("POST", "/system/start", CONFIG, {}),
    Example("POST", "/system/stop", CONFIG, {}),
    Example("POST", "/trade/buy", SENT, ORDER_BODY),
    Example("POST", "/trade/sell", SENT, ORDER_BODY),
    Example("POST", "/trade/buy/market", SENT, MARKET_BODY),
    Example("POST", "/trade/sell/market", SENT, MARKET_BODY),
    Example(
        "POST", "/trade/cancel", SENT, {"data": PAIR | {"exch": "binance", "id": "1", "price": 5.0, "type": "limit"}}
    ),
]
VENDOR = Path(__file__).parents[2].parent / "shared" / "reference" / "gunbot-openapi.yaml"


def name(example: Example) -> str:
    return f"{example.method} {example.path}"


def content(answer: httpx.Response) -> object:
    if answer.headers["content-type"].startswith("text/plain"):
        return answer.text
    assert answer.headers["content-type"] == "application/json"
    return cast(object, answer.json())


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
async def test_the_answer_has_the_documented_shape(bot: Simulated, example: Example) -> None:
    answer = await example.ask(bot)
    assert answer.status_code == 200
    jsonschema.validate(content(answer), example.shape)


def test_every_route_has_an_example() -> None:
    assert {(example.method, example.path) for example in EXAMPLES} == set(ROUTES)


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
async def test_the_answer_is_what_the_vendors_description_says(bot: Simulated, example: Example) -> None:
    if not VENDOR.is_file():
        pytest.skip("the vendor's OpenAPI description is not at hand; it is not ours to distribute")
    answer = await example.ask(bot)
    described = described_content(vendors_document(), example)
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in described
    jsonschema.validate(content(answer), table(described[kind]))


@cache
def vendors_document() -> Json:
    return table(yaml.safe_load(VENDOR.read_text()))


def described_content(document: Json, example: Example) -> dict[str, Json]:
    """Content type to schema of the 200 answer, as a schema that stands on its own."""
    operation = table(table(table(document["paths"])[example.path])[example.method.lower()])
    response = table(table(operation["responses"])["200"])
    if "$ref" in response:
        components = table(table(document["components"])["responses"])
        response = table(components[str(response["$ref"]).rsplit("/", 1)[1]])
    shared = null_allowed(document["components"])
    return {
        kind: table(null_allowed(table(part)["schema"])) | {"components": shared}
        for kind, part in table(response["content"]).items()
    }


def null_allowed(schema: object) -> object:
    """OpenAPI 3.0 writes `nullable` where JSON Schema adds a type."""
    if isinstance(schema, list):
        return [null_allowed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found: Json = {key: null_allowed(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/orders", {"key": "binance/USDT-NOPE"}, None, {"data": []}),
        ("GET", "/orders/page", {"key": "x", "page": "0", "pageSize": "5"}, None, {"total": 0, "page": 0, "data": []}),
        ("GET", "/orders/page/multi", {"keys[]": "x"}, None, {"total": 0, "totalCount": 0, "page": 0, "data": []}),
        ("GET", "/market/orderbook", {"key": "x"}, None, {"data": {"ask": [], "bid": []}}),
        ("GET", "/pairs", {"exchange": "binance%233"}, None, {"status": "success", "pairList": []}),
        ("GET", "/pairs/detailed", {"exchange": "nowhere"}, None, {"status": "success", "pairList": {}}),
        ("POST", "/coremem/raw", {}, {"exchange": "binance", "pair": "USDT-NOPE"}, {}),
        ("POST", "/coremem/single", {}, {"exchange": "nowhere", "pair": "USDT-BTC"}, {}),
        ("POST", "/chart/data", {}, {"exchange": "nowhere", "pair": "USDT-BTC"}, {}),
        ("GET", "/chart/marks", {"exchange": "x", "pair": "y"}, None, []),
        ("POST", "/files/state/get", {}, {"filename": "nothing"}, {}),
        ("POST", "/files/acvar/get", {}, {"filename": "../../config.js"}, {}),
    ],
)
async def test_what_is_unknown_is_an_empty_success(
    bot: Simulated, method: str, path: str, query: dict[str, str], body: Json | None, expected: object
) -> None:
    answer = await bot.http.request(method, API + path, params=query, json=body)
    assert answer.status_code == 200
    assert answer.json() == expected


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/orders", None),
        ("GET", "/orders/page?key=x&page=two", None),
        ("POST", "/pnl/overview", {"timezone": "UTC"}),
        ("POST", "/pnl/overview", {"timezone": "Mars/Olympus", "keys": ["All"]}),
        ("POST", "/pnl/overview", {"timezone": "../etc/passwd", "keys": ["All"]}),
        ("POST", "/pnl/overview", {"timezone": "UTC", "keys": ["All"], "dateRange": {"startDate": "x"}}),
        ("POST", "/coremem/raw", {"exchange": "binance"}),
        ("POST", "/files/state/get", {}),
    ],
)
async def test_a_request_that_lacks_something_is_a_400_with_a_message(
    bot: Simulated, method: str, path: str, body: Json | None
) -> None:
    answer = await bot.http.request(method, API + path, json=body)
    assert answer.status_code == 400
    jsonschema.validate(answer.json(), having(status={"const": "error"}, message=TEXT))


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/nope"), ("GET", "/"), ("GET", "/api/v1/coremem")])
async def test_an_unknown_route_is_a_web_page(bot: Simulated, method: str, path: str) -> None:
    answer = await bot.http.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_the_simulators_own_routes_answer_to_this_machine_only() -> None:
    _, app = build(SimOptions(speed=0, pairs=1), Faults())
    stranger = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=stranger, base_url="http://simulated") as http:
        assert (await http.get("/_sim/truth")).status_code == 403
        assert (await http.post("/_sim/faults", json={"fault": "drop"})).status_code == 403
        assert (await http.get(f"{API}/time")).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [("advance", {}), ("advance", {"seconds": "x"}), ("price", {"key": "nope", "mid": 1}), ("price", 7)],
)
async def test_a_wrong_control_request_is_refused(bot: Simulated, path: str, body: object) -> None:
    assert (await bot.http.post(f"/_sim/{path}", json=body)).status_code == 400


async def test_the_pages_of_a_history_join_to_the_whole(bot: Simulated) -> None:
    whole = items(table(await bot.get("/orders", key=KEY))["data"])
    joined: list[Json] = []
    for page in range(len(whole) // 7 + 2):
        joined += items(table(await bot.get("/orders/page", key=KEY, page=page, pageSize=7))["data"])
    assert joined == whole


async def test_pages_over_several_pairs_are_newest_first(bot: Simulated) -> None:
    keys = [KEY, "binance/USDT-XRP", "bybit/USDT-BTC-LONG"]
    found = table(await bot.get("/orders/page/multi", keys=keys, page=0, pageSize=1000))
    times = [row["time"] for row in items(found["data"])]
    assert times == sorted(times, key=lambda time: -float(str(time)))
    assert found["total"] == len(times)


async def test_the_world_has_the_awkward_members(bot: Simulated) -> None:
    found = table(await bot.post("/coremem"))
    config, memory = table(found["config"]), table(found["memory"])
    assert {"binance", "binance#3", "bybit"} == set(config)
    assert len(table(config["binance"])) == 24
    disabled = [pair for pair, settings in table(config["binance"]).items() if not table(settings)["enabled"]]
    assert disabled == ["USDT-FIL"]
    assert "binance/USDT-FIL" not in memory
    assert table(memory[KEY])["gotBag"] is True
    assert {"binance/USDT-1000SATS", "binance/EUR-XLM", "binance/BTC-ADA", "bybit/USDT-BTC-LONG"} <= set(memory)
    assert table(memory["binance/USDT-1000SATS"])["sidebarExtras"]
    assert sum(len(items(table(ledger)["openOrders"])) for ledger in memory.values()) >= 3


async def test_the_snapshot_leaves_candles_and_long_histories_out(bot: Simulated) -> None:
    answer = await bot.http.post(f"{API}/coremem", json={})
    assert '"candles"' not in answer.text
    assert len(answer.content) < 200_000


async def test_a_backup_is_an_older_configuration(bot: Simulated) -> None:
    names = table(await bot.post("/files/backup"))["result"]
    assert isinstance(names, list)
    assert all(re.fullmatch(r"(config\.js|autoconfig\.json)\.\d{13}", name) for name in names)
    config = next(name for name in names if name.startswith("config.js"))
    backup = table(await bot.post("/files/backup/get", {"filename": config}))
    jsonschema.validate(backup, CONFIG)
    assert backup != table(await bot.get("/config/full"))["config"]


async def test_starting_and_stopping_return_no_private_keys(bot: Simulated) -> None:
    full = json.dumps(await bot.get("/config/full"))
    assert "simulatedKeybinance" in full
    for path in ("/system/stop", "/system/start"):
        text = json.dumps(await bot.post(path))
        assert "simulatedKey" not in text
        assert '"secret"' not in text
