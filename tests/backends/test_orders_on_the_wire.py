"""One command is at most one request, and only proof makes its outcome anything but unknown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.backends.errors import Unauthorised, Unreachable
from gunbot_tui.backends.gunbot import endpoints
from gunbot_tui.backends.gunbot.client import Client
from gunbot_tui.backends.order_body import body_of
from gunbot_tui.backends.transport import Endpoint, Transport
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.command import (
    CancelOrder,
    Command,
    HandedOver,
    NotSent,
    Outcome,
    PlaceOrder,
    Refused,
    StartCore,
    StopCore,
    Unknown,
)
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import OrderType, Side
from tests.backends.answers import ERROR, TO_A_BUY
from tests.backends.conftest import PASSWORD, WALLET, OpenBackend, log_in_and_send
from tests.backends.wire_server import HANG, LOGIN, NO_LOGIN, RESET, SENT, Reply, WireServer, says, token
from tests.clock import until
from tests.factories import NOW, make_pair

BUY = PlaceOrder(make_pair(), Side.BUY, OrderType.LIMIT, Decimal("0.0041"), Decimal("60975.10"))
CANCEL = CancelOrder(make_pair(), "357044", Side.BUY, Decimal("60975.10"), Decimal("0.0041"))


@pytest.mark.parametrize(("reply", "outcome"), TO_A_BUY.values(), ids=TO_A_BUY)
async def test_an_answer_is_what_it_proves_and_is_never_asked_for_twice(
    server: WireServer, open_backend: OpenBackend, reply: Reply, outcome: type[Outcome]
) -> None:
    server.scripts["trade/buy"] = reply
    backend = open_backend(server.url)
    await backend.connect()
    assert type(await backend.execute(BUY)) is outcome
    assert server.count("trade/buy") == 1


async def test_a_refusal_carries_the_bots_words_made_harmless(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["trade/buy"] = says(ERROR, 400)
    outcome = await log_in_and_send(open_backend(server.url), BUY)
    assert outcome == Refused("Not enough [b]USDT[/b]·[2J")


async def test_no_complete_answer_in_time_is_unknown(server: WireServer) -> None:
    drip = Reply((b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", *[b" "] * 900), pause_seconds=0.01)
    hurried = replace(endpoints.ORDERS[Side.BUY, OrderType.LIMIT], deadline_seconds=0.3)
    for reply in (HANG, drip):
        server.scripts["trade/buy"] = reply
        transport = Transport(server.url)
        client = Client(transport, password=Secret(PASSWORD), wallet=Secret(WALLET), clock=lambda: NOW)
        await client.log_in()
        outcome = await client.command(hurried, {"exch": "binance"})
        await client.close()
        assert outcome == Unknown(f"{transport.place} gave no complete answer within 0.3 s: it may have gone through")
    assert server.count("trade/buy") == 2


async def test_a_line_cut_after_the_order_left_says_no_more_than_that(server: WireServer) -> None:
    server.scripts["trade/buy"] = RESET
    transport = Transport(server.url)
    client = Client(transport, password=Secret(PASSWORD), wallet=Secret(WALLET), clock=lambda: NOW)
    await client.log_in()
    outcome = await client.command(endpoints.ORDERS[Side.BUY, OrderType.LIMIT], {"exch": "binance"})
    await client.close()
    assert outcome == Unknown(f"{transport.place} hung up without an answer: it may have gone through")
    assert server.count("trade/buy") == 1


async def test_a_port_that_hangs_up_on_the_first_request_may_be_another_programs(server: WireServer) -> None:
    server.scripts[LOGIN] = RESET
    transport = Transport(server.url)
    client = Client(transport, password=Secret(PASSWORD), wallet=Secret(WALLET), clock=lambda: NOW)
    with pytest.raises(Unreachable, match="hung up without an answer: is the port right"):
        await client.log_in()
    await client.close()


async def test_a_port_that_closed_meanwhile_proves_that_nothing_was_sent(open_backend: OpenBackend) -> None:
    async with WireServer() as server:
        server.scripts["time"] = says({"serverTime": 1795269731000})
        backend = open_backend(server.url)
        await backend.connect()
    outcome = await backend.execute(BUY)
    assert type(outcome) is NotSent
    assert "nothing listens on" in outcome.reason


async def test_a_refused_login_before_an_order_proves_that_nothing_was_sent(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts[LOGIN] = NO_LOGIN
    backend = open_backend(server.url)
    with pytest.raises(Unauthorised):
        await backend.ready()
    assert type(await backend.execute(BUY)) is NotSent
    assert [request.path for request in server.seen] == [LOGIN]


async def test_an_order_refused_for_its_login_is_not_sent_again_and_the_next_one_logs_in(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts[LOGIN] = [says({"status": "success", "token": token(mark=mark)}) for mark in "ab"]
    server.scripts["trade/buy"] = [NO_LOGIN, SENT]
    backend = open_backend(server.url)
    assert type(await log_in_and_send(backend, BUY)) is Refused
    assert (server.count("trade/buy"), server.count(LOGIN)) == (1, 1)
    assert type(await log_in_and_send(backend, BUY)) is HandedOver
    assert (server.count("trade/buy"), server.count(LOGIN)) == (2, 2)


@pytest.mark.parametrize(("command", "path"), [(StartCore(), "system/start"), (StopCore(), "system/stop")])
async def test_a_command_to_the_core_is_one_request_without_content(
    server: WireServer, open_backend: OpenBackend, command: Command, path: str
) -> None:
    server.scripts[path] = SENT
    assert await log_in_and_send(open_backend(server.url), command) == HandedOver()
    assert [(request.method, request.path) for request in server.seen] == [("POST", LOGIN), ("POST", path)]
    assert server.last(path).body == b"{}"


async def test_starting_the_core_is_answered_with_the_configuration(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["system/start"] = says({"pairs": {}, "exchanges": {}})
    assert await log_in_and_send(open_backend(server.url), StartCore()) == HandedOver()


@pytest.mark.parametrize("command", [BUY, CANCEL, StartCore(), StopCore()])
async def test_a_read_only_bot_is_sent_nothing(server: WireServer, open_backend: OpenBackend, command: Command) -> None:
    backend = open_backend(server.url, mode=TradeMode.READ_ONLY)
    await backend.connect()
    assert type(await backend.execute(command)) is NotSent
    assert [request.path for request in server.seen] == [LOGIN]


def test_only_reads_may_be_repeated() -> None:
    named = [value for value in vars(endpoints).values() if isinstance(value, Endpoint)]
    known = [*named, *endpoints.ORDERS.values(), *endpoints.CLOSES.values()]
    assert {endpoint.path for endpoint in known if not endpoint.may_retry} == {
        f"/api/v1/{path}"
        for path in (
            "auth/login",
            "system/start",
            "system/stop",
            "trade/cancel",
            "trade/buy",
            "trade/sell",
            "trade/buy/market",
            "trade/sell/market",
            "trade/buy/stoplimit",
            "trade/sell/stoplimit",
            "trade/buy/trailingstop",
            "trade/sell/trailingstop",
            "trade/buy/oco",
            "trade/sell/oco",
            "trade/close",
            "trade/close/market",
        )
    }


def test_a_figure_in_an_order_is_never_rounded() -> None:
    assert body_of({"amt": Decimal("0.1") + Decimal("0.2")}) == b'{"amt": 0.3}'


async def test_a_slow_history_leaves_a_connection_for_the_order(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts |= {"balances": HANG, "trade/buy": SENT}
    backend = open_backend(server.url)
    await backend.connect()
    reads = [asyncio.ensure_future(backend.read(Topic(Kind.BALANCES))) for _ in range(6)]
    await until(lambda: server.count("balances") == 3)
    assert await backend.execute(BUY) == HandedOver()
    for read in reads:
        read.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
