"""What the guards refuse, what they ask for, and what confirming a preview agrees to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.record import to_command, to_text
from gunbot_tui.engine.risk import judge, reduces, standing_of
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Consent, Limits, Rule, Usage
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft, OrderPreview, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Position, Side
from tests.factories import NOW, make_balance, make_book, make_feed, make_intent, make_placement, with_feed
from tests.unit.order.scenes import BTC, FUNDS, LIMITS, LONG, NO_LIMITS, futures, order, scene

D = Decimal
ID = "20261121T140207-abc234"
SAME = make_placement(price="60000", amount="0.01")


def soft(**rules: int) -> Limits:
    return Limits(hard=LIMITS.hard, soft={Rule(rule): D(value) for rule, value in rules.items()})


def sent(
    state: IntentState, seconds: float = 4, command: PlaceOrder = SAME, id: str = "20261121T140207-abc234"
) -> Intent:
    order_id = "7" if state is IntentState.WORKING else ""
    return make_intent(command, state, id, NOW - timedelta(seconds=seconds), order_id=order_id)


@pytest.mark.parametrize(
    ("text", "where"), [("buy 0.001 @ 64500", "5.8% above the ask"), ("sell 0.001 @ 57000", "6.6% below the bid")]
)
def test_o05_five_percent_on_the_wrong_side_asks(text: str, where: str) -> None:
    made = order(text, scene(position=None))
    assert made.warnings == (f"a price {where} is over the default soft limit of 5% (max_collar_percent)",)
    assert made.blocks == ()
    assert made.must_type == "60.98"
    assert made.consent == Consent(frozenset({Rule.COLLAR}), typed=made.must_type)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("buy 0.001 @ 80000", "a price 31.3% above the ask"),
        ("sell 0.001 @ 40000", "a price 34.4% below the bid"),
        ("buy 0.001 stop 62000 limit 75100", "a limit 21.2% above its stop"),
        ("sell 0.001 stop 60000 limit 44900", "a limit 25.2% below its stop"),
        ("sell 0.001 trail 45000", "a stop 26.2% below the bid"),
        ("sell 0.001 trail 60000 @ 90000", "a reference 47.7% away from the market"),
        ("buy 0.001 oco 60000 stop 62000 limit 80000", "a stop's limit 29.1% above its stop"),
        ("sell 0.001 oco 62000 stop 60000 limit 44900", "a stop's limit 25.2% below its stop"),
    ],
)
def test_o05_over_twenty_percent_is_refused_for_every_leg(text: str, where: str) -> None:
    made = order(text)
    assert made.command is None
    assert made.blocks == (f"{where} is over the default limit of 20% (max_collar_percent)",)
    assert made.is_limited


@pytest.mark.parametrize("text", ["sell 0.001 stop 47000 limit 46900", "sell 0.001 oco 62000 stop 47000 limit 46900"])
def test_a_stop_far_away_is_a_caution_and_nothing_more(text: str) -> None:
    made = order(text)
    assert (made.blocks, made.must_type) == ((), "")
    assert made.warnings == ("the stop is 23% below the bid",)
    assert order(text.replace("47000", "60000").replace("46900", "59900")).warnings == ()


def test_o05_the_collar_is_set_in_the_config_file() -> None:
    wide = Limits(hard={**LIMITS.hard, Rule.COLLAR: D(40)}, soft={Rule.COLLAR: D(35)})
    assert order("buy 0.001 @ 80000", limits=wide).blocks == ()
    assert order("buy 0.001 @ 80000", limits=wide).must_type == ""
    narrow = Limits(hard={**LIMITS.hard, Rule.COLLAR: D(1)})
    assert "1% (max_collar_percent)" in order("buy 0.001 @ 62000", limits=narrow).blocks[0]


def test_a_price_on_the_good_side_has_no_collar() -> None:
    assert order("buy 0.01 @ 100").must_type == ""
    assert order("sell 0.01 @ 600000").must_type == ""


def test_the_hard_limit_is_named_with_value_and_limit() -> None:
    made = order("buy 0.01 @ 60000", limits=Limits(hard={Rule.NOTIONAL: D(500)}))
    assert made.command is None
    assert made.blocks == ("600 USDT is over the limit of 500 USDT per order (max_notional)",)


def test_the_share_of_the_funds_has_a_hard_limit() -> None:
    limits = Limits(hard={**LIMITS.hard, Rule.SHARE: D(40)})
    made = order("buy 0.01 @ 60000", limits=limits)
    assert made.blocks == ("49.9% of the free USDT is over the limit of 40% (max_share_percent)",)


def test_a_soft_limit_asks_for_the_money_as_the_ticket_shows_it() -> None:
    made = order("buy 0.0033333 @ 60000", limits=soft(max_notional=150))
    assert (made.blocks, made.must_type) == ((), "200")
    assert made.warnings[0] == "200 USDT is over your soft limit of 150 USDT per order (max_notional)"
    assert made.consent.rules == {Rule.NOTIONAL}
    assert order("buy 0.002 @ 60000", limits=soft(max_notional=150)).must_type == ""


def test_money_over_a_limit_is_rounded_up_to_cents() -> None:
    made = order("buy 0.01 @ 49899.99999", limits=Limits(hard={Rule.NOTIONAL: D(450)}))
    assert made.blocks == ("499 USDT is over the limit of 450 USDT per order (max_notional)",)
    made = order("buy 0.01 @ 50000.0001", limits=Limits(hard={Rule.NOTIONAL: D(500)}))
    assert made.blocks == ("500.01 USDT is over the limit of 500 USDT per order (max_notional)",)


def test_an_estimated_fee_has_eight_decimals_at_most() -> None:
    assert order("buy 0.00163666 @ 59999.99999").fee == D("0.09819959")


def test_small_money_is_asked_for_with_the_digits_that_it_has() -> None:
    used = replace(scene(), usage=Usage(day={"USDT": D(5)}))
    assert order("buy 0.0000001 @ 60000", used, soft(max_notional_day=1)).must_type == "0.006"


def test_all_soft_limits_that_it_breaks_are_one_warning_the_worst_first() -> None:
    limits = soft(max_notional=500, max_share_percent=10, max_notional_hour=1)
    made = order("buy 0.01 @ 60000", limits=limits)
    assert made.consent.rules == {Rule.NOTIONAL, Rule.SHARE, Rule.NOTIONAL_HOUR}
    places = [made.warnings[0].index(rule) for rule in (Rule.NOTIONAL_HOUR, Rule.SHARE)]
    assert places == sorted(places)
    assert len(made.warnings) == 1


@pytest.mark.parametrize("text", ["sell 0.01 @ 60000", "sell 0.01 @ 57500", "sell 0.01 stop 57000 limit 56900"])
def test_what_makes_a_position_smaller_passes_the_soft_limits_and_still_says_them(text: str) -> None:
    made = order(text, limits=soft(max_notional=100))
    assert (made.blocks, made.must_type, made.consent.rules) == ((), "", frozenset())
    assert "soft limit" in made.warnings[0]


def test_what_sells_more_than_is_held_or_held_by_nobody_knows_does_not_pass() -> None:
    funds = (make_balance("BTC", "9"),)
    assert order("sell 0.02 @ 61000", scene(funds=funds), soft(max_notional=100)).must_type == "1220"
    assert order("sell 0.01 @ 61000", scene(position=None), soft(max_notional=100)).must_type == "610"
    assert order("buy 0.01 @ 60000", limits=soft(max_notional=100)).must_type == "600"


def test_on_a_derivative_only_a_close_passes_the_soft_limits() -> None:
    limits = soft(max_notional=100)
    assert order("close 0.01 @ 61000", futures(), limits, LONG).must_type == ""
    assert order("sell 0.01 @ 61000", futures(), limits, LONG).must_type == "610"


def test_what_makes_a_position_smaller_does_not_pass_the_hard_limits() -> None:
    assert order("sell 0.01 @ 61000", limits=Limits(hard={Rule.NOTIONAL: D(100)})).is_limited


@pytest.mark.parametrize(
    "state", [IntentState.SENDING, IntentState.HANDED_OVER, IntentState.WORKING, IntentState.FILLED]
)
def test_the_same_order_within_thirty_seconds_asks_differently(state: IntentState) -> None:
    made = order("buy 0.010 @ 60000.0", scene(intents=[sent(state)], funds=(make_balance(free="9999"),)))
    assert made.must_type == "600"
    assert made.warnings[0] == "the same order was sent 4s ago as abc234: this would be a second one"
    assert made.consent == Consent(intents=frozenset({ID}), typed="600")


@pytest.mark.parametrize("text", ["buy 100usdt market", "buy 100usdt @ ask", "sell 100usdt market"])
def test_the_same_line_at_the_next_tick_is_asked_about(text: str) -> None:
    first = order(text).command
    assert first is not None
    ticked = make_book(bids=((60990.1, 0.5),), asks=((60990.4, 0.5),))
    again = order(text, scene(ticked, intents=[sent(IntentState.FILLED, command=first)]))
    assert again.amount != first.amount
    assert again.must_type == "100"
    assert again.warnings[0].startswith("nearly the same order, a ")
    assert again.warnings[0].endswith("was sent 4s ago as abc234: this would be a second one")


def test_the_same_part_of_shrunken_funds_is_asked_about() -> None:
    first = order("buy 25% @ 60000").command
    assert first is not None
    written = to_command(to_text(first))
    assert isinstance(written, PlaceOrder)
    less = (make_balance(free="903"), make_balance("BTC", "0.0123"))
    again = order("buy 25% @ 60000", scene(funds=less, intents=[sent(IntentState.WORKING, command=written)]))
    assert again.consent.intents == {ID}
    other = order("buy 20% @ 60000", scene(funds=less, intents=[sent(IntentState.WORKING, command=written)]))
    assert not other.consent.intents


def test_half_of_a_position_twice_is_asked_about() -> None:
    first = order("close 50% market", futures(), NO_LIMITS, LONG).command
    assert first is not None
    closed = futures(Position(0.25, 60000.0), intents=[sent(IntentState.FILLED, command=first)])
    again = order("close 50% market", closed, NO_LIMITS, LONG)
    assert again.amount == D("0.125")
    assert again.must_type
    assert again.consent.intents == {ID}


@pytest.mark.parametrize(
    "intent",
    [
        sent(IntentState.HANDED_OVER, seconds=31),
        sent(IntentState.NOT_SENT),
        sent(IntentState.REFUSED),
        sent(IntentState.BLOCKED),
        sent(IntentState.MISSING),
        sent(IntentState.HANDED_OVER, command=make_placement(price="60000", amount="0.0103")),
        sent(IntentState.HANDED_OVER, command=make_placement(side=Side.SELL, price="60000", amount="0.01")),
    ],
)
def test_another_order_an_older_one_or_one_that_never_left_is_no_twin(intent: Intent) -> None:
    assert order("buy 0.01 @ 60000", scene(intents=[intent])).must_type == ""


def test_an_unknown_order_on_the_same_side_asks_for_its_id() -> None:
    other = sent(IntentState.UNKNOWN, seconds=900, command=make_placement(price="59000", amount="0.001"))
    made = order("buy 0.01 @ 60000", scene(intents=[other]))
    assert made.must_type == "abc234"
    assert made.warnings[0] == "an unknown buy of 0.001 @ 59000 may already be there: abc234"
    assert made.consent == Consent(intents=frozenset({other.id}), typed="abc234")
    assert order("sell 0.01btc", scene(intents=[other])).must_type == ""


def test_an_unknown_twin_asks_for_both() -> None:
    twin = make_placement(price="60000", amount="0.005")
    made = order("buy 0.005 @ 60000", scene(intents=[sent(IntentState.UNKNOWN, command=twin)]))
    assert made.must_type == "300 abc234"


def test_several_unknown_orders_are_all_named() -> None:
    small = make_placement(price="59000", amount="0.001")
    ids = ("20261121T140000-aaaaaa", "20261121T135900-bbbbbb")
    made = order("buy 0.001 @ 60000", scene(intents=[sent(IntentState.UNKNOWN, 99, small, id) for id in ids]))
    assert made.must_type == "aaaaaa"
    assert made.warnings[0].endswith("aaaaaa, bbbbbb too")
    assert made.consent.intents == set(ids)


def test_there_are_never_more_than_three_warnings_and_questions_come_first() -> None:
    twin = sent(IntentState.UNKNOWN, command=make_placement(price="65000", amount="0.001"))
    old_funds = make_feed(FUNDS, age_seconds=100, interval_seconds=10)
    snapshot = with_feed(scene(intents=[twin]), Topic(Kind.BALANCES), old_funds)
    made = order("buy 0.001 @ 65000", snapshot, soft(max_notional=1))
    assert len(made.warnings) == 3
    for word, line in zip(("unknown", "same order", "soft limit"), made.warnings, strict=True):
        assert word in line
    assert made.must_type == "60.98 abc234"


def test_an_order_that_breaks_nothing_asks_nothing() -> None:
    made = order("buy 0.01 @ 60000")
    assert (made.must_type, made.consent, made.warnings) == ("", Consent(), ())


NUMBERS = st.decimals("0.0001", 100000, places=4)
BOUNDS = st.dictionaries(st.sampled_from(Rule), st.decimals("0.01", 10**6, places=2), max_size=4)
STATES = st.sampled_from([IntentState.UNKNOWN, IntentState.HANDED_OVER, IntentState.REFUSED, IntentState.FILLED])


@st.composite
def typed(draw: st.DrawFn) -> OrderDraft:
    kind, number = draw(st.sampled_from(OrderType)), st.builds(Price, st.just(PriceAnchor.NUMBER), NUMBERS)
    place = st.builds(
        Price, st.sampled_from([PriceAnchor.BID, PriceAnchor.ASK]), offset_percent=st.integers(-9, 9).map(D)
    )
    price = number | place
    amount = Amount(draw(NUMBERS), draw(st.sampled_from([AmountUnit.COIN, AmountUnit.MONEY])))
    limit, stop, stop_limit = (draw(price) if kind is not OrderType.MARKET else None for _ in range(3))
    return OrderDraft(BTC, draw(st.sampled_from(Side)), kind, amount, limit, stop, stop_limit)


@given(typed(), BOUNDS, BOUNDS, st.lists(STATES, max_size=3), st.integers(0, 12))
def test_what_the_preview_lets_through_the_judge_lets_through_too(
    draft: OrderDraft, hard: dict[Rule, Decimal], softly: dict[Rule, Decimal], states: list[IntentState], minute: int
) -> None:
    limits = Limits(hard={Rule.NOTIONAL: D(10**9), **hard}, soft=softly, soft_by_pair={BTC.native: softly})
    first = order_in(draft, [], limits, minute).command
    intents = [sent(state, 4, first or SAME, f"20261121T140207-aaaaa{n}") for n, state in enumerate(states)]
    made = order_in(draft, intents, limits, minute)
    if made.command is None:
        assert made.blocks
        return
    snapshot = busy(intents, minute)
    standing = standing_of(snapshot, made.command, NOW)
    smaller = reduces(made.command, snapshot)
    assert judge(made.command, limits, standing, made.consent, reduces=smaller) is None
    asks_the_market_alone = not made.consent.intents and made.consent.rules <= {Rule.COLLAR, Rule.SLIP, Rule.SHARE}
    unasked = judge(made.command, limits, standing, Consent(), reduces=smaller)
    assert (unasked is None) is asks_the_market_alone


def busy(intents: list[Intent], minute: int) -> Snapshot:
    """A rich account that was used a little."""
    funds = (make_balance(free="1e12"), make_balance("BTC", "1e12"))
    usage = Usage({"USDT": D(400), BTC.key: D(100)}, {"USDT": D(900), BTC.key: D(300)}, minute)
    return replace(scene(make_book(((100.0, 1e6),), ((100.1, 1e6),)), funds=funds, intents=intents), usage=usage)


def order_in(draft: OrderDraft, intents: list[Intent], limits: Limits, minute: int) -> OrderPreview:
    made = preview(draft, busy(intents, minute), NOW, limits=limits)
    assert isinstance(made, OrderPreview)
    return made


def test_a_close_passes_the_limit_per_order_and_a_sell_that_is_no_close_does_not() -> None:
    limits = Limits(hard={Rule.NOTIONAL: D(500), Rule.COLLAR: D(99)})
    position = Position(0.01149, 60000.0)
    over = "700.61 USDT is over the limit of 500 USDT per order (max_notional)"
    made = order("close all market", futures(position), limits, LONG)
    assert (made.blocks, made.must_type) == ((), "")
    assert made.warnings == (f"{over}: leaving a position passes",)
    assert order("sell 0.01149btc market", futures(position), limits, LONG).blocks == (over,)


def test_a_sell_of_coins_that_are_held_keeps_the_hard_limits_where_nothing_proves_that_it_reduces() -> None:
    limits = Limits(hard={Rule.NOTIONAL: D(500)})
    assert order("sell 0.01 @ 61000", limits=limits).blocks == (
        "610 USDT is over the limit of 500 USDT per order (max_notional)",
    )


@pytest.mark.parametrize(("text", "is_said"), [("sell 0.001btc market", True), ("buy 0.001btc market", False)])
def test_a_sell_on_a_long_contract_says_that_it_is_no_close(text: str, is_said: bool) -> None:
    told = "this sell is no close: write close to make the LONG position smaller"
    assert (told in order(text, futures(), NO_LIMITS, LONG).warnings) is is_said
    assert told not in order("close 50% market", futures(), NO_LIMITS, LONG).warnings
