"""A Gunbot's port by hand: every reply is written byte for byte, so that it can be cut, dripped, reset or wrong.

It keeps what it was asked: the number of requests seen is what the tests about orders are about.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

API = "/api/v1/"
LOGIN = "auth/login"


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The endpoint below the API's prefix."""
        return urlsplit(self.target).path.partition(API)[2]

    @property
    def params(self) -> list[tuple[str, str]]:
        """The decoded query."""
        return parse_qsl(urlsplit(self.target).query)


@dataclass(frozen=True)
class Reply:
    """Bytes to write, pieces with a pause between them, and how it ends: `keep`, `close`, `reset` or `hang`.

    Nothing is written before `begins_at` is set.
    """

    pieces: Sequence[bytes] = ()
    ending: str = "keep"
    pause_seconds: float = 0.0
    reads_body: bool = True
    begins_at: asyncio.Event | None = None


def raw(body: bytes, status: int = 200, content_type: str = "application/json", **headers: str) -> Reply:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} Some Words", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Reply(("\r\n".join(lines).encode() + b"\r\n\r\n" + body,))


def says(value: object, status: int = 200, **headers: str) -> Reply:
    """A whole JSON answer."""
    return raw(json.dumps(value).encode(), status, **headers)


def page(status: int = 200) -> Reply:
    """A web page."""
    return raw(b"<!DOCTYPE html><html><body>[b]Sign in[/b]</body></html>", status, "text/html; charset=utf-8")


def cut(value: object, ending: str = "reset") -> Reply:
    """Half of an answer that promised more."""
    whole = says(value).pieces[0]
    return Reply((whole[:-5],), ending)


def token(expires_at: datetime = datetime(2030, 1, 1, tzinfo=UTC), mark: str = "") -> str:
    """An unsigned JWT."""
    parts = ({"typ": "JWT"}, {"exp": int(expires_at.timestamp()), "mark": mark}, {"sig": 1})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


RESET = Reply(ending="reset")
RESET_BEFORE_BODY = Reply(ending="reset", reads_body=False)
HANG = Reply(ending="hang")
SENT = says({"status": "success", "message": "Order sent"})
LOGGED_IN = says({"status": "success", "token": token()})
NO_LOGIN = says({"status": "error", "message": "Authentication required", "code": 401}, 401)

Script = Reply | list[Reply] | Callable[[Request], Reply]


@dataclass
class WireServer:
    """Answers each endpoint by its script; of a list the last reply repeats. Unscripted endpoints get a 404."""

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    scripts: dict[str, Script] = field(default_factory=lambda: {LOGIN: LOGGED_IN})
    seen: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where it listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def count(self, path: str) -> int:
        """How often an endpoint was asked."""
        return sum(request.path == path for request in self.seen)

    def last(self, path: str) -> Request:
        """The latest request to an endpoint."""
        return next(request for request in reversed(self.seen) if request.path == path)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its reply; False when the connection is over."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        request = Request(method, target, headers, b"")
        reply = self._reply_to(request)
        if reply.reads_body:
            request = Request(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))
        self.seen.append(request)
        if reply.begins_at is not None:
            await reply.begins_at.wait()
        for piece in reply.pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(reply.pause_seconds)
        if reply.ending == "hang":
            await asyncio.Event().wait()
        if reply.ending == "reset":
            if reply.pieces:
                # What was written must arrive before the reset overtakes it.
                await asyncio.sleep(0.02)
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return reply.ending == "keep"

    def _reply_to(self, request: Request) -> Reply:
        script = self.scripts.get(request.path, says({"status": "error", "message": "no such route"}, 404))
        if isinstance(script, list):
            return script.pop(0) if len(script) > 1 else script[0]
        return script if isinstance(script, Reply) else script(request)
