"""Both kinds of bot behind one face for the tests of what every backend must do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import ModuleType
from typing import Protocol

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.freqtrade import endpoints as freqtrade_endpoints
from gunbot_tui.backends.gunbot import endpoints as gunbot_endpoints
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.command import OrderCommand, PlaceOrder, StartCore
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.market import Pair
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import OrderType, Side
from tests.backends import simulated_bot
from tests.backends.conftest import PASSWORD, WALLET
from tests.backends.freqtrade import replay
from tests.backends.wire_server import LOGIN, SENT, Reply, Script, WireServer, says

BTC = Pair("binance", "BTC", "USDT", "USDT-BTC")
OVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a token has ended that is always too old."""


class OpenBackend(Protocol):
    """How a bench makes a backend for a port."""

    def __call__(self, url: str, mode: TradeMode = TradeMode.CONFIRM) -> Backend: ...


@dataclass(frozen=True)
class Bench:
    """One kind of bot: a port that answers well, and what is asked of it to see what faults become."""

    name: str
    open: OpenBackend
    scripts: Mapping[str, Script]
    read_path: str
    """What `BALANCES` asks."""
    order: OrderCommand
    order_path: str
    core_path: str
    """What `StartCore` asks."""
    endpoints: ModuleType
    read_name: str
    core_name: str
    login_path: str
    log_in: Callable[[str], Reply]
    """The answer to a login that hands out this token."""
    no_login: Reply
    subjects: Mapping[Kind, str]
    """The subject to read a kind with, where it needs one."""

    @asynccontextmanager
    async def living(self) -> AsyncIterator[Backend]:
        """A backend that is connected to a bot which answers everything."""
        if self.name == "gunbot":
            with simulated_bot.started() as simulator:
                async with simulated_bot.opened(simulator) as backend:
                    yield backend
            return
        async with self.server() as server, self.connected(server) as backend:
            yield backend

    @asynccontextmanager
    async def connected(self, server: WireServer, mode: TradeMode = TradeMode.CONFIRM) -> AsyncIterator[Backend]:
        """A backend that has logged in at the port."""
        backend = self.open(server.url, mode)
        try:
            await backend.connect()
            yield backend
        finally:
            await backend.close()

    def server(self) -> AbstractAsyncContextManager[WireServer]:
        """The port."""
        return WireServer(scripts=dict(self.scripts))


def _gunbot(url: str, mode: TradeMode = TradeMode.CONFIRM) -> Backend:
    ref = BotRef("home", "gunbot", url, mode)
    return GunbotBackend(ref, password=Secret(PASSWORD), wallet=Secret(WALLET))


def _freqtrade(url: str, mode: TradeMode = TradeMode.CONFIRM) -> Backend:
    return replay.make_backend(url, mode=mode)


GUNBOT = Bench(
    name="gunbot",
    open=_gunbot,
    scripts={**WireServer().scripts, "balances": says([]), "trade/buy": SENT, "system/start": SENT},
    read_path="balances",
    order=PlaceOrder(BTC, Side.BUY, OrderType.LIMIT, Decimal("0.0041"), Decimal("60975.10")),
    order_path="trade/buy",
    core_path="system/start",
    endpoints=gunbot_endpoints,
    read_name="BALANCES",
    core_name="START",
    login_path=LOGIN,
    log_in=lambda token: says({"status": "success", "token": token}),
    no_login=says({"status": "error", "message": "Authentication required"}, 401),
    subjects={
        Kind.DAY: "binance",
        Kind.BOOK: simulated_bot.BTC,
        Kind.CANDLES: simulated_bot.BTC,
        Kind.MARKS: simulated_bot.BTC,
        Kind.PAIR: simulated_bot.BTC,
        Kind.HISTORY: "0",
        Kind.FILES: "strategies",
        Kind.FILE: "strategies/stepgrid.js",
    },
)
FREQTRADE = Bench(
    name="freqtrade",
    open=_freqtrade,
    scripts=replay.scripts(),
    read_path="balance",
    order=PlaceOrder(replay.LTC, Side.BUY, OrderType.MARKET, Decimal("1.675"), Decimal("59.7"), stake=Decimal(100)),
    order_path="forceenter",
    core_path="start",
    endpoints=freqtrade_endpoints,
    read_name="BALANCE",
    core_name="START",
    login_path=replay.LOGIN,
    log_in=lambda token: says({"access_token": token, "refresh_token": token}),
    no_login=says({"detail": "Could not validate credentials"}, 401),
    subjects={
        Kind.CANDLES: "binance/BTC/USDT",
        Kind.MARKS: "binance/BTC/USDT",
        Kind.HISTORY: "0",
        Kind.CLOSED: "0",
        Kind.NOTES: "141",
        Kind.DEAL: "141",
        Kind.RESULTS: "days",
        Kind.FILES: "strategies",
        Kind.FILE: "strategies/CockpitStrategy",
    },
)
START = StartCore()
