"""Text of a bot made harmless, once, where JSON becomes a model: no control, direction or invisible character survives.

A removed character leaves a visible dot, so that two names which differ only in what cannot be seen still differ.
"""

from __future__ import annotations

import re
import unicodedata

DOT = "·"
ELLIPSIS = "…"
LINE_LIMIT = 200
FILE_LINE_LIMIT = 400
FILE_LINES = 5000
MARKS_PER_BASE = 2

_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\u2028\u2029\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PICTURE = re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+ *")


def clean(text: str, limit: int = LINE_LIMIT) -> str:
    """The text as one harmless line of at most `limit` characters; cleaning it again changes nothing."""
    # What is far over the limit is cut before the work, not after: a bot can send megabytes.
    safe = _HARMFUL.sub(DOT, text[: 4 * limit + 64])
    if not safe.isascii():
        # Taking marks away can let others compose, so both are repeated until nothing moves.
        while (next_safe := _few_marks(unicodedata.normalize("NFC", safe))) != safe:
            safe = next_safe
    return cut(safe, limit)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, with an ellipsis where it goes on."""
    return text if len(text) <= limit else text[: max(0, limit - 1)] + ELLIPSIS


def clean_lines(text: str, *, lines: int = FILE_LINES, width: int = FILE_LINE_LIMIT) -> tuple[tuple[str, ...], bool]:
    """A file's text as harmless lines with tabs expanded, and whether any of it was cut off."""
    # str.splitlines would also break at U+2028 and the like, which are to be seen, not obeyed.
    raw = text.replace("\r\n", "\n").split("\n")
    if raw and not raw[-1]:
        raw.pop()
    is_cut = len(raw) > lines or any(len(line) > width for line in raw[:lines])
    return tuple(clean(line[: 4 * width].expandtabs(4), width) for line in raw[:lines]), is_cut


def without_pictures(text: str) -> str:
    """The text without emoji and dingbats, whose width no two terminals agree on."""
    return _PICTURE.sub("", text)


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_PER_BASE:
            kept.append(character)
    return "".join(kept)
