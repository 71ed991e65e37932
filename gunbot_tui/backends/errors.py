"""The error tree of all backends, by what the user can do about it; nothing else leaves a backend."""

from __future__ import annotations

from gunbot_tui.model.problem import Problem, ProblemKind


class BackendError(Exception):
    """A read or a login failed; `problem` is what may be shown."""

    kind: ProblemKind

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(summary)
        self.problem = Problem(self.kind, summary, detail)


class Unreachable(BackendError):
    """No answer: refused, reset, too slow, no such host. Wait, or look at the line."""

    kind = ProblemKind.UNREACHABLE


class Unauthorised(BackendError):
    """The bot does not accept the login. Mend the secrets."""

    kind = ProblemKind.UNAUTHORISED


class Rejected(BackendError):
    """The bot understood and said no, in its own words."""

    kind = ProblemKind.REJECTED


class Unexpected(BackendError):
    """The answer is not what this bot documents: another program, another version, or a fault of ours."""

    kind = ProblemKind.UNEXPECTED
