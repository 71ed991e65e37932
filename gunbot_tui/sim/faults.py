"""Trouble on demand between the socket and the API: lost, late, doubled, damaged and refused answers.

Everything here works on the raw ASGI messages, so the API below it never knows; a trade's execution is real in every case.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Fault = Literal[
    "drop",
    "slow",
    "down",
    "refuse",
    "html",
    "error500",
    "truncate",
    "drop_after",
    "execute_twice",
    "late_execute",
    "hang",
    "unauthorized",
    "error_200",
    "giant",
    "nan",
]
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


class UnknownFaultError(ValueError):
    """A rule that names no fault, or has a field of the wrong type."""


@dataclass
class Rule:
    """One fault with its limits: until when, how often, and for which paths."""

    fault: Fault
    seconds: float | None
    path: re.Pattern[str]
    times: int | None
    since: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def remaining(self, now: float) -> float | None:
        return None if self.seconds is None else max(0.0, self.since + self.seconds - now)

    def is_over(self, now: float) -> bool:
        return self.times == 0 or self.remaining(now) == 0.0


def parse_rule(raw: object, now: float) -> Rule:
    """A rule from JSON: `fault`, and optionally `seconds`, `path` (a regular expression) and `times`."""
    if not isinstance(raw, dict) or raw.get("fault") not in get_args(Fault):
        raise UnknownFaultError(f"fault must be one of {', '.join(get_args(Fault))}")
    seconds, path, times = raw.get("seconds"), raw.get("path", ""), raw.get("times")
    if not isinstance(seconds, int | float | None) or not isinstance(times, int | None) or not isinstance(path, str):
        raise UnknownFaultError("seconds and times are numbers, path is text")
    try:
        pattern = re.compile(path)
    except re.error as error:
        raise UnknownFaultError(f"path: {error}") from None
    return Rule(raw["fault"], seconds, pattern, times, now)


@dataclass
class Faults:
    """The rules in force; `hang_up` resets one client's connection and `refuse` closes the port for some seconds."""

    clock: Callable[[], float] = time.monotonic
    hang_up: Callable[[Scope], None] | None = None
    refuse: Callable[[float], None] | None = None
    rules: list[Rule] = field(default_factory=list)

    def add(self, raw: object) -> Rule:
        rule = parse_rule(raw, self.clock())
        if rule.fault == "refuse":
            if self.refuse is None or rule.seconds is None:
                raise UnknownFaultError("refuse needs seconds, and a real port")
            self.refuse(rule.seconds)
        else:
            self.rules.append(rule)
        return rule

    def clear(self) -> None:
        for rule in self.rules:
            rule.ended.set()
        self.rules.clear()

    def pick(self, path: str) -> Rule | None:
        """The first rule for this path; counts it as used."""
        now = self.clock()
        self.rules = [rule for rule in self.rules if not rule.is_over(now)]
        for rule in self.rules:
            if rule.path.search(path):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None


class FaultyWire:
    """The API behind its faults."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        rule = None if path.startswith("/_sim/") else self._faults.pick(path)
        if rule is None:
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
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

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, send)
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
