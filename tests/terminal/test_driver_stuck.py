"""A terminal that reads nothing, or is gone, never holds the program up."""

import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from gunbot_tui.ui.driver import Outlet
from tests.terminal.conftest import Start
from tests.terminal.pty_session import PtySession

# What the kernel keeps of output that nobody has read, with room to spare.
KERNEL_BUFFER = 100_000


def ticks(beat: Path) -> int:
    return beat.read_text().count("ticks") if beat.exists() else 0


def shown_ticks(session: PtySession) -> int:
    found = re.search(r"^ticks (\d+)$", session.text(), re.MULTILINE)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("seconds", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_the_program_goes_on_while_nobody_reads_and_then_shows_the_latest(
    start: Start, tmp_path: Path, seconds: int
) -> None:
    beat = tmp_path / "beat"
    session = start("board", "diffing", str(beat))
    session.wait_for(r"^ticks 5$")
    bytes_per_tick = session.bytes_received / 5

    session.pause_reading()
    at_pause, paused_at, received = ticks(beat), time.monotonic(), session.bytes_received
    session.wait_until(lambda: time.monotonic() - paused_at > seconds, timeout=seconds + 5, why="stuck long enough")
    missed = ticks(beat) - at_pause
    session.signal(signal.SIGTERM)
    session.wait_until(lambda: "terminated" in beat.read_text(), timeout=1, why="SIGTERM handled")

    at_resume = ticks(beat)
    session.resume_reading()
    session.wait_until(lambda: shown_ticks(session) >= at_resume, timeout=2, why="the latest frame shown")
    backlog = session.bytes_received - received

    assert missed > 10 * seconds
    assert missed * bytes_per_tick > 1.3 * KERNEL_BUFFER, "the terminal was never full"
    assert backlog < KERNEL_BUFFER


def test_quitting_does_not_wait_for_a_terminal_that_reads_nothing(start: Start, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    session = start("board", "diffing", str(beat))
    session.wait_for(r"^ticks 5$")
    session.pause_reading()
    session.wait_until(lambda: ticks(beat) > 120, why="a full terminal")
    session.send("q")
    assert session.wait_exit(timeout=2.5) == 0


@pytest.mark.parametrize("first", ["trap '' HUP", ":"], ids=["ignoring SIGHUP", "taking SIGHUP"])
def test_losing_the_terminal_ends_the_program_without_spinning(start: Start, first: str) -> None:
    session = start("board", "diffing", first=first)
    session.wait_for("ready")
    session.settle()
    before = session.cpu_seconds()
    session.hang_up()
    assert session.wait_exit(timeout=2) in (128 + signal.SIGHUP, -signal.SIGHUP)
    assert session.cpu_at_exit - before < 0.3


def test_a_terminal_that_somebody_made_non_blocking_gets_everything() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    frames = ["x" * 300_000]
    lost, lock = threading.Event(), threading.Lock()
    outlet = Outlet(writing, lambda: frames.pop() if frames else "", lost.set, lock)
    outlet.start()
    with lock:
        outlet.offer()
    received = 0
    while received < 300_000:
        received += len(os.read(reading, 65536))
    outlet.close()
    os.close(reading)
    os.close(writing)
    assert received == 300_000
    assert not lost.is_set()
