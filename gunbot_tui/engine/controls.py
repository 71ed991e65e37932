"""Typed verbs to a bot that are no orders: `pause`, `lock ETH/USDT 2h too wild`, `delete-trade 143`.

A pair that is no pair here may still be a pattern of its blacklist, and a lock is ended by its id or by its pair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from gunbot_tui.engine.line import ALL
from gunbot_tui.engine.naming import find_pair, matching
from gunbot_tui.engine.typed import TextError, plain, shortened
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    Control,
    DeleteDeal,
    LockPair,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.deal import EVERY_PAIR, Deal
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot

ALONE: Mapping[str, Control] = {
    "start": StartCore(),
    "stop": StopCore(),
    "pause": StopEntries(),
    "reload-config": ReloadConfig(),
}
"""Verbs that take nothing."""
VERBS: Mapping[str, type[Control]] = {
    **{name: type(command) for name, command in ALONE.items()},
    "lock": LockPair,
    "unlock": UnlockPair,
    "blacklist": BlockPairs,
    "allow": AllowPairs,
    "delete-trade": DeleteDeal,
    "reload-trade": ReloadDeal,
}
LONGEST_DAYS = 365

_LENGTH = re.compile(r"([0-9]{1,4})([mhd])", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_control(name: str, rest: str, snapshot: Snapshot, selected: Pair | None, now: datetime) -> Control:
    """The command that a verb and the words behind it mean; raises TextError."""
    words = plain(rest).split()
    match name:
        case "lock":
            return _lock(words, snapshot, selected, now)
        case "unlock":
            return _unlock(words, snapshot, selected)
        case "blacklist":
            return BlockPairs(_named(name, words, snapshot, selected))
        case "allow":
            return AllowPairs(_named(name, words, snapshot, selected))
        case "delete-trade":
            deal = _deal(name, words, snapshot)
            return DeleteDeal(deal.id, deal.pair.native)
        case "reload-trade":
            deal = _deal(name, words, snapshot)
            return ReloadDeal(deal.id, deal.pair.native)
    if words:
        raise TextError(f'"{shortened(rest)}" behind {name}: {name} takes nothing')
    return ALONE[name]


def typed_answer(command: Control, snapshot: Snapshot) -> str:
    """What has to be typed before the confirm key works: the coin of a deal that nobody would manage any more."""
    if not isinstance(command, DeleteDeal):
        return ""
    return next((deal.pair.coin for deal in _deals(snapshot) if deal.id == command.deal), command.deal)


def _lock(words: list[str], snapshot: Snapshot, selected: Pair | None, now: datetime) -> LockPair:
    example = "write lock ETH/USDT 2h and a reason, or lock all 30m"
    at = next((at for at, word in enumerate(words) if _LENGTH.fullmatch(word)), None)
    if not at:
        raise TextError(f"lock {'for how long' if at is None else 'which pair'}: {example}")
    found = _LENGTH.fullmatch(words[at])
    length = timedelta(**{_UNITS[found[2].lower()]: int(found[1])}) if found else timedelta()
    if not timedelta() < length <= timedelta(days=LONGEST_DAYS):
        raise TextError(f'"{words[at]}" is no time to lock for: {example}')
    name = " ".join(words[:at])
    pair = EVERY_PAIR if name.lower() in (ALL, EVERY_PAIR) else _pair(name, snapshot, selected)
    return LockPair(pair, now + length, " ".join(words[at + 1 :]))


def _unlock(words: list[str], snapshot: Snapshot, selected: Pair | None) -> UnlockPair:
    if not words:
        raise TextError("unlock what: a pair, or the id of a lock")
    name, locks = " ".join(words), snapshot.locks.value or ()
    named = next((lock for lock in locks if lock.id == name.removeprefix("#")), None)
    if named is not None:
        return UnlockPair(named.id, named.pair)
    pair = EVERY_PAIR if name.lower() in (ALL, EVERY_PAIR) else _pair(name, snapshot, selected)
    if snapshot.locks.value is not None and all(lock.pair != pair for lock in locks):
        by_all = any(lock.pair == EVERY_PAIR for lock in locks)
        raise TextError(f"{pair} is not locked{' by itself: unlock all ends the lock on all pairs' if by_all else ''}")
    return UnlockPair("", pair)


def _named(verb: str, words: list[str], snapshot: Snapshot, selected: Pair | None) -> tuple[str, ...]:
    """Pairs in the bot's spelling; what is no known pair stays as it was typed."""
    if not words:
        raise TextError(f"{verb} which pair: write {verb} ETH/USDT")
    pairs = snapshot.nameable
    return tuple(find_pair(word, pairs, selected).native if matching(word, pairs) else word for word in words)


def _pair(name: str, snapshot: Snapshot, selected: Pair | None) -> str:
    return find_pair(name, snapshot.nameable, selected).native


def _deal(verb: str, words: list[str], snapshot: Snapshot) -> Deal:
    if len(words) != 1:
        raise TextError(f"{verb} which trade: write {verb} 143")
    id = words[0].removeprefix("#")
    found = next((deal for deal in _deals(snapshot) if deal.id == id), None)
    if found is None:
        known = ", ".join(f"#{deal.id}" for deal in snapshot.deals[:6])
        raise TextError(f"no trade #{shortened(id)} is known here{f': open are {known}' if known else ''}")
    return found


def _deals(snapshot: Snapshot) -> tuple[Deal, ...]:
    closed = snapshot.closed().value
    return (*snapshot.deals, *(closed.deals if closed is not None else ()))
