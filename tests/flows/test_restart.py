"""What is survived: a bot that is away, an answer that never came, a killed cockpit, a resized terminal, leaving."""

from __future__ import annotations

import re

import pytest

from tests.flows.cockpit import REVIEW, Cockpit
from tests.flows.conftest import NARROW_ONLY, StartSimulator
from tests.flows.simulator import Simulator
from tests.flows.tmux import eventually

SCREENS = {
    "2": r"spread \d",
    "3": r"5m",
    "4": r"today",
    "5": r"history page",
    "6": r"\d balances",
    "7": r"read-only here",
    "8": r"core ",
}


def order(cockpit: Cockpit, bot: Simulator, price: int) -> None:
    """Buy a little far below the market."""
    bot.catch_up()
    cockpit.command(f"buy 0.001 BTC/USDT @ {price}")
    cockpit.confirm("B")


def placed(bot: Simulator) -> list[object]:
    """The prices of the buys that reached the port."""
    return [post["body"]["data"]["price"] for post in bot.posts()]  # type: ignore[index]  # the body is our own JSON


def test_an_order_whose_answer_is_lost_is_unknown_until_it_shows_and_is_sent_once(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.fault("drop_after", path="/trade/", times=1)
    order(cockpit, bot, 57000)
    cockpit.wait(r"UNKNOWN, it may have arrived: do not repeat it")
    cockpit.wait(r"1 unknown")
    cockpit.orders(side="buy", price=57000, by="me", state="UNKNOWN.*")
    cockpit.show("2", r"\?57000")
    bot.advance(5)
    cockpit.wait(r"0 unknown")
    cockpit.orders(side="buy", price=57000, by="me", state="working.*")
    assert placed(bot) == [57000]


def test_a_killed_cockpit_finds_its_orders_again(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    order(cockpit, bot, 57000)
    eventually(lambda: placed(bot) == [57000], "the first order is sent")
    bot.fault("hang", path="/trade/", times=1)
    order(cockpit, bot, 56000)
    eventually(lambda: placed(bot) == [57000, 56000], "the second order is in flight")
    cockpit.kill()
    cockpit.open()
    cockpit.wait(r"1 unknown")
    cockpit.orders(side="buy", price=56000, by="me", state="UNKNOWN.*")
    cockpit.orders(side="buy", price=57000, by="me", state="(waiting|working).*")
    bot.no_fault()
    bot.advance(5)
    cockpit.wait(r"0 unknown")
    cockpit.orders(side="buy", price=56000, by="me", state="working.*")
    cockpit.orders(side="buy", price=57000, by="me", state="working.*")
    assert placed(bot) == [57000, 56000]


@pytest.mark.parametrize("size", [(80, 24)], indirect=True, ids=["leaving"])
def test_leaving_keeps_the_journal_and_the_orders(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    order(cockpit, bot, 57000)
    cockpit.orders(side="buy", price=57000, by="me", state="waiting.*")
    cockpit.press("q")
    cockpit.wait(r"q again within 2 s leaves")
    cockpit.press("q")
    assert cockpit.exit_code() == 0
    assert [path.name for path in cockpit.state.glob("*.sqlite*")] != []
    cockpit.open()
    cockpit.orders(side="buy", price=57000, by="me", state="waiting.*")
    bot.advance(5)
    cockpit.orders(side="buy", price=57000, by="me", state="working.*")
    assert placed(bot) == [57000]


@NARROW_ONLY
def test_a_bot_that_is_lost_is_said_so_and_comes_back_by_itself(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(4)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.fault("down", seconds=120)
    cockpit.wait(r"OFFLINE since \d\d:\d\d")
    cockpit.wait(r"hung up without an answer.* next try in \d+ s")
    price = cockpit.wait(r"^[ ▸]+BTC/USDT .*? (\d+\.\d+) ")[1]
    cockpit.wait(r"\d+s ago *$")
    cockpit.command("buy 0.001 @ 57000")
    cockpit.wait(r"no line to home")
    cockpit.press("Enter", "B")
    cockpit.wait(r"enter review")
    assert not re.search(REVIEW, cockpit.screen(), re.MULTILINE)
    cockpit.press("Escape")
    cockpit.wait_gone(r"enter review")
    assert price in cockpit.screen()
    bot.no_fault()
    cockpit.wait(r"^ home +LIVE +●.*0 unknown", 30)
    assert bot.posts() == []


@pytest.mark.parametrize("size", [(120, 40)], indirect=True, ids=["resizing"])
def test_every_size_is_drawn_and_a_review_goes_back_to_editing(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    for size in ((80, 24), (40, 10), (20, 5), (120, 40)):
        cockpit.command("buy 0.001 BTC/USDT @ 57000")
        cockpit.wait(REVIEW)
        cockpit.resize(size)
        # Nothing else tells for sure, at every size, that the program knows of its new one.
        cockpit.wait(r"enter review")
        assert not re.search(REVIEW, cockpit.screen(), re.MULTILINE)
        cockpit.press("C-c")
        cockpit.wait_gone(r"enter review")
        for digit, words in SCREENS.items():
            cockpit.show(digit, words if size[0] >= 40 else rf"\b{digit}")
        cockpit.show("1", r"BTC/USDT" if size[0] >= 40 else r"\b1")
        assert max(map(len, cockpit.lines())) <= size[0]
    cockpit.wait(r"^ \d+ pairs · ")
    assert bot.posts() == []


@pytest.mark.parametrize("size", [(120, 40)], indirect=True, ids=["restarted"])
def test_a_bot_that_is_started_anew_is_found_again(simulator: StartSimulator, cockpit: Cockpit) -> None:
    bot = simulator(0)
    cockpit.configure(bot.url)
    cockpit.open()
    bot.kill()
    cockpit.wait(r"OFFLINE since")
    cockpit.wait(r"^[ ▸]+BTC/USDT .*60975")
    bot.start()
    cockpit.wait(r"^ home +LIVE +● .*0 unknown", 30)
    cockpit.wait_gone(r"OFFLINE|STALE|ago *$")
