"""How a bot runs, from its configuration and its health."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState, RunStatus
from tests.backends.freqtrade.replay import connected, recording
from tests.backends.wire_server import WireServer, says


async def test_how_the_bot_runs_is_told_from_its_configuration_and_its_health(server: WireServer) -> None:
    async with connected(server) as backend:
        status = await backend.read(Topic(Kind.STATE))
    assert status == RunStatus(
        state=RunState.RUNNING,
        is_dry=True,
        version="2026.9",
        strategy="CockpitStrategy",
        exchange="binance",
        market="spot",
        timeframe="1m",
        money="USDT",
        stake="250",
        open_limit=14,
        may_force_entry=True,
        adds_to_open=True,
        may_short=False,
        entry_type="market",
        exit_type="market",
        stop_percent=-2.5,
        last_loop_at=datetime(2026, 11, 21, 0, 24, 23, tzinfo=UTC),
        started_at=datetime(2026, 11, 21, 0, 24, 14, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("changes", "state", "limit"),
    [
        ({"state": "reload_config"}, RunState.RELOADING, 14),
        ({"state": "dancing", "max_open_trades": -1.0}, RunState.UNKNOWN, None),
        ({"state": "", "runmode": "webserver"}, RunState.WEBSERVER, 14),
    ],
)
async def test_every_state_has_a_word(
    server: WireServer, changes: dict[str, object], state: RunState, limit: int | None
) -> None:
    server.scripts["show_config"] = says({**recording("show_config"), **changes})
    async with connected(server) as backend:
        status = await backend.read(Topic(Kind.STATE))
    assert isinstance(status, RunStatus)
    assert (status.state, status.open_limit) == (state, limit)


async def test_a_loop_that_never_went_round_has_no_time(server: WireServer) -> None:
    server.scripts["health"] = says({**recording("health"), "last_process_ts": None})
    async with connected(server) as backend:
        status = await backend.read(Topic(Kind.STATE))
    assert isinstance(status, RunStatus)
    assert status.last_loop_at is None
