"""Keys in the cockpit: the shared pair, the tables, freezing, leaving, and what a stray key must not do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.ui.keymap import DIGITS
from gunbot_tui.ui.overlays.add_bot import AddBot
from gunbot_tui.ui.widgets.table import LiveTable
from tests.factories import make_feed, make_snapshot
from tests.ui.driven import LATER, Driven, driven, moment, session_of, several
from tests.ui.enrolling import ScriptedEnrolment
from tests.ui.review import BUY, REVIEW, SENT
from tests.ui.scene import BTC, ETH, SOL, XRP, day_at_work, every_pair, with_bid

VIEW_OF = {digit: view for view, digit in DIGITS.items()}


def pairs_cursor(shown: Driven) -> str | None:
    return shown.cockpit.query_one("#pairs-table", LiveTable).cursor_key


@pytest.mark.parametrize("digit", list(VIEW_OF))
async def test_brackets_change_the_shared_pair_on_every_screen(digit: str) -> None:
    async with driven() as shown:
        await shown.press(digit, "]")
        assert shown.cockpit.pair == ETH
        assert pairs_cursor(shown) == ETH.key
        assert "ETH/USDT" in shown.text.split("\n")[1]
        await shown.press("[")
        assert shown.cockpit.pair == BTC
        assert pairs_cursor(shown) == BTC.key


async def test_brackets_go_round_at_the_ends() -> None:
    async with driven() as shown:
        await shown.press("[")
        assert pairs_cursor(shown) == every_pair()[-1].pair.key
        await shown.press("]")
        assert pairs_cursor(shown) == BTC.key


async def test_moving_the_cursor_among_the_pairs_selects_for_all_screens() -> None:
    async with driven() as shown:
        await shown.press("j", "j")
        assert shown.cockpit.pair == XRP
        await shown.press("2")
        assert "XRP/USDT" in shown.text


async def test_a_click_on_a_row_selects_its_pair_and_a_second_one_opens_it() -> None:
    async with driven() as shown:
        await shown.pilot.click("#pairs-table", offset=(8, 2))
        await shown.settle()
        assert shown.cockpit.pair == ETH
        assert pairs_cursor(shown) == ETH.key
        await shown.press("b")
        assert "BUY ETH" in shown.ticket_text
        await shown.press("escape")
        await shown.pilot.click("#pairs-table", offset=(8, 2))
        await shown.settle()
        assert "ETH/USDT" in shown.text
        assert not shown.cockpit.query_one("#view-pairs").display


@pytest.mark.parametrize("digit", ["1", "5"])
@pytest.mark.parametrize(("key", "title"), [("b", "BUY SOL"), ("s", "SELL SOL")])
async def test_a_ticket_after_a_filter_is_for_the_row_that_the_cursor_shows(digit: str, key: str, title: str) -> None:
    async with driven() as shown:
        await shown.press(digit)
        await shown.command("filter SOL")
        assert shown.cockpit.pair == SOL
        await shown.press(key)
        assert title in shown.ticket_text


async def test_a_ticket_is_for_the_cursor_s_row_when_the_row_before_went_away() -> None:
    async with driven() as shown:
        snapshot = day_at_work()
        rest = make_feed(every_pair()[1:])
        await shown.publish(replace(snapshot, feeds={**snapshot.feeds, Topic(Kind.PAIRS): rest}))
        await shown.press("b")
        assert "BUY ETH" in shown.ticket_text


async def test_a_pair_that_was_named_counts_before_the_cursor_s_row() -> None:
    async with driven() as shown:
        await shown.press("5")
        await shown.command("pair XRP")
        await shown.press("b")
        assert "BUY XRP" in shown.ticket_text


async def test_the_cursor_stays_on_its_pair_when_rows_come_and_change_places() -> None:
    async with driven() as shown:
        await shown.press("j", "j")
        snapshot = day_at_work()
        turned = tuple(reversed(every_pair()))
        await shown.publish(replace(snapshot, feeds={**snapshot.feeds, Topic(Kind.PAIRS): make_feed(turned)}))
        assert shown.table.cursor_key == XRP.key
        assert shown.cockpit.pair == XRP


async def test_the_cursor_in_the_book_stays_on_its_price() -> None:
    async with driven() as shown:
        await shown.press("2")
        await shown.press("j", "j")
        key = shown.table.cursor_key
        assert key is not None
        await shown.press("1", "2")
        assert shown.table.cursor_key == key


async def test_a_filter_keeps_the_rows_that_contain_the_text_until_an_empty_one() -> None:
    async with driven() as shown:
        await shown.press("/")
        await shown.type("eth")
        await shown.press("enter")
        assert shown.table.keys == (ETH.key,)
        assert "filter eth" in shown.text
        await shown.press("/", "enter")
        assert len(shown.table.keys) == len(every_pair())


async def test_sort_keys_move_the_sorted_column_and_turn_it() -> None:
    async with driven() as shown:
        await shown.press(">")
        first = shown.table.sort
        assert first[0] == "pair"
        await shown.press("~")
        assert shown.table.sort == ("pair", not first[1])
        await shown.press(">")
        second = shown.table.sort[0]
        await shown.press("<")
        assert shown.table.sort[0] == "pair" != second
        assert "sort pair" in shown.text


async def test_space_marks_the_row_and_unmarks_it() -> None:
    async with driven() as shown:
        await shown.press("j", " ")
        assert shown.table.marked == {ETH.key}
        await shown.press(" ")
        assert not shown.table.marked


async def test_find_selects_a_pair_by_name() -> None:
    async with driven() as shown:
        await shown.press("f")
        await shown.type("xrp")
        await shown.press("enter")
        assert shown.cockpit.pair == XRP


async def test_a_frozen_view_stands_still_refuses_tickets_and_goes_on() -> None:
    async with driven() as shown:
        await shown.press("z")
        assert "FROZEN" in shown.bar
        await shown.publish(with_bid(day_at_work(), 61111.1))
        assert "61111" not in shown.text
        await shown.press("b")
        assert not shown.cockpit.ticket.is_open
        assert "frozen" in shown.last
        await shown.command("buy 0.01 @ 50000")
        assert not shown.cockpit.ticket.is_open
        await shown.press("escape", "z")
        assert "FROZEN" not in shown.bar
        assert "61111" in shown.text
        await shown.press("b")
        assert shown.cockpit.ticket.is_open


async def test_halting_shows_in_the_bar_of_a_frozen_view() -> None:
    async with driven() as shown:
        await shown.press("z", "ctrl+g")
        assert "HALTED" in shown.bar
        assert "FROZEN" in shown.bar


async def test_q_asks_and_leaves_at_the_second_press_within_two_seconds() -> None:
    async with driven() as shown:
        await shown.press("q")
        assert "q again" in shown.last
        await shown.clock.advance(2.5)
        await shown.press("q")
        assert shown.app.return_code is None
        await shown.clock.advance(1.0)
        await shown.press("q")
        assert shown.app.return_code == 0


async def test_ctrl_c_says_how_to_leave_and_never_does() -> None:
    async with driven(make_snapshot()) as shown:
        for _ in range(5):
            await shown.press("ctrl+c")
        assert shown.app.return_code is None
        assert "q twice leaves" in shown.last


async def test_ctrl_c_drops_what_is_open() -> None:
    async with driven() as shown:
        await shown.press(":", "ctrl+c")
        assert not shown.cockpit.line.is_open
        await shown.press("b", "ctrl+c")
        assert not shown.cockpit.ticket.is_open
        await shown.press("?", "ctrl+c")
        assert shown.app.screen is shown.cockpit
        await shown.press("ctrl+p", "ctrl+c")
        assert shown.app.screen is shown.cockpit
        assert shown.app.return_code is None


async def test_an_unknown_control_chord_swallows_the_next_key_and_says_so() -> None:
    async with driven() as shown:
        at = moment()
        await shown.key("ctrl+b", at=at)
        assert "ctrl+b means nothing here" in shown.last
        await shown.key("2", at=at + 0.5)
        assert "2 ignored" in shown.last
        assert "imbalance" not in shown.text
        await shown.key("2", at=at + 0.6)
        assert "imbalance" in shown.text


async def test_the_key_after_an_unknown_chord_is_taken_again_after_a_second() -> None:
    async with driven() as shown:
        at = moment()
        await shown.key("ctrl+b", at=at)
        await shown.key("2", at=at + LATER + 0.1)
        assert "imbalance" in shown.text


@pytest.mark.parametrize("opening", [":", "b", "ctrl+p", "?"])
async def test_an_unknown_chord_swallows_the_next_key_in_every_layer(opening: str) -> None:
    async with driven() as shown:
        await shown.press(opening)
        at = moment()
        await shown.key("ctrl+b", at=at)
        await shown.key("q", at=at + 0.1)
        layer = shown.cockpit.line.is_open or shown.cockpit.ticket.is_open or shown.app.screen is not shown.cockpit
        assert layer, "the key after the chord closed the layer"
        assert "q ignored" in shown.last
        await shown.key("escape", at=at + 0.2)
        assert not shown.cockpit.line.is_open
        assert not shown.cockpit.ticket.is_open
        assert shown.app.screen is shown.cockpit


@pytest.mark.parametrize("drop", ["escape", "ctrl+c"])
@pytest.mark.parametrize("opening", [":", "b", "ctrl+p", "?"])
async def test_what_is_open_can_be_dropped_at_once_after_an_unknown_chord(opening: str, drop: str) -> None:
    async with driven() as shown:
        await shown.press(opening)
        at = moment()
        await shown.key("ctrl+b", at=at)
        await shown.key(drop, at=at + 0.1)
        await shown.key("2", at=at + 0.2)
        assert "imbalance" in shown.text


@pytest.mark.parametrize("opening", [*VIEW_OF, ":", "b", "ctrl+p", "?"])
async def test_o25_ctrl_g_halts_on_every_screen_and_under_every_layer(opening: str) -> None:
    async with driven() as shown:
        await shown.press(opening, "ctrl+g")
        assert shown.session.snapshot.halted
        assert "HALTED" in shown.bar
        await shown.press("escape", "escape")
        assert "HALTED" in shown.bar
        await shown.command(BUY)
        await shown.confirm("B")
        assert shown.desk.sent == []


async def test_o25_ctrl_g_halts_under_the_dialog_that_adds_a_bot() -> None:
    async with several(session_of("home"), enrolment=ScriptedEnrolment()) as shown:
        await shown.command("add-bot")
        assert isinstance(shown.app.screen, AddBot)
        await shown.press("ctrl+g")
        assert shown.session.snapshot.halted


async def test_o25_a_review_that_stands_when_all_is_halted_sends_nothing() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        assert REVIEW in shown.ticket_text
        await shown.press("ctrl+g")
        await shown.confirm("B")
        assert shown.desk.sent == []
        assert "HALTED" in shown.bar


async def test_o25_capital_h_halts_on_a_screen_and_is_a_letter_in_a_text_field() -> None:
    async with driven() as shown:
        await shown.press(":", "H")
        assert shown.cockpit.line.field.value == "H"
        assert not shown.session.snapshot.halted
        await shown.press("escape", "H")
        assert shown.session.snapshot.halted


async def test_o25_only_the_typed_word_lets_orders_go_again() -> None:
    async with driven() as shown:
        await shown.press("H", "H", "ctrl+g")
        assert shown.session.snapshot.halted
        await shown.press("b")
        await shown.type("0.001")
        await shown.press("enter")
        assert "HALTED" in shown.last
        await shown.press("escape")
        await shown.command("release")
        assert "HALTED" not in shown.bar
        assert not shown.session.snapshot.halted
        await shown.command(BUY)
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_starting_and_stopping_the_core_says_what_follows_and_asks() -> None:
    async with driven() as shown:
        await shown.press("8", "t")
        assert "STOP the core" in shown.ticket_text
        assert "nobody manages them" in shown.ticket_text
        await shown.confirm("t")
        assert not shown.desk.controls
        await shown.confirm("T")
        assert len(shown.desk.controls) == 1


@pytest.mark.parametrize("opening", [":", "b", "?"])
async def test_a_key_right_behind_the_one_that_closes_a_layer_is_not_lost(opening: str) -> None:
    async with driven() as shown:
        await shown.press(opening)
        for key in ("escape", "j", "ctrl+c", "j"):
            shown.send_key(key, at=moment())
        await shown.settle()
        assert shown.cockpit.pair == XRP
