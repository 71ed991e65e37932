"""What the shell commands leave as exit code: by proof only, so that a script can tell a refusal from a doubt."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from gunbot_tui.model.intent import Intent, IntentState


class Exit(IntEnum):
    """The exit code of a shell command that sends."""

    HANDED_OVER = 0
    BAD_TEXT = 2
    REFUSED = 3
    NOT_SENT = 4
    UNKNOWN = 5
    BLOCKED = 6


BY_STATE = {
    IntentState.NOT_SENT: Exit.NOT_SENT,
    IntentState.WAITING: Exit.NOT_SENT,
    IntentState.BLOCKED: Exit.BLOCKED,
    IntentState.REFUSED: Exit.REFUSED,
    IntentState.UNKNOWN: Exit.UNKNOWN,
    IntentState.SENDING: Exit.UNKNOWN,
    IntentState.AMBIGUOUS: Exit.UNKNOWN,
}
WORST_FIRST = (Exit.UNKNOWN, Exit.REFUSED, Exit.BLOCKED, Exit.NOT_SENT, Exit.BAD_TEXT)


class GivenUpError(Exception):
    """Nothing more is sent; the message is one line that says why, the code what it means when nothing was."""

    def __init__(self, message: str, code: Exit = Exit.NOT_SENT) -> None:
        super().__init__(message)
        self.code = code


def exit_code(intents: Iterable[Intent], *others: Exit) -> Exit:
    """The worst that became of any of them: a doubt is worse than a refusal."""
    found = {BY_STATE.get(intent.state, Exit.HANDED_OVER) for intent in intents} | set(others)
    return next((code for code in WORST_FIRST if code in found), Exit.HANDED_OVER)
