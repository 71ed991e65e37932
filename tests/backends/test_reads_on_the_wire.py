"""What goes wrong with a read is said in one line that tells what to do, and costs at most one more request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from gunbot_tui.backends.errors import BackendError, Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import Balance
from tests.backends.conftest import OpenBackend
from tests.backends.wire_server import (
    HANG,
    RESET,
    Reply,
    WireServer,
    cut,
    page,
    raw,
    says,
)
from tests.clock import until

BALANCES = Topic(Kind.BALANCES)
EMPTY = says([])

FAULTS: list[tuple[str, Reply, type[BackendError], str]] = [
    ("a page", page(), Unexpected, "a web page, not with Gunbot's API"),
    ("a page that says 404", page(404), Unexpected, "a web page"),
    ("no such route", says({"status": "error", "message": "nope"}, 404), Rejected, "nope"),
    ("forbidden", raw(b"", 403), Unauthorised, "a firewall"),
    ("too many", raw(b"", 429, Retry_After="999999"), Rejected, "fewer requests"),
    ("failed inside", says({"status": "error", "message": "boom"}, 500), Rejected, "boom"),
    ("failed without words", says({}, 500), Rejected, "failed inside (500)"),
    ("a page that failed", page(501), Unexpected, "a web page"),
    ("gateway", page(502), Unreachable, "a gateway"),
    ("moved", raw(b"", 302, Location="https://evil.example/x?token=1"), Unexpected, "evil.example"),
    ("bad request", says({"status": "error", "message": "Invalid input"}, 400), Rejected, "Invalid input"),
    ("error inside a 200", says({"status": "error", "message": "not now"}), Rejected, "not now"),
    ("success false inside a 200", says({"success": False, "error": "not now"}), Rejected, "not now"),
    ("not json", raw(b"OK"), Unexpected, "not valid JSON"),
    ("empty", raw(b""), Unexpected, "not valid JSON"),
    ("null", says(None), Unexpected, "another shape"),
    ("an object", says({"data": []}), Unexpected, "another shape"),
    ("a key twice", raw(b'[{"Asset": "BTC", "Asset": "ETH"}]'), Unexpected, "twice"),
    ("compressed", raw(b"[]", Content_Encoding="gzip"), Unexpected, "compressed"),
    ("cut off", cut([{"Asset": "BTC"}]), Unreachable, "in the middle"),
    ("cut short", cut([{"Asset": "BTC"}], "close"), Unreachable, "in the middle"),
    ("always reset", RESET, Unreachable, "hung up without an answer"),
    ("not http", Reply((b"SSH-2.0-OpenSSH_9.6\r\n\r\n",), "close"), Unexpected, "does not answer in HTTP"),
]


@pytest.mark.parametrize(("reply", "kind", "words"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
async def test_a_fault_is_one_line_that_says_what_is_wrong(
    server: WireServer, open_backend: OpenBackend, reply: Reply, kind: type[BackendError], words: str
) -> None:
    server.scripts["balances"] = reply
    with pytest.raises(BackendError) as caught:
        await open_backend(server.url).read(BALANCES)
    assert type(caught.value).__mro__.index(kind) <= 1
    assert words in caught.value.problem.summary
    assert len(caught.value.problem.summary.splitlines()) == 1
    assert len(caught.value.problem.summary) <= 200
    assert server.count("balances") <= 2


async def test_a_connection_that_died_while_idle_costs_a_read_one_more_try(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["balances"] = [EMPTY, RESET, EMPTY]
    backend = open_backend(server.url)
    assert await backend.read(BALANCES) == ()
    assert await backend.read(BALANCES) == ()
    assert server.count("balances") == 3


async def test_a_giant_answer_is_cut_off_at_the_cap(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["balances"] = Reply(
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n", *[b" " * 1_000_000] * 12), "hang"
    )
    with pytest.raises(Unexpected, match="more than 8 MB"):
        await open_backend(server.url).read(BALANCES)


async def test_a_deep_answer_is_unexpected(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["balances"] = raw(b'{"a":' * 100_000)
    with pytest.raises(Unexpected):
        await open_backend(server.url).read(BALANCES)


async def test_a_large_answer_is_read_whole(server: WireServer, open_backend: OpenBackend) -> None:
    row = {"Asset": "BTC", "Exchange": "binance", "Available Qty": "1.50000000", "On Order": "0"}
    server.scripts["balances"] = says([row] * 3000)
    balances = await open_backend(server.url).read(BALANCES)
    assert isinstance(balances, tuple)
    assert len(balances) == 3000
    assert isinstance(balances[0], Balance)


async def test_nothing_listening_is_said_with_the_address(open_backend: OpenBackend) -> None:
    async with WireServer() as server:
        url = server.url
    with pytest.raises(Unreachable, match=r"nothing listens on 127\.0\.0\.1:\d+: is the bot running"):
        await open_backend(url).connect()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://user:hunter2@127.0.0.1:1", "a user name or a password"),
        ("ftp://127.0.0.1", "must start with http"),
        ("127.0.0.1:3000", "must start with http"),
        ("http://", "must start with http"),
        ("http://127.0.0.1:3000/?x=1", "follows"),
        ("http://127.0.0.1:99999", "between 1 and 65535"),
        ("http://[::1", "can't be read"),
    ],
)
async def test_an_address_that_makes_no_sense_is_said_so(open_backend: OpenBackend, url: str, words: str) -> None:
    with pytest.raises(Unreachable, match=words) as caught:
        await open_backend(url).connect()
    assert "hunter2" not in caught.value.problem.summary


async def test_an_unknown_host_is_said_so(open_backend: OpenBackend) -> None:
    with pytest.raises(Unreachable, match=r"no such host: nowhere\.invalid:3000"):
        await open_backend("https://nowhere.invalid:3000").connect()


@pytest.fixture
async def prefixed() -> AsyncIterator[WireServer]:
    async with WireServer() as server:
        yield server


@pytest.mark.parametrize("suffix", ["", "/", "/api/v1", "/api/v1/", "/bots/one", "/bots/one/"])
async def test_a_path_before_the_api_and_slashes_join_right(
    prefixed: WireServer, open_backend: OpenBackend, suffix: str
) -> None:
    prefixed.scripts["balances"] = EMPTY
    assert await open_backend(prefixed.url + suffix).read(BALANCES) == ()
    prefix = "/bots/one" if "bots" in suffix else ""
    assert prefixed.last("balances").target == f"{prefix}/api/v1/balances"


async def test_d11_an_exchange_instance_is_encoded_once(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["market/orderbook"] = says({"data": {"ask": [], "bid": []}})
    await open_backend(server.url).read(Topic(Kind.BOOK, "binance#3/USDT-ETH"))
    request = server.last("market/orderbook")
    assert request.params == [("key", "binance#3/USDT-ETH")]
    assert "%23" in request.target
    assert "%25" not in request.target


@pytest.mark.parametrize("kind", [Kind.BOOK, Kind.PAIR, Kind.CANDLES, Kind.MARKS])
async def test_a_hostile_subject_is_never_asked_for(server: WireServer, open_backend: OpenBackend, kind: Kind) -> None:
    with pytest.raises(Rejected):
        await open_backend(server.url).read(Topic(kind, "binance/\u202eUSDT"))
    assert server.seen == []


async def test_a_pair_that_the_bot_does_not_have_is_rejected(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["coremem"] = says({"config": {}, "memory": {}})
    with pytest.raises(Rejected, match="no pair binance/USDT-BTC"):
        await open_backend(server.url).read(Topic(Kind.CANDLES, "binance/USDT-BTC"))


async def test_no_cookie_is_carried(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["balances"] = raw(b"[]", Set_Cookie="id=1; Path=/")
    backend = open_backend(server.url)
    await backend.read(BALANCES)
    await backend.read(BALANCES)
    assert all("cookie" not in request.headers for request in server.seen)
    assert all(request.headers["accept-encoding"] == "identity" for request in server.seen)


async def test_reads_share_few_connections(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["balances"] = EMPTY
    backend = open_backend(server.url)
    await asyncio.gather(*(backend.read(BALANCES) for _ in range(20)))
    assert server.count("balances") == 20
    assert server.connections <= 4


async def test_history_rows_of_two_exchanges_are_told_apart(server: WireServer, open_backend: OpenBackend) -> None:
    pair = {"USDT-BTC": {"strategy": "x", "enabled": True}}
    server.scripts["coremem"] = says({"config": {"binance": pair, "binance#3": pair}, "memory": {}})
    rows = {
        "binance/USDT-BTC": {"id": 1, "time": 1733307452789, "pair": "USDT-BTC", "type": "buy", "rate": 1, "amount": 1},
        "binance#3/USDT-BTC": {
            "id": 2,
            "time": 1733307452799,
            "pair": "USDT-BTC",
            "type": "sell",
            "rate": 1,
            "amount": 2,
        },
    }
    server.scripts["orders/page/multi"] = lambda request: says(
        {"total": 1, "data": [rows[value] for name, value in request.params if name == "keys[]"]}
    )
    history = await open_backend(server.url).read(Topic(Kind.HISTORY, "0"))
    assert [(trade.pair.key, trade.id) for trade in getattr(history, "trades", ())] == [
        ("binance#3/USDT-BTC", "2"),
        ("binance/USDT-BTC", "1"),
    ]
    assert getattr(history, "total", None) == 2


async def test_closing_ends_what_is_under_way_and_opens_nothing_new(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["balances"] = HANG
    backend = open_backend(server.url)
    await backend.connect()
    reading = asyncio.ensure_future(backend.read(BALANCES))
    await until(lambda: server.count("balances") == 1)
    await backend.close()
    with pytest.raises(Unreachable):
        await reading
    assert server.connections == 1
