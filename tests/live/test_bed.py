"""The bed itself: that the Freqtrade which the other live tests stand on is as they take it to be."""

from __future__ import annotations

import httpx
import pytest

from tests.flows.tmux import eventually
from tests.live.conftest import StartFreqtrade
from tests.live.freqtrade import HISTORY_TRADES, Freqtrade
from tests.sim.simulated import items, number, table

pytestmark = pytest.mark.live

OPEN = "select count(*) from trades where is_open"
CLOSED = "select count(*) from trades where not is_open"


def pairs_of(trades: object) -> set[object]:
    return {trade["pair"] for trade in items(trades)}


def test_the_bot_answers_and_lets_only_its_user_in(freqtrade: Freqtrade) -> None:
    login = f"{freqtrade.url}/api/v1/token/login"
    tokens = httpx.post(login, auth=(freqtrade.username, freqtrade.password), trust_env=False)
    stranger = httpx.post(login, auth=(freqtrade.username, "another"), trust_env=False)
    assert freqtrade.api("GET", "ping") == {"status": "pong"}
    assert set(tokens.json()) == {"access_token", "refresh_token"}
    assert stranger.status_code == 401


def test_the_database_knows_as_many_open_trades_as_the_bot(freqtrade: Freqtrade) -> None:
    def agreed() -> bool:
        told = number(table(freqtrade.api("GET", "count"))["current"])
        return told >= 6 and told == len(items(freqtrade.api("GET", "status"))) == freqtrade.count(OPEN)

    # The bot trades on meanwhile, so one look may fall between two of its steps.
    assert eventually(agreed, "the bot and its database agree")


def test_the_history_is_the_bots_own(freqtrade: Freqtrade) -> None:
    newest = table(freqtrade.api("GET", "trades", limit=500, order_by_id=False))
    first_by_id = items(table(freqtrade.api("GET", "trades", limit=500))["trades"])[0]
    assert number(newest["total_trades"]) >= HISTORY_TRADES
    assert len(items(newest["trades"])) == freqtrade.count(CLOSED)
    with freqtrade.database() as database:
        row = database.execute("select pair, close_profit_abs from trades where id = 1").fetchone()
    assert first_by_id["pair"] == row["pair"]
    assert number(first_by_id["close_profit_abs"]) == pytest.approx(row["close_profit_abs"])


def test_a_jump_of_the_price_reaches_the_open_trade(freqtrade: Freqtrade) -> None:
    pair = freqtrade.pairs[5]
    before = freqtrade.exchange.price(pair)
    freqtrade.exchange.jump(pair, 3)
    assert freqtrade.exchange.price(pair) == pytest.approx(before * 1.03, rel=0.01)

    def rate() -> float:
        return next(
            number(trade["current_rate"]) for trade in items(freqtrade.api("GET", "status")) if trade["pair"] == pair
        )

    eventually(lambda: rate() > before * 1.02, "the bot sees the new price")


def test_an_outage_of_the_exchange_is_an_error_in_plain_text(freqtrade: Freqtrade) -> None:
    freqtrade.exchange.fail(60)
    try:
        with pytest.raises(httpx.HTTPStatusError) as refused:
            freqtrade.api("POST", "forceenter", {"pair": freqtrade.pairs[8], "side": "long"})
    finally:
        freqtrade.exchange.fail(0)
    assert refused.value.response.status_code == 500
    assert refused.value.response.headers["content-type"].startswith("text/plain")


@pytest.mark.slow
def test_a_killed_bot_comes_back_with_its_trades(start_freqtrade: StartFreqtrade) -> None:
    bot = start_freqtrade()
    trades = pairs_of(bot.api("GET", "status"))
    assert len(trades) >= 6
    bot.kill()
    with pytest.raises(httpx.ConnectError):
        bot.api("GET", "ping")
    bot.start()
    assert pairs_of(bot.api("GET", "status")) >= trades


@pytest.mark.slow
def test_futures_go_both_ways_with_leverage(start_freqtrade: StartFreqtrade) -> None:
    trades = items(start_freqtrade(futures=True).api("GET", "status"))
    by_hand = [trade for trade in trades if trade["enter_tag"] == "by hand"]
    assert {trade["is_short"] for trade in by_hand} == {True, False}
    assert {trade["leverage"] for trade in by_hand} == {3.0}
    assert all(number(trade["liquidation_price"]) > 0 for trade in by_hand)


@pytest.mark.slow
def test_a_webserver_has_candles_and_no_trades(start_freqtrade: StartFreqtrade) -> None:
    bot = start_freqtrade(mode="webserver")
    assert table(bot.api("GET", "available_pairs"))["pairs"] == sorted(bot.pairs[:3])
    with pytest.raises(httpx.HTTPStatusError) as refused:
        bot.api("GET", "status")
    assert refused.value.response.status_code == 503
