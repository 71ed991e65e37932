"""A bot that prices its funds itself is believed, and what it can't price is never counted as nothing."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.backends.freqtrade import wire
from gunbot_tui.backends.freqtrade.adapt_trading import to_balances
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import balances
from gunbot_tui.views.cell import Cell, Tone
from tests.backends.freqtrade.recorded import made, recorded
from tests.backends.freqtrade.replay import recording
from tests.factories import NOW, fields, text_of
from tests.freqtrade_day import recorded_bot


def table(snapshot: Snapshot) -> dict[str, dict[str, Cell]]:
    """The rows by asset and column."""
    columns = balances.columns(snapshot)
    return {row.key.partition("/")[2]: fields(row, columns) for row in balances.rows(snapshot, NOW)}


def exchange_down() -> Snapshot:
    """The same funds while the exchange is away: the bot then puts 0 for the worth of each coin."""
    answer = recording("balance")
    for row in answer["currencies"]:
        if row["currency"] != row["stake"]:
            row["est_stake"] = 0.0
    return recorded_bot(balances=to_balances("binance", made(wire.Balances, answer)))


def test_the_bots_own_figures_are_shown() -> None:
    rows = table(recorded_bot())
    assert (rows["TRX"]["worth"].text, rows["TRX"]["money"].text, rows["TRX"]["share"].text) == (
        "250.02",
        "USDT",
        "2.5%",
    )
    assert (rows["USDT"]["locked"].text, rows["USDT"]["of_bot"].text) == ("249.97", "8506.73")


def test_the_title_is_the_sum_and_says_that_no_money_moves() -> None:
    title = text_of(balances.title(recorded_bot()))
    assert title == "6 balances · worth 9981.68 USDT · simulated: a dry run, no money moves"
    total = recorded(wire.Balances, "balance")
    assert abs((balances.funds(recorded_bot()) or 0) - sum(row.est_stake or 0 for row in total.currencies)) < 1e-6


def test_an_exchange_that_is_away_makes_worths_unknown_and_no_loss() -> None:
    bot = exchange_down()
    rows = table(bot)
    assert [name for name, row in rows.items() if row["worth"].text != "? no price"] == ["USDT"]
    assert rows["TRX"]["worth"].tone is Tone.WARN
    assert rows["TRX"]["share"].text == rows["USDT"]["share"].text == "-"
    title = text_of(balances.title(bot))
    assert "worth at least 8856.52 USDT + 5 unknown: TRX, ETH, SOL, BNB, XRP can't be priced now" in title
    assert balances.funds(bot) is None


def test_a_contract_shows_how_much_of_it_is_held_and_a_short_is_below_zero() -> None:
    futures = recorded_bot(balances=to_balances("binance", recorded(wire.Balances, "balance_futures")))
    rows = table(futures)
    held = {name: (rows[name]["free"].text, rows[name]["total"].text) for name in ("BTC long", "ETH short")}
    assert held == {"BTC long": ("-", "0.00600000"), "ETH short": ("-", "−0.24830000")}
    assert rows["BTC long"]["worth"].text == "124.40"


def test_a_bot_that_serves_data_alone_says_that_it_has_no_funds() -> None:
    bot = recorded_bot()
    feeds = {topic: feed for topic, feed in bot.feeds.items() if topic != Topic(Kind.BALANCES)}
    serving = replace(bot, feeds=feeds, capabilities=replace(bot.capabilities, unread={Kind.BALANCES: "serves data"}))
    assert text_of(balances.empty(serving, NOW)) == "serves data"
