"""An environment in which pictures and times are the same on every machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHANGING = ("NO_COLOR", "COLORTERM", "TMUX", "TMUX_PANE", "STY", "TEXTUAL_DRIVER", "COLUMNS", "LINES", "TERM_PROGRAM")


@pytest.fixture(autouse=True)
def fixed_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Take away what changes a picture, put the clock into UTC, and let files be written to a folder of the test."""
    monkeypatch.chdir(tmp_path)
    for name in CHANGING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
