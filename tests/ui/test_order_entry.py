"""The last-command line tells the story of an order from the press on, and what a new start finds open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.model.intent import IntentState
from tests.factories import make_cancel, make_intent
from tests.ui.driven import driven


async def test_an_order_says_at_once_that_it_is_being_sent_and_then_what_became_of_it() -> None:
    async with driven() as shown:
        before = shown.session.snapshot
        sending = make_intent(state=IntentState.SENDING, id="new")
        await shown.publish(replace(before, intents=(sending, *before.intents)))
        assert "BUY 0.0041 BTC @ 60940.0 is being sent" in shown.last
        unknown = replace(sending, state=IntentState.UNKNOWN)
        working = replace(unknown, state=IntentState.WORKING, order_id="9")
        for intent in (unknown, working):
            await shown.publish(replace(before, intents=(intent, *before.intents)))
        assert "works #9" in shown.last


@pytest.mark.parametrize(("ids", "told"), [("a", "1 order of ours"), ("abc", "3 orders of ours")])
async def test_a_start_says_how_many_orders_it_found_open(ids: str, told: str) -> None:
    async with driven() as shown:
        over = make_intent(state=IntentState.FILLED, id="over")
        found = (make_intent(state=IntentState.UNKNOWN, id=id) for id in ids)
        await shown.publish(replace(shown.session.snapshot, intents=(*found, over)))
        assert f"open from before: {told}, see 5 Orders" in shown.last


async def test_what_is_over_is_not_told_again_at_a_start() -> None:
    async with driven() as shown:
        before = shown.last
        over = make_intent(state=IntentState.REFUSED, id="over"), make_intent(make_cancel(), IntentState.CANCELLED, "b")
        await shown.publish(replace(shown.session.snapshot, intents=over))
        assert shown.last == before


async def test_an_ambiguous_order_is_settled_by_the_number_of_an_order() -> None:
    async with driven() as shown:
        await shown.command("settle abc234 #357044")
        assert shown.desk.settled == [("abc234", "357044")]
        assert "abc234 is order #357044" in shown.last
        await shown.command("settle abc234 maybe")
        assert "nothing settled: no such verdict" in shown.last
