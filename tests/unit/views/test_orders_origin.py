"""Whose an order is said to be: never the strategy's while it may be ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, PairState, Side
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_origin import Origin
from tests.factories import NOW, make_intent, make_order, make_pair_status, make_placement, make_snapshot, make_trade
from tests.unit.views.blotter import blotter, entry

KEY = "order:binance/USDT-BTC/9"


def working(order: OpenOrder, *intents: Intent) -> Snapshot:
    """A bot on whose pair one order works."""
    return make_snapshot([make_pair_status(open_orders=(order,))], intents=intents)


def lost(**changes: object) -> Intent:
    """An order of ours whose fate is open."""
    return replace(make_intent(state=IntentState.UNKNOWN, id="a-abc234"), **changes)  # type: ignore[arg-type] # any field


def test_a_matched_order_is_ours_and_the_match_is_called_probable() -> None:
    ours = make_intent(state=IntentState.WORKING, order_id="9")
    found = entry(blotter(ours, resting=("9",)), "intent:intent-1")
    assert (found.origin, "probable" in found.because) == (Origin.ME, True)
    fresh = entry(blotter(make_intent()), "intent:intent-1")
    assert (fresh.origin, "probable" in fresh.because) == (Origin.ME, False)


def test_an_order_is_the_strategys_where_one_works_and_no_open_order_of_ours_may_be_it() -> None:
    found = entry(blotter(resting=("9",)), KEY)
    assert found.origin is Origin.STRATEGY
    assert "stepgrid works on BTC/USDT" in found.because


@pytest.mark.parametrize(
    "state", [IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS]
)
def test_an_order_that_may_be_one_of_ours_is_unknown(state: IntentState) -> None:
    found = entry(working(make_order(id="9", placed_at=NOW), lost(state=state)), KEY)
    assert found.origin is Origin.UNKNOWN
    assert "abc234" in found.because


@pytest.mark.parametrize(
    ("order", "intent"),
    [
        (make_order(id="9"), lost(known_ids=frozenset({"9"}))),
        (make_order(id="9", placed_at=NOW - timedelta(hours=1)), lost()),
        (make_order(id="9", side=Side.SELL, placed_at=NOW), lost()),
        (make_order(id="9", amount="0.5", placed_at=NOW), lost()),
        (make_order(id="9", placed_at=NOW), lost(state=IntentState.MISSING)),
        (make_order(id="9", price="60000", placed_at=NOW), lost(state=IntentState.WORKING, order_id="8")),
    ],
    ids=["seen before", "older", "other side", "more", "declared absent", "has another number"],
)
def test_what_can_not_be_ours_is_the_strategys(order: OpenOrder, intent: Intent) -> None:
    assert entry(working(order, intent), KEY).origin is Origin.STRATEGY


def test_the_second_half_of_an_oco_may_be_ours_until_it_is_matched() -> None:
    command = replace(make_placement(type=OrderType.OCO), stop=Decimal(62000), stop_limit=Decimal(62100))
    half = lost(command=command, state=IntentState.WORKING, order_id="8")
    order = make_order(id="9", price="62100", placed_at=NOW)
    assert entry(working(order, half), KEY).origin is Origin.UNKNOWN
    assert entry(working(order, replace(half, leg_id="7")), KEY).origin is Origin.STRATEGY


@pytest.mark.parametrize(("strategy", "state"), [("", PairState.HOLDING), ("stepgrid", PairState.PAUSED)])
def test_an_order_where_no_strategy_works_is_unknown(strategy: str, state: PairState) -> None:
    status = make_pair_status(strategy=strategy, state=state, open_orders=(make_order(id="9"),))
    found = entry(make_snapshot([status]), KEY)
    assert found.origin is Origin.UNKNOWN
    assert "no strategy works on BTC/USDT" in found.because


def test_a_trade_that_may_be_ours_is_unknown_and_an_older_one_is_not() -> None:
    trades = (make_trade(id="9", amount=0.004, at=NOW), make_trade(id="5", amount=0.004, at=NOW - timedelta(hours=1)))
    origins = {found.id: found.origin for found in entries(blotter(lost(), trades=trades)) if found.is_trade}
    assert origins == {"9": Origin.UNKNOWN, "5": Origin.STRATEGY}


@pytest.mark.parametrize("state", [IntentState.WORKING, IntentState.FILLED])
def test_an_equal_of_ours_that_came_with_it_stays_unknown_after_the_user_chose(state: IntentState) -> None:
    settled = lost(state=state, order_id="8")
    found = entry(working(make_order(id="9", placed_at=NOW), settled), KEY)
    assert (found.origin, "perhaps a double of abc234" in found.because) == (Origin.UNKNOWN, True)
    later = make_order(id="9", placed_at=NOW + timedelta(minutes=5))
    assert entry(working(later, settled), KEY).origin is Origin.STRATEGY
