"""What became of an order or a cancel, in one line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.intent import TOLD, IntentState
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views.ticket_fate import intent_line, outcome_line
from gunbot_tui.views.ticket_words import command_text
from tests.factories import make_cancel, make_intent, make_pair, make_placement, text_of


def test_an_order_handed_over_says_what_it_waits_for() -> None:
    intent = make_intent(make_placement(price="60975.0"))
    assert text_of(intent_line(intent, 3)) == (
        "BUY 0.0041 BTC @ 60975.0 handed to the bot · waiting for it to show (cycle about 3 s)"
    )
    assert text_of(intent_line(make_intent(make_cancel()))) == "cancel #357044 handed to the bot · waiting for it to go"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (IntentState.SENDING, "is being sent"),
        (IntentState.NOT_SENT, "was not sent: why"),
        (IntentState.REFUSED, "was refused: why"),
        (IntentState.UNKNOWN, "UNKNOWN, it may have arrived: do not repeat it: why"),
        (IntentState.AMBIGUOUS, "several orders look like it"),
        (IntentState.WORKING, "works #9 (probable match)"),
        (IntentState.PARTLY_FILLED, "works #9 (probable match), 0.001 of 0.0041 filled"),
        (IntentState.FILLED, "filled #9 (probable match)"),
        (IntentState.CANCELLED, "cancelled #9 after 0.001 of 0.0041 filled"),
        (IntentState.MISSING, "is not there: why"),
    ],
)
def test_every_fate_of_an_order_is_said(state: IntentState, words: str) -> None:
    intent = make_intent(state=state, reason="why", order_id="9", filled="0.001")
    assert words in text_of(intent_line(intent))


def test_what_filled_or_works_is_told_in_the_coins_that_the_bot_shows() -> None:
    command = make_placement(type=OrderType.MARKET, amount="1.68759281")
    filled = make_intent(command, IntentState.FILLED, reason=TOLD, order_id="9", filled="1.685")
    assert text_of(intent_line(filled)) == "BUY 1.685 BTC at market filled #9"
    partly = replace(filled, state=IntentState.PARTLY_FILLED, filled="0.5")
    assert (
        text_of(intent_line(partly, shown=Decimal("1.685"))) == "BUY 1.685 BTC at market works #9, 0.5 of 1.685 filled"
    )
    assert "BUY 1.68759281 BTC" in text_of(intent_line(replace(filled, state=IntentState.UNKNOWN, filled="0")))


def test_an_unknown_cancel_may_be_repeated_and_one_that_came_too_late_says_so() -> None:
    assert "repeating it does no harm" in text_of(intent_line(make_intent(make_cancel(), IntentState.UNKNOWN)))
    assert "came too late" in text_of(intent_line(make_intent(make_cancel(), IntentState.FILLED)))


@pytest.mark.parametrize("state", list(IntentState))
def test_every_state_has_a_line_for_orders_and_cancels(state: IntentState) -> None:
    for command in (make_placement(), make_cancel()):
        assert text_of(intent_line(make_intent(command, state))).startswith(command_text(command))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (IntentState.NOT_SENT, "NOT SENT: why · BUY 0.0041 BTC @ 60940.0"),
        (IntentState.BLOCKED, "BLOCKED: why · BUY 0.0041 BTC @ 60940.0"),
        (IntentState.REFUSED, "REFUSED: why · BUY 0.0041 BTC @ 60940.0"),
        (IntentState.UNKNOWN, "UNKNOWN, it may have arrived: do not repeat it · BUY 0.0041 BTC @ 60940.0: why"),
        (IntentState.AMBIGUOUS, "several orders look like it: say which · BUY 0.0041 BTC @ 60940.0: why"),
    ],
)
def test_what_went_wrong_stands_where_no_screen_cuts_it(state: IntentState, words: str) -> None:
    assert text_of(outcome_line(make_intent(state=state, reason="why"))) == words


def test_what_went_well_is_told_in_the_order_of_a_sentence() -> None:
    working = make_intent(state=IntentState.WORKING, order_id="9")
    assert outcome_line(working, 3) == intent_line(working, 3)


def test_a_command_is_named_by_its_words() -> None:
    assert command_text(make_placement(side=Side.SELL, type=OrderType.MARKET)) == "SELL 0.0041 BTC at market"
    cancel = CancelOrder(make_pair(), "7", Side.BUY, Decimal(1), Decimal(1))
    assert command_text(cancel) == "cancel #7"
