"""What a screen may show of an error: one line that says what is wrong and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Problems by what the user can do about them."""

    UNREACHABLE = "unreachable"
    """Wait, or look at the line: the bot gives no answer."""
    UNAUTHORISED = "unauthorised"
    """Mend the password, the wallet or the token."""
    REJECTED = "rejected"
    """The bot understood and said no."""
    UNEXPECTED = "unexpected"
    """The answer makes no sense to us: not this bot, another version, or a fault of ours."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in one cleaned line of at most 200 characters; `detail` may add what to do."""

    kind: ProblemKind
    summary: str
    detail: str = ""
