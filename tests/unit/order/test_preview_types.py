"""Stops, trailing stops, OCOs and closes: their prices, their rules, and where they do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft, OrderPreview, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Position, Side
from tests.factories import NOW, make_book, make_feed, make_intent, make_pair_status, make_snapshot, with_feed
from tests.unit.order.scenes import (
    BOOK,
    BTC,
    BY_EXCHANGE,
    FUNDS,
    LIMITS,
    LONG,
    NO_LIMITS,
    SHORT,
    futures,
    order,
    scene,
)

SHORTED = Position(-0.5, 60000.0)
D = Decimal


@pytest.mark.parametrize(
    ("text", "price", "stop", "stop_limit"),
    [
        ("buy 0.01 stop 62000 limit 62100", "62100", "62000", None),
        ("sell 0.01 stop 60000 limit 59900.50", "59900.50", "60000", None),
        ("buy 0.01 stop ask +1% limit ask +1.5%", "61890.1", "61585.2", None),
        ("sell 0.01 stop bid -100 limit bid -1%", "60365.3", "60875.1", None),
        ("buy 0.01 trail 61500 @ 61000", "61000", "61500", None),
        ("buy 0.01 trail 61500", "60975.4", "61500", None),
        ("sell 0.01 trail 60000", "60975.1", "60000", None),
        ("sell 0.01 trail 60000 @ last", "60975.2", "60000", None),
        ("sell 0.01 oco 62000 stop 60000 limit 59900", "62000", "60000", "59900"),
        ("buy 0.01 oco 60000 stop 62000 limit 62100", "60000", "62000", "62100"),
    ],
)
def test_every_leg_becomes_exactly_this_price(text: str, price: str, stop: str, stop_limit: str | None) -> None:
    made = order(text)
    assert made.blocks == ()
    assert made.command is not None
    assert (made.command.price, made.command.stop) == (D(price), D(stop))
    assert made.command.stop_limit == (None if stop_limit is None else D(stop_limit))
    assert (made.price, made.stop, made.stop_limit) == (D(price), D(stop), made.command.stop_limit)
    assert not made.takes


@pytest.mark.parametrize(
    ("text", "notional"),
    [
        ("buy 0.01 stop 62000 limit 62100", "621"),
        ("sell 0.01 stop 60000 limit 59900", "599"),
        ("buy 0.01 trail 61500 @ 61000", "615"),
        ("sell 0.01 trail 60000 @ 61000", "600"),
        ("buy 0.01 oco 60000 stop 62000 limit 62100", "621"),
        ("sell 0.01 oco 62000 stop 60000 limit 59900", "599"),
    ],
)
def test_money_and_fee_are_those_of_the_worst_price_that_it_may_trade_at(text: str, notional: str) -> None:
    made = order(text)
    assert made.notional == D(notional)
    assert made.fee == D(notional) / 1000


def test_money_and_shares_count_the_worst_price_of_all_legs() -> None:
    assert order("buy 621usdt oco 60000 stop 62000 limit 62100").amount == D("0.01")
    assert order("buy 100% stop 62000 limit 62100").amount == D("0.01936871")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("buy 0.01 stop 60000 limit 60100", "a buy stop must be above the market: 60000 is not above 60975.4"),
        ("buy 0.01 stop 60975.4 limit 61000", "a buy stop must be above the market"),
        ("sell 0.01 stop 61000 limit 60900", "a sell stop must be below the market: 61000 is not below 60975.1"),
        ("sell 0.01 stop 60975.1 limit 60900", "a sell stop must be below the market"),
        ("buy 0.01 stop 62000 limit 61900", "the limit of a buy stop must not be below it: 61900 is below 62000"),
        ("sell 0.01 stop 60000 limit 60100", "the limit of a sell stop must not be above it: 60100 is above 60000"),
        ("buy 0.01 trail 60000 @ 60975", "a buy stop must be above the market"),
        ("sell 0.01 trail 61000 @ 61500", "a sell stop must be below the market"),
        ("buy 0.01 trail 61000 @ 61500", "a trailing buy stop must be above its reference: 61000 is not above 61500"),
        ("sell 0.01 trail 60000 @ 59500", "a trailing sell stop must be below its reference"),
        ("sell 0.01 oco 60000 stop 59000 limit 58900", "the target of an OCO sell must be above the market"),
        ("sell 0.01 oco 62000 stop 61500 limit 61400", "a sell stop must be below the market"),
        ("sell 0.01 oco 62000 stop 60000 limit 60100", "the limit of a sell stop must not be above it"),
        ("buy 0.01 oco 61500 stop 62000 limit 62100", "the target of an OCO buy must be below the market"),
        ("buy 0.01 oco 60000 stop 60500 limit 60600", "a buy stop must be above the market"),
        ("buy 0.01 oco 60000 stop 62000 limit 61900", "the limit of a buy stop must not be below it"),
    ],
)
def test_o26_a_leg_on_the_wrong_side_is_refused_with_the_rule(text: str, rule: str) -> None:
    made = order(text)
    assert made.command is None
    assert rule in made.blocks[0]
    assert not made.is_limited


@pytest.mark.parametrize("text", ["buy 0.01 stop 62000 limit 62100", "sell 0.01 oco 62000 stop 60000 limit 59900"])
def test_o26_without_a_market_no_side_can_be_checked(text: str) -> None:
    snapshot = make_snapshot([make_pair_status(bid=None, ask=None)], balances=FUNDS)
    assert "no market price is known: it can't be checked on which side" in order(text, snapshot).blocks[0]
    one_sided = scene(make_book(asks=()) if text.startswith("buy") else make_book(bids=()))
    assert "can't be checked on which side" in order(text, one_sided).blocks[0]


@pytest.mark.parametrize(
    ("type", "missing"),
    [(OrderType.STOP_LIMIT, "stop"), (OrderType.TRAILING_STOP, "stop"), (OrderType.OCO, "target")],
)
def test_o26_a_missing_leg_is_asked_for_by_name(type: OrderType, missing: str) -> None:
    draft = OrderDraft(BTC, Side.BUY, type, Amount(D("0.01"), AmountUnit.COIN))
    made = preview(draft, scene(), NOW, limits=LIMITS)
    assert made.blocks == (f"no {missing} yet: a {type} order needs one",)


@pytest.mark.parametrize("text", ["stop 62000 limit 62100", "trail 62000", "oco 60000 stop 62000 limit 62100"])
def test_a_type_that_the_exchange_does_not_have_says_where_it_exists(text: str) -> None:
    made = order(f"buy 0.01 {text}", futures(), pair=LONG)
    assert made.command is None
    assert "exists on binance only, not on bybit" in made.blocks[0]
    assert order(f"buy 0.01 {text}", replace(scene(), capabilities=BY_EXCHANGE)).blocks == ()


@pytest.mark.parametrize(
    ("text", "side", "amount", "price"),
    [
        ("close 0.2 BTC/USDT LONG @ 61000", Side.SELL, "0.2", "61000"),
        ("close 50% BTC/USDT LONG @ ask", Side.SELL, "0.25", "60975.4"),
        ("close all BTC/USDT LONG market", Side.SELL, "0.5", "60975.1"),
        ("close 25% BTC/USDT SHORT market", Side.BUY, "0.125", "60975.4"),
    ],
)
def test_o10_a_close_takes_the_side_that_its_contract_asks_for(text: str, side: Side, amount: str, price: str) -> None:
    book = Topic(Kind.BOOK, LONG.key), Topic(Kind.BOOK, SHORT.key)
    deep = make_feed(make_book(((60975.1, 9.0),), ((60975.4, 9.0),)))
    snapshot = with_feed(with_feed(futures(short=SHORTED), book[0], deep), book[1], deep)
    made = order(text, snapshot, NO_LIMITS, LONG)
    assert made.blocks == ()
    type = OrderType.MARKET if "market" in text else OrderType.LIMIT
    pair = SHORT if side is Side.BUY else LONG
    assert made.command == PlaceOrder(pair, side, type, D(amount), D(price), closes=True)
    assert made.warnings == ()
    assert (made.free_before, made.share_percent) == (None, None)


@pytest.mark.parametrize("pair", [LONG, SHORT, BTC])
@pytest.mark.parametrize("side", Side)
def test_o10_only_the_closing_side_of_a_contract_closes(side: Side, pair: Pair) -> None:
    price = Price(PriceAnchor.NUMBER, D(61000))
    draft = OrderDraft(pair, side, amount=Amount(D("0.01"), AmountUnit.COIN), price=price, closes=True)
    snapshot = scene() if pair == BTC else futures(short=SHORTED)
    made = preview(draft, snapshot, NOW, limits=LIMITS)
    fits = (pair, side) in ((LONG, Side.SELL), (SHORT, Side.BUY))
    assert isinstance(made, OrderPreview)
    assert (made.command is not None) is fits
    if not fits:
        assert "close" in made.blocks[0]


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (None, "it is not known what position BTC/USDT LONG has: nothing is closed blindly"),
        (Position(float("nan"), None), "it is not known what position"),
        (Position(0.005, None), "it closes 0.01 BTC, the position has 0.005"),
        (SHORTED, "the position of BTC/USDT LONG is short: a sell does not close it"),
    ],
)
def test_a_close_that_fits_no_position_is_refused(position: Position | None, reason: str) -> None:
    assert reason in order("close 0.01 @ 61000", futures(position), pair=LONG).blocks[0]


@pytest.mark.parametrize("text", ["close 50% @ 61000", "close all @ 61000", "sell 50%pos @ 61000"])
def test_a_part_of_an_unknown_position_is_refused_with_words(text: str) -> None:
    assert "it is not known what position BTC/USDT LONG has" in order(text, futures(None), pair=LONG).blocks[0]


def test_a_part_of_no_position_is_refused_with_words() -> None:
    assert "has no position" in order("close 50% @ 61000", futures(Position(0.0, None)), pair=LONG).blocks[0]


def test_a_position_that_was_read_long_ago_is_not_closed() -> None:
    old = make_feed((make_pair_status(LONG, position=Position(0.5, None)),), age_seconds=40)
    made = order("close 0.01 @ 61000", with_feed(futures(), Topic(Kind.PAIRS), old), pair=LONG)
    assert "the position was read 40s ago" in made.blocks[0]


def test_what_is_being_closed_already_is_not_closed_twice() -> None:
    closing = PlaceOrder(LONG, Side.SELL, OrderType.LIMIT, D("0.4"), D(61000), closes=True)
    snapshot = futures(intents=[make_intent(closing, IntentState.HANDED_OVER)])
    assert order("close all @ 61500", snapshot, pair=LONG).amount == D("0.1")
    refused = order("close 0.2 @ 61500", snapshot, pair=LONG).blocks[0]
    said = "0.4 of them being closed: 1 (handed over) takes it, `:settle 1 absent` if it never came"
    assert refused == f"it closes 0.2 BTC, the position has 0.5, {said}"


def test_a_position_that_a_close_takes_whole_is_held_all_the_same_and_what_takes_it_is_named() -> None:
    closing = PlaceOrder(LONG, Side.SELL, OrderType.MARKET, D("0.5"), D(61000), closes=True)
    snapshot = futures(intents=[make_intent(closing, IntentState.HANDED_OVER)])
    (refused,) = order("close all @ 61500", snapshot, pair=LONG).blocks
    assert refused.startswith("nothing of BTC/USDT LONG is left to close: 1 (handed over) takes it, `:settle 1 absent`")


@pytest.mark.parametrize("state", [IntentState.UNKNOWN, IntentState.AMBIGUOUS])
def test_a_close_of_unknown_fate_keeps_nobody_in_a_position(state: IntentState) -> None:
    closing = PlaceOrder(LONG, Side.SELL, OrderType.LIMIT, D("0.5"), D(61000), closes=True)
    lost = replace(make_intent(closing, state), updated_at=NOW - timedelta(seconds=60))
    snapshot = futures(intents=[lost])
    made = order("close all market", snapshot, pair=LONG)
    assert made.command is not None
    assert (made.amount, made.blocks) == (D("0.5"), ())
    if state is IntentState.UNKNOWN:
        assert made.must_type == lost.short_id
        assert "`:settle 1 absent` if it never came" in made.warnings[0]


def test_a_close_of_unknown_fate_counts_until_the_position_was_read_since() -> None:
    closing = PlaceOrder(LONG, Side.SELL, OrderType.LIMIT, D("0.5"), D(61000), closes=True)
    lost = replace(make_intent(closing, IntentState.UNKNOWN), updated_at=NOW + timedelta(seconds=1))
    (refused,) = order("close all @ 61500", futures(intents=[lost]), pair=LONG).blocks
    assert "1 (unknown) takes it" in refused


def test_a_triggered_order_needs_a_market_but_no_book() -> None:
    snapshot = with_feed(scene(), BOOK, Feed())
    assert order("sell 0.01 stop 60000 limit 59900", snapshot).blocks == ()
