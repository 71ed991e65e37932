"""A pane of a private tmux server: the terminal that the cockpit is really kept in."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

TMUX = shutil.which("tmux")
PATIENCE = 60.0
POLL_SECONDS = 0.03
OPTIONS = "set -g status off\nset -g remain-on-exit on\nset -g default-terminal screen-256color\nset -g escape-time 0\n"
# What would make two runs differ: the caller's own terminal, and switches of Textual and of this program.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR")

Value = TypeVar("Value")


def eventually(look: Callable[[], Value | None], what: str, patience: float = PATIENCE) -> Value:
    """What `look` finds, as soon as that is something."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        select.select([], [], [], POLL_SECONDS)


class Pane:
    """One program in a terminal of its own; every screen that was looked at is kept in `seen`."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir(parents=True)
        (folder / "tmux.conf").write_text(OPTIONS)
        self._command = [TMUX or "tmux", "-S", str(folder / "socket"), "-f", str(folder / "tmux.conf")]
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        self._environment = {"LANG": "C.UTF-8", "TZ": "UTC", **kept, **environment}
        self.seen: list[str] = []
        self.folder = folder

    def start(self, argv: Sequence[str], size: tuple[int, int]) -> None:
        """Start the program in the empty folder `work`; it takes the place of the one before."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        self._status.unlink(missing_ok=True)
        argv = ["sh", "-c", '"$@"; echo $? >"$0"', str(self._status), *argv]
        if self._is_up():
            self._tmux("respawn-pane", "-c", str(work), *argv)
        else:
            self._tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-c", str(work), *argv)

    def close(self) -> None:
        """End the program and its terminal."""
        if self._is_up():
            self._tmux("kill-server")

    @property
    def pid(self) -> int:
        """The program's process: the only child of the shell that notes how it ended."""
        shell = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text())

    def kill(self) -> None:
        """End the program as a crash would."""
        os.kill(self.pid, signal.SIGKILL)
        eventually(self._is_dead, "killed")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it is, all of it at once."""
        self._tmux("send-keys", "-l", text)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(size[0]), "-y", str(size[1]))

    def screen(self) -> str:
        """What stands on the screen now."""
        text = self._tmux("capture-pane", "-p")
        if not self.seen or self.seen[-1] != text:
            self.seen.append(text)
        return text

    def lines(self) -> list[str]:
        """The screen's lines."""
        return self.screen().split("\n")

    def wait(self, pattern: str, patience: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen matches."""
        return self.wait_for(lambda screen: re.search(pattern, screen, re.MULTILINE), repr(pattern), patience)

    def wait_gone(self, pattern: str, patience: float = PATIENCE) -> None:
        """Wait until nothing on the screen matches."""
        self.wait_for(lambda screen: not re.search(pattern, screen, re.MULTILINE), f"{pattern!r} gone", patience)

    def wait_for(self, look: Callable[[str], Value | None], what: str, patience: float = PATIENCE) -> Value:
        """Wait until `look` finds something on the screen; a program that ends meanwhile is a failure."""

        def found() -> Value | None:
            screen = self.screen()
            value = look(screen)
            assert value or not self._is_dead(), f"the program ended before {what}; its last screen:\n{screen}"
            return value or None

        try:
            return eventually(found, what, patience)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen()}") from None

    def exit_code(self) -> int:
        """Wait for the end of the program."""
        eventually(self._is_dead, "ended")
        return int(self._status.read_text())

    @property
    def _status(self) -> Path:
        """Where the exit code is noted: tmux itself now and then never learns it."""
        return self.folder / "status"

    def _is_dead(self) -> bool:
        return self._tmux("display-message", "-p", "#{pane_dead}").strip() == "1"

    def _is_up(self) -> bool:
        done = subprocess.run([*self._command, "has-session"], capture_output=True, env=self._environment, check=False)
        return done.returncode == 0

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments], capture_output=True, text=True, env=self._environment, check=False
        )
        assert done.returncode == 0, f"tmux {arguments[0]}: {done.stderr}"
        return done.stdout
