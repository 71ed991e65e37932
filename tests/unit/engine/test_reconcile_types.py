"""What the evidence makes of the order types that are more than a limit, and of evidence that is more than an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.engine.evidence import UNREAD
from gunbot_tui.engine.on_sight import judge_waiting
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from tests.factories import HALT, NOW, make_balance, make_cancel, make_intent, make_pair, make_placement
from tests.unit.engine.looks import EQUAL_TRAIL, LEG, OCO, STOP, TARGET, TRAIL, Looks, fill, ours, stopped

S = IntentState


@pytest.mark.parametrize(
    ("command", "order", "matches"),
    [
        (STOP, ours(price="60990"), True),
        (STOP, stopped(ours(price="60990"), "61000"), True),
        (STOP, ours(price="61000"), True),
        (STOP, stopped(ours(price="60990"), "62000"), False),
        (STOP, ours(price="62000"), False),
        (make_placement(price="60990"), stopped(ours(price="60990"), "61000"), False),
        (make_placement(price="60990"), stopped(ours(price="60990"), "0"), True),
        (TRAIL, ours(price="59000"), True),
        (TRAIL, stopped(ours(price="1"), "61400"), True),
        (TRAIL, ours(price="59000", amount="0.005"), False),
        (TRAIL, replace(ours(price="59000"), side=Side.SELL), False),
    ],
)
def test_a_stop_is_told_by_its_trigger_and_a_trailing_stop_by_amount_and_side(
    command: PlaceOrder, order: OpenOrder, matches: bool
) -> None:
    looks = Looks((make_intent(command),))
    assert looks.look([order]) == ((S.WORKING,) if matches else (S.HANDED_OVER,))


def test_two_trailing_stops_of_the_same_size_are_for_the_user_to_tell_apart() -> None:
    looks = Looks((make_intent(TRAIL),))
    assert looks.look([ours("1", price="59000"), ours("2", price="58000")]) == (S.AMBIGUOUS,)


@pytest.mark.parametrize(("price", "state"), [(60990.0, S.FILLED), (60500.0, S.FILLED), (61500.0, S.UNKNOWN)])
def test_a_stop_that_triggered_at_once_is_found_in_the_history(price: float, state: IntentState) -> None:
    looks = Looks((make_intent(STOP, state=S.UNKNOWN),))
    assert looks.look([], [fill(price=price)]) == (state,)


def test_an_oco_is_two_orders_of_the_exchange() -> None:
    looks = Looks((make_intent(OCO),))
    assert looks.look([LEG, TARGET]) == (S.WORKING,)
    assert (looks.intents[0].order_id, looks.intents[0].leg_id) == ("1", "2")


@pytest.mark.parametrize(("first", "second"), [(TARGET, LEG), (LEG, TARGET)])
def test_the_second_leg_of_an_oco_may_be_shown_later(first: OpenOrder, second: OpenOrder) -> None:
    looks = Looks((make_intent(OCO),))
    assert looks.look([first]) == (S.WORKING,)
    assert looks.look([first, second], seconds=2) == (S.WORKING,)
    assert (looks.intents[0].order_id, looks.intents[0].leg_id) == (first.id, second.id)
    assert len(looks.intents) == 1


def test_two_equal_ocos_have_two_orders_each() -> None:
    looks = Looks((make_intent(OCO, id="b"), make_intent(OCO, id="a", created_at=NOW - timedelta(seconds=3))))
    looks.look([TARGET, LEG, replace(TARGET, id="3"), replace(LEG, id="4")])
    assert looks.states == (S.WORKING, S.WORKING)
    assert {id for intent in looks.intents for id in (intent.order_id, intent.leg_id)} == {"1", "2", "3", "4"}


@pytest.mark.parametrize(("id", "price"), [("1", 60000.0), ("2", 61050.0)])
def test_an_oco_is_filled_by_either_of_its_orders(id: str, price: float) -> None:
    looks = Looks((make_intent(OCO),))
    looks.look([TARGET, LEG])
    assert looks.look([], [fill(id, price=price)], seconds=2) == (S.FILLED,)


def test_an_oco_works_while_one_of_its_orders_does_and_ends_with_both() -> None:
    cancel = make_intent(make_cancel(LEG), id="cancel")
    looks = Looks((cancel, make_intent(OCO)))
    looks.look([TARGET, LEG])
    looks.look([TARGET], seconds=2)
    assert looks.look([TARGET], seconds=60)[1] is S.WORKING
    looks.look([], seconds=62)
    assert looks.look([], seconds=67)[1] is S.CANCELLED
    assert looks.intents[1].reason == "cancelled by us"


def test_three_orders_that_could_be_the_two_of_an_oco_are_ambiguous() -> None:
    looks = Looks((make_intent(OCO),))
    assert looks.look([TARGET, LEG, replace(LEG, id="3")]) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "3 orders match 1 intent: 1, 2, 3"


def test_t19_a_request_that_was_carried_out_twice_is_an_alarm_naming_both_orders() -> None:
    looks = Looks((make_intent(),), is_whole=True)
    assert looks.look([ours("1"), ours("2")]) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "2 orders match 1 intent: 1, 2"


@pytest.mark.parametrize("seconds", [2, 59])
def test_t19_a_second_order_that_comes_later_is_the_same_alarm(seconds: int) -> None:
    looks = Looks((make_intent(created_at=NOW),), is_whole=True)
    assert looks.look([ours("1")]) == (S.WORKING,)
    second = ours("2", at=NOW + timedelta(seconds=seconds))
    assert looks.look([ours("1"), second], seconds=seconds) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "2 orders match 1 intent: 1, 2"
    assert looks.intents[0].order_id == ""


def test_t19_a_market_order_that_was_filled_twice_is_the_same_alarm() -> None:
    looks = Looks((make_intent(make_placement(type=OrderType.MARKET)),), is_whole=True)
    assert looks.look([], [fill("1")]) == (S.FILLED,)
    assert looks.look([], [fill("2"), fill("1")], seconds=4) == (S.AMBIGUOUS,)
    assert looks.intents[0].filled == "0"


def test_an_equal_order_a_minute_later_is_the_strategys_and_no_alarm() -> None:
    looks = Looks((make_intent(created_at=NOW),), is_whole=True)
    looks.look([ours("1")])
    second = ours("2", at=NOW + timedelta(seconds=61))
    assert looks.look([ours("1"), second], seconds=62) == (S.WORKING,)


def test_no_alarm_while_an_intent_of_another_program_may_be_missing_here() -> None:
    looks = Looks((make_intent(),))
    looks.look([ours("1")])
    assert looks.look([ours("1"), ours("2")], seconds=2) == (S.WORKING,)


def test_no_alarm_while_an_equal_order_of_ours_is_being_sent() -> None:
    looks = Looks((make_intent(id="b", state=S.SENDING), make_intent(id="a", state=S.WORKING, order_id="1")))
    looks.is_whole = True
    assert looks.look([ours("1"), ours("2")], seconds=2) == (S.SENDING, S.WORKING)


def test_what_the_user_chose_is_not_doubted_again() -> None:
    chosen = make_intent(state=S.WORKING, order_id="1", reason="chosen by the user", created_at=NOW)
    looks = Looks((chosen,), is_whole=True)
    assert looks.look([ours("1"), ours("2")], seconds=2) == (S.WORKING,)
    assert looks.look([ours("1", amount="0.003"), ours("2")], seconds=4) == (S.PARTLY_FILLED,)
    assert looks.look([ours("1", amount="0.003"), ours("2")], seconds=6) == (S.PARTLY_FILLED,)


def test_an_order_that_appears_while_its_equal_is_being_sent_is_given_to_nobody_yet() -> None:
    looks = Looks((make_intent(id="b", state=S.SENDING), make_intent(id="a", state=S.UNKNOWN)))
    assert looks.look([ours("1")]) == (S.SENDING, S.UNKNOWN)


def test_a_refused_order_that_stands_all_the_same_is_ours() -> None:
    looks = Looks((make_intent(state=S.REFUSED, created_at=NOW),))
    assert looks.look([ours("1", price="60940.01")]) == (S.REFUSED,)
    assert looks.look([ours("2", at=NOW + timedelta(seconds=8))], seconds=8) == (S.WORKING,)


def test_a_refused_order_is_not_looked_for_after_a_minute() -> None:
    looks = Looks((make_intent(state=S.REFUSED, created_at=NOW),))
    assert looks.look([ours("1", at=NOW + timedelta(seconds=61))], seconds=61) == (S.REFUSED,)


def test_an_order_without_a_time_may_be_old_when_the_book_was_unread_at_the_press() -> None:
    unread = replace(make_intent(), known_ids=frozenset({UNREAD}))
    assert Looks((unread,)).look([ours("1")]) == (S.WORKING,)
    looks = Looks((unread,))
    assert looks.look([ours("1", at=None)]) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "what looks like it may have stood there before: 1"


def test_funds_that_moved_are_told_once_and_decide_nothing() -> None:
    before = "1204.00 USDT free, 250.00 on order"
    unknown = replace(make_intent(state=S.UNKNOWN, reason="no answer"), funds=before)
    looks = Looks((unknown,), balances=(make_balance(),))
    assert looks.look([]) == (S.UNKNOWN,)
    assert looks.intents[0].reason == "no answer"
    looks.balances = (make_balance(free="954.15", locked="499.85"),)
    assert looks.look([], seconds=3) == (S.UNKNOWN,)
    said = f"no answer; funds moved, which proves nothing: {before} before, 954.15 USDT free, 499.85 on order after"
    assert looks.intents[0].reason == said
    looks.balances = (make_balance(free="1.00"),)
    looks.look([], seconds=6)
    assert looks.intents[0].reason == said


def test_o23_what_was_filled_before_the_cancel_is_kept_and_said() -> None:
    cancel = make_intent(make_cancel(ours(amount="0.0030")), id="cancel")
    looks = Looks((cancel, make_intent()))
    looks.look([ours(amount="0.0030")], [fill(amount=0.0011)])
    looks.look([], [fill(amount=0.0011)], seconds=5)
    assert looks.look([], [fill(amount=0.0011)], seconds=10) == (S.CANCELLED, S.CANCELLED)
    assert looks.intents[1].filled == "0.0011"
    assert looks.intents[1].reason == "cancelled by us, 0.0011 of 0.0041 filled before"


def test_o14_a_cancel_of_a_filled_order_says_so_and_never_cancelled() -> None:
    looks = Looks((make_intent(make_cancel(ours()), id="cancel"),))
    assert looks.look([ours()]) == (S.HANDED_OVER,)
    assert looks.look([], [fill()], seconds=30) == (S.FILLED,)
    assert looks.intents[0].reason == "already filled: there was nothing to cancel"


@pytest.mark.parametrize("state", [S.HANDED_OVER, S.UNKNOWN])
def test_o15_a_cancel_is_pending_until_two_reads_five_seconds_apart_lack_the_order(state: IntentState) -> None:
    looks = Looks((make_intent(make_cancel(ours()), state=state, id="cancel"),))
    assert looks.look([], seconds=1) == (state,)
    assert looks.look(None, seconds=60) == (state,)
    assert looks.look([ours()], seconds=62) == (state,)
    assert looks.look([], seconds=64) == (state,)
    assert looks.look([], seconds=68.9) == (state,)
    assert looks.look([], seconds=69) == (S.CANCELLED,)


def test_o22_our_order_and_the_strategys_like_are_two_candidates_for_the_user() -> None:
    looks = Looks((make_intent(state=S.UNKNOWN),))
    assert looks.look([ours("theirs", at=NOW - timedelta(seconds=1)), ours("mine")]) == (S.AMBIGUOUS,)
    assert looks.intents[0].reason == "2 orders match 1 intent: mine, theirs"


def waiting(of: str = "intent-1", created_at_seconds: float = 0.0) -> Intent:
    command = CancelOrder(make_pair(), "", Side.BUY, Decimal("60940"), Decimal("0.0041"), of)
    created_at = NOW + timedelta(seconds=created_at_seconds)
    return make_intent(command, S.WAITING, "cancel", created_at=created_at)


def judged(order: Intent, seconds: float = 1.0, snapshot: Snapshot | None = None) -> Intent:
    looks = Looks((order,))
    looks.look([ours("77", amount="0.0030", price="60941")], total=500)
    now = NOW + timedelta(seconds=seconds)
    return judge_waiting(waiting(), (order,), snapshot or looks.snapshot, now)


def test_a_cancel_on_sight_takes_its_values_from_the_order_that_appeared() -> None:
    found = judged(make_intent(state=S.WORKING, order_id="77"))
    assert found.state is S.SENDING
    assert found.command == CancelOrder(make_pair(), "77", Side.BUY, Decimal("60941"), Decimal("0.0030"), "intent-1")


@pytest.mark.parametrize("state", [S.SENDING, S.HANDED_OVER, S.UNKNOWN, S.AMBIGUOUS])
def test_a_cancel_on_sight_waits_while_its_order_is_not_told_from_others_and_not_for_ever(state: IntentState) -> None:
    order = make_intent(state=state)
    assert judged(order, seconds=599).state is S.WAITING
    late = judged(order, seconds=600)
    assert (late.state, late.reason) == (S.NOT_SENT, "the bot has not shown its order in 10 minutes")


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        (S.FILLED, S.FILLED),
        (S.CANCELLED, S.CANCELLED),
        (S.MISSING, S.NOT_SENT),
        (S.NOT_SENT, S.NOT_SENT),
        (S.REFUSED, S.NOT_SENT),
    ],
)
def test_a_cancel_on_sight_ends_with_its_order(state: IntentState, ends: IntentState) -> None:
    assert judged(make_intent(state=state)).state is ends


def test_a_halt_drops_a_cancel_on_sight() -> None:
    looks = Looks((make_intent(state=S.WORKING, order_id="77"),))
    looks.look([ours("77")])
    found = judged(make_intent(state=S.WORKING, order_id="77"), snapshot=replace(looks.snapshot, halt=HALT))
    assert (found.state, found.reason) == (S.NOT_SENT, "dropped by the halt")


def test_a_cancel_on_sight_of_an_order_that_is_not_ours_is_not_sent() -> None:
    cancel = waiting("somebody-else")
    looks = Looks(())
    looks.look([ours("77")])
    assert judge_waiting(cancel, (cancel,), looks.snapshot, NOW).state is S.NOT_SENT


@pytest.mark.parametrize("state", [S.HANDED_OVER, S.UNKNOWN])
def test_an_order_of_known_prices_takes_its_own_before_one_that_fits_any_price(state: IntentState) -> None:
    trail = make_intent(TRAIL, id="b", created_at=NOW - timedelta(seconds=2))
    oco = make_intent(OCO, state, "a", created_at=NOW - timedelta(seconds=1))
    looks = Looks((oco, trail))
    assert looks.look([EQUAL_TRAIL, TARGET, LEG]) == (S.WORKING, S.WORKING)
    assert [(intent.order_id, intent.leg_id) for intent in looks.intents] == [("1", "2"), ("3", "")]


def test_the_rounded_second_leg_of_an_oco_is_no_market_order_of_its_size() -> None:
    market = make_intent(make_placement(type=OrderType.MARKET), S.UNKNOWN, "m", created_at=NOW - timedelta(seconds=2))
    looks = Looks((make_intent(OCO, S.UNKNOWN, "a"), market))
    looks.look([TARGET, stopped(ours("2", price="61120"), "61010")])
    assert looks.states == (S.WORKING, S.UNKNOWN)
    assert {looks.intents[0].order_id, looks.intents[0].leg_id} == {"1", "2"}


def test_a_limit_order_is_told_from_a_trailing_stop_of_its_size() -> None:
    looks = Looks((make_intent(TRAIL, id="b"), make_intent(id="a")))
    assert looks.look([ours("1"), EQUAL_TRAIL]) == (S.WORKING, S.WORKING)
    assert [intent.order_id for intent in looks.intents] == ["3", "1"]


def test_a_refused_order_leaves_to_any_other_of_ours_what_may_be_its() -> None:
    market = make_intent(make_placement(type=OrderType.MARKET), id="b")
    refused = make_intent(state=S.REFUSED, id="a", created_at=NOW)
    looks = Looks((market, refused))
    assert looks.look([], [fill("1"), fill("2")]) == (S.AMBIGUOUS, S.REFUSED)
    assert looks.look([], [fill("1"), fill("2")], seconds=2) == (S.AMBIGUOUS, S.REFUSED)


def test_one_fill_that_two_of_our_orders_fit_is_given_to_neither() -> None:
    at_market = make_intent(make_placement(type=OrderType.MARKET), S.UNKNOWN, id="a")
    at_limit = make_intent(make_placement(price="61000"), S.UNKNOWN, id="b")
    looks = Looks((at_market, at_limit))
    one = fill("1", price=60990.0)
    assert looks.look([], [one]) == (S.UNKNOWN, S.UNKNOWN)
    looks = Looks((at_market, replace(at_limit, state=S.MISSING)))
    assert looks.look([], [one]) == (S.FILLED, S.MISSING)
