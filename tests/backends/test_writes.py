"""What is asked of a bot that changes anything: a closed list, on which no config and no strategy stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import pytest

from gunbot_tui.backends.freqtrade import endpoints as freqtrade
from gunbot_tui.backends.gunbot import endpoints as gunbot
from gunbot_tui.backends.transport import Endpoint

SETUP = ("config", "strateg", "files/", "acvar", "coremem")
"""What a bot is set up by, as parts of paths."""

GUNBOT_CHANGES = {
    "auth/login", "system/start", "system/stop", "trade/cancel", "trade/close", "trade/close/market",
    *(f"trade/{side}{type}" for side in ("buy", "sell")
      for type in ("", "/market", "/stoplimit", "/trailingstop", "/oco")),
}  # fmt: skip
FREQTRADE_CHANGES = {
    "token/login", "token/refresh", "start", "stop", "stopentry", "reload_config", "forceenter", "forceexit",
    "trades/7", "trades/7/open-order", "trades/7/reload", "locks", "locks/7", "locks/delete", "blacklist",
}  # fmt: skip


def every_call(table: ModuleType) -> set[Endpoint]:
    """All that a table of endpoints holds or makes."""
    found: set[Endpoint] = set()
    for name, value in vars(table).items():
        match value:
            case Endpoint():
                found.add(value)
            case Mapping():
                found |= {endpoint for endpoint in value.values() if isinstance(endpoint, Endpoint)}
            case Callable() if not name.startswith("_") and value.__module__ == table.__name__:
                found.add(value("Name" if name == "strategy" else 7))
    return found


@pytest.mark.parametrize(("table", "changes"), [(gunbot, GUNBOT_CHANGES), (freqtrade, FREQTRADE_CHANGES)])
def test_o28_nothing_that_changes_a_bot_writes_its_config_or_a_strategy(table: ModuleType, changes: set[str]) -> None:
    calls = {
        endpoint.path.removeprefix("/api/v1/"): endpoint for endpoint in every_call(table) if not endpoint.may_retry
    }
    assert set(calls) == changes
    written = {path for path in calls if any(part in path for part in SETUP)}
    assert written <= {"reload_config"}


@pytest.mark.parametrize("table", [gunbot, freqtrade])
def test_o28_what_a_bot_is_set_up_by_is_only_read(table: ModuleType) -> None:
    reads = [each for each in every_call(table) if each.may_retry and any(part in each.path for part in SETUP)]
    assert reads
    by_body = {each.path.removeprefix("/api/v1/") for each in reads if each.method != "GET"}
    assert all(path.endswith("/get") or path in ("coremem", "coremem/raw", "files/backup") for path in by_body)
    assert {each.method for each in reads} <= {"GET", "POST"}
