"""A review that asks for a text: nothing confirms before it was typed, and what was typed goes along."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.guard import Consent, Limits, Rule
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.ticket import (
    Amount,
    AmountUnit,
    CancelDraft,
    CancelPreview,
    CancelScope,
    OrderDraft,
    OrderPreview,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import Side
from tests.factories import NOW, make_cancel, make_intent, make_order, make_placement
from tests.ui.driven import LATER, Driven, driven, moment
from tests.ui.scene import BTC, day_at_work

SEND = "B send buy"
SOFT = Consent(frozenset({Rule.NOTIONAL}), frozenset({"intent-q"}))


async def ask(shown: Driven, must_type: str = "249.85", warnings: tuple[str, ...] = ("over your soft limit",)) -> None:
    """Open a review that asks for a text."""
    price = Price(PriceAnchor.NUMBER, Decimal(60940))
    draft = OrderDraft(BTC, Side.BUY, amount=Amount(Decimal("0.0041"), AmountUnit.COIN), price=price)
    made = preview(draft, shown.session.snapshot, shown.clock.now(), limits=shown.desk.limits)
    assert isinstance(made, OrderPreview)
    made = replace(made, must_type=must_type, consent=SOFT, warnings=warnings)
    shown.cockpit.ticket.review(made, shown.session.snapshot)
    await shown.settle()


async def test_the_send_line_appears_only_when_the_text_stands_there() -> None:
    async with driven() as shown:
        await ask(shown)
        assert "type" in shown.ticket_text
        assert "249.85 to go on    e edit    q drop" in shown.ticket_text
        for letter in "249.8":
            await shown.press(letter)
            assert SEND not in shown.ticket_text
        await shown.press("5")
        assert SEND in shown.ticket_text
        assert "to go on" not in shown.ticket_text


async def test_what_was_typed_and_agreed_to_goes_along() -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.type("249.85")
        await shown.confirm("B")
        assert shown.desk.consents == [replace(SOFT, typed="249.85")]
        assert "typed 249.85" in shown.desk.seen[0]


async def test_a_capital_before_the_text_is_text_and_confirms_nothing() -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.confirm("B")
        await shown.type("249.85")
        assert SEND not in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        await shown.press("ctrl+u")
        await shown.type("249.85")
        await shown.confirm("B")
        assert len(shown.desk.sent) == 1


async def test_the_dwell_begins_when_the_send_line_was_drawn() -> None:
    async with driven() as shown:
        await ask(shown)
        long_after_the_question = moment() + LATER
        await shown.clock.advance(2.0)
        await shown.type("249.8")
        shown.send_key("5", at=moment())
        shown.send_key("B", at=moment())
        await shown.settle()
        assert "too early" in shown.last
        assert not shown.desk.sent
        await shown.key("B", at=long_after_the_question + LATER)
        assert len(shown.desk.sent) == 1


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c"])
async def test_it_can_be_dropped_at_any_time(key: str) -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.type("24")
        await shown.press(key)
        assert not shown.cockpit.ticket.is_open


async def test_e_goes_back_to_editing() -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.press("e")
        assert "enter review" in shown.ticket_text


async def test_a_letter_of_the_text_is_text_even_where_it_is_a_key() -> None:
    async with driven() as shown:
        await ask(shown, "eq7b2e")
        await shown.type("eq7b2e")
        assert SEND in shown.ticket_text
        await shown.press("q")
        assert not shown.cockpit.ticket.is_open


async def test_a_paste_is_no_answer() -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.paste("249.85")
        assert SEND not in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent


async def test_a_wrong_text_can_be_mended() -> None:
    async with driven() as shown:
        await ask(shown)
        await shown.type("24x")
        await shown.press("backspace")
        await shown.type("9.85")
        assert SEND in shown.ticket_text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10)])
async def test_the_question_has_room_at_every_size(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await ask(shown, warnings=("over your soft limit of 200 USDT", "an order like it was sent 4 s ago"))
        assert "249.85 to go on" in shown.ticket_text
        assert shown.cockpit.ticket.region.height <= (7 if size[1] < 30 and size[0] >= 80 else 10)
        await shown.type("249.85")
        await shown.confirm("B")
        assert len(shown.desk.sent) == 1


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 7), ((120, 40), 10)])
async def test_the_largest_order_is_wholly_told_and_can_be_sent(size: tuple[int, int], lines: int) -> None:
    unknown = make_placement(side=Side.SELL, price="72000", amount="0.002")
    lost = make_intent(unknown, IntentState.UNKNOWN, id="intent-hztg2u", reason="no answer in 10 s")
    async with driven(day_at_work(intents=(lost,)), size=size) as shown:
        shown.desk.limits = Limits(hard={Rule.NOTIONAL: Decimal(5000)}, soft={Rule.SHARE: Decimal(25)})
        await shown.command("sell 0.0041 BTC/USDT oco 72000 stop 45000 limit 41000")
        for fact in (
            "SELL", "0.0041 BTC", "target 72000", "stop 45000", "limit 41000", "168.10 USDT", "over", "under", "fee",
            "40%", "0.0062 BTC", "0s old", "stepgrid", "hztg2u", "25%", "8.9%", "26.2%",
        ):  # fmt: skip
            assert fact in shown.ticket_text
        assert "left out" not in shown.ticket_text
        assert shown.cockpit.ticket.region.height <= lines
        assert "168.1 hztg2u to go on" in shown.ticket_text
        await shown.type("hztg2u")
        assert "S send sell" not in shown.ticket_text
        await shown.press("ctrl+u")
        await shown.type("168.1 hztg2u")
        assert "S send sell" in shown.ticket_text
        await shown.confirm("S")
        assert len(shown.desk.sent) == 1


async def test_warnings_that_are_cut_off_are_counted_and_take_no_answer() -> None:
    long = ("an unknown buy of 0.002 @ 60940.0 may already be there", "a long warning " * 7, "another " * 10)
    async with driven(size=(40, 10)) as shown:
        await ask(shown, warnings=long)
        assert "an unknown buy" in shown.ticket_text
        assert "! 2 more: enlarge" in shown.ticket_text
        await shown.type("249.85")
        assert "not all of it is visible" in shown.last
        assert SEND not in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        await shown.press("q")
        assert not shown.cockpit.ticket.is_open


async def test_the_journal_is_told_what_was_shown_and_nothing_else() -> None:
    async with driven(size=(40, 10)) as shown:
        await ask(shown, warnings=("one", "two", "three"))
        await shown.type("249.85")
        whole = [line.strip() for line in shown.ticket_text.splitlines()]
        await shown.confirm("B")
        body = shown.desk.seen[0].splitlines()[1:]
        told = "! one ! two ! three"
        assert told in body
        assert "fee about" not in shown.desk.seen[0]
        assert all(line in whole for line in body[: body.index(told) + 1])


async def test_what_there_is_more_to_agree_to_at_the_press_is_shown_first() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ 60940")
        assert SEND in shown.ticket_text
        shown.desk.limits = replace(shown.desk.limits, soft={Rule.NOTIONAL: Decimal(100)})
        await shown.confirm("B")
        assert not shown.desk.sent
        assert "read it again" in shown.last
        assert "to go on" in shown.ticket_text


async def test_cancelling_everywhere_asks_for_the_number_of_orders() -> None:
    async with driven() as shown:
        commands = tuple(make_cancel(make_order(id=str(id))) for id in (357044, 357060))
        draft = CancelDraft(CancelScope.EVERYWHERE)
        shown.cockpit.ticket.review(CancelPreview(draft, commands, NOW, must_type="2"), shown.session.snapshot)
        await shown.settle()
        assert "CANCEL all of ours everywhere" in shown.ticket_text
        assert "2 to go on    q drop" in shown.ticket_text
        await shown.confirm("X")
        assert not shown.desk.sent
        await shown.press("ctrl+u", "2")
        assert "X send 2 cancels" in shown.ticket_text


async def test_the_pair_of_an_asking_review_is_still_read() -> None:
    async with driven() as shown:
        await ask(shown)
        assert shown.cockpit.ticket.pair == BTC


async def test_o03_the_same_order_again_within_thirty_seconds_asks_for_its_money() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ 60940")
        assert SEND in shown.ticket_text
        await shown.confirm("B")
        await shown.command("buy 0.0041 @ 60940")
        assert "249.85" in shown.ticket_text
        assert "to go on" in shown.ticket_text
        assert SEND not in shown.ticket_text
        await shown.confirm("B")
        assert len(shown.desk.sent) == 1


async def test_o03_a_twin_from_another_window_is_found_at_the_press() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ 60940")
        before = shown.session.snapshot
        twin = make_intent(make_placement(price="60940"), id="elsewhere", created_at=shown.clock.now())
        await shown.publish(replace(before, intents=(twin, *before.intents)))
        await shown.confirm("B")
        assert not shown.desk.sent
        assert "to go on" in shown.ticket_text
