"""What is no order: one request, and a note of it in the journal that holds nothing up."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import timedelta

from gunbot_tui.model.command import DeleteDeal, HandedOver, LockPair, NotSent, Refused
from gunbot_tui.model.intent import IntentState
from tests.clock import settle, until
from tests.factories import NOW, make_placement
from tests.unit.engine.office import Office

DELETE = DeleteDeal("143", "ETH/USDT")


def notes(office: Office) -> list[tuple[str, dict[str, str]]]:
    return [(event, json.loads(detail)) for event, detail in office.written()]


async def test_a_deletion_is_noted_before_it_leaves_and_its_answer_after_it(office: Office) -> None:
    office.bot.outcome = Refused("no such trade")
    office.bot.hold("execute")
    asking = asyncio.create_task(office.desk.control(DELETE))
    await until(lambda: office.bot.executed == [DELETE])
    asked = ("control", {"bot": "home", "do": "DeleteDeal", "deal": "143", "pair": "ETH/USDT"})
    assert notes(office) == [asked]
    office.bot.let_go("execute")
    await asking
    came = ("control result", {**asked[1], "outcome": "Refused", "reason": "no such trade"})
    assert notes(office) == [asked, came]


async def test_a_lock_is_noted_with_its_end(office: Office) -> None:
    await office.desk.control(LockPair("ETH/USDT", NOW + timedelta(hours=2), "too wild"))
    _, told = notes(office)[0]
    assert told["until"] == str(NOW + timedelta(hours=2))


async def test_a_journal_that_takes_no_note_holds_no_control_up(office: Office) -> None:
    with sqlite3.connect(office.path) as db:
        db.execute("DROP TABLE events")
    db.close()
    assert await office.desk.control(DELETE) == HandedOver()
    assert office.bot.executed == [DELETE]
    assert office.snapshot.journal_problem is not None


async def test_whoever_ends_the_line_can_wait_until_all_that_was_sent_on_it_is_answered(office: Office) -> None:
    office.bot.hold("execute")
    works = [
        asyncio.create_task(office.desk.control(DELETE)),
        asyncio.create_task(office.desk.submit(make_placement())),
    ]
    await until(lambda: len(office.bot.executed) == len(works))
    waiting = asyncio.create_task(office.desk.wait_sent())
    await office.journal.lines(1)
    await settle()
    assert not waiting.done()
    office.bot.let_go("execute")
    await waiting
    assert office.states == [IntentState.HANDED_OVER]
    await asyncio.gather(*works)


async def test_what_is_not_sent_is_not_noted(office: Office) -> None:
    office.desk.halt()
    assert isinstance(await office.desk.control(DELETE), NotSent)
    await until(lambda: bool(office.written()))
    assert [event for event, _ in office.written()] == ["halt"]
