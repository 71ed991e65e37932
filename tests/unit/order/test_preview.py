"""What a draft would mean now, and every reason against sending it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.grammar import parse
from gunbot_tui.engine.ticket import aged, is_expired, moved, preview
from gunbot_tui.model.bot import Link, LinkState, TradeMode
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Book, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview, OrderPreview
from gunbot_tui.model.trading import Balance, OpenOrder, OrderType, PairState, Side
from tests.factories import (
    NOW,
    make_balance,
    make_book,
    make_cancel,
    make_candles,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_problem,
    make_snapshot,
    with_feed,
)

BTC = make_pair()
ETH = make_pair("ETH")
LONG = make_pair(exchange="bybit", contract="LONG")
BOOK = Topic(Kind.BOOK, BTC.key)
FUNDS = (make_balance(free="1204.00"), make_balance("BTC", "0.0123"))
LIMIT = Decimal(5000)
LIMITS = Limits(hard={Rule.NOTIONAL: LIMIT})
AT_HOME = (make_order(BTC), make_order(ETH, id="357099"))


def scene(
    book: Book | None = None,
    *,
    book_age: float = 0.5,
    book_unchanged: float | None = None,
    funds: Iterable[Balance] | None = FUNDS,
    orders: tuple[OpenOrder, ...] = AT_HOME,
    intents: Iterable[Intent] = (),
    mode: TradeMode = TradeMode.CONFIRM,
) -> Snapshot:
    """BTC/USDT and ETH/USDT on a live bot with a fresh book, candles and a little of both funds."""
    statuses = [
        make_pair_status(pair, open_orders=tuple(order for order in orders if order.pair == pair))
        for pair in (BTC, ETH)
    ]
    feeds = {
        BOOK: make_feed(book or make_book(), age_seconds=book_age, changed_seconds=book_unchanged),
        Topic(Kind.CANDLES, BTC.key): make_feed(make_candles(), interval_seconds=5),
    }
    return make_snapshot(statuses, config=make_config(), balances=funds, intents=intents, mode=mode, feeds=feeds)


def order(text: str, snapshot: Snapshot | None = None, limit: Decimal | None = LIMIT, pair: Pair = BTC) -> OrderPreview:
    snapshot = snapshot or scene()
    made = preview(
        parse(text, pairs=(BTC, ETH), selected=pair),
        snapshot,
        NOW,
        limits=Limits() if limit is None else Limits(hard={Rule.NOTIONAL: limit}),
    )
    assert isinstance(made, OrderPreview)
    return made


def cancel(text: str, snapshot: Snapshot) -> CancelPreview:
    made = preview(parse(text, pairs=(BTC, ETH), selected=BTC), snapshot, NOW, limits=LIMITS)
    assert isinstance(made, CancelPreview)
    return made


@pytest.mark.parametrize(
    ("text", "amount", "price"),
    [
        ("buy 0.01 @ 50000", "0.01", "50000"),
        ("buy 0.0100000001 @ 50000.123456789", "0.0100000001", "50000.123456789"),
        ("buy 0.01", "0.01", "60975.1"),
        ("sell 0.01", "0.01", "60975.4"),
        ("buy 0.01 @ ask", "0.01", "60975.4"),
        ("sell 0.01 @ bid", "0.01", "60975.1"),
        ("buy 0.01 @ last", "0.01", "60975.2"),
        ("buy 0.01 @ mid", "0.01", "60975.2"),
        ("sell 0.01 @ mid", "0.01", "60975.3"),
        ("buy 0.01 @ bid -0.5%", "0.01", "60670.2"),
        ("sell 0.01 @ ask +0.5%", "0.01", "61280.3"),
        ("buy 100usdt @ 60000", "0.00166666", "60000"),
        ("sell 100usdt @ 60000", "0.00166666", "60000"),
        ("buy 50% @ 60000", "0.01002331", "60000"),
        ("sell 50% @ 60000", "0.00615", "60000"),
        ("sell all", "0.0123", "60975.4"),
        ("buy 0.01 market", "0.01", "60975.4"),
        ("sell 0.01 market", "0.01", "60975.1"),
    ],
)
def test_a_draft_becomes_exactly_this_order(text: str, amount: str, price: str) -> None:
    made = order(text)
    side = Side.SELL if text.startswith("sell") else Side.BUY
    kind = OrderType.MARKET if "market" in text else OrderType.LIMIT
    assert made.blocks == ()
    assert made.command == PlaceOrder(BTC, side, kind, Decimal(amount), Decimal(price))


def test_everything_leaves_the_fee_inside() -> None:
    made = order("buy all @ 60000")
    assert made.notional is not None
    assert made.fee is not None
    assert Decimal("1203.99") < made.notional + made.fee <= 1204


def test_the_preview_tells_what_follows() -> None:
    made = order("buy 0.01 @ 60000")
    assert (made.notional, made.fee, made.free_after) == (Decimal(600), Decimal("0.6"), Decimal(604))
    assert (made.touch, made.opposite, made.touch_age_seconds) == (Decimal("60975.1"), Decimal("60975.4"), 0.5)
    assert made.strategy == "stepgrid"
    assert not made.takes


def test_an_order_that_takes_is_walked_through_the_book() -> None:
    book = make_book(asks=((100.0, 1.0), (110.0, 3.0)), bids=((99.0, 1.0),))
    made = order("buy 2 market", scene(book))
    assert (made.average_fill, made.worst_fill, made.slip_percent) == (Decimal(105), Decimal(110), Decimal(5))
    assert made.notional == 210
    limited = order("buy 2 @ 105", scene(book))
    assert limited.takes
    assert (limited.executes, limited.average_fill) == (Decimal(1), Decimal(100))


def test_money_buys_through_the_book_what_it_is_worth() -> None:
    book = make_book(asks=((100.0, 1.0), (200.0, 3.0)), bids=((99.0, 1.0),))
    assert order("buy 300usdt market", scene(book)).amount == 2


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (replace(scene(), halted=True), "HALTED"),
        (scene(mode=TradeMode.READ_ONLY), "read-only"),
        (replace(scene(), capabilities=Capabilities({Capability.PLACE_ORDER: "this bot can't"})), "this bot can't"),
        (replace(scene(), link=Link(LinkState.OFFLINE)), "offline"),
        (replace(scene(), journal_problem=make_problem("disk full")), "disk full"),
        (with_feed(scene(), Topic(Kind.CONFIG), make_feed(make_config(core_enabled=False))), "core is stopped"),
        (make_snapshot([make_pair_status(ETH)], balances=FUNDS), "does not trade BTC/USDT"),
        (scene(book_age=31), "no order book"),
        (scene(make_book(bids=((101.0, 1.0),), asks=((100.0, 1.0),))), "crossed"),
        (scene(book_unchanged=75), "stands still for 75s"),
        (scene(make_book(asks=())), "nobody to buy from"),
        (with_feed(scene(), BOOK, Feed()), "no order book"),
    ],
)
def test_a_market_order_is_blocked_with_the_reason(snapshot: Snapshot, reason: str) -> None:
    made = order("buy 0.001 market", snapshot)
    assert made.command is None
    assert reason in " ".join(made.blocks)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("buy", "no amount"),
        ("buy 1 market", "holds only 0.561 BTC"),
        ("buy 10 @ 60000", "it needs 600000 USDT, free are 1204"),
        ("sell 1 @ 61000", "it needs 1 BTC, free are 0.0123"),
        ("buy 0.0000000001usdt", "less than 0.00000001 BTC"),
        ("buy 0.001 @ 80000", "wrong side"),
        ("sell 0.001 @ 40000", "wrong side"),
    ],
)
def test_an_order_that_makes_no_sense_is_blocked(text: str, reason: str) -> None:
    made = order(text, limit=Decimal(10**9))
    assert made.command is None
    assert reason in made.blocks[0]


def test_the_hard_limit_is_named() -> None:
    made = order("buy 0.01 @ 60000", limit=Decimal(500))
    assert made.command is None
    assert "500 USDT" in made.blocks[0]
    assert "max_notional" in made.blocks[0]


def test_the_hard_limit_holds_for_the_worst_price_of_a_market_order() -> None:
    book = make_book(asks=((100.0, 1.0), (110.0, 3.0)), bids=((99.0, 1.0),))
    assert "220 USDT" in order("buy 2 market", scene(book), limit=Decimal(215)).blocks[0]


def test_live_trading_needs_a_hard_limit_and_the_demo_does_not() -> None:
    assert "max_notional" in order("buy 0.01", limit=None).blocks[0]
    assert order("buy 0.01", scene(mode=TradeMode.DEMO), limit=None).blocks == ()


def test_old_prices_block_and_say_how_old() -> None:
    snapshot = with_feed(scene(book_age=31), Topic(Kind.PAIRS), make_feed((make_pair_status(BTC),), age_seconds=40))
    assert order("buy 0.01 @ 50000", snapshot).blocks == ("the prices are 31s old: wait for fresh ones",)


def test_an_old_book_gives_way_to_a_fresh_core_memory() -> None:
    made = order("buy 0.01 @ ask", scene(make_book(asks=((70000.0, 1.0),)), book_age=31))
    assert (made.price, made.blocks) == (Decimal("60975.4"), ())


def test_without_any_market_only_a_typed_price_is_taken() -> None:
    snapshot = make_snapshot([make_pair_status(bid=None, ask=None)], balances=FUNDS)
    for text in ("buy 0.01", "buy 0.01 @ bid -1%", "sell 0.01 @ mid", "sell 0.01 market"):
        made = order(text, snapshot)
        assert made.command is None
        assert "no market price of BTC/USDT is known" in made.blocks[0]
    typed = order("buy 0.01 @ 60000", snapshot)
    assert typed.blocks == ()
    assert typed.warnings[0] == "no market price is known: nothing to compare with"


def test_a_book_without_the_other_side_has_nothing_to_compare_with() -> None:
    made = order("buy 0.01 @ 60000", scene(make_book(asks=())))
    assert made.warnings[0] == "no ask is known: nothing to compare with"


@pytest.mark.parametrize(
    "state", [IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS]
)
def test_funds_of_an_order_that_is_not_shown_yet_count_as_gone(state: IntentState) -> None:
    snapshot = scene(intents=[make_intent(make_placement(price="60000", amount="0.01"), state)])
    made = order("buy 0.001 @ 60000", snapshot)
    assert (made.free_before, made.free_after) == (Decimal("603.4"), Decimal("543.4"))
    assert made.pending == "after 1 order not shown yet"
    assert order("buy all @ 60000", snapshot).amount == Decimal("0.01004662")
    assert order("buy 0.011 @ 60000", snapshot).blocks == (
        "it needs 660 USDT, free are 603.4 after 1 order not shown yet",
    )


def test_each_asset_loses_only_what_is_spent_of_it_on_its_exchange() -> None:
    intents = [
        make_intent(make_placement(side=Side.SELL, amount="0.002"), IntentState.HANDED_OVER),
        make_intent(make_placement(ETH, price="3000", amount="0.1"), IntentState.UNKNOWN),
        make_intent(make_placement(side=Side.SELL, type=OrderType.MARKET, amount="0.001"), IntentState.SENDING),
        make_intent(make_placement(make_pair(exchange="kraken")), IntentState.UNKNOWN),
        make_intent(make_placement(), IntentState.WORKING, order_id="9"),
        make_intent(make_placement(), IntentState.REFUSED),
        make_intent(make_cancel(), IntentState.UNKNOWN),
    ]
    snapshot = scene(intents=intents)
    assert order("buy 0.001", snapshot).free_before == Decimal("903.7")
    sold = order("sell all", snapshot)
    assert (sold.amount, sold.pending) == (Decimal("0.0093"), "after 2 orders not shown yet")


def test_orders_not_shown_yet_can_leave_nothing_to_spend() -> None:
    unknown = make_intent(make_placement(price="60000", amount="1"), IntentState.UNKNOWN)
    blocked = order("buy 25%", scene(intents=[unknown])).blocks[0]
    assert blocked == "no USDT is free on binance after 1 order not shown yet"


def test_last_needs_fresh_candles() -> None:
    old = make_feed(make_candles(), age_seconds=100, interval_seconds=5)
    assert "no fresh last" in order("buy 0.01 @ last", with_feed(scene(), Topic(Kind.CANDLES, BTC.key), old)).blocks[0]


@pytest.mark.parametrize(
    ("text", "funds", "warning"),
    [
        ("buy 0.001 @ 65000", FUNDS, "6.6% above the ask"),
        ("sell 0.001 @ 57000", FUNDS, "6.5% below the bid"),
        ("buy 0.015 @ 60000", FUNDS, "75% of the free USDT"),
        ("sell 0.01", (), "not known how much BTC is free"),
        ("buy 1204usdt @ 1", FUNDS, "with the fee it is more"),
    ],
)
def test_what_the_user_should_know_is_said(text: str, funds: tuple[Balance, ...], warning: str) -> None:
    assert warning in " ".join(order(text, scene(funds=funds)).warnings)


def test_unknown_funds_block_a_share_of_them() -> None:
    assert "not known how much BTC" in order("sell 50%", scene(funds=())).blocks[0]
    assert "no BTC is free" in order("sell 50%", scene(funds=(make_balance("BTC", "0"),))).blocks[0]


def test_another_exchanges_funds_do_not_count() -> None:
    elsewhere = (make_balance("BTC", "5", exchange="binance#3"),)
    assert "not known how much BTC" in order("sell 50%", scene(funds=elsewhere)).blocks[0]


def test_an_unknown_order_on_the_same_side_comes_first() -> None:
    unknown = make_intent(make_placement(price="60000"), IntentState.UNKNOWN)
    assert "unknown buy of 0.0041 @ 60000" in order("buy 0.01", scene(intents=[unknown])).warnings[0]
    assert order("sell 0.01", scene(intents=[unknown])).warnings == ("81% of the free BTC",)


def test_there_are_never_more_than_three_warnings() -> None:
    unknown = make_intent(make_placement(), IntentState.UNKNOWN)
    old_funds = make_feed(FUNDS, age_seconds=100, interval_seconds=10)
    snapshot = with_feed(scene(intents=[unknown]), Topic(Kind.BALANCES), old_funds)
    assert len(order("buy 1204usdt @ 65000", snapshot).warnings) == 3


def test_a_paused_pair_has_no_strategy_that_interferes() -> None:
    snapshot = with_feed(scene(), Topic(Kind.PAIRS), make_feed((make_pair_status(BTC, state=PairState.PAUSED),)))
    assert order("buy 0.01", snapshot).strategy == ""


def test_on_a_derivative_funds_are_not_known() -> None:
    snapshot = make_snapshot([make_pair_status(LONG)], balances=[make_balance(exchange="bybit")], config=make_config())
    made = preview(parse("buy 50%", pairs=(LONG,), selected=LONG), snapshot, NOW, limits=LIMITS)
    assert "not known how much USDT" in made.blocks[0]


@pytest.mark.parametrize(("seconds", "expired"), [(0, False), (15, False), (15.1, True), (-1, True)])
def test_a_preview_lives_fifteen_seconds(seconds: float, expired: bool) -> None:
    assert is_expired(order("buy 0.01"), NOW + timedelta(seconds=seconds)) is expired


@pytest.mark.parametrize(("seconds", "blocked"), [(9.4, False), (9.6, True)])
def test_what_was_fine_is_blocked_once_its_prices_are_over_ten_seconds_old(seconds: float, blocked: bool) -> None:
    snapshot, later = scene(), NOW + timedelta(seconds=seconds)
    made = order("buy 0.01 @ 60000", snapshot)
    assert made.blocks == ()
    assert bool(preview(made.draft, snapshot, later, limits=LIMITS).blocks) is blocked
    older = aged(made, later)
    assert isinstance(older, OrderPreview)
    assert older.touch_age_seconds == pytest.approx(0.5 + seconds)


def test_a_market_that_moves_half_a_percent_is_noticed() -> None:
    made = order("buy 0.01")
    assert not moved(made, scene(make_book(bids=((60700.0, 1.0),), asks=((60701.0, 1.0),))))
    assert moved(made, scene(make_book(bids=((60600.0, 1.0),), asks=((60975.4, 1.0),))))
    assert moved(made, scene(make_book(asks=())))


def test_a_cancel_carries_the_order_exactly() -> None:
    made = cancel("cancel 357044", scene())
    assert made.commands == (CancelOrder(BTC, "357044", Side.BUY, Decimal("60940.0"), Decimal("0.0041")),)
    assert made.blocks == ()


def test_a_cancel_takes_the_youngest_record_of_an_order() -> None:
    younger: Feed[object] = make_feed(
        make_pair_status(BTC, open_orders=(make_order(BTC, amount="0.001"),)), age_seconds=0.1
    )
    made = cancel("cancel 357044", with_feed(scene(), Topic(Kind.PAIR, BTC.key), younger))
    assert made.commands[0].amount == Decimal("0.001")


def test_an_unknown_id_names_those_near_it() -> None:
    made = cancel("cancel 357045", scene())
    assert made.commands == ()
    assert made.blocks == ("no open order 357045: near it are 357044, 357099",)


def test_an_id_on_two_pairs_is_not_guessed() -> None:
    twins = scene(orders=(make_order(BTC, id="7"), make_order(ETH, id="7")))
    assert "2 orders have the id 7" in cancel("cancel 7", twins).blocks[0]
    assert [command.pair for command in cancel("cancel 7 ETH/USDT", twins).commands] == [ETH]


def test_cancel_all_means_ours_on_the_pair() -> None:
    orders = (make_order(BTC, id="1"), make_order(BTC, id="2"), make_order(BTC, id="3"), make_order(ETH, id="4"))
    intents = [
        make_intent(state=IntentState.WORKING, order_id="1"),
        make_intent(state=IntentState.PARTLY_FILLED, order_id="2"),
        make_intent(make_placement(ETH), IntentState.WORKING, order_id="4"),
        make_intent(make_cancel(), IntentState.HANDED_OVER),
        make_intent(state=IntentState.WORKING, order_id="gone"),
    ]
    made = cancel("cancel all", scene(orders=orders, intents=intents))
    assert [command.id for command in made.commands] == ["1", "2"]


def test_cancel_all_counts_those_of_ours_that_it_can_not_name() -> None:
    intents = [
        make_intent(state=IntentState.WORKING, id="a", order_id="357044"),
        make_intent(state=IntentState.AMBIGUOUS, id="b"),
        make_intent(state=IntentState.UNKNOWN, id="c"),
        make_intent(id="d"),
        make_intent(make_placement(ETH), id="e"),
        make_intent(state=IntentState.REFUSED, id="f"),
        make_intent(make_cancel(), IntentState.UNKNOWN, id="g"),
    ]
    made = cancel("cancel all", scene(intents=intents))
    assert [command.id for command in made.commands] == ["357044"]
    assert made.warnings == ("not among them: 3 of ours that the bot has not shown yet, 5 shows which",)
    assert cancel("cancel 357044", scene(intents=intents)).warnings == ()


def test_cancelling_an_order_that_is_not_ours_says_so() -> None:
    assert cancel("cancel 357044", scene()).warnings == ("the bot's own order: its strategy may place it again",)
    elsewhere = make_intent(make_placement(ETH), IntentState.WORKING, order_id="357044")
    assert cancel("cancel 357044", scene(intents=[elsewhere])).warnings != ()
    ours = make_intent(state=IntentState.WORKING, order_id="357044")
    assert cancel("cancel 357044", scene(intents=[ours])).warnings == ()


def test_cancel_all_without_orders_says_where_orders_are_shown() -> None:
    assert cancel("cancel all", scene()).blocks == ("no order of ours works on BTC/USDT: 5 shows the orders",)
    assert "1 not shown by the bot so far" in cancel("cancel all", scene(intents=[make_intent()])).blocks[0]


def test_cancels_work_without_a_journal_and_stop_at_a_halt() -> None:
    assert cancel("cancel 357044", replace(scene(), journal_problem=make_problem())).blocks == ()
    halted = cancel("cancel 357044", replace(scene(), halted=True))
    assert "HALTED" in halted.blocks[0]


FREE = st.decimals("0.00000001", 10**9, places=8, allow_nan=False)
PRICE = st.floats(1e-8, 1e6, allow_nan=False)


@given(FREE, FREE, PRICE, st.integers(1, 100), st.sampled_from(["", " @ mid", " @ ask +0.3%", " market"]))
def test_a_share_of_the_funds_never_exceeds_them(
    money: Decimal, coins: Decimal, price: float, percent: int, where: str
) -> None:
    book = make_book(((price, 1e12),), ((price * 1.001, 1e12),))
    snapshot = scene(book, funds=(make_balance(free=f"{money:f}"), make_balance("BTC", f"{coins:f}")))
    bought = order(f"buy {percent}%{where}", snapshot, limit=Decimal(10**15))
    if bought.amount is not None and bought.notional is not None:
        assert bought.notional + (bought.fee or 0) <= money
    sold = order(f"sell {percent}%{where}", snapshot, limit=Decimal(10**15))
    assert sold.amount is None or sold.amount <= coins
