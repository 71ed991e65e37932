"""A web socket like Freqtrade's, and an ear that hears what our stream tells of it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from gunbot_tui.backends.errors import BackendError
from gunbot_tui.backends.freqtrade.stream import Stream
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.recorded import FIXTURES
from tests.clock import until

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.bm8tb25lLW1heS1zZWU"
SAID: dict[str, dict[str, object]] = json.loads((FIXTURES / "ws_messages.json").read_bytes())

Handler = Callable[[ServerConnection], Awaitable[None]]


class Bot:
    """A web socket like Freqtrade's: it says nothing before a subscription and answers what it is asked."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.subscribed: list[str] = []
        self.status = HTTPStatus.SWITCHING_PROTOCOLS
        self.answers_whitelist = True
        self.lines: list[ServerConnection] = []
        self.url = ""

    async def say(self, message: object) -> None:
        """Send one message, as it is when it is text."""
        for line in self.lines:
            await line.send(message if isinstance(message, str) else json.dumps(message))

    def judge(self, line: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        if self.status == HTTPStatus.SWITCHING_PROTOCOLS:
            return None
        response = line.respond(self.status, "no\n")
        response.headers["Location"] = self.url.replace("http", "ws") + "/elsewhere"
        return response

    async def serve(self, line: ServerConnection) -> None:
        self.lines.append(line)
        async for text in line:
            asked = json.loads(text)
            match asked["type"]:
                case "subscribe":
                    self.subscribed = asked["data"]
                case "whitelist" if self.answers_whitelist:
                    await line.send(json.dumps(SAID["whitelist"]))


@asynccontextmanager
async def bot(handler: Handler | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Bot]:
    started = Bot()
    server: Server
    async with serve(
        handler or started.serve, "127.0.0.1", 0, process_request=started.judge, ssl=tls, close_timeout=0.2
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        started.url = f"http{'s' if tls else ''}://127.0.0.1:{port}"
        yield started


class Ear:
    """What was heard of a stream, and how it ended."""

    def __init__(
        self, url: str, *, pin: str | None = None, allow_plain_http: bool = False, ping_seconds: float = 10.0
    ) -> None:
        self.told: list[tuple[float, frozenset[Topic]]] = []
        self.closes: list[tuple[str, float, datetime]] = []
        self.stream = Stream(url, self._token, pin=pin, allow_plain_http=allow_plain_http, ping_seconds=ping_seconds)

    @property
    def after_the_first(self) -> list[frozenset[Topic]]:
        return [topics for _, topics in self.told[1:]]

    async def run(self) -> None:
        await self.stream.run(self._heard, self._close, exchange="binance")

    async def end(self) -> BackendError:
        """The error that the stream ends with."""
        with pytest.raises(BackendError) as caught:
            async with asyncio.timeout(5):
                await self.run()
        return caught.value

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While the subscription stands."""
        task = asyncio.create_task(self.run())
        try:
            await until(lambda: bool(self.told) or task.done())
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _token(self) -> Secret:
        return Secret(TOKEN)

    def _heard(self, topics: frozenset[Topic]) -> None:
        self.told.append((asyncio.get_running_loop().time(), topics))

    def _close(self, native: str, close: float, at: datetime) -> None:
        self.closes.append((native, close, at))


def kinds(topics: frozenset[Topic]) -> set[Kind]:
    return {topic.kind for topic in topics}
