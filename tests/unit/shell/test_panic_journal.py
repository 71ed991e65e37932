"""A panic and the journal: all bots share one connection to it; where it can't be written cancels go all the same."""

from __future__ import annotations

import argparse
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gunbot_tui import cli
from gunbot_tui.engine import journal_schema
from gunbot_tui.model.command import CancelOrder, StopEntries
from gunbot_tui.shell import command
from gunbot_tui.shell.codes import Exit
from gunbot_tui.shell.halt import set_halt
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.shell.shell_scenes import kinds, opening_of, trading_bot
from tests.unit.test_wiring import TWO


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A config file of two bots that nobody answers for, and a state folder of its own."""
    path = tmp_path / "config.toml"
    nobody = TWO.replace(":3000", ":9").replace(":8080", ":9")
    path.write_text(f'{nobody}password_env = "HOME_PASSWORD"\n')
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME_PASSWORD", "hunter2-sentinel")
    monkeypatch.setenv("HOME_WALLET", "0x0123456789abcdef")
    umask = os.umask(0o077)
    yield path
    os.umask(umask)


def test_all_bots_of_a_panic_share_one_connection_beside_that_of_the_halt(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    connect = sqlite3.connect

    def count(path: object, *given: object, **named: object) -> sqlite3.Connection:
        opened.append(str(path))
        return connect(path, *given, **named)  # type: ignore[call-overload, no-any-return]  # passed on as it came

    monkeypatch.setattr(sqlite3, "connect", count)
    assert cli.main(["--config", str(config), "panic", "--yes", "--all-bots"]) == Exit.NOT_SENT
    told = capsys.readouterr().out
    assert "home: " in told
    assert "away: " in told
    assert len(opened) == 2


def panic(bot: ScriptedBot, journal: Path, complain: Callable[[str], None]) -> Exit:
    options = argparse.Namespace(command="panic", yes=True)
    return command.run(options, journal, lambda: {bot.ref.name: opening_of(bot, journal)}, complain)


def test_a_panic_that_cannot_halt_says_so_cancels_all_the_same_and_ends_with_code_4(tmp_path: Path) -> None:
    journal, bot, complaints = tmp_path / "journal", trading_bot("ft"), list[str]()
    journal.write_bytes(b"no database" * 999)
    assert panic(bot, journal, complaints.append) is Exit.NOT_SENT
    assert kinds(bot) == [StopEntries, CancelOrder]
    assert ["NOT halted" in line and "other programs can still send" in line for line in complaints] == [True, True]


def test_a_panic_halts_at_its_end_when_what_held_the_journal_has_let_go_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(journal_schema, "BUSY_SECONDS", 0.05)
    journal, bot = tmp_path / "journal", trading_bot("ft")
    set_halt(journal, halted=False)
    holder = sqlite3.connect(journal, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    complaints: list[str] = []

    def let_go(complaint: str) -> None:
        complaints.append(complaint)
        holder.execute("ROLLBACK")

    assert panic(bot, journal, let_go) is Exit.HANDED_OVER
    assert kinds(bot) == [StopEntries, CancelOrder]
    assert "database is locked; other programs can still send; going on with the cancels" in complaints[0]
    assert "halted: no program on this journal places an order" in capsys.readouterr().err
    (raised,) = holder.execute("SELECT count(*) FROM flags").fetchone()
    assert raised == 1
    holder.close()
