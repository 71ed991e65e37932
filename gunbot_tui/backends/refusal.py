"""What the HTTP status of an answer without data stands for: the same for every bot, and for what stands before it.

A bot's own ways to say no are sorted out before, of what is `parsed`: what is refused here is told by its status alone.
"""

from __future__ import annotations

from typing import NoReturn

from gunbot_tui.backends import strict_json
from gunbot_tui.backends.errors import Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.backends.transport import Answer


def parsed(answer: Answer) -> object:
    """The JSON of an answer; None when it is none."""
    try:
        return strict_json.parse(answer.body, unique_keys=True)
    except Unexpected:
        return None


def refuse(answer: Answer, bot: str, place: str, words: str) -> NoReturn:
    """Raise what the status stands for; `words` is what the answer says itself, or nothing."""
    match answer.status:
        case 403:
            raise Unauthorised(f"{place} forbids it (403): {words or 'the login, or a firewall between'}")
        case 429:
            raise Rejected(f"{place} asks for fewer requests (429)")
        case 301 | 302 | 303 | 307 | 308:
            raise Unexpected(f"{place} sends us to {answer.leads_to}: we do not follow, put the real address as url")
        case 502 | 503 | 504:
            raise Unreachable(f"a gateway at {place} has no answer from {bot} ({answer.status})")
        case _ if answer.is_page:
            raise Unexpected(f"{place} answers with a web page, not with {bot}'s API: are port and path right?")
        case status if status >= 500:
            raise Rejected(f"{bot} failed inside ({status}): {words or 'its log knows more'}")
        case status if 400 <= status < 500:
            raise Rejected(f"{bot} refuses ({status}): {words or 'without a reason'}")
        case status:
            raise Unexpected(f"{place} answers with HTTP {status}, which {bot} never does")
