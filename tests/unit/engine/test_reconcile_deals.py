"""What becomes of an order at a bot that keeps deals: a force entry, a force exit, a cancel that undoes a deal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.reconcile import Watches, reconcile
from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.intent import TOLD, Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import HistoryPage, OpenOrder, OrderType, Side, Trade
from tests.factories import NOW, make_intent, make_pair_status, make_placement, make_snapshot, make_trade

S = IntentState
PAIR = Pair("binance", "BTC", "USDT", "BTC/USDT")
OTHER = Pair("binance", "ETH", "USDT", "ETH/USDT")
RUNNING = RunStatus(
    RunState.RUNNING,
    True,
    "2026.9",
    "Grid",
    "binance",
    "spot",
    "5m",
    "USDT",
    "250",
    6,
    True,
    True,
    False,
    "limit",
    "limit",
)
ENTRY = replace(make_placement(PAIR), stake=Decimal("249.85"))
"""Coins for 249.85 USDT at 60940, by our own reckoning 0.0041."""
EXIT = replace(make_placement(PAIR, Side.SELL, type=OrderType.MARKET), closes=True, deal="141")
BEFORE = NOW - timedelta(hours=5)


def order(
    id: str, amount: float, filled: float = 0.0, *, is_open: bool = True, side: Side = Side.BUY, price: float = 60940.0
) -> DealOrder:
    """One order of a deal, placed at the press."""
    filled_at = NOW if filled else None
    is_entry = side is Side.BUY
    return DealOrder(id, side, is_entry, "limit", "open", is_open, amount, filled, price, None, NOW, filled_at)


def deal(*orders: DealOrder, id: str = "141", opened_at: datetime = NOW) -> Deal:
    return Deal(id, PAIR, True, False, opened_at, sum(each.filled for each in orders), 250.0, 60940.0, orders=orders)


def resting(deals: Iterable[Deal]) -> tuple[OpenOrder, ...]:
    """What is left of the open orders."""
    return tuple(
        OpenOrder(PAIR, each.id, each.side, Decimal(str(each.price)), _left(each), each.placed_at)
        for one in deals
        for each in one.orders
        if each.is_open
    )


def _left(order: DealOrder) -> Decimal:
    return Decimal(str(order.amount)) - Decimal(str(order.filled))


@dataclass
class Looks:
    """Our intents, looked at again and again."""

    intents: tuple[Intent, ...]
    watches: Watches = field(default_factory=dict)

    def look(
        self,
        *deals: Deal,
        seconds: float,
        trades: tuple[Trade, ...] = (),
        page: HistoryPage | None = None,
        is_listed: bool = True,
    ) -> tuple[IntentState, ...]:
        """The states after the bot showed these deals and executions; the pair may be off its list."""
        at = NOW + timedelta(seconds=seconds)
        status = replace(make_pair_status(PAIR, open_orders=resting(deals)), deals=deals)
        rows = (status,) if is_listed else (make_pair_status(OTHER),)
        feeds: dict[Topic, Feed[object]] = {
            Topic(Kind.PAIRS): Feed(rows, at, 2.0),
            Topic(Kind.STATE): Feed(RUNNING, at, 5.0),
            Topic(Kind.HISTORY, "0"): Feed(page or HistoryPage(trades, None, whole_since=BEFORE), at, 10.0),
        }
        snapshot = make_snapshot(feeds=feeds)
        self.intents, self.watches = reconcile(self.intents, snapshot, self.watches, at, is_whole=True)
        return tuple(intent.state for intent in self.intents)


def told(order_id: str = "77") -> Looks:
    return Looks((make_intent(ENTRY, reason=TOLD, order_id=order_id),))


def unproven() -> Looks:
    return Looks((make_intent(ENTRY, S.UNKNOWN),))


def test_a_force_entry_that_rests_and_fills_is_followed_to_its_end() -> None:
    looks = told()
    assert looks.look(deal(order("77", 0.0041)), seconds=1) == (S.WORKING,)
    assert looks.look(deal(order("77", 0.0041, 0.001)), seconds=3) == (S.PARTLY_FILLED,)
    assert looks.intents[0].filled == "0.001"
    assert looks.look(deal(order("77", 0.0041, 0.0041, is_open=False)), seconds=5) == (S.FILLED,)
    assert looks.intents[0].reason == TOLD


def test_an_entry_is_filled_by_what_the_bot_asked_for_and_not_by_what_we_reckoned() -> None:
    looks = told()
    assert looks.look(deal(order("77", 0.00403)), seconds=1) == (S.WORKING,)
    assert looks.look(deal(order("77", 0.00403, 0.00403, is_open=False)), seconds=3) == (S.FILLED,)
    assert looks.intents[0].filled == "0.00403"


def test_an_entry_that_filled_between_two_looks_is_found_in_the_history_by_its_id() -> None:
    looks = told()
    trades = (make_trade(PAIR, "77", amount=0.00403, price=60900.0, at=NOW),)
    assert looks.look(seconds=1, trades=trades) == (S.FILLED,)


def test_an_entry_that_was_cut_short_is_no_filled_one() -> None:
    looks = told()
    looks.look(deal(order("77", 0.0041, 0.001)), seconds=1)
    cut = deal(order("77", 0.0041, 0.001, is_open=False))
    looks.look(cut, seconds=3)
    assert looks.look(cut, seconds=9) == (S.CANCELLED,)
    assert looks.intents[0].reason == "cancelled, not by us, 0.001 of 0.0041 filled before"


def test_an_unfilled_entry_whose_deal_vanishes_was_cancelled() -> None:
    looks = told()
    looks.look(deal(order("77", 0.0041)), seconds=1)
    assert looks.look(seconds=3) == (S.WORKING,)
    assert looks.look(seconds=9) == (S.CANCELLED,)
    assert looks.intents[0].reason == "left the book without a trade"


def test_a_pair_that_is_off_the_list_has_no_order_at_a_bot_that_keeps_deals() -> None:
    looks = told()
    looks.look(deal(order("77", 0.0041)), seconds=1)
    looks.look(seconds=3, is_listed=False)
    assert looks.look(seconds=9, is_listed=False) == (S.CANCELLED,)


def test_our_cancel_of_an_unfilled_entry_ends_with_the_whole_deal() -> None:
    cancel = CancelOrder(PAIR, "77", Side.BUY, ENTRY.price, Decimal("0.0041"), deal="141")
    looks = Looks((make_intent(cancel, id="c"), make_intent(ENTRY, S.WORKING, order_id="77")))
    looks.look(deal(order("77", 0.0041)), seconds=1)
    looks.look(seconds=3)
    assert looks.look(seconds=9) == (S.CANCELLED, S.CANCELLED)
    assert looks.intents[1].reason == "cancelled by us"


def test_a_cancel_that_came_after_the_fill_says_so() -> None:
    cancel = CancelOrder(PAIR, "77", Side.BUY, ENTRY.price, Decimal("0.003"), deal="141")
    looks = Looks((make_intent(cancel, id="c"),))
    assert looks.look(deal(order("77", 0.0041, 0.0041, is_open=False)), seconds=3) == (S.FILLED,)


@pytest.mark.parametrize(
    ("page", "state"),
    [
        (HistoryPage((), None, is_last=True), S.CANCELLED),
        (HistoryPage((), None, whole_since=BEFORE), S.CANCELLED),
        (HistoryPage((), None, whole_since=NOW + timedelta(seconds=2)), S.MISSING),
        (HistoryPage((), None), S.MISSING),
    ],
)
def test_only_a_page_that_reaches_back_far_enough_proves_that_there_was_no_trade(
    page: HistoryPage, state: IntentState
) -> None:
    looks = told()
    looks.look(deal(order("77", 0.0041)), seconds=1, page=page)
    looks.look(seconds=3, page=page)
    assert looks.look(seconds=9, page=page) == (state,)


def test_an_entry_without_an_answer_is_found_by_its_side_and_about_its_coins() -> None:
    looks = unproven()
    assert looks.look(deal(order("77", 0.00403)), seconds=1) == (S.WORKING,)
    assert looks.intents[0].order_id == "77"


def test_an_unknown_order_says_when_the_bot_was_read_without_it_and_is_never_settled_by_that() -> None:
    looks = unproven()
    looks.look(seconds=0)
    assert looks.intents[0].reason == ""
    assert looks.look(seconds=6) == (S.UNKNOWN,)
    (lost,) = looks.intents
    read_at = (NOW + timedelta(seconds=6)).astimezone()
    assert lost.reason == f"read at {read_at:%H:%M:%S} without it: `:settle {lost.short_id} absent` if you agree"
    assert looks.look(seconds=60) == (S.UNKNOWN,)
    assert looks.intents == (lost,)
    assert looks.look(deal(order("77", 0.00403)), seconds=90) == (S.WORKING,)


@pytest.mark.parametrize(
    ("deals", "page"),
    [
        ((), HistoryPage((), None, whole_since=NOW + timedelta(seconds=1))),
        ((deal(order("77", 0.0035)),), HistoryPage((), None, whole_since=BEFORE)),
    ],
)
def test_a_page_that_ends_too_early_or_an_order_that_may_be_it_says_nothing(
    deals: tuple[Deal, ...], page: HistoryPage
) -> None:
    looks = unproven()
    looks.look(*deals, seconds=60, page=page)
    assert looks.intents[0].reason == ""


@pytest.mark.parametrize(
    "other", [order("77", 0.0035), order("77", 0.0041, side=Side.SELL), order("77", 0.0041, price=60000.0)]
)
def test_an_order_of_another_size_side_or_price_is_not_ours(other: DealOrder) -> None:
    assert unproven().look(deal(other), seconds=1) == (S.UNKNOWN,)


def exiting() -> Looks:
    """A force exit of the whole, pressed while the deal's entry was known."""
    return Looks((replace(make_intent(EXIT, reason="Created exit order for trade 141."), known_ids=frozenset({"70"})),))


BOUGHT = order("70", 0.0041, 0.0041, is_open=False)


def test_a_force_exit_is_the_new_order_of_its_side_on_the_pair() -> None:
    looks = exiting()
    assert looks.look(deal(BOUGHT, opened_at=BEFORE), seconds=1) == (S.HANDED_OVER,)
    assert looks.look(deal(BOUGHT, order("80", 0.0041, side=Side.SELL), opened_at=BEFORE), seconds=2) == (S.WORKING,)
    trades = (make_trade(PAIR, "80", Side.SELL, 60900.0, 0.0041, NOW), make_trade(PAIR, "70", amount=0.0041, at=BEFORE))
    assert looks.look(seconds=4, trades=trades) == (S.FILLED,)
    assert looks.intents[0].order_id == "80"


def stepped(found: Deal, step: str) -> Deal:
    """The deal on a market that counts amounts in whole numbers of a step."""
    return replace(found, amount_step=Decimal(step))


def leaving(amount: str) -> Looks:
    """A force exit of so many coins."""
    asked = make_intent(replace(EXIT, amount=Decimal(amount)), reason="Created exit order for trade 141.")
    return Looks((replace(asked, known_ids=frozenset({"70"})),))


def sold(amount: float, *, id: str = "80", is_open: bool = False) -> DealOrder:
    return order(id, amount, 0.0 if is_open else amount, is_open=is_open, side=Side.SELL)


@pytest.mark.parametrize(
    ("asked", "step", "cut"),
    [("0.04055", "0.0001", 0.0405), ("7.98", "1", 7.0), ("1.99", "1", 1.0), ("615", "10", 610.0)],
)
def test_a_part_that_the_bot_cut_down_to_its_step_is_ours_and_filled(asked: str, step: str, cut: float) -> None:
    looks = leaving(asked)
    bought = order("70", 1000.0, 1000.0, is_open=False)
    resting = stepped(deal(bought, sold(cut, is_open=True), opened_at=BEFORE), step)
    assert looks.look(resting, seconds=1) == (S.WORKING,)
    done = stepped(deal(bought, sold(cut), opened_at=BEFORE), step)
    assert looks.look(done, seconds=3) == (S.FILLED,)
    assert Decimal(looks.intents[0].filled) == Decimal(str(cut))


@pytest.mark.parametrize("other", [0.038, 0.0406, 0.0811])
def test_an_exit_that_no_cut_to_the_step_explains_is_not_ours(other: float) -> None:
    looks = leaving("0.04055")
    bought = order("70", 0.0811, 0.0811, is_open=False)
    assert looks.look(stepped(deal(bought, sold(other), opened_at=BEFORE), "0.0001"), seconds=1) == (S.HANDED_OVER,)


def test_an_exit_at_a_bot_that_tells_no_step_is_found_by_about_its_coins() -> None:
    bought = order("70", 0.0811, 0.0811, is_open=False)
    assert leaving("0.04055").look(deal(bought, sold(0.0405), opened_at=BEFORE), seconds=1) == (S.FILLED,)
    assert leaving("0.04055").look(deal(bought, sold(0.03), opened_at=BEFORE), seconds=1) == (S.HANDED_OVER,)


def test_the_whole_of_a_deal_is_filled_by_the_steps_that_were_in_it() -> None:
    looks = leaving("2.9975")
    exit = replace(make_trade(PAIR, "80", Side.SELL, 60900.0, 2.0, NOW), amount_step=Decimal(1))
    assert looks.look(seconds=1, trades=(exit,)) == (S.FILLED,)
    assert Decimal(looks.intents[0].filled) == 2


def test_two_parts_of_which_the_bot_made_the_same_are_told_apart_by_nobody() -> None:
    one, other = leaving("0.04055").intents[0], leaving("0.04052").intents[0]
    looks = Looks((replace(one, id="one"), replace(other, id="other")))
    bought = order("70", 0.0811, 0.0811, is_open=False)
    only = stepped(deal(bought, sold(0.0405), opened_at=BEFORE), "0.0001")
    assert S.FILLED not in looks.look(only, seconds=1)


@pytest.mark.parametrize(("coins", "state"), [(1.0, S.FILLED), (3.0, S.UNKNOWN)])
def test_an_entry_without_an_answer_is_found_on_a_market_of_large_steps(coins: float, state: IntentState) -> None:
    entry = replace(ENTRY, amount=Decimal("1.9"), type=OrderType.MARKET)
    looks = Looks((make_intent(entry, S.UNKNOWN),))
    assert looks.look(stepped(deal(order("77", coins, coins, is_open=False)), "1"), seconds=1) == (state,)


def test_the_stop_that_the_bot_puts_back_after_a_part_was_sold_is_no_exit_of_ours() -> None:
    looks = exiting()
    stop = replace(resting([deal(order("81", 0.0041, side=Side.SELL, price=59000.0))])[0], stop=Decimal(59000))
    at = NOW + timedelta(seconds=1)
    status = replace(make_pair_status(PAIR, open_orders=(stop,)), deals=(deal(BOUGHT),))
    snapshot = make_snapshot(feeds={Topic(Kind.PAIRS): Feed((status,), at, 2.0)})
    (intent,), _ = reconcile(looks.intents, snapshot, {}, at)
    assert (intent.state, intent.order_id) == (S.HANDED_OVER, "")


def test_a_deal_that_bears_the_same_id_again_is_no_evidence() -> None:
    looks = told()
    looks.look(deal(order("77", 0.0041)), seconds=1)
    again = deal(order("90", 0.0041, 0.0041, is_open=False), opened_at=NOW + timedelta(seconds=2))
    looks.look(again, seconds=3)
    assert looks.look(again, seconds=9) == (S.CANCELLED,)
    assert looks.intents[0].order_id == "77"
    assert looks.intents[0].filled == "0"


parts = st.lists(st.integers(0, 100), min_size=1, max_size=6).map(sorted)


@given(parts, st.integers(-4, 4), st.booleans())
def test_what_is_told_of_an_orders_fills_never_exceeds_it_and_never_shrinks(
    percents: list[int], off: int, is_in_history: bool
) -> None:
    amount = round(0.0041 * (1 + off / 100), 6)
    looks, filled = told(), Decimal(0)
    for number, percent in enumerate(percents):
        done = round(amount * percent / 100, 8)
        trades = (make_trade(PAIR, "77", amount=done, price=60940.0, at=NOW),) if is_in_history and done else ()
        (state,) = looks.look(
            deal(order("77", amount, done, is_open=percent < 100)), seconds=2.0 * number + 1, trades=trades
        )
        now = Decimal(looks.intents[0].filled)
        assert filled <= now <= Decimal(str(amount))
        assert (state is S.FILLED) is (percent == 100)
        filled = now
