"""Gunbot documents no shape of its working orders: plausible ones are read alike, any other is unknown, not none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.gunbot import wire
from gunbot_tui.backends.gunbot.adapt_trading import to_open_orders
from gunbot_tui.backends.strict_json import parse
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import OpenOrder, PairStatus, Side
from tests.backends.conftest import OpenBackend
from tests.backends.wire_server import WireServer, raw, says
from tests.factories import make_pair

PLACED = datetime(2024, 12, 4, 10, 17, 32, 789000, UTC)
MILLISECONDS = 1733307452789
BUY = OpenOrder(make_pair(), "357044", Side.BUY, Decimal("60940.10"), Decimal("0.0030"), PLACED)
STOP_SELL = OpenOrder(
    make_pair(), "a-2", Side.SELL, Decimal("59000.5"), Decimal("0.0041"), PLACED, stop=Decimal("59100.5")
)

HISTORY_BUY = {"id": 357044, "type": "buy", "rate": 60940.1, "amount": 0.003, "time": MILLISECONDS, "pair": "USDT-BTC"}
HISTORY_STOP = {
    "id": "a-2",
    "type": "sell",
    "rate": "59000.5",
    "amount": "0.0041",
    "time": MILLISECONDS,
    "stopPrice": 59100.5,
}
EXCHANGE_BUY = {
    "symbol": "BTCUSDT",
    "orderId": 357044,
    "side": "BUY",
    "type": "LIMIT",
    "status": "PARTIALLY_FILLED",
    "price": "60940.10000000",
    "origQty": "0.00410000",
    "executedQty": "0.00110000",
    "stopPrice": "0.00000000",
    "time": MILLISECONDS,
}
EXCHANGE_STOP = {
    **EXCHANGE_BUY,
    "orderId": "a-2",
    "side": "SELL",
    "type": "STOP_LOSS_LIMIT",
    "status": "NEW",
    "price": "59000.50000000",
    "executedQty": "0.00000000",
    "stopPrice": "59100.50000000",
}
LIBRARY_BUY = {
    "id": "357044",
    "side": "buy",
    "type": "limit",
    "status": "open",
    "price": 60940.1,
    "amount": 0.0041,
    "filled": 0.0011,
    "remaining": 0.003,
    "timestamp": MILLISECONDS,
    "stopPrice": None,
}
LIBRARY_STOP = {
    "id": "a-2",
    "side": "sell",
    "type": "stop_limit",
    "price": 59000.5,
    "amount": 0.0041,
    "filled": 0,
    "timestamp": MILLISECONDS,
    "stopPrice": 59100.5,
    "triggerPrice": 59100.5,
}
SHAPES: dict[str, object] = {
    "rows like the history's": [HISTORY_BUY, HISTORY_STOP],
    "rows of an exchange": [EXCHANGE_BUY, EXCHANGE_STOP],
    "rows of the common library": [LIBRARY_BUY, LIBRARY_STOP],
    "an object by id": {
        "357044": {name: value for name, value in HISTORY_BUY.items() if name != "id"},
        "a-2": {name: value for name, value in HISTORY_STOP.items() if name != "id"},
    },
    "an object by id of rows with ids": {"0": LIBRARY_BUY, "1": EXCHANGE_STOP},
    "lists in a list": [[EXCHANGE_BUY], [LIBRARY_STOP], []],
    "rows of mixed origin": [LIBRARY_BUY, HISTORY_STOP],
}


def orders_of(body: object) -> tuple[OpenOrder, ...] | None:
    """The working orders in a ledger that came over the wire."""
    text = body if isinstance(body, str) else json.dumps(body)
    ledger = wire.read_as(wire.Ledger, parse(f'{{"openOrders": {text}}}'.encode()))
    return to_open_orders(make_pair(), ledger.openOrders)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_orders_are_read_out_of_every_plausible_shape(shape: str) -> None:
    assert orders_of(SHAPES[shape]) == (BUY, STOP_SELL)


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_pair_and_the_overview_read_every_shape_alike(
    server: WireServer, open_backend: OpenBackend, shape: str
) -> None:
    ledger = {"Bid": 1, "Ask": 2, "openOrders": SHAPES[shape]}
    config = {"binance": {"USDT-BTC": {"strategy": "x", "enabled": True}}}
    server.scripts["coremem"] = says({"config": config, "memory": {"binance/USDT-BTC": ledger}})
    server.scripts["coremem/raw"] = says(ledger)
    backend = open_backend(server.url)
    statuses = await backend.read(Topic(Kind.PAIRS))
    status = await backend.read(Topic(Kind.PAIR, "binance/USDT-BTC"))
    assert isinstance(statuses, tuple)
    assert isinstance(status, PairStatus)
    assert statuses[0].open_orders == status.open_orders == (BUY, STOP_SELL)


def test_an_empty_list_is_no_order_at_all() -> None:
    assert orders_of([]) == ()


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        "",
        0,
        True,
        "[]",
        {"error": "not yet"},
        HISTORY_BUY,
        [None],
        [HISTORY_BUY, None],
        [HISTORY_BUY, "nonsense"],
        [HISTORY_BUY, 357045],
        [HISTORY_BUY, {}],
        [[HISTORY_BUY], [[HISTORY_STOP]]],
        {"357044": HISTORY_BUY, "count": 1},
    ],
    ids=json.dumps,
)
def test_a_list_of_another_kind_is_unknown_and_never_none_or_shorter(body: object) -> None:
    assert orders_of(json.dumps(body)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"side": "long"},
        {"side": None},
        {"type": "sell"},
        {"price": None},
        {"price": 0},
        {"price": -1},
        {"rate": 60941},
        {"amount": None, "remaining": None},
        {"remaining": None},
        {"remaining": "0x10"},
        {"remaining": -0.1},
        {"origQty": 5, "executedQty": 0, "remaining": "?"},
        {"stopPrice": "soon"},
        {"stopPrice": -5},
        {"stopPrice": 5, "triggerPrice": 6},
    ],
    ids=json.dumps,
)
def test_one_order_that_cannot_be_read_or_in_two_ways_makes_the_list_unknown(change: dict[str, object]) -> None:
    assert orders_of([HISTORY_STOP, {**LIBRARY_BUY, **change}]) is None


@pytest.mark.parametrize("name", ["side", "price"])
def test_b06_an_order_without_a_side_or_a_price_makes_the_list_unknown(name: str) -> None:
    assert orders_of([{key: value for key, value in LIBRARY_BUY.items() if key != name}]) is None


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e400", "null"])
@pytest.mark.parametrize("name", ["rate", "amount"])
def test_b03_an_order_with_a_figure_that_is_no_number_makes_the_list_unknown(name: str, figure: str) -> None:
    body = json.dumps([{**HISTORY_STOP, name: "?"}]).replace('"?"', figure)
    assert orders_of(body) is None


@pytest.mark.parametrize("figure", ["", " 1", "1,5", "0x10", "١", "1_000", "+1", "1.234,5", "NaN"])
@pytest.mark.parametrize("name", ["rate", "amount"])
def test_b04_an_order_with_a_figure_in_words_makes_the_list_unknown(name: str, figure: str) -> None:
    assert orders_of([{**HISTORY_BUY, name: figure}]) is None


@pytest.mark.parametrize("figure", ["0.0030", "3e-3", "0.003"])
def test_b04_a_figure_as_plain_text_is_that_figure(figure: str) -> None:
    assert orders_of([{**HISTORY_BUY, "amount": figure}]) == (BUY,)


@pytest.mark.parametrize(
    ("id", "kept"),
    [
        ("357044", "357044"),
        ('"00357044"', "00357044"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740993", ""),
        ("1200000000000000123", ""),
        ('"1200000000000000123"', "1200000000000000123"),
        ("1.2e18", ""),
        ("357044.0", ""),
        ('"1.2e18"', ""),
        ('"1.2e+21"', ""),
        ("null", ""),
        ("true", ""),
        ('"12 34"', ""),
        ('"1\\u202e2"', ""),
    ],
)
def test_b05_an_id_is_kept_as_exact_text_or_not_at_all(id: str, kept: str) -> None:
    body = json.dumps([{**HISTORY_BUY, "id": "?"}]).replace('"?"', id)
    assert orders_of(body) == (replace(BUY, id=kept),)


def test_b05_two_ids_that_differ_are_none_and_an_exact_one_is_better_than_an_inexact_one() -> None:
    assert orders_of([{**HISTORY_BUY, "orderId": 8}]) == (replace(BUY, id=""),)
    assert orders_of([{**HISTORY_BUY, "id": 1.2e18, "orderId": "1200000000000000123"}]) == (
        replace(BUY, id="1200000000000000123"),
    )


@pytest.mark.parametrize("status", ["FILLED", "CANCELED", "closed", "Cancelled", "EXPIRED", "rejected"])
def test_an_order_that_is_over_is_no_working_one(status: str) -> None:
    assert orders_of([{**LIBRARY_BUY, "status": status}, HISTORY_STOP]) == (STOP_SELL,)


def test_an_order_of_which_nothing_is_left_is_no_working_one() -> None:
    over = {**EXCHANGE_BUY, "executedQty": "0.0041", "status": "NEW"}
    assert orders_of([over, EXCHANGE_STOP]) == (STOP_SELL,)
    assert orders_of([{**over, "executedQty": "0.0042"}, EXCHANGE_STOP]) is None


def test_what_is_left_of_an_order_is_reckoned_without_losing_a_digit() -> None:
    row = {**EXCHANGE_BUY, "origQty": "1000000000000.000000000000000002", "executedQty": "0.000000000000000001"}
    (order,) = orders_of([row]) or ()
    assert order.amount == Decimal("1000000000000.000000000000000001")


def test_the_stop_stands_for_the_price_of_an_order_that_has_no_limit() -> None:
    trailing = {**EXCHANGE_STOP, "type": "STOP_LOSS", "price": "0.00000000"}
    assert orders_of([trailing]) == (replace(STOP_SELL, price=Decimal("59100.5")),)


async def test_b11_a_ledger_that_says_the_same_thing_twice_is_not_read(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["coremem"] = says({"config": {"binance": {"USDT-BTC": {"strategy": "x"}}}, "memory": {}})
    server.scripts["coremem/raw"] = raw(b'{"openOrders": [], "openOrders": [{"id": 1}]}')
    with pytest.raises(Unexpected, match="twice"):
        await open_backend(server.url).read(Topic(Kind.PAIR, "binance/USDT-BTC"))


NAMES = st.sampled_from([*HISTORY_STOP, *EXCHANGE_BUY, *LIBRARY_STOP])
FIGURES = st.none() | st.integers() | st.decimals() | st.text(max_size=6) | st.sampled_from(["buy", "1.5", "", [], {}])


@given(st.lists(st.dictionaries(NAMES, FIGURES, max_size=9), max_size=3))
def test_a_list_of_any_rows_is_read_whole_or_not_at_all(rows: list[dict[str, object]]) -> None:
    orders = to_open_orders(make_pair(), wire.read_as(wire.Ledger, {"openOrders": rows}).openOrders)
    assert orders is None or all(order.price > 0 and order.amount > 0 for order in orders)
