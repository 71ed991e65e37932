"""Passes bytes on between a program and its bot, and keeps what was asked and how much was answered."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

REQUEST = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE) (\S+) HTTP/1")
SWITCHED = b"HTTP/1.1 101 "
# A length in the second byte of a frame that says how many bytes of length follow.
LENGTH_BYTES = {126: 2, 127: 8}


class Asked(NamedTuple):
    """A request: when its first byte came (seconds of time.perf_counter) and its path."""

    at: float
    path: bytes


class Traffic(NamedTuple):
    """What has gone through: requests, the bytes that came back over HTTP, and web socket frames with their bytes."""

    requests: int
    answered: int
    frames: int
    framed: int

    def since(self, before: "Traffic") -> "Traffic":
        """What has come since then."""
        return Traffic(*(now - then for now, then in zip(self, before, strict=True)))


class Relay:
    """A port of loopback behind which a bot answers."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.asked: list[Asked] = []
        self._answers: list[Answer] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def traffic(self) -> Traffic:
        """What has gone through so far."""
        answers = list(self._answers)
        return Traffic(
            len(self.asked),
            sum(answer.answered for answer in answers),
            sum(answer.frames for answer in answers),
            sum(answer.framed for answer in answers),
        )

    def _accept(self) -> None:
        while True:
            theirs, _ = self._listener.accept()
            ours = socket.create_connection(("127.0.0.1", self._target))
            for side in (theirs, ours):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answer = Answer()
            self._answers.append(answer)
            for source, target, note in ((theirs, ours, self._note), (ours, theirs, answer.note)):
                threading.Thread(target=_pass_on, args=(source, target, note), daemon=True).start()

    def _note(self, data: bytes) -> None:
        if found := REQUEST.match(data):
            self.asked.append(Asked(time.perf_counter(), found[1]))


class Answer:
    """What a bot sends over one connection, which may become a web socket."""

    def __init__(self) -> None:
        self.answered = self.frames = self.framed = 0
        self._frame: bytearray | None = None

    def note(self, data: bytes) -> None:
        """Count the next bytes."""
        if self._frame is None:
            if not data.startswith(SWITCHED):
                self.answered += len(data)
                return
            head, _, data = data.partition(b"\r\n\r\n")
            self.answered += len(head) + 4
            self._frame = bytearray()
        self.framed += len(data)
        self._frame += data
        while (length := _frame_length(self._frame)) <= len(self._frame):
            self.frames += 1
            del self._frame[:length]


def _frame_length(data: bytearray) -> int:
    """How long the frame is that begins here; while that can't be told, more than there is."""
    if len(data) < 2:
        return len(data) + 1
    more = LENGTH_BYTES.get(data[1], 0)
    if not more:
        return 2 + data[1]
    if len(data) < 2 + more:
        return len(data) + 1
    return 2 + more + int.from_bytes(data[2 : 2 + more])


def _pass_on(source: socket.socket, target: socket.socket, note: Callable[[bytes], None]) -> None:
    with source, target, contextlib.suppress(OSError):  # the program has ended
        while data := source.recv(65536):
            note(data)
            target.sendall(data)
