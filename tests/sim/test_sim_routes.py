"""Every route answers in the documented shape: as written here, and as the vendor describes it if at hand."""

from __future__ import annotations

import json
import re
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
from tests.sim.route_examples import CONFIG, EXAMPLES, TEXT, Example, having
from tests.sim.simulated import API, KEY, Json, Simulated, items, table

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


@pytest.mark.skipif(
    not VENDOR.is_file(), reason="the vendor's OpenAPI description is not at hand; it is not ours to distribute"
)
@pytest.mark.parametrize("example", EXAMPLES, ids=name)
async def test_the_answer_is_what_the_vendors_description_says(bot: Simulated, example: Example) -> None:
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
