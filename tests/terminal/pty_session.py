"""A program running in a pseudo-terminal, driven and read the way a person's terminal would.

A thread reads and stamps the output and answers the terminal queries at once; the screen is brought up to date only
when a method here is called, so reading never waits for the emulator.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.terminal.terminal import SPECIAL, SYNCHRONIZED, UNFINISHED, Cell, Terminal

IN_BAND_RESIZE = 2048
KEYS = {
    "enter": "\r", "tab": "\t", "esc": "\x1b", "space": " ", "backspace": "\x7f", "shift+tab": "\x1b[Z",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "insert": "\x1b[2~", "delete": "\x1b[3~", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~",
    "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}  # fmt: skip
# What would make two runs differ: the caller's own terminal and Textual's switches.
OWN_VARIABLES = ("COLUMNS", "LINES", "TMUX", "TMUX_PANE", "STY", "NO_COLOR", "COLORTERM", "TERM_PROGRAM")


class Chunk(NamedTuple):
    """Output as it came from the program: when (seconds of time.perf_counter) and what."""

    at: float
    data: bytes


class PtyTimeoutError(AssertionError):
    """What was waited for did not happen; shows the screen."""


class PtySession:
    """One program in one terminal; use it as a context manager."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", master: int, terminal: Terminal, *, sync: bool, in_band_resize: bool
    ) -> None:
        self.process = process
        self.terminal = terminal
        self.chunks: list[Chunk] = []
        self.started_at = time.perf_counter()
        self.cpu_at_exit = 0.0
        self._master = master
        self._supported = {SYNCHRONIZED: sync, IN_BAND_RESIZE: in_band_resize}
        self._queue: deque[Chunk] = deque()
        self._arrived = threading.Event()
        self._may_read = threading.Event()
        self._may_read.set()
        self._stopping = False
        self._ended = False
        self._wake_read, self._wake_write = os.pipe()
        self._reader = threading.Thread(target=self._read, name="pty-reader", daemon=True)

    @classmethod
    def spawn(
        cls,
        argv: Sequence[str],
        cols: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        *,
        cwd: Path | None = None,
        sync: bool = True,
        in_band_resize: bool = False,
    ) -> Self:
        """Start a program as the leader of its own session on a new true-colour terminal.

        `env` is added to this process's, where an empty value removes. `sync` and `in_band_resize` say whether the
        terminal claims modes 2026 and 2048.
        """
        base = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        base |= {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            **(env or {}),
        }
        master, slave = pty.openpty()
        _set_size(master, cols, rows)

        def own_terminal() -> None:
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        started_at = time.perf_counter()
        process = subprocess.Popen(
            list(argv),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={name: value for name, value in base.items() if value},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=own_terminal,  # noqa: PLW1509 - the terminal has to be taken between fork and exec
        )
        os.close(slave)
        session = cls(process, master, Terminal(cols, rows), sync=sync, in_band_resize=in_band_resize)
        session.started_at = started_at
        session._reader.start()
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def bytes_received(self) -> int:
        """How many bytes the program has sent to the terminal so far."""
        self.pump()
        return sum(len(chunk.data) for chunk in self.chunks)

    def text(self) -> str:
        """The screen now, lines stripped on the right."""
        self.pump()
        return self.terminal.text()

    def cells(self) -> list[list[Cell]]:
        """The screen now with colours and attributes, by lines."""
        self.pump()
        return self.terminal.cells()

    def send(self, *keys: str) -> float:
        """Press keys by name ("enter", "ctrl+g", "alt+x", or the character itself); when the last was pressed."""
        at = time.perf_counter()
        for key in keys:
            at = time.perf_counter()
            self.send_bytes(_encode(key))
        return at

    def type(self, text: str) -> None:
        """Type text, one write for all of it."""
        self.send_bytes(text.encode())

    def paste(self, text: str) -> None:
        """Paste text as a terminal with bracketed paste does."""
        self.send_bytes(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def send_bytes(self, data: bytes) -> None:
        """Send input as it is."""
        os.write(self._master, data)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def resize(self, cols: int, rows: int) -> None:
        """Give the terminal another size."""
        self.pump()
        self.terminal.resize(cols, rows)
        _set_size(self._master, cols, rows)
        if IN_BAND_RESIZE in self.terminal.modes:
            self.send_bytes(f"\x1b[48;{rows};{cols};{rows * 16};{cols * 8}t".encode())

    def pause_reading(self) -> None:
        """Read nothing more from the program, like a terminal whose user holds the scroll bar."""
        self._may_read.clear()

    def resume_reading(self) -> None:
        """Read again."""
        self._may_read.set()
        os.write(self._wake_write, b".")

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        self._stop_reader()

    def pump(self, timeout: float = 0.0) -> bool:
        """Take in what has arrived, waiting up to `timeout` seconds for something; whether there was any."""
        if not self._queue and timeout and not self._ended:
            self._arrived.clear()
            if not self._queue:
                self._arrived.wait(timeout)
        seen = bool(self._queue)
        while self._queue:
            self._take_chunk()
        return seen

    def wait_for(self, wanted: str | Callable[["PtySession"], bool], timeout: float = 60.0) -> float:
        """Wait until a regex is on the screen or a predicate holds, outside any half-drawn frame.

        Returns when the chunk came that made it true; raises PtyTimeoutError.
        """
        pattern = re.compile(wanted, re.MULTILINE) if isinstance(wanted, str) else None
        deadline = time.perf_counter() + timeout
        while True:
            if not self.terminal.in_frame:
                hit = pattern.search(self.terminal.text()) if pattern else not isinstance(wanted, str) and wanted(self)
                if hit:
                    return self.chunks[-1].at if self.chunks else self.started_at
            if time.perf_counter() > deadline:
                raise PtyTimeoutError(f"no {wanted!r} within {timeout} s on this screen:\n{self.terminal.text()}")
            if self._queue:
                self._take_chunk()
            elif self._ended and not self._queue:
                raise PtyTimeoutError(f"the program ended before {wanted!r} on this screen:\n{self.terminal.text()}")
            else:
                self._arrived.clear()
                if not self._queue:
                    self._arrived.wait(0.02)

    def wait_until(self, condition: Callable[[], bool], timeout: float = 60.0, why: str = "the condition") -> None:
        """Wait until something outside the screen holds, reading on meanwhile."""
        deadline = time.perf_counter() + timeout
        while not condition():
            if time.perf_counter() > deadline:
                raise PtyTimeoutError(f"not {why} within {timeout} s; the screen:\n{self.text()}")
            if not self.pump(0.02) and self._ended:
                select.select([], [], [], 0.01)

    def settle(self, quiet: float = 0.3, timeout: float = 60.0) -> None:
        """Wait until the program has sent nothing for `quiet` seconds."""
        deadline = time.perf_counter() + timeout
        while self.pump(quiet):
            if time.perf_counter() > deadline:
                raise PtyTimeoutError(f"still sending after {timeout} s; the screen:\n{self.text()}")

    def received_within(self, seconds: float) -> bytes:
        """Everything that arrives in the next `seconds`."""
        start = len(self.chunks)
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            if not self.pump(left) and self._ended:
                break
        return b"".join(chunk.data for chunk in self.chunks[start:])

    def cpu_seconds(self) -> float:
        """Processor time the program has used, all its threads."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(task.read_text().split()[0])
        return total / 1e9

    def rss_megabytes(self) -> float:
        """Resident memory of the program, in MiB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def wait_exit(self, timeout: float = 30.0) -> int:
        """Wait for the program to end and take in its last output; its exit code, negative for a signal."""
        deadline = time.perf_counter() + timeout
        while self.process.returncode is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.returncode = os.waitstatus_to_exitcode(status)
                self.cpu_at_exit = usage.ru_utime + usage.ru_stime
            elif time.perf_counter() > deadline:
                raise PtyTimeoutError(f"still running after {timeout} s; the screen:\n{self.text()}")
            elif not self.pump(0.01):
                select.select([], [], [], 0.005)
        while not self._ended and self.pump(0.2):
            pass
        # The reader may have come to the end before anybody looked: what it left is taken in too.
        self.pump()
        return self.process.returncode

    def close(self) -> None:
        """End the program and the terminal."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
        self._stop_reader()

    def _take_chunk(self) -> None:
        chunk = self._queue.popleft()
        self.chunks.append(chunk)
        self.terminal.feed(chunk.data)

    def _stop_reader(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self.resume_reading()
        self._reader.join()
        for descriptor in (self._master, self._wake_read, self._wake_write):
            os.close(descriptor)

    def _read(self) -> None:
        tail = b""
        while not self._stopping:
            self._may_read.wait()
            ready, _, _ = select.select([self._master, self._wake_read], [], [])
            if self._wake_read in ready:
                os.read(self._wake_read, 64)
            if self._master not in ready or not self._may_read.is_set() or self._stopping:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b""
            at = time.perf_counter()
            if not data:
                break
            self._queue.append(Chunk(at, data))
            self._arrived.set()
            tail = self._answer(tail + data) if tail or b"\x1b" in data else b""
        self._ended = True
        self._arrived.set()

    def _answer(self, data: bytes) -> bytes:
        """Reply to the queries in this output; the start of a sequence that is not complete yet."""
        for query in SPECIAL.finditer(data):
            reply = self._reply(query)
            if reply:
                with contextlib.suppress(OSError):
                    os.write(self._master, reply)
        unfinished = UNFINISHED.search(data)
        return data[unfinished.start() :] if unfinished else b""

    def _reply(self, query: "re.Match[bytes]") -> bytes:
        if query["asks"] == b"c":
            return b"\x1b[?62;22c"
        if query["asks"] == b"n" and query["report"] == b"6":
            cursor = self.terminal.screen.cursor
            return f"\x1b[{cursor.y + 1};{cursor.x + 1}R".encode()
        if query["private"] == b"?" and query["final"] == b"p":
            mode = int(query[0][3:-2])
            return f"\x1b[?{mode};{2 if self._supported.get(mode) else 0}$y".encode()
        return b""


def _encode(key: str) -> bytes:
    if key in KEYS:
        return KEYS[key].encode()
    if key.startswith("ctrl+") and len(key) == 6:
        return bytes([ord(key[5].upper()) & 0x1F])
    if key.startswith("alt+"):
        return b"\x1b" + _encode(key[4:])
    return key.encode()


def _set_size(master: int, cols: int, rows: int) -> None:
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, cols * 8, rows * 16))
