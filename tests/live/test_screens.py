"""What the screens say of a real bot, compared with what its API and its database say."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import pytest

from tests.flows.reading import agrees, is_cut_off, orders, value
from tests.live.desk import PRICES_SECONDS, Desk, pair_rows
from tests.live.freqtrade import Freqtrade
from tests.sim.simulated import Json, items, number, table

pytestmark = pytest.mark.live

OPEN = "select count(*) from trades where is_open"
RESTING = "select count(*) from orders where ft_is_open"
STILL_OPEN = ("holding", "adding", "leaving")
MINUTE = 60.0
"""How long the worth of a balance may be behind: the bot's prices move while nothing happens on the account."""


@pytest.fixture
def desk(desk: Desk, freqtrade: Freqtrade) -> Desk:
    """The cockpit on the shared bot, showing its pairs."""
    desk.serve(live=freqtrade.url)
    desk.open()
    return desk


def test_pairs_tells_every_open_trade_as_the_bot_does(desk: Desk, freqtrade: Freqtrade) -> None:
    def agreed(screen: str) -> bool:
        shown = {pair: row for pair, row in pair_rows(screen) if "holds" in row}
        trades = {str(trade["pair"]): trade for trade in items(freqtrade.api("GET", "status")) if trade["amount"]}
        return shown.keys() == trades.keys() and all(tells(shown[pair], trades[pair]) for pair in trades)

    desk.wait_for(agreed, "every open trade as the bot tells it")
    assert [pair for pair, _ in pair_rows(desk.screen())] == freqtrade.pairs


def tells(row: Mapping[str, str], trade: Json) -> bool:
    amount, price = number(trade["amount"]), number(trade["current_rate"])
    told = {
        "last": price,
        "worth": amount * price,
        "avg": number(trade["open_rate"]),
        "profit": number(trade["total_profit_abs"]),
        "profit%": 100 * number(trade["total_profit_ratio"]),
        "to stop": number(trade["stoploss_current_dist_pct"]),
    }
    return is_cut_off(row["holds"], amount) and all(agrees(row[name], true) for name, true in told.items())


def test_the_summary_counts_what_the_database_has(desk: Desk, freqtrade: Freqtrade) -> None:
    def agreed(screen: str) -> bool:
        summary = re.search(r"(\d+) of (\d+) trades open · ([\d.]+) USDT staked · profit open (\S+) USDT", screen)
        working = re.search(r"(\d+) working", screen)
        most = number(table(freqtrade.api("GET", "count"))["max"])
        # What waits for its entry has nothing staked yet.
        trades = [trade for trade in items(freqtrade.api("GET", "status")) if trade["amount"]]
        return (
            summary is not None
            and working is not None
            and int(summary[1]) == freqtrade.count(OPEN)
            and int(summary[2]) == most
            and agrees(summary[3], sum(number(trade["stake_amount"]) for trade in trades))
            and agrees(summary[4], sum(number(trade["total_profit_abs"]) for trade in trades))
            and int(working[1]) == freqtrade.count(RESTING)
        )

    desk.wait_for(agreed, "as many trades and orders as in the database")


def test_pnl_is_what_the_closed_trades_gave(desk: Desk, freqtrade: Freqtrade) -> None:
    desk.show("4", r"per pair, since the beginning")

    def agreed(screen: str) -> bool:
        figures = re.search(r"today +yesterday.*closed +open\n +(.*)\n.*closed trades (\d+)", screen)
        with freqtrade.database() as database:
            count, gained = database.execute(
                "select count(*), sum(close_profit_abs) from trades where not is_open"
            ).fetchone()
        profit = table(freqtrade.api("GET", "profit"))
        today = items(table(freqtrade.api("GET", "daily", timescale=1))["data"])[0]["abs_profit"]
        per_pair = {
            found[1]: found[2] for found in re.finditer(r"^[ ▸]+(\S+/USDT) +\d+ .*USDT +(\S+)$", screen, re.MULTILINE)
        }
        results = {str(row["pair"]): row for row in items(freqtrade.api("GET", "performance"))}
        return (
            figures is not None
            and int(figures[2]) == count == number(profit["closed_trade_count"])
            and agrees(figures[1].split()[0], number(today))
            and agrees(figures[1].split()[-2], gained)
            and agrees(figures[1].split()[-2], number(profit["profit_closed_coin"]))
            and len(per_pair) > 8
            and all(agrees(shown, number(results[pair]["profit_abs"])) for pair, shown in per_pair.items())
        )

    desk.wait_for(agreed, "the bot's own results", MINUTE)


def test_orders_has_the_orders_and_trades_of_the_database(desk: Desk, freqtrade: Freqtrade) -> None:
    desk.show("5", r"closed page 1")

    def agreed(screen: str) -> bool:
        shown = [cells for cells in orders(screen) if cells["id"].isdigit()]
        working = [cells for cells in orders(screen) if cells["state"] == "working"]
        with freqtrade.database() as database:
            resting = database.execute("select ft_pair, ft_price from orders where ft_is_open").fetchall()
            trades = database.execute(
                "select id, pair, open_rate, close_profit_abs, is_open from trades where amount > 0"
                " order by is_open desc, close_date desc, open_date desc"
            ).fetchall()
        return (
            len(shown) > 20
            and [cells["pair"] for cells in working] == [row["ft_pair"] for row in resting]
            and all(
                int(cells["id"]) == row["id"]
                and cells["pair"] == row["pair"]
                and agrees(cells["price"], row["open_rate"])
                and cells["state"].startswith(STILL_OPEN) == bool(row["is_open"])
                and (row["is_open"] or agrees(cells["pnl"], row["close_profit_abs"]))
                for cells, row in zip(shown, trades, strict=False)
            )
        )

    desk.wait_for(agreed, "the database's orders and newest trades")


def test_balances_are_the_bots(desk: Desk, freqtrade: Freqtrade) -> None:
    desk.show("6", r"balances · worth")

    def agreed(screen: str) -> bool:
        shown = {
            found[1]: found[0].split()[2:] for found in re.finditer(r"binance +([A-Z]+) .*$", screen, re.MULTILINE)
        }
        told = {
            str(row["currency"]): row
            for row in items(table(freqtrade.api("GET", "balance"))["currencies"])
            if number(row["balance"]) and not row["is_position"]
        }
        return shown.keys() == told.keys() and all(
            agrees(free, number(told[asset]["free"]))
            and agrees(total, number(told[asset]["balance"]))
            and value(worth) == pytest.approx(number(told[asset]["est_stake"]), rel=0.02)
            for asset, (free, _, total, worth, *_) in shown.items()
        )

    desk.wait_for(agreed, "the bot's balances", MINUTE)


def test_a_price_that_jumps_is_in_the_profit_at_the_next_reading(desk: Desk, freqtrade: Freqtrade) -> None:
    pair = freqtrade.pairs[1]
    before = value(desk.wait_for_pair(pair, state="holding")["profit%"])
    freqtrade.exchange.jump(pair, 3)

    def known() -> bool:
        trade = next(trade for trade in items(freqtrade.api("GET", "status")) if trade["pair"] == pair)
        return 100 * number(trade["total_profit_ratio"]) > before + 2

    desk.wait_for(lambda screen: known(), "the bot sees the new price")
    since = time.monotonic()
    desk.wait_for(lambda screen: value(dict(pair_rows(screen))[pair]["profit%"]) > before + 2, "it is on the screen")
    assert time.monotonic() - since < PRICES_SECONDS
