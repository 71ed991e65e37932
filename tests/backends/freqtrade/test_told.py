"""What the web socket tells is asked for anew, what nobody tells is asked for again in time, and closes are prices."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from gunbot_tui.backends.errors import Rejected, Unreachable
from gunbot_tui.backends.freqtrade.backend import FreqtradeBackend
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import PairStatus
from tests.backends.freqtrade.replay import LOGIN, REFRESH, login, make_backend, recording, replay, token_of
from tests.backends.freqtrade.web_socket import SAID, Bot, bot
from tests.backends.wire_server import WireServer, says
from tests.clock import ManualClock, until
from tests.factories import NOW

PAIRS = Topic(Kind.PAIRS)


@asynccontextmanager
async def one_port(http_port: int, socket_port: int) -> AsyncIterator[str]:
    """Both servers behind one address, as the real bot has them: a connection is for what it first asks."""
    tasks: set[asyncio.Task[None]] = set()

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                target.write(piece)
                await target.drain()
        except ConnectionError:
            pass
        finally:
            target.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readline()
        port = socket_port if b"/message/ws" in head else http_port
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        inner_writer.write(head)
        tasks.add(asyncio.create_task(carry(reader, inner_writer)))
        tasks.add(asyncio.create_task(carry(inner_reader, writer)))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as relay:
        try:
            yield f"http://127.0.0.1:{relay.sockets[0].getsockname()[1]}"
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def listening(server: WireServer) -> AsyncIterator[tuple[FreqtradeBackend, Bot, list[frozenset[Topic]]]]:
    """A backend whose web socket stands, the bot behind it, and what was heard."""
    heard: list[frozenset[Topic]] = []
    async with bot() as sockets, one_port(server.port, int(sockets.url.rpartition(":")[2])) as url:
        backend = make_backend(url)
        await backend.connect()
        task = asyncio.create_task(backend.listen(heard.append))
        try:
            await until(lambda: bool(heard) or task.done())
            yield backend, sockets, heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await backend.close()


async def status_of(backend: FreqtradeBackend, native: str) -> PairStatus:
    pairs = await backend.read(PAIRS)
    assert isinstance(pairs, tuple)
    found = next(status for status in pairs if status.pair.native == native)
    assert isinstance(found, PairStatus)
    return found


async def test_what_is_kept_is_forgotten_when_the_bot_says_that_it_changed(server: WireServer) -> None:
    async with listening(server) as (backend, sockets, heard):
        await backend.read(PAIRS)
        await backend.read(PAIRS)
        assert (server.count("whitelist"), server.count("locks")) == (1, 1)
        await sockets.say({"type": "whitelist", "data": ["BTC/USDT"]})
        await until(lambda: len(heard) == 2)
        await backend.read(PAIRS)
        assert (server.count("whitelist"), server.count("locks")) == (2, 1)
        await sockets.say(SAID["protection_trigger"])
        await until(lambda: len(heard) == 3)
        await backend.read(PAIRS)
        assert (server.count("whitelist"), server.count("locks")) == (2, 2)


def test_the_library_of_the_web_socket_is_not_loaded_before_it_is_listened_to() -> None:
    script = "import sys, gunbot_tui.backends.freqtrade.backend; print('websockets' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "False"


async def test_the_web_socket_is_opened_with_the_token_of_the_login(server: WireServer) -> None:
    async with listening(server) as (_, sockets, _):
        assert [path.partition("token=")[2] for path in sockets.paths] == [token_of("")]


async def test_a_login_that_is_gone_at_its_renewal_opens_no_web_socket_with_the_password(server: WireServer) -> None:
    gone = replay("auth_and_errors", "unknown path")
    server.scripts[LOGIN] = login(expires_at=NOW + timedelta(seconds=20))
    async with bot() as sockets, one_port(server.port, int(sockets.url.rpartition(":")[2])) as url:
        backend = make_backend(url)
        await backend.connect()
        server.scripts |= {REFRESH: gone, LOGIN: gone}
        with pytest.raises(Rejected, match="no token for its web socket"):
            await asyncio.wait_for(backend.listen(lambda topics: pytest.fail("nothing was told")), 5)
        assert sockets.paths == []
        await backend.close()


async def test_a_close_that_is_told_is_the_last_price_of_a_pair_without_a_trade(server: WireServer) -> None:
    async with listening(server) as (backend, sockets, heard):
        assert (await status_of(backend, "BTC/USDT")).last is None
        told = SAID["analyzed_df"]
        data = told["data"]
        assert isinstance(data, dict)
        await sockets.say({**told, "data": {**data, "key": ["BTC/USDT", *data["key"][1:]]}})
        await until(lambda: len(heard) == 2)
        status = await status_of(backend, "BTC/USDT")
        assert status.last is not None
        assert status.last_at is not None


def close_of(native: str, at: datetime, price: float) -> dict[str, object]:
    """A pushed candle of a minute that opened then."""
    row = [at.timestamp() * 1000, price, price, price, price, 1.0]
    table = json.dumps({"columns": ["date", "open", "high", "low", "close", "volume"], "data": [row]})
    return {"type": "analyzed_df", "data": {"key": [native, "1m", "spot"], "df": {"__value__": table}}}


async def test_a_close_from_the_future_does_not_stand_in_the_way_of_a_true_one(server: WireServer) -> None:
    async with listening(server) as (backend, sockets, heard):
        await backend.read(PAIRS)
        await sockets.say(close_of("BTC/USDT", NOW + timedelta(hours=1), 9.0))
        await sockets.say(close_of("BTC/USDT", NOW - timedelta(minutes=1), 5.0))
        await sockets.say(close_of("ETH/USDT", NOW - timedelta(minutes=1), 4.0))
        await until(lambda: any(topic.subject == "binance/ETH/USDT" for topics in heard for topic in topics))
        assert (await status_of(backend, "BTC/USDT")).last == 5.0


async def test_closes_of_pairs_that_are_not_shown_are_not_kept(server: WireServer) -> None:
    async with listening(server) as (backend, sockets, heard):
        await backend.read(PAIRS)
        await sockets.say(close_of("NEW/USDT", NOW - timedelta(minutes=1), 9.0))
        await sockets.say(close_of("BTC/USDT", NOW - timedelta(minutes=1), 5.0))
        server.scripts["whitelist"] = says({**recording("whitelist"), "whitelist": ["NEW/USDT", "BTC/USDT"]})
        await sockets.say({"type": "whitelist", "data": ["NEW/USDT", "BTC/USDT"]})
        await until(lambda: Topic(Kind.PAIRLIST) in frozenset().union(*heard[1:]))
        assert (await status_of(backend, "BTC/USDT")).last == 5.0
        assert (await status_of(backend, "NEW/USDT")).last is None


async def test_a_line_that_breaks_is_an_error_of_listening(server: WireServer) -> None:
    async with bot() as sockets, one_port(server.port, int(sockets.url.rpartition(":")[2])) as url:
        backend = make_backend(url)
        await backend.connect()
        heard: list[frozenset[Topic]] = []
        task = asyncio.create_task(backend.listen(heard.append))
        await until(lambda: bool(heard) or task.done())
        for line in sockets.lines:
            await line.close(1012)
        with pytest.raises(Unreachable, match="restarts its server"):
            await task
        await backend.close()


async def test_what_nobody_tells_is_asked_for_again_after_a_minute(server: WireServer) -> None:
    clock = ManualClock()
    backend = make_backend(server.url, clock=clock.now)
    await backend.connect()
    for seconds, times in ((0, 1), (59, 1), (2, 2)):
        await clock.advance(seconds)
        await backend.read(PAIRS)
        assert server.count("whitelist") == times
    await backend.close()
