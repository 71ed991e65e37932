"""What an answer of Freqtrade means, for reads and for commands, decided in one place.

Its normal "no" is a 502 with `error` or `detail` in JSON; only a 502 without either is a gateway's. A command's outcome
is decided by proof alone: whatever is neither a parsed success nor a parsed refusal may have been carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gunbot_tui.backends import values
from gunbot_tui.backends.errors import Rejected
from gunbot_tui.backends.freqtrade.endpoints import FORCE_ENTER, FORCE_EXIT
from gunbot_tui.backends.freqtrade.trade_calls import Call
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
NO_ACTIVE_TRADE = "no active trade"
TRADE_IS_GONE = "the bot took it and has no such trade any more: an entry that had not filled is deleted"
NO_OPEN_TRADE = "invalid argument"
"""What an exit is answered whose trade is not open."""
CLOSED_ALREADY = "the trade is closed already"
NOT_ENTERED = "Error entering"
NO_SUCH_CALL = "Not Found"
SAYS_NO = ("error", "detail")
SAYS_YES = ("status", "result_msg", "result")
ACCEPTED = frozenset({"status", "result", "result_msg", "trade_id", "locks", "blacklist"})
"""What an answer to a command that was taken has, one of them at least."""
MISTAKES = frozenset(range(400, 500)) - {408, 425, 429}
_PREFIX = re.compile(r"^Error querying \S+: ")


def words_of(body: object, secrets: Iterable[Secret], names: Iterable[str] = (*SAYS_NO, *SAYS_YES)) -> str:
    """The bot's own message in one harmless line without our secrets; empty when it has none.

    Of a mistake in the request, which comes as a list, the places and the words are told and never what was sent.
    """
    if not isinstance(body, dict):
        return ""
    found = next((body[name] for name in names if isinstance(body.get(name), (str, list))), "")
    text = "; ".join(_mistakes(found)) if isinstance(found, list) else _PREFIX.sub("", found[:2000])
    return clean(redact_known(text[:2000], secrets), WORDS).strip()


def check(answer: Answer, endpoint: Endpoint, place: str, secrets: Iterable[Secret]) -> None:
    """Raise what a read's answer stands for, unless it is a 2xx that may hold data. A 401 is the caller's."""
    if answer.is_success and not answer.is_page:
        return
    words = words_of(parsed(answer), secrets, SAYS_NO)
    if answer.status == 404 and words == NO_SUCH_CALL:
        raise Rejected(f"this Freqtrade has no {endpoint.path}: is it an older version?")
    if words and answer.status >= 400 and answer.status != 403:
        raise Rejected(f"Freqtrade refuses: {words}")
    refuse(answer, "Freqtrade", place, words)


def to_outcome(answer: Answer, call: Call, secrets: Iterable[Secret]) -> Outcome:
    """What a command's answer proves."""
    body = parsed(answer)
    no = words_of(body, secrets, SAYS_NO)
    if answer.status == 401:
        return Refused(RAN_OUT)
    if answer.is_success:
        return _to_success(body, call, secrets) or _in_doubt(answer)
    if call.may_end_trade and answer.status == 502 and no == NO_ACTIVE_TRADE:
        # The work was done, it ended the trade, and only showing the trade afterwards failed.
        return HandedOver(words=TRADE_IS_GONE)
    if no and (answer.status in MISTAKES or answer.status in (502, 503)):
        return Refused(CLOSED_ALREADY if call.endpoint == FORCE_EXIT and no == NO_OPEN_TRADE else no)
    return _in_doubt(answer)


def _to_success(body: object, call: Call, secrets: Iterable[Secret]) -> Outcome | None:
    """What a 2xx proves; None for one that says nothing that is known."""
    if not isinstance(body, dict) or ACCEPTED.isdisjoint(body):
        return None
    words = words_of(body, secrets, SAYS_YES)
    if words.startswith(NOT_ENTERED):
        return Refused(words)
    errors = body.get("errors")
    if isinstance(errors, dict) and errors:
        said = "; ".join(words_of(error, secrets, ("error_msg",)) for error in errors.values())
        return Refused(clean(said, WORDS)) if set(call.pairs) <= set(errors) else HandedOver(words=clean(said, WORDS))
    return HandedOver(_newest_order(body) if call.endpoint == FORCE_ENTER else "", words)


def _newest_order(body: dict[str, object]) -> str:
    """The id of the order that was placed last, of an answer that is a trade."""
    orders = body.get("orders")
    rows = [row for row in orders if isinstance(row, dict)] if isinstance(orders, list) else []
    newest = max(rows, key=_placed_at, default={})
    return values.order_id(newest.get("order_id"))


def _placed_at(row: dict[str, object]) -> int:
    at = row.get("order_timestamp")
    return at if isinstance(at, int) else 0


def _in_doubt(answer: Answer) -> Unknown:
    kind = "a web page" if answer.is_page else "no message that proves anything"
    return Unknown(f"the answer was {kind} (HTTP {answer.status}): {IN_DOUBT}")


def _mistakes(rows: list[object]) -> Iterable[str]:
    for row in rows[:3]:
        if isinstance(row, dict) and isinstance(row.get("msg"), str):
            place = row.get("loc")
            name = str(place[-1]) if isinstance(place, list) and place else "the request"
            yield f"{name}: {row['msg']}"
