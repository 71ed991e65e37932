"""Balances are as exact as the bot prints them; their worth is shown only where a pair of the bot prices them."""

from __future__ import annotations

from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState, PairStatus
from gunbot_tui.views import balances
from gunbot_tui.views.cell import Cell
from tests.factories import (
    NOW,
    fields,
    make_balance,
    make_pair,
    make_pair_status,
    make_snapshot,
    text_of,
)


def bot() -> Snapshot:
    """A bot with money, priced coins, a coin of unknown total and a coin priced in coins."""
    pairs = [
        make_pair_status(bid=60000.0),
        make_pair_status(make_pair("ETH"), bid=3000.0),
        make_pair_status(make_pair("ADA", money="BTC"), bid=0.00001),
        make_pair_status(make_pair(exchange="bybit", contract="LONG"), bid=1.0),
        PairStatus(make_pair("XRP"), "", PairState.STARTING),
    ]
    funds = [
        make_balance(),
        make_balance("BTC", "0.01", "0.02"),
        make_balance("ETH", "1.5", None),
        make_balance("ADA", "100", "0"),
        make_balance("XRP", "7", "0"),
        make_balance("BTC", "1", "0", exchange="bybit"),
    ]
    return make_snapshot(pairs, balances=funds)


def table(snapshot: Snapshot) -> dict[str, dict[str, Cell]]:
    """The rows by key and column."""
    return {row.key: fields(row, balances.COLUMNS) for row in balances.rows(snapshot, NOW)}


def test_money_and_coins_are_worth_what_the_bid_says() -> None:
    rows = table(bot())
    assert [cell.text for cell in rows["binance/USDT"].values()] == [
        "binance",
        "USDT",
        "1204.00",
        "250.00",
        "1454.00",
        "1454.00",
        "USDT",
        "44.7%",
    ]
    assert rows["binance/BTC"]["total"].text == "0.03000000"
    assert rows["binance/BTC"]["worth"] == Cell("1800.00", sort=1800.0)


def test_what_is_not_known_is_a_dash() -> None:
    rows = table(bot())
    eth, xrp, elsewhere = rows["binance/ETH"], rows["binance/XRP"], rows["bybit/BTC"]
    assert [eth[key].text for key in ("locked", "total", "worth", "share")] == ["-"] * 4
    assert [eth[key].sort for key in ("locked", "total", "worth", "share")] == [None] * 4
    assert xrp["worth"].text == "-"
    assert elsewhere["worth"].text == "-"


def test_a_coin_priced_in_another_money_has_worth_and_no_share() -> None:
    ada = table(bot())["binance/ADA"]
    assert (ada["worth"].text, ada["money"].text, ada["share"].text) == ("0.00100000", "BTC", "-")


def test_an_empty_total_has_no_share() -> None:
    rows = table(make_snapshot([make_pair_status()], balances=[make_balance(free="0", locked="0")]))
    assert rows["binance/USDT"]["share"].text == "-"


def test_the_title_says_what_is_in_the_sum_and_what_is_not() -> None:
    assert text_of(balances.title(bot())) == ("6 balances · worth 3254.00 USDT · not in it: ETH, ADA, XRP, bybit BTC")
    assert text_of(balances.title(make_snapshot())) == "balances"
    assert text_of(balances.title(make_snapshot(balances=[make_balance()]))) == "1 balance"
    priced = make_snapshot([make_pair_status()], balances=[make_balance()])
    assert text_of(balances.title(priced)) == "1 balance · worth 1454.00 USDT"
    spent = make_snapshot([make_pair_status()], balances=[make_balance(), make_balance("DUST", "0", "0")])
    assert text_of(balances.title(spent)) == "2 balances · worth 1454.00 USDT"


def test_a_long_list_of_what_is_not_in_the_sum_is_cut() -> None:
    coins = [make_balance(coin, "1", "0") for coin in ("LTC", "ADA", "XLM", "EUR", "DOT", "UNI")]
    told = text_of(balances.title(make_snapshot([make_pair_status()], balances=[make_balance(), *coins])))
    assert told.endswith("not in it: LTC, ADA, XLM, EUR, DOT, …")


def test_nothing_priced_is_not_zero() -> None:
    assert balances.funds(make_snapshot()) is None
    assert balances.main_money(make_snapshot()) == ""


def test_a_balance_is_found_by_exchange_and_asset() -> None:
    assert balances.free([make_balance()], "binance", "USDT") == make_balance()
    assert balances.free([make_balance()], "bybit", "USDT") is None
    assert balances.free(None, "binance", "USDT") is None


def test_enormous_balances_keep_every_digit_before_the_point() -> None:
    rows = table(make_snapshot(balances=[make_balance("PEPE", "123456789012345.12345678", "0")]))
    assert rows["binance/PEPE"]["free"].text == "123456789012345"


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(balances.empty(make_snapshot(), NOW))
    assert "first cycle" in text_of(balances.empty(make_snapshot(balances=[]), NOW))
