"""The Candles screen's words: which candles, what the last one did, and which prices matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import CandleSeries, Mark, MarkKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side, Target
from gunbot_tui.views import candles
from gunbot_tui.views import format as fmt
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Tone
from tests.factories import (
    NOW,
    make_candles,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_problem,
    make_snapshot,
    text_of,
    with_feed,
)
from tests.ui.freqtrade_scene import SOL, freqtrade_at_work, webserver

BTC = make_pair()


def chart(series: CandleSeries | None) -> Snapshot:
    """A bot with these candles of BTC/USDT."""
    return make_snapshot(feeds={Topic(Kind.CANDLES, BTC.key): make_feed(series)} if series else {})


def test_the_title_says_which_candles_are_shown() -> None:
    snapshot = chart(make_candles())
    assert text_of(candles.title(snapshot, BTC, 96)) == "BTC/USDT · 5m · last 3 · following"
    assert text_of(candles.title(snapshot, BTC, 2, following=False)) == "BTC/USDT · 5m · 2 candles"
    assert text_of(candles.title(chart(None), BTC, 96)) == "BTC/USDT"


def test_times_that_the_bot_did_not_give_are_called_so() -> None:
    snapshot = chart(make_candles(times_are_given=False))
    assert text_of(candles.title(snapshot, BTC, 96)).endswith("times counted back from now")


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "1m"), (5, "5m"), (60, "1h"), (90, "90m"), (240, "4h"), (1440, "1d"), (0.5, "30s")]
)
def test_a_period_is_written_as_traders_do(minutes: float, text: str) -> None:
    assert candles.period(timedelta(minutes=minutes)) == text


@pytest.mark.parametrize(
    ("closes", "index", "figures", "tone"),
    [
        ((60900.0, 60975.2), -1, "▲ O 60900.0  H 60976.2  L 60899.0  C 60975.2", Tone.GAIN),
        ((60975.2, 60900.0), -1, "▼ O 60975.2  H 60976.2  L 60899.0  C 60900.0", Tone.LOSS),
        ((60975.2, 60900.0), 0, "= O 60975.2  H 60976.2  L 60974.2  C 60975.2", Tone.PLAIN),
    ],
)
def test_a_candle_tells_its_figures(closes: tuple[float, ...], index: int, figures: str, tone: Tone) -> None:
    head, rest = candles.ohlc(chart(make_candles(closes)), BTC, NOW, index)
    assert (head.text, head.tone) == (figures, tone)
    opened = make_candles(closes).candles[index].opened_at
    assert rest.text == f"  V 1.5  {fmt.moment(opened, NOW)}"


@pytest.mark.parametrize("index", [3, -4, 99])
def test_a_candle_that_is_not_there_has_no_figures(index: int) -> None:
    assert candles.ohlc(chart(make_candles()), BTC, NOW, index) == ()
    assert candles.ohlc(chart(None), BTC, NOW) == ()


def test_the_prices_that_matter_are_lines() -> None:
    resting = (make_order(id="1"), make_order(id="2", side=Side.SELL, price="62000"), make_order(id="", price="1"))
    status = replace(make_pair_status(open_orders=resting), targets=(Target("stop", 59000.0),))
    intents = (
        make_intent(make_placement(price="60000"), id="a"),
        make_intent(make_placement(price="59000"), IntentState.UNKNOWN, id="b"),
        make_intent(state=IntentState.WORKING, id="c", order_id="1"),
        make_intent(make_placement(make_pair("XRP")), id="d"),
        make_intent(state=IntentState.REFUSED, id="e"),
    )
    assert candles.levels(make_snapshot([status], intents=intents), BTC) == (
        PriceLine("our waiting buy", 60000.0, Tone.OURS),
        PriceLine("our unproven buy", 59000.0, Tone.OURS),
        PriceLine("our buy", 60940.0, Tone.OURS),
        PriceLine("sell", 62000.0, Tone.SELL),
        PriceLine("buy", 1.0, Tone.BUY),
        PriceLine("average", 60120.0, Tone.STRONG),
        PriceLine("stop target", 59000.0, Tone.MUTED),
    )


def test_an_unread_pair_has_only_our_own_lines() -> None:
    assert candles.levels(make_snapshot(), BTC) == ()
    assert candles.levels(make_snapshot([make_pair_status(position=None)]), BTC) == ()


def test_an_open_trade_gives_its_open_price_and_its_stop() -> None:
    bot = freqtrade_at_work()
    assert candles.levels(bot, SOL) == (
        PriceLine("open", 133.58, Tone.STRONG),
        PriceLine("stop", 130.25, Tone.WARN),
    )


def test_what_a_trade_bought_and_sold_are_fills_and_no_signals() -> None:
    bot = freqtrade_at_work()
    found = candles.decisions(bot, SOL)
    assert [mark.kind for mark in found[:2]] == [MarkKind.ENTRY, MarkKind.EXIT]
    assert [(mark.kind, mark.text) for mark in found if "trade 144" in mark.text] == [
        (MarkKind.BOUGHT, "bought 1.8715 @ 133.58 · trade 144 · manual")
    ]
    closed = bot.closed().value
    assert closed is not None
    deal = next(deal for deal in closed.deals if deal.id == "139")
    assert [mark.text for mark in candles.decisions(bot, deal.pair)] == [
        "bought 36.3826 @ 6.8714 · trade 139 · rsi_dip",
        "sold 36.3826 @ 6.8361 · trade 139 · stale",
    ]


def test_an_order_that_has_not_filled_is_no_mark() -> None:
    bot = freqtrade_at_work()
    entering = next(deal for deal in bot.deals if deal.is_entering and not deal.amount)
    assert candles.decisions(bot, entering.pair) == ()


def test_stored_candles_are_called_historic() -> None:
    assert text_of(candles.title(webserver(), SOL, 96)) == "SOL/USDT · 1m · last 96 · historic data"


def test_a_pair_that_was_never_analysed_is_told_in_words() -> None:
    nothing = CandleSeries(timedelta(minutes=1), (), times_are_given=True)
    bot = with_feed(freqtrade_at_work(), Topic(Kind.CANDLES, SOL.key), make_feed(nothing))
    assert "does not know the pair, or has not analysed it yet" in text_of(candles.empty(bot, SOL, NOW))


def test_a_bot_that_tells_no_candles_is_not_waited_for() -> None:
    bot = make_snapshot(capabilities=Capabilities(unread={Kind.CANDLES: "it has none"}))
    assert text_of(candles.empty(bot, BTC, NOW)) == "it has none"


def test_the_newest_marks_come_first_with_their_reasons() -> None:
    marks = (
        Mark(NOW - timedelta(minutes=9), MarkKind.BOUGHT, "bought 0.0041"),
        Mark(NOW - timedelta(minutes=2), MarkKind.SKIPPED, "[b]blocked[/b]"),
    )
    snapshot = make_snapshot(feeds={Topic(Kind.MARKS, BTC.key): make_feed(marks)})
    newest, older = candles.marks(snapshot, BTC, NOW, 5)
    assert text_of(newest).endswith("◆ [b]blocked[/b]")
    assert older[1].tone is Tone.BUY
    assert candles.marks(snapshot, BTC, NOW, 1) == (newest,)
    assert candles.marks(snapshot, BTC, NOW, -1) == ()
    assert candles.marks(make_snapshot(), BTC, NOW, 5) == ()


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(candles.empty(chart(None), BTC, NOW))
    assert "no candles" in text_of(candles.empty(chart(make_candles(())), BTC, NOW))
    failed = {Topic(Kind.CANDLES, BTC.key): make_feed(None, problem=make_problem())}
    assert "no answer" in text_of(candles.empty(make_snapshot(feeds=failed), BTC, NOW))
