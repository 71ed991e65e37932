"""Confirming: one capital after the dwell sends exactly what stood on the screen, and nothing else sends anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from textual import events

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.overlays.ticket_gate import DWELL_SECONDS
from tests.factories import (
    NOW,
    make_balance,
    make_feed,
    make_intent,
    make_order,
    make_placement,
    make_problem,
    with_feed,
)
from tests.ui.driven import LATER, Driven, driven, moment
from tests.ui.scene import BTC, ETH, OURS, WORKING, day_at_work, every_pair, with_bid

BUY = "buy 0.0041 @ 60940"
SENT = PlaceOrder(BTC, Side.BUY, OrderType.LIMIT, Decimal("0.0041"), Decimal(60940))
REVIEW = "B send buy    e edit    q drop"


def amount(shown: Driven) -> str:
    return shown.cockpit.query_one("#ticket-amount", Field).value


async def two_of_ours(shown: Driven) -> None:
    """Let two orders of ours work on the selected pair."""
    second = make_order(id="357060", price="60900", amount="0.002")
    pairs = tuple(
        replace(status, open_orders=(WORKING, second)) if status.pair == BTC else status for status in every_pair()
    )
    other = make_intent(make_placement(amount="0.002"), IntentState.WORKING, "intent-3", order_id="357060")
    await shown.publish(day_at_work(pairs=pairs, intents=(OURS, other)))


async def test_the_capital_sends_exactly_what_stood_on_the_screen_once() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        assert "BUY 0.0041 BTC with 249.85 USDT @ 60940" in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]
        assert "BUY 0.0041 BTC with 249.85 USDT @ 60940" in shown.desk.seen[0]
        assert not shown.cockpit.ticket.is_open
        assert "handed to the bot" in shown.last


async def test_the_fields_of_the_ticket_are_sent_as_they_were_typed() -> None:
    async with driven() as shown:
        await shown.press("b")
        await shown.type("0.00410")
        await shown.press("enter")
        assert REVIEW in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [replace(SENT, amount=Decimal("0.00410"), price=Decimal("60975.1"))]


async def test_a_sell_is_confirmed_by_its_own_capital() -> None:
    async with driven() as shown:
        await shown.command("sell 50% @ ask")
        assert "S send sell" in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        await shown.confirm("S")
        assert shown.desk.sent == [PlaceOrder(BTC, Side.SELL, OrderType.LIMIT, Decimal("0.00615"), Decimal("60975.4"))]


async def test_a_market_order_is_sent_as_one() -> None:
    async with driven() as shown:
        await shown.command("buy 0.001 market")
        assert "at market" in shown.ticket_text
        await shown.confirm("B")
        assert [command.type for command in shown.desk.sent if isinstance(command, PlaceOrder)] == [OrderType.MARKET]


@pytest.mark.parametrize("key", ["S", "X", "b", "enter", "y", "Y", " ", "alt+B", "T", "1", "tab"])
async def test_no_other_key_sends_and_the_ticket_says_so(key: str) -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.confirm(key)
        assert not shown.desk.sent
        assert "B confirms, q drops" in shown.last
        assert REVIEW in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_o04_a_capital_before_the_dwell_is_refused_and_begins_it_anew() -> None:
    async with driven() as shown:
        before = moment()
        await shown.command(BUY)
        await shown.key("B", at=before + DWELL_SECONDS - 0.001)
        assert "too early" in shown.last
        early = moment() + 10
        await shown.key("B", at=early - 10.0)
        assert not shown.desk.sent
        await shown.key("B", at=early)
        assert shown.desk.sent == [SENT]


async def test_every_early_press_begins_the_dwell_anew() -> None:
    async with driven() as shown:
        await shown.press("8", "t")
        first = moment()
        for count in range(5):
            await shown.key("T", at=first + 0.3 * count)
            assert not shown.desk.controls
            assert "too early" in shown.last
        await shown.key("T", at=first + 0.3 * 4 + DWELL_SECONDS)
        assert len(shown.desk.controls) == 1


async def test_a_press_from_before_the_drawing_does_not_shorten_the_dwell() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        drawn = moment()
        await shown.key("B", at=drawn - 60.0)
        await shown.key("B", at=drawn - 59.0)
        assert not shown.desk.sent
        assert "too early" in shown.last


async def test_o04_a_capital_in_the_same_burst_as_the_order_sends_nothing() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type(BUY)
        at = moment()
        for key in ("enter", *"BBBBBB"):
            shown.send_key(key, at=at)
        await shown.settle()
        assert not shown.desk.sent
        assert not shown.cockpit.ticket.is_open or REVIEW in shown.ticket_text


async def test_o02_a_held_capital_sends_once() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        at = moment() + 1.0
        for count in range(10):
            shown.send_key("B", at=at + count / 30)
        await shown.settle()
        assert shown.desk.sent == [SENT]


@pytest.mark.parametrize("text", ["B", "B\nB\n", "\r\nB\r\n", "buy 1\nB"])
async def test_o04_a_paste_never_sends(text: str) -> None:
    async with driven() as shown:
        for keys in ("", "b"):
            await shown.press(*keys)
            await shown.paste(text)
            await shown.press("escape")
        await shown.command(BUY)
        await shown.paste(text)
        assert not shown.desk.sent
        assert REVIEW in shown.ticket_text


async def test_a_preview_is_too_old_after_15_seconds() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.pass_seconds(15.0)
        assert REVIEW in shown.ticket_text
        await shown.pass_seconds(0.5)
        assert "older than 15 s" in shown.last
        assert amount(shown) == "0.0041"
        await shown.confirm("B")
        assert not shown.desk.sent


async def test_a_capital_after_15_seconds_sends_nothing_even_when_nothing_was_drawn_since() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        shown.clock.skip(15.5)
        await shown.confirm("B")
        assert not shown.desk.sent
        assert REVIEW not in shown.ticket_text


async def lose_line(shown: Driven) -> None:
    offline = Link(LinkState.OFFLINE, NOW, make_problem())
    await shown.publish(replace(shown.session.snapshot, link=offline))


async def lose_focus(shown: Driven) -> None:
    shown.app.post_message(events.AppBlur())
    await shown.settle()


async def change_size(shown: Driven) -> None:
    await shown.resize(100, 35)


async def halt(shown: Driven) -> None:
    await shown.press("ctrl+g")


async def edit_again(shown: Driven) -> None:
    await shown.press("e")


@pytest.mark.parametrize("happens", [lose_line, lose_focus, change_size, halt, edit_again])
async def test_a_review_that_may_not_be_true_any_more_is_back_in_editing_with_its_text(
    happens: Callable[[Driven], Awaitable[None]],
) -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await happens(shown)
        assert shown.cockpit.ticket.is_open
        assert REVIEW not in shown.ticket_text
        assert amount(shown) == "0.0041"
        assert shown.cockpit.query_one("#ticket-price", Field).value == "60940"
        await shown.confirm("B")
        assert not shown.desk.sent


@pytest.mark.parametrize("happens", [lose_line, lose_focus, change_size])
async def test_what_disarmed_a_review_is_said(happens: Callable[[Driven], Awaitable[None]]) -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await happens(shown)
        assert "back to editing" in shown.last


async def test_o11_a_market_that_moved_over_half_a_percent_is_shown_anew_and_has_to_be_read_again() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        assert "(35.1 under the touch)" in shown.ticket_text
        before = moment() + LATER
        await shown.publish(with_bid(shown.session.snapshot, 61290.1))
        assert "the market moved more than 0.5 %: read it again" in shown.last
        assert "(350.1 under the touch)" in shown.ticket_text
        await shown.key("B", at=before - LATER)
        assert "too early" in shown.last
        assert not shown.desk.sent
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_the_numbers_of_an_open_review_follow_the_market_and_what_changed_is_marked() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        drawn = moment() + LATER
        await shown.clock.advance(3.0)
        assert "(35.1 under the touch)" in shown.ticket_text
        await shown.publish(with_bid(shown.session.snapshot, 60980.1))
        assert "(40.1 under the touch*)" in shown.ticket_text
        assert "read it again" not in shown.last
        await shown.key("B", at=drawn)
        assert shown.desk.sent == [SENT]
        assert "bid 60980.1" in shown.desk.seen[0]


async def test_a_market_that_brings_a_new_warning_is_read_anew_before_the_capital_counts() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        drawn = moment() + LATER
        poorer = (make_balance("USDT", "400.00", "0"),)
        feed = make_feed(poorer, interval_seconds=10.0)
        await shown.publish(with_feed(shown.session.snapshot, Topic(Kind.BALANCES), feed))
        assert "62.5% of the free USDT" in shown.ticket_text
        await shown.key("B", at=drawn - LATER)
        assert "too early" in shown.last
        assert not shown.desk.sent
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_o12_while_the_line_is_lost_the_key_is_dead_and_says_so_and_the_text_stays() -> None:
    async with driven() as shown:
        online = shown.session.snapshot.link
        await shown.command(BUY)
        await lose_line(shown)
        for _ in range(2):
            await shown.confirm("B")
            assert "B is dead" in shown.last
            assert amount(shown) == "0.0041"
        await shown.press("enter")
        assert "no line to home" in shown.last
        await shown.publish(replace(shown.session.snapshot, link=replace(online, since=shown.clock.now())))
        await shown.press("enter")
        assert REVIEW in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_o12_a_line_that_came_back_at_once_still_ends_the_review() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        link = shown.session.snapshot.link
        await shown.publish(replace(shown.session.snapshot, link=replace(link, since=NOW)))
        assert REVIEW not in shown.ticket_text
        assert "the line was lost meanwhile" in shown.last


async def test_o13_a_ticket_keeps_the_pair_that_it_was_opened_for() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        shown.cockpit.select(ETH)
        await shown.settle()
        assert "BUY BTC with USDT · binance · home" in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_o13_a_ticket_ends_with_its_bot() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        other = replace(shown.session.snapshot.bot, name="attic")
        await shown.publish(replace(shown.session.snapshot, bot=other))
        assert not shown.cockpit.ticket.is_open
        assert "the bot is attic now" in shown.last
        await shown.confirm("B")
        assert not shown.desk.sent


async def test_a_program_that_was_suspended_has_its_review_taken_back() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        shown.app.app_resume_signal.publish(shown.app)
        await shown.settle()
        assert "the program was suspended" in shown.last
        await shown.confirm("B")
        assert not shown.desk.sent


async def test_a_market_that_moves_half_a_percent_does_not_disturb() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.publish(with_bid(shown.session.snapshot, 60975.1 * 1.0049))
        assert REVIEW in shown.ticket_text


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


async def test_a_cancel_that_is_left_lying_is_dropped_when_the_line_goes() -> None:
    async with driven() as shown:
        await shown.command("cancel 357044")
        await lose_line(shown)
        assert not shown.cockpit.ticket.is_open
        assert "dropped" in shown.last


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (30, 24), (80, 8)])
async def test_nothing_is_sent_from_a_ticket_that_is_not_wholly_visible(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await shown.command(BUY)
        words = " ".join(shown.ticket_text.split())
        whole = "BUY 0.0041 BTC with 249.85 USDT @ 60940" in words and "B send" in words
        await shown.confirm("B")
        assert bool(shown.desk.sent) == whole


async def test_at_40_columns_an_order_is_wrapped_whole_and_can_be_sent() -> None:
    async with driven(size=(40, 10)) as shown:
        await shown.command("sell all @ 60980.123456")
        words = " ".join(shown.ticket_text.split())
        assert "SELL for 750.06 USDT: 0.0123 BTC @ 60980.123456" in words
        assert "price 0s old" in words
        await shown.confirm("S")
        assert [command.price for command in shown.desk.sent] == [Decimal("60980.123456")]


async def test_an_order_whose_words_are_cut_is_not_sent() -> None:
    async with driven(size=(24, 10)) as shown:
        await shown.command("buy 0.0041 @ 60940.123456789012345678")
        assert "…" in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        assert "not all of it is visible" in shown.last


async def test_the_age_of_the_price_grows_while_the_order_is_reviewed() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        assert "price 0s old" in shown.ticket_text
        await shown.clock.advance(4.0)
        await shown.publish(replace(shown.session.snapshot, generation=1))
        assert "price 4s old" in shown.ticket_text
        assert REVIEW in shown.ticket_text


@pytest.mark.parametrize(("seconds", "is_sent"), [(9.4, True), (9.6, False)])
async def test_o11_a_capital_on_a_book_over_ten_seconds_old_sends_nothing(seconds: float, is_sent: bool) -> None:
    async with driven() as shown:
        await shown.command(BUY)
        shown.clock.skip(seconds)
        await shown.confirm("B")
        assert bool(shown.desk.sent) is is_sent
        assert is_sent or "back to editing: the prices are 10s old" in shown.last


@pytest.mark.parametrize("size", [(20, 5), (40, 10)])
async def test_no_size_breaks_the_cockpit(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        for digit in "12345678":
            await shown.press(digit)
        for key in ("b", "escape", "?", "escape", "ctrl+p", "escape", ":", "escape"):
            await shown.press(key)
        await shown.resize(120, 40)
        assert "connection" in shown.text
