"""A reverse proxy on loopback that spoils what passes through it, by rule, and remembers what it saw and forwarded.

It speaks just enough HTTP/1.1 to tell one request from the next, and shares no code with the client or the simulator.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from types import TracebackType
from typing import Self

LATE_SECONDS = 8.0
JSON, PAGE = b"application/json", b"text/html; charset=utf-8"
SIGN_IN = b"<!DOCTYPE html><html><body><h1>[b]Please sign in[/b]</h1></body></html>"
NO_LOGIN = b'{"status":"error","message":"Authentication required","code":401}'


class Fault(StrEnum):
    """What happens to a request; `down` is the port's state and not a request's, see `Proxy.down`."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    DELAY_AFTER = "delay_after"
    LATE_EXECUTE = "late_execute"
    EXECUTE_TWICE = "execute_twice"
    STATUS_500 = "status_500"
    STATUS_503 = "status_503"
    STATUS_503_AFTER = "status_503_after"
    HTML_200 = "html_200"
    HTML_502 = "html_502"
    TRUNCATE = "truncate"
    EMPTY = "empty"
    UNAUTHORISED = "unauthorised"
    GARBAGE = "garbage"
    NOISE = "noise"


_INSTEAD = {
    Fault.STATUS_500: (500, JSON, b'{"status":"error","message":"An internal error occurred"}'),
    Fault.STATUS_503: (503, JSON, b'{"status":"error","message":"Service unavailable"}'),
    Fault.HTML_200: (200, PAGE, SIGN_IN),
    Fault.HTML_502: (502, PAGE, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    Fault.EMPTY: (200, JSON, b""),
    Fault.UNAUTHORISED: (401, JSON, NO_LOGIN),
    Fault.GARBAGE: (200, JSON, b'{"status":"succ\xff\x00ess",]'),
}


@dataclass
class Rule:
    """A fault for the requests whose path matches: so many `times` (None: always), each with a chance."""

    fault: Fault
    path: re.Pattern[str]
    times: int | None
    chance: float


@dataclass
class Request:
    """What arrived, what was done to it, and how often it went on to the bot."""

    method: str
    path: str
    body: bytes
    raw: bytes = field(repr=False)
    fault: Fault | None = None
    forwarded: int = 0


@dataclass
class Proxy:
    """Listens on a free port of loopback and forwards to `upstream`; `rng` decides where a rule leaves a chance."""

    upstream: tuple[str, int]
    rng: Random = field(default_factory=lambda: Random(0))
    seen: list[Request] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _clients: set[asyncio.StreamWriter] = field(default_factory=set)
    _upstreams: list[asyncio.StreamWriter] = field(default_factory=list)
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.down()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for upstream in self._upstreams:
            upstream.transport.abort()

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"http://127.0.0.1:{self.port}"

    def trades(self) -> list[Request]:
        """The trade requests that arrived, in their order."""
        return [request for request in self.seen if "/trade/" in request.path]

    def on(self, fault: Fault, path: str = "", *, times: int | None = 1, chance: float = 1.0) -> Rule:
        """Spoil the next requests whose path contains a match of the pattern."""
        rule = Rule(fault, re.compile(path), times, chance)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Spoil nothing any more."""
        self.rules.clear()

    async def up(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections and hang up the present ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in list(self._clients):
            client.transport.abort()
        while self._clients:  # noqa: ASYNC110 - the connections end in the next turns of the loop
            await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._start(self._serve(reader, writer))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            while (request := await _read_request(reader)) is not None:
                request.fault = self._pick(request.path)
                self.seen.append(request)
                if not await self._answer(request, reader, writer):
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer, or not, as the fault has it; False when the connection is over."""
        match request.fault:
            case None:
                await _write(writer, await self._forward(request))
                return True
            case Fault.DROP_BEFORE:
                _reset(writer)
            case Fault.DROP_AFTER:
                await self._forward(request)
                _reset(writer)
            case Fault.DELAY_AFTER:
                await self._forward(request)
                await reader.read()
            case Fault.LATE_EXECUTE:
                _reset(writer)
                self._start(self._forward_late(request))
            case Fault.EXECUTE_TWICE:
                await self._forward(request)
                await _write(writer, await self._forward(request))
                return True
            case Fault.STATUS_503_AFTER:
                await self._forward(request)
                await _write(writer, _whole(*_INSTEAD[Fault.STATUS_503]))
                return True
            case Fault.TRUNCATE:
                answer = await self._forward(request)
                await _write(writer, answer[: -max(1, len(answer.partition(b"\r\n\r\n")[2]) // 2)])
            case Fault.NOISE:
                await self._forward(request)
                await _write(writer, b"\x16\x03\x01\x00\xa5 not HTTP at all\r\n\r\n")
            case fault:
                await _write(writer, _whole(*_INSTEAD[fault]))
                return True
        return False

    def _pick(self, path: str) -> Fault | None:
        for rule in self.rules:
            if rule.times != 0 and rule.path.search(path) and self.rng.random() < rule.chance:
                if rule.times is not None:
                    rule.times -= 1
                return rule.fault
        return None

    async def _forward_late(self, request: Request) -> None:
        await asyncio.sleep(LATE_SECONDS)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._forward(request)

    async def _forward(self, request: Request) -> bytes:
        """The bot's answer to the request, byte for byte."""
        request.forwarded += 1
        reader, writer = self._idle.pop() if self._idle else await self._connect()
        writer.write(request.raw)
        head = await reader.readuntil(b"\r\n\r\n")
        answer = head + await reader.readexactly(_length(head))
        self._idle.append((reader, writer))
        return answer

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self.upstream)
        self._upstreams.append(writer)
        return reader, writer


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; None when there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    body = await reader.readexactly(_length(head))
    method, path, _ = head.decode("latin-1").split(" ", 2)
    return Request(method, path, body, head + body)


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)\r\n", head)
    return int(found[1]) if found else 0


def _whole(status: int, content_type: bytes, body: bytes) -> bytes:
    lines: Sequence[bytes] = (
        b"HTTP/1.1 %d Some Words" % status,
        b"content-type: " + content_type,
        b"content-length: %d" % len(body),
    )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with a TCP reset instead of an orderly close."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
