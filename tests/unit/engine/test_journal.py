"""The life of intents in the journal: what it keeps, who may change it, and what a program finds when it starts."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.engine.journal_store import FOUND_SENDING, LINES_KEPT, SENDING_TOO_LONG
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import LISTED, OLDER, Intent, IntentState
from gunbot_tui.model.trading import Side
from tests.factories import NOW, make_cancel, make_intent, make_pair, make_placement

S = IntentState


def after(intent: Intent, state: IntentState, order_id: str = "", leg_id: str = "") -> Intent:
    """The intent a second later."""
    later = intent.updated_at + timedelta(seconds=1)
    return replace(intent, state=state, updated_at=later, order_id=order_id, leg_id=leg_id)


async def states(journal: Journal, at: datetime = NOW) -> dict[str, IntentState]:
    return {intent.id: intent.state for intent in await journal.load("home", at)}


async def test_intents_come_back_exactly_as_they_were(journal: Journal, other_journal: Journal) -> None:
    place = replace(
        make_intent(state=S.HANDED_OVER, id="a"), known_ids=frozenset({"1", "two words"}), funds="USDT 12 free"
    )
    cancel = make_intent(make_cancel(), id="b", created_at=NOW, order_id="357044", filled="0.001")
    of = CancelOrder(make_pair(), "", Side.BUY, place.command.price, place.command.amount, of="a")
    waiting = replace(make_intent(of, state=S.WAITING, id="c", created_at=NOW), reason="not shown yet")
    for intent in (place, cancel, waiting):
        await journal.begin("home", intent, "")
    assert await other_journal.load("home", NOW) == (waiting, cancel, place)


async def test_a_time_of_another_zone_is_the_same_moment(journal: Journal) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-9)))
    await journal.begin("home", make_intent(id="later", created_at=there), "")
    await journal.begin("home", make_intent(id="sooner", created_at=NOW - timedelta(seconds=1)), "")
    later, _ = await journal.load("home", NOW)
    assert (later.id, later.created_at) == ("later", NOW)


async def test_the_same_intent_is_never_begun_twice(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a"), "first")
    with pytest.raises(JournalError):
        await journal.begin("home", make_intent(id="a"), "second")
    assert [event.detail for event in await journal.events("a")] == ["first"]


async def test_bots_do_not_see_each_others_intents(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    await journal.begin("other", make_intent(id="b"), "")
    assert [intent.id for intent in await journal.load("other", NOW)] == ["b"]
    assert await journal.find("other", "a") == ()


async def test_an_intent_moves_on_and_its_story_grows(journal: Journal) -> None:
    sending = make_intent(state=S.SENDING, id="a")
    handed, working = after(sending, S.HANDED_OVER), after(sending, S.WORKING, order_id="77")
    working = replace(working, updated_at=NOW)
    await journal.begin("home", sending, "BUY 0.0041 BTC")
    assert await journal.advance(sending, handed, "result")
    assert await journal.advance(handed, working, "evidence", "open order 77")
    assert await journal.load("home", NOW) == (working,)
    assert [(event.at, event.event, event.detail) for event in await journal.events("a")] == [
        (sending.created_at, "intent", "BUY 0.0041 BTC"),
        (handed.updated_at, "result", "handed over"),
        (NOW, "evidence", "working 77 open order 77"),
    ]


async def test_a_cancel_on_sight_is_sent_with_the_id_that_it_was_given(journal: Journal) -> None:
    order = make_placement()
    blind = CancelOrder(order.pair, "", order.side, order.price, order.amount, of="a")
    waiting = make_intent(blind, state=S.WAITING, id="c")
    await journal.begin("home", waiting, "")
    sending = replace(after(waiting, S.SENDING), command=replace(blind, id="77"))
    assert await journal.advance(waiting, sending, "evidence")
    assert not await journal.advance(waiting, sending, "evidence")
    assert await journal.load("home", sending.updated_at) == (sending,)


async def test_of_two_programs_that_settle_the_same_intent_one_has_to_read_again(
    journal: Journal, other_journal: Journal
) -> None:
    intent = make_intent(id="a")
    await journal.begin("home", intent, "")
    assert await journal.advance(intent, after(intent, S.UNKNOWN), "look")
    assert not await other_journal.advance(intent, after(intent, S.WORKING, order_id="77"), "evidence")
    assert await states(journal) == {"a": S.UNKNOWN}
    assert [event.event for event in await journal.events("a")] == ["intent", "look"]
    assert await other_journal.advance(
        after(intent, S.UNKNOWN), replace(after(intent, S.WORKING, order_id="77"), updated_at=NOW), "evidence"
    )


@pytest.mark.parametrize("first", ["order_id", "leg_id"])
@pytest.mark.parametrize("second", ["order_id", "leg_id"])
async def test_an_order_of_the_exchange_is_one_intents_alone(journal: Journal, first: str, second: str) -> None:
    one, two = make_intent(id="a"), make_intent(id="b")
    for intent in (one, two):
        await journal.begin("home", intent, "")
    working = after(one, S.WORKING, **{first: "77"})
    assert await journal.advance(one, working, "evidence")
    assert not await journal.advance(two, after(two, S.WORKING, **{second: "77"}), "evidence")
    assert (await states(journal))["b"] is S.HANDED_OVER
    assert await journal.advance(working, replace(one, updated_at=NOW), "evidence")
    assert await journal.advance(two, after(two, S.WORKING, **{second: "77"}), "evidence")


async def test_the_same_number_on_another_pair_or_of_a_cancel_is_another_order(journal: Journal) -> None:
    elsewhere = make_intent(make_placement(make_pair("ETH")), id="eth")
    cancel, one = make_intent(make_cancel(), id="cancel"), make_intent(id="one")
    for intent in (elsewhere, cancel, one):
        await journal.begin("home", intent, "")
        assert await journal.advance(intent, after(intent, S.WORKING, order_id="77"), "evidence")


async def test_an_intent_that_was_begun_with_a_taken_order_is_an_error(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a", order_id="77"), "")
    with pytest.raises(JournalError, match="77"):
        await journal.begin("home", make_intent(id="b", order_id="77"), "")
    assert list(await states(journal)) == ["a"]


@pytest.fixture
def neighbour() -> Iterator[subprocess.Popen[bytes]]:
    """Another program, alive until its input ends."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        yield child


def give_to(path: Path, intent_id: str, pid: int) -> None:
    """Make an intent another program's."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE intents SET pid = ? WHERE id = ?", (pid, intent_id))


async def test_what_a_dead_program_was_sending_is_unknown_and_what_a_living_one_sends_is_not(
    journal: Journal, path: Path, neighbour: subprocess.Popen[bytes]
) -> None:
    at = NOW
    for intent_id in ("mine", "its"):
        await journal.begin("home", make_intent(state=S.SENDING, id=intent_id, created_at=at), "")
    give_to(path, "its", neighbour.pid)
    assert await states(journal, at) == {"mine": S.SENDING, "its": S.SENDING}
    neighbour.communicate()
    assert await states(journal, at) == {"mine": S.SENDING, "its": S.UNKNOWN}
    (found,) = await journal.find("home", "its")
    assert (found.reason, found.updated_at) == (FOUND_SENDING, at)
    assert [event.event for event in await journal.events("its")] == ["intent", "found at start"]


async def test_a_living_program_that_has_no_result_for_long_knows_nothing_either(
    journal: Journal, path: Path, neighbour: subprocess.Popen[bytes]
) -> None:
    await journal.begin("home", make_intent(state=S.SENDING, id="its", created_at=NOW), "")
    give_to(path, "its", neighbour.pid)
    assert await states(journal, NOW + timedelta(seconds=15)) == {"its": S.SENDING}
    (found,) = await journal.load("home", NOW + timedelta(seconds=15, microseconds=1))
    assert (found.state, found.reason) == (S.UNKNOWN, SENDING_TOO_LONG)
    assert [event.event for event in await journal.events("its")] == ["intent", "lost"]


async def test_a_program_of_the_same_number_that_starts_later_is_another_one(journal: Journal, path: Path) -> None:
    await journal.begin("home", make_intent(state=S.SENDING, id="a", created_at=NOW), "")
    later = Journal(path)
    await later.open()
    assert await states(later, NOW) == {"a": S.UNKNOWN}
    await later.close()


async def test_another_bots_intent_of_a_dead_program_is_unknown_too(journal: Journal, path: Path) -> None:
    await journal.begin("other", make_intent(state=S.SENDING, id="a", created_at=NOW), "")
    give_to(path, "a", 0)
    assert await journal.load("home", NOW) == ()
    assert [intent.state for intent in await journal.find("other", "a")] == [S.UNKNOWN]


async def test_loading_gives_every_open_intent_however_old_and_the_last_others(journal: Journal) -> None:
    old = NOW - timedelta(days=400)
    await journal.begin("home", make_intent(state=S.UNKNOWN, id="open", created_at=old), "")
    await journal.begin("home", make_intent(state=S.FILLED, id="ended", created_at=old), "")
    for number in range(LISTED):
        at = NOW + timedelta(seconds=number)
        await journal.begin("home", make_intent(state=S.FILLED, id=f"new{number:03}", created_at=at), "")
    found = [intent.id for intent in await journal.load("home", NOW)]
    assert found == [f"new{number:03}" for number in reversed(range(LISTED))] + ["open"]


async def test_older_orders_come_by_pages_without_the_filled_ones_and_the_open_ones(journal: Journal) -> None:
    count = LISTED + 3 * OLDER
    for number in range(count):
        state = {0: S.FILLED, 1: S.WORKING}.get(number % 3, S.CANCELLED)
        at = NOW + timedelta(seconds=number)
        await journal.begin("home", make_intent(state=state, id=f"{number:03}", created_at=at), "")
    await journal.begin("other", make_intent(state=S.CANCELLED, id="other", created_at=NOW), "")
    expected = [f"{number:03}" for number in reversed(range(count - LISTED)) if number % 3 == 2]
    assert [intent.id for intent in await journal.older("home", 1)] == expected[:OLDER]
    assert [intent.id for intent in await journal.older("home", 2)] == expected[OLDER:]
    assert await journal.older("other", 1) == ()


async def test_an_intent_is_found_by_its_short_id_by_its_beginning_or_in_full(journal: Journal) -> None:
    ids = ("20200101T000000-abc234", "20210101T000000-abd567", "20220101T000000-abd", "20230101T000000-abd567")
    for year, intent_id in enumerate(ids):
        at = NOW + timedelta(days=365 * year)
        await journal.begin("home", make_intent(state=S.FILLED, id=intent_id, created_at=at), "")
    expected = {
        "abc234": ids[:1],
        "ABC": ids[:1],
        "abd": (ids[2],),
        "abd5": (ids[3], ids[1]),
        "abd567": (ids[3], ids[1]),
        ids[1].lower(): (ids[1],),
        "ab": (ids[3], ids[2], ids[1], ids[0]),
        "": (),
        "%": (),
        "2020": (),
    }
    found = {typed: tuple(intent.id for intent in await journal.find("home", typed)) for typed in expected}
    assert found == expected


async def test_an_intent_is_found_by_the_exchanges_id_of_either_of_its_orders(journal: Journal) -> None:
    oco = replace(make_intent(state=S.WORKING, id="oco", order_id="4574AB"), leg_id="683")
    await journal.begin("home", oco, "")
    await journal.begin("away", make_intent(state=S.WORKING, id="away", order_id="4574AB"), "")
    found = {typed: [intent.id for intent in await journal.find("home", typed)] for typed in ("4574AB", "683", "68")}
    assert found == {"4574AB": ["oco"], "683": ["oco"], "68": []}


async def test_an_event_without_an_intent_is_nobodys_story(journal: Journal) -> None:
    await journal.begin("home", make_intent(id="a"), "")
    await journal.note(NOW, "start")
    await journal.note(NOW, "not tried", "the line went down", "a")
    assert [(event.event, event.detail) for event in await journal.events("a")][1:] == [
        ("not tried", "the line went down")
    ]


async def test_each_program_hears_of_what_others_wrote_and_not_of_its_own(
    journal: Journal, other_journal: Journal
) -> None:
    assert not await journal.changed("home")
    await journal.begin("home", make_intent(id="a"), "")
    assert not await journal.changed("home")
    assert await other_journal.changed("home")
    assert not await other_journal.changed("home")
    await other_journal.set_halt(NOW, "cockpit", halted=True)
    assert await journal.changed("home")


async def test_a_program_that_died_sending_is_news_until_somebody_has_loaded_it(journal: Journal, path: Path) -> None:
    await journal.begin("home", make_intent(state=S.SENDING, id="a", created_at=NOW), "")
    give_to(path, "a", 0)
    assert [await journal.changed("home"), await journal.changed("home")] == [True, True]
    await journal.load("home", NOW)
    assert not await journal.changed("home")


async def test_typed_lines_outlive_the_program_and_the_oldest_make_room(journal: Journal, path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        rows = [(NOW.isoformat(), f"line {number}") for number in range(LINES_KEPT)]
        db.executemany("INSERT INTO lines (at, line) VALUES (?, ?)", rows)
    await journal.remember("buy 0.01", NOW)
    await journal.remember("cancel all", NOW)
    await journal.close()
    await journal.open()
    assert await journal.lines(3) == (f"line {LINES_KEPT - 1}", "buy 0.01", "cancel all")
    kept = await journal.lines(2 * LINES_KEPT)
    assert (len(kept), kept[0]) == (LINES_KEPT, "line 2")
