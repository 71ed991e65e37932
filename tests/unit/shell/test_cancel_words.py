"""The list of what a panic would cancel: entries and exits told apart, and no price that was never asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.shell.cancel_words import cancel_lines
from tests.factories import NOW, make_intent
from tests.unit.order.deal_scenes import ETH, SOL, deal, order, status, trader

EXIT = order("5588991", is_entry=False, is_open=True, side=Side.SELL)
MORE = order("5588990", is_open=True)


def lines(snapshot: Snapshot) -> list[str]:
    made = preview(CancelDraft(CancelScope.EVERYWHERE, with_bot=True), snapshot, NOW, limits=Limits())
    assert isinstance(made, CancelPreview)
    return list(cancel_lines(made, snapshot))


def test_an_exit_is_told_from_an_entry_and_says_whose_it_is() -> None:
    shown = lines(trader(status(ETH, deal(orders=(EXIT,))), status(SOL, deal(SOL, "144", amount=0.0, orders=(MORE,)))))
    assert shown == [
        "  SELL 0.038 ETH/USDT @ 3280  exit of trade #143  #5588991 on binance",
        "  BUY 0.038 SOL/USDT @ 3280  entry of trade #144  #5588990 on binance",
        "1 of them is an exit of an open trade, which stays open without it",
    ]


def test_a_cancel_that_takes_an_exit_off_with_an_entry_counts_as_one_of_an_exit() -> None:
    shown = lines(trader(status(ETH, deal(orders=(MORE, EXIT)))))
    assert shown == [
        "  BUY 0.038 ETH/USDT @ 3280  entry of trade #143 and 1 more of its orders  #5588990 on binance",
        "1 of them is an exit of an open trade, which stays open without it",
    ]


def test_only_entries_are_followed_by_no_count() -> None:
    assert len(lines(trader(status(ETH, deal(amount=0.0, orders=(MORE,)))))) == 1


def test_an_unknown_market_order_shows_no_price() -> None:
    sold = PlaceOrder(
        ETH, Side.SELL, OrderType.MARKET, Decimal("0.038"), Decimal("3290"), closes=True, deal="143"
    )  # fmt: skip
    sent = make_intent(sold, IntentState.UNKNOWN, id="20260725T100000-abc234")
    assert lines(trader(intents=[sent])) == [
        "  SELL 0.038 ETH/USDT at market  exit of trade #143  UNKNOWN, it may not be there  our abc234 on binance",
        "1 of them is an exit of an open trade, which stays open without it",
    ]


def test_a_market_order_that_rests_shows_no_price() -> None:
    resting = replace(MORE, type="market")
    (line,) = lines(trader(status(ETH, deal(amount=0.0, orders=(resting,)))))
    assert line.startswith("  BUY 0.038 ETH/USDT at market  entry of trade #143 ")
