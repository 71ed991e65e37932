"""The order book as a ladder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Book
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.book import FULL, best_bid_key, columns, cost_line, group_steps, header, waiting
from gunbot_tui.views.book import ladder as any_ladder
from gunbot_tui.views.cell import Line, Row, Tone, fitting
from tests.factories import make_book, make_cancel, make_intent, make_order, make_pair, make_placement

PAIR = make_pair()
KEYS = ("bid_sum", "bid_size", "bid_bar", "price", "ask_bar", "ask_size", "ask_sum")


def ladder(
    book: Book,
    orders: Sequence[OpenOrder],
    pending: Sequence[Intent],
    *,
    width: int,
    height: int,
    ours: Collection[str] = ("357044",),
    group: Decimal = Decimal(0),
    bar: str = FULL,
) -> tuple[Row, ...]:
    """The ladder where one order came from here."""
    return any_ladder(book, orders, pending, ours=ours, width=width, height=height, group=group, bar=bar)


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def cells(row: Row) -> dict[str, str]:
    return {key: cell.text for key, cell in zip(KEYS, row.cells, strict=True)}


def test_asks_stand_above_bids_with_the_best_prices_in_the_middle() -> None:
    rows = ladder(make_book(), (), (), width=80, height=10)
    assert [row.key for row in rows] == ["60976.2", "60975.4", "60975.1", "60974.0"]
    assert cells(rows[1])["bid_bar"] == "ask"
    assert cells(rows[2])["ask_bar"] == "bid"


def test_the_middle_of_the_ladder_is_the_best_bid() -> None:
    own = (make_order(price="60975.2"), make_order(id="7", side=Side.SELL, price="60990"))
    assert best_bid_key(ladder(make_book(), own, (), width=80, height=10)) == "60975.1"
    assert best_bid_key(ladder(make_book(bids=[]), (), (), width=80, height=10)) is None


def test_sums_count_money_from_the_touch_outwards() -> None:
    rows = ladder(make_book(bids=[(10.0, 1.0), (9.0, 2.0)], asks=[(11.0, 3.0)]), (), (), width=80, height=10)
    assert [cells(row)["bid_sum"] for row in rows[1:]] == ["10.000", "28.000"]
    assert cells(rows[0])["ask_sum"] == "33.000"


def test_the_largest_visible_size_has_the_longest_bar() -> None:
    rows = ladder(make_book(bids=[(10.0, 1.0)], asks=[(11.0, 4.0)]), (), (), width=80, height=10)
    room = columns(make_book(), PAIR, 80)[2].width
    assert cells(rows[0])["ask_bar"] == "█" * room
    assert cells(rows[1])["bid_bar"] == "█" * (room // 4)


def test_an_own_order_is_marked_at_its_level() -> None:
    rows = ladder(make_book(), (make_order(price="60974.0"),), (), width=80, height=10)
    row = rows[3]
    assert cells(row)["price"] == "●60974.0"
    assert [cells(row)[key] for key in ("ask_bar", "ask_size", "ask_sum")] == ["ours", "buy 0.0041", "#357044"]
    assert row.cells[3].tone is Tone.OURS
    assert row.key == "60974.0"


def test_an_own_order_outside_the_visible_levels_has_a_row_of_its_own_in_order() -> None:
    book = make_book(bids=[(100.0 - i, 1.0) for i in range(30)], asks=[(101.0 + i, 1.0) for i in range(30)])
    own = (
        make_order(price="60.0"),
        make_order(id="7", side=Side.SELL, price="150.5"),
        make_order(id="8", price="98.25"),
    )
    rows = ladder(book, own, (), width=80, height=10)
    prices = [float(row.key) for row in rows]
    assert len(rows) == 10
    assert prices == sorted(prices, reverse=True)
    assert {"60.00", "150.50", "98.25", "100.00", "101.00"} <= {row.key for row in rows}
    assert cells(rows[0])["bid_sum"] == "#7"


def test_an_order_of_the_bots_strategy_is_not_called_ours() -> None:
    row = ladder(make_book(), (make_order(price="60974.0"),), (), width=80, height=10, ours=())[3]
    assert cells(row)["price"] == "◦60974.0"
    assert [cells(row)[key] for key in ("ask_bar", "ask_size", "ask_sum")] == ["bot", "buy 0.0041", "#357044"]
    assert row.cells[3].tone is not Tone.OURS


def test_ours_and_the_bots_at_one_price_are_both_named() -> None:
    both = (make_order(price="60974.0"), make_order(id="2", price="60974.0"))
    row = ladder(make_book(), both, (), width=80, height=10)[3]
    assert [cells(row)[key] for key in ("ask_bar", "ask_sum")] == ["bot+ours", "2 orders"]


def test_an_amount_stands_with_every_digit() -> None:
    order = make_order(price="60974.0", amount="0.04650654")
    pending = make_intent(make_placement(price="60973.0", amount="0.046506541234"))
    rows = ladder(make_book(), (order,), (pending,), width=120, height=10)
    assert cells(rows[3])["ask_size"] == "buy 0.04650654"
    assert cells(rows[4])["ask_size"] == "buy 0.046506541234"
    assert columns(make_book(), PAIR, 120)[5].width >= len("sell 0.04650654")


def test_orders_at_one_price_are_added_up() -> None:
    rows = ladder(
        make_book(), (make_order(price="60974.0"), make_order(id="2", price="60974.0")), (), width=80, height=9
    )
    assert [cells(rows[3])[key] for key in ("ask_size", "ask_sum")] == ["buy 0.0082", "2 orders"]


def test_an_order_the_bot_has_not_shown_stands_at_its_price_as_waiting() -> None:
    rows = ladder(make_book(), (), (make_intent(make_placement(price="60974.5")),), width=80, height=10)
    row = rows[3]
    assert row.key == "60974.5"
    assert [cells(row)[key] for key in ("price", "ask_bar", "ask_size")] == ["○60974.5", "waiting", "buy 0.0041"]


def test_an_unknown_order_is_loud() -> None:
    intent = make_intent(make_placement(price="60974.0"), IntentState.UNKNOWN)
    rows = ladder(make_book(), (make_order(price="60974.0"),), (intent,), width=80, height=10)
    assert [cells(rows[3])[key] for key in ("ask_bar", "ask_size", "ask_sum")] == ["unknown", "buy 0.0082", "2 orders"]
    assert rows[3].cells[4].tone is Tone.ALERT


def test_only_limit_orders_that_are_not_shown_yet_are_waiting() -> None:
    waits = make_intent(make_placement())
    others = [
        make_intent(make_placement(type=OrderType.MARKET)),
        make_intent(make_cancel()),
        make_intent(state=IntentState.FILLED),
        make_intent(order_id="9"),
        make_intent(make_placement(make_pair("ETH"))),
    ]
    assert waiting([waits, *others], PAIR) == (waits,)


def test_grouped_levels_gather_away_from_the_middle() -> None:
    book = make_book(bids=[(10.7, 1.0), (10.2, 2.0), (9.9, 4.0)], asks=[(11.2, 1.0), (11.9, 1.0)])
    rows = ladder(book, (), (), width=80, height=10, group=Decimal(1))
    assert [row.key for row in rows] == ["12", "10", "9"]
    assert cells(rows[1])["bid_size"] == "3.0000"


def test_a_crossed_book_keeps_its_keys_apart_and_is_called_so() -> None:
    book = make_book(bids=[(10.0, 1.0)], asks=[(10.0, 1.0)])
    assert [row.key for row in ladder(book, (), (), width=80, height=10)] == ["10", "10 bid"]
    assert "CROSSED" in text(header(book))
    assert "a crossed book prices nothing" in text(cost_line(book, PAIR, 120))


def test_the_header_says_spread_middle_and_balance() -> None:
    book = make_book(bids=[(60975.1, 3.0)], asks=[(60975.4, 1.0)], dropped=2)
    assert text(header(book)) == (
        "spread 0.3 (0.000%)   mid 60975.25   imbalance bids 75%   2 impossible levels dropped"
    )


def test_an_empty_side_is_said_and_gives_no_middle() -> None:
    assert text(header(make_book(bids=[]))) == "no bids"
    assert text(header(make_book(bids=[], asks=[]))) == "no bids   no asks"
    assert ladder(make_book(bids=[], asks=[]), (), (), width=80, height=10) == ()


def test_the_cost_of_trading_now_walks_the_levels() -> None:
    book = make_book(bids=[(99.0, 1.0)], asks=[(100.0, 2.5), (200.0, 5.0)])
    assert text(cost_line(book, PAIR, 120, 500)) == "500 USDT now: buy at 133 avg, slip 33.333% · too thin to sell"
    assert text(cost_line(book, PAIR, 50, 500)) == "500 USDT now: buy at 133 avg, slip 33.333%"
    assert cost_line(book, PAIR, 20, 500) == ()


def test_group_steps_begin_at_the_tick_and_stay_small() -> None:
    assert [str(step) for step in group_steps(make_book())][:4] == ["0.1", "0.5", "1.0", "5.0"]
    assert max(group_steps(make_book())) <= 609
    assert group_steps(make_book(bids=[], asks=[])) == (Decimal(0),)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_all_columns_fit_from_80_cells_up(width: int) -> None:
    shown = columns(make_book(), PAIR, width)
    assert len(fitting(shown, width - 3)) == len(KEYS)


def test_a_narrow_screen_keeps_price_and_sizes() -> None:
    shown = columns(make_book(), PAIR, 40)
    assert [shown[i].key for i in fitting(shown, 37)] == ["bid_size", "price", "ask_size"]


LEVELS = st.lists(st.tuples(st.floats(1e-9, 1e9, allow_nan=False), st.floats(1e-9, 1e9, allow_nan=False)), max_size=12)


@given(LEVELS, LEVELS, st.integers(0, 12), st.integers(1, 200))
def test_any_book_fits_its_height_with_unique_keys_and_widths(
    bids: list[tuple[float, float]], asks: list[tuple[float, float]], height: int, width: int
) -> None:
    book = make_book(sorted(bids, reverse=True), sorted(asks))
    rows = ladder(book, (make_order(),), (), width=width, height=height, bar="▏▎▍▌▋▊▉█")
    assert len(rows) <= height
    bar = columns(book, PAIR, width)[2].width
    for row in rows:
        found = cells(row)
        assert fmt.width(found["ask_bar"] if set(found["ask_bar"]) <= set("▏▎▍▌▋▊▉█") else "") <= bar
        assert "e" not in found["price"].lower()
