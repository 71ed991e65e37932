"""A Freqtrade's port that answers what a real one answered, and a backend that talks to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from gunbot_tui.backends.freqtrade.backend import FreqtradeBackend
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.market import Pair
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.recorded import FIXTURES
from tests.backends.wire_server import Reply, Request, Script, WireServer, says, token
from tests.factories import NOW

USERNAME = "trader"
PASSWORD = "correct horse battery"
LOGIN = "token/login"
REFRESH = "token/refresh"
DATE = "Sat, 21 Nov 2026 14:02:14 GMT"
LTC = Pair("binance", "LTC", "USDT", "LTC/USDT")

READS = {
    "health": "health",
    "show_config": "show_config",
    "sysinfo": "sysinfo",
    "logs": "logs",
    "status": "status",
    "trades": "trades_newest",
    "trade/141": "trade",
    "trades/141/custom-data": "custom_data_open",
    "balance": "balance",
    "whitelist": "whitelist",
    "markets": "markets",
    "profit": "profit",
    "profit_all": "profit_all",
    "performance": "performance",
    "entries": "entries",
    "exits": "exits",
    "mix_tags": "mix_tags",
    "stats": "stats",
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "historic_balance": "historic_balance",
    "plot_config": "plot_config",
    "strategy/CockpitStrategy": "strategy",
}
SENDS = {
    "start": "start",
    "stop": "stop",
    "stopentry": "stopentry",
    "reload_config": "reload_config",
    "forceenter": "forceenter",
    "forceexit": "forceexit",
    "trades/1": "delete_trade",
    "trades/144/reload": "trade_reload",
    "locks/3": "locks_delete",
    "locks/delete": "locks_delete_post",
}
BY_METHOD = {
    "pair_candles": {"GET": "pair_candles", "POST": "pair_candles_post"},
    "blacklist": {"GET": "blacklist", "POST": "blacklist_post", "DELETE": "blacklist_delete"},
    "locks": {"GET": "locks", "POST": "locks_post"},
}
SERVES = {
    "show_config": "web_show_config",
    "strategies": "web_strategies",
    "available_pairs": "web_available_pairs",
}


def recording(name: str, part: str = "") -> Any:
    """The body of a recorded answer; a file with several is asked for one of them."""
    found = json.loads((FIXTURES / f"{name}.json").read_bytes())
    return (found[part] if part else found)["response"]


def replay(name: str, part: str = "") -> Reply:
    """A recorded answer with its status."""
    found = json.loads((FIXTURES / f"{name}.json").read_bytes())
    record = found[part] if part else found
    return says(record["response"], record["status"])


def login(mark: str = "", **claims: Any) -> Reply:
    """An answer to a login; the mark tells its tokens from others."""
    access, refresh = token(mark=f"access {mark}", **claims), token(mark=f"refresh {mark}")
    return says({"access_token": access, "refresh_token": refresh})


def token_of(mark: str) -> str:
    """The access token of a login."""
    return token(mark=f"access {mark}")


def bearer(mark: str) -> str:
    """What a request carries that was made with the access token of a login."""
    return f"Bearer {token_of(mark)}"


def _by_method(names: Mapping[str, str]) -> Script:
    def reply(request: Request) -> Reply:
        return replay(names[request.method])

    return reply


def scripts() -> dict[str, Script]:
    """All that a trading bot answers."""
    found: dict[str, Script] = {path: replay(name) for path, name in {**READS, **SENDS}.items()}
    found |= {path: _by_method(names) for path, names in BY_METHOD.items()}
    return found | {"ping": says({"status": "pong"}, Date=DATE), LOGIN: login()}


def web_scripts() -> dict[str, Script]:
    """All that one answers that serves data."""
    found = scripts()
    found |= {path: replay("auth_and_errors", "webserver only: strategies") for path in {**READS, **SENDS, **BY_METHOD}}
    found |= {path: replay(name) for path, name in SERVES.items()}
    kept = ("sysinfo", "logs", "plot_config", "strategy/CockpitStrategy")
    found |= {path: replay(READS[path]) for path in kept}
    return found | {"pair_history": _by_method({"GET": "web_pair_history", "POST": "web_pair_history_post"})}


def make_backend(
    url: str,
    *,
    mode: TradeMode = TradeMode.CONFIRM,
    password: str = PASSWORD,
    clock: Callable[[], datetime] = lambda: NOW,
) -> FreqtradeBackend:
    """A backend that was not connected yet."""
    ref = BotRef("ft", "freqtrade", url, mode)
    return FreqtradeBackend(ref, username=USERNAME, password=Secret(password), clock=clock)


@asynccontextmanager
async def connected(
    server: WireServer, *, mode: TradeMode = TradeMode.CONFIRM, path: str = ""
) -> AsyncIterator[FreqtradeBackend]:
    """A backend that has logged in."""
    backend = make_backend(server.url + path, mode=mode)
    try:
        await backend.connect()
        yield backend
    finally:
        await backend.close()
