"""Cancels at a bot that keeps deals: one for each deal, named by the deal or by the end of an order's id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.engine.cancel import NOT_OURS
from gunbot_tui.engine.grammar import parse, words
from gunbot_tui.model.host import RunState
from gunbot_tui.model.ticket import CancelDraft, CancelScope
from gunbot_tui.model.trading import Side
from tests.unit.order.deal_scenes import ETH, RUN, SOL, cancelled, deal, order, status, trader

LONG_ID = "dry_run_buy_ETH/USDT_a1547b79-a975-4b98-81fa-3dcc2a652317"
ENTRY = order(LONG_ID, is_open=True)
EXIT = order("5588991", is_entry=False, is_open=True, side=Side.SELL)


@pytest.mark.parametrize("text", ["cancel 143", "cancel 3dcc2a652317", f"cancel #{LONG_ID}", "cancel #143 ETH/USDT"])
def test_an_order_is_named_by_its_trade_or_by_its_id_or_its_end(text: str) -> None:
    snapshot = trader(status(ETH, deal(orders=(ENTRY,))), status(SOL, deal(SOL, "144", orders=(EXIT,))))
    (command,) = cancelled(text, snapshot).commands
    assert (command.id, command.deal, command.pair) == (LONG_ID, "143", ETH)


def test_an_end_that_two_orders_have_is_asked_about() -> None:
    other = replace(EXIT, id="77588991")
    snapshot = trader(status(ETH, deal(orders=(EXIT,))), status(SOL, deal(SOL, "144", orders=(other,))))
    made = cancelled("cancel 8991", snapshot)
    assert made.commands == ()
    assert made.blocks[0].startswith("2 orders have the id 8991: name the pair too")
    assert cancelled("cancel 991", snapshot).commands == ()


def test_cancelling_an_unfilled_entry_says_that_its_trade_goes() -> None:
    made = cancelled("cancel 143", trader(status(ETH, deal(amount=0.0, orders=(ENTRY,)))))
    assert made.warnings == ("an entry that has not filled: the bot deletes its trade with it", NOT_OURS)


def test_one_cancel_takes_all_orders_of_a_trade_off() -> None:
    made = cancelled("cancel all everywhere with bot", trader(status(ETH, deal(orders=(ENTRY, EXIT)))))
    (command,) = made.commands
    assert command.deal == "143"
    assert "it takes all 2 open orders of trade #143 off" in made.warnings


def test_a_stopped_bot_takes_no_cancel_and_a_paused_one_does() -> None:
    book = status(ETH, deal(orders=(EXIT,)))
    stopped = cancelled("cancel 143", trader(book, run=replace(RUN, state=RunState.STOPPED)))
    assert stopped.blocks == ("home is stopped and takes no order: `:start` first",)
    assert cancelled("cancel 143", trader(book, run=replace(RUN, state=RunState.PAUSED))).blocks == ()


@pytest.mark.parametrize(
    "draft",
    [
        CancelDraft(CancelScope.ONE, ETH, LONG_ID),
        CancelDraft(CancelScope.MARKED, ids=((ETH.key, LONG_ID), (SOL.key, "5588991"))),
    ],
)
def test_ids_that_have_a_pair_in_them_can_be_written_and_read(draft: CancelDraft) -> None:
    assert parse(words(draft), pairs=(ETH, SOL), selected=None) == draft
