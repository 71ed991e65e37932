"""The simulated bot in a process of its own, and a backend that talks to it over the real wire."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import PairStatus

BTC = "binance/USDT-BTC"
PASSWORD = "gunbot"
WALLET = "0x0123456789abcdef0123456789abcdef01234567"


@dataclass
class Simulator:
    """A simulated bot whose world stands still until it is moved."""

    url: str

    def truth(self) -> dict[str, Any]:
        """The world as it is."""
        return self._ask("GET", "truth?timezone=Europe/Amsterdam")

    def advance(self, seconds: float) -> None:
        """Let time pass in the world."""
        self._ask("POST", "advance", {"seconds": seconds})

    def break_next(self, fault: str, path: str) -> None:
        """Spoil the next answer of an endpoint."""
        self._ask("POST", "faults", {"fault": fault, "path": path, "times": 1})

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def started(*options: str) -> Iterator[Simulator]:
    """A simulator in a process of its own."""
    arguments = [sys.executable, "-m", "gunbot_tui.sim.serve", "--port", "0", "--seed", "7", "--speed", "0", *options]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            word, url = process.stdout.readline().split()
            assert word == "ready"
            yield Simulator(url)
        finally:
            process.terminate()


@asynccontextmanager
async def opened(simulator: Simulator, *, password: str = PASSWORD) -> AsyncIterator[Backend]:
    ref = BotRef("demo", "gunbot", simulator.url, TradeMode.DEMO)
    backend = GunbotBackend(ref, password=Secret(password), wallet=Secret(WALLET), zone="Europe/Amsterdam")
    try:
        await backend.connect()
        yield backend
    finally:
        await backend.close()


async def read_pair(backend: Backend, key: str = BTC) -> PairStatus:
    status = await backend.read(Topic(Kind.PAIR, key))
    assert isinstance(status, PairStatus)
    return status
