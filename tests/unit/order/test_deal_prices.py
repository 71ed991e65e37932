"""What an order at a bot without a book is held against: its last price, and how old that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.market import Candle, CandleSeries
from gunbot_tui.model.snapshot import Snapshot
from tests.factories import NOW, make_feed
from tests.unit.order.deal_scenes import ETH, SOL, asked, deal, status, trader, why_not


def test_an_old_last_price_asks_for_the_money_of_an_entry_and_warns_of_an_exit() -> None:
    old = trader(status(SOL, last=150.0, age=181))
    young = trader(status(SOL, last=150.0, age=180))
    for text in ("buy 50usdt SOL", "buy 50usdt SOL @ 149"):
        made = asked(text, old)
        assert made.must_type == "50"
        assert "the last price is 181s old: where the market is now is not known" in made.warnings
        assert asked(text, young).must_type == ""
    unknown = asked("buy 50usdt SOL @ 149", trader(status(SOL)))
    assert unknown.must_type == "50"
    assert "no price of SOL/USDT is known to hold yours against" in unknown.warnings
    stale = trader(replace(status(ETH, deal()), last_at=NOW - timedelta(minutes=9)))
    leaving = asked("sell all", stale)
    assert leaving.must_type == ""
    assert leaving.warnings == ("the last price is 540s old",)


def unmoved(seconds: float, **feeds: Feed[object]) -> Snapshot:
    """Read just now, and nothing in it has changed for so long."""
    snapshot = trader()
    listed = snapshot.pairs.value
    still = {Topic(Kind.PAIRS): make_feed(listed, changed_seconds=seconds)}
    candles = {Topic(Kind.CANDLES, ETH.key): feed for feed in feeds.values()}
    return replace(snapshot, feeds={**snapshot.feeds, **still, **candles})


def test_prices_that_stand_still_on_every_trade_count_as_old_though_just_read() -> None:
    entering, leaving = asked("buy 50usdt ETH", unmoved(61)), asked("sell all ETH", unmoved(61))
    assert entering.must_type == "50"
    assert "no price has moved for 61s: where the market is now is not known" in entering.warnings
    assert (leaving.must_type, leaving.warnings) == ("", ("no price has moved for 61s",))
    assert (leaving.touch_age_seconds, leaving.unmoved_seconds) == (0.5, 61.0)
    assert asked("buy 50usdt ETH", unmoved(60)).must_type == ""
    assert "(max_collar_percent)" in why_not("sell all ETH @ 2588", unmoved(61))


def test_a_candle_that_came_since_shows_that_the_market_is_quiet_and_not_away() -> None:
    opened = NOW - timedelta(seconds=65)
    series = CandleSeries(timedelta(minutes=1), (Candle(opened, 3290, 3290, 3290, 3290, 1.0),), times_are_given=True)
    made = asked("buy 50usdt ETH", unmoved(120, candles=make_feed(series)))
    assert (made.must_type, made.unmoved_seconds) == ("", 0.0)


def test_a_trade_is_left_even_where_no_price_is_known() -> None:
    made = asked("sell all", trader(status(ETH, deal(price=None))))
    assert made.command is not None
    assert made.command.price == Decimal(3200)
    assert made.warnings == ("no price is known now: it is reckoned at what was paid",)


def test_a_close_of_a_newer_candle_is_the_last_price() -> None:
    opened = NOW - timedelta(seconds=65)
    candles = CandleSeries(timedelta(minutes=1), (Candle(opened, 150, 152, 149, 151.5, 1.0),), times_are_given=True)
    made = asked("buy 50usdt SOL", trader(feeds={Topic(Kind.CANDLES, SOL.key): make_feed(candles)}))
    assert (made.last, made.touch_age_seconds) == (Decimal("151.5"), 5.0)


def test_the_collar_is_counted_against_the_last_price() -> None:
    made = asked("buy 50usdt SOL @ 160")
    assert made.must_type == "50"
    assert "a price 6.7% above the last price is over the default soft limit of 5%" in made.warnings[0]
    assert "is over the default limit of 20%" in why_not("buy 50usdt SOL @ 200")
    assert "a price 21.4% below the last price is over the default limit of 20%" in why_not("sell all @ 2588")
