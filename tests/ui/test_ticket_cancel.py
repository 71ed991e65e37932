"""Cancelling: one order under the cursor at once, all of ours only after reading, and nothing by a held key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import Side
from tests.factories import make_cancel, make_intent, make_order, make_placement
from tests.ui.driven import Driven, driven, moment
from tests.ui.review import change_size, expire, lose_focus, lose_line
from tests.ui.scene import BTC, OURS, WORKING, day_at_work, every_pair


async def two_of_ours(shown: Driven) -> None:
    """Let two orders of ours work on the selected pair."""
    second = make_order(id="357060", price="60900", amount="0.002")
    pairs = tuple(
        replace(status, open_orders=(WORKING, second)) if status.pair == BTC else status for status in every_pair()
    )
    other = make_intent(make_placement(amount="0.002"), IntentState.WORKING, "intent-3", order_id="357060")
    await shown.publish(day_at_work(pairs=pairs, intents=(OURS, other)))


async def test_one_order_under_the_cursor_is_cancelled_by_x_and_capital_x_without_waiting() -> None:
    async with driven() as shown:
        await shown.press("5")
        at = moment()
        for key in "xX":
            shown.send_key(key, at=at)
        await shown.settle()
        assert shown.desk.sent == [CancelOrder(BTC, "357044", Side.BUY, Decimal("60940.0"), Decimal("0.0041"))]


async def test_an_order_is_cancelled_from_its_price_in_the_book() -> None:
    async with driven() as shown:
        await shown.press("2", "G", "x")
        assert "BUY 0.0041 BTC @ 60940.0 USDT" in shown.ticket_text
        await shown.press("X")
        assert [command.id for command in shown.desk.sent if isinstance(command, CancelOrder)] == ["357044"]


async def test_cancelling_all_of_ours_lists_them_and_needs_the_dwell() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        before = moment()
        await shown.press("X")
        assert "2 cancels" in shown.ticket_text
        assert "#357044" in shown.ticket_text
        assert "#357060" in shown.ticket_text
        await shown.key("X", at=before)
        assert "too early" in shown.last
        assert not shown.desk.sent
        await shown.confirm("X")
        assert [command.id for command in shown.desk.sent if isinstance(command, CancelOrder)] == ["357044", "357060"]


async def test_a_held_capital_x_cancels_nothing() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        at = moment()
        for count in range(30):
            shown.send_key("X", at=at + count / 30)
        await shown.settle()
        assert not shown.desk.sent


async def test_holding_capital_x_over_a_single_cancel_goes_no_further() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.press("5")
        at = moment()
        shown.send_key("x", at=at)
        for count in range(30):
            shown.send_key("X", at=at + count / 30)
        await shown.settle()
        assert len(shown.desk.sent) == 1


async def test_a_nervous_hand_on_capital_x_cancels_one_order_and_opens_nothing() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.press("5", "x")
        for _ in range(4):
            await shown.clock.advance(0.6)
            await shown.confirm("X")
        assert len(shown.desk.sent) == 1
        assert "X again opens cancel all in a moment" in shown.last
        await shown.clock.advance(1.1)
        await shown.press("X")
        assert "CANCEL all of ours" in shown.ticket_text


async def test_a_cancel_of_an_order_that_is_not_shown_yet_says_at_the_press_that_it_waits() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ 60900")
        await shown.confirm("B")
        await shown.press("5", "g", "x")
        await shown.press("X")
        assert "waits: it is sent once the bot shows its order" in shown.last
        await shown.press("j")
        assert "another window" not in shown.last


async def test_a_cancel_that_takes_newer_values_than_were_shown_is_still_this_windows() -> None:
    async with driven() as shown:
        await shown.press("5", "x")
        partly = replace(WORKING, amount=Decimal("0.0030"))
        pairs = tuple(
            replace(status, open_orders=(partly,)) if status.pair == BTC else status for status in every_pair()
        )
        shown.session.snapshot = day_at_work(pairs=pairs, intents=(OURS,))
        await shown.press("X")
        assert shown.session.snapshot.intents[0].command.amount == Decimal("0.0030")
        assert "handed to the bot" in shown.last
        await shown.press("j")
        assert "another window" not in shown.last


async def test_another_windows_cancel_of_another_order_is_told_as_its_own_after_the_answer() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.command("cancel 357044")
        await shown.press("X")
        assert "#357044" in shown.last
        theirs = make_intent(make_cancel(make_order(id="357060")), id="elsewhere", created_at=shown.clock.now())
        await shown.publish(replace(shown.session.snapshot, intents=(theirs, *shown.session.snapshot.intents)))
        assert "#357044" in shown.last
        await shown.press("j")
        assert "another window" in shown.last
        assert "#357060" in shown.last


async def test_a_cancel_that_is_left_lying_is_dropped_when_the_line_goes() -> None:
    async with driven() as shown:
        await shown.command("cancel 357044")
        await lose_line(shown)
        assert not shown.cockpit.ticket.is_open
        assert "dropped" in shown.last


@pytest.mark.parametrize("state", [IntentState.NOT_SENT, IntentState.BLOCKED])
async def test_what_was_not_tried_of_the_marked_is_marked_again_and_x_repeats_it(state: IntentState) -> None:
    async with driven(day_at_work(intents=(make_intent(id="intent-abc234"), OURS))) as shown:
        await shown.press("5")
        shown.table.move_cursor("intent:intent-abc234")
        await shown.press("space")
        shown.table.move_cursor("intent:intent-1")
        await shown.press("space", "x")
        shown.desk.answers = {2: (state, "not tried: the line to the bot is gone")}
        await shown.confirm("X")
        assert "2 cancels: " in shown.last
        assert "x on 5 repeats the 1 marked · the line to the bot is gone" in shown.last
        (unsent,) = (command for command in shown.desk.sent[1:] if isinstance(command, CancelOrder))
        (key,) = shown.table.marked
        assert key == ("intent:intent-1" if unsent.id else "intent:intent-abc234")
        assert "1 marked" in shown.text
        await shown.press("x")
        assert unsent.id in shown.ticket_text


async def test_one_marked_order_whose_cancel_was_not_sent_stays_marked() -> None:
    async with driven(day_at_work(intents=(OURS,))) as shown:
        await shown.press("5")
        shown.table.move_cursor("intent:intent-1")
        await shown.press("space", "x")
        shown.desk.answers = {1: (IntentState.NOT_SENT, "the bot does not answer")}
        await shown.confirm("X")
        assert shown.table.marked == {"intent:intent-1"}


@pytest.mark.parametrize("happens", [lose_line, lose_focus, change_size, expire])
async def test_the_capital_of_a_dropped_cancel_is_dead_and_never_becomes_the_wider_one(
    happens: Callable[[Driven], Awaitable[None]],
) -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.press("5", "x")
        await happens(shown)
        for _ in range(3):
            await shown.confirm("X")
            assert not shown.cockpit.ticket.is_open
            assert "X is dead" in shown.last
        assert not shown.desk.sent


async def test_a_capital_that_comes_after_the_cancel_expired_unseen_is_dead_too() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.press("5", "x")
        shown.clock.skip(15.5)
        await shown.confirm("X")
        assert "older than 15 s" in shown.last
        await shown.confirm("X")
        assert "X is dead" in shown.last
        assert not shown.cockpit.ticket.is_open
        await shown.press("j", "X")
        assert "CANCEL all of ours" in shown.ticket_text
        assert not shown.desk.sent


async def test_a_cancel_that_the_user_dropped_leaves_no_dead_key() -> None:
    async with driven() as shown:
        await two_of_ours(shown)
        await shown.press("5", "x", "q", "X")
        assert "CANCEL all of ours" in shown.ticket_text


async def test_the_capital_of_a_dropped_question_is_dead_and_says_so() -> None:
    async with driven() as shown:
        await shown.press("8", "t")
        await lose_focus(shown)
        assert "dropped" in shown.last
        await shown.confirm("T")
        assert "T is dead" in shown.last
        assert not shown.cockpit.ticket.is_open
