"""What stands between an order and its sending, whatever a screen says: halt, limits, and what was sent before.

The preview asks here, and the journal asks again inside the transaction that writes the intent: both never disagree.
Hard limits hold for sells too; soft ones let through what makes a position smaller. A close passes the hard limits of
money and number as well, or the largest positions would be the ones that nobody gets out of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from gunbot_tui.engine.figures import EXACT, money_up, short
from gunbot_tui.engine.funds import position
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Bounds, Consent, Limits, Rule, Standing, Usage
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import DOLLARS, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side

TWIN_SECONDS = 30.0
"""The same order again, or nearly the same, within this time is asked about."""
HALTED = "HALTED: nothing is sent until you type :release"
STANDARD_HARD: Bounds = {Rule.COLLAR: Decimal(20)}
STANDARD_SOFT: Bounds = {Rule.COLLAR: Decimal(5)}
"""What holds where the config file says nothing else."""
SUMS = frozenset({Rule.NOTIONAL, Rule.NOTIONAL_HOUR, Rule.NOTIONAL_DAY, Rule.ORDERS_MINUTE})
"""What a close passes; a price far from the market is a slip of the fingers in a close too."""
PAIRS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """What an order comes to by one rule: `600`, in words `600 USDT`, and the unit of its limit, ` USDT per order`."""

    rule: Rule
    value: Decimal
    words: str
    unit: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that an order is over, with rule, value and limit in words."""

    rule: Rule
    text: str
    brief: str
    """In fewer words."""


def judge(command: PlaceOrder, limits: Limits, standing: Standing, consent: Consent, *, reduces: bool) -> str | None:
    """The one line why the order must not be sent, or None; pure, for the transaction that writes the intent."""
    with localcontext(EXACT):
        return next(_reasons(command, limits, standing, consent, reduces=reduces), None)


def standing_of(snapshot: Snapshot, command: PlaceOrder, now: datetime) -> Standing:
    """What the list of our intents says against the order at this moment."""
    return Standing(
        usage=snapshot.usage,
        halted=snapshot.halted,
        twins=tuple(intent.id for intent in snapshot.intents if _is_twin(intent, command, now)),
        unknowns=tuple(intent.id for intent in snapshot.intents if _is_unknown(intent, command)),
    )


def reduces(command: PlaceOrder, snapshot: Snapshot) -> bool:
    """True when it can only make the pair's position smaller: a close, or the sale of coins that are held.

    On a derivative only a close is sure to: anything else may open a position. Beside an order of which nobody knows
    whether it came, on the same side, nothing but a close is: it may have taken the position already.
    """
    size = position(snapshot, command.pair)
    if size is None or (command.pair.contract and not command.closes):
        return False
    if not command.closes and any(_is_unknown(intent, command) for intent in snapshot.intents):
        return False
    return command.amount <= (size if command.side is Side.SELL else -size)


def breaches(
    command: PlaceOrder, limits: Limits, usage: Usage, market: Iterable[Measure] = (), *, soft: bool
) -> tuple[Breach, ...]:
    """The limits that the order is over, the worst first; `market` is what depends on prices and funds."""
    by_pair = limits.soft_by_pair if soft else limits.hard_by_pair
    own = _own_bounds(by_pair, command.pair)
    of_money = (limits.soft_by_money if soft else limits.hard_by_money).get(command.pair.money.upper(), {})
    written = {**(limits.soft if soft else limits.hard), **of_money, **own}
    standard = STANDARD_SOFT if soft else STANDARD_HARD
    bounds, kind = {**standard, **written}, "soft limit" if soft else "limit"
    whose = {
        rule: f"the default {kind}" if rule not in written else f"your {kind}" if soft else "the limit"
        for rule in bounds
    }
    over = [
        (measure.value / bounds[measure.rule], _breach(measure, bounds[measure.rule], whose[measure.rule]))
        for measure in (*_sums(command, usage, own), *market)
        if measure.rule in bounds and measure.value > bounds[measure.rule]
    ]
    foreign = _foreign(command.pair, limits) if soft else ()
    return (*foreign, *(breach for _, breach in sorted(over, key=lambda entry: -entry[0])))


def binding(found: Iterable[Breach], command: PlaceOrder, *, reduces: bool) -> tuple[Breach, ...]:
    """Those of the broken hard limits that refuse the order."""
    return tuple(breach for breach in found if not (reduces and command.closes and breach.rule in SUMS))


def hard_bound(limits: Limits, rule: Rule, pair: Pair) -> Decimal | None:
    """The hard limit that counts for the pair."""
    of_money = limits.hard_by_money.get(pair.money.upper(), {})
    return {**STANDARD_HARD, **limits.hard, **of_money, **_own_bounds(limits.hard_by_pair, pair)}.get(rule)


def _foreign(pair: Pair, limits: Limits) -> tuple[Breach, ...]:
    """Asks where the limit per order was written for all moneys alike and the pair's is no dollar: 500 of what?"""
    money = pair.money.upper()
    has_own = Rule.NOTIONAL in {**limits.hard_by_money.get(money, {}), **_own_bounds(limits.hard_by_pair, pair)}
    if has_own or money in DOLLARS or Rule.NOTIONAL not in limits.hard:
        return ()
    brief = f"max_notional = {short(limits.hard[Rule.NOTIONAL])} is no limit for {money}"
    return (Breach(Rule.NOTIONAL, f"{brief}: write one in limits.money.{money}", brief),)


def _reasons(
    command: PlaceOrder, limits: Limits, standing: Standing, consent: Consent, *, reduces: bool
) -> Iterator[str]:
    if standing.halted:
        yield HALTED
    numbers = {"amount": command.amount, "price": command.price, "stop": command.stop, "limit": command.stop_limit}
    for name, number in numbers.items():
        if number is not None and (not number.is_finite() or number <= 0):
            yield f"the {name} must be a number above zero"
    yield from _pair_refused(command.pair, limits)
    hard = breaches(command, limits, standing.usage, soft=False)
    yield from (breach.text for breach in binding(hard, command, reduces=reduces))
    for breach in () if reduces else breaches(command, limits, standing.usage, soft=True):
        if breach.rule not in consent.rules:
            yield f"{breach.text}: confirm again"
    for id in standing.unknowns:
        if id not in consent.intents:
            yield f"nobody knows whether {_short_id(id)} arrived, a {command.side} here too: confirm again"
    for id in standing.twins:
        if id not in consent.intents:
            yield f"the same order, or nearly, was sent within {TWIN_SECONDS:.0f} s, as {_short_id(id)}: confirm again"


def _pair_refused(pair: Pair, limits: Limits) -> Iterator[str]:
    if _is_named(pair, limits.protected_pairs):
        yield f"{pair.native} on {pair.exchange} is protected: no order is placed there (protected_pairs)"
    if limits.allowed_pairs is not None and not _is_named(pair, limits.allowed_pairs):
        names = sorted(limits.allowed_pairs)
        more = " and others" if len(names) > PAIRS_SHOWN else ""
        allowed = ", ".join(names[:PAIRS_SHOWN]) or "none"
        yield f"{pair.native} on {pair.exchange} is not allowed: allowed_pairs has {allowed}{more}"


def _sums(command: PlaceOrder, usage: Usage, own: Bounds) -> Iterator[Measure]:
    """What the order comes to together with those sent before; a pair's own limit is for its own sum."""
    unit, notional = command.pair.money, command.notional
    yield Measure(Rule.NOTIONAL, notional, f"{money_up(notional)} {unit}", f" {unit} per order")
    for rule, sums, time in ((Rule.NOTIONAL_HOUR, usage.hour, "hour"), (Rule.NOTIONAL_DAY, usage.day, "day")):
        total = notional + sums.get(command.pair.key if rule in own else unit, Decimal(0))
        yield Measure(rule, total, f"{money_up(total)} {unit} with what the last {time} saw", f" {unit} per {time}")
    words = f"an order after {usage.minute} others in a minute"
    yield Measure(Rule.ORDERS_MINUTE, Decimal(usage.minute + 1), words, "")


def _breach(measure: Measure, limit: Decimal, whose: str) -> Breach:
    bound, kind = f"{short(limit)}{measure.unit}", "soft" if whose.endswith("soft limit") else "limit"
    text = f"{measure.words} is over {whose} of {bound} ({measure.rule})"
    words = measure.words.removeprefix("a ").replace("the ", "")
    return Breach(measure.rule, text, f"{words} ({kind} {bound})")


def _own_bounds(by_pair: Mapping[str, Bounds], pair: Pair) -> Bounds:
    """The pair's own values; those under its key before those under its native name."""
    found: dict[Rule, Decimal] = {}
    for wanted in (pair.native, pair.key):
        for name, bounds in by_pair.items():
            if name.casefold() == wanted.casefold():
                found.update(bounds)
    return found


def _is_named(pair: Pair, names: Iterable[str]) -> bool:
    return not {pair.key.casefold(), pair.native.casefold()}.isdisjoint(name.casefold() for name in names)


def _is_twin(intent: Intent, command: PlaceOrder, now: datetime) -> bool:
    if not isinstance(intent.command, PlaceOrder) or (now - intent.created_at).total_seconds() > TWIN_SECONDS:
        return False
    never_came = intent.state is IntentState.MISSING and not intent.order_id
    was_stopped = intent.state in (IntentState.NOT_SENT, IntentState.BLOCKED, IntentState.REFUSED)
    return not never_came and not was_stopped and intent.command.resembles(command)


def _is_unknown(intent: Intent, command: PlaceOrder) -> bool:
    if intent.state is not IntentState.UNKNOWN or not isinstance(intent.command, PlaceOrder):
        return False
    return (intent.pair, intent.command.side) == (command.pair, command.side)


def _short_id(id: str) -> str:
    return id.rpartition("-")[2]
