"""The `:` line while it is typed: history across runs, completion, hints, and questions with their choices."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import Side
from tests.factories import NOW, make_intent, make_pair, make_pair_status, make_placement
from tests.ui.driven import Driven, driven, found
from tests.ui.scene import BTC, OURS, day_at_work


async def test_arrows_walk_the_history_of_lines() -> None:
    async with driven() as shown:
        await shown.command("book")
        await shown.command("pairs")
        await shown.press(":", "up", "up")
        assert shown.cockpit.line.field.value == "book"
        await shown.press("down")
        assert shown.cockpit.line.field.value == "pairs"
        await shown.press("down")
        assert shown.cockpit.line.field.value == ""


async def test_lines_of_earlier_runs_stand_before_those_of_this_one() -> None:
    async with driven() as shown:
        shown.desk.typed = ["book xrp", "buy 0.01 @ bid"]
        await shown.command("balances")
        await shown.press(":", "up", "up")
        assert shown.cockpit.line.field.value == "buy 0.01 @ bid"
        await shown.press("up", "up")
        assert shown.cockpit.line.field.value == "book xrp"
        assert shown.desk.typed == ["book xrp", "buy 0.01 @ bid", "balances"]


async def test_a_line_given_twice_in_a_row_is_kept_once() -> None:
    async with driven() as shown:
        await shown.command("book")
        await shown.command("book")
        assert shown.desk.typed == ["book"]


async def test_a_failing_journal_leaves_the_history_of_this_run() -> None:
    async with driven() as shown:
        shown.desk.journal_fails = True
        await shown.command("book")
        await shown.press(":", "up")
        assert shown.cockpit.line.field.value == "book"
        assert shown.app.return_code is None


async def test_lines_about_a_bot_that_is_only_looked_at_are_not_written_down() -> None:
    watched = day_at_work()
    async with driven(replace(watched, bot=replace(watched.bot, mode=TradeMode.READ_ONLY))) as shown:
        await shown.command("book")
        assert shown.desk.typed == []
        await shown.press(":", "up")
        assert shown.cockpit.line.field.value == "book"


async def test_tab_goes_through_what_the_text_may_become_and_shift_tab_back() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type("ba")
        await shown.press("tab")
        first = shown.cockpit.line.field.value
        await shown.press("tab")
        second = shown.cockpit.line.field.value
        assert {first, second} == {"balances", "back"}
        await shown.press("shift+tab")
        assert shown.cockpit.line.field.value == first
        await shown.press("tab", "tab")
        assert shown.cockpit.line.field.value == first


async def test_a_word_is_completed_where_only_one_fits_and_the_next_one_follows() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type("canc")
        await shown.press("tab")
        assert shown.cockpit.line.field.value == "cancel "
        await shown.type("35704")
        await shown.press("tab", "enter")
        assert "CANCEL" in shown.ticket_text
        assert "357044" in shown.ticket_text


async def test_behind_why_and_settle_only_what_they_know_is_offered() -> None:
    lost = make_intent(state=IntentState.UNKNOWN, id="intent-2k")
    async with driven(day_at_work(intents=(lost, OURS))) as shown:
        for typed, whole in (("why 3570", "why 357044 "), ("why ", "why 2k"), ("settle ", "settle 2k ")):
            await shown.press(":")
            await shown.type(typed)
            await shown.press("tab")
            assert shown.cockpit.line.field.value == whole
            await shown.press("escape")


async def offered(shown: Driven, typed: str) -> list[str]:
    """The words that tab goes through behind a line."""
    await shown.press(":")
    await shown.type(typed)
    seen: list[str] = []
    while True:
        await shown.press("tab")
        word = shown.cockpit.line.field.value.removeprefix(typed).strip()
        if word in seen:
            break
        seen.append(word)
    await shown.press("escape")
    return seen


async def test_settle_offers_the_orders_that_an_intent_matches_first_and_nothing_that_it_would_refuse() -> None:
    both = "2 orders match 1 intent: 99, 98"
    lost = make_intent(state=IntentState.AMBIGUOUS, id="intent-abc234", reason=both)
    young = make_intent(make_placement(side=Side.SELL), id="intent-xyz567", created_at=NOW)
    async with driven(day_at_work(intents=(lost, young))) as shown:
        bought, sold = await offered(shown, "settle abc234 "), await offered(shown, "settle xyz567 ")
        assert (bought[:2], bought[-1]) == (["98", "99"], "absent")
        assert "357044" in bought
        assert "357051" in sold
        assert {"357044", "absent"}.isdisjoint(sold)


async def test_pairs_are_completed_in_both_spellings() -> None:
    async with driven() as shown:
        for typed, whole in (("buy 5usdt xr", "buy 5usdt XRP/USDT "), ("buy 5usdt usdt-xr", "buy 5usdt USDT-XRP ")):
            await shown.press(":")
            await shown.type(typed)
            await shown.press("tab")
            assert shown.cockpit.line.field.value == whole
            await shown.press("escape")


async def test_what_a_line_may_become_is_shown_behind_it_and_never_runs() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type("balan")
        assert found("^:balan +balances", shown.text)
        await shown.type(" xyz")
        assert not re.search("^:balan xyz +balances", shown.text, re.MULTILINE)
        await shown.press("right", "end", "enter")
        assert shown.cockpit.line.field.value == "balan xyz"


async def test_behind_a_whole_word_stands_what_may_follow_it() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type("sell 25%")
        assert found("^:sell 25% +@ · market · stop", shown.text)


async def test_a_narrow_terminal_shows_the_text_alone() -> None:
    async with driven(size=(20, 10)) as shown:
        await shown.press(":")
        await shown.type("buy 0.01 @ 50")
        assert found("^:buy 0.01 @ 50", shown.text)


async def test_lines_of_earlier_runs_come_once_the_journal_can_be_read() -> None:
    async with driven() as shown:
        shown.desk.typed = ["book xrp"]
        shown.desk.journal_fails = True
        await shown.command("bal")
        shown.desk.journal_fails = False
        for _ in range(2):
            await shown.press(":", "up", "up", "up")
            assert shown.cockpit.line.field.value == "book xrp"
            await shown.press("down", "escape")


@pytest.mark.parametrize("text", ["b", "buy ", "buy 0.01 ", "cancel ", "zz"])
async def test_enter_runs_what_stands_in_the_field_whatever_is_hinted(text: str) -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type(text)
        await shown.press("enter")
        assert shown.desk.typed == [text.strip()]


async def test_a_question_offers_whole_lines_and_tab_takes_them() -> None:
    async with driven() as shown:
        shown.cockpit.line.open("buy 50000", choices=("buy 50000BTC", "buy 50000USDT"))
        await shown.settle()
        assert found("^:buy 50000 +buy 50000BTC · buy 50000USDT", shown.text)
        await shown.press("tab")
        assert shown.cockpit.line.field.value == "buy 50000BTC"
        await shown.press("tab")
        assert shown.cockpit.line.field.value == "buy 50000USDT"
        await shown.press("shift+tab")
        assert shown.cockpit.line.field.value == "buy 50000BTC"


async def test_a_bare_number_is_asked_back_and_an_answer_opens_the_ticket() -> None:
    async with driven() as shown:
        await shown.command("buy 20")
        assert "20 of what: BTC or USDT?" in shown.last
        assert not shown.cockpit.ticket.is_open
        await shown.press("tab", "tab")
        assert shown.cockpit.line.field.value == "buy 20USDT"
        await shown.press("enter")
        assert "with 20" in shown.ticket_text


async def test_a_pair_name_of_two_exchanges_offers_a_line_for_each() -> None:
    both = (make_pair_status(make_pair("SOL", exchange="kraken")), make_pair_status(make_pair("SOL", exchange="bybit")))
    async with driven(day_at_work(pairs=(make_pair_status(BTC), *both))) as shown:
        await shown.command("book sol")
        assert '"sol" fits 2 pairs' in shown.last
        await shown.press("tab", "enter")
        assert shown.cockpit.pair == both[0].pair
