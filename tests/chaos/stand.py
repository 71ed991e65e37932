"""A whole bench in one process: a simulated bot on a port, the spoiling proxy before it, the program's own engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

import httpx
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.engine.clock import Clock
from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.session import Session
from gunbot_tui.model.bot import BotRef, LinkState, TradeMode
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.sim.bot import Bot
from gunbot_tui.sim.faults import Faults
from gunbot_tui.sim.options import SimOptions, listen
from gunbot_tui.sim.server import Port, build
from tests.chaos.proxy import Proxy
from tests.sim.simulated import Json, table

PATIENCE_SECONDS = 60.0


@dataclass
class Simulated:
    """The bot itself, and its own truth, asked for without the proxy."""

    bot: Bot
    address: tuple[str, int]
    http: httpx.AsyncClient

    async def truth(self) -> Json:
        return table((await self.http.get("/_sim/truth")).json())


@asynccontextmanager
async def simulated(options: SimOptions, clock: Clock) -> AsyncIterator[Simulated]:
    """A simulated bot that answers on a free port of loopback, its world on the clock's time."""
    bot, app = build(options, Faults(), lambda: clock.now().timestamp())
    config = Config(app, http=H11Protocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=86_400)
    config.load()
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()
    port = Port(config, address)
    await port.open(listener)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://simulated") as http:
        try:
            yield Simulated(bot, address, http)
        finally:
            port.close()


class Stand:
    """Everything that a test needs: the bot, the wire, and a program that is started and ended on one journal."""

    def __init__(self, sim: Simulated, proxy: Proxy, clock: Clock, options: SimOptions, journal: Path) -> None:
        self.sim = sim
        self.proxy = proxy
        self.clock = clock
        self._options = options
        self._journal = journal
        self.session = self.make_session()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run the program until it is connected and has read the pairs."""
        self._running = asyncio.create_task(self.session.run())
        await self.until(lambda: self.is_online and self.session.snapshot.pairs.value is not None)

    async def restart(self) -> None:
        """End the program and start another one on its journal."""
        await self.stop()
        self.session = self.make_session()
        await self.start()

    async def stop(self) -> None:
        """End the program in its orderly way."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
            await self.session.close()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait in steps of the clock, with a deadline."""
        for _ in range(int(PATIENCE_SECONDS / 0.05)):
            if condition():
                return
            await self.clock.sleep(0.05)
        raise AssertionError(f"not within {PATIENCE_SECONDS:g} s; the link is {self.session.snapshot.link}")

    def make_session(self, publish: Callable[[Snapshot], None] = lambda snapshot: None) -> Session:
        """A program that is not started yet, on the bench's journal."""
        backend = GunbotBackend(
            BotRef("home", "gunbot", self.proxy.url, TradeMode.CONFIRM),
            password=Secret(self._options.password),
            wallet=Secret(self._options.wallet),
            clock=self.clock.now,
        )
        return Session(
            backend,
            clock=self.clock,
            rng=Random(self._options.seed),
            journal=Journal(self._journal),
            limits=Limits(hard={Rule.NOTIONAL: Decimal(5000), Rule.ORDERS_MINUTE: Decimal(1000)}),
            publish=publish,
        )

    @property
    def is_online(self) -> bool:
        """True while the program has the bot on the line."""
        return self.session.snapshot.link.state is LinkState.ONLINE


@asynccontextmanager
async def stand(options: SimOptions, clock: Clock, journal: Path) -> AsyncIterator[Stand]:
    """A bench whose program is not started yet."""
    async with simulated(options, clock) as sim, Proxy(sim.address, Random(options.seed)) as proxy:
        bench = Stand(sim, proxy, clock, options, journal)
        try:
            yield bench
        finally:
            await bench.stop()
