"""Screen 5 under keys: stories, marks, pages, filters, and what x means."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import LISTED, OLDER, Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.model.trading import HistoryPage, OpenOrder
from gunbot_tui.views.format import width
from tests.factories import (
    HALT,
    NOW,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_problem,
    make_trade,
    with_feed,
)
from tests.ui.driven import Driven, driven
from tests.ui.scene import BTC, OURS, day_at_work, unknown_intent

WAITING = make_intent(id="intent-abc234")
"""An order that the bot has not shown yet."""


AGES = (("older", timedelta(hours=2)), ("younger", timedelta(hours=1)))


def orders_of(count: int) -> Snapshot:
    """A pair with so many working orders of the bot."""
    resting = tuple(make_order(id=str(number), price=str(number)) for number in range(1, count + 1))
    page = make_feed(HistoryPage((), 0))
    feeds = {**day_at_work().feeds, Topic(Kind.PAIRS): make_feed((make_pair_status(open_orders=resting),))}
    return with_feed(replace(day_at_work(), feeds=feeds, intents=()), Topic(Kind.HISTORY, "0"), page)


def pages(page: int, of: int, size: int = 30) -> Snapshot:
    """A day with the first and another page of a long history."""
    trades = [tuple(make_trade(id=f"{n}-{i}", at=NOW - timedelta(days=n)) for i in range(size)) for n in (0, page)]
    snapshot = with_feed(day_at_work(), Topic(Kind.HISTORY, "0"), make_feed(HistoryPage(trades[0], of * size)))
    return with_feed(snapshot, Topic(Kind.HISTORY, str(page)), make_feed(HistoryPage(trades[1], of * size)))


def found_ids(shown: Driven) -> list[str]:
    """The short ids of our own older orders among the rows."""
    return [key.rpartition("-")[2] for key in shown.table.keys if "-old" in key]


async def to_row(shown: Driven, key: str) -> None:
    """Show the orders with the cursor on a row."""
    await shown.press("5")
    shown.table.move_cursor(key)
    await shown.settle()


async def test_enter_tells_the_story_of_an_order_of_ours_and_backspace_closes_it() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("enter")
        for told in ("BUY 0.0041 BTC @ 60940.0", "abc234", "me: confirmed here", "what was on screen", "binance"):
            assert told in shown.text
        await shown.press("backspace")
        assert "working" in shown.text
        assert shown.table.cursor_key == "intent:intent-abc234"


async def test_a_filter_of_one_story_is_named_and_is_not_there_in_the_next_one() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await shown.command("why abc234")
        await shown.command("filter confirmed")
        assert "filter confirmed" in shown.text
        assert "what was on screen" not in shown.text
        await shown.command("why 1")
        assert "filter" not in shown.text.replace("/ filter", "")
        assert "what was on screen" in shown.text


async def test_the_digit_of_the_screen_closes_a_story() -> None:
    async with driven() as shown:
        await shown.press("5")
        title = shown.text.splitlines()[2]
        await shown.press("enter")
        assert "backspace goes back" in shown.text
        await shown.press("5")
        assert shown.text.splitlines()[2] == title


async def test_the_cursor_begins_on_the_selected_pair_and_stays_where_the_user_puts_it() -> None:
    eth = make_pair("ETH")
    resting = tuple(make_order(eth, id=id, placed_at=NOW - age) for id, age in AGES)
    first = make_pair_status(open_orders=(make_order(id="1", placed_at=NOW),))

    def orders(*more: OpenOrder) -> Snapshot:
        statuses = (first, make_pair_status(eth, open_orders=(*resting, *more)))
        return with_feed(orders_of(0), Topic(Kind.PAIRS), make_feed(statuses))

    async with driven(orders()) as shown:
        await shown.command("pair ETH/USDT")
        await shown.press("5")
        assert shown.table.cursor_key == f"order:{eth.key}/younger"
        await shown.publish(orders(make_order(eth, id="newest", placed_at=NOW)))
        assert f"order:{eth.key}/newest" in shown.table.keys
        assert shown.table.cursor_key == f"order:{eth.key}/younger"
        await shown.press("G")
        await shown.publish(orders())
        assert shown.table.cursor_key == f"order:{eth.key}/older"


async def test_q_closes_a_story_and_does_not_ask_to_leave() -> None:
    async with driven() as shown:
        await shown.press("5", "enter", "q")
        assert shown.table.cursor_key is not None
        assert "leaves" not in shown.last


async def test_a_long_story_scrolls_with_the_cursor_keys() -> None:
    async with driven(day_at_work(intents=(WAITING,)), size=(80, 12)) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("enter")
        assert "what was on screen" not in shown.text
        await shown.press("G")
        assert "what was on screen" in shown.text


async def test_a_story_follows_its_order_through_its_life() -> None:
    async with driven(day_at_work(intents=(WAITING,))) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("enter")
        filled = replace(WAITING, state=IntentState.FILLED, order_id="9", updated_at=NOW)
        await shown.publish(replace(shown.session.snapshot, intents=(filled,)))
        assert "#9 on the exchange" in shown.text
        await shown.publish(replace(shown.session.snapshot, intents=()))
        assert "#9 on the exchange" in shown.text


async def test_the_story_of_an_order_of_the_bot_stays_when_the_order_is_gone() -> None:
    async with driven(orders_of(1)) as shown:
        await shown.press("5", "enter")
        assert "#1 on the exchange" in shown.text
        await shown.publish(replace(orders_of(0), generation=0))
        assert "#1 on the exchange" in shown.text


async def test_a_journal_that_can_not_be_read_is_said_in_the_story() -> None:
    async with driven(day_at_work(intents=(WAITING,))) as shown:
        shown.desk.journal_fails = True
        await to_row(shown, "intent:intent-abc234")
        await shown.press("enter")
        assert "disk full" in shown.text


async def test_x_in_a_story_cancels_its_order() -> None:
    async with driven(day_at_work(intents=(OURS,))) as shown:
        await to_row(shown, "intent:intent-1")
        await shown.press("enter")
        assert shown.cockpit.view.cancel_at_cursor() == CancelDraft(CancelScope.ONE, pair=BTC, id="357044")


async def test_an_order_that_has_not_shown_is_cancelled_by_its_own_id() -> None:
    async with driven(day_at_work(intents=(WAITING,))) as shown:
        await to_row(shown, "intent:intent-abc234")
        assert shown.cockpit.view.cancel_at_cursor() == CancelDraft(CancelScope.ONE, pair=BTC, id="abc234")


async def test_a_row_that_is_over_says_why_it_can_not_be_cancelled() -> None:
    async with driven() as shown:
        await shown.press("5", "G")
        assert "over" in str(shown.cockpit.view.cancel_at_cursor())


async def test_marks_are_counted_survive_a_refresh_and_go_together_into_one_list() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("space")
        assert "1 marked" in shown.text
        shown.table.move_cursor("intent:intent-1")
        await shown.press("space", "G", "space")
        assert "3 marked (1 can't be cancelled)" in shown.text
        await shown.publish(replace(shown.session.snapshot, generation=0, halt=HALT))
        draft = shown.cockpit.view.cancel_at_cursor()
        assert isinstance(draft, CancelDraft)
        assert draft.scope is CancelScope.MARKED
        assert set(draft.ids) == {(BTC.key, "abc234"), (BTC.key, "357044")}


async def test_marks_keep_to_their_orders_when_rows_come_and_go() -> None:
    async with driven(orders_of(200), size=(80, 24)) as shown:
        await shown.press("5", "pagedown", "pagedown", "space")
        marked = shown.table.cursor_key
        await shown.publish(replace(orders_of(150), intents=(WAITING,)))
        assert shown.table.marked == {marked}
        assert marked in {shown.table.keys[index] for index in range(60)}


async def test_only_marks_of_what_is_over_are_no_cancel() -> None:
    async with driven() as shown:
        await shown.press("5", "G", "space")
        assert "none of the marked" in str(shown.cockpit.view.cancel_at_cursor())


async def test_x_cancels_what_is_marked_one_after_the_other_and_takes_the_marks_away() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("space")
        shown.table.move_cursor("intent:intent-1")
        await shown.press("space", "x")
        assert "2" in shown.ticket_text
        await shown.confirm("X")
        sent = {(command.id, command.of) for command in shown.desk.sent if isinstance(command, CancelOrder)}
        assert sent == {("", "intent-abc234"), ("357044", "")}
        assert shown.table.marked == frozenset()
        assert "marked" not in shown.text


async def test_marks_stay_when_the_ticket_is_dropped() -> None:
    async with driven(day_at_work(intents=(OURS,))) as shown:
        await to_row(shown, "intent:intent-1")
        await shown.press("space", "x", "q")
        assert shown.desk.sent == []
        assert shown.table.marked == {"intent:intent-1"}


async def test_a_list_that_a_small_terminal_cannot_show_asks_for_its_number() -> None:
    async with driven(orders_of(9), size=(80, 24)) as shown:
        await shown.press("5", *("space", "j") * 9, "x")
        assert "more: enlarge to see them" in shown.ticket_text
        assert "9 to go on" in shown.ticket_text
        await shown.confirm("X")
        assert shown.desk.sent == []
        await shown.press("ctrl+u", "9")
        await shown.confirm("X")
        assert len(shown.desk.sent) == 9


async def test_a_list_that_is_whole_asks_for_nothing() -> None:
    async with driven(orders_of(3), size=(80, 24)) as shown:
        await shown.press("5", *("space", "j") * 3, "x")
        assert "more:" not in shown.ticket_text
        await shown.confirm("X")
        assert len(shown.desk.sent) == 3


async def test_a_mark_that_the_filter_hides_is_not_cancelled() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await to_row(shown, "intent:intent-1")
        await shown.press("space")
        await shown.command("filter abc234")
        assert "1 marked (1 hidden by the filter)" in shown.text
        assert shown.cockpit.view.cancel_at_cursor() == CancelDraft(CancelScope.ONE, pair=BTC, id="abc234")
        await shown.press("space")
        assert shown.cockpit.view.cancel_at_cursor() == CancelDraft(CancelScope.MARKED, ids=((BTC.key, "abc234"),))
        await shown.press("x")
        await shown.confirm("X")
        assert [command.of for command in shown.desk.sent if isinstance(command, CancelOrder)] == ["intent-abc234"]
        assert shown.table.marked == {"intent:intent-1"}


async def test_all_marks_are_taken_away_by_a_key_or_a_word() -> None:
    async with driven(day_at_work(intents=(WAITING, OURS))) as shown:
        await to_row(shown, "intent:intent-1")
        await shown.press("space", "u")
        assert shown.table.marked == frozenset()
        await shown.press("space")
        await shown.command("filter abc234")
        await shown.command("unmark")
        assert shown.table.marked == frozenset()
        assert "marked" not in shown.text


async def test_x_on_an_order_that_has_not_shown_sends_a_cancel_on_sight() -> None:
    async with driven(day_at_work(intents=(WAITING,))) as shown:
        await to_row(shown, "intent:intent-abc234")
        await shown.press("x")
        await shown.confirm("X")
        (command,) = shown.desk.sent
        assert isinstance(command, CancelOrder)
        assert (command.id, command.of) == ("", "intent-abc234")


async def test_minus_and_plus_turn_the_pages_and_stop_at_the_ends() -> None:
    async with driven(pages(1, of=2)) as shown:
        await shown.press("5", "+")
        assert "history page 1 of 2, 60 trades" in shown.text
        await shown.press("-")
        assert "history page 2 of 2" in shown.text
        assert Topic(Kind.HISTORY, "1") in shown.session.shown
        assert all(row.key.startswith("trade:") for row in shown.table.rows)
        await shown.press("-")
        assert "history page 2 of 2" in shown.text


async def test_later_pages_bring_our_own_orders_that_are_not_listed_any_more() -> None:
    def ours(name: str, day: int) -> Intent:
        return make_intent(state=IntentState.CANCELLED, id=f"20200101T000000-{name}", created_at=NOW - timedelta(day))

    bot = replace(pages(1, of=1), intents=tuple(ours(f"new{number:03}", 1) for number in range(LISTED)))
    async with driven(bot) as shown:
        shown.desk.kept = tuple(ours(f"old{number:03}", 2 + number) for number in range(OLDER + 5))
        await shown.press("5")
        assert "history page 1 of 1" in shown.text
        await shown.press("-")
        assert found_ids(shown) == [f"old{number:03}" for number in range(OLDER)]
        assert "page 2: older orders of ours" in shown.text
        await shown.press("-")
        assert found_ids(shown) == [f"old{number:03}" for number in range(OLDER, OLDER + 5)]
        await shown.press("-")
        assert len(found_ids(shown)) == 5
        await shown.press("enter")
        assert "cancelled" in shown.text
        await shown.press("backspace", "+", "+")
        assert found_ids(shown) == []


async def test_far_pages_ask_for_no_more_than_themselves_and_the_first() -> None:
    async with driven(pages(1, of=90_000)) as shown:
        await shown.press("5", *"-" * 30)
        assert "history page 31 of 90000" in shown.text
        asked = {topic.subject for topic in shown.session.shown if topic.kind is Kind.HISTORY}
        assert asked == {"0", "30"}
        assert "reading page 31" in shown.text


@pytest.mark.parametrize(
    ("words", "keys"),
    [("state:unknown", {"unknown"}), ("by:me pair:btc", {"unknown", "intent:intent-1"}), ("by:nobody", set())],
)
async def test_a_filter_of_words_and_columns_keeps_what_fits(words: str, keys: set[str]) -> None:
    lost = unknown_intent()
    named = {f"intent:{lost.id}" if key == "unknown" else key for key in keys}
    async with driven(day_at_work(intents=(lost, OURS))) as shown:
        await shown.press("5")
        await shown.command(f"filter {words}")
        assert set(shown.table.keys) == named
        assert f"filter {words}" in shown.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_no_line_of_blotter_or_story_is_wider_than_the_terminal(size: tuple[int, int]) -> None:
    async with driven(day_at_work(intents=(unknown_intent(), WAITING, OURS)), size=size) as shown:
        await shown.press("5")
        assert "BTC/USDT" in shown.text
        assert "UNKNOWN" in shown.text
        await shown.press("enter")
        assert "order" in shown.text
        assert all(width(line) <= size[0] for line in shown.text.split("\n"))


async def test_an_offline_bot_leaves_the_orders_and_says_that_they_are_old() -> None:
    async with driven(day_at_work(intents=(OURS,))) as shown:
        await shown.press("5")
        snapshot = shown.session.snapshot
        feeds = {
            topic: replace(feed, read_at=NOW - timedelta(seconds=90), problem=make_problem())
            for topic, feed in snapshot.feeds.items()
        }
        link = Link(LinkState.OFFLINE, NOW, make_problem(), NOW + timedelta(seconds=8))
        await shown.publish(replace(snapshot, feeds=feeds, link=link))
        assert "357044" in shown.text
        assert "STALE" in shown.text
        assert "no answer" in shown.text
        await shown.press("enter")
        assert "STALE" in shown.text


async def test_a_bot_without_orders_says_how_to_place_one() -> None:
    async with driven(orders_of(0)) as shown:
        await shown.press("5")
        assert "b opens a buy ticket" in shown.text
        await shown.press("enter", "space", "x")
        assert "no order is selected" in shown.last


async def test_two_thousand_orders_are_drawn_and_walked_fast() -> None:
    lost: Intent = unknown_intent()
    async with driven(replace(orders_of(2000), intents=(lost,))) as shown:
        await shown.press("5")
        began = time.process_time()
        await shown.publish(replace(orders_of(2000), intents=(lost, WAITING)))
        drawn = time.process_time() - began
        began = time.process_time()
        await shown.press(*"j" * 20)
        walked = (time.process_time() - began) / 20
        assert len(shown.table.rows) == 2002
        assert drawn < 1.0
        assert walked < 0.2
