"""What the guards say of an order on screen: which limits refuse it, and what has to be typed to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gunbot_tui.engine.figures import money
from gunbot_tui.engine.risk import Breach, Measure, binding, breaches, judge, reduces, standing_of
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Consent, Limits, Rule
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Guarded:
    """The guards' answer to one order at one moment."""

    refusals: tuple[str, ...]
    """Hard limits that it breaks, worst first."""
    soft: tuple[Breach, ...]
    """Soft ones, worst first; they ask for nothing where the order only makes a position smaller."""
    passed: tuple[Breach, ...]
    """Hard limits that it is over and that let it through, because it is a close."""
    unknowns: tuple[Intent, ...]
    """Newest first, as the next."""
    twins: tuple[Intent, ...]
    must_type: str
    consent: Consent


def guarded(
    command: PlaceOrder,
    notional: Decimal,
    market: Iterable[Measure],
    snapshot: Snapshot,
    now: datetime,
    limits: Limits,
    unchecked: str = "",
) -> Guarded:
    """What the guards say; `notional` is the money that the ticket shows, the command has the worst price of all.

    `unchecked` says why its price can't be held against the market, which has to be agreed to like a collar broken.

    The halt is not among it: it stops cancels too, and stands before everything else.
    """
    standing, market = replace(standing_of(snapshot, command, now), halted=False), tuple(market)
    is_reducing = reduces(command, snapshot)
    soft = breaches(command, limits, standing.usage, market, soft=True)
    if unchecked:
        soft = (*soft, Breach(Rule.COLLAR, unchecked, unchecked))
    consent = Consent(
        frozenset() if is_reducing else frozenset(breach.rule for breach in soft),
        frozenset((*standing.unknowns, *standing.twins)),
    )
    unknowns, twins = _named(snapshot, standing.unknowns), _named(snapshot, standing.twins)
    must_type = " ".join(
        (*((money(notional),) if consent.rules or twins else ()), *(intent.short_id for intent in unknowns[:1]))
    )
    judged = judge(command, limits, standing, consent, reduces=is_reducing)
    over = breaches(command, limits, standing.usage, market, soft=False)
    hard = binding(over, command, reduces=is_reducing)
    passed = tuple(breach for breach in over if breach not in hard and breach.rule is not Rule.ORDERS_MINUTE)
    # As the keys of a dict the refusals stay in their order, each of them once.
    refusals = tuple(dict.fromkeys((*((judged,) if judged else ()), *(breach.text for breach in hard))))
    return Guarded(refusals, soft, passed, unknowns, twins, must_type, replace(consent, typed=must_type))


def _named(snapshot: Snapshot, ids: tuple[str, ...]) -> tuple[Intent, ...]:
    return tuple(intent for intent in snapshot.intents if intent.id in ids)
