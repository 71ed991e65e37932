"""A panic over several bots: open nothing, cancel, leave what is open, and a dead one stops none of the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.command import CancelOrder, Command, PlaceOrder, Refused, StopCore, StopEntries
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState
from gunbot_tui.model.intent import IntentState
from gunbot_tui.shell import panic
from gunbot_tui.shell.codes import Exit
from gunbot_tui.shell.halt import set_halt
from gunbot_tui.shell.office import PATIENCE_SECONDS
from gunbot_tui.shell.prompt import Prompt
from tests.factories import make_intent, make_placement
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.order.deal_scenes import ETH, RUN, SOL, deal, status
from tests.unit.shell.shell_scenes import Answering, core_bot, dead_bot, kinds, office, trading_bot


class Broken(ScriptedBot):
    """A bot at which something of ours fails that is no error of the line."""

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        raise OverflowError("date value out of range")


def run_panic(prompt: Prompt, journal: Path, *bots: ScriptedBot) -> Exit:
    set_halt(journal, halted=True)
    return asyncio.run(panic.run([office(bot, journal) for bot in bots], prompt))


def test_entries_are_stopped_then_orders_cancelled_then_trades_left_once_the_word_was_typed(tmp_path: Path) -> None:
    bot = trading_bot("ft")
    prompt = Answering("1", "exit")
    assert run_panic(prompt, tmp_path / "journal", bot) is Exit.HANDED_OVER
    assert kinds(bot) == [StopEntries, CancelOrder, PlaceOrder, PlaceOrder]
    exits = [command for command in bot.executed if isinstance(command, PlaceOrder)]
    assert [(command.deal, command.closes) for command in exits] == [("143", True), ("144", True)]
    assert prompt.asked[-1] == "type exit to leave 2 of ft at the market, anything else keeps them:"


@pytest.mark.parametrize(("answers", "yes"), [(("1", "y"), False), ((), True)])
def test_trades_are_never_left_without_the_word(tmp_path: Path, answers: tuple[str, ...], *, yes: bool) -> None:
    bot = trading_bot("ft")
    run_panic(Answering(*answers, yes=yes), tmp_path / "journal", bot)
    assert kinds(bot) == [StopEntries, CancelOrder]


@pytest.mark.parametrize("answers", [("n", "exit"), ("0", "2", "yes", "exit")])
def test_who_keeps_the_orders_is_asked_about_the_trades_all_the_same(
    tmp_path: Path, answers: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft")
    assert run_panic(Answering(*answers), tmp_path / "journal", bot) is Exit.NOT_SENT
    assert kinds(bot) == [StopEntries, PlaceOrder, PlaceOrder]
    assert "still halted, no order was cancelled" in capsys.readouterr().out


def test_who_keeps_the_orders_is_offered_to_stop_the_core_all_the_same(tmp_path: Path) -> None:
    bot = core_bot("gb")
    assert run_panic(Answering("n", "T"), tmp_path / "journal", bot) is Exit.NOT_SENT
    assert kinds(bot) == [StopCore]


def test_a_stopped_bot_is_not_started_and_is_told_to_take_no_cancel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft", replace(RUN, state=RunState.STOPPED))
    assert run_panic(Answering(yes=True), tmp_path / "journal", bot) is Exit.NOT_SENT
    assert bot.executed == []
    assert "ft is stopped and takes no cancel: what works stays on the exchange" in capsys.readouterr().out


def test_a_paused_bot_is_left_paused_and_its_orders_are_cancelled(tmp_path: Path) -> None:
    bot = trading_bot("ft", replace(RUN, state=RunState.PAUSED))
    run_panic(Answering("1", "n"), tmp_path / "journal", bot)
    assert kinds(bot) == [CancelOrder]


def test_a_dead_bot_stops_none_of_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, dead = trading_bot("one"), trading_bot("two"), dead_bot("gone")
    code = run_panic(Answering(yes=True), tmp_path / "journal", first, dead, second)
    assert code is Exit.NOT_SENT
    assert kinds(first) == kinds(second) == [StopEntries, CancelOrder]
    assert dead.executed == []
    told = capsys.readouterr().out
    assert "gone: no answer from 127.0.0.1:1" in told
    assert "one: stop entries: the bot said yes" in told


def test_nothing_is_opened_at_any_bot_before_the_first_question(tmp_path: Path) -> None:
    first, second = trading_bot("one"), trading_bot("two")
    before: list[list[type[Command]]] = []

    class Looking(Answering):
        async def ask(self, question: str) -> str:
            before.append([*kinds(first), *kinds(second)])
            return await super().ask(question)

    run_panic(Looking("1", "1", "n", "n"), tmp_path / "journal", first, second)
    assert before[0] == [StopEntries, StopEntries]


def test_bots_with_real_money_come_first_and_each_part_says_which_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dry, live = trading_bot("vps"), trading_bot("cloud", replace(RUN, is_dry=False))
    prompt = Answering("1", "1", "1", "n", "n", "n")
    run_panic(prompt, tmp_path / "journal", dry, core_bot("home"), live)
    headings = [line for line in capsys.readouterr().err.splitlines() if " · " in line]
    assert headings == ["home LIVE · Gunbot", "cloud LIVE · Freqtrade", "vps DRY · Freqtrade"] * 2
    assert [name in asked for name, asked in zip(("home", "cloud", "vps"), prompt.asked[3:], strict=True)] == [True] * 3


def test_an_order_that_is_looked_for_at_one_bot_delays_no_cancel_at_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(panic, "LOOK_SECONDS", 0.0)
    journal, waiting, other = tmp_path / "journal", core_bot("home"), core_bot("office")

    async def write() -> None:
        file = Journal(journal)
        await file.open()
        await file.begin(
            "home", make_intent(make_placement(ETH), IntentState.UNKNOWN, created_at=datetime.now(UTC)), "seen"
        )
        await file.close()

    asyncio.run(write())
    assert run_panic(Answering(yes=True), journal, waiting, other) is Exit.UNKNOWN
    told = capsys.readouterr()
    assert kinds(waiting) == kinds(other) == [CancelOrder]
    headings = [line for line in told.err.splitlines() if " · " in line]
    assert headings[:3] == ["home LIVE · Gunbot", "office LIVE · Gunbot", "home LIVE · Gunbot"]
    assert told.err.index("not shown yet: looking") > told.err.index(headings[1])


def test_the_only_bot_is_headed_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_panic(Answering("1", "n"), tmp_path / "journal", trading_bot("vps"))
    assert capsys.readouterr().err.count("vps DRY · Freqtrade") == 1


def test_two_dead_bots_delay_no_question_and_none_of_the_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = dead_bot("gone"), dead_bot("lost")
    alive = trading_bot("alive")
    prompt = Answering("1", "n")
    began = time.monotonic()
    assert run_panic(prompt, tmp_path / "journal", first, alive, second) is Exit.NOT_SENT
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
    assert kinds(alive) == [StopEntries, CancelOrder]
    told = capsys.readouterr()
    assert "gone: no answer from 127.0.0.1:1" in told.out
    assert "lost: no answer from 127.0.0.1:1" in told.out
    assert "gone LIVE" not in told.err


def test_a_fault_of_ours_at_one_bot_keeps_the_panic_from_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, good = Broken(), trading_bot("good")
    assert run_panic(Answering("1", "n"), tmp_path / "journal", broken, good) is Exit.NOT_SENT
    assert kinds(good) == [StopEntries, CancelOrder]
    told = capsys.readouterr().out
    assert "home: NOT KNOWN what stays open, look at the exchange: internal error: OverflowError" in told


class Leaving(Answering):
    """While the user thinks about the last question the bot leaves its trades by itself."""

    def __init__(self, bot: ScriptedBot, *answers: str) -> None:
        super().__init__(*answers)
        self._bot = bot

    async def ask(self, question: str) -> str:
        if len(self.answers) == 1:
            self._bot.values[Topic(Kind.PAIRS)] = (status(SOL, last=150.0),)
            self._bot.outcome = Refused("the trade is closed already")
        return await super().ask(question)


def test_a_trade_that_the_bot_leaves_before_our_exit_comes_spoils_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = trading_bot("ft", book=(status(SOL, deal(SOL, "144", amount=2.0, price=150.0)),))
    assert run_panic(Leaving(bot, "exit"), tmp_path / "journal", bot) is Exit.HANDED_OVER
    told = capsys.readouterr()
    assert "closed already" in told.out + told.err
    assert "ft: nothing stays open" in told.out + told.err
