"""What becomes of an intent after its request: evidence, the user's verdict, a restart, the end of the program."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.command import (
    HandedOver,
    Refused,
    Unknown,
)
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import HistoryPage, Side
from tests.clock import until
from tests.factories import (
    make_cancel,
    make_feed,
    make_intent,
    make_order,
    make_pair_status,
    make_placement,
    make_snapshot,
    make_trade,
    with_feed,
)
from tests.unit.engine.office import Office, opened

S = IntentState


async def test_ids_seen_before_the_press_are_remembered_and_never_matched(office: Office) -> None:
    before = make_pair_status(open_orders=(make_order(id="1"),))
    history = make_feed(HistoryPage((make_trade(id="2"),), 1))
    office.snapshot = with_feed(make_snapshot([before]), Topic(Kind.HISTORY, "0"), history)
    intent = await office.desk.submit(make_placement())
    assert intent.known_ids == {"1", "2"}
    office.desk.look()
    assert office.states == [S.HANDED_OVER]


async def test_evidence_moves_an_intent_and_is_written_down(office: Office) -> None:
    await office.desk.submit(make_placement())
    order = make_order(id="77", placed_at=None)
    office.snapshot = replace(make_snapshot([make_pair_status(open_orders=(order,))]), intents=office.desk.intents)
    office.desk.look()
    assert office.states == [S.WORKING]
    assert office.snapshot.intents[0].order_id == "77"
    await until(lambda: office.written()[-1][0] == "evidence")
    assert office.written()[-1][1] == "working 77 probable match, working orders read 14:02:10"
    seen = len(office.events)
    office.desk.look()
    assert len(office.events) == seen


async def leave_unknown(office: Office) -> Intent:
    office.bot.outcome = Unknown("no answer")
    return await office.desk.submit(make_placement())


@pytest.mark.parametrize("word", ["absent", "ABSENT", "Absent"])
async def test_only_the_whole_word_declares_an_unknown_order_absent(office: Office, word: str) -> None:
    intent = await leave_unknown(office)
    for wrong in ("", "abs", "y", "absent ", "77"):
        assert "it takes absent" in str(await office.desk.settle_by_user(intent.short_id, wrong))
    assert office.states == [S.UNKNOWN]
    assert isinstance(await office.desk.settle_by_user(intent.short_id, word), Intent)
    assert office.states == [S.MISSING]
    assert office.written()[-1][0] == "settled by user"
    assert "waits for no verdict" in str(await office.desk.settle_by_user(intent.short_id, word))


async def test_an_order_that_the_bot_took_can_be_declared_absent_once_it_had_time_to_show_it(office: Office) -> None:
    intent = await office.desk.submit(make_placement())
    office.clock.skip(29.0)
    assert "just now" in str(await office.desk.settle_by_user(intent.short_id, "absent"))
    assert office.states == [S.HANDED_OVER]
    office.clock.skip(1.0)
    assert isinstance(await office.desk.settle_by_user(intent.short_id, "absent"), Intent)
    assert office.states == [S.MISSING]


async def test_an_intent_is_named_by_six_letters_or_their_beginning_in_any_case(office: Office) -> None:
    intent = await leave_unknown(office)
    assert re.fullmatch("[a-z2-7]{6}", intent.short_id)
    for nobody in ("", "zzzzzzz", f"{intent.short_id}x"):
        assert isinstance(await office.desk.settle_by_user(nobody, "absent"), str)
    assert isinstance(await office.desk.settle_by_user(intent.short_id[:3].upper(), "absent"), Intent)
    assert office.states == [S.MISSING]


async def test_a_beginning_that_two_intents_share_names_neither(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    for short_id in ("abc234", "abd567"):
        await journal.begin("home", make_intent(state=S.UNKNOWN, id=f"20261121T140211-{short_id}"), "")
    await journal.close()
    async with opened(path) as office:
        assert "2 orders" in str(await office.desk.settle_by_user("ab", "absent"))
        assert office.states == [S.UNKNOWN, S.UNKNOWN]
        assert isinstance(await office.desk.settle_by_user("abc", "absent"), Intent)
        assert isinstance(await office.desk.settle_by_user("20261121T140211-abd567", "absent"), Intent)
        assert office.states == [S.MISSING, S.MISSING]


async def test_the_user_settles_an_ambiguous_order_by_its_id(office: Office) -> None:
    intent = await leave_unknown(office)
    orders = (make_order(id="77", placed_at=None), make_order(id="78", placed_at=None))
    office.snapshot = replace(make_snapshot([make_pair_status(open_orders=orders)]), intents=office.desk.intents)
    office.desk.look()
    assert office.states == [S.AMBIGUOUS]
    refused = await office.desk.settle_by_user(intent.short_id, "79")
    assert refused == f'"79" is no verdict on {intent.short_id}: it takes absent or 77 or 78'
    assert isinstance(await office.desk.settle_by_user(intent.short_id, "78"), Intent)
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "78")]


async def test_an_ambiguous_order_can_be_settled_as_one_that_left_the_list(office: Office) -> None:
    intent = await leave_unknown(office)
    orders = [make_order(id="77", placed_at=None), make_order(id="78", placed_at=None)]
    office.show(orders)
    assert office.states == [S.AMBIGUOUS]
    office.show(orders[:1])
    assert isinstance(await office.desk.settle_by_user(intent.short_id, "78"), Intent)
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "78")]


async def test_an_unknown_order_can_be_settled_as_one_that_our_own_cancel_ended(office: Office) -> None:
    old, foreign = make_order(id="70"), make_order(id="71", side=Side.SELL)
    office.show([old, foreign])
    intent = await leave_unknown(office)
    office.bot.outcome = HandedOver()
    order = make_order(id="77", amount="0.0050", placed_at=office.clock.now())
    office.show([old, foreign, order])
    assert office.states == [S.UNKNOWN]
    for each in (old, foreign, order):
        await office.desk.submit(make_cancel(each))
    office.show([])
    assert "it takes absent" in str(await office.desk.settle_by_user(intent.short_id, "77"))
    office.clock.skip(5.0)
    office.show([])
    for wrong in ("70", "71"):
        said = await office.desk.settle_by_user(intent.short_id, wrong)
        assert said == f'"{wrong}" is no verdict on {intent.short_id}: it takes absent or 77'
    assert isinstance(await office.desk.settle_by_user(intent.short_id, "77"), Intent)
    for _ in range(2):
        office.clock.skip(5.0)
        office.show([])
    settled = next(each for each in office.desk.intents if each.id == intent.id)
    assert (settled.state, settled.order_id, settled.reason) == (S.CANCELLED, "77", "cancelled by us")


async def test_a_restart_finds_open_intents_and_what_was_being_sent_is_unknown(path: Path) -> None:
    async with opened(path) as first:
        first.bot.hold("execute")
        sending = asyncio.create_task(first.desk.submit(make_placement()))
        await until(lambda: bool(first.bot.executed))
        async with opened(path) as second:
            assert second.states == [S.UNKNOWN]
            assert second.bot.executed == []
        first.bot.let_go("execute")
        await sending
    async with opened(path) as third:
        assert third.states == [S.HANDED_OVER]


async def test_closing_waits_for_what_is_on_its_way_but_not_for_ever(path: Path) -> None:
    office = Office(path)
    await office.desk.open()
    office.bot.hold("execute")
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: bool(office.bot.executed))
    closing = asyncio.create_task(office.desk.close())
    await office.clock.advance(1.9)
    assert not closing.done()
    assert (await office.desk.submit(make_cancel())).state is S.NOT_SENT
    await office.clock.advance(0.2)
    assert closing.done()
    office.bot.let_go("execute")
    await sending
    await office.journal.close()


async def test_the_list_keeps_every_open_intent_and_the_last_others(office: Office) -> None:
    await leave_unknown(office)
    office.clock.skip(1.0)
    office.bot.outcome = Refused("no")
    for _ in range(205):
        await office.desk.submit(make_placement(side=Side.SELL))
    assert len(office.desk.intents) == 201
    assert office.desk.intents[-1].state is S.UNKNOWN
