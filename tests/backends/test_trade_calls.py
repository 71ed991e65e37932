"""Each trade call carries exactly its documented fields, is sent once, and is what its answer proves."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.backends.gunbot import endpoints
from gunbot_tui.backends.gunbot.adapt_orders import TradeCall, to_trade_call
from gunbot_tui.backends.gunbot.client import Client
from gunbot_tui.backends.transport import Transport
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import CancelOrder, HandedOver, NotSent, OrderCommand, PlaceOrder, Unknown
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import OrderType, Side
from tests.backends.answers import TO_EVERY_TRADE
from tests.backends.conftest import PASSWORD, WALLET, OpenBackend, log_in_and_send
from tests.backends.wire_server import HANG, LOGIN, SENT, WireServer, token
from tests.factories import NOW, make_pair

SPOT = make_pair()
LONG = make_pair(exchange="bybit", contract="LONG")
SHORT = make_pair(exchange="bybit", contract="SHORT")
AMOUNT = Decimal("0.0041")
PRICE = Decimal("60975.10")
BUY = PlaceOrder(SPOT, Side.BUY, OrderType.LIMIT, AMOUNT, PRICE)
SELL = replace(BUY, side=Side.SELL)
STOP = replace(BUY, type=OrderType.STOP_LIMIT, price=Decimal(61050), stop=Decimal("61000.5"))
TRAIL = replace(BUY, type=OrderType.TRAILING_STOP, stop=Decimal("61500.0"))
OCO = replace(BUY, type=OrderType.OCO, price=Decimal(59000), stop=Decimal(62000), stop_limit=Decimal("62000.50"))
CLOSE = replace(SELL, pair=LONG, closes=True)
CANCEL = CancelOrder(SPOT, "357044", Side.BUY, PRICE, AMOUNT)

ON_SPOT = '"exch": "binance", "pair": "USDT-BTC", "amt": 0.0041'
STOP_PRICES = '"stopPrice": 61000.5, "limitPrice": 61050'
TRAIL_PRICES = '"price": 60975.10, "stopPrice": 61500.0'
OCO_PRICES = '"price": 59000, "stopPrice": 62000, "limit": 62000.50'
CALLS: dict[str, tuple[OrderCommand, str]] = {
    "trade/buy": (BUY, f'{ON_SPOT}, "price": 60975.10'),
    "trade/sell": (SELL, f'{ON_SPOT}, "price": 60975.10'),
    "trade/buy/market": (replace(BUY, type=OrderType.MARKET), f'{ON_SPOT}, "price": 60975.10'),
    "trade/sell/market": (replace(SELL, type=OrderType.MARKET), f'{ON_SPOT}, "price": 60975.10'),
    "trade/buy/stoplimit": (STOP, f"{ON_SPOT}, {STOP_PRICES}"),
    "trade/sell/stoplimit": (replace(STOP, side=Side.SELL), f"{ON_SPOT}, {STOP_PRICES}"),
    "trade/buy/trailingstop": (TRAIL, f"{ON_SPOT}, {TRAIL_PRICES}"),
    "trade/sell/trailingstop": (replace(TRAIL, side=Side.SELL), f"{ON_SPOT}, {TRAIL_PRICES}"),
    "trade/buy/oco": (OCO, f"{ON_SPOT}, {OCO_PRICES}"),
    "trade/sell/oco": (replace(OCO, side=Side.SELL), f"{ON_SPOT}, {OCO_PRICES}"),
    "trade/close": (CLOSE, '"exch": "bybit", "pair": "USDT-BTC-LONG", "amt": 0.0041, "price": 60975.10'),
    "trade/close/market": (
        replace(CLOSE, pair=SHORT, side=Side.BUY, type=OrderType.MARKET),
        '"exch": "bybit", "pair": "USDT-BTC-SHORT", "amt": 0.0041',
    ),
    "trade/cancel": (
        CANCEL,
        '"exch": "binance", "pair": "USDT-BTC", "id": "357044", "price": 60975.10, "type": "limit"',
    ),
}
EVERY_CALL = pytest.mark.parametrize(
    ("path", "command"), [(path, command) for path, (command, _) in CALLS.items()], ids=list(CALLS)
)


async def why_not_sent(server: WireServer, open_backend: OpenBackend, command: OrderCommand) -> str:
    """The reason for which a command does not go to the bot; fails when anything does."""
    outcome = await open_backend(server.url).execute(command)
    assert isinstance(outcome, NotSent)
    assert server.seen == []
    return outcome.reason


def test_the_calls_below_are_all_there_are() -> None:
    known = [endpoints.CANCEL, *endpoints.ORDERS.values(), *endpoints.CLOSES.values()]
    assert {f"/api/v1/{path}" for path in CALLS} == {endpoint.path for endpoint in known}
    assert len(CALLS) == len(known) == 13


@pytest.mark.parametrize("path", CALLS)
async def test_a_trade_is_one_request_with_exactly_its_documented_fields(
    server: WireServer, open_backend: OpenBackend, path: str
) -> None:
    command, fields = CALLS[path]
    server.scripts[path] = SENT
    assert await log_in_and_send(open_backend(server.url), command) == HandedOver()
    assert [(request.method, request.path) for request in server.seen] == [("POST", LOGIN), ("POST", path)]
    request = server.last(path)
    assert request.body.decode() == f'{{"data": {{{fields}}}}}'
    assert request.headers["authorization"] == f"Bearer {token()}"
    assert request.headers["content-type"] == "application/json"


@EVERY_CALL
@pytest.mark.parametrize("name", TO_EVERY_TRADE)
async def test_every_trade_is_what_its_answer_proves_and_is_seen_once(
    server: WireServer, open_backend: OpenBackend, path: str, command: OrderCommand, name: str
) -> None:
    server.scripts[path], outcome = TO_EVERY_TRADE[name]
    assert type(await log_in_and_send(open_backend(server.url), command)) is outcome
    assert server.count(path) == 1
    assert [request.path for request in server.seen] == [LOGIN, path]


@EVERY_CALL
async def test_t09_every_trade_without_an_answer_in_time_is_unknown_and_seen_once(
    server: WireServer, path: str, command: OrderCommand
) -> None:
    server.scripts[path] = HANG
    client = Client(Transport(server.url), password=Secret(PASSWORD), wallet=Secret(WALLET), clock=lambda: NOW)
    await client.log_in()
    call = to_trade_call(command)
    assert isinstance(call, TradeCall)
    outcome = await client.command(replace(call.endpoint, deadline_seconds=0.1), call.fields)
    await client.close()
    assert type(outcome) is Unknown
    assert server.count(path) == 1


@EVERY_CALL
async def test_t02_every_trade_to_a_closed_port_is_provably_not_sent(
    open_backend: OpenBackend, path: str, command: OrderCommand
) -> None:
    async with WireServer() as server:
        backend = open_backend(server.url)
        await backend.connect()
    assert type(await backend.execute(command)) is NotSent
    assert server.count(path) == 0


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("0.000000000000000001", "0.000000000000000001"),
        ("1000000000000", "1000000000000"),
        ("1000000000000.000000000000000001", "1000000000000.000000000000000001"),
        ("1E+12", "1000000000000"),
        ("1E-18", "0.000000000000000001"),
        ("0.10", "0.10"),
        ("100", "100"),
        ("9" * 18 + "." + "9" * 18, "9" * 18 + "." + "9" * 18),
    ],
)
async def test_d09_every_figure_is_sent_with_all_its_digits_and_no_exponent(
    server: WireServer, open_backend: OpenBackend, typed: str, sent: str
) -> None:
    server.scripts["trade/buy/oco"] = SENT
    figure = Decimal(typed)
    command = replace(OCO, amount=figure, price=figure, stop=figure, stop_limit=figure)
    assert await log_in_and_send(open_backend(server.url), command) == HandedOver()
    body = server.last("trade/buy/oco").body
    assert body.decode().endswith(f'"amt": {sent}, "price": {sent}, "stopPrice": {sent}, "limit": {sent}}}}}')
    assert json.loads(body, parse_float=Decimal, parse_int=Decimal)["data"]["amt"] == figure


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(CANCEL, id=""), "exact id"),
        (replace(BUY, amount=Decimal(0)), "more than zero"),
        (replace(BUY, amount=Decimal("-1")), "more than zero"),
        (replace(BUY, price=Decimal("NaN")), "more than zero"),
        (replace(STOP, stop=Decimal(0)), "more than zero"),
        (replace(OCO, stop_limit=Decimal("Infinity")), "more than zero"),
        (replace(BUY, pair=replace(SPOT, native="USDT-B\u200bTC")), "characters"),
        (replace(BUY, pair=replace(SPOT, native="USDT-ETH")), "characters"),
        (replace(STOP, stop=None), "other prices"),
        (replace(TRAIL, stop=None), "other prices"),
        (replace(OCO, stop=None), "other prices"),
        (replace(OCO, stop_limit=None), "other prices"),
        (replace(BUY, stop=PRICE), "other prices"),
        (replace(STOP, stop_limit=PRICE), "other prices"),
        (replace(BUY, type=OrderType.MARKET, stop=PRICE), "other prices"),
    ],
)
async def test_an_order_that_makes_no_sense_is_not_sent(
    server: WireServer, open_backend: OpenBackend, command: OrderCommand, why: str
) -> None:
    assert why in await why_not_sent(server, open_backend, command)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(STOP, pair=make_pair(exchange="kraken")), "stop-limit exists on binance only, not on kraken"),
        (replace(TRAIL, pair=make_pair(exchange="bybit")), "trailing-stop exists on binance only, not on bybit"),
        (replace(OCO, pair=make_pair(exchange="binanceus")), "oco exists on binance only, not on binanceus"),
        (replace(CLOSE, pair=make_pair(contract="LONG")), "close-position exists on bybit only, not on binance"),
        (replace(CLOSE, pair=make_pair(exchange="bybit")), "no LONG or SHORT position"),
        (replace(CLOSE, pair=make_pair(exchange="bybit", contract="250627")), "no LONG or SHORT position"),
    ],
)
async def test_an_order_that_its_exchange_does_not_have_is_not_sent_and_says_why(
    server: WireServer, open_backend: OpenBackend, command: OrderCommand, why: str
) -> None:
    assert why in await why_not_sent(server, open_backend, command)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(CLOSE, side=Side.BUY), "closing BTC/USDT LONG is a sell, not a buy"),
        (replace(CLOSE, pair=SHORT), "closing BTC/USDT SHORT is a buy, not a sell"),
    ],
)
async def test_d10_closing_a_contract_by_its_wrong_side_is_not_sent(
    server: WireServer, open_backend: OpenBackend, command: OrderCommand, why: str
) -> None:
    assert await why_not_sent(server, open_backend, command) == why


@pytest.mark.parametrize("type", [OrderType.STOP_LIMIT, OrderType.TRAILING_STOP, OrderType.OCO])
def test_a_position_is_not_closed_by_a_type_that_has_no_call(type: OrderType) -> None:
    command = replace(CLOSE, type=type, stop=PRICE, stop_limit=PRICE if type is OrderType.OCO else None)
    assert to_trade_call(command) == NotSent(f"a position is closed at a limit or at the market, not by a {type} order")


@pytest.mark.parametrize(
    ("native", "coin", "contract"),
    [
        ("USDT-BTC-LONG", "BTC", "LONG"),
        ("USDT-BTC-SHORT", "BTC", "SHORT"),
        ("USDT-1000PEPE", "1000PEPE", ""),
        ("USDT-a.b", "a.b", ""),
    ],
)
async def test_d10_an_odd_pair_is_traded_under_its_own_name_and_a_contract_is_never_spot(
    server: WireServer, open_backend: OpenBackend, native: str, coin: str, contract: str
) -> None:
    server.scripts["trade/sell"] = SENT
    pair = replace(make_pair(exchange="bybit"), coin=coin, native=native, contract=contract)
    backend = open_backend(server.url)
    assert await log_in_and_send(backend, replace(SELL, pair=pair)) == HandedOver()
    assert json.loads(server.last("trade/sell").body)["data"]["pair"] == native
    if contract:
        assert type(await backend.execute(replace(SELL, pair=replace(pair, contract="")))) is NotSent
        assert server.count("trade/sell") == 1


async def test_d11_a_slot_of_an_exchange_has_its_types_and_is_named_as_it_is(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["trade/buy/stoplimit"] = SENT
    backend = open_backend(server.url)
    assert await log_in_and_send(backend, replace(STOP, pair=make_pair(exchange="binance#3"))) == HandedOver()
    assert b'"exch": "binance#3", ' in server.last("trade/buy/stoplimit").body
    assert backend.capabilities.why_not(Capability.CLOSE_POSITION, "bybit#2") is None


def test_b05_a_cancel_without_an_exact_id_is_refused_with_the_reason() -> None:
    assert to_trade_call(replace(CANCEL, id="")) == NotSent(
        "the bot does not give this order's exact id: cancel it at the exchange"
    )
