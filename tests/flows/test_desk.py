"""What guards an order and what follows it: limits, halts, cancels on sight, filled parts, every reason kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.cockpit import REVIEW, Cockpit
from tests.flows.conftest import WIDE_ONLY, StartSimulator
from tests.flows.installed import Installed
from tests.flows.simulator import Simulator
from tests.flows.tmux import eventually
from tests.sim.simulated import items, number

BTC = "binance/USDT-BTC"
ETH = "binance/USDT-ETH"
XLM = "binance/EUR-XLM"


@pytest.fixture
def neighbour(installed: Installed, tmp_path: Path, cockpit: Cockpit) -> Iterator[Cockpit]:
    """A second cockpit with the same files."""
    program = Cockpit(installed, tmp_path / "neighbour", (80, 24), beside=cockpit)
    yield program
    program.close()


def paths(bot: Simulator) -> list[str]:
    """The trade routes that were asked, in their order."""
    return [str(post["path"]).removeprefix("/api/v1/trade/") for post in bot.posts()]


def begin(bot: Simulator, cockpit: Cockpit, limits: str = "") -> None:
    """Open a cockpit on a market that stands still."""
    cockpit.configure(bot.url, limits)
    cockpit.open()
    bot.catch_up()


def place(bot: Simulator, cockpit: Cockpit, text: str) -> None:
    """Place an order, and wait until it has reached the bot."""
    before = len(bot.posts())
    cockpit.place(text)
    eventually(lambda: len(bot.posts()) > before, f"{text} is sent")


def test_an_order_over_a_soft_limit_is_sent_once_its_money_was_typed(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    begin(bot, cockpit, "[bots.home.limits.soft]\nmax_notional = 50\n")
    cockpit.command("buy 0.001 BTC/USDT @ 57000")
    cockpit.wait(r"57 USDT is over your soft limit of 50 USDT")
    cockpit.read(r"57 to go on")
    cockpit.press("B")
    cockpit.wait(r"^ *type +B ")
    cockpit.press("C-u")
    assert cockpit.answer() == "57"
    assert paths(bot) == []
    cockpit.confirm("B")
    eventually(lambda: paths(bot) == ["buy"], "the order is sent")


def test_a_cancel_of_an_order_that_is_not_shown_yet_is_sent_once_it_is(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    begin(bot, cockpit)
    cockpit.place("buy 0.001 BTC/USDT @ 57000")
    cockpit.orders(side="buy", price=57000, by="me", state="waiting.*")
    cockpit.point_at("57000.00")
    cockpit.press("x")
    cockpit.confirm("X", r"X send cancel")
    cockpit.orders(side="buy", price=57000, by="me", state="cancel waits.*")
    assert paths(bot) == ["buy"]
    bot.advance(5)
    eventually(lambda: len(bot.open_orders(BTC)) == 1, "the order is cancelled")
    cockpit.orders(side="buy", price=57000, by="me", state="cancel handed over.*|cancelled")
    assert paths(bot) == ["buy", "cancel"]


@WIDE_ONLY
def test_two_cockpits_share_orders_halts_and_limits(
    simulator: StartSimulator, cockpit: Cockpit, neighbour: Cockpit
) -> None:
    bot = simulator(0)
    begin(bot, cockpit, "max_notional_hour = 100\n")
    neighbour.open()
    cockpit.place("buy 0.001 BTC/USDT @ 57000")
    # The bot does not show it yet: only the journal can have told.
    neighbour.press("5")
    neighbour.orders(side="buy", price=57000, by="me", state="waiting.*")
    neighbour.command("buy 0.001 BTC/USDT @ 56000")
    neighbour.wait(r"113 USDT with what the last hour saw is over the limit of 100")
    neighbour.press("C-c")
    cockpit.press("H")
    neighbour.wait(r"HALTED")
    neighbour.command("buy 0.0005 BTC/USDT @ 56000")
    neighbour.wait(r"HALTED: nothing is sent until you type :release")
    neighbour.press("C-c")
    neighbour.command("release")
    cockpit.wait_gone(r"HALTED")
    cockpit.place("buy 0.0005 BTC/USDT @ 56000")
    neighbour.orders(side="buy", price=56000, by="me", state="waiting.*")
    assert paths(bot) == ["buy", "buy"]


@WIDE_ONLY
def test_the_filled_part_of_a_cancelled_order_stays(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    begin(bot, cockpit, "[bots.home.limits.money.EUR]\nmax_notional = 5000\n")
    place(bot, cockpit, "buy 6000 XLM XLM/EUR @ 0.0880")
    bot.advance(5)
    cockpit.orders(side="buy", amount=6000, by="me", state="working")
    cockpit.point_at("6000")
    cockpit.press("Enter")
    # The best ask comes down on the order, is taken up by it, and the market leaves again.
    bot.move(XLM, 0.08795)
    bot.move(XLM, 0.0890)
    bot.advance(5)
    cockpit.wait(r"^ +state +partly filled")
    (order,) = (row for row in items(bot.truth()["orders"]) if row["amount"] == 6000)
    filled = number(order["filled"])
    assert 0 < filled < 6000
    cockpit.press("x")
    cockpit.confirm("X", r"X send cancel")
    eventually(lambda: len(bot.open_orders(XLM)) == 0, "the rest is cancelled")
    bot.advance(5)
    cockpit.wait(rf"^ +state +cancelled(?s:.*)^ +filled +{filled:g} XLM, left {6000 - filled:g}")
    assert paths(bot) == ["buy", "cancel"]


def test_why_shows_what_was_seen_and_every_step_since(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    begin(bot, cockpit)
    place(bot, cockpit, "buy 0.001 BTC/USDT @ 57000")
    cockpit.orders(side="buy", price=57000, by="me")
    cockpit.point_at("57000.00")
    cockpit.press("Enter")
    short_id = cockpit.wait(r"^ +id +(\w+) · ")[1]
    bot.advance(5)
    cockpit.wait(r"^ +state +working")
    cockpit.show("1", r"^ \d+ pairs · ")
    cockpit.command(f"why {short_id}")
    cockpit.wait(r"seen +BUY BTC")
    cockpit.press("G")
    story = cockpit.wait(r"^ +seen +BUY BTC(?s:.*)result handed over(?s:.*)evidence")[0]
    for seen in ("BUY 0.001 BTC with 57.00 USDT @ 57000", "bid 60", "price 0s old", "at most 5000.00 USDT per order"):
        assert seen in story


def test_beside_an_unknown_order_another_one_asks_for_its_id(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    begin(bot, cockpit)
    bot.fault("drop", path="/trade/", times=1)
    cockpit.place("buy 0.001 BTC/USDT @ 57000")
    cockpit.wait(r"1 unknown")
    cockpit.command("buy 0.002 BTC/USDT @ 56000")
    short_id = cockpit.answer()
    cockpit.wait(REVIEW)
    cockpit.press("q")
    cockpit.wait_gone(REVIEW)
    cockpit.command(f"settle {short_id} absent")
    cockpit.wait(r"0 unknown")
    cockpit.command("buy 0.002 BTC/USDT @ 56000")
    cockpit.wait(REVIEW)
    assert not re.search(short_id + " to go on", cockpit.screen())


def test_cancelling_everywhere_asks_for_the_number_and_tells_how_each_fared(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    begin(bot, cockpit)
    place(bot, cockpit, "buy 0.001 BTC/USDT @ 57000")
    place(bot, cockpit, "buy 0.05 binance/USDT-ETH @ 2900")
    bot.advance(5)
    cockpit.orders(side="buy", price=57000, by="me", state="working")
    cockpit.orders(side="buy", price=2900, by="me", state="working")
    cockpit.command("cancel all everywhere")
    assert cockpit.answer() == "2"
    cockpit.confirm("X", r"X send 2 cancels")
    cockpit.wait(r"2 cancels: 2 sent")
    assert paths(bot) == ["buy", "buy", "cancel", "cancel"]
    assert [len(bot.open_orders(key)) for key in (BTC, ETH)] == [1, 1]
