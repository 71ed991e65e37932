"""SIGTERM, SIGHUP: leave cleanly, and within two seconds even when the event loop or the terminal is stuck.

Plain signal handlers instead of the loop's own, because they run while a callback blocks the loop.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import threading
from collections.abc import Callable
from types import FrameType

GRACE_SECONDS = 2.0
SIGNALS = (signal.SIGTERM, signal.SIGHUP)
# What a full-screen program may have switched on: mouse, focus, paste and resize reports, keyboard protocol, the other
# screen, a hidden cursor, colours.
RESTORE = (
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?2026l\x1b[<u"
    b"\x1b[?1049l\x1b[?25h\x1b[m"
)
TERMINAL = 0


class Watchdog:
    """On the first signal asks the program to leave, and after two seconds ends it."""

    def __init__(self) -> None:
        self.signal: int | None = None
        """The signal that asked us to leave."""
        self._leave: Callable[[int], object] | None = None
        self._modes: list[object] | None = None

    def install(self, leave: Callable[[int], object]) -> None:
        """Remember the terminal as it is and watch; `leave` gets the exit code, possibly inside any line of code."""
        self._leave = leave
        with contextlib.suppress(termios.error, OSError):
            self._modes = list(termios.tcgetattr(TERMINAL))
        for number in SIGNALS:
            signal.signal(number, self._received)

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is not None:
            return
        self.signal = number
        bite = threading.Timer(GRACE_SECONDS, self._end)
        bite.daemon = True
        bite.start()
        if self._leave is not None:
            self._leave(exit_code(number))

    def _end(self) -> None:
        self.restore_terminal()
        os._exit(exit_code(self.signal or signal.SIGTERM))

    def restore_terminal(self) -> None:
        """Put the terminal back as far as it takes it; never waits for one that does not read."""
        with contextlib.suppress(OSError, termios.error):
            # A description of its own: O_NONBLOCK on the shared one would change the user's shell too.
            terminal = os.open(os.ttyname(TERMINAL), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            with contextlib.suppress(BlockingIOError):
                os.write(terminal, RESTORE)
            if self._modes is not None:
                termios.tcsetattr(terminal, termios.TCSANOW, self._modes)  # type: ignore[arg-type]  # as tcgetattr gave


def exit_code(number: int) -> int:
    """What a shell calls the end by this signal."""
    return 128 + number
