"""What an answer of Gunbot means, for reads and for commands, decided in one place.

A read's failure is sorted by what the user can do. A command's outcome is decided by proof alone: whatever is not a
parsed success or a parsed refusal may have been carried out, and is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from gunbot_tui.backends.errors import Rejected
from gunbot_tui.backends.login import RAN_OUT
from gunbot_tui.backends.redact import redact_known
from gunbot_tui.backends.refusal import parsed, refuse
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.transport import Answer, Endpoint
from gunbot_tui.model.command import HandedOver, Outcome, Refused, Unknown
from gunbot_tui.model.secret import Secret

IN_DOUBT = "it may have gone through"
WORDS = 120
"""Longest message of the bot inside a line of ours."""
SAYS_NO = "error"
SAYS_YES = "success"
REQUEST_TIMEOUT = 408
# Starting and stopping answer with the bare configuration instead of a status.
CONFIG_KEYS = frozenset({"pairs", "exchanges", "bot", "GUI"})


def words_of(body: object, secrets: Iterable[Secret]) -> str:
    """The bot's own message in one harmless line without our secrets; empty when it has none."""
    if not isinstance(body, dict):
        return ""
    message = next((body[key] for key in ("message", "error") if isinstance(body.get(key), str)), "")
    return clean(redact_known(message[:2000], secrets), WORDS).strip()


def check(answer: Answer, endpoint: Endpoint, place: str, secrets: Iterable[Secret]) -> None:
    """Raise what a read's answer stands for, unless it is a 2xx that may hold data. A 401 is the caller's."""
    if answer.is_success and not answer.is_page:
        return
    words = words_of(parsed(answer), secrets)
    if answer.status == 404 and not answer.is_page:
        raise Rejected(f"this Gunbot has no {endpoint.path}: {words or 'is it an older version?'}")
    refuse(answer, "Gunbot", place, words)


def check_body(body: object, secrets: Iterable[Secret]) -> None:
    """Raise Rejected for a 200 that says error inside."""
    if isinstance(body, dict) and (body.get("status") == SAYS_NO or body.get("success") is False):
        raise Rejected(f"Gunbot refuses: {words_of(body, secrets) or 'without a reason'}")


def to_outcome(answer: Answer, secrets: Iterable[Secret]) -> Outcome:
    """What a command's answer proves."""
    body = parsed(answer)
    words = words_of(body, secrets)
    status = body.get("status") if isinstance(body, dict) else None
    if answer.status == 401:
        return Refused(RAN_OUT)
    if answer.status == REQUEST_TIMEOUT or not 200 <= answer.status < 500:
        return Unknown(f"the answer proves nothing (HTTP {answer.status}): {IN_DOUBT}")
    if status == SAYS_NO:
        return Refused(words or "the bot refuses without a reason")
    if answer.is_success and (status == SAYS_YES or (isinstance(body, dict) and not CONFIG_KEYS.isdisjoint(body))):
        return HandedOver()
    kind = "a web page" if answer.is_page else "no message that can be read"
    return Unknown(f"the answer was {kind} (HTTP {answer.status}): {IN_DOUBT}")
