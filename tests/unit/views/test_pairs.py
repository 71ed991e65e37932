"""The Pairs screen shows what each pair does and holds, and never a number that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import DayStats, Mark, MarkKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState, PairStatus, Position, Side, Target
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs
from gunbot_tui.views.cell import Cell, Tone, fitting
from tests.factories import (
    NOW,
    fields,
    make_candles,
    make_feed,
    make_order,
    make_pair,
    make_pair_status,
    make_snapshot,
    make_trade,
    text_of,
    with_feed,
)

BTC = make_pair()


def cells(status: PairStatus, snapshot: Snapshot | None = None) -> dict[str, Cell]:
    """The only row of a snapshot with this one pair."""
    (row,) = pairs.rows(snapshot or make_snapshot([status]), NOW)
    return fields(row, pairs.COLUMNS)


def test_a_holding_pair_shows_position_and_unrealised_gain() -> None:
    row = cells(make_pair_status(open_orders=(make_order(),), last_trade=make_trade()))
    assert {key: cell.text for key, cell in row.items()} == {
        "pair": "BTC/USDT",
        "state": "holding",
        "strategy": "stepgrid",
        "price": "60975.3",
        "change": "-",
        "bid": "60975.1",
        "ask": "60975.4",
        "spread": "0.000%",
        "holds": "0.0123",
        "worth": "749.99",
        "average": "60120.0",
        "unrealised": "+10.52",
        "unrealised_percent": "+1.42%",
        "orders": "1",
        "last_trade": f"buy {fmt.moment(NOW - timedelta(minutes=7), NOW)}",
    }
    assert row["unrealised"].tone is Tone.GAIN


def test_sort_values_are_the_numbers_themselves() -> None:
    status = make_pair_status(open_orders=(make_order(),), last_trade=make_trade())
    row = cells(status)
    assert row["price"].sort == status.mid
    assert row["worth"].sort == status.worth
    assert row["unrealised"].sort == status.unrealised
    assert row["holds"].sort == 0.0123
    assert row["orders"].sort == 1
    assert row["last_trade"].sort == (NOW - timedelta(minutes=7)).timestamp()


def test_a_pair_the_core_has_not_seen_yet_shows_no_number_at_all() -> None:
    status = PairStatus(BTC, "", PairState.STARTING)
    row = cells(status)
    unknown = set(row) - {"pair", "state"}
    assert {row[key].text for key in unknown} == {"-"}
    assert {row[key].sort for key in unknown} == {None}


def test_no_position_is_a_dot_and_not_unknown() -> None:
    row = cells(make_pair_status(position=Position(0.0, None), open_orders=()))
    assert [row[key].text for key in ("holds", "worth", "average", "unrealised", "orders")] == ["·"] * 5
    assert row["holds"].sort == 0


def test_a_loss_has_sign_and_tone() -> None:
    row = cells(make_pair_status(make_pair("XRP"), bid=0.5123, ask=0.51239, position=Position(1250, 0.5201)))
    assert (row["unrealised"].text, row["unrealised"].tone) == ("−9.75", Tone.LOSS)
    assert row["unrealised_percent"].text == "−1.50%"
    assert row["bid"].text == "0.51230"


def test_a_short_gains_when_the_price_falls() -> None:
    row = cells(make_pair_status(position=Position(-1.0, 61000.0), bid=60000.0, ask=60001.0))
    assert (row["unrealised"].text, row["unrealised_percent"].text) == ("+1000.00", "+1.64%")


def test_enormous_numbers_keep_every_digit_before_the_point() -> None:
    row = cells(make_pair_status(bid=9e11, ask=9.1e11, position=Position(123456789.0, 1e11)))
    assert row["worth"].text == "111111110100000000000"
    assert row["price"].text == "905000000000"


def test_the_day_feed_of_the_exchange_gives_the_change() -> None:
    snapshot = make_snapshot([make_pair_status()])
    topic = Topic(Kind.DAY, "binance")
    stats = DayStats(-3.5, 61000.0, 60000.0, 1e6)
    row = cells(make_pair_status(), with_feed(snapshot, topic, make_feed({BTC.key: stats})))
    assert row["change"] == Cell("−3.50%", Tone.LOSS, -3.5)


def test_the_fresher_of_both_feeds_is_shown() -> None:
    newer, older = make_pair_status(bid=60000.0), make_pair_status(bid=50000.0)
    topic = Topic(Kind.PAIR, BTC.key)
    every = make_snapshot([make_pair_status()])
    with_newer = with_feed(every, topic, make_feed(newer, age_seconds=0.1))
    with_older = with_feed(every, topic, make_feed(older, age_seconds=60))
    assert pairs.statuses(with_newer) == (newer,)
    assert pairs.status(with_newer, BTC) == newer
    assert pairs.statuses(with_older) == (make_pair_status(),)
    assert pairs.status(with_feed(make_snapshot(), topic, make_feed(newer)), BTC) == newer
    assert pairs.status(make_snapshot(), BTC) is None


def test_the_exchange_stands_beside_a_name_that_does_not_say_which_pair() -> None:
    every = (
        BTC,
        make_pair("XRP"),
        make_pair("ETH"),
        make_pair(exchange="binance#3"),
        make_pair(exchange="bybit", contract="LONG"),
        make_pair("1000PEPE", exchange="kucoinfutures"),
    )
    names = pairs.labels(every)
    assert [names[pair.key] for pair in every] == [
        "BTC/USDT binance",
        "XRP/USDT",
        "ETH/USDT",
        "BTC/USDT bina…#3",
        "BTC/USDT LONG b…",
        "1000PEPE/USDT k…",
    ]
    assert pairs.labels(()) == {}


def test_a_long_name_still_says_the_account() -> None:
    long = make_pair("VERYLONGCOINNAME", exchange="binance#3")
    assert pairs.labels((BTC, make_pair("XRP"), long))[long.key].endswith("…#3")


@pytest.mark.parametrize(("width", "kept"), [(38, 3), (78, 8), (118, 12), (170, 15)])
def test_the_columns_that_matter_stay_on_a_narrow_screen(width: int, kept: int) -> None:
    names = [pairs.COLUMNS[index].key for index in fitting(pairs.COLUMNS, width)]
    assert len(names) == kept
    assert {"pair", "price", "unrealised"} <= set(names)
    assert sum(pairs.COLUMNS[i].width + 1 for i in fitting(pairs.COLUMNS, width)) - 1 <= width


def test_eighty_columns_show_what_a_trader_looks_at() -> None:
    names = [pairs.COLUMNS[index].title for index in fitting(pairs.COLUMNS, 78)]
    assert names == ["pair", "state", "price", "24h", "worth", "uPnL", "uPnL%", "ord"]


def test_the_title_counts_pairs_holdings_and_orders() -> None:
    waiting = make_pair_status(make_pair("XRP"), state=PairState.WAITING, open_orders=None)
    holding = make_pair_status(open_orders=(make_order(), make_order(id="2")))
    assert text_of(pairs.title(make_snapshot([holding, waiting]))) == "2 pairs · holding 1 · 2+? working"
    assert text_of(pairs.title(make_snapshot([waiting]))).endswith("? working")
    assert text_of(pairs.title(make_snapshot())) == "pairs"


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(pairs.empty(make_snapshot(), NOW))
    assert "no pairs" in text_of(pairs.empty(make_snapshot([]), NOW))


def test_three_hundred_pairs_keep_their_order_and_their_keys() -> None:
    many = [make_pair_status(make_pair(f"C{index}")) for index in range(300)]
    assert [row.key for row in pairs.rows(make_snapshot(many), NOW)] == [status.pair.key for status in many]


def test_hostile_text_stays_literal() -> None:
    row = cells(make_pair_status(make_pair("[red]X[/red]"), strategy="[/bold]"))
    assert row["pair"].text == "[red]X[/red]/USDT"
    assert row["strategy"].text == "[/bold]"


def test_the_selected_pair_is_told_from_the_most_important_on() -> None:
    status = replace(
        make_pair_status(open_orders=(make_order(), make_order(id="", side=Side.SELL))),
        targets=(Target("sell", 61350.0),),
        notices=("trend is up",),
    )
    feeds = {
        Topic(Kind.DAY, "binance"): make_feed({BTC.key: DayStats(1.0, 61000.0, 60000.0, None)}),
        Topic(Kind.MARKS, BTC.key): make_feed(
            (
                Mark(NOW - timedelta(minutes=9), MarkKind.BOUGHT, "bought 0.0041"),
                Mark(NOW - timedelta(minutes=2), MarkKind.SKIPPED, "order blocked by trend module"),
            )
        ),
        Topic(Kind.CANDLES, BTC.key): make_feed(make_candles()),
    }
    snapshot = make_snapshot([status], feeds=feeds)
    lines = [text_of(line) for line in pairs.detail(snapshot, BTC, NOW, 118, 99)]
    assert "bid 60975.1  ask 60975.4" in lines[0]
    assert "24h 60000.0 to 61000.0" in lines[0]
    assert lines[1].endswith("◆ order blocked by trend module")
    assert lines[2] == " buy 0.0041 BTC @ 60940.0  #357044"
    assert lines[3].endswith("no exact id")
    assert lines[4] == " average 60120.0   sell target 61350.0"
    assert lines[5] == " ▁▅█  60900.0 to 60975.2"
    assert lines[6] == " trend is up"
    assert pairs.detail(snapshot, BTC, NOW, 118, 2) == pairs.detail(snapshot, BTC, NOW, 118, 99)[:2]
    assert pairs.detail(snapshot, BTC, NOW, 118, -1) == ()


def test_a_pair_of_which_nothing_is_known_says_so() -> None:
    bare = make_snapshot([PairStatus(BTC, "", PairState.STARTING)])
    assert [text_of(line) for line in pairs.detail(bare, BTC, NOW, 80, 9)] == [
        " BTC/USDT · binance · no strategy · starting   bid -  ask -  spread -",
        " orders: the core has not looked yet",
    ]
    assert "not read yet" in text_of(pairs.detail(make_snapshot(), BTC, NOW, 80, 9)[0])


def test_candles_that_never_moved_are_a_flat_spark() -> None:
    flat = {Topic(Kind.CANDLES, BTC.key): make_feed(make_candles((5.0, 5.0)))}
    lines = pairs.detail(make_snapshot([make_pair_status(position=None)], feeds=flat), BTC, NOW, 10, 9)
    assert text_of(lines[-1]).strip().startswith("▁  5")
