"""The judge of the journal's transaction: halt, limits, pairs, and what was sent before; every line names its rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.engine.risk import judge, reduces, standing_of
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Consent, Limits, Rule, Standing, Usage
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import OrderType, Position, Side
from tests.factories import HALT, NOW, make_cancel, make_intent, make_pair, make_placement
from tests.unit.order.scenes import BTC, ETH, LONG, SHORT, futures, scene

D = Decimal
ORDER = make_placement(price="60000", amount="0.01")
SPENT = Usage({"USDT": D(450), BTC.key: D(50)}, {"USDT": D(900), BTC.key: D(60)}, minute=3)


def judged(
    limits: Limits | None = None,
    standing: Standing | None = None,
    consent: Consent | None = None,
    *,
    command: PlaceOrder = ORDER,
    reduces: bool = False,
) -> str | None:
    return judge(command, limits or Limits(), standing or Standing(), consent or Consent(), reduces=reduces)


def test_without_limits_and_a_past_an_order_passes() -> None:
    assert judged() is None


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity"])
@pytest.mark.parametrize(("field", "name"), [("amount", "amount"), ("price", "price"), ("stop", "stop")])
def test_o07_what_is_no_number_above_zero_is_never_sent(field: str, name: str, bad: str) -> None:
    broken = PlaceOrder(
        BTC,
        Side.BUY,
        OrderType.LIMIT,
        D(bad) if field == "amount" else D(1),
        D(bad) if field == "price" else D(1),
        D(bad) if field == "stop" else None,
    )
    assert judged(command=broken) == f"the {name} must be a number above zero"


def test_a_halt_comes_before_everything() -> None:
    halted = Standing(halted=True, twins=("a",))
    assert judged(Limits(hard={Rule.NOTIONAL: D(1)}), halted) == "HALTED: nothing is sent until you type :release"


@pytest.mark.parametrize(
    ("rule", "limit", "reason"),
    [
        (Rule.NOTIONAL, "599.99", "600 USDT is over the limit of 599.99 USDT per order (max_notional)"),
        (
            Rule.NOTIONAL_HOUR,
            "1000",
            "1050 USDT with what the last hour saw is over the limit of 1000 USDT per hour (max_notional_hour)",
        ),
        (
            Rule.NOTIONAL_DAY,
            "1499",
            "1500 USDT with what the last day saw is over the limit of 1499 USDT per day (max_notional_day)",
        ),
        (Rule.ORDERS_MINUTE, "3", "an order after 3 others in a minute is over the limit of 3 (max_orders_minute)"),
    ],
)
def test_a_hard_limit_names_rule_value_and_limit(rule: Rule, limit: str, reason: str) -> None:
    standing = Standing(SPENT)
    limits = Limits(hard={rule: D(limit)})
    assert judged(limits, standing) == reason
    assert judged(limits, standing, Consent(frozenset(Rule)), reduces=True) == reason


@pytest.mark.parametrize(
    ("rule", "limit"),
    [(Rule.NOTIONAL, 600), (Rule.NOTIONAL_HOUR, 1050), (Rule.NOTIONAL_DAY, 1500), (Rule.ORDERS_MINUTE, 4)],
)
def test_what_just_reaches_a_limit_passes(rule: Rule, limit: int) -> None:
    assert judged(Limits(hard={rule: D(limit)}), Standing(SPENT)) is None


def test_a_pairs_own_limit_counts_instead_and_for_its_own_sum() -> None:
    standing = Standing(SPENT)
    wide = Limits(hard={Rule.NOTIONAL_HOUR: D(1)}, hard_by_pair={"USDT-BTC": {Rule.NOTIONAL_HOUR: D(650)}})
    assert judged(wide, standing) is None
    narrow = Limits(hard={Rule.NOTIONAL_HOUR: D(9999)}, hard_by_pair={BTC.key: {Rule.NOTIONAL_HOUR: D(649)}})
    assert "650 USDT" in str(judged(narrow, standing))
    assert judged(narrow, standing, command=make_placement(ETH, price="6000", amount="0.1")) is None


def test_the_exchanges_own_name_of_a_pair_comes_before_the_general_one() -> None:
    by_pair = {"binance/USDT-BTC": {Rule.NOTIONAL: D(700)}, "USDT-BTC": {Rule.NOTIONAL: D(1)}}
    assert judged(Limits(hard_by_pair=by_pair)) is None
    elsewhere = make_placement(make_pair(exchange="kraken"), price="60000", amount="0.01")
    assert "(max_notional)" in str(judged(Limits(hard_by_pair=by_pair), command=elsewhere))


def test_money_of_another_name_is_another_sum() -> None:
    euro = make_placement(make_pair(money="EUR"), price="60000", amount="0.01")
    assert judged(Limits(hard={Rule.NOTIONAL_HOUR: D(600)}), Standing(SPENT), command=euro) is None


def test_a_soft_limit_passes_only_with_the_users_word_or_when_it_reduces() -> None:
    limits = Limits(soft={Rule.NOTIONAL: D(500), Rule.NOTIONAL_DAY: D(1000)})
    reason = "600 USDT is over your soft limit of 500 USDT per order (max_notional): confirm again"
    day = "1500 USDT with what the last day saw is over your soft limit of 1000 USDT per day (max_notional_day)"
    assert judged(limits) == reason
    assert judged(limits, consent=Consent(frozenset({Rule.NOTIONAL}))) is None
    assert judged(limits, reduces=True) is None
    agreed = Consent(frozenset({Rule.NOTIONAL}))
    assert judged(limits, Standing(SPENT), agreed) == f"{day}: confirm again"


def test_an_order_has_the_money_of_its_dearest_leg() -> None:
    oco = replace(ORDER, type=OrderType.OCO, stop=D(62000), stop_limit=D(63000))
    assert "630 USDT" in str(judged(Limits(hard={Rule.NOTIONAL: D(620)}), command=oco))


def test_no_digit_of_a_long_number_is_lost_at_a_limit() -> None:
    long = PlaceOrder(BTC, Side.BUY, OrderType.LIMIT, D("100000000000000000.000000000000000001"), D("1"))
    assert judged(Limits(hard={Rule.NOTIONAL: D(10**17)}), command=long) is not None


@pytest.mark.parametrize("name", ["USDT-BTC", "binance/USDT-BTC", "usdt-btc"])
def test_a_protected_pair_takes_no_order(name: str) -> None:
    limits = Limits(protected_pairs=frozenset({name}))
    said = "USDT-BTC on binance is protected: no order is placed there (protected_pairs)"
    assert judged(limits, reduces=True) == said
    assert judged(limits, command=make_placement(ETH)) is None


@pytest.mark.parametrize("names", [{"USDT-ETH"}, {"kraken/USDT-BTC"}])
def test_a_pair_that_is_not_among_the_allowed_ones_takes_no_order(names: set[str]) -> None:
    limits = Limits(allowed_pairs=frozenset(names))
    assert judged(limits) == f"USDT-BTC on binance is not allowed: allowed_pairs has {next(iter(names))}"
    assert judged(Limits(allowed_pairs=frozenset({*names, "USDT-BTC"}))) is None


def test_a_twin_and_an_unknown_pass_only_when_they_were_seen() -> None:
    standing = Standing(twins=("20261121T140207-abc234",), unknowns=("20261121T130000-xyz567",))
    unknown = "nobody knows whether xyz567 arrived, a buy here too: confirm again"
    twin = "the same order, or nearly, was sent within 30 s, as abc234: confirm again"
    assert judged(standing=standing) == unknown
    seen = Consent(intents=frozenset({"20261121T130000-xyz567"}))
    assert judged(standing=standing, consent=seen) == twin
    assert judged(standing=standing, consent=Consent(intents=frozenset((*standing.twins, *standing.unknowns)))) is None


def test_the_standing_is_what_the_list_of_our_intents_says() -> None:
    intents = [
        make_intent(ORDER, IntentState.HANDED_OVER, "twin"),
        make_intent(replace(ORDER, price=D(1)), IntentState.UNKNOWN, "unknown"),
        make_intent(replace(ORDER, side=Side.SELL), IntentState.UNKNOWN, "other side"),
        make_intent(make_placement(ETH), IntentState.UNKNOWN, "other pair"),
        make_intent(make_cancel(), IntentState.UNKNOWN, "a cancel"),
    ]
    snapshot = replace(scene(intents=intents), usage=SPENT, halt=HALT)
    assert standing_of(snapshot, ORDER, NOW) == Standing(SPENT, True, ("twin",), ("unknown",))


MARKET = replace(ORDER, type=OrderType.MARKET)
STOP = replace(ORDER, type=OrderType.STOP_LIMIT, stop=D(61000))
CLOSE = replace(ORDER, pair=LONG, side=Side.SELL, closes=True)


@pytest.mark.parametrize(
    ("first", "again", "alike"),
    [
        (ORDER, replace(ORDER, amount=D("0.0098"), price=D(60600)), True),
        (ORDER, replace(ORDER, amount=D("0.0097")), False),
        (ORDER, replace(ORDER, price=D(60700)), False),
        (ORDER, replace(ORDER, side=Side.SELL), False),
        (ORDER, replace(ORDER, pair=ETH), False),
        (ORDER, MARKET, False),
        (MARKET, replace(MARKET, price=D(70000), amount=D("0.0101")), True),
        (STOP, replace(STOP, stop=D(61500)), True),
        (STOP, replace(STOP, stop=D(62000)), False),
        (CLOSE, replace(CLOSE, amount=D("0.005")), True),
        (CLOSE, replace(CLOSE, amount=D("0.005"), price=D(63000)), False),
        (CLOSE, replace(CLOSE, closes=False), False),
    ],
)
def test_an_order_that_is_nearly_an_earlier_one_is_its_twin(first: PlaceOrder, again: PlaceOrder, alike: bool) -> None:
    snapshot = scene(intents=[make_intent(first, IntentState.HANDED_OVER, "first")])
    assert standing_of(snapshot, again, NOW).twins == (("first",) if alike else ())
    assert first.resembles(again) is again.resembles(first) is alike


@pytest.mark.parametrize(
    ("side", "amount", "size", "smaller"),
    [
        (Side.SELL, "0.0123", 0.0123, True),
        (Side.SELL, "0.0124", 0.0123, False),
        (Side.BUY, "0.0001", 0.0123, False),
        (Side.BUY, "0.0123", -0.0123, True),
        (Side.SELL, "0.0001", -0.0123, False),
        (Side.SELL, "0.0001", None, False),
        (Side.SELL, "0.0001", float("nan"), False),
    ],
)
def test_an_order_reduces_what_is_held_and_no_more(side: Side, amount: str, size: float | None, smaller: bool) -> None:
    position = None if size is None else Position(size, None)
    assert reduces(make_placement(side=side, amount=amount), scene(position=position)) is smaller


def test_beside_an_unknown_order_of_its_side_nothing_but_a_close_is_sure_to_reduce() -> None:
    order = make_placement(side=Side.SELL, amount="0.001")
    lost = make_intent(make_placement(side=Side.SELL, amount="0.002"), IntentState.UNKNOWN, id="intent-hztg2u")
    snapshot = scene(position=Position(0.0123, 60120.0), intents=(lost,))
    assert not reduces(order, snapshot)
    assert reduces(replace(order, closes=True), snapshot)
    bought = replace(lost, command=make_placement(amount="0.002"))
    assert reduces(order, scene(position=Position(0.0123, 60120.0), intents=(bought,)))


def test_o10_on_a_contract_only_a_close_is_sure_to_reduce() -> None:
    snapshot = futures(short=Position(-0.5, None))
    long, short = make_placement(LONG, Side.SELL, amount="0.5"), make_placement(SHORT, Side.BUY, amount="0.5")
    for order in (long, short):
        assert not reduces(order, snapshot)
        assert reduces(replace(order, closes=True), snapshot)
        assert not reduces(replace(order, closes=True, amount=D("0.6")), snapshot)


IN_BTC = make_placement(make_pair("LTC", "BTC"), price="0.0015", amount="8")


def test_a_money_has_limits_of_its_own() -> None:
    limits = Limits(hard={Rule.NOTIONAL: D(500)}, hard_by_money={"BTC": {Rule.NOTIONAL: D("0.01")}})
    reason = "0.012 BTC is over the limit of 0.01 BTC per order (max_notional)"
    assert judged(limits, command=IN_BTC) == reason
    assert "500 USDT" in str(judged(limits))
    wider = replace(limits, hard_by_pair={"BTC-LTC": {Rule.NOTIONAL: D(1)}})
    assert judged(wider, command=IN_BTC) is None


def test_a_plain_limit_is_none_in_a_money_that_is_no_dollar_and_asks() -> None:
    limits = Limits(hard={Rule.NOTIONAL: D(700)})
    told = "max_notional = 700 is no limit for BTC: write one in limits.money.BTC: confirm again"
    assert judged(limits, command=IN_BTC) == told
    assert judged(limits, consent=Consent(frozenset({Rule.NOTIONAL})), command=IN_BTC) is None
    assert judged(limits) is None
    assert judged(replace(limits, hard_by_pair={"BTC-LTC": {Rule.NOTIONAL: D(1)}}), command=IN_BTC) is None
