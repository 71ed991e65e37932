"""A forced entry whose answer was lost may have come: a second one is asked for, and says what it would add to."""

from __future__ import annotations

from pathlib import Path

from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.event import Event
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import apply
from tests.backends.freqtrade.replay import connected, replay
from tests.backends.wire_server import RESET, WireServer
from tests.clock import ManualClock
from tests.unit.order.deal_scenes import asked, trader

LINE = "buy 50usdt ETH"


async def test_o20_a_forced_entry_without_an_answer_is_one_request_and_the_next_one_asks(
    server: WireServer, tmp_path: Path
) -> None:
    server.scripts["forceenter"] = [RESET, replay("forceenter")]
    snapshot, journal = trader(), Journal(tmp_path / "journal.sqlite")

    def emit(event: Event) -> None:
        nonlocal snapshot
        snapshot = apply(snapshot, event)

    async with connected(server) as backend:
        desk = Desk(
            backend, journal, ManualClock(), Limits(),
            emit=emit, poke=lambda *topics: None, snapshot=lambda: snapshot,
        )  # fmt: skip
        await desk.open()
        first = asked(LINE, snapshot)
        assert first.command is not None
        lost = await desk.submit(first.command, "", first.consent)
        assert (lost.state, server.count("forceenter")) == (IntentState.UNKNOWN, 1)

        unasked = await desk.submit(first.command, "", first.consent)
        assert (unasked.state, server.count("forceenter")) == (IntentState.BLOCKED, 1)
        assert f"nobody knows whether {lost.short_id} arrived" in unasked.reason

        second = asked(LINE, snapshot)
        assert second.must_type.split()[-1] == lost.short_id
        assert f"an unknown buy of 0.01519756 at market may already be there: {lost.short_id}" in second.warnings[0]
        assert "ADDS to the open trade #143" in second.warnings
        assert second.command is not None
        agreed = await desk.submit(second.command, "", second.consent)
        assert (agreed.state, server.count("forceenter")) == (IntentState.HANDED_OVER, 2)
        await desk.close()
        await journal.close()
