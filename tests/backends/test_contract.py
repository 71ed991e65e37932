"""What every kind of bot must do, over the real wire: deliver what is promised, refuse in words, send once.

The faults are those of the line and of whatever stands at its other end; what the bots mean by them may differ.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gunbot_tui.backends.errors import BackendError, Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.backends.login import RAN_OUT
from gunbot_tui.model.bot import AuthStatus, ServerClock, TradeMode
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    CancelOrder,
    Command,
    DeleteDeal,
    HandedOver,
    LockPair,
    NotSent,
    Outcome,
    PlaceOrder,
    Refused,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    Unknown,
    UnlockPair,
)
from gunbot_tui.model.deal import Deal, DealPage, Pairlist
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import ConfigTree, FileList, FileText
from gunbot_tui.model.host import HostLoad, RunStatus
from gunbot_tui.model.market import Book, CandleSeries, Markets
from gunbot_tui.model.pnl import PnlReport, Results
from gunbot_tui.model.trading import HistoryPage, OrderType, PairStatus, Side
from tests.backends.bench import BTC, FREQTRADE, GUNBOT, OVER, START, Bench
from tests.backends.wire_server import HANG, RESET, Reply, cut, page, raw, says, token

BENCHES = [pytest.param(bench, id=bench.name) for bench in (GUNBOT, FREQTRADE)]
BALANCES = Topic(Kind.BALANCES)
SHAPES: Mapping[Kind, type] = {
    Kind.PAIRS: tuple,
    Kind.DAY: dict,
    Kind.BOOK: Book,
    Kind.CANDLES: CandleSeries,
    Kind.MARKS: tuple,
    Kind.PAIR: PairStatus,
    Kind.BALANCES: tuple,
    Kind.HISTORY: HistoryPage,
    Kind.PNL: PnlReport,
    Kind.CONFIG: ConfigTree,
    Kind.FILES: FileList,
    Kind.FILE: FileText,
    Kind.AUTH: AuthStatus,
    Kind.CLOCK: ServerClock,
    Kind.STATE: RunStatus,
    Kind.CLOSED: DealPage,
    Kind.NOTES: tuple,
    Kind.DEAL: Deal,
    Kind.LOCKS: tuple,
    Kind.PAIRLIST: Pairlist,
    Kind.MARKETS: Markets,
    Kind.RESULTS: Results,
    Kind.CURVE: tuple,
    Kind.LOGS: tuple,
    Kind.LOAD: HostLoad,
}
CANCEL = CancelOrder(BTC, "357044", Side.BUY, Decimal(60975), Decimal("0.0041"), deal="147")


def _order(type: OrderType, *, closes: bool = False) -> PlaceOrder:
    return PlaceOrder(BTC, Side.SELL, type, Decimal("0.0041"), Decimal(60975), stop=Decimal(60900), closes=closes)


COMMANDS: Mapping[Capability, tuple[Command, ...]] = {
    Capability.PLACE_ORDER: (_order(OrderType.LIMIT), _order(OrderType.MARKET)),
    Capability.CANCEL_ORDER: (CANCEL,),
    Capability.STOP_LIMIT: (_order(OrderType.STOP_LIMIT),),
    Capability.TRAILING_STOP: (_order(OrderType.TRAILING_STOP),),
    Capability.OCO: (_order(OrderType.OCO),),
    Capability.CLOSE_POSITION: (_order(OrderType.LIMIT, closes=True),),
    Capability.CONTROL_CORE: (StartCore(), StopCore()),
    Capability.STOP_ENTRIES: (StopEntries(),),
    Capability.RELOAD_CONFIG: (ReloadConfig(),),
    Capability.LOCK_PAIR: (LockPair("BTC/USDT", datetime(2027, 1, 1, tzinfo=UTC)), UnlockPair("3", "BTC/USDT")),
    Capability.EDIT_BLACKLIST: (BlockPairs(("BTC/USDT",)), AllowPairs(("BTC/USDT",))),
    Capability.DELETE_DEAL: (DeleteDeal("1", "TRX/USDT"),),
    Capability.RELOAD_DEAL: (ReloadDeal("144", "SOL/USDT"),),
}


@pytest.mark.parametrize("bench", BENCHES)
async def test_every_kind_that_is_promised_is_delivered(bench: Bench) -> None:
    async with bench.living() as backend:
        for kind in backend.kinds:
            value = await backend.read(Topic(kind, bench.subjects.get(kind, "")))
            assert isinstance(value, SHAPES[kind]), kind


@pytest.mark.parametrize("bench", BENCHES)
async def test_every_kind_that_is_not_promised_has_a_reason_which_reading_it_says(bench: Bench) -> None:
    async with bench.living() as backend:
        unread = backend.capabilities.unread
        assert backend.kinds.isdisjoint(unread)
        assert backend.kinds.union(unread) == frozenset(Kind)
        for kind, reason in unread.items():
            assert reason
            with pytest.raises(Rejected) as caught:
                await backend.read(Topic(kind, "0"))
            assert caught.value.problem.summary == reason


@pytest.mark.parametrize("mode", [TradeMode.READ_ONLY, TradeMode.CONFIRM])
@pytest.mark.parametrize("bench", BENCHES)
async def test_what_is_refused_is_not_sent_for_the_reason_that_is_shown(bench: Bench, mode: TradeMode) -> None:
    async with bench.server() as server, bench.connected(server, mode) as backend:
        asked = len(server.seen)
        refusals = backend.capabilities.refusals
        for capability in set(refusals) - {Capability.SIMULATE_FAULT}:
            for command in COMMANDS[capability]:
                outcome = await backend.execute(command)
                assert isinstance(outcome, NotSent), command
                assert mode is not TradeMode.READ_ONLY or outcome.reason == refusals[capability]
        assert len(server.seen) == asked
        assert mode is TradeMode.CONFIRM or set(refusals) == set(Capability)
        await backend.close()


Answered = tuple[type[BackendError], type[Outcome]]
"""What a read raises, and what a command becomes."""

WORDS = {"error": "Error querying /api/v1/forceenter: trader is not running"}
MISTAKES = {"detail": [{"type": "missing", "loc": ["body", "tradeid"], "msg": "Field required", "input": {}}]}
FAULTS: Mapping[str, tuple[Reply, Answered, Answered]] = {
    "reset": (RESET, (Unreachable, Unknown), (Unreachable, Unknown)),
    "truncated": (cut({"status": "success"}), (Unreachable, Unknown), (Unreachable, Unknown)),
    "500 text": (raw(b"Internal Server Error", 500, "text/plain"), (Rejected, Unknown), (Rejected, Unknown)),
    "502 error": (says(WORDS, 502), (Unreachable, Unknown), (Rejected, Refused)),
    "502 detail": (says({"detail": "No data found."}, 502), (Unreachable, Unknown), (Rejected, Refused)),
    "502 page": (page(502), (Unreachable, Unknown), (Unreachable, Unknown)),
    "503": (says({"detail": "Bot is not in the correct state."}, 503), (Unreachable, Unknown), (Rejected, Refused)),
    "503 page": (page(503), (Unreachable, Unknown), (Unreachable, Unknown)),
    "422 list": (says(MISTAKES, 422), (Rejected, Unknown), (Rejected, Refused)),
    "404": (says({"detail": "Not Found"}, 404), (Rejected, Unknown), (Rejected, Refused)),
    "404 page": (page(404), (Unexpected, Unknown), (Unexpected, Unknown)),
    "408": (says({"detail": "too slow"}, 408), (Rejected, Unknown), (Rejected, Unknown)),
    "429": (says({}, 429), (Rejected, Unknown), (Rejected, Unknown)),
    "HTML 200": (page(), (Unexpected, Unknown), (Unexpected, Unknown)),
    "no JSON": (raw(b"ok"), (Unexpected, Unknown), (Unexpected, Unknown)),
    "another JSON": (says("ok"), (Unexpected, Unknown), (Unexpected, Unknown)),
    "redirect": (raw(b"", 302, Location="/login"), (Unexpected, Unknown), (Unexpected, Unknown)),
}
"""Each fault with what Gunbot means by it and what Freqtrade means."""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("bench", BENCHES)
async def test_a_fault_is_the_right_problem_for_a_read_and_the_next_read_works(bench: Bench, fault: str) -> None:
    reply, gunbot, freqtrade = FAULTS[fault]
    async with bench.server() as server, bench.connected(server) as backend:
        good = server.scripts[bench.read_path]
        server.scripts[bench.read_path] = reply
        with pytest.raises(BackendError) as caught:
            await backend.read(BALANCES)
        assert isinstance(caught.value, gunbot[0] if bench is GUNBOT else freqtrade[0]), caught.value
        assert "\n" not in caught.value.problem.summary
        server.scripts[bench.read_path] = good
        assert isinstance(await backend.read(BALANCES), tuple)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("bench", BENCHES)
async def test_a_fault_leaves_a_command_sent_once_and_decides_nothing_without_proof(bench: Bench, fault: str) -> None:
    reply, gunbot, freqtrade = FAULTS[fault]
    async with bench.server() as server, bench.connected(server) as backend:
        for command, path in ((bench.order, bench.order_path), (START, bench.core_path)):
            server.scripts[path] = reply
            outcome = await backend.execute(command)
            assert type(outcome) is (gunbot[1] if bench is GUNBOT else freqtrade[1]), outcome
            assert server.count(path) == 1


@pytest.mark.parametrize("bench", BENCHES)
async def test_no_answer_in_time_is_unreachable_for_a_read_and_unknown_for_a_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (bench.read_name, bench.core_name):
        monkeypatch.setattr(bench.endpoints, name, replace(getattr(bench.endpoints, name), deadline_seconds=0.2))
    async with bench.server() as server, bench.connected(server) as backend:
        server.scripts |= {bench.read_path: HANG, bench.core_path: HANG}
        with pytest.raises(Unreachable, match=r"within 0\.2 s"):
            await backend.read(BALANCES)
        assert type(await backend.execute(START)) is Unknown
        assert server.count(bench.core_path) == 1


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_port_where_nothing_listens_is_unreachable_and_nothing_was_sent(bench: Bench) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        backend = bench.open(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unreachable, match="nothing listens"):
            await backend.connect()
        assert type(await backend.execute(bench.order)) is NotSent
        await backend.close()


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_command_that_is_taken_is_handed_over_and_sent_once(bench: Bench) -> None:
    async with bench.server() as server, bench.connected(server) as backend:
        for command, path in ((bench.order, bench.order_path), (START, bench.core_path)):
            assert isinstance(await backend.execute(command), HandedOver)
            assert server.count(path) == 1


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_login_that_is_never_accepted_is_said_and_not_tried_for_ever(bench: Bench) -> None:
    async with bench.server() as server, bench.connected(server) as backend:
        server.scripts[bench.read_path] = bench.no_login
        for _ in range(3):
            with pytest.raises(Unauthorised):
                await backend.read(BALANCES)
        assert server.count(bench.read_path) == 2


@pytest.mark.parametrize("is_gateways", [False, True])
@pytest.mark.parametrize("bench", BENCHES)
async def test_a_command_that_is_refused_for_its_login_is_not_sent_again_and_the_next_one_logs_in(
    bench: Bench, is_gateways: bool
) -> None:
    async with bench.server() as server, bench.connected(server) as backend:
        for command, path in ((bench.order, bench.order_path), (START, bench.core_path)):
            good = server.scripts[path]
            server.scripts[path] = page(401) if is_gateways else bench.no_login
            logins = server.count(bench.login_path)
            assert await backend.execute(command) == Refused(RAN_OUT)
            assert type(await backend.execute(command)) is NotSent
            assert (server.count(path), server.count(bench.login_path)) == (1, logins)
            server.scripts[path] = good
            await backend.ready()
            assert isinstance(await backend.execute(command), HandedOver)
            assert (server.count(path), server.count(bench.login_path)) == (2, logins + 1)


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_command_waits_for_no_login_and_goes_by_the_one_that_is_there(bench: Bench) -> None:
    async with bench.server() as server:
        server.scripts[bench.login_path] = bench.log_in(token(OVER))
        async with bench.connected(server) as backend:
            server.scripts[bench.login_path] = HANG
            logins = server.count(bench.login_path)
            assert isinstance(await backend.execute(bench.order), HandedOver)
            assert server.last(bench.order_path).headers["authorization"] == f"Bearer {token(OVER)}"
            assert server.count(bench.login_path) == logins


@pytest.mark.parametrize("bench", BENCHES)
async def test_a_bot_that_tells_nothing_by_itself_says_so_by_returning(bench: Bench) -> None:
    heard: list[object] = []
    told: Callable[[object], None] = heard.append
    async with bench.server() as server, bench.connected(server) as backend:
        try:
            async with asyncio.timeout(2):
                await backend.listen(told)
        except BackendError:
            # This port speaks no web socket: a bot that would tell raises before it has told anything.
            assert bench is FREQTRADE
        assert heard == []


@pytest.mark.parametrize("bench", BENCHES)
def test_paces_are_for_kinds_that_are_delivered(bench: Bench) -> None:
    backend = bench.open("http://127.0.0.1:1")
    for is_streaming in (True, False):
        pace = backend.pace(is_streaming=is_streaming)
        assert set(pace) <= backend.kinds
        assert all(seconds > 0 for seconds in pace.values())
