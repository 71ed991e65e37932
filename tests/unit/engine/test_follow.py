"""Following orders: the looks that time brings, cancels on sight, and steps that the journal could not take at once."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.engine.schedule import LOOK_SECONDS
from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import Refused
from gunbot_tui.model.event import IntentsChanged, UsageChanged
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState, Why
from tests.clock import settle, until
from tests.factories import ONLINE, make_cancel, make_order, make_placement
from tests.unit.engine.office import Office, on_sight, opened

S = IntentState


async def test_the_bot_is_read_again_at_growing_distances_from_the_press(office: Office) -> None:
    following = asyncio.create_task(office.desk.follow())
    await office.desk.submit(make_placement())
    pressed_at = office.clock.monotonic()
    looked_at: list[float] = []
    while office.clock.monotonic() - pressed_at < 1000:
        office.poked.clear()
        await office.clock.advance(1.0)
        if Topic(Kind.PAIRS) in office.poked:
            looked_at.append(office.clock.monotonic() - pressed_at)
            assert {topic.kind for topic in office.poked} >= {Kind.PAIR, Kind.HISTORY, Kind.BALANCES}
    following.cancel()
    assert tuple(looked_at) == LOOK_SECONDS
    assert office.states == [S.UNKNOWN]


async def test_an_order_that_was_found_is_not_looked_for_any_more(office: Office) -> None:
    following = asyncio.create_task(office.desk.follow())
    await office.desk.submit(make_placement())
    await office.clock.advance(1.0)
    office.show([make_order(id="9", placed_at=None)])
    office.poked.clear()
    await office.clock.advance(60.0)
    following.cancel()
    assert Topic(Kind.PAIRS) not in office.poked


async def test_a_cancel_on_sight_is_sent_once_with_the_id_that_appeared(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    waiting = await office.desk.submit(on_sight(order))
    assert waiting.state is S.WAITING
    assert len(office.bot.executed) == 1
    office.show([make_order(id="9", placed_at=None)])
    office.desk.look()
    await until(lambda: office.states == [S.HANDED_OVER, S.WORKING])
    office.show([make_order(id="9", placed_at=None)])
    await settle()
    assert office.bot.executed[1:] == [replace(on_sight(order), id="9")]


async def test_a_cancel_on_sight_waits_for_the_line(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    await office.desk.submit(on_sight(order))
    office.snapshot = replace(office.snapshot, link=Link(LinkState.OFFLINE))
    office.show([make_order(id="9", placed_at=None)])
    await settle()
    assert len(office.bot.executed) == 1
    office.snapshot = replace(office.snapshot, link=ONLINE)
    await office.desk.refresh()
    await until(lambda: len(office.bot.executed) == 2)


async def test_a_halt_while_a_cancel_on_sight_waits_for_a_login_stops_it(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    await office.desk.submit(on_sight(order))
    office.bot.hold("ready")
    office.show([make_order(id="9", placed_at=None)])
    await until(lambda: S.SENDING in office.states)
    office.desk.halt()
    office.bot.let_go("ready")
    await until(lambda: S.NOT_SENT in office.states)
    assert len(office.bot.executed) == 1


async def test_a_second_cancel_on_sight_of_the_same_order_is_not_taken(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    await office.desk.submit(on_sight(order))
    again = await office.desk.submit(on_sight(order))
    assert again.state is S.NOT_SENT
    assert order.short_id in again.reason


async def test_a_cancel_of_an_order_that_appeared_meanwhile_is_sent_at_once(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    office.show([make_order(id="9", placed_at=None)])
    assert (await office.desk.submit(on_sight(order))).state is S.HANDED_OVER


async def test_a_halt_drops_what_waits(office: Office) -> None:
    order = await office.desk.submit(make_placement())
    await office.desk.submit(on_sight(order))
    office.desk.halt()
    assert office.states == [S.NOT_SENT, S.HANDED_OVER]
    office.desk.release()
    office.show([make_order(id="9", placed_at=None)])
    await settle()
    assert len(office.bot.executed) == 1


async def test_a_cancel_on_sight_outlives_a_restart(path: Path) -> None:
    async with opened(path) as office:
        order = await office.desk.submit(make_placement())
        office.clock.skip(1.0)
        await office.desk.submit(on_sight(order))
    async with opened(path) as office:
        assert office.states == [S.WAITING, S.HANDED_OVER]
        office.show([make_order(id="9", placed_at=None)])
        await until(lambda: len(office.bot.executed) == 1)


async def test_the_sums_of_the_last_hour_shrink_on_the_screen_by_themselves(office: Office) -> None:
    await office.desk.submit(make_placement())
    await office.desk.refresh()
    assert office.snapshot.usage.minute == 1
    office.clock.skip(61.0)
    await office.desk.refresh()
    assert office.snapshot.usage.minute == 0
    assert sum(isinstance(event, UsageChanged) for event in office.events) == 2


async def test_a_refused_order_leaves_no_usage(office: Office) -> None:
    office.bot.outcome = Refused("insufficient funds")
    await office.desk.submit(make_placement())
    await office.desk.refresh()
    assert office.snapshot.usage.day == {}


async def test_two_orders_that_appear_in_one_read_are_ours_in_one_step(office: Office) -> None:
    await office.desk.submit(make_placement(amount="1"))
    await office.desk.submit(make_placement(amount="2"))
    before = len(office.events)
    office.show([make_order(id="1", amount="1", placed_at=None), make_order(id="2", amount="2", placed_at=None)])
    assert sum(isinstance(event, IntentsChanged) for event in office.events[before:]) == 1
    assert office.states == [S.WORKING, S.WORKING]


async def test_the_story_of_an_intent_is_told_from_the_press_on(office: Office) -> None:
    intent = await office.desk.submit(make_placement(), seen="BUY 0.0041 BTC")
    office.show([make_order(id="9", placed_at=None)])
    await until(lambda: len(office.written()) == 3)
    story = await office.desk.why(intent.short_id[:4])
    assert isinstance(story, Why)
    assert await office.desk.why("9") == story
    assert (story.intent.state, story.seen) == (S.WORKING, "BUY 0.0041 BTC")
    assert [event.event for event in story.events] == ["result", "evidence"]
    assert "probable match, working orders read" in story.events[1].detail
    assert await office.desk.why("zzzzzzz") == "no order of ours is called zzzzzzz"


async def test_typed_lines_come_from_the_journal(path: Path) -> None:
    async with opened(path) as office:
        await office.desk.remember("buy 1 BTC @ 1")
    async with opened(path) as office:
        assert await office.desk.lines() == ("buy 1 BTC @ 1",)


async def test_what_could_not_be_written_is_written_when_the_journal_works_again(office: Office, path: Path) -> None:
    office.bot.hold("execute")
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: len(office.bot.executed) == 1)
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE events RENAME TO hidden")
    office.bot.let_go("execute")
    assert (await sending).state is S.HANDED_OVER
    assert office.snapshot.journal_problem is not None
    with db:
        db.execute("ALTER TABLE hidden RENAME TO events")
    db.close()
    await office.desk.refresh()
    assert office.written()[-1] == ("result", "handed over")
    assert office.snapshot.journal_problem is None
    assert office.states == [S.HANDED_OVER]


@contextmanager
def broken(path: Path) -> Iterator[None]:
    """A journal that can't be written."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE events RENAME TO hidden")
        yield
        db.execute("ALTER TABLE hidden RENAME TO events")


async def test_what_could_not_be_written_is_written_at_the_end_in_its_order(path: Path) -> None:
    async with opened(path) as office:
        office.bot.hold("execute")
        sending = asyncio.create_task(office.desk.submit(make_placement()))
        await until(lambda: len(office.bot.executed) == 1)
        with broken(path):
            office.bot.let_go("execute")
            await sending
            office.show([make_order(id="9", placed_at=None)])
            assert office.states == [S.WORKING]
            await office.desk.refresh()
        await office.desk.close()
    assert [event for event, _ in office.written()] == ["intent", "result", "evidence"]
    async with opened(path) as office:
        assert office.states == [S.WORKING]


async def test_a_refresh_that_is_cancelled_while_it_pays_loses_no_step(path: Path) -> None:
    async with opened(path) as office:
        for amount in ("1", "2"):
            await office.desk.submit(make_placement(amount=amount))
        with broken(path):
            office.show([make_order(id=amount, amount=amount, placed_at=None) for amount in ("1", "2")])
            await office.desk.refresh()
        paying = asyncio.create_task(office.desk.refresh())
        await asyncio.sleep(0)
        paying.cancel()
        await asyncio.gather(paying, return_exceptions=True)
        await office.desk.close()
    assert [event for event, _ in office.written()].count("evidence") == 2


@pytest.fixture
def in_the_way(path: Path) -> Path:
    """A folder where the journal should be."""
    path.mkdir(parents=True)
    return path


def remove(folder: Path) -> None:
    folder.rmdir()


async def test_a_journal_that_could_not_be_opened_is_opened_once_it_can_be(in_the_way: Path) -> None:
    async with opened(in_the_way) as office:
        unwritten = await office.desk.submit(make_cancel())
        office.desk.halt()
        office.clock.skip(1.0)
        await office.desk.refresh()
        assert office.snapshot.journal_problem is not None
        remove(in_the_way)
        office.clock.skip(1.0)
        await office.desk.refresh()
        assert office.snapshot.journal_problem is not None, "the wait grows"
        office.clock.skip(1.0)
        await office.desk.refresh()
        assert office.snapshot.journal_problem is None
        assert [intent.id for intent in office.desk.intents] == [unwritten.id]
        assert office.written() == [("halt", f"cockpit {os.getpid()}")]
        office.desk.release()
        assert (await office.desk.submit(make_placement())).state is S.HANDED_OVER
