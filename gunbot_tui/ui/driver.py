"""The terminal driver: sends only the cells that changed and never waits for the terminal.

One thread of its own does the blocking writes, because a terminal that has room for a byte reports itself writable and
then blocks on a frame, and a non-blocking descriptor would be shared with the user's shell. While the thread is busy,
frames only change the grid; the difference to the latest one follows.
"""

import os
import selectors
import signal
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from gunbot_tui.ui.grid import Grid

# The shell's code for a program ended by SIGHUP, which is what losing the terminal amounts to.
HANGUP_CODE = 128 + signal.SIGHUP
# Long enough for a slow link to take the last sequences, short enough to leave within two seconds of a signal.
CLOSE_SECONDS = 0.5
INPUT_POLL_SECONDS = 0.1


class Outlet:
    """The one thread that writes to the terminal.

    `take` gives what there is to send and is called under `lock`; `lost` is called once, from the thread, when the
    terminal is gone.
    """

    def __init__(self, fileno: int, take: Callable[[], str], lost: Callable[[], None], lock: threading.Lock) -> None:
        self._fileno = fileno
        self._take = take
        self._lost = lost
        self._ready = threading.Condition(lock)
        self._payload = ""
        self._open = True
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def offer(self) -> None:
        """Send what there is unless a write is under way, which picks it up when it is done; the lock is held."""
        if self._open and not self._payload:
            self._payload = self._take()
            if self._payload:
                self._ready.notify()

    def close(self) -> None:
        """Send the rest and end, or give up on a terminal that does not read."""
        with self._ready:
            self.offer()
            self._open = False
            self._ready.notify()
        self._thread.join(CLOSE_SECONDS)
        with self._ready:
            self._take = str

    def _run(self) -> None:
        try:
            while True:
                with self._ready:
                    self._ready.wait_for(lambda: self._payload or not self._open)
                    payload = self._payload.encode("utf-8", "replace")
                if not payload:
                    return
                self._write(payload)
                with self._ready:
                    self._payload = self._take()
        except OSError:
            with self._ready:
                self._open = False
            self._lost()

    def _write(self, payload: bytes) -> None:
        rest = memoryview(payload)
        while rest:
            try:
                rest = rest[os.write(self._fileno, rest) :]
            except BlockingIOError:
                # Somebody else made our terminal non-blocking.
                with selectors.DefaultSelector() as selector:
                    selector.register(self._fileno, selectors.EVENT_WRITE)
                    selector.select()


class DiffingDriver(LinuxDriver):
    """Textual's driver with a memory of what the terminal shows."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._grid = Grid()
        self._lock = threading.Lock()
        self._outlet: Outlet | None = None
        self._resized = False
        self._gone = False
        self.continued_at = 0.0
        """When a stopped program went on, on the clock of Textual's events: a key may be read before the app hears."""

    def write(self, data: str) -> None:
        """Have the terminal show this as soon as it can; never blocks. Outside application mode it is lost."""
        with self._lock:
            if self._outlet is None or self._gone:
                return
            if self._resized:
                self._resized = False
                self._grid.distrust()
            self._grid.resize(*self._app.size)
            self._grid.feed(data)
            if not self._grid.in_frame:
                self._outlet.offer()

    def redraw(self) -> None:
        """Send the whole screen again, after something else has written to the terminal."""
        with self._lock:
            if self._outlet is not None:
                self._grid.distrust()
                self._outlet.offer()

    def start_application_mode(self) -> None:
        """Take over the terminal."""
        output = self._file.fileno() if self._file else self.fileno
        self._outlet = Outlet(output, self._grid.take, self._hang_up, self._lock)
        self._outlet.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual leaves this one method unannotated
        if self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
        self._watch_size()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        with self._lock:
            self._grid.in_frame = False
        super().stop_application_mode()

    def close(self) -> None:
        """End the output thread; what a terminal does not read in time is lost."""
        outlet, self._outlet = self._outlet, None
        if outlet is not None:
            outlet.close()

    def run_input_thread(self) -> None:
        """Read keys until told to stop; the end of the input is the end of the terminal."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(INPUT_POLL_SECONDS):
                    data = self._read()
                    if not data:
                        self._hang_up()
                        return
                    for message in parser.feed(decode(data)):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _hang_up(self) -> None:
        """End the application, as nobody can see or steer it any more; called from our threads."""
        self._gone = True
        with suppress(RuntimeError):  # the loop has ended before us
            self._loop.call_soon_threadsafe(self._app.exit, None, HANGUP_CODE)

    def _watch_size(self) -> None:
        stock = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            # A flag, because the signal may find this very thread holding the lock.
            self._resized = True
            if callable(stock):
                stock(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _sigtstp_application(self, *_: object) -> None:
        # From the loop, because the signal may find this very thread holding the lock. While App.suspend has lent the
        # terminal out, the loop does not run and there is nothing to give back.
        if self._auto_restart:
            self._loop.call_soon_threadsafe(super()._sigtstp_application)
        else:
            super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        self.continued_at = time.monotonic()
        if self._auto_restart:
            self._loop.call_soon_threadsafe(self._continue)

    def _continue(self) -> None:
        if self._outlet is not None:
            # Stopped by SIGSTOP, so the terminal was never given back, and the shell has been using it meanwhile.
            self.suspend_application_mode()
            self._must_signal_resume = True
        self.resume_application_mode()
