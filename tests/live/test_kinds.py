"""Freqtrades of other kinds: futures both ways, one that serves data, an id that comes twice, and two at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.reading import is_cut_off, value
from tests.live.conftest import StartFreqtrade
from tests.live.desk import PRICES_SECONDS, Desk
from tests.live.freqtrade import Freqtrade
from tests.sim.simulated import items, number, table

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_futures_show_shorts_and_leave_them_by_buying(desk: Desk, start_freqtrade: StartFreqtrade) -> None:
    bot = start_freqtrade(futures=True)
    short = next(trade for trade in items(bot.api("GET", "status")) if trade["is_short"] and trade["amount"])
    coin = str(short["pair"]).partition("/")[0]
    pair = f"{coin}/USDT PERP"
    desk.serve(live=bot.url)
    desk.open()
    row = desk.wait_for_pair(pair, state="short holding")
    assert value(row["holds"]) < 0
    assert is_cut_off(row["holds"].removeprefix("-"), number(short["amount"]))
    desk.command(f"pair {pair}")
    desk.wait(rf"trade {short['trade_id']} · .*short")
    desk.wait(r"3x")
    worth = float(desk.show("6", r"balances · worth ([\d.]+) USDT")[1])
    assert worth == pytest.approx(number(table(bot.api("GET", "balance"))["total"]), rel=0.01)
    desk.press("1")
    desk.carry_out(f"close all {pair} market")
    desk.wait(rf"EXIT .*{coin} .*filled")
    with bot.database() as database:
        sides = database.execute(
            "select side from orders where ft_trade_id = ? order by id", (short["trade_id"],)
        ).fetchall()
        (is_open,) = database.execute("select is_open from trades where id = ?", (short["trade_id"],)).fetchone()
    assert [row["side"] for row in sides][-1] == "buy"
    assert not is_open


def test_a_webserver_shows_its_candles_and_says_what_it_does_not_tell(
    desk: Desk, start_freqtrade: StartFreqtrade
) -> None:
    bot = start_freqtrade(mode="webserver")
    desk.serve(live=bot.url)
    desk.look()
    desk.wait(r"^[ ▸]+BTC/USDT ")
    for digit in "456":
        desk.show(digit, r"runs as a web server")
    desk.show("7", r"strategies \(\d+\)")
    desk.show("3", r"BTC/USDT · 1m")
    desk.wait(r"^ [▲▼] O [\d.]+ +H [\d.]+")
    desk.command("buy 50usdt BTC/USDT market")
    desk.wait(r"trades nothing")


def test_an_id_that_comes_twice_is_two_trades(desk: Desk, freqtrade: Freqtrade) -> None:
    pairs = [freqtrade.reserve(pair) for pair in freqtrade.pairs[-2:]]
    freqtrade.lock("*", "only by hand")
    desk.serve(live=freqtrade.url)
    desk.open()
    ids = []
    try:
        for pair in pairs:
            entered = table(freqtrade.api("POST", "forceenter", {"pair": pair, "side": "long"}))
            ids.append(entered["trade_id"])
            desk.command(f"pair {pair}")
            desk.wait(rf"^─ {pair} ")
            desk.wait(rf"^ trade {entered['trade_id']} · holding")
            freqtrade.api("DELETE", f"trades/{entered['trade_id']}")
            gone(desk, pair)
    finally:
        freqtrade.api("POST", "locks/delete", {"pair": "*"})
    assert ids[0] == ids[1]


def gone(desk: Desk, pair: str) -> None:
    """Wait until a trade of the pair is not shown any more."""
    desk.wait_for(lambda screen: desk.pairs()[pair]["state"] != "holding", f"{pair} is gone")


def test_a_bot_that_hangs_slows_no_other(desk: Desk, freqtrade: Freqtrade, tmp_path: Path) -> None:
    with Freqtrade(tmp_path / "other", seeded=False) as other:
        desk.serve(live=freqtrade.url, other=other.url)
        desk.open()
        desk.show("0", r"2 bots · 2 online")
        other.freeze()
        desk.wait(r"other .*offline")
        desk.press("1")
        pair = freqtrade.pairs[2]
        wanted = float(desk.wait_for_pair(pair, state="holding")["last"]) * 1.02
        freqtrade.exchange.jump(pair, 3)

        def rate() -> float:
            trades = items(freqtrade.api("GET", "status"))
            return next(number(trade["current_rate"]) for trade in trades if trade["pair"] == pair)

        desk.wait_for(lambda screen: rate() > wanted, "the bot sees the new price")
        desk.wait_for(lambda screen: float(desk.pairs()[pair]["last"]) > wanted, "its prices go on", PRICES_SECONDS)
        other.thaw()
        desk.show("0", r"2 bots · 2 online")
