"""What happens to an order that was typed and not sent, to the last one, and to one that is only asked about."""

from __future__ import annotations

import pytest

from gunbot_tui.model.intent import IntentState
from gunbot_tui.ui.field import Field
from tests.ui.driven import Driven, driven, moment
from tests.ui.scene import ETH, day_at_work, with_bid

BUY = "buy 0.0041 @ 60940"
REVIEW = "B send buy"


def fields(shown: Driven) -> tuple[str, str]:
    """What stands in the amount and in the price field."""
    amount, price = (shown.cockpit.query_one(f"#ticket-{name}", Field).value for name in ("amount", "price"))
    return amount, price


async def type_order(shown: Driven) -> None:
    """Type an order without reviewing it."""
    await shown.press("b")
    await shown.type("0.0041")
    await shown.press("tab", "ctrl+u")
    await shown.type("60940")


async def freeze_and_go_on(shown: Driven) -> None:
    """Close a ticket without the user's dropping it."""
    shown.cockpit.action_freeze()
    await shown.settle()
    shown.cockpit.action_freeze()


async def test_a_ticket_that_opens_in_the_moment_that_another_closes_is_drawn_and_leaves_nothing_behind() -> None:
    async with driven() as shown:
        before = shown.text
        await shown.command(BUY)
        await shown.press("q", "b")
        assert "BUY BTC with USDT" in shown.ticket_text
        assert "coins, 100usdt" in shown.ticket_text
        await shown.press("escape")
        assert shown.text.split("\n")[:-2] == before.split("\n")[:-2]


@pytest.mark.parametrize("leave", [("escape",), ("ctrl+c",), ("enter", "q"), ("enter", "escape")])
async def test_a_draft_that_was_dropped_does_not_come_back(leave: tuple[str, ...]) -> None:
    async with driven() as shown:
        await type_order(shown)
        await shown.press(*leave, "b")
        assert fields(shown) == ("", "60975.1")


async def test_text_that_can_not_be_read_never_brings_an_older_draft_back() -> None:
    async with driven() as shown:
        await type_order(shown)
        await freeze_and_go_on(shown)
        await shown.press("b", "ctrl+u")
        await shown.type("0.5")
        await shown.press("tab")
        await shown.type("zz")
        await freeze_and_go_on(shown)
        await shown.press("b")
        assert fields(shown) == ("", "60975.1")


async def test_a_draft_that_comes_back_is_replaced_by_what_is_typed() -> None:
    async with driven() as shown:
        await type_order(shown)
        await freeze_and_go_on(shown)
        await shown.press("b")
        await shown.type("0.5")
        assert fields(shown) == ("0.5", "60940")


async def test_a_draft_comes_back_on_its_own_pair_and_side_only() -> None:
    async with driven() as shown:
        await type_order(shown)
        await freeze_and_go_on(shown)
        await shown.press("s")
        assert fields(shown) == ("", "60975.4")
        await shown.press("escape")
        shown.cockpit.selection.select(ETH)
        await shown.settle()
        await shown.press("b")
        assert fields(shown)[0] == ""


async def test_a_draft_that_was_sent_does_not_come_back() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.confirm("B")
        await shown.press("b")
        assert fields(shown) == ("", "60975.1")


@pytest.mark.parametrize("state", [IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED])
async def test_a_draft_that_provably_became_no_order_comes_back(state: IntentState) -> None:
    async with driven() as shown:
        shown.desk.answers = {1: (state, "why")}
        await shown.command(BUY)
        await shown.confirm("B")
        await shown.press("b")
        assert fields(shown) == ("0.0041", "60940")


async def test_a_draft_of_which_nobody_knows_whether_it_arrived_does_not_come_back() -> None:
    async with driven() as shown:
        shown.desk.answers = {1: (IntentState.UNKNOWN, "no answer")}
        await shown.command(BUY)
        await shown.confirm("B")
        await shown.press("b")
        assert fields(shown) == ("", "60975.1")


async def test_freezing_the_view_keeps_the_draft() -> None:
    async with driven() as shown:
        await type_order(shown)
        shown.cockpit.action_freeze()
        await shown.settle()
        assert not shown.cockpit.ticket.is_open
        shown.cockpit.action_freeze()
        await shown.press("b")
        assert fields(shown) == ("0.0041", "60940")


async def test_again_opens_the_last_order_for_editing_even_after_it_was_sent() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.confirm("B")
        shown.cockpit.orders.run_text("again")
        await shown.settle()
        assert fields(shown) == ("0.0041", "60940")
        assert REVIEW not in shown.ticket_text


async def test_again_knows_the_newest_order_of_the_journal_after_a_restart() -> None:
    async with driven() as shown:
        assert shown.cockpit.ticket.last is None
        await shown.command("again")
        assert fields(shown) == ("0.0041", "60940.0")
        assert REVIEW not in shown.ticket_text


async def test_again_takes_another_amount_and_price() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.press("q")
        shown.cockpit.orders.run_text("again 0.002 @ 60000")
        await shown.settle()
        assert fields(shown) == ("0.002", "60000")


async def test_a_question_shows_the_preview_and_no_key_confirms_it() -> None:
    async with driven() as shown:
        await shown.command(f"{BUY} ?")
        assert "PREVIEW ONLY BUY BTC with USDT · binance · home  LIVE" in shown.ticket_text
        assert "BUY 0.0041 BTC with 249.85 USDT @ 60940" in shown.ticket_text
        assert "send" not in shown.ticket_text
        for key in ("B", "enter", "X"):
            await shown.confirm(key)
            assert "only a preview" in shown.last
        assert not shown.desk.sent
        await shown.press("q")
        assert not shown.cockpit.ticket.is_open


async def test_a_question_follows_the_market() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ ask ?")
        assert "@ 60975.4" in shown.ticket_text
        await shown.publish(with_bid(day_at_work(), 61290.0))
        assert "@ 61290.3" in shown.ticket_text


async def test_e_makes_a_question_an_order_that_is_edited() -> None:
    async with driven() as shown:
        await shown.command(f"{BUY} ?")
        await shown.press("e")
        assert fields(shown) == ("0.0041", "60940")
        assert "PREVIEW ONLY" not in shown.ticket_text
        await shown.press("enter")
        assert REVIEW in shown.ticket_text


async def test_a_question_shows_what_stands_against_it() -> None:
    async with driven() as shown:
        await shown.command("buy 500 @ 60940 ?")
        assert "✗" in shown.ticket_text
        assert "e edit    q drop" in shown.ticket_text


async def test_a_question_about_a_cancel_lists_and_sends_nothing() -> None:
    async with driven() as shown:
        await shown.command("cancel 357044 ?")
        assert "PREVIEW ONLY CANCEL #357044" in shown.ticket_text
        await shown.confirm("X")
        assert not shown.desk.sent


async def test_the_keys_of_a_ticket_that_follows_on_another_at_once_belong_to_it() -> None:
    async with driven() as shown:
        await shown.press("b")
        for key in ("escape", "s"):
            shown.send_key(key, at=moment())
        await shown.settle()
        assert shown.cockpit.ticket.is_open
        assert shown.cockpit.focused is shown.cockpit.query_one("#ticket-amount", Field)
