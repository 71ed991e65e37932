"""The day of a trader: orders by all three ways in, seen in blotter and book, cancelled, filled, never sent twice."""

from __future__ import annotations

import pytest

from tests.flows.cockpit import REVIEW, Cockpit
from tests.flows.conftest import WIDE_ONLY, StartSimulator
from tests.flows.simulator import Simulator
from tests.flows.tmux import eventually
from tests.sim.simulated import Json, number, table

BTC = "binance/USDT-BTC"
# Fast enough to wait for no cycle of the core, slow enough that a price seen is a price still there.
SPEED = 4.0


def ours(bot: Simulator, price: float) -> list[object]:
    """The ids of what rests at a price."""
    return [order["id"] for order in bot.open_orders(BTC) if order["rate"] == price]


def place_by_palette(cockpit: Cockpit, text: str) -> None:
    cockpit.press("C-p")
    cockpit.type(text)
    cockpit.press("Enter")


def fill_ticket(cockpit: Cockpit, side: str, amount: str, price: str) -> None:
    cockpit.press(side)
    cockpit.wait(r"^ *amount ")
    cockpit.type(amount)
    cockpit.press("Tab", "C-u")
    cockpit.type(price)


def see_order(cockpit: Cockpit, bot: Simulator, *, side: str, amount: str, price: str) -> None:
    """The order works: in the blotter as ours, on its price in the book, and once at the bot."""
    cockpit.orders(side=side, price=float(price), amount=float(amount), by="me", state="working")
    cockpit.show("2", rf"●{price}[.0]* +ours +{side} {amount}|{side} {amount} +ours +●{price}")
    assert len(ours(bot, float(price))) == 1


@WIDE_ONLY
def test_orders_by_every_way_in_are_seen_everywhere_and_sent_once(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(SPEED)
    cockpit.configure(bot.url)
    cockpit.open()
    first = cockpit.wait(r"BTC/USDT .*? (\d+\.\d+)")[1]
    cockpit.wait_for(lambda screen: first not in screen, "the price moves")

    place_by_palette(cockpit, "buy 0.001 @ 57000")
    cockpit.wait(r"BUY 0\.001 BTC with 57\.00 USDT @ 57000")
    cockpit.wait(REVIEW)
    assert bot.posts() == []
    cockpit.confirm("B")
    cockpit.orders(side="buy", price=57000, amount=0.001, by="me", state="(waiting|working).*")
    cockpit.show("2", r"[●○]57000")

    cockpit.command("buy 55usdt BTC/USDT @ 55000")
    cockpit.wait(r"BUY 0\.001 BTC with 55\.00 USDT @ 55000")
    cockpit.confirm("B")
    cockpit.orders(side="buy", price=55000, amount=0.001, by="me", state="(waiting|working).*")

    cockpit.point_at("55000.00")
    fill_ticket(cockpit, "b", "0.002", "54000")
    cockpit.press("Enter")
    cockpit.wait(r"BUY 0\.002 BTC with 108\.00 USDT @ 54000")
    cockpit.confirm("B")
    cockpit.command("filter")
    cockpit.orders(side="buy", price=54000, amount=0.002, by="me", state="(waiting|working).*")

    cockpit.point_at("54000.00")
    fill_ticket(cockpit, "s", "0.001", "66000")
    cockpit.press("Enter")
    cockpit.wait(r"SELL for 66\.00 USDT: 0\.001 BTC @ 66000")
    cockpit.confirm("S")
    cockpit.command("filter")
    cockpit.orders(side="sell", price=66000, amount=0.001, by="me", state="(waiting|working).*")
    see_order(cockpit, bot, side="buy", amount="0.001", price="57000")
    see_order(cockpit, bot, side="buy", amount="0.001", price="55000")
    see_order(cockpit, bot, side="buy", amount="0.002", price="54000")
    see_order(cockpit, bot, side="sell", amount="0.001", price="66000")
    cockpit.press("5")
    assert [(post["path"], post["executed"]) for post in bot.posts()] == [
        ("/api/v1/trade/buy", 1),
        ("/api/v1/trade/buy", 1),
        ("/api/v1/trade/buy", 1),
        ("/api/v1/trade/sell", 1),
    ]

    cockpit.point_at("57000.00")
    cockpit.press("x")
    cockpit.wait(r"X send cancel")
    cockpit.press("X")
    eventually(lambda: not ours(bot, 57000), "the first order is cancelled at the bot")
    assert len(bot.posts()) == 5
    cockpit.command("filter")
    cockpit.orders(side="buy", price=54000)

    cockpit.command("cancel all")
    cockpit.confirm("X", r"X send 3 cancels")
    eventually(lambda: not any(ours(bot, price) for price in (55000, 54000, 66000)), "all are cancelled at the bot")
    cockpit.wait_gone(r" me +(working|cancel |waiting)")
    cockpit.orders(side="buy", price=57000, amount=0.001, by="me", state="cancelled")
    assert [post["path"] for post in bot.posts()][5:] == ["/api/v1/trade/cancel"] * 3
    cockpit.show("2", r"spread")
    cockpit.wait_gone(r"●(54000|55000|66000)")


def test_nothing_but_the_capital_of_the_verb_after_the_dwell_sends(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    cockpit.command("buy 0.001 @ 57000")
    cockpit.read()
    # Keys are taken in their order: that `e` still finds a review proves that none of them confirmed it.
    cockpit.press("S", "X", "y", "Enter", "Space", "b", "M-B", "e")
    cockpit.wait(r"enter review")
    cockpit.press("C-c")
    cockpit.wait_gone(r"enter review")
    fill_ticket(cockpit, "b", "0.001", "57000")
    cockpit.type("\rB")
    cockpit.wait(r"too early")
    cockpit.wait(REVIEW)
    cockpit.press("q")
    cockpit.wait_gone(REVIEW)
    cockpit.command("sell 0.001 @ 66000")
    cockpit.read(r"S send sell")
    cockpit.press("B", "e")
    cockpit.wait(r"enter review")
    assert bot.posts() == []


def test_a_market_order_fills_and_everything_follows(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.catch_up()
    before = number(table(binance(bot)["BTC"])["total"])
    cockpit.command("buy 0.002btc BTC/USDT market")
    cockpit.wait(r"BUY 0\.002 BTC with about \d+\.\d\d USDT at market")
    # A market order needs the book, which is read once the ticket stands.
    cockpit.wait(r"executes now: average \d+\.\d\d, slip \d")
    cockpit.press("Enter")
    cockpit.confirm("B")
    eventually(bot.posts, "the order reaches the bot")
    assert [(post["path"], post["executed"]) for post in bot.posts()] == [("/api/v1/trade/buy/market", 1)]
    assert number(table(binance(bot)["BTC"])["total"]) == pytest.approx(before + 0.002, rel=0.001 * 0.002 / before)
    bot.advance(5)
    cockpit.orders(pair="BTC/USDT", side="buy", type="market", amount=0.002, by="me", state="filled")
    cockpit.press("6", "r")
    cockpit.wait(rf"binance +BTC +{number(table(binance(bot)['BTC'])['free']):.8f}")
    cockpit.wait(rf"binance +USDT +{number(table(binance(bot)['USDT'])['free']):.2f}")
    cockpit.wait(rf"free {number(table(binance(bot)['USDT'])['free']):.2f} USDT")
    assert len(bot.posts()) == 1


def binance(bot: Simulator) -> Json:
    """What the account holds by asset."""
    return table(table(bot.truth()["balances"])["binance"])
