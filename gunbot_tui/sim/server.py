"""The simulator's event loop: uvicorn's HTTP protocol on our own listening socket, and a tick that moves the world.

uvicorn's Server is left out because faults need what it hides: resetting one connection, and closing the port for a while.
"""

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Scope
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from gunbot_tui.sim.auth import Auth
from gunbot_tui.sim.bot import Bot
from gunbot_tui.sim.control import control_routes
from gunbot_tui.sim.faults import Faults, FaultyWire
from gunbot_tui.sim.gunbot_api import application
from gunbot_tui.sim.market import STEP
from gunbot_tui.sim.serve import SimOptions, listen
from gunbot_tui.sim.world import World

_KEEP_ALIVE_SECONDS = 75


def serve(options: SimOptions, listener: socket.socket) -> int:
    """Answers on `listener` until told to end; raises ValueError for a faults file that cannot be read."""
    return asyncio.run(_serve(options, listener))


def build(options: SimOptions, faults: Faults, wall: Callable[[], float] = time.time) -> tuple[Bot, ASGIApp]:
    """The bot and its whole application, without a socket."""
    world = World(
        seed=options.seed, pairs=options.pairs, speed=options.speed, clock_start=options.clock_start, wall=wall
    )
    auth = Auth(password=options.password, wallet=options.wallet, clock=world.clock)
    bot = Bot(world, auth, options.wallet, posts=[], seen={})
    return bot, FaultyWire(application(bot, control_routes(bot, faults)), faults)


class Port:
    """The open port with its connections."""

    def __init__(self, config: Config, address: tuple[str, int]) -> None:
        self._config = config
        self._address = address
        self._state = ServerState()
        self._server: asyncio.Server | None = None

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
        loop = asyncio.get_running_loop()
        loop.call_later(0.05, self.close)
        loop.call_later(0.05 + seconds, lambda: loop.create_task(self.open(listen(*self._address))))


async def _serve(options: SimOptions, listener: socket.socket) -> int:
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
    if options.faults:
        for rule in json.loads(options.faults.read_text()):
            faults.add(rule)
    await port.open(listener)
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
