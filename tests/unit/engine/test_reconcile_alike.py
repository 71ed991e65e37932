"""Orders that look alike: which of several is whose, what is left for the user to say, and when it does not matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import OpenOrder
from tests.factories import make_intent, make_placement
from tests.unit.engine.looks import EQUAL_TRAIL, LEG, OCO, TARGET, TRAIL, Looks

S = IntentState


def ambiguous(command: PlaceOrder, *ids: str, intents: int = 1, id: str = "a") -> Intent:
    matched = "1 intent" if intents == 1 else f"{intents} intents"
    reason = f"{len(ids)} orders match {matched}: {', '.join(ids)}"
    return replace(make_intent(command, S.AMBIGUOUS, id), reason=reason)


def other(order_id: str, leg_id: str = "", id: str = "b") -> Intent:
    return replace(make_intent(OCO, S.WORKING, id), order_id=order_id, leg_id=leg_id)


@pytest.mark.parametrize("orders", [[EQUAL_TRAIL, TARGET, LEG], [TARGET, LEG]])
def test_what_is_left_of_several_is_ours_once_the_others_are_other_ones_of_ours(orders: list[OpenOrder]) -> None:
    looks = Looks((ambiguous(TRAIL, "1", "2", "3"), other("1", "2")))
    assert looks.look(orders) == (S.WORKING, S.WORKING)
    assert looks.intents[0].order_id == "3"


def test_a_choice_among_several_is_told_without_those_that_are_other_ones_of_ours() -> None:
    looks = Looks((ambiguous(TRAIL, "1", "3", "4"), other("1")))
    assert looks.look([TARGET, EQUAL_TRAIL, replace(EQUAL_TRAIL, id="4")])[0] is S.AMBIGUOUS
    assert looks.intents[0].reason == "2 orders match 1 intent: 3, 4"


def test_an_order_of_which_nothing_is_left_is_unknown_again() -> None:
    looks = Looks((ambiguous(TRAIL, "1", "2"), other("1", "2")))
    assert looks.look([TARGET, LEG]) == (S.UNKNOWN, S.WORKING)
    assert looks.intents[0].reason == "what looked like it are other orders of ours: 1, 2"


def test_one_that_left_the_list_does_not_give_the_other_away() -> None:
    looks = Looks((ambiguous(TRAIL, "3", "4"), other("1")))
    assert looks.look([TARGET, EQUAL_TRAIL])[0] is S.AMBIGUOUS
    assert looks.intents[0].reason == "2 orders match 1 intent: 3, 4"


@pytest.mark.parametrize("state", [S.SENDING, S.UNKNOWN, S.AMBIGUOUS])
def test_the_last_one_left_is_nobodys_while_another_of_ours_may_be_it(state: IntentState) -> None:
    rival = make_intent(TRAIL, state, "c")
    if state is S.AMBIGUOUS:
        rival = ambiguous(TRAIL, "1", "3", intents=2, id="c")
    looks = Looks((ambiguous(TRAIL, "1", "3", intents=2), other("1"), rival))
    looks.look([TARGET, EQUAL_TRAIL])
    assert (looks.states[0], looks.intents[0].order_id) == (S.AMBIGUOUS, "")


def test_the_two_of_an_oco_are_not_guessed_from_what_is_left() -> None:
    looks = Looks((ambiguous(OCO, "2", "3", "4"), replace(make_intent(state=S.WORKING, id="b"), order_id="4")))
    assert looks.look([LEG, replace(LEG, id="3"), replace(TARGET, id="4")])[0] is S.AMBIGUOUS
    assert looks.intents[0].reason == "2 orders match 1 intent: 2, 3"


@pytest.mark.parametrize("orders", [[EQUAL_TRAIL, TARGET, LEG], [TARGET, LEG, EQUAL_TRAIL]])
def test_two_alike_of_known_prices_are_no_candidates_of_a_trailing_stop(orders: list[OpenOrder]) -> None:
    trail, oco = make_intent(TRAIL, id="c"), make_intent(OCO, id="b")
    limit = make_intent(make_placement(price="60000"), id="a")
    looks = Looks((trail, oco, limit))
    looks.look([*orders, replace(TARGET, id="4")])
    assert looks.states == (S.WORKING, S.AMBIGUOUS, S.AMBIGUOUS)
    assert looks.intents[0].order_id == "3"


def test_an_order_more_than_was_asked_for_at_known_prices_may_be_the_trailing_stop() -> None:
    looks = Looks((make_intent(TRAIL, id="b"), make_intent(make_placement(price="60000"), id="a")))
    assert looks.look([TARGET, replace(TARGET, id="4")]) == (S.AMBIGUOUS, S.AMBIGUOUS)
