"""What a draft becomes, what follows from it, and every reason against sending it now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.engine.ticket import aged, is_expired, moved, preview
from gunbot_tui.model.bot import Link, LinkState, TradeMode
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import OrderPreview
from gunbot_tui.model.trading import OrderType, PairState, Side
from tests.factories import (
    HALT,
    NOW,
    make_book,
    make_config,
    make_feed,
    make_pair_status,
    make_problem,
    make_snapshot,
    with_feed,
)
from tests.unit.order.scenes import BTC, ETH, FUNDS, LIMITS, NO_LIMITS, order, scene


@pytest.mark.parametrize(
    ("text", "amount", "price"),
    [
        ("buy 0.01 @ 50000", "0.01", "50000"),
        ("buy 0.01btc", "0.01", "60975.1"),
        ("sell 0.01btc", "0.01", "60975.4"),
        ("buy 0.01 @ ask", "0.01", "60975.4"),
        ("sell 0.01 @ bid", "0.01", "60975.1"),
        ("buy 0.01 @ last", "0.01", "60975.2"),
        ("buy 0.01 @ mid", "0.01", "60975.2"),
        ("sell 0.01 @ mid", "0.01", "60975.3"),
        ("buy 0.01 @ bid -0.5%", "0.01", "60670.2"),
        ("sell 0.01 @ ask +0.5%", "0.01", "61280.3"),
        ("buy 0.01 @ bid -5.25", "0.01", "60969.85"),
        ("sell 0.01 @ ask +5", "0.01", "60980.4"),
        ("buy 0.01 @ mid -1", "0.01", "60974.2"),
        ("buy 100usdt @ 60000", "0.00166666", "60000"),
        ("sell 100usdt @ 60000", "0.00166666", "60000"),
        ("buy 50% @ 60000", "0.01002331", "60000"),
        ("sell 50% @ 60000", "0.00615", "60000"),
        ("sell 50% of position @ 60000", "0.00615", "60000"),
        ("buy 25%pos @ 60000", "0.003075", "60000"),
        ("sell all", "0.0123", "60975.4"),
        ("buy 0.01btc market", "0.01", "60975.4"),
        ("sell 0.01btc market", "0.01", "60975.1"),
    ],
)
def test_a_draft_becomes_exactly_this_order(text: str, amount: str, price: str) -> None:
    made = order(text)
    side = Side.SELL if text.startswith("sell") else Side.BUY
    kind = OrderType.MARKET if "market" in text else OrderType.LIMIT
    assert made.blocks == ()
    assert made.command is not None
    assert replace(made.command, worth=None) == PlaceOrder(BTC, side, kind, Decimal(amount), Decimal(price))


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_o27_every_typed_digit_is_sent_and_none_is_rounded(side: str) -> None:
    made = order(f"{side} 0.000000000123456789 @ 60975.123456789012345678", limits=NO_LIMITS)
    assert made.command is not None
    assert f"{made.command.amount:f}" == "0.000000000123456789"
    assert f"{made.command.price:f}" == "60975.123456789012345678"


def test_o27_the_product_of_long_numbers_is_exact() -> None:
    made = order("buy 0.000000000123456789 @ 60975.123456789012345678", limits=NO_LIMITS)
    assert made.notional == Decimal("0.000007527792950853751714678763907942")


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


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (replace(scene(), halt=HALT), "HALTED"),
        (scene(mode=TradeMode.READ_ONLY), "read-only"),
        (replace(scene(), capabilities=Capabilities({Capability.PLACE_ORDER: "this bot can't"})), "this bot can't"),
        (replace(scene(), link=Link(LinkState.OFFLINE)), "offline"),
        (replace(scene(), journal_problem=make_problem("disk full")), "disk full"),
        (with_feed(scene(), Topic(Kind.CONFIG), make_feed(make_config(core_enabled=False))), "core is stopped"),
        (make_snapshot([make_pair_status(ETH)], balances=FUNDS), "does not trade BTC/USDT"),
    ],
)
def test_what_stands_against_every_order_stands_first(snapshot: Snapshot, reason: str) -> None:
    made = order("buy 0.001 @ 60000", snapshot)
    assert made.command is None
    assert reason in made.blocks[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("buy", "no amount"),
        ("buy 10 @ 60000", "it needs 600000 USDT, free are 1204"),
        ("sell 1 @ 61000", "it needs 1 BTC, free are 0.0123"),
        ("buy 0.0000000001usdt", "less than 0.00000001 BTC"),
        ("sell 0.00001%pos @ 61000", "less than 0.00000001 BTC"),
        ("buy 0.01 @ bid -70000", "bid -70000 leaves no price"),
    ],
)
def test_o07_an_order_that_makes_no_sense_is_blocked(text: str, reason: str) -> None:
    made = order(text, limits=NO_LIMITS)
    assert made.command is None
    assert reason in made.blocks[0]
    assert not made.is_limited


def test_live_trading_needs_a_hard_limit_and_the_demo_does_not() -> None:
    assert "max_notional" in order("buy 0.01btc", limits=Limits()).blocks[0]
    assert order("buy 0.01btc", scene(mode=TradeMode.DEMO), limits=Limits()).blocks == ()


def test_a_paused_pair_has_no_strategy_that_interferes() -> None:
    snapshot = with_feed(scene(), Topic(Kind.PAIRS), make_feed((make_pair_status(BTC, state=PairState.PAUSED),)))
    assert order("buy 0.01btc", snapshot).strategy == ""


@pytest.mark.parametrize(("seconds", "expired"), [(0, False), (15, False), (15.1, True), (-1, True)])
def test_a_preview_lives_fifteen_seconds(seconds: float, expired: bool) -> None:
    assert is_expired(order("buy 0.01btc"), NOW + timedelta(seconds=seconds)) is expired


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
    made = order("buy 0.01btc")
    assert not moved(made, scene(make_book(bids=((60700.0, 1.0),), asks=((60701.0, 1.0),))))
    assert moved(made, scene(make_book(bids=((60600.0, 1.0),), asks=((60975.4, 1.0),))))
    assert moved(made, scene(make_book(asks=())))


def test_a_market_that_is_gone_has_moved() -> None:
    assert moved(order("buy 0.01btc"), make_snapshot([make_pair_status(bid=None, ask=None)]))
