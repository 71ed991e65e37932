"""A figure is exactly a figure or it is missing, whatever a bot sends in its place."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.gunbot import wire, wire_pnl
from gunbot_tui.backends.gunbot.adapt_market import to_book, to_candles, to_marks, to_pair, to_pair_of_key
from gunbot_tui.backends.gunbot.adapt_trading import (
    to_balances,
    to_entries,
    to_pair_status,
    to_position,
)
from gunbot_tui.backends.gunbot.shapes import side
from gunbot_tui.backends.strict_json import parse
from gunbot_tui.backends.values import MOST_ROWS, exact, minutes, moment, number, order_id
from gunbot_tui.model.market import Book, Level, MarkKind, Pair
from gunbot_tui.model.trading import Side
from tests.factories import NOW, make_pair

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "1,5",
        "1.234,5",
        "0x10",
        "١",
        "１",
        "1_000",
        "+1",
        ".5",
        "5.",
        "NaN",
        "Infinity",
        "-inf",
        "1e",
        "--1",
        "9" * 41,
        "1e999",
        None,
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("1e400"),
        10**50,
    ],
)
def test_b04_what_is_no_plain_number_is_missing(value: object) -> None:
    assert exact(value) is None
    assert number(value) is None


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("0.00002162", "0.00002162"),
        ("-3.50", "-3.50"),
        ("1e-08", "1E-8"),
        (0, "0"),
        (Decimal("60975.10"), "60975.10"),
        (1e-12, "1E-12"),
        ("1000000000000.5", "1000000000000.5"),
    ],
)
def test_a_number_keeps_its_digits_however_it_is_written(value: object, meant: str) -> None:
    assert str(exact(value)) == meant


@pytest.mark.parametrize("value", [0, -1, 1733307452, 1733307452789000, 4102444800000, None, "soon", 10**30])
def test_a_time_outside_2009_to_2100_is_missing(value: object) -> None:
    assert moment(value) is None


def test_milliseconds_become_an_aware_utc_time() -> None:
    assert moment(1733307452789) == datetime(2024, 12, 4, 10, 17, 32, 789000, UTC)
    assert moment("1733307452789") == moment(1733307452789)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (357044, "357044"),
        (2**53 - 1, "9007199254740991"),
        (2**53, ""),
        (2**70, ""),
        (str(2**70), str(2**70)),
        ("1.2e18", ""),
        ("1.2e+21", ""),
        ("1e+21", ""),
        ("357044.0", ""),
        ("7e21", "7e21"),
        ("a.1e+5", "a.1e+5"),
        ("00123", "00123"),
        ("a-1_b", "a-1_b"),
        (Decimal("1.2E+18"), ""),
        (Decimal("357044.0"), ""),
        (1.2e18, ""),
        (None, ""),
        (True, ""),
        ("", ""),
        ("12 34", ""),
        ("12\n", ""),
        ("1\u202e2", ""),
    ],
)
def test_b05_an_order_id_is_exact_or_empty(value: object, kept: str) -> None:
    assert order_id(value) == kept


@pytest.mark.parametrize(
    ("native", "parts"),
    [
        ("USDT-BTC", ("BTC", "USDT", "")),
        ("BTC-1000PEPE", ("1000PEPE", "BTC", "")),
        ("USDT-BTC-LONG", ("BTC", "USDT", "LONG")),
        ("USDT-BTC-SHORT", ("BTC", "USDT", "SHORT")),
        ("USD-BTC-200417", ("BTC", "USD", "200417")),
        ("USDT-a.b", ("a.b", "USDT", "")),
    ],
)
def test_d10_a_money_first_name_is_taken_apart(native: str, parts: tuple[str, str, str]) -> None:
    pair = to_pair("binance#3", native)
    assert pair is not None
    assert (pair.coin, pair.money, pair.contract) == parts
    assert pair.key == f"binance#3/{native}"


@pytest.mark.parametrize(
    ("exchange", "native"),
    [
        ("binance", "BTC"),
        ("binance", "USDT-"),
        ("binance", "USDT-BT\u0421"),
        ("binance", "USDT-B\u200bTC"),
        ("binance", "USDT-BTC\n"),
        ("binance", "../USDT-BTC"),
        ("binance", "[red]-BTC"),
        ("bin ance", "USDT-BTC"),
        ("", "USDT-BTC"),
        ("binance", "USDT-" + "B" * 100),
    ],
)
def test_a_name_that_could_hide_something_is_no_pair(exchange: str, native: str) -> None:
    assert to_pair(exchange, native) is None


def test_a_hostile_pair_is_left_out_and_the_others_live() -> None:
    answer = {
        "config": {"binance": {"USDT-BTC": {"strategy": "x"}, "USDT-\x1b]0;": {"strategy": "y"}, "USDT-\ud800": {}}},
        "memory": {"binance/USDT-\u202eBTC": {"Bid": 1}},
    }
    assert list(to_entries(wire.read_as(wire.CoreMemory, answer))) == ["binance/USDT-BTC"]


def book(ask: object, bid: object) -> Book:
    return to_book(wire.read_as(wire.OrderBook, {"data": {"ask": ask, "bid": bid}}))


def test_a_book_is_sorted_and_what_cannot_be_true_is_counted() -> None:
    asks = [[3, 1], ["2.5", "0.5"], [0, 1], [4, 0], [-1, 1], ["x", 1], [None, None], "no", [5]]
    bids = [{"price": 1, "quantity": 2}, {"price": "2", "amount": "3"}, {"price": 1.5, "volume": 1}, {"price": 9}]
    assert book(asks, bids) == Book(
        bids=(Level(2, 3), Level(1.5, 1), Level(1, 2)), asks=(Level(2.5, 0.5), Level(3, 1)), dropped=8
    )


def test_an_empty_side_has_no_best_price() -> None:
    assert (book([], [[1, 1]]).ask, book([], [[1, 1]]).mid) == (None, None)


@pytest.mark.parametrize(
    "answer", [{}, {"data": []}, {"data": {"ask": []}}, {"data": {"ask": {}, "bid": []}}, [], None]
)
def test_a_book_of_another_shape_is_an_error_and_not_an_empty_book(answer: object) -> None:
    with pytest.raises(Unexpected):
        wire.read_as(wire.OrderBook, answer)


def candles(**arrays: object) -> wire.Candles:
    return wire.read_as(wire.Candles, {"data": arrays})


def test_candle_times_are_counted_back_from_the_period_that_runs_now() -> None:
    series = to_candles(
        candles(open=[1, 2], high=[3, 3], low=[1, 1], close=[2, 2], volume=["7", 8]), minutes=5, now=NOW
    )
    assert not series.times_are_given
    assert [candle.opened_at for candle in series.candles] == [
        NOW.replace(minute=55, hour=13, second=0),
        NOW.replace(minute=0, second=0),
    ]
    assert series.candles[0].volume == 7
    assert series.period == timedelta(minutes=5)


def test_candle_times_are_the_bots_own_when_the_items_carry_them() -> None:
    stamps = [1733307600000, 1733307300000, 1733307300000]
    opens = [{"open": price, "timestamp": stamp} for price, stamp in zip((3, 1, 2), stamps, strict=True)]
    series = to_candles(
        candles(open=opens, high=[9] * 3, low=[1] * 3, close=[2] * 3, volume=[1] * 3), minutes=5, now=NOW
    )
    assert series.times_are_given
    assert [(candle.opened_at.minute, candle.open) for candle in series.candles] == [(15, 2), (20, 3)]


def test_candle_arrays_of_different_length_are_refused() -> None:
    with pytest.raises(Unexpected):
        to_candles(candles(open=[1, 2], high=[1], low=[1, 1], close=[1, 1], volume=[1, 1]), minutes=5, now=NOW)


def test_a_candle_without_a_price_is_left_out_at_its_place() -> None:
    series = to_candles(
        candles(open=[1, None, 1], high=[1] * 3, low=[1] * 3, close=[1] * 3, volume=[1] * 3), minutes=1, now=NOW
    )
    first, last = series.candles
    assert last.opened_at - first.opened_at == timedelta(minutes=2)


def test_a_balance_without_a_free_amount_is_left_out_and_unknown_locks_stay_unknown() -> None:
    rows = [
        {"Asset": "BTC", "Exchange": "binance", "Available Qty": "", "On Order": "0"},
        {"Asset": "ETH", "Exchange": "binance", "Available Qty": 1.5},
        "nonsense",
    ]
    (eth,) = to_balances(wire.read_as(wire.Balances, rows))
    assert (eth.asset, eth.free, eth.locked) == ("ETH", Decimal("1.5"), None)


def test_an_impossible_mark_is_left_out_and_garbled_arrows_are_read_by_their_words() -> None:
    rows = [
        {"time": 0, "label": "▲", "tooltip": ["no time"]},
        {"time": 1733391240, "label": "â–²", "tooltip": ["", "🟩 1733391279657 convert", "Sell 1 BTC"]},
        {"time": 1733391300, "label": "X", "tooltip": ["hello"]},
    ]
    sold, note = to_marks(wire.read_as(wire.Marks, rows))
    assert (sold.kind, sold.text, note.kind) == (MarkKind.SOLD, "Sell 1 BTC", MarkKind.NOTE)


def ledger(**fields: object) -> wire.Ledger:
    return wire.read_as(wire.Ledger, fields)


@pytest.mark.parametrize(
    ("contract", "fields", "size"),
    [
        ("", {"quoteBalance": "0.5"}, 0.5),
        ("", {"quoteBalance": 0}, None),
        ("", {}, None),
        ("LONG", {"quoteBalance": 5}, None),
        ("LONG", {"currentQty": 2, "currentSide": "long", "quoteBalance": 5}, 2),
        ("SHORT", {"currentQty": -2, "currentSide": "short"}, -2),
        ("SHORT", {"currentQty": 2, "currentSide": "short"}, -2),
        ("", {"currentQty": 0, "currentSide": "none", "quoteBalance": 5}, None),
    ],
)
def test_d10_a_contract_is_never_taken_for_coins(contract: str, fields: dict[str, object], size: float | None) -> None:
    position = to_position(make_pair(contract=contract), ledger(**fields))
    assert (None if position is None else position.size) == size


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("buy", Side.BUY),
        ("SELL", Side.SELL),
        ("LIMIT_BUY", Side.BUY),
        ("Stop-Limit Sell", Side.SELL),
        ("buy or sell", None),
        ("buyback", None),
        ("Close", None),
        ("", None),
        (None, None),
        (1, None),
    ],
)
def test_a_side_is_never_guessed(word: object, meant: Side | None) -> None:
    assert side(word) is meant


@given(JSON)
def test_no_ledger_however_odd_breaks_a_pair(value: object) -> None:
    ledger = dict.fromkeys(wire.LEDGER_KEYS, value)
    answer = {"config": {"binance": {"USDT-BTC": {"strategy": value}}}, "memory": {"binance/USDT-BTC": ledger}}
    (entry,) = to_entries(wire.read_as(wire.CoreMemory, answer)).values()
    assert to_pair_status(entry).pair.name == "BTC/USDT"


def test_of_many_messages_the_newest_are_kept_and_come_first() -> None:
    messages = [{"text": str(number)} for number in range(25)]
    memory = {"notifications": messages, "sidebarExtras": [{"label": "RSI", "value": "42"}]}
    answer = {"config": {"binance": {"USDT-BTC": {}}}, "memory": {"binance/USDT-BTC": memory}}
    (entry,) = to_entries(wire.read_as(wire.CoreMemory, answer)).values()
    assert to_pair_status(entry).notices == tuple(str(number) for number in range(24, 4, -1))


@pytest.mark.parametrize(
    ("merged", "override", "least"),
    [
        ({"MIN_VOLUME_TO_BUY": "8", "MIN_VOLUME_TO_SELL": 9}, {"MIN_VOLUME_TO_BUY": 5}, (8.0, 9.0)),
        ({"MIN_VOLUME_TO_BUY": 0}, {"MIN_VOLUME_TO_BUY": 5}, (5.0, None)),
        (None, {"MIN_VOLUME_TO_SELL": "7.5"}, (None, 7.5)),
        (None, None, (None, None)),
    ],
)
def test_what_an_order_is_worth_at_least_is_the_cores_word_before_the_files(
    merged: object, override: object, least: tuple[float | None, float | None]
) -> None:
    config = {"binance": {"USDT-BTC": {"override": override}}}
    answer = {"config": config, "memory": {"binance/USDT-BTC": {"whatstrat": merged}}}
    (entry,) = to_entries(wire.read_as(wire.CoreMemory, answer)).values()
    status = to_pair_status(entry)
    assert (status.least_buy, status.least_sell) == least


@given(JSON)
def test_an_answer_of_any_shape_is_read_or_unexpected(value: object) -> None:
    for shape in (wire.CoreMemory, wire.OrderBook, wire.Candles, wire.Marks, wire_pnl.PnlOverview, wire.OrdersPage):
        with suppress(Unexpected):
            assert isinstance(wire.read_as(shape, value), shape)


def test_an_answer_of_more_rows_than_any_bot_has_is_unexpected_before_they_fill_the_memory() -> None:
    rows: list[object] = [{}] * (MOST_ROWS + 1)
    with pytest.raises(Unexpected, match="another shape"):
        wire.read_as(wire.Balances, rows)
    assert len(wire.read_as(wire.Balances, rows[1:]).root) == MOST_ROWS


def test_unknown_and_inherited_looking_keys_are_ignored() -> None:
    answer = parse(b'{"config": {}, "memory": {}, "__proto__": {"x": 1}, "toString": 2}')
    assert to_entries(wire.read_as(wire.CoreMemory, answer)) == {}


def test_a_key_is_split_at_its_first_slash() -> None:
    assert to_pair_of_key("binance#3/USDT-ETH") == Pair("binance#3", "ETH", "USDT", "USDT-ETH")
    assert to_pair_of_key("USDT-ETH") is None


@pytest.mark.parametrize("value", [0, -5, "1e30", 10**30, 9999 * 525_600, True, "soon", None])
def test_what_no_candle_lasts_is_missing(value: object) -> None:
    assert minutes(value) is None
    assert minutes(60) == 60.0
