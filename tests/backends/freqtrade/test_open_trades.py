"""The open trades are read once a round of the bot while its web socket stands, and every time while it does not."""

from __future__ import annotations

import asyncio

import pytest

from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.model.feed import Kind, Topic
from tests.backends.freqtrade.listening import listening, one_port
from tests.backends.freqtrade.replay import connected, make_backend, recording
from tests.backends.freqtrade.test_commands import ENTER
from tests.backends.freqtrade.web_socket import SAID, bot
from tests.backends.wire_server import WireServer, says
from tests.clock import ManualClock, until

PAIRS = Topic(Kind.PAIRS)


def end_of_round(server: WireServer, at: str) -> None:
    """From now on the bot tells that its last round ended then."""
    server.scripts["health"] = says({**recording("health"), "last_process": at})


async def test_they_are_read_again_when_the_bot_has_been_round(server: WireServer) -> None:
    async with listening(server) as (backend, _, _):
        for at, times in (("10:00:00.1", 1), ("10:00:00.1", 1), ("10:00:00.9", 2), ("10:00:00.9", 2)):
            end_of_round(server, f"2026-11-21T{at}Z")
            await backend.read(PAIRS)
            assert server.count("status") == times


async def test_what_is_told_between_two_rounds_is_read_at_once(server: WireServer) -> None:
    async with listening(server) as (backend, sockets, heard):
        await backend.read(PAIRS)
        await sockets.say(SAID["entry_fill"])
        await until(lambda: len(heard) == 2)
        shown = await backend.read(PAIRS)
        assert server.count("status") == 2
        assert await backend.read(PAIRS) == shown
        assert server.count("status") == 2


async def test_they_are_read_again_after_an_order_of_ours(server: WireServer) -> None:
    async with listening(server) as (backend, _, _):
        await backend.read(PAIRS)
        await backend.execute(ENTER)
        await backend.read(PAIRS)
        assert server.count("status") == 2


async def test_a_bot_that_goes_no_rounds_is_read_four_times_a_minute(server: WireServer) -> None:
    clock = ManualClock()
    async with listening(server, clock.now) as (backend, _, _):
        for seconds, times in ((0, 1), (14, 1), (1, 2)):
            await clock.advance(seconds)
            await backend.read(PAIRS)
            assert server.count("status") == times


async def test_a_bot_that_tells_no_round_is_read_every_time(server: WireServer) -> None:
    server.scripts["health"] = says({**recording("health"), "last_process": None})
    async with listening(server) as (backend, _, _):
        await backend.read(PAIRS)
        await backend.read(PAIRS)
        assert server.count("status") == 2


async def test_without_a_web_socket_they_are_read_every_time(server: WireServer) -> None:
    async with connected(server) as backend:
        await backend.read(PAIRS)
        await backend.read(PAIRS)
    assert (server.count("status"), server.count("health")) == (2, 0)


async def test_after_the_web_socket_broke_they_are_read_every_time(server: WireServer) -> None:
    heard: list[frozenset[Topic]] = []
    async with bot() as sockets, one_port(server.port, int(sockets.url.rpartition(":")[2])) as url:
        backend = make_backend(url)
        await backend.connect()
        listener = asyncio.create_task(backend.listen(heard.append))
        await until(lambda: bool(heard) or listener.done())
        await backend.read(PAIRS)
        for line in sockets.lines:
            await line.close(1012)
        with pytest.raises(Unreachable):
            await listener
        await backend.read(PAIRS)
        await backend.read(PAIRS)
        await backend.close()
    assert server.count("status") == 3
