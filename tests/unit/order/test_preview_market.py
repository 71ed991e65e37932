"""What a draft means in a market that is thin, one-sided, crossed, old, huge, tiny, or no market at all."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.market import Book
from gunbot_tui.model.snapshot import Snapshot
from tests.factories import (
    make_balance,
    make_book,
    make_candles,
    make_feed,
    make_pair_status,
    make_snapshot,
    with_feed,
)
from tests.unit.order.scenes import BOOK, BTC, FUNDS, LIMITS, NO_LIMITS, order, scene

DEEP = make_book(asks=((100.0, 1.0), (110.0, 3.0)), bids=((99.0, 1.0), (90.0, 3.0)))
CROSSED = make_book(bids=((101.0, 1.0),), asks=((100.0, 1.0),))
LOCKED = make_book(bids=((100.0, 1.0),), asks=((100.0, 1.0),))
NO_NUMBERS = (math.nan, math.inf, -math.inf, 0.0, -1.0)


def test_o06_a_market_order_is_walked_through_the_book() -> None:
    made = order("buy 2btc market", scene(DEEP), NO_LIMITS)
    assert (made.average_fill, made.worst_fill, made.slip_percent) == (Decimal(105), Decimal(110), Decimal(5))
    assert made.notional == 210


def test_a_limit_order_takes_only_what_is_good_enough() -> None:
    made = order("buy 2 @ 105", scene(DEEP))
    assert made.takes
    assert (made.executes, made.average_fill) == (Decimal(1), Decimal(100))


def test_a_sell_under_the_bid_is_limited_by_what_it_will_fill_at() -> None:
    deep = scene(DEEP, funds=(make_balance("BTC", "9"),))
    made = order("sell 1 @ 85", deep)
    assert (made.notional, made.fee) == (Decimal(99), Decimal("0.099"))
    assert made.command is not None
    assert (made.command.price, made.command.notional) == (Decimal(85), Decimal(99))
    refused = order("sell 1 @ 85", deep, Limits(hard={Rule.NOTIONAL: Decimal(90)}))
    assert refused.blocks == ("99 USDT is over the limit of 90 USDT per order (max_notional)",)
    assert order("sell 2 @ 95", deep, NO_LIMITS).notional == 99 + 95
    assert order("sell 1 @ 100", deep, NO_LIMITS).notional == 100


def test_a_sell_under_the_bid_without_a_book_is_counted_at_the_bid() -> None:
    snapshot = make_snapshot([make_pair_status(bid=100.0, ask=101.0)], balances=(make_balance("BTC", "9"),))
    made = order("sell 1 @ 90", snapshot, NO_LIMITS)
    assert made.notional == 100
    assert made.command is not None
    assert made.command.notional == 100


def test_a_buy_over_the_ask_tells_what_it_will_cost_and_is_limited_by_its_own_price() -> None:
    made = order("buy 2 @ 105", scene(DEEP), NO_LIMITS)
    assert (made.notional, made.fee) == (Decimal(100 + 105), Decimal("0.205"))
    assert made.free_after == 1204 - 210
    narrow = Limits(hard={Rule.NOTIONAL: Decimal(209)})
    assert order("buy 2 @ 105", scene(DEEP), narrow).blocks[0].startswith("210 USDT is over")


def test_money_buys_through_the_book_what_it_is_worth() -> None:
    book = make_book(asks=((100.0, 1.0), (200.0, 3.0)), bids=((99.0, 1.0),))
    assert order("buy 300usdt market", scene(book), NO_LIMITS).amount == 2


@pytest.mark.parametrize("text", ["buy 5btc market", "buy 500usdt market"])
def test_o06_a_thin_book_blocks_a_market_order(text: str) -> None:
    made = order(text, scene(DEEP, funds=(make_balance(free="1000"),)), NO_LIMITS)
    assert made.command is None
    assert "thin" in made.blocks[0]


def test_o06_the_hard_cap_on_slip_refuses_a_market_order_and_names_itself() -> None:
    capped = Limits(hard={**LIMITS.hard, Rule.SLIP: Decimal("4.9")})
    made = order("buy 2btc market", scene(DEEP), capped)
    assert made.blocks == ("a slip of 5% is over the limit of 4.9% (max_slip_percent)",)
    assert made.is_limited
    assert order("buy 1btc market", scene(DEEP), capped).blocks == ()


def test_the_hard_limit_holds_for_the_worst_price_of_a_market_order() -> None:
    limits = Limits(hard={Rule.NOTIONAL: Decimal(215)})
    assert "220 USDT is over the limit of 215 USDT per order" in order("buy 2btc market", scene(DEEP), limits).blocks[0]


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (scene(book_age=31), "no order book"),
        (scene(book_unchanged=75), "stands still for 75s"),
        (scene(make_book(asks=())), "nobody to buy from"),
        (with_feed(scene(), BOOK, Feed()), "no order book"),
    ],
)
def test_a_market_order_is_blocked_with_the_reason(snapshot: Snapshot, reason: str) -> None:
    made = order("buy 0.001btc market", snapshot)
    assert made.command is None
    assert reason in made.blocks[0]


@pytest.mark.parametrize("book", [CROSSED, LOCKED])
@pytest.mark.parametrize("text", ["buy 0.001btc market", "sell 0.001btc market", "buy 0.001btc", "sell 0.001 @ mid"])
def test_d01_a_crossed_or_locked_book_gives_no_price(book: Book, text: str) -> None:
    made = order(text, scene(book))
    assert made.command is None
    assert "crossed" in made.blocks[0]


@pytest.mark.parametrize("book", [CROSSED, LOCKED])
def test_d01_a_typed_price_in_a_crossed_book_is_told_that_nothing_there_counts(book: Book) -> None:
    made = order("buy 0.001 @ 99", scene(book))
    assert made.blocks == ()
    assert made.warnings[0].startswith("the book is crossed")


@pytest.mark.parametrize("book", [CROSSED, LOCKED])
@pytest.mark.parametrize("text", ["buy 0.001 stop 110 limit 111", "sell 0.001 trail 90 @ 100"])
def test_d01_a_stop_in_a_crossed_book_is_refused(book: Book, text: str) -> None:
    made = order(text, scene(book))
    assert "crossed" in made.blocks[0]
    assert "can't be checked on which side" in made.blocks[0]


@pytest.mark.parametrize("side", ["bids", "asks"])
@pytest.mark.parametrize("text", ["buy 0.01btc", "sell 0.01btc", "buy 0.01 @ mid", "sell 0.01 @ bid"])
def test_d04_with_one_side_empty_no_price_is_worked_out(side: str, text: str) -> None:
    book = make_book(bids=()) if side == "bids" else make_book(asks=())
    made = order(text, scene(book))
    assert made.command is None
    assert f"no {side[:3]} of BTC/USDT is known: type the price as a number" in made.blocks[0]


def test_d04_a_typed_price_with_the_other_side_empty_has_nothing_to_compare_with() -> None:
    made = order("buy 0.01 @ 60000", scene(make_book(asks=())))
    assert made.blocks == ()
    assert made.warnings[0] == "no ask is known: nothing to compare with"


@pytest.mark.parametrize("bad", NO_NUMBERS)
@pytest.mark.parametrize("place", ["price", "size"])
@pytest.mark.parametrize("text", ["buy 0.001btc market", "buy 50usdt market", "sell 0.001btc market"])
def test_b03_a_book_with_a_value_that_is_no_number_prices_no_market_order(bad: float, place: str, text: str) -> None:
    level = (bad, 1.0) if place == "price" else (60975.4, bad)
    made = order(text, scene(make_book(asks=((60975.4, 0.21), level))))
    assert made.command is None
    assert "no order book" in made.blocks[0]


@pytest.mark.parametrize("bad", NO_NUMBERS)
@pytest.mark.parametrize("text", ["buy 0.01btc", "sell 0.01 @ mid", "buy 0.01 @ bid -1%", "sell 0.01 stop 1 limit 1"])
def test_b03_a_price_of_the_core_that_is_no_number_prices_nothing(bad: float, text: str) -> None:
    made = order(text, make_snapshot([make_pair_status(bid=bad, ask=bad)], balances=FUNDS))
    assert made.command is None
    assert "is known" in made.blocks[0]


@pytest.mark.parametrize("bad", NO_NUMBERS)
def test_b03_a_last_price_that_is_no_number_is_not_known(bad: float) -> None:
    snapshot = with_feed(scene(), Topic(Kind.CANDLES, BTC.key), make_feed(make_candles((60900.0, bad))))
    assert "no fresh last" in order("buy 0.01 @ last", snapshot).blocks[0]


@pytest.mark.parametrize("free", ["NaN", "Infinity", "-Infinity"])
def test_b03_funds_that_are_no_number_are_not_known(free: str) -> None:
    made = order("buy 25%", scene(funds=(make_balance(free=free),)))
    assert made.command is None
    assert "not known how much USDT" in made.blocks[0]


def test_old_prices_block_and_say_how_old() -> None:
    snapshot = with_feed(scene(book_age=31), Topic(Kind.PAIRS), make_feed((make_pair_status(BTC),), age_seconds=40))
    assert order("buy 0.01 @ 50000", snapshot).blocks == ("the prices are 31s old: wait for fresh ones",)


def test_an_old_book_gives_way_to_a_fresh_core_memory() -> None:
    made = order("buy 0.01 @ ask", scene(make_book(asks=((70000.0, 1.0),)), book_age=31))
    assert (made.price, made.blocks) == (Decimal("60975.4"), ())


def test_without_any_market_only_a_typed_price_is_taken() -> None:
    snapshot = make_snapshot([make_pair_status(bid=None, ask=None)], balances=FUNDS)
    for text in ("buy 0.01btc", "buy 0.01 @ bid -1%", "sell 0.01 @ mid", "sell 0.01btc market"):
        made = order(text, snapshot)
        assert made.command is None
        assert "no market price of BTC/USDT is known" in made.blocks[0]
    typed = order("buy 0.01 @ 60000", snapshot)
    assert typed.blocks == ()
    assert typed.warnings[0] == "no market price is known: nothing to compare with"


def test_last_needs_fresh_candles() -> None:
    old = make_feed(make_candles(), age_seconds=100, interval_seconds=5)
    assert "no fresh last" in order("buy 0.01 @ last", with_feed(scene(), Topic(Kind.CANDLES, BTC.key), old)).blocks[0]


@pytest.mark.parametrize("size", [1e-12, 1e12])
@pytest.mark.parametrize("where", ["", " @ bid -1%", " @ mid", " market"])
def test_d09_a_tiny_or_huge_price_is_exact_and_never_an_exponent(size: float, where: str) -> None:
    book = make_book(((size, 1e12),), ((size * 1.01, 1e12),))
    funds = (make_balance(free="1e30"), make_balance("BTC", "1e30"))
    text = f"buy 2btc{where}" if where != " @ bid -1%" else f"buy 2{where}"
    made = order(text, scene(book, funds=funds), NO_LIMITS)
    assert made.command is not None
    written = [f"{number:f}" for number in (made.command.amount, made.command.price, made.notional) if number]
    assert all("e" not in text.lower() for text in written)
    assert made.command.price > 0
    assert abs(made.command.price / Decimal(f"{size:.15g}") - 1) < Decimal("0.02")


@pytest.mark.parametrize(("price", "coins"), [("0.000000000001", "100000000000000"), ("1000000000000", "0.0000000001")])
def test_d09_money_buys_at_any_magnitude_or_says_that_it_is_too_little(price: str, coins: str) -> None:
    level = float(price)
    made = order(f"buy 100usdt @ {price}", scene(make_book(((level, 1.0),), ((level * 1.01, 1.0),))), NO_LIMITS)
    if Decimal(coins) < Decimal("0.00000001"):
        assert made.blocks == ("that is less than 0.00000001 BTC",)
    else:
        assert made.amount == Decimal(coins)
    assert "E" not in " ".join((*made.blocks, *made.warnings))
