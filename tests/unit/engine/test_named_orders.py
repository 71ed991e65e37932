"""Orders whose id the bot itself tells: no match by looks, no doubt, and what a wrong guess leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.model.command import HandedOver, Outcome, Refused, Unknown
from gunbot_tui.model.guard import Consent
from gunbot_tui.model.intent import TOLD, Intent, IntentState
from tests.clock import settle, until
from tests.factories import make_cancel, make_order, make_placement, make_trade
from tests.unit.engine.office import Office, opened

S = IntentState


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path / "state" / "journal.sqlite") as office:
        yield office


async def test_an_order_that_the_bot_names_has_its_id_at_once_and_in_the_journal(office: Office) -> None:
    office.bot.outcome = HandedOver("77", "entry order created")
    intent = await office.desk.submit(make_placement())
    assert (intent.state, intent.order_id, intent.reason) == (S.HANDED_OVER, "77", TOLD)
    assert office.written()[-1] == ("result", "handed over 77 told by the bot entry order created")
    assert office.snapshot.our_ids(intent.pair) == {"77"}


async def test_what_the_bot_says_without_an_id_is_the_reason_and_in_the_story(office: Office) -> None:
    office.bot.outcome = HandedOver(words="Created exit order for trade 143.")
    intent = await office.desk.submit(make_placement())
    assert (intent.state, intent.order_id, intent.reason) == (S.HANDED_OVER, "", "Created exit order for trade 143.")
    assert office.written()[-1] == ("result", "handed over Created exit order for trade 143.")
    office.show([make_order(id="9", placed_at=None)])
    assert (office.states, office.desk.intents[0].order_id) == ([S.WORKING], "9")


async def test_a_cancel_becomes_no_order_of_its_own(office: Office) -> None:
    order = make_order(id="9")
    office.show([order])
    office.bot.outcome = HandedOver("77", "order cancelled")
    intent = await office.desk.submit(make_cancel(order))
    assert (intent.state, intent.order_id, intent.reason) == (S.HANDED_OVER, "", "order cancelled")


async def test_a_named_order_is_followed_by_its_id_whatever_it_looks_like(office: Office) -> None:
    office.bot.outcome = HandedOver("77")
    await office.desk.submit(make_placement())
    office.clock.skip(1.0)
    office.show([make_order(id="1", placed_at=None), make_order(id="77", price="60000", placed_at=None)])
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "77")]
    office.clock.skip(1.0)
    office.show([], [make_trade(id="77", amount=0.0041, price=60000.0, at=office.clock.now())])
    assert office.states == [S.FILLED]
    assert office.desk.intents[0].reason == TOLD


async def test_no_doubt_is_raised_about_a_named_order_when_its_equal_appears(office: Office) -> None:
    office.bot.outcome = HandedOver("77")
    await office.desk.submit(make_placement())
    for _ in range(3):
        office.clock.skip(1.0)
        office.show([make_order(id="77", placed_at=None), make_order(id="78", placed_at=None)])
        await office.desk.refresh()
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "77")]


async def test_a_reading_from_before_the_answer_does_not_end_a_named_order(office: Office) -> None:
    office.show([])
    office.bot.outcome = HandedOver("77")
    await office.desk.submit(make_placement())
    office.desk.look()
    office.clock.skip(6.0)
    office.show([])
    assert office.states == [S.HANDED_OVER]
    office.clock.skip(6.0)
    office.show([])
    assert office.states == [S.CANCELLED]


async def submit_late(office: Office, order_id: str = "", outcome: Outcome | None = None) -> asyncio.Task[object]:
    """An order whose answer takes so long that it counts as unknown meanwhile."""
    office.bot.outcome = outcome or HandedOver(order_id)
    office.bot.hold("execute")
    task: asyncio.Task[object] = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: bool(office.bot.executed))
    office.clock.skip(16.0)
    await office.desk.refresh()
    assert office.states == [S.UNKNOWN]
    return task


async def test_a_late_answer_overrules_what_the_order_was_found_by(office: Office) -> None:
    task = await submit_late(office, "77")
    office.show([make_order(id="1", placed_at=None)])
    assert office.desk.intents[0].order_id == "1"
    office.bot.let_go("execute")
    await task
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.HANDED_OVER, "77")]


async def test_a_late_answer_that_says_what_was_found_changes_nothing(office: Office) -> None:
    task = await submit_late(office, "1")
    office.show([make_order(id="1", placed_at=None)])
    await settle()
    office.bot.let_go("execute")
    await task
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "1")]
    assert office.written()[-1][0] == "late result"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(HandedOver(), S.HANDED_OVER), (HandedOver("77"), S.HANDED_OVER), (Refused("insufficient funds"), S.REFUSED)],
)
async def test_a_late_answer_counts_for_more_than_the_users_word_that_nothing_arrived(
    office: Office, outcome: Outcome, state: IntentState
) -> None:
    task = await submit_late(office, outcome=outcome)
    assert isinstance(await office.desk.settle_by_user(office.desk.intents[0].short_id, "absent"), Intent)
    assert office.states == [S.MISSING]
    office.bot.let_go("execute")
    await task
    assert office.states == [state]
    assert office.written()[-1][0] == "result"


async def test_an_order_that_was_declared_absent_and_then_taken_blocks_its_double_again(office: Office) -> None:
    task = await submit_late(office)
    (unknown,) = office.desk.intents
    assert isinstance(await office.desk.settle_by_user(unknown.short_id, "absent"), Intent)
    office.bot.let_go("execute")
    await task
    double = await office.desk.submit(make_placement())
    assert double.state is S.BLOCKED
    assert unknown.short_id in double.reason
    office.show([make_order(id="9", placed_at=None)])
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "9")]


async def test_a_late_answer_that_is_none_leaves_the_users_word(office: Office) -> None:
    task = await submit_late(office, outcome=Unknown("no answer"))
    assert isinstance(await office.desk.settle_by_user(office.desk.intents[0].short_id, "absent"), Intent)
    office.bot.let_go("execute")
    await task
    assert office.states == [S.MISSING]


async def test_an_order_that_was_taken_for_another_ones_is_given_back(office: Office) -> None:
    office.bot.outcome = Unknown("500")
    first = await office.desk.submit(make_placement())
    office.clock.skip(40.0)
    office.bot.outcome = HandedOver("77")
    office.bot.hold("execute")
    again = replace(make_placement(), price=make_placement().price * 2)
    task = asyncio.create_task(office.desk.submit(again, consent=Consent(intents=frozenset({first.id}))))
    await until(lambda: len(office.bot.executed) == 2)
    office.show([make_order(id="77", placed_at=None)])
    assert {intent.id: intent.order_id for intent in office.desk.intents}[first.id] == "77"
    office.bot.let_go("execute")
    second = await task
    found = {intent.id: (intent.state, intent.order_id) for intent in office.desk.intents}
    assert found == {first.id: (S.UNKNOWN, ""), second.id: (S.HANDED_OVER, "77")}
    assert ("freed", f"unknown the bot says that 77 is the order of {second.short_id}") in office.written()


@pytest.mark.parametrize("was_there", [True, False])
async def test_an_id_that_can_only_be_another_orders_is_not_believed(office: Office, was_there: bool) -> None:
    office.bot.outcome = HandedOver("77")
    if was_there:
        office.show([make_order(id="77")])
    else:
        await office.desk.submit(make_placement())
        office.clock.skip(40.0)
    intent = await office.desk.submit(make_placement(amount="0.5"))
    assert (intent.state, intent.order_id) == (S.HANDED_OVER, "")
    assert intent.reason == "the bot named 77, which is another order"


async def test_a_named_order_is_still_named_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state" / "journal.sqlite"
    async with opened(path) as first:
        first.bot.outcome = HandedOver("77")
        await first.desk.submit(make_placement())
    async with opened(path) as second:
        assert [(intent.order_id, intent.reason) for intent in second.desk.intents] == [("77", TOLD)]
