"""What `again` repeats of the journal, for each kind of order and whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.engine.again import last_order
from gunbot_tui.engine.grammar import words
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import IntentState
from tests.factories import make_cancel, make_intent, make_placement, make_snapshot
from tests.unit.order.scenes import NO_LIMITS, order


def again(command: PlaceOrder) -> str:
    draft = last_order(make_snapshot(intents=[make_intent(command)]))
    assert draft is not None
    return words(draft)


@pytest.mark.parametrize(
    "text",
    [
        "buy 0.001BTC binance/USDT-BTC @ 60000",
        "buy 0.001BTC binance/USDT-BTC market",
        "sell 0.001BTC binance/USDT-BTC stop 60000 limit 59900",
        "sell 0.001BTC binance/USDT-BTC trail 60000 @ 60975.5",
        "sell 0.001BTC binance/USDT-BTC oco 62000 stop 60000 limit 59900",
        "buy 25% binance/USDT-BTC @ bid",
        "sell 50%pos binance/USDT-BTC @ ask +0.5%",
    ],
)
def test_an_order_comes_back_from_the_journal_as_it_would_be_typed(text: str) -> None:
    command = order(text, limits=NO_LIMITS).command
    assert command is not None
    assert again(command) == text


def test_the_newest_order_counts_whatever_became_of_it_and_no_cancel() -> None:
    older, newer = make_placement(), replace(make_placement(), amount=Decimal("0.5"))
    intents = [make_intent(make_cancel()), make_intent(newer, IntentState.REFUSED), make_intent(older)]
    draft = last_order(make_snapshot(intents=intents))
    assert draft is not None
    assert words(draft) == "buy 0.5BTC binance/USDT-BTC @ 60940.0"
    assert last_order(make_snapshot(intents=intents[:1])) is None


def test_money_put_in_comes_back_as_money_with_leverage_and_tag() -> None:
    command = replace(make_placement(), stake=Decimal(50), leverage=Decimal(3), tag="breakout")
    assert again(command) == 'buy 50USDT binance/USDT-BTC 3x @ 60940.0 tag "breakout"'
