"""What the evidence makes of our orders, as tables of looks at a bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.engine.reconcile import reconcile
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from tests.factories import (
    NOW,
    make_cancel,
    make_feed,
    make_intent,
    make_pair,
    make_pair_status,
    make_placement,
    make_snapshot,
)
from tests.unit.engine.looks import Looks, fill, ours

S = IntentState


@pytest.mark.parametrize("state", [S.HANDED_OVER, S.UNKNOWN])
@pytest.mark.parametrize(
    ("order", "matches"),
    [
        (ours(), True),
        (ours(at=None), True),
        (ours(price="60940"), True),
        (ours(amount="0.00410000000001"), True),
        (ours(amount="0.0040999"), True),
        (ours(amount="0.00409"), False),
        (ours(price="60940.01"), True),
        (ours(price="61002"), False),
        (ours(id=""), False),
        (ours(id="known"), False),
        (ours(at=NOW - timedelta(seconds=3.9)), True),
        (ours(at=NOW - timedelta(seconds=4.1)), False),
        (replace(ours(), side=Side.SELL), False),
    ],
)
def test_a_unique_equal_that_was_not_there_before_is_ours(state: IntentState, order: OpenOrder, matches: bool) -> None:
    looks = Looks((replace(make_intent(state=state), known_ids=frozenset({"known"})),))
    assert looks.look([order]) == ((S.WORKING,) if matches else (state,))
    assert looks.intents[0].order_id == (order.id if matches else "")


def test_an_exact_equal_goes_before_one_that_is_only_near() -> None:
    looks = Looks((make_intent(),))
    assert looks.look([ours("near", price="60940.01"), ours("exact")]) == (S.WORKING,)
    assert looks.intents[0].order_id == "exact"


def test_what_the_exchange_rounded_off_is_not_missing_from_a_filled_order() -> None:
    looks = Looks((make_intent(make_placement(amount="0.0123456789")),))
    assert looks.look([ours(amount="0.01234567")]) == (S.WORKING,)
    assert looks.intents[0].filled == "0"
    assert looks.look([ours(amount="0.01034567")], [fill(amount=0.002)]) == (S.PARTLY_FILLED,)
    assert looks.look([], [fill(amount=0.01034567), fill(amount=0.002)]) == (S.FILLED,)
    assert looks.intents[0].filled == "0.01234567"


def test_the_bots_clock_being_off_widens_the_window() -> None:
    looks = Looks((make_intent(),), offset_seconds=-30.0)
    assert looks.look([ours(at=NOW - timedelta(seconds=33))]) == (S.WORKING,)


@pytest.mark.parametrize("state", [S.HANDED_OVER, S.UNKNOWN])
@pytest.mark.parametrize("orders", [None, ()])
def test_absence_alone_never_ends_a_placement(state: IntentState, orders: tuple[()] | None) -> None:
    looks = Looks((make_intent(state=state),))
    for seconds in (0, 5, 60, 590):
        assert looks.look(orders, seconds=seconds) == (state,)
    for seconds in (600, 86_400):
        assert looks.look(orders, seconds=seconds) == (S.UNKNOWN,)


def test_an_order_not_shown_in_ten_minutes_is_unknown_and_may_still_appear() -> None:
    looks = Looks((make_intent(created_at=NOW),))
    assert looks.look(seconds=599) == (S.HANDED_OVER,)
    assert looks.look(seconds=600) == (S.UNKNOWN,)
    assert looks.intents[0].reason == "handed over, but the bot has shown no such order in 10 minutes"
    assert looks.look([ours(at=NOW + timedelta(seconds=700))], seconds=700) == (S.WORKING,)


def test_two_equal_orders_for_one_intent_leave_it_to_the_user_for_good() -> None:
    looks = Looks((make_intent(state=S.UNKNOWN),))
    assert looks.look([ours("1"), ours("2")]) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "2 orders match 1 intent: 1, 2"
    assert looks.look([ours("1")], seconds=60) == (S.AMBIGUOUS,)


def test_one_order_executed_and_one_resting_are_two_candidates() -> None:
    looks = Looks((make_intent(),))
    assert looks.look([ours("1")], [fill("2")]) == (S.AMBIGUOUS,)


def test_two_equal_intents_share_two_equal_orders_without_a_question() -> None:
    looks = Looks((make_intent(id="b"), make_intent(id="a", created_at=NOW - timedelta(seconds=2.5))))
    assert looks.look([ours("1"), ours("2", at=NOW + timedelta(seconds=1))]) == (S.WORKING, S.WORKING)
    assert [intent.order_id for intent in looks.intents] == ["2", "1"]


def test_of_two_equal_intents_the_one_handed_over_gets_the_only_order() -> None:
    looks = Looks((make_intent(id="b"), make_intent(id="a", state=S.UNKNOWN, created_at=NOW - timedelta(seconds=3))))
    assert looks.look([ours("1")]) == (S.WORKING, S.UNKNOWN)


def test_an_order_claimed_by_one_intent_is_no_evidence_for_another() -> None:
    looks = Looks((make_intent(id="b", state=S.UNKNOWN), make_intent(id="a", state=S.WORKING, order_id="1")))
    assert looks.look([ours("1")]) == (S.UNKNOWN, S.WORKING)


def test_the_same_id_on_another_exchange_is_another_order() -> None:
    elsewhere = make_placement(make_pair(exchange="bybit"))
    looks = Looks((make_intent(id="b"), make_intent(elsewhere, id="a", state=S.WORKING, order_id="1")))
    assert looks.look([ours("1")]) == (S.WORKING, S.WORKING)


def test_fills_grow_until_the_order_is_filled() -> None:
    looks = Looks((make_intent(),))
    assert looks.look([ours()]) == (S.WORKING,)
    assert looks.look([ours(amount="0.0030")], seconds=2) == (S.PARTLY_FILLED,)
    assert looks.intents[0].filled == "0.0011"
    assert looks.look([ours(amount="0.0030")], [fill(amount=0.0011)], seconds=3) == (S.PARTLY_FILLED,)
    assert looks.look([], [fill(amount=0.0030), fill(amount=0.0011)], seconds=4) == (S.FILLED,)
    assert looks.intents[0].filled == "0.0041"


def test_an_order_partly_filled_at_first_sight_is_found_by_order_and_fill_together() -> None:
    looks = Looks((make_intent(),))
    assert looks.look([ours(amount="0.0030")]) == (S.HANDED_OVER,)
    assert looks.look([ours(amount="0.0030")], [fill(amount=0.0011)]) == (S.PARTLY_FILLED,)


@pytest.mark.parametrize(
    ("price", "side", "state"),
    [
        (60940.0, Side.BUY, S.FILLED),
        (60000.0, Side.BUY, S.FILLED),
        (61002.0, Side.BUY, S.UNKNOWN),
        (60940.0, Side.SELL, S.UNKNOWN),
    ],
)
def test_a_limit_order_that_filled_at_once_is_found_in_the_history(
    price: float, side: Side, state: IntentState
) -> None:
    looks = Looks((make_intent(state=S.UNKNOWN),))
    assert looks.look([], [fill(price=price, side=side)]) == (state,)


def test_a_market_order_is_the_sum_of_the_fills_of_one_id_at_any_price() -> None:
    looks = Looks((make_intent(make_placement(type=OrderType.MARKET)),))
    assert looks.look([], [fill(amount=0.002, price=61000.0)]) == (S.HANDED_OVER,)
    trades = [fill(amount=0.002, price=61000.0), fill(amount=0.0021, price=61001.0), fill("9", amount=0.001)]
    assert looks.look([], trades) == (S.FILLED,)
    assert looks.intents[0].order_id == "1"


def test_an_old_trade_is_no_evidence_and_one_without_time_may_be() -> None:
    looks = Looks((make_intent(),))
    assert looks.look([], [fill(at=NOW - timedelta(minutes=1))]) == (S.HANDED_OVER,)
    assert looks.look([], [fill(at=None)]) == (S.FILLED,)


def working() -> Looks:
    looks = Looks((make_intent(),))
    assert looks.look([ours()]) == (S.WORKING,)
    return looks


def test_an_order_that_left_the_book_without_a_trade_was_cancelled_by_somebody() -> None:
    looks = working()
    assert looks.look([], seconds=10) == (S.WORKING,)
    assert looks.look([], seconds=14.9) == (S.WORKING,)
    assert looks.look([], seconds=15) == (S.CANCELLED,)
    assert looks.intents[0].reason == "left the book without a trade"


def test_one_glimpse_of_the_order_starts_the_absence_anew() -> None:
    looks = working()
    looks.look([], seconds=10)
    looks.look([ours()], seconds=12)
    assert looks.look([], seconds=16) == (S.WORKING,)
    assert looks.look([], seconds=21) == (S.CANCELLED,)


def test_a_pair_that_the_bot_has_not_looked_at_is_no_absence() -> None:
    looks = working()
    for seconds in (10, 20, 600):
        assert looks.look(None, seconds=seconds) == (S.WORKING,)


def test_without_a_history_read_since_it_went_nothing_is_concluded() -> None:
    looks = working()
    looks.look([], seconds=10, history_seconds=5)
    assert looks.look([], seconds=60, history_seconds=5) == (S.WORKING,)
    assert looks.look([], seconds=62, history_seconds=61) == (S.CANCELLED,)


def test_a_history_page_that_does_not_reach_back_leaves_the_question_open() -> None:
    looks = Looks((make_intent(state=S.WORKING, order_id="1", created_at=NOW - timedelta(days=40)),))
    looks.look([], seconds=10, total=500)
    assert looks.look([], seconds=20, total=500) == (S.MISSING,)
    assert "see the history" in looks.intents[0].reason


def test_a_trade_that_comes_late_corrects_the_verdict() -> None:
    looks = working()
    looks.look([], seconds=10)
    assert looks.look([], seconds=15) == (S.CANCELLED,)
    assert looks.look([], [fill()], seconds=30) == (S.FILLED,)


def test_a_verdict_is_final_after_ten_minutes() -> None:
    looks = working()
    looks.look([], seconds=10)
    looks.look([], seconds=15)
    assert looks.look([], [fill()], seconds=700) == (S.CANCELLED,)


def test_what_was_filled_before_a_cancel_stays_on_record() -> None:
    looks = working()
    looks.look([ours(amount="0.0030")], [fill(amount=0.0011)], seconds=2)
    looks.look([], [fill(amount=0.0011)], seconds=10)
    assert looks.look([], [fill(amount=0.0011)], seconds=15) == (S.CANCELLED,)
    assert looks.intents[0].filled == "0.0011"


@pytest.mark.parametrize("state", [S.HANDED_OVER, S.UNKNOWN])
def test_a_cancel_ends_when_its_order_is_gone_in_two_reads(state: IntentState) -> None:
    cancel = make_intent(make_cancel(ours()), state=state, id="cancel")
    looks = Looks((cancel, make_intent(state=S.WORKING, order_id="1")))
    assert looks.look([ours()], seconds=60) == (state, S.WORKING)
    assert looks.look([], seconds=62) == (state, S.WORKING)
    assert looks.look([], seconds=67) == (S.CANCELLED, S.CANCELLED)
    assert looks.intents[1].reason == "cancelled by us"


def test_a_cancel_that_came_too_late_says_that_the_order_was_filled() -> None:
    cancel = make_intent(make_cancel(ours()), id="cancel")
    looks = Looks((cancel, make_intent(state=S.WORKING, order_id="1")))
    assert looks.look([], [fill(at=NOW - timedelta(seconds=30))], seconds=2) == (S.FILLED, S.FILLED)


def test_a_cancel_of_a_partly_filled_order_is_not_taken_for_its_fill() -> None:
    looks = Looks((make_intent(make_cancel(ours(amount="0.0030")), id="cancel"),))
    trades = [fill(amount=0.0011)]
    looks.look([], trades, seconds=10)
    assert looks.look([], trades, seconds=15) == (S.CANCELLED,)


def test_a_refused_cancel_explains_nothing() -> None:
    refused = make_intent(make_cancel(ours()), state=S.REFUSED, id="cancel")
    looks = Looks((refused, make_intent(state=S.WORKING, order_id="1")))
    looks.look([], seconds=10)
    assert looks.look([], seconds=15) == (S.REFUSED, S.CANCELLED)
    assert looks.intents[1].reason == "left the book without a trade"


@pytest.mark.parametrize("state", [S.SENDING, S.NOT_SENT, S.BLOCKED, S.FILLED, S.AMBIGUOUS])
def test_intents_that_wait_for_nothing_stay_the_same_objects(state: IntentState) -> None:
    intent = make_intent(state=state)
    looks = Looks((intent,))
    looks.look([ours()], [fill("2")])
    assert looks.intents[0] is intent


def test_a_look_that_shows_nothing_new_keeps_the_object() -> None:
    looks = working()
    before = looks.intents[0]
    looks.look([ours()], seconds=5)
    assert looks.intents[0] is before


def test_the_fresher_of_two_readings_counts() -> None:
    intent = make_intent()
    stale = make_feed((make_pair_status(open_orders=()),), age_seconds=2)
    fresh = make_feed(make_pair_status(open_orders=(ours(),)), age_seconds=1)
    snapshot = make_snapshot(feeds={Topic(Kind.PAIRS): stale, Topic(Kind.PAIR, intent.pair.key): fresh})
    (found,), _ = reconcile((intent,), snapshot, {}, NOW)
    assert found.state is S.WORKING


@pytest.mark.parametrize("state", [S.SENDING, S.HANDED_OVER, S.UNKNOWN, S.AMBIGUOUS])
def test_an_order_that_rounding_would_give_to_either_of_two_is_given_to_the_one_that_it_equals_or_none(
    state: IntentState,
) -> None:
    exact = make_intent(make_placement(amount="0.0041"), state=state, id="b")
    near = make_intent(
        make_placement(amount="0.004101"), state=S.UNKNOWN, id="a", created_at=NOW - timedelta(seconds=3)
    )
    looks = Looks((exact, near))
    looks.look([ours("1")])
    assert looks.intents[1].state is S.UNKNOWN
    assert looks.intents[0].order_id == ("1" if state in (S.HANDED_OVER, S.UNKNOWN) else "")
