"""SIGTERM, SIGHUP: leave cleanly, and within two seconds even when the event loop or the terminal is stuck.

A thread hears of the signal through the wake-up descriptor, because Python runs a handler only when the main thread
comes back from whatever it is stuck in.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import threading
import time
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
        """Remember the terminal as it is and watch; `leave` gets the exit code, in the watchdog's thread."""
        self._leave = leave
        with contextlib.suppress(termios.error, OSError):
            self._modes = list(termios.tcgetattr(TERMINAL))
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, _no_handling)
        threading.Thread(target=self._watch, args=(woken,), name="watchdog", daemon=True).start()

    def _watch(self, woken: int) -> None:
        """Wait for one of the signals, ask the program to leave, and end it when it does not."""
        number = next(number for number in iter(lambda: os.read(woken, 1)[0], None) if number in SIGNALS)
        self.signal = number
        if self._leave is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._leave(exit_code(number))
        time.sleep(GRACE_SECONDS)
        self.restore_terminal()
        os._exit(exit_code(number))

    def restore_terminal(self) -> None:
        """Put the terminal back as far as it takes it; never waits for one that does not read."""
        with contextlib.suppress(OSError, termios.error):
            # A description of its own: O_NONBLOCK on the shared one would change the user's shell too.
            terminal = os.open(os.ttyname(TERMINAL), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            with contextlib.suppress(BlockingIOError):
                os.write(terminal, RESTORE)
            if self._modes is not None:
                termios.tcsetattr(terminal, termios.TCSANOW, self._modes)  # type: ignore[arg-type]  # as tcgetattr gave


def _no_handling(_number: int, _frame: FrameType | None) -> None:
    """Keep the signal from ending us; the watchdog's thread acts on it."""


def exit_code(number: int) -> int:
    """What a shell calls the end by this signal."""
    return 128 + number
