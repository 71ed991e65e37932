"""Inside a real tmux the panes of both drivers hold the same, through detaching and attaching at another size."""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gunbot_tui.ui.sgr import PLAIN, Style, apply_sgr
from tests.terminal.conftest import ROOT, app_argv
from tests.terminal.pty_session import PtySession

TMUX = shutil.which("tmux")
pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed, so nothing can be shown inside it")
DRIVERS = ("stock", "diffing")
FORGOTTEN = ("TMUX", "NO_COLOR", "COLORTERM", "COLUMNS", "LINES")
"""What a parallel test run or the terminal around it sets; a size in the environment would outdo the pane's."""
PATIENCE = 60.0


def pane_cells(capture: str) -> list[list[tuple[str, Style]]]:
    """A pane's characters with their style, without the blanks at a line's end, which look like nothing printed."""
    style = PLAIN
    lines: list[list[tuple[str, Style]]] = []
    for text in capture.split("\n"):
        cells: list[tuple[str, Style]] = []
        for token in re.finditer(r"\x1b\[([\d;:]*)m|(\x1b\]8;[^\x1b]*\x1b\\)|(.)", text):
            if token[1] is not None:
                style = apply_sgr(style, token[1])
            elif token[2]:
                style = style._replace(link=token[2])
            else:
                cells.append((token[3], style))
        while cells and cells[-1] == (" ", PLAIN):
            cells.pop()
        lines.append(cells)
    return lines


class Tmux:
    """A private tmux server with one window for each driver, of the same size."""

    def __init__(self, socket: Path) -> None:
        self._command = [TMUX or "tmux", "-S", str(socket), "-f", "/dev/null"]

    def run(self, *arguments: str) -> str:
        """Run one tmux command."""
        environment = {k: v for k, v in os.environ.items() if k not in FORGOTTEN}
        done = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
        )
        return done.stdout

    def attach(self, driver: str, cols: int, rows: int) -> PtySession:
        """A client looking at the driver's window."""
        return PtySession.spawn([*self._command, "attach-session", "-t", driver], cols, rows)

    def press(self, key: str, until: str) -> None:
        """Press a key in both windows and compare once both show the text."""
        for driver in DRIVERS:
            self.run("send-keys", "-t", driver, key)
        self.agree(until)

    def agree(self, until: str) -> None:
        """Both windows show the text and are then equal, colours included."""
        deadline = time.monotonic() + PATIENCE
        while True:
            stock, ours = (self.run("capture-pane", "-p", "-e", "-t", driver) for driver in DRIVERS)
            if (until in ours and pane_cells(stock) == pane_cells(ours)) or time.monotonic() > deadline:
                break
        assert until in ours
        assert pane_cells(stock) == pane_cells(ours)

    def size(self, driver: str) -> str:
        """The window's size."""
        return self.run("display-message", "-p", "-t", driver, "#{window_width}x#{window_height}").strip()


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path / "tmux")
    for driver in DRIVERS:
        command = shlex.join(app_argv("board", driver))
        server.run("new-session", "-d", "-s", driver, "-x", "100", "-y", "30", command)
        server.run("set-option", "-t", driver, "status", "off")
    yield server
    server.run("kill-server")


def test_panes_are_equal_through_changes_overlays_and_resizing(tmux: Tmux) -> None:
    tmux.agree("ready")
    tmux.press("t", "ticks 20")
    tmux.press("w", "wide 1")
    tmux.press("o", "overlay True")
    tmux.press("t", "ticks 40")
    for driver in DRIVERS:
        tmux.run("resize-window", "-t", driver, "-x", "70", "-y", "22")
    tmux.press("T", "ticks 41")
    tmux.press("o", "overlay False")
    tmux.press("p", "second")
    tmux.press("p", "overlay False")


def test_a_client_that_attaches_at_another_size_sees_the_pane(tmux: Tmux) -> None:
    tmux.agree("ready")
    tmux.press("t", "ticks 20")
    for cols, rows in ((90, 28), (64, 24)):
        clients = [tmux.attach(driver, cols, rows) for driver in DRIVERS]
        stock, ours = clients
        for client, driver in zip(clients, DRIVERS, strict=True):
            client.wait_for("ticks")
            client.wait_until(lambda: tmux.size(driver) == f"{cols}x{rows}", why="resized")  # noqa: B023 - used at once
        tmux.press("T", "ticks")
        ours.wait_until(lambda: stock.cells() == ours.cells(), why="equal clients")  # noqa: B023 - used at once
        for client, driver in zip(clients, DRIVERS, strict=True):
            tmux.run("detach-client", "-s", driver)
            client.wait_exit()
            client.close()
        tmux.press("T", "ticks")
