"""The blotter as text: columns, widths, title, and what it says without rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import HistoryPage, OrderType
from gunbot_tui.ui.widgets.arrange import filtered
from gunbot_tui.views import orders
from gunbot_tui.views.cell import Tone, fitting
from tests.factories import (
    NOW,
    make_feed,
    make_intent,
    make_placement,
    make_problem,
    make_snapshot,
    make_trade,
    text_of,
    with_feed,
)
from tests.unit.views.blotter import blotter, rows, table

SHORT = "20261121T140211-abc234"


def test_later_pages_are_history_alone() -> None:
    snapshot = with_feed(
        blotter(make_intent(), resting=("1",), trades=(make_trade(id="2"),), total=3),
        Topic(Kind.HISTORY, "1"),
        make_feed(HistoryPage((make_trade(id="3"),), 3)),
    )
    assert [row["id"].text for row in table(snapshot, 1)] == ["3"]
    assert text_of(orders.title(snapshot, 1)) == "1 working · 0 unknown · history page 2 of 3, 3 trades"
    assert table(snapshot, 2) == []


def test_the_title_is_loud_about_unknown_orders() -> None:
    title = orders.title(blotter(make_intent(state=IntentState.UNKNOWN)))
    assert [span.tone for span in title if "unknown" in span.text] == [Tone.ALERT]
    assert text_of(orders.title(make_snapshot())) == "- working · 0 unknown"


def test_a_market_order_shows_no_price_it_did_not_ask_for() -> None:
    (row,) = table(blotter(make_intent(make_placement(type=OrderType.MARKET))))
    assert (row["price"].text, row["price"].sort, row["cost"].text) == ("market", None, "-")
    assert row["type"].text == "market"


def test_sort_values_are_the_numbers_themselves() -> None:
    (row,) = table(blotter(trades=(make_trade(pnl=-2.0),)))
    assert (row["price"].sort, row["amount"].sort, row["pnl"].sort) == (60120.0, 0.0123, -2.0)
    assert row["time"].sort == (NOW - timedelta(minutes=7)).timestamp()


@pytest.mark.parametrize("width", [38, 78, 118, 200])
def test_the_state_takes_the_room_that_is_left(width: int) -> None:
    columns = orders.columns(width)
    kept = [columns[index] for index in fitting(columns, width)]
    assert sum(column.width + 1 for column in kept) - 1 <= width
    assert {"pair", "side", "state"} <= {column.key for column in kept}
    assert next(column.width for column in kept if column.key == "state") <= orders.WIDEST_STATE


@pytest.mark.parametrize("reason", ["2 orders match 1 intent: 357044, 357045", "2 orders match 2 intents: 1, 2"])
def test_an_order_that_needs_the_user_says_why_at_120_columns_beside_its_number(reason: str) -> None:
    asked = make_intent(state=IntentState.AMBIGUOUS, reason=reason)
    columns = orders.columns(116, rows(blotter(asked)))
    kept = {columns[index].key: columns[index].width for index in fitting(columns, 116)}
    assert kept["state"] > len(reason.partition(":")[0])
    assert "id" in kept


def test_eighty_columns_show_price_and_amount_and_the_number_to_cancel_by() -> None:
    columns = orders.columns(76, rows(blotter(resting=("1",))))
    names = [columns[index].title for index in fitting(columns, 76)]
    assert names == ["pair", "side", "price", "amount", "by", "state", "id"]


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(orders.empty(make_snapshot(), NOW))
    assert "buy ticket" in text_of(orders.empty(blotter(), NOW))
    failed = with_feed(make_snapshot(), Topic(Kind.PAIRS), make_feed(None, problem=make_problem()))
    assert "no answer" in text_of(orders.empty(failed, NOW))


@pytest.mark.parametrize("state", [IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS])
def test_the_id_of_an_order_without_a_number_stands_whole_in_its_column(state: IntentState) -> None:
    (row,) = table(blotter(make_intent(state=state, id=SHORT)))
    column = next(column for column in orders.COLUMNS if column.key == "id")
    assert row["id"].text == "abc234"
    assert len(row["id"].text) <= column.width
    later = blotter()
    assert text_of(orders.empty(later, NOW, 3)) == "reading page 4 of the history …"
    broken = with_feed(later, Topic(Kind.HISTORY, "3"), make_feed(None, problem=make_problem()))
    assert "no answer" in text_of(orders.empty(broken, NOW, 3))


def test_a_stop_takes_room_only_where_there_is_one() -> None:
    stop = make_intent(replace(make_placement(type=OrderType.STOP_LIMIT), stop=Decimal(61000)))
    for intent, is_shown in ((stop, True), (make_intent(), False)):
        columns = orders.columns(116, rows(blotter(intent)))
        assert ("stop" in {columns[index].key for index in fitting(columns, 116)}) is is_shown


def test_the_title_counts_the_marks_and_those_that_can_not_be_cancelled() -> None:
    assert "3 marked · " in text_of(orders.title(blotter(), marks=orders.Marks(3))) + " · "
    assert "3 marked (1 can't be cancelled)" in text_of(orders.title(blotter(), marks=orders.Marks(3, over=1)))
    hidden = orders.Marks(3, over=1, hidden=2)
    assert "3 marked (1 can't be cancelled, 2 hidden by the filter)" in text_of(orders.title(blotter(), marks=hidden))
    assert "marked" not in text_of(orders.title(blotter()))


@pytest.mark.parametrize(("total", "last"), [(0, 0), (2, 0), (3, 1), (100_000, 49_999)])
def test_the_last_page_follows_from_the_first_ones_size(total: int, last: int) -> None:
    trades = (make_trade(id="1"), make_trade(id="2"))
    assert orders.last_page(blotter(trades=trades if total else (), total=total), 0) == last
    assert orders.last_page(make_snapshot(), 0) is None


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("state:unknown", ["intent:lost"]),
        ("by:me", ["intent:lost"]),
        ("by:strategy pair:btc", ["order:binance/USDT-BTC/9"]),
        ("state:unknown by:strategy", []),
        ("pair:eth", []),
    ],
)
def test_a_filter_asks_columns_by_their_names(words: str, keys: list[str]) -> None:
    lost = replace(make_intent(state=IntentState.UNKNOWN, id="lost"), known_ids=frozenset({"9"}))
    found = filtered(orders.COLUMNS, rows(blotter(lost, resting=("9",))), words)
    assert [row.key for row in found] == keys


def test_trades_are_not_counted_before_they_are_read() -> None:
    unread = make_snapshot(capabilities=Capabilities(has_deals=True))
    assert text_of(orders.title(unread)) == "- working · 0 unknown"


@pytest.mark.parametrize(("amount", "width"), [("196.45120555", 116), ("5113475.09999999", 116), ("20.06472491", 76)])
def test_an_amount_is_never_cut_where_the_state_could_give_way(amount: str, width: int) -> None:
    reason = "2 orders match 1 intent: 357044, 357045"
    asked = make_intent(make_placement(amount=amount), IntentState.AMBIGUOUS, reason=reason, id="a")
    shown = rows(blotter(asked, trades=(make_trade(amount=7.52062105),)))
    columns = orders.columns(width, shown)
    at = {column.key: index for index, column in enumerate(columns)}
    texts = [row.cells[at["amount"]].text for row in shown]
    assert texts == [amount, "7.52062105"]
    assert at["amount"] in fitting(columns, width)
    assert columns[at["amount"]].width >= len(amount)


def test_the_binary_noise_of_a_bots_float_is_no_digit() -> None:
    (row,) = table(blotter(trades=(make_trade(amount=0.1 + 0.2),)))
    assert row["amount"].text == "0.3"
