"""Two programs on one journal: they share orders, limits and halts, and send nothing twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from gunbot_tui.model.command import CancelOrder, HandedOver, NotSent, StopCore, Unknown
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.intent import Intent, IntentState
from tests.clock import ManualClock, settle, until
from tests.factories import make_cancel, make_order, make_placement
from tests.unit.engine.office import Office, on_sight, opened

S = IntentState


@asynccontextmanager
async def two(path: Path, limits: Limits | None = None) -> AsyncIterator[tuple[Office, Office]]:
    """Two programs on one journal, under one clock."""
    clock = ManualClock()
    async with opened(path, limits, clock) as one, opened(path, limits, clock) as other:
        yield one, other


async def test_of_two_programs_one_sends_the_cancel_on_sight(path: Path) -> None:
    async with two(path) as (one, other):
        order = await one.desk.submit(make_placement())
        one.clock.skip(1.0)
        await one.desk.submit(on_sight(order))
        await other.desk.refresh()
        assert other.states == [S.WAITING, S.HANDED_OVER]
        for office in (one, other):
            office.show([make_order(id="9", placed_at=None)])
        await until(lambda: len(one.bot.executed) + len(other.bot.executed) == 2)
        for office in (one, other):
            await office.desk.refresh()
            await settle()
        cancels = [each for each in (*one.bot.executed, *other.bot.executed) if isinstance(each, CancelOrder)]
        assert [cancel.id for cancel in cancels] == ["9"]


async def test_what_another_program_sends_shows_here_after_a_refresh(path: Path) -> None:
    async with two(path) as (one, other):
        sent = await one.desk.submit(make_placement())
        assert other.desk.intents == ()
        await other.desk.refresh()
        assert other.snapshot.intents == (sent,)
        assert other.snapshot.usage.day["USDT"] > 249


async def test_the_same_order_at_two_programs_is_one_without_a_consent(path: Path) -> None:
    async with two(path) as (one, other):
        one.bot.hold("execute")
        first = asyncio.create_task(one.desk.submit(make_placement()))
        await until(lambda: len(one.bot.executed) == 1)
        second = await other.desk.submit(make_placement())
        assert (second.state, other.bot.executed) == (S.BLOCKED, [])
        assert "the same order" in second.reason
        one.bot.let_go("execute")
        assert (await first).state is S.HANDED_OVER


async def test_two_programs_share_one_limit(path: Path) -> None:
    limits = Limits(hard={Rule.NOTIONAL_HOUR: Decimal(400)})
    async with two(path, limits) as (one, other):
        results = await asyncio.gather(
            one.desk.submit(make_placement(price="60940.0")), other.desk.submit(make_placement(price="60941.0"))
        )
        assert {intent.state for intent in results} == {S.HANDED_OVER, S.BLOCKED}
        assert len(one.bot.executed) + len(other.bot.executed) == 1


async def test_a_halt_at_one_program_stops_the_other_at_once_and_shows_there_after_a_refresh(path: Path) -> None:
    async with two(path) as (one, other):
        one.desk.halt()
        await until(lambda: bool(one.written()))
        assert (await other.desk.submit(make_placement())).state is S.BLOCKED
        await other.desk.refresh()
        assert other.snapshot.halted
        other.desk.release()
        await until(lambda: len(other.written()) == 2)
        await one.desk.refresh()
        assert not one.snapshot.halted
        assert (await one.desk.submit(make_placement())).state is S.HANDED_OVER


async def test_a_halt_at_one_program_stops_cancels_and_core_control_of_the_other_at_once(path: Path) -> None:
    async with two(path) as (one, other):
        other.show([make_order(id="9")])
        one.desk.halt()
        await until(lambda: bool(one.written()))
        assert not other.snapshot.halted
        assert (await other.desk.submit(make_cancel(make_order(id="9")))).state is S.BLOCKED
        assert isinstance(await other.desk.control(StopCore()), NotSent)
        assert other.bot.executed == []
        sweep = [each.state async for each in other.desk.cancel_all([make_cancel()], though_halted=True)]
        assert sweep == [S.HANDED_OVER]
        assert isinstance(await other.desk.control(StopCore(), though_halted=True), HandedOver)


async def test_a_halt_at_one_program_keeps_the_other_from_sending_what_waited(path: Path) -> None:
    async with two(path) as (one, other):
        order = await other.desk.submit(make_placement())
        other.clock.skip(1.0)
        await other.desk.submit(on_sight(order))
        one.desk.halt()
        await until(lambda: ("halt", f"cockpit {os.getpid()}") in one.written())
        other.show([make_order(id="9", placed_at=None)])
        await until(lambda: other.states == [S.WAITING, S.WORKING] and len(other.written()) == 5)
        await other.desk.refresh()
        assert other.states == [S.NOT_SENT, S.WORKING]
        assert len(other.bot.executed) == 1


async def test_an_unknown_of_one_program_blocks_the_other(path: Path) -> None:
    async with two(path) as (one, other):
        one.bot.outcome = Unknown("no answer")
        unknown = await one.desk.submit(make_placement())
        blocked = await other.desk.submit(make_placement(amount="0.9"))
        assert blocked.state is S.BLOCKED
        assert unknown.short_id in blocked.reason


async def test_an_order_is_found_by_whichever_program_sees_it_first(path: Path) -> None:
    async with two(path) as (one, other):
        one.bot.outcome = Unknown("no answer")
        await one.desk.submit(make_placement(amount="0.9"))
        other.show([make_order(id="9", amount="0.9", placed_at=None)])
        await other.desk.refresh()
        one.show([make_order(id="9", amount="0.9", placed_at=None)])
        await one.desk.refresh()
        await until(lambda: one.states == [S.WORKING] and other.states == [S.WORKING])


async def test_a_step_that_another_program_overtook_is_read_anew(path: Path) -> None:
    async with two(path) as (one, other):
        one.bot.outcome = Unknown("no answer")
        intent = await one.desk.submit(make_placement())
        await other.desk.refresh()
        assert isinstance(await other.desk.settle_by_user(intent.short_id, "absent"), Intent)
        one.show([make_order(id="9", placed_at=None)])
        await until(lambda: one.states == [S.MISSING])


async def test_nothing_is_told_when_nothing_changed(path: Path) -> None:
    async with two(path) as (one, other):
        await one.desk.submit(make_placement())
        await other.desk.refresh()
        told = len(other.events)
        for _ in range(3):
            other.clock.skip(1.0)
            await other.desk.refresh()
        assert len(other.events) == told
