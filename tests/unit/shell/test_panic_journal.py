"""A panic over several bots, from the arguments on: the program's bots share one connection to the journal."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from gunbot_tui import cli
from gunbot_tui.shell.codes import Exit
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
