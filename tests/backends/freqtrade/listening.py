"""A backend that listens to a web socket like Freqtrade's while it reads what a real one answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from gunbot_tui.backends.freqtrade.backend import FreqtradeBackend
from gunbot_tui.model.feed import Topic
from tests.backends.freqtrade.replay import make_backend
from tests.backends.freqtrade.web_socket import Bot, bot
from tests.backends.wire_server import WireServer
from tests.clock import until
from tests.factories import NOW


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
async def listening(
    server: WireServer, clock: Callable[[], datetime] = lambda: NOW
) -> AsyncIterator[tuple[FreqtradeBackend, Bot, list[frozenset[Topic]]]]:
    """A backend whose web socket stands, the bot behind it, and what was heard."""
    heard: list[frozenset[Topic]] = []
    async with bot() as sockets, one_port(server.port, int(sockets.url.rpartition(":")[2])) as url:
        backend = make_backend(url, clock=clock)
        await backend.connect()
        task = asyncio.create_task(backend.listen(heard.append))
        try:
            await until(lambda: bool(heard) or task.done())
            yield backend, sockets, heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await backend.close()
