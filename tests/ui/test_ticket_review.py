"""How long a review holds: what ends it, what is drawn anew in it, and what has to be read again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.ui.field import Field
from tests.factories import NOW, make_balance, make_feed, with_feed
from tests.ui.driven import LATER, Driven, driven, moment
from tests.ui.review import BUY, REVIEW, SENT, amount, change_size, lose_focus, lose_line
from tests.ui.scene import ETH, with_bid


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
        shown.cockpit.selection.select(ETH)
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
