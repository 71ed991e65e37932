"""What an exchange trades: which names and patterns fit, and when nothing is known of it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Markets, Pair
from tests.factories import make_feed
from tests.unit.order.deal_scenes import ETH, RUN, SOL, trader

DOGE = Pair("binance", "DOGE", "USDT", "DOGE/USDT")
MARKETS = Markets("binance", "USDT", (DOGE, ETH))


@pytest.mark.parametrize("name", ["ETH/USDT", "eth/usdt", ".*/USDT", "(BTC|DOGE)/.*", "D.{2,3}/USDT"])
def test_a_name_or_a_pattern_fits_a_market_in_any_case(name: str) -> None:
    assert MARKETS.fits(name)


@pytest.mark.parametrize("name", ["NOSUCH/USDT", "ETH", "ETH/USDT:USDT", "TH/USDT", ".*(UP|DOWN)/USDT", "*/USDT"])
def test_what_fits_no_whole_name_or_is_no_pattern_fits_nothing(name: str) -> None:
    assert not MARKETS.fits(name)


@pytest.mark.parametrize("name", ["(A+)+B", "(A|A)*B", ".*.*.*.*.*B", "(?:A{1,9}){9}B"])
def test_a_pattern_that_would_never_end_is_not_tried(name: str) -> None:
    long = Markets("binance", "USDT", (Pair("binance", "A" * 32, "A" * 32, f"{'A' * 32}/{'A' * 32}"),))
    started = time.process_time()
    assert long.fits(name)
    assert time.process_time() - started < 0.1


def test_what_may_be_named_are_the_bots_own_pairs_and_then_the_other_markets() -> None:
    assert trader().nameable == (ETH, SOL)
    assert trader(feeds={Topic(Kind.MARKETS): make_feed(MARKETS)}).nameable == (ETH, SOL, DOGE)


@pytest.mark.parametrize("run", [None, replace(RUN, money="EUR"), replace(RUN, exchange="kraken")])
def test_markets_of_another_setup_than_the_present_one_are_not_known(run: object) -> None:
    feeds = {Topic(Kind.MARKETS): make_feed(MARKETS), Topic(Kind.STATE): make_feed(run)}
    assert trader(feeds=feeds).markets == Markets()
