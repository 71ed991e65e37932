"""The simulator's event loop: uvicorn's HTTP protocol on our own listening socket, and a tick that moves the world.

uvicorn's Server is left out because faults need what it hides: resetting one connection, closing the port a while.
"""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Scope
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from gunbot_tui.sim.auth import Auth
from gunbot_tui.sim.bot import Bot
from gunbot_tui.sim.control import control_routes
from gunbot_tui.sim.faults import Faults
from gunbot_tui.sim.faulty_wire import FaultyWire, Received
from gunbot_tui.sim.gunbot_api import application
from gunbot_tui.sim.market import STEP
from gunbot_tui.sim.options import SimOptions, listen
from gunbot_tui.sim.world import World

_KEEP_ALIVE_SECONDS = 75
_PARTING_SECONDS = 0.05


def serve(options: SimOptions, listener: socket.socket, rules: Sequence[object]) -> int:
    """Answers on `listener` until told to end; `rules` are the faults in force from the start."""
    return asyncio.run(_serve(options, listener, rules))


def build(options: SimOptions, faults: Faults, wall: Callable[[], float] = time.time) -> tuple[Bot, ASGIApp]:
    """The bot and its whole application, without a socket."""
    world = World(
        seed=options.seed,
        pairs=options.pairs,
        speed=options.speed,
        clock_start=options.clock_start,
        open_orders=options.open_orders,
        wall=wall,
    )
    auth = Auth(password=options.password, wallet=options.wallet, clock=world.clock)
    bot = Bot(world, auth, options.wallet)
    received = Received()
    return bot, FaultyWire(application(bot, control_routes(bot, faults, received)), faults, received)


class Port:
    """The open port with its connections."""

    def __init__(self, config: Config, address: tuple[str, int]) -> None:
        self._config = config
        self._address = address
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._refusing: asyncio.Task[None] | None = None

    async def open(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: H11Protocol(self._config, self._state, {}), sock=listener)

    def close(self) -> None:
        if self._server:
            self._server.close()
        for connection in list(self._state.connections):
            connection.transport.abort()

    def hang_up(self, scope: Scope) -> None:
        """Resets the connection that a request came by."""
        for connection in list(self._state.connections):
            if isinstance(connection, H11Protocol) and connection.client == tuple(scope["client"]):
                connection.transport.abort()

    def refuse(self, seconds: float) -> None:
        """Closes the port for a while, after the answer to whoever asked for it has gone out."""
        self._refusing = asyncio.create_task(self._refuse(seconds))

    async def _refuse(self, seconds: float) -> None:
        await asyncio.sleep(_PARTING_SECONDS)
        self.close()
        await asyncio.sleep(seconds)
        await self.open(listen(*self._address))


async def _serve(options: SimOptions, listener: socket.socket, rules: Sequence[object]) -> int:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    if options.exit_with_stdin:
        threading.Thread(target=_wait_for_stdin, args=(loop, over), daemon=True).start()
    faults = Faults()
    bot, app = build(options, faults)
    config = Config(
        app, http=H11Protocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=_KEEP_ALIVE_SECONDS
    )
    config.load()
    port = Port(config, listener.getsockname()[:2])
    faults.hang_up, faults.refuse = port.hang_up, port.refuse
    await port.open(listener)
    for rule in rules:
        faults.add(rule)
    ticking = asyncio.create_task(_tick(bot.world)) if options.speed else None
    await over.wait()
    if ticking:
        ticking.cancel()
    faults.clear()
    port.close()
    return 0


async def _tick(world: World) -> None:
    """Keeps the world near its clock while nobody asks, so that a question after an hour is answered at once."""
    while True:
        world.catch_up()
        await asyncio.sleep(STEP)


def _wait_for_stdin(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(over.set)
