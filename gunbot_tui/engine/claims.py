"""Which orders of the bot are which of ours: as many equal orders as equal intents, or else the user decides.

One order too many is an alarm, whether the strategy placed its like or something on the way carried ours out twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.evidence import (
    ESTIMATE,
    TOLERANCE,
    UNREAD,
    Evidence,
    Leg,
    candidates,
    equals,
    legs_of,
    same,
)
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import CHOSEN, DOUBLE_FOR, NOT_SHOWN, ROUNDING, TOLD, Intent, IntentState
from gunbot_tui.model.market import Pair

DOUBT_FOR = timedelta(minutes=10)
"""So long after the press an order too many is still told."""

REFUSED_FOR = timedelta(seconds=60)
"""So long a refused order is still looked for: exchanges were seen to place what they had refused."""

SURE = frozenset({CHOSEN, TOLD})
"""The reasons of an order that the user picked from several or the bot named: no doubt is raised about it again."""

EvidenceOf = Callable[[Pair], Evidence]
"""What is known of a pair at the moment."""

UNRESOLVED = (IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.REFUSED)
"""Placements without an order yet, in the order in which they may claim one: a known hand-over comes first."""

LISTED = re.compile(r"(\d+) orders match \d+ intents?: (.+)")
"""The reason of one that several orders may be: the only place that keeps their ids when the bot shows them no more."""

FOUND = (IntentState.WORKING, IntentState.PARTLY_FILLED, IntentState.FILLED)


def claim_all(intents: tuple[Intent, ...], evidence_of: EvidenceOf, now: datetime) -> tuple[Intent, ...]:
    """Give each placement without an order its own, the unchanged ones as they were.

    Exact equals are given away first, then what an exchange may have rounded; an order of known prices takes its own,
    both of an OCO, before one that fits any price. One whose equal is being sent waits: the order may be its.
    """
    taken = _taken(intents)
    sending = {_print(intent) for intent in intents if intent.state is IntentState.SENDING}
    waiting = [intent for intent in intents if _may_claim(intent, now) and _print(intent) not in sending]
    waiting.sort(key=_turn)
    changed: dict[str, Intent] = {}

    def keep(before: Intent, found: Intent) -> None:
        if found is not before:
            changed[found.id] = replace(found, updated_at=now)
            taken[found.pair.key] |= _ids(found)

    for turn in ([i for i in waiting if _is_plain(i)], [i for i in waiting if not _is_plain(i)]):
        for tolerance in (TOLERANCE, ROUNDING):
            left = Counter(_print(intent) for intent in waiting if intent.id not in changed)
            for intent in (intent for intent in turn if intent.id not in changed):
                evidence, others = evidence_of(intent.pair), taken[intent.pair.key]
                unshown = [other for each in intents if (other := changed.get(each.id, each)).is_not_shown]
                spoken_for = set() if _is_plain(intent) else _spoken_for(intent, unshown, evidence, others)
                found = _claim(intent, evidence, others | spoken_for, left[_print(intent)], tolerance)
                if found is not intent and tolerance is ROUNDING:
                    foreign = _near_others(intent, unshown, evidence)
                    found = _claim(intent, evidence, others | foreign, left[_print(intent)], tolerance)
                elif found is not intent:
                    found = intent if _is_contested(intent, unshown, evidence, others) else found
                left[_print(intent)] -= 1
                keep(intent, found)
        for intent in (changed.get(intent.id, intent) for intent in intents):
            if _lacks_leg(intent):
                keep(intent, _leg(intent, evidence_of(intent.pair), taken[intent.pair.key]))
    now_known = tuple(changed.get(intent.id, intent) for intent in intents)
    for intent in intents:
        keep(intent, _narrowed(intent, now_known, taken[intent.pair.key]))
    return tuple(changed.get(intent.id, intent) for intent in intents)


def listed(intent: Intent) -> frozenset[str]:
    """The ids of the orders that an ambiguous one may have become, as they were when that was found."""
    told = LISTED.fullmatch(intent.reason) if intent.state is IntentState.AMBIGUOUS else None
    ids = frozenset() if told is None else frozenset(told[2].split(", "))
    return ids if told is not None and len(ids) == int(told[1]) else frozenset()


def doubt_all(intents: tuple[Intent, ...], evidence_of: EvidenceOf, now: datetime) -> tuple[Intent, ...]:
    """Call an order ambiguous again when another one, nobody's, equals it: the same request may have counted twice."""
    taken = _taken(intents)
    unseen = {_print(intent) for intent in intents if intent.state in NOT_SHOWN}
    return tuple(
        _doubt(intent, evidence_of(intent.pair), taken[intent.pair.key], now)
        if _is_young(intent, now) and _print(intent) not in unseen
        else intent
        for intent in intents
    )


def _claim(intent: Intent, evidence: Evidence, taken: set[str], rivals: int, tolerance: Decimal) -> Intent:
    if intent.state is IntentState.REFUSED and tolerance is not TOLERANCE:
        return intent
    found = [equals(intent, leg, evidence, taken, tolerance) for leg in _legs(intent)]
    if any(len(ids) > rivals for ids in found):
        return _ambiguous(intent, {order_id for ids in found for order_id in ids}, rivals)
    ids = [ids[0] for ids in found if ids]
    if not ids:
        return intent
    if UNREAD in intent.known_ids and any(evidence.began_at(order_id) is None for order_id in ids):
        reason = f"what looks like it may have stood there before: {', '.join(ids)}"
        return replace(intent, state=IntentState.AMBIGUOUS, reason=reason)
    order_id, leg_id = (*ids, "")[:2]
    return replace(intent, state=IntentState.WORKING, order_id=order_id, leg_id=leg_id, reason="")


def _is_contested(intent: Intent, unshown: list[Intent], evidence: Evidence, taken: set[str]) -> bool:
    """True while fewer orders than intents of ours fit each other: what is there may be another one's, of other words.

    A market order and a limit order of one amount look alike once they are filled. A refused one yields to any other.
    """
    mine = _fitting(intent, evidence, taken, TOLERANCE)
    others = [other for other in unshown if other.pair == intent.pair and other.id != intent.id]
    rivals = {other.id: _fitting(other, evidence, taken, TOLERANCE) for other in others}
    near = [other for other in others if rivals[other.id] & mine]
    if not any(_is_unlike(other, intent) for other in near):
        return False
    if intent.state is IntentState.REFUSED:
        return True
    ids = mine.union(*(rivals[other.id] for other in near))
    return len(ids) < len(_legs(intent)) + sum(len(_legs(other)) for other in near)


def _fitting(intent: Intent, evidence: Evidence, taken: set[str], tolerance: Decimal) -> set[str]:
    """The orders that it may be, as far as the bot shows them."""
    if ids := listed(intent):
        return set(ids & evidence.ids) - taken
    return {id for leg in _legs(intent) for id in equals(intent, leg, evidence, taken, tolerance)}


def _spoken_for(intent: Intent, unshown: list[Intent], evidence: Evidence, taken: set[str]) -> set[str]:
    """What other ones of ours asked for at known prices, no more orders than these: not one that fits any price.

    Which of them has which may be open all the same.
    """
    others = [other for other in unshown if other.pair == intent.pair and _is_plain(other)]
    ids = {id for other in others for id in _fitting(other, evidence, taken, TOLERANCE)}
    return ids if len(ids) <= sum(len(_legs(other)) for other in others) else set()


def _near_others(intent: Intent, unshown: list[Intent], evidence: Evidence) -> set[str]:
    """The orders that another one of ours, not shown so far, may have become: rounding tells nobody whose they are."""
    others = [other for other in unshown if other.pair == intent.pair and other.id != intent.id]
    return {id for other in others if _is_unlike(other, intent) for id in _fitting(other, evidence, set(), ROUNDING)}


def _is_unlike(other: Intent, intent: Intent) -> bool:
    """True for one that is no equal among equals: of other words, or looked at already and left to the user."""
    return _print(other) != _print(intent) or other.state is IntentState.AMBIGUOUS


def _leg(intent: Intent, evidence: Evidence, taken: set[str]) -> Intent:
    """The intent with the other order of its OCO, once exactly one looks like it."""
    own = evidence.order(intent.order_id)
    if own is None:
        return intent
    other = next((leg for leg in _legs(intent) if not leg.is_shown_by(own, ROUNDING)), None)
    ids = () if other is None else candidates(intent, other, evidence, taken)
    return replace(intent, leg_id=ids[0]) if len(ids) == 1 else intent


def _narrowed(intent: Intent, intents: tuple[Intent, ...], taken: set[str]) -> Intent:
    """An ambiguous one without the orders that turned out to be other ones of ours.

    The last one left is its own; of an OCO's two the user says which they are. One that the bot shows no more is still
    left: who had it nobody can tell.
    """
    ids = listed(intent)
    left = ids - taken
    if left == ids:
        return intent
    if not left:
        reason = f"what looked like it are other orders of ours: {', '.join(sorted(ids))}"
        return replace(intent, state=IntentState.UNKNOWN, reason=reason)
    rivals = [other for other in intents if _may_be_same(other, intent)]
    if len(left) > 1:
        return _ambiguous(intent, left, 1 + sum(_print(other) == _print(intent) for other in rivals))
    if rivals or len(_legs(intent)) > 1:
        return intent
    return replace(intent, state=IntentState.WORKING, order_id=min(left), reason="")


def _may_be_same(other: Intent, intent: Intent) -> bool:
    """True for another one of ours, not shown yet, that an order of the intent's side and size may be."""
    mine, its = intent.command, other.command
    is_rival = other.id != intent.id and other.is_not_shown and (its.pair.key, its.side) == (mine.pair.key, mine.side)
    return is_rival and same(its.amount, mine.amount, ESTIMATE)


def _is_young(intent: Intent, now: datetime) -> bool:
    """True for an order that was found so lately that the same request may yet turn out to be two."""
    is_found = intent.state in FOUND and bool(intent.order_id) and intent.reason not in SURE
    return is_found and now - intent.created_at <= DOUBT_FOR


def _doubt(intent: Intent, evidence: Evidence, taken: set[str], now: datetime) -> Intent:
    legs = _legs(intent)
    if len(legs) != 1:
        return intent
    more = {
        order_id
        for order_id in equals(intent, legs[0], evidence, taken, TOLERANCE)
        if (evidence.began_at(order_id) or now) - intent.created_at <= DOUBLE_FOR
    }
    if not more:
        return intent
    return replace(_ambiguous(intent, {intent.order_id, *more}, 1), order_id="", filled="0", updated_at=now)


def _ambiguous(intent: Intent, ids: Collection[str], rivals: int) -> Intent:
    matched = f"{rivals} intent{'s' if rivals > 1 else ''}"
    reason = f"{len(ids)} orders match {matched}: {', '.join(sorted(ids))}"
    return replace(intent, state=IntentState.AMBIGUOUS, reason=reason)


def _taken(intents: Iterable[Intent]) -> dict[str, set[str]]:
    """The ids that our intents have already, by pair key."""
    taken: dict[str, set[str]] = {}
    for intent in intents:
        taken.setdefault(intent.pair.key, set()).update(_ids(intent))
    return taken


def _ids(intent: Intent) -> set[str]:
    return {intent.order_id, intent.leg_id} - {""}


def _is_plain(intent: Intent) -> bool:
    """True for a placement that claims before the others: at known prices, and not refused."""
    return intent.state is not IntentState.REFUSED and all(leg.prices for leg in _legs(intent))


def _turn(intent: Intent) -> tuple[bool, int, datetime, str]:
    """When a placement may claim among its like: a refused one last."""
    return intent.state is IntentState.REFUSED, UNRESOLVED.index(intent.state), intent.created_at, intent.id


def _may_claim(intent: Intent, now: datetime) -> bool:
    """True for a placement without an order that one may stand for."""
    if not intent.is_placement or intent.order_id or intent.state not in UNRESOLVED:
        return False
    return intent.state is not IntentState.REFUSED or now - intent.created_at <= REFUSED_FOR


def _lacks_leg(intent: Intent) -> bool:
    has_one = bool(intent.order_id) and not intent.leg_id
    return has_one and intent.state.is_open and len(_legs(intent)) > 1


def _legs(intent: Intent) -> tuple[Leg, ...]:
    return legs_of(intent.command) if isinstance(intent.command, PlaceOrder) else ()


def _print(intent: Intent) -> str:
    """The same text for intents that the same order of the bot could stand for; empty for a cancel."""
    return intent.command.fingerprint if isinstance(intent.command, PlaceOrder) else ""
