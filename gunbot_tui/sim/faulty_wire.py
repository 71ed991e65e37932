"""What stands between the socket and the API: it records all requests, and loses, delays or damages answers.

It works on the raw ASGI messages, so the API below it never knows; where a trade is executed, it is executed for real.
"""

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gunbot_tui.sim.faults import Fault, Faults, Rule

SLOW_SECONDS = 3.0
LATE_SECONDS = 3.0
_GIANT_CHUNKS = 160
_JSON = b"application/json"
_INSTEAD: dict[str, tuple[int, bytes, bytes]] = {
    "html": (200, b"text/html; charset=utf-8", b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"),
    "error500": (500, _JSON, b'{"status":"error","message":"An internal error occurred"}'),
    "unauthorized": (401, _JSON, b'{"status":"error","message":"Authentication required","code":401}'),
    "error_200": (200, _JSON, b'{"status":"error","message":"Simulated failure"}'),
}


@dataclass
class Post:
    """One trade request as it came in, and the orders that came of it: none when a fault or the exchange stopped it."""

    path: str
    body: bytes
    fault: Fault | None
    ids: list[int | str] = field(default_factory=list)
    rejected: str | None = None

    def to_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "body": _readable(self.body),
            "fault": self.fault,
            "executed": len(self.ids),
            "ids": self.ids,
            "rejected": self.rejected,
        }


@dataclass
class Received:
    """Everything that reached the port: trades one by one, all requests counted by method and path."""

    posts: list[Post] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


class FaultyWire:
    """The API behind its faults."""

    def __init__(self, app: ASGIApp, faults: Faults, received: Received) -> None:
        self._app = app
        self._faults = faults
        self._received = received
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, body = scope.get("path", ""), await _body(receive)
        rule = None if path.startswith("/_sim/") else self._faults.pick(path)
        scope["post"] = Post(path, body, rule.fault if rule else None)
        self._received.seen[f"{scope['method']} {path}"] += 1
        if "/trade/" in path:
            self._received.posts.append(scope["post"])
        if rule is None:
            await self._app(scope, _again(body), send)
            return
        match rule.fault:
            case "html" | "error500" | "unauthorized" | "error_200":
                await _respond(send, *_INSTEAD[rule.fault])
            case "giant":
                await _flood(send)
            case "drop" | "down" | "refuse":
                await self._hang_up(scope, receive)
            case "drop_after":
                await self._run(scope, body)
                await self._hang_up(scope, receive)
            case "late_execute":
                task = asyncio.create_task(self._run_late(scope, body))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                await self._hang_up(scope, receive)
            case "execute_twice":
                await self._run(scope, body)
                await _replay(send, await self._run(scope, body))
            case "slow" | "hang":
                messages = await self._run(scope, body)
                await _wait(rule, SLOW_SECONDS if rule.fault == "slow" else rule.remaining(self._faults.clock()))
                await _replay(send, messages)
            case "nan":
                await _replay(send, _with_nan(await self._run(scope, body)))
            case "truncate":
                await self._truncate(scope, send, receive, await self._run(scope, body))

    async def _run(self, scope: Scope, body: bytes) -> list[Message]:
        """Executes the request and keeps the answer back."""
        messages: list[Message] = []

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(scope, _again(body), send)
        return messages

    async def _run_late(self, scope: Scope, body: bytes) -> None:
        await asyncio.sleep(LATE_SECONDS)
        await self._run(scope, body)

    async def _hang_up(self, scope: Scope, receive: Receive) -> None:
        if self._faults.hang_up is None:
            raise ConnectionResetError("the simulator dropped this request")
        self._faults.hang_up(scope)
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _truncate(self, scope: Scope, send: Send, receive: Receive, messages: list[Message]) -> None:
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        # The half that was written has to reach the client before the reset overtakes it.
        await asyncio.sleep(0.05)
        await self._hang_up(scope, receive)


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _wait(rule: Rule, seconds: float | None) -> None:
    try:
        await asyncio.wait_for(rule.ended.wait(), seconds)
    except TimeoutError:
        return


async def _replay(send: Send, messages: list[Message]) -> None:
    for message in messages:
        await send(message)


async def _respond(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _flood(send: Send) -> None:
    """160 MB of a JSON text that does not end before its size is past every sensible cap."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", _JSON)]})
    await send({"type": "http.response.body", "body": b'{"status":"success","filler":"', "more_body": True})
    chunk = b"x" * 1_000_000
    for _ in range(_GIANT_CHUNKS):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b'"}'})


def _with_nan(messages: list[Message]) -> list[Message]:
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    spoiled = re.sub(rb"(?<=[:,\[])-?\d+\.\d+(?:e-?\d+)?(?=[,\]}])", b"NaN", body)
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    headers.append((b"content-length", str(len(spoiled)).encode()))
    return [{**start, "headers": headers}, {"type": "http.response.body", "body": spoiled}]


def _readable(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
