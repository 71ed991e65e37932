"""The log file and crash reports: off unless asked for, readable by the owner alone, and without secrets.

Nothing may write to the terminal while the screen is up, so every way in which Python reports by itself ends here.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path

from gunbot_tui.model.secret import HIDDEN, Secret
from gunbot_tui.paths import make_private

LEVELS = ("debug", "info", "warning", "error")
ROTATE_BYTES = 2_000_000
KEPT_FILES = 3
NOTICE = "this file holds account data (pairs, orders, balances) and no passwords"

_PATTERNS = (
    re.compile(r"(ENC:)[^\s\"',}]+"),
    re.compile(r"(?i)(\b(?:Bearer|Basic)\s+)[^\s\"',}]+"),
    re.compile(r"(\b)eyJ[\w-]+\.[\w-]*(?:\.[\w-]*)?"),
    re.compile(r"(//)[^/\s@]+(?=@)"),
    re.compile(
        r"(?i)(\b\w*(?:password|token|secret|wallet|passphrase|api_?key|licen[cs]e_?key)\w*[\"']?\s*[:=]\s*[\"']?)[^\s\"',}&]+"
    ),
)


class Redactor:
    """Takes secrets out of text: those that it was told, and whatever has the shape of one."""

    def __init__(self) -> None:
        self._exact: list[str] = []

    def hide(self, secret: Secret) -> None:
        """Take out this text from now on; very short ones are left to the patterns."""
        if len(secret.reveal()) >= 4 and secret.reveal() not in self._exact:
            self._exact.append(secret.reveal())
            self._exact.sort(key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text with `***` for each secret."""
        for exact in self._exact:
            text = text.replace(exact, HIDDEN)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<1>{HIDDEN}", text)
        return text


class _RedactingFormatter(logging.Formatter):
    """Cleans the finished line, so that messages, arguments and tracebacks are all covered."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


def start(level: str | None, folder: Path, redactor: Redactor) -> None:
    """Log to `log.txt` in the folder, or nowhere without a level. Raises OSError when it can't be written."""
    root = logging.getLogger()
    root.addHandler(logging.NullHandler())
    for chatty in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    threading.excepthook = _log_thread_failure
    sys.unraisablehook = _log_unraisable
    if level is None:
        return
    from logging.handlers import RotatingFileHandler  # of no use to a start without log

    path = make_private(folder) / "log.txt"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    handler = RotatingFileHandler(path, maxBytes=ROTATE_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    handler.setFormatter(_RedactingFormatter(redactor))
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.getLogger(__name__).info(NOTICE)


def crash_line(error: BaseException, folder: Path, redactor: Redactor) -> str:
    """Write a report of the crash, without the values of variables; one line that says what it was and where it is."""
    said = _printable(redactor.clean(" ".join(traceback.format_exception_only(error))))[:200]
    report = redactor.clean("".join(traceback.format_exception(error)))
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    try:
        make_private(folder)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{now:%Y-%m-%d %H:%M:%S} UTC\n{report}")
    except OSError:
        return f"internal error: {said}"
    return f"internal error: {said} (report: {path})"


def _printable(text: str) -> str:
    """One line: an error may quote what a bot sent, and that must not steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        logging.getLogger(__name__).error("a thread failed", exc_info=failure.exc_value)


def _log_unraisable(failure: sys.UnraisableHookArgs) -> None:
    if failure.exc_value is not None:
        logging.getLogger(__name__).error("an error while cleaning up", exc_info=failure.exc_value)
