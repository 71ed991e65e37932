"""An order that has to wait for a login: what speaks against it by then is heard, and nothing leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import HandedOver, NotSent
from gunbot_tui.model.event import Event
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot, apply
from tests.backends.bench import FREQTRADE, GUNBOT, OVER, START, Bench
from tests.backends.wire_server import WireServer, token
from tests.clock import ManualClock, until
from tests.factories import ONLINE

BENCHES = [pytest.param(bench, id=bench.name) for bench in (GUNBOT, FREQTRADE)]


@dataclass
class Counter:
    """A desk at a bot whose login has run out, and whose next login is answered when `let_in` is set."""

    bench: Bench
    server: WireServer
    clock: ManualClock
    let_in: asyncio.Event
    snapshot: Snapshot
    desk: Desk
    logins: int

    async def wait_for_login(self) -> None:
        """Until the bot is asked for a login."""
        await until(lambda: self.server.count(self.bench.login_path) > self.logins)

    @property
    def sent(self) -> int:
        """How many commands have reached the bot."""
        return self.server.count(self.bench.order_path) + self.server.count(self.bench.core_path)


@asynccontextmanager
async def counter_of(bench: Bench, folder: Path) -> AsyncIterator[Counter]:
    async with bench.server() as server:
        server.scripts[bench.login_path] = bench.log_in(token(OVER))
        async with bench.connected(server) as backend:
            let_in = asyncio.Event()
            server.scripts[bench.login_path] = replace(bench.log_in(token()), begins_at=let_in)
            snapshot = replace(Snapshot(backend.ref, capabilities=backend.capabilities), link=ONLINE)
            clock, journal = ManualClock(), Journal(folder / "state" / "journal.sqlite3")

            def emit(event: Event) -> None:
                counter.snapshot = apply(counter.snapshot, event)

            desk = Desk(
                backend,
                journal,
                clock,
                Limits(),
                emit=emit,
                poke=lambda *topics: None,
                snapshot=lambda: counter.snapshot,
            )
            counter = Counter(bench, server, clock, let_in, snapshot, desk, server.count(bench.login_path))
            await desk.open()
            yield counter
            await desk.wait_sent()
            await desk.close()
            await journal.close()


@pytest.mark.parametrize("bench", BENCHES)
async def test_an_order_is_sent_once_when_its_login_is_there(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        sending = asyncio.create_task(counter.desk.submit(bench.order))
        await counter.wait_for_login()
        assert [intent.state for intent in counter.desk.intents] == [IntentState.SENDING]
        assert counter.sent == 0
        counter.let_in.set()
        assert (await sending).state is IntentState.HANDED_OVER
        assert counter.sent == 1
        assert counter.server.last(bench.order_path).headers["authorization"] == f"Bearer {token()}"


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_halt_during_a_login_stops_the_order_that_waits_for_it(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        sending = asyncio.create_task(counter.desk.submit(bench.order))
        await counter.wait_for_login()
        counter.desk.halt()
        counter.let_in.set()
        intent = await sending
        assert (intent.state, counter.sent) == (IntentState.NOT_SENT, 0)
        assert "HALTED" in intent.reason


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_halt_during_a_login_stops_the_control_that_waits_for_it(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        sending = asyncio.create_task(counter.desk.control(START))
        await counter.wait_for_login()
        counter.desk.halt()
        counter.let_in.set()
        assert isinstance(await sending, NotSent)
        assert counter.sent == 0


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_control_that_belongs_to_the_halt_goes_when_its_login_is_there(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        counter.desk.halt()
        sending = asyncio.create_task(counter.desk.control(START, though_halted=True))
        await counter.wait_for_login()
        counter.let_in.set()
        assert isinstance(await sending, HandedOver)
        assert counter.sent == 1


@pytest.mark.parametrize("bench", BENCHES)
async def test_an_order_that_a_login_holds_up_too_long_is_not_sent(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        sending = asyncio.create_task(counter.desk.submit(bench.order))
        await counter.wait_for_login()
        counter.clock.skip(2.5)
        counter.let_in.set()
        intent = await sending
        assert (intent.state, counter.sent) == (IntentState.NOT_SENT, 0)
        assert "confirm again" in intent.reason


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_link_lost_during_a_login_stops_the_order_that_waits_for_it(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        sending = asyncio.create_task(counter.desk.submit(bench.order))
        await counter.wait_for_login()
        counter.snapshot = replace(counter.snapshot, link=Link(LinkState.OFFLINE))
        counter.let_in.set()
        assert ((await sending).state, counter.sent) == (IntentState.NOT_SENT, 0)


@pytest.mark.parametrize("bench", BENCHES)
async def test_an_order_whose_login_is_refused_is_not_sent_and_says_why(bench: Bench, tmp_path: Path) -> None:
    async with counter_of(bench, tmp_path) as counter:
        counter.server.scripts[bench.login_path] = bench.no_login
        intent = await counter.desk.submit(bench.order)
        assert (intent.state, counter.sent) == (IntentState.NOT_SENT, 0)
        assert "refuses the login" in intent.reason
        assert isinstance(await counter.desk.control(START), NotSent)
        assert counter.server.count(bench.login_path) == counter.logins + 1
