"""Cancels in the language of orders: `cancel ID|PAIR|all [PAIR] [everywhere] [with bot]`, and back to words.

An id is written with `#` by us, so that it is never taken for a coin of the same name.
"""

from __future__ import annotations

import re

from gunbot_tui.engine.line import ALL, EVERYWHERE, Line
from gunbot_tui.engine.naming import matching
from gunbot_tui.engine.typed import TextError, nearest, shortened
from gunbot_tui.model.ticket import CancelDraft, CancelScope

WITH_BOT = "with bot"

_ID = re.compile(r"(?P<id>[A-Za-z0-9][A-Za-z0-9._:-]{0,63})")
_MARKED_ID = re.compile(r"#(?P<id>[A-Za-z0-9][A-Za-z0-9._:/-]{0,127})")
"""Behind the sign an id may look like a pair: a bot that simulates its orders puts the pair into their ids."""
_MARKED = re.compile(r"(?P<pair>.+)#(?P<id>[A-Za-z0-9][A-Za-z0-9._:/-]{0,127})")


def parse_cancel(line: Line, rest: list[str]) -> CancelDraft:
    """The cancel that the words behind the verb mean; raises TextError."""
    named, is_everywhere, with_bot = _scope(rest)
    name = " ".join(named)
    if name.lower().partition(" ")[0] == ALL:
        return _cancel_all(line, named[1:], is_everywhere=is_everywhere, with_bot=with_bot)
    if is_everywhere:
        raise TextError(f"{EVERYWHERE} stands behind all only: write cancel all {EVERYWHERE}")
    if not named:
        raise TextError("cancel what: an id, as in cancel 357044, a pair, or cancel all")
    if matching(name, line.pairs):
        return CancelDraft(CancelScope.OURS_ON_PAIR, line.pair(name), with_bot=with_bot)
    if with_bot:
        raise TextError(f"{WITH_BOT} stands behind all or a pair only: an id names one order, whoever placed it")
    marked = [_MARKED.fullmatch(word) for word in named]
    if all(marked):
        ids = tuple((line.pair(match["pair"]).key, match["id"]) for match in marked if match)
        return CancelDraft(CancelScope.MARKED, ids=ids)
    return _cancel_one(line, named)


def cancel_words(draft: CancelDraft) -> str:
    """The text that means this cancel whatever pair is selected then."""
    match draft.scope:
        case CancelScope.ONE:
            parts = [f"#{draft.id}"]
        case CancelScope.MARKED:
            parts = [f"{key}#{id}" for key, id in draft.ids]
        case CancelScope.OURS_ON_PAIR:
            parts = [ALL]
        case CancelScope.EVERYWHERE:
            parts = [ALL, EVERYWHERE]
    pair = [draft.pair.key] if draft.pair else []
    return " ".join(["cancel", *parts, *pair, *([WITH_BOT] if draft.with_bot else [])])


def _scope(rest: list[str]) -> tuple[list[str], bool, bool]:
    """What is named, then whether the scope is everywhere, and whether the bot's own orders are meant too."""
    named, is_everywhere, with_bot = list(rest), False, False
    while named:
        if named[-1].lower() == EVERYWHERE:
            named, is_everywhere = named[:-1], True
        elif " ".join(named[-2:]).lower() == WITH_BOT:
            named, with_bot = named[:-2], True
        else:
            break
    return named, is_everywhere, with_bot


def _cancel_all(line: Line, named: list[str], *, is_everywhere: bool, with_bot: bool) -> CancelDraft:
    pair = line.pair(" ".join(named)) if named else None
    if is_everywhere and pair:
        raise TextError(f"{pair.name} and {EVERYWHERE} together: leave one of them out")
    if is_everywhere:
        return CancelDraft(CancelScope.EVERYWHERE, with_bot=with_bot)
    return CancelDraft(CancelScope.OURS_ON_PAIR, pair or line.chosen(), with_bot=with_bot)


def _cancel_one(line: Line, named: list[str]) -> CancelDraft:
    match = _ID.fullmatch(named[0]) or _MARKED_ID.fullmatch(named[0])
    if match is None:
        known = [name for pair in line.pairs for name in (pair.name, pair.native)]
        hint = nearest(named[0], known) or ": write cancel 357044, a pair, or cancel all"
        raise TextError(f'"{shortened(named[0])}" is no order id{hint}')
    pair = line.pair(" ".join(named[1:])) if named[1:] else None
    return CancelDraft(CancelScope.ONE, pair, match["id"])
