"""What a panic says last: what stays open and why, and nothing that it has not seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.model.command import Refused
from gunbot_tui.model.host import RunState
from gunbot_tui.model.trading import Position
from gunbot_tui.shell import panic
from gunbot_tui.shell.halt import set_halt
from gunbot_tui.shell.prompt import Prompt
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.order.deal_scenes import ETH, FUTURES, PERP, RUN, SOL, deal, order, status
from tests.unit.shell.shell_scenes import Answering, core_bot, dead_bot, office, trading_bot

KEPT = "ft: STAYS OPEN: #143 ETH long 125.02 USDT: "
ORDER = "ft: STAYS OPEN: 1 order, #5588991 SELL ETH/USDT: "


def last_words(prompt: Prompt, tmp_path: Path, capsys: pytest.CaptureFixture[str], *bots: ScriptedBot) -> list[str]:
    """The lines after the fates of all orders."""
    set_halt(tmp_path / "journal", halted=True)
    asyncio.run(panic.run([office(bot, tmp_path / "journal") for bot in bots], prompt))
    marks = ("STAYS OPEN", "stays open", "NOT KNOWN")
    return [line for line in capsys.readouterr().out.splitlines() if any(mark in line for mark in marks)]


def test_nothing_stays_open_once_a_reading_after_the_exits_shows_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft")
    assert last_words(Answering("1", "exit"), tmp_path, capsys, bot) == ["ft: nothing stays open"]


@pytest.mark.parametrize(
    ("answers", "yes", "why"), [(("1", "n"), False, "you kept it"), ((), True, "--yes sends no exit")]
)
def test_a_trade_that_nobody_left_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: tuple[str, ...], why: str, *, yes: bool
) -> None:
    told = last_words(Answering(*answers, yes=yes), tmp_path, capsys, trading_bot("ft"))
    assert told == [KEPT + why, f"ft: STAYS OPEN: #144 SOL long 300.00 USDT: {why}"]


def test_orders_that_were_kept_are_told_with_the_trades(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = last_words(Answering("n", "n"), tmp_path, capsys, trading_bot("ft"))
    assert told[-1] == ORDER + "you kept it"


def test_an_exit_that_the_bot_refused_is_told_with_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft", book=(status(ETH, deal()),))
    bot.outcome = Refused("no liquidity")
    assert last_words(Answering("exit"), tmp_path, capsys, bot) == [f"{KEPT}its exit was refused: no liquidity"]


def test_an_entry_that_has_not_filled_is_told_as_an_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = deal(SOL, "144", amount=0.0, orders=(order("77", is_open=True),))
    bot = trading_bot("ft", book=(status(ETH, deal()), status(SOL, empty)))
    told = last_words(Answering("n", "exit"), tmp_path, capsys, bot)
    assert told == ["ft: STAYS OPEN: 1 order, #77 BUY SOL/USDT: you kept it"]


def test_a_trade_that_can_not_be_left_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = trading_bot("ft", book=(status(ETH, deal()), status(SOL, deal(SOL, "144", amount=0.0))))
    (told,) = last_words(Answering("exit"), tmp_path, capsys, bot)
    assert told.startswith("ft: STAYS OPEN: #144 SOL long 0.00 USDT: the entry of trade #144 has not filled")


def test_a_short_is_told_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = trading_bot("ft", FUTURES, (status(PERP, deal(PERP, "175", is_short=True)),))
    assert last_words(Answering(yes=True), tmp_path, capsys, bot) == [
        "ft: STAYS OPEN: #175 ETH short 125.02 USDT: --yes sends no exit"
    ]


def test_a_stopped_bot_keeps_what_it_has_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = trading_bot(
        "ft", replace(RUN, state=RunState.STOPPED), (status(ETH, deal(orders=(order("5588991", is_open=True),))),)
    )
    told = last_words(Answering(yes=True), tmp_path, capsys, bot)
    assert told[-1] == "ft: STAYS OPEN: 1 order, #5588991 BUY ETH/USDT: a stopped bot takes no cancel"


def test_a_bot_that_falls_silent_is_not_said_to_have_nothing_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft", book=(status(ETH, last=1.0),))

    class Cutting(Answering):
        def say(self, text: str) -> None:
            if text.startswith("no open trade"):
                bot.read_error = lambda topic: Unreachable("no answer from 127.0.0.1:1")
            super().say(text)

    (told,) = last_words(Cutting(), tmp_path, capsys, bot)
    assert told == "ft: NOT KNOWN what stays open, look at the exchange: no answer from 127.0.0.1:1"


def test_a_pair_whose_orders_can_not_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unread = replace(status(ETH, last=1.0), open_orders=None)
    (told,) = last_words(Answering(yes=True), tmp_path, capsys, trading_bot("ft", book=(unread,)))
    assert told == "ft: NOT KNOWN what stays open, look at the exchange: the orders of ETH/USDT can't be read"


def test_every_bot_has_last_words_dead_ones_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away, empty = dead_bot("gone"), trading_bot("ft", book=(status(ETH, last=1.0),))
    assert last_words(Answering(), tmp_path, capsys, away, empty) == [
        "gone: NOT KNOWN what stays open, look at the exchange: no answer from 127.0.0.1:1",
        "ft: nothing stays open",
    ]


def test_a_bot_without_trades_tells_its_positions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = replace(status(ETH, last=1.0), position=Position(0.5, 3000.0))
    assert last_words(Answering("n"), tmp_path, capsys, core_bot("gb", (held,))) == [
        "gb: STAYS OPEN: 1 position, ETH/USDT: a panic sells nothing at a bot that keeps no trades"
    ]
