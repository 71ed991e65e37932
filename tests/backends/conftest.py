"""A scripted server and a backend that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.command import Command, Outcome
from gunbot_tui.model.secret import Secret
from tests.backends.wire_server import WireServer
from tests.factories import NOW

PASSWORD = "correct horse battery"
WALLET = "0x0123456789abcdef0123456789abcdef01234567"

OpenBackend = Callable[..., GunbotBackend]


async def log_in_and_send(backend: Backend, command: Command) -> Outcome:
    """What becomes of a command that goes by a login of its own."""
    await backend.ready()
    return await backend.execute(command)


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer() as started:
        yield started


@pytest.fixture
async def open_backend() -> AsyncIterator[OpenBackend]:
    """Makes backends that are closed at the end of the test."""
    async with AsyncExitStack() as stack:

        def opened(
            url: str,
            *,
            mode: TradeMode = TradeMode.CONFIRM,
            password: str = PASSWORD,
            wallet: str = WALLET,
            pin: str | None = None,
            allow_plain_http: bool = False,
        ) -> GunbotBackend:
            backend = GunbotBackend(
                BotRef("home", "gunbot", url, mode),
                password=Secret(password),
                wallet=Secret(wallet),
                pin=pin,
                allow_plain_http=allow_plain_http,
                clock=lambda: NOW,
                zone="Europe/Amsterdam",
            )
            stack.push_async_callback(backend.close)
            return backend

        yield opened
