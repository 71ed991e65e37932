"""What is no order: a real bot that is paused, stopped, started, reloaded, locked and told what not to open."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.flows.tmux import eventually
from tests.live.desk import Desk
from tests.live.freqtrade import Freqtrade
from tests.sim.simulated import items, table

pytestmark = pytest.mark.live

RELOAD_SECONDS = 180.0


@pytest.fixture
def bot(freqtrade: Freqtrade) -> Iterator[Freqtrade]:
    """The shared bot, which runs again afterwards."""
    yield freqtrade
    freqtrade.api("POST", "start")


@pytest.fixture
def desk(desk: Desk, bot: Freqtrade) -> Desk:
    """The cockpit on the shared bot, showing what it does."""
    desk.serve(live=bot.url)
    desk.open()
    desk.show("8", r"^ state +running")
    return desk


def state_of(bot: Freqtrade) -> object:
    """What the bot says that it does."""
    return table(bot.api("GET", "show_config"))["state"]


def test_the_state_follows_pause_stop_and_start(desk: Desk, bot: Freqtrade) -> None:
    bot.api("POST", "stopentry")
    desk.wait(r"^ state +paused")
    for verb, state in (("stop", "stopped"), ("start", "running"), ("pause", "paused")):
        desk.carry_out(verb)
        desk.wait(rf"^ state +{state}")
        assert state_of(bot) == state


def test_a_reload_keeps_the_login(desk: Desk, bot: Freqtrade) -> None:
    bot.api("POST", "stop")
    desk.wait(r"^ state +stopped")
    desk.carry_out("reload-config")
    # The configuration says that it runs at its start, so this is what it does once it is back.
    desk.wait(r"^ state +running", RELOAD_SECONDS)
    desk.wait(r"^ told by +web socket", RELOAD_SECONDS)
    desk.press("1")
    desk.wait_for_pair(bot.pairs[1], state="holding")
    assert not any("log in" in screen for screen in desk.seen)


def test_a_lock_and_the_blacklist_are_the_bots(desk: Desk, bot: Freqtrade) -> None:
    pair = bot.pairs[-3]
    desk.carry_out(f"lock {pair} 2h too wild")
    desk.wait(rf"^[ ▸]+lock \d+ +{pair} .*too wild")

    def reasons() -> list[object]:
        return [lock["reason"] for lock in items(table(bot.api("GET", "locks"))["locks"]) if lock["pair"] == pair]

    assert "too wild" in reasons()
    desk.carry_out(f"unlock {pair}")
    desk.wait_gone(rf"^[ ▸]+lock \d+ +{pair} ")
    assert reasons() == []
    desk.carry_out("lock all 2h")
    desk.wait(r"^[ ▸]+lock \d+ +all pairs ")
    desk.carry_out("unlock all")
    desk.wait_gone(r"^[ ▸]+lock \d+ +all pairs ")
    assert all(lock["pair"] != "*" for lock in items(table(bot.api("GET", "locks"))["locks"]))
    desk.carry_out(f"blacklist {pair}")
    desk.wait(rf"^[ ▸]+blacklist +{pair} ")
    assert pair in list_of(bot)
    desk.carry_out(f"allow {pair}")
    desk.wait_gone(rf"^[ ▸]+blacklist +{pair} ")
    assert eventually(lambda: pair not in list_of(bot), "it may be opened again")


def test_a_name_that_is_no_market_of_the_exchange_is_warned_of(desk: Desk, bot: Freqtrade) -> None:
    def warned(names: str) -> bool:
        desk.command(f"blacklist {names}")
        told = desk.wait(rf"^ BLACKLIST {re.escape(names)}:(.|\n)* q drop")[0]
        desk.press("q")
        desk.wait_gone(r"^ BLACKLIST ")
        return "No market of binance in USDT is called NOSUCH/USDT" in told

    # The markets are read when the first line is typed, which waits for nothing.
    assert eventually(lambda: warned("NOSUCH/USDT"), "it is no market")
    assert not warned(".*/USDT")
    assert "NOSUCH/USDT" not in list_of(bot)


def list_of(bot: Freqtrade) -> list[object]:
    """The bot's blacklist."""
    blacklist = table(bot.api("GET", "blacklist"))["blacklist"]
    assert isinstance(blacklist, list)
    return blacklist
