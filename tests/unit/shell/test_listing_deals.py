"""`gunbot-tui orders` at a bot that keeps trades."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.model.deal import DealPage
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.shell import listing
from gunbot_tui.shell.codes import Exit
from gunbot_tui.shell.prompt import Prompt
from tests.factories import NOW
from tests.sim.simulated import items, table
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.order.deal_scenes import SOL, deal
from tests.unit.shell.shell_scenes import KINDS, dead_bot, office, trading_bot

OVER = replace(deal(SOL, "120"), is_open=False, closed_at=NOW, close_price=151.0, exit_reason="roi", profit=4.5)


def bot_with_past(name: str) -> ScriptedBot:
    bot = trading_bot(name)
    bot.kinds = KINDS | {Kind.CLOSED}
    bot.values[Topic(Kind.CLOSED, "0")] = DealPage((OVER,), 1)
    unread = dict.fromkeys((Kind.BALANCES, Kind.LOCKS, Kind.PAIRLIST, Kind.HISTORY), "not told")
    bot.capabilities = replace(bot.capabilities, unread={**bot.capabilities.unread, **unread})
    return bot


def listed(form: str, journal: Path, *bots: ScriptedBot) -> Exit:
    return asyncio.run(listing.run([office(bot, journal) for bot in bots], Prompt(yes=False), form=form))


def test_closed_trades_are_listed_with_reason_and_gain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed("json", tmp_path / "journal", bot_with_past("ft")) is Exit.HANDED_OVER
    rows = {str(row["id"]): table(row) for row in items(json.loads(capsys.readouterr().out))}
    assert {id: row["state"] for id, row in rows.items()} == {
        "5588991": "working", "143": "open", "144": "open", "120": "closed",
    }  # fmt: skip
    assert (rows["120"]["reason"], rows["120"]["pnl"], rows["120"]["bot"]) == ("roi", "4.5", "ft")


def test_the_text_of_a_list_tells_what_trades_gained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed("text", tmp_path / "journal", bot_with_past("ft"))
    (line,) = [line for line in capsys.readouterr().out.splitlines() if " 120 " in line]
    assert "roi" in line
    assert "+4.50" in line


def test_the_bots_of_one_list_are_told_apart_and_a_dead_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bots = bot_with_past("one"), dead_bot("gone"), bot_with_past("two")
    assert listed("text", tmp_path / "journal", *bots) is Exit.NOT_SENT
    told = capsys.readouterr()
    names = [line.split()[0] for line in told.out.splitlines()]
    assert (names[0], sorted(names[1:])) == ("bot", ["one"] * 4 + ["two"] * 4)
    assert told.err == "not among them: gone: no answer from 127.0.0.1:1\n"


def test_the_records_of_one_list_name_their_bot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed("json", tmp_path / "journal", bot_with_past("one"), bot_with_past("two")) is Exit.HANDED_OVER
    rows = [table(row) for row in items(json.loads(capsys.readouterr().out))]
    assert {(row["bot"], row["id"]) for row in rows if row["state"] == "closed"} == {("one", "120"), ("two", "120")}
