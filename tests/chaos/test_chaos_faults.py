"""One fault at a time: what an order says of itself at once and a minute later, and that it went out once at most."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.sim.options import SimOptions
from gunbot_tui.sim.serve import OPEN_ORDERS
from tests.chaos import quick_loop
from tests.chaos.proxy import LATE_SECONDS, Fault
from tests.chaos.quick_loop import LoopClock
from tests.chaos.stand import Stand, stand
from tests.chaos.truth import Truth
from tests.factories import make_pair

ORDER = PlaceOrder(make_pair(), Side.BUY, OrderType.LIMIT, Decimal("0.00123"), Decimal("58000.5"))
UNKNOWN, WORKING = IntentState.UNKNOWN, IntentState.WORKING


def play(script: Callable[[Stand], Awaitable[None]], folder: Path, open_orders: str = "history") -> None:
    """Run a script against a connected program."""

    async def main() -> None:
        options = SimOptions(pairs=1, open_orders=open_orders)
        async with stand(options, LoopClock(), folder / "journal.sqlite3") as bench:
            await bench.start()
            await script(bench)

    quick_loop.run(main())


def latest(bench: Stand) -> Intent:
    return bench.session.snapshot.intents[0]


async def ours(bench: Stand) -> set[str]:
    """The ids of the orders that the bot has from us."""
    return Truth.read(await bench.sim.truth()).ours


@pytest.mark.parametrize(
    ("fault", "at_once", "at_last", "executed"),
    [
        pytest.param(None, IntentState.HANDED_OVER, WORKING, 1, id="none"),
        pytest.param(Fault.DROP_BEFORE, UNKNOWN, UNKNOWN, 0, id="T03"),
        pytest.param(Fault.DROP_AFTER, UNKNOWN, WORKING, 1, id="T04"),
        pytest.param(Fault.TRUNCATE, UNKNOWN, WORKING, 1, id="T05"),
        pytest.param(Fault.DELAY_AFTER, UNKNOWN, WORKING, 1, id="T09"),
        pytest.param(Fault.LATE_EXECUTE, UNKNOWN, WORKING, 1, id="T18"),
        pytest.param(Fault.EXECUTE_TWICE, IntentState.HANDED_OVER, IntentState.AMBIGUOUS, 2, id="T19"),
        pytest.param(Fault.UNAUTHORISED, IntentState.REFUSED, IntentState.REFUSED, 0, id="H04"),
        pytest.param(Fault.STATUS_500, UNKNOWN, UNKNOWN, 0, id="H09-500"),
        pytest.param(Fault.STATUS_503, UNKNOWN, UNKNOWN, 0, id="H09-503"),
        pytest.param(Fault.STATUS_503_AFTER, UNKNOWN, WORKING, 1, id="H09-executed"),
        pytest.param(Fault.HTML_502, UNKNOWN, UNKNOWN, 0, id="H10"),
        pytest.param(Fault.HTML_200, UNKNOWN, UNKNOWN, 0, id="H12"),
        pytest.param(Fault.EMPTY, UNKNOWN, UNKNOWN, 0, id="H13"),
        pytest.param(Fault.GARBAGE, UNKNOWN, UNKNOWN, 0, id="B01"),
        pytest.param(Fault.NOISE, UNKNOWN, WORKING, 1, id="noise"),
    ],
)
def test_an_order_says_what_is_proven_and_goes_out_once(
    fault: Fault | None, at_once: IntentState, at_last: IntentState, executed: int, tmp_path: Path
) -> None:
    async def script(bench: Stand) -> None:
        if fault is not None:
            bench.proxy.on(fault, "/trade/")
        assert (await bench.session.desk.submit(ORDER, "seen")).state is at_once
        await bench.clock.sleep(60.0)
        assert latest(bench).state is at_last
        placed = await ours(bench)
        assert len(placed) == executed
        if at_last is WORKING:
            assert {latest(bench).order_id} == placed
        if at_last is IntentState.AMBIGUOUS:
            assert all(order_id in latest(bench).reason for order_id in placed)
        assert len(bench.proxy.trades()) == 1

    play(script, tmp_path)


def test_t02_a_refused_connection_proves_that_nothing_was_sent(tmp_path: Path) -> None:
    async def script(bench: Stand) -> None:
        await bench.proxy.down()
        assert (await bench.session.desk.submit(ORDER, "seen")).state is IntentState.NOT_SENT
        await bench.proxy.up()
        await bench.clock.sleep(30.0)
        assert (bench.proxy.trades(), await ours(bench)) == ([], set())

    play(script, tmp_path)


def test_t18_a_first_empty_look_does_not_end_the_doubt(tmp_path: Path) -> None:
    async def script(bench: Stand) -> None:
        bench.proxy.on(Fault.LATE_EXECUTE, "/trade/")
        await bench.session.desk.submit(ORDER, "seen")
        await bench.clock.sleep(LATE_SECONDS - 0.5)
        assert latest(bench).state is UNKNOWN

    play(script, tmp_path)


@pytest.mark.parametrize("shape", OPEN_ORDERS)
def test_an_order_is_found_in_every_form_that_working_orders_may_have(shape: str, tmp_path: Path) -> None:
    async def script(bench: Stand) -> None:
        bench.proxy.on(Fault.DROP_AFTER, "/trade/")
        await bench.session.desk.submit(ORDER, "seen")
        await bench.clock.sleep(10.0)
        assert latest(bench).state is WORKING
        assert {latest(bench).order_id} == await ours(bench)

    play(script, tmp_path, shape)


def test_a_cancel_whose_answer_is_lost_is_pending_until_the_order_is_gone_and_not_sent_again(tmp_path: Path) -> None:
    async def script(bench: Stand) -> None:
        await bench.session.desk.submit(ORDER, "seen")
        await bench.clock.sleep(10.0)
        bench.proxy.on(Fault.DROP_AFTER, "/trade/cancel")
        cancel = CancelOrder(ORDER.pair, latest(bench).order_id, ORDER.side, ORDER.price, ORDER.amount)
        assert (await bench.session.desk.submit(cancel, "seen")).state is UNKNOWN
        await bench.clock.sleep(30.0)
        assert [intent.state for intent in bench.session.snapshot.intents] == [IntentState.CANCELLED] * 2
        assert len(bench.proxy.trades()) == 2

    play(script, tmp_path)


def test_what_was_unknown_when_the_program_ended_is_found_by_the_next_one(tmp_path: Path) -> None:
    async def script(bench: Stand) -> None:
        bench.proxy.on(Fault.LATE_EXECUTE, "/trade/")
        await bench.session.desk.submit(ORDER, "seen")
        await bench.restart()
        assert latest(bench).state is UNKNOWN
        await bench.clock.sleep(LATE_SECONDS + 10.0)
        assert latest(bench).state is WORKING
        assert len(bench.proxy.trades()) == 1

    play(script, tmp_path)
