"""Which orders a cancel means now: an exact, frozen list, taken from the youngest record of each order.

One order, or marked ones, may be any of the account's; `cancel all` takes only those that came from here, unless it is
told otherwise. An order of ours that the bot does not show yet has no id: its cancel waits until it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from gunbot_tui.engine.deal_cancel import by_deal, named_by, of_deals
from gunbot_tui.engine.evidence import Evidence, candidates, legs_of
from gunbot_tui.engine.gate import reasons_against, run_reasons
from gunbot_tui.engine.on_sight import AT_WORK
from gunbot_tui.engine.risk import HALTED
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.feed import Freshness
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.model.trading import OpenOrder, OrderType, PairStatus, Side

SHOWN_BY = "5 shows the orders"
NOT_OURS = "the bot's own order: its strategy may place it again"
PENDING = frozenset({IntentState.WAITING, IntentState.SENDING, IntentState.HANDED_OVER})
"""States of a cancel that may still do its work: another one of the same order would be idle."""
NAMES_SHOWN = 4
MOST_WARNINGS = 4


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a scope comes to: the cancels, or why there are none, and what to know of them."""

    commands: tuple[CancelOrder, ...] = ()
    reason: str = ""
    warnings: tuple[str, ...] = ()


def preview_cancel(draft: CancelDraft, snapshot: Snapshot, now: datetime) -> CancelPreview:
    """The cancels that the draft would send at this moment, or why none."""
    match draft.scope:
        case CancelScope.ONE:
            chosen = _one(draft, snapshot)
        case CancelScope.MARKED:
            chosen = _marked(draft, snapshot)
        case _:
            chosen = _all(draft, snapshot)
    blocks = (*reasons_against(snapshot, Capability.CANCEL_ORDER), *run_reasons(snapshot, enters=False))
    is_limited = blocks[:1] == (HALTED,)
    if not chosen.commands:
        return CancelPreview(draft, (), now, (*blocks, chosen.reason), chosen.warnings, is_limited=is_limited)
    is_wide = draft.scope is CancelScope.EVERYWHERE or draft.with_bot
    commands = by_deal(_without_partners(chosen.commands, snapshot), snapshot)
    kinds = {command: kind for command in commands if (kind := _kind(command, snapshot))}
    deals = of_deals(commands, snapshot)
    warnings = (*deals, *_protection(kinds, len(commands)), *chosen.warnings, *_old(commands, snapshot, now))
    return CancelPreview(
        draft,
        commands,
        now,
        blocks,
        warnings[:MOST_WARNINGS],
        must_type=str(len(commands)) if is_wide else "",
        kinds=kinds,
        is_limited=is_limited,
    )


def _one(draft: CancelDraft, snapshot: Snapshot) -> Chosen:
    if not draft.id:
        return Chosen(reason="the bot gives no exact id for this order: cancel it at the exchange")
    known = [order for order in _open_orders(snapshot) if draft.pair in (None, order.pair)]
    found = [order for order in known if order.id == draft.id] or named_by(draft.id, known, snapshot)
    if len(found) > 1:
        keys = ", ".join(dict.fromkeys(order.pair.key for order in found))
        return Chosen(reason=f"{len(found)} orders have the id {draft.id}: name the pair too, one of {keys}")
    if found:
        return Chosen(tuple(map(_cancel, found)), warnings=tuple(_not_ours(found, snapshot)))
    ours = [intent for intent in _placements(snapshot, draft.pair) if _is_called(intent, draft.id)]
    if ours:
        return _of_ours(ours[0], snapshot)
    ids = [order.id for order in _open_orders(snapshot)] + [intent.short_id for intent in _not_shown(snapshot)]
    near = get_close_matches(draft.id, ids, n=3)
    hint = f"near it are {', '.join(near)}" if near else _hidden(_statuses(snapshot, draft.pair)) or SHOWN_BY
    return Chosen(reason=f"no open order {draft.id}: {hint}")


def _of_ours(intent: Intent, snapshot: Snapshot) -> Chosen:
    """An order of ours by its short id, or by an id that the bot does not show among the open ones."""
    name = intent.short_id
    if intent.state is IntentState.AMBIGUOUS:
        maybe = _maybe_ours([intent], snapshot)
        hint = _hidden(_statuses(snapshot, intent.pair)) or SHOWN_BY
        return Chosen(
            tuple(map(_cancel, maybe)), f"none of the orders that {name} may be works now: {hint}", _several(maybe)
        )
    if intent.is_not_shown:
        if _is_pending(intent.pair, "", snapshot, of=intent.id):
            return Chosen(reason=f"a cancel of {name} waits already: it is sent once the bot shows the order")
        return Chosen((_cancel_on_sight(intent),), warnings=(_on_sight(1),))
    shown = [order for order in _open_orders(snapshot, intent.pair) if order.id in (intent.order_id, intent.leg_id)]
    if shown:
        return Chosen(tuple(map(_cancel, shown)))
    if intent.state.is_open:
        hint = _hidden(_statuses(snapshot, intent.pair)) or SHOWN_BY
        return Chosen(reason=f"the bot does not show {name} among its open orders now: {hint}")
    return Chosen(reason=f"nothing to cancel: {name} is {intent.state} already")


def _marked(draft: CancelDraft, snapshot: Snapshot) -> Chosen:
    shown = {(order.pair.key, order.id): order for order in _open_orders(snapshot)}
    unseen = {(intent.pair.key, intent.short_id): intent for intent in _not_shown(snapshot)}
    # A dict keeps the order of the marks, and each of them once.
    marks = tuple(dict.fromkeys(draft.ids))
    orders = [shown[mark] for mark in marks if mark in shown]
    waiting = [unseen[mark] for mark in marks if mark in unseen and mark not in shown]
    fresh = [intent for intent in waiting if not _is_pending(intent.pair, "", snapshot, of=intent.id)]
    gone = [id for key, id in marks if (key, id) not in shown and (key, id) not in unseen]
    warnings = (
        *((f"no longer there, so not among them: {_listed(f'#{id}' for id in gone)}",) if gone else ()),
        *_left_waiting(len(waiting) - len(fresh)),
        *_not_ours(orders, snapshot),
        *((_on_sight(len(fresh)),) if fresh else ()),
    )
    commands = (*map(_cancel, orders), *map(_cancel_on_sight, fresh))
    keys = {key for key, _ in marks}
    hint = _hidden(status for status in snapshot.statuses if status.pair.key in keys) or SHOWN_BY
    return Chosen(commands, f"none of the marked orders can be cancelled any more: {hint}", warnings)


def _all(draft: CancelDraft, snapshot: Snapshot) -> Chosen:
    pair = None if draft.scope is CancelScope.EVERYWHERE else draft.pair
    orders = [
        order for order in _open_orders(snapshot, pair) if draft.with_bot or order.id in snapshot.our_ids(order.pair)
    ]
    orders += [order for order in _maybe_ours(_placements(snapshot, pair), snapshot) if order not in orders]
    unseen = _not_shown(snapshot, pair)
    again = [order for order in orders if not _is_pending(order.pair, order.id, snapshot)]
    fresh = [intent for intent in unseen if not _is_pending(intent.pair, "", snapshot, of=intent.id)]
    commands = (*map(_cancel, again), *map(_cancel_on_sight, fresh))
    waiting = tuple(_left_waiting(len(orders) + len(unseen) - len(again) - len(fresh)))
    hidden = _hidden(_statuses(snapshot, pair))
    inexact = _inexact(_statuses(snapshot, pair)) if draft.with_bot else ""
    if not commands:
        # What can't be read is unknown, which is not the same as none.
        if hidden:
            return Chosen(reason=f"{hidden}: what works there is unknown", warnings=waiting)
        lost = _lost(snapshot, pair)
        if lost:
            reason = f"the bot does not show {_listed(lost)} now: whether they still work is unknown"
            return Chosen(reason=reason, warnings=waiting)
        where = "on any pair" if pair is None else f"on {pair.name}"
        whose = "order" if draft.with_bot else "order of ours"
        hint = f", but {inexact}" if inexact else f": {SHOWN_BY}"
        return Chosen(reason=f"no {whose} to cancel {where}{hint}", warnings=waiting)
    warnings = (
        *_not_ours(again, snapshot),
        *waiting,
        *((f"{hidden}: they are not among them",) if hidden else ()),
        *((f"not among them: {inexact}",) if inexact else ()),
        *((_on_sight(len(fresh)),) if fresh else ()),
    )
    return Chosen(commands, warnings=warnings)


def _open_orders(snapshot: Snapshot, pair: Pair | None = None) -> list[OpenOrder]:
    """All orders on the exchanges that can be named exactly, as last seen; on the pair, or on any."""
    return [order for status in _statuses(snapshot, pair) for order in status.open_orders or () if order.id]


def _statuses(snapshot: Snapshot, pair: Pair | None) -> list[PairStatus]:
    return [status for status in snapshot.statuses if pair in (None, status.pair)]


def _placements(snapshot: Snapshot, pair: Pair | None) -> Iterator[Intent]:
    return (intent for intent in snapshot.intents if intent.is_placement and pair in (None, intent.pair))


def _not_shown(snapshot: Snapshot, pair: Pair | None = None) -> list[Intent]:
    """Ours that may be on their way; of one that several orders may be, they are cancelled instead."""
    found = _placements(snapshot, pair)
    return [intent for intent in found if intent.is_not_shown and intent.state is not IntentState.AMBIGUOUS]


def _maybe_ours(intents: Iterable[Intent], snapshot: Snapshot) -> list[OpenOrder]:
    """The working orders that an ambiguous one of ours may have become, each once."""
    found: dict[tuple[str, str], OpenOrder] = {}
    for intent in intents:
        if intent.state is not IntentState.AMBIGUOUS or not isinstance(intent.command, PlaceOrder):
            continue
        evidence = Evidence.of(snapshot, intent.pair)
        ours = snapshot.our_ids(intent.pair)
        for leg in legs_of(intent.command):
            for id in candidates(intent, leg, evidence, ours):
                order = evidence.order(id)
                if order is not None:
                    found[(order.pair.key, id)] = order
    return list(found.values())


def _several(orders: Sequence[OpenOrder]) -> tuple[str, ...]:
    """What to know of orders that may be ours."""
    if not orders:
        return ()
    numbers = _listed(f"#{order.id}" for order in orders)
    return (f"{numbers}: one of several that may be yours" if len(orders) == 1 else f"{numbers}: each may be yours",)


def _lost(snapshot: Snapshot, pair: Pair | None) -> list[str]:
    """The numbers of our orders that worked when they were last seen, and that the bot does not list."""
    shown = {(order.pair.key, order.id) for order in _open_orders(snapshot)}
    return [
        f"#{intent.order_id}"
        for intent in _placements(snapshot, pair)
        if intent.state in AT_WORK and not shown & {(intent.pair.key, id) for id in (intent.order_id, intent.leg_id)}
    ]


def _is_called(intent: Intent, id: str) -> bool:
    names = (intent.short_id.casefold(), intent.id.casefold())
    return id.casefold() in names or id in (intent.order_id, intent.leg_id)


def _is_pending(pair: Pair, id: str, snapshot: Snapshot, *, of: str = "") -> bool:
    """True while a cancel of ours for that order is on its way or waits."""
    cancels = (intent.command for intent in snapshot.intents if intent.state in PENDING)
    ids = _with_partner(pair, id, snapshot)
    return any(
        isinstance(cancel, CancelOrder) and cancel.pair == pair and (cancel.of == of if of else cancel.id in ids)
        for cancel in cancels
    )


def _with_partner(pair: Pair, id: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The order, and the other half of an OCO of ours: the exchange takes both off for a cancel of either."""
    for intent in _placements(snapshot, pair):
        if intent.leg_id and id in (intent.order_id, intent.leg_id):
            return intent.order_id, intent.leg_id
    return (id,)


def _without_partners(commands: Iterable[CancelOrder], snapshot: Snapshot) -> Iterator[CancelOrder]:
    taken: set[tuple[str, str]] = set()
    for command in commands:
        key = command.pair.key
        if not command.id or (key, command.id) not in taken:
            yield command
        taken.update((key, id) for id in _with_partner(command.pair, command.id, snapshot))


def _kind(command: CancelOrder, snapshot: Snapshot) -> str:
    """What is cancelled where it is more than a limit order, in words."""
    placed = next(
        (
            intent.command
            for intent in _placements(snapshot, command.pair)
            if command.of == intent.id or (command.id and command.id in (intent.order_id, intent.leg_id))
        ),
        None,
    )
    shown = next((order for order in _open_orders(snapshot, command.pair) if order.id == command.id), None)
    stop, kind = None if shown is None else shown.stop, OrderType.STOP_LIMIT
    if isinstance(placed, PlaceOrder) and placed.stop is not None:
        stop, kind = stop or placed.stop, placed.type
    if stop is None:
        return ""
    return f"{'both halves of an OCO' if kind is OrderType.OCO else kind}, stop {stop:f}"


def _protection(kinds: Iterable[CancelOrder], count: int) -> Iterator[str]:
    """Stops that sell, or that stand on a contract, may be all that limits a loss."""
    stops = sum(command.side is Side.SELL or bool(command.pair.contract) for command in kinds)
    if stops:
        yield "it is a stop: its protection goes" if count == 1 else f"{stops} of them are stops: their protection goes"


def _cancel(order: OpenOrder) -> CancelOrder:
    return CancelOrder(order.pair, order.id, order.side, order.price, order.amount)


def _cancel_on_sight(intent: Intent) -> CancelOrder:
    command = intent.command
    return CancelOrder(command.pair, "", command.side, command.price, command.amount, of=intent.id)


def _on_sight(count: int) -> str:
    whose = "the order is" if count == 1 else f"{count} of them are"
    return f"{whose} not shown by the bot yet: a cancel is sent once when it appears"


def _left_waiting(count: int) -> Iterator[str]:
    if count:
        yield f"not among them: {count} whose cancel is on its way already, x on one repeats it"


def _hidden(statuses: Iterable[PairStatus]) -> str:
    """Which pairs' orders nobody knows now, in words; empty when all are known."""
    unknown = [status.pair.name for status in statuses if status.open_orders is None]
    return f"the open orders of {_listed(unknown)} can't be read now" if unknown else ""


def _inexact(statuses: Iterable[PairStatus]) -> str:
    """The orders that can't be named, in words: nothing is cancelled by a guess."""
    count = sum(not order.id for status in statuses for order in status.open_orders or ())
    return f"{count} whose id the bot does not give exactly, cancel them at the exchange" if count else ""


def _not_ours(orders: Iterable[OpenOrder], snapshot: Snapshot) -> Iterator[str]:
    orders = list(orders)
    maybe = [order for order in _maybe_ours(snapshot.intents, snapshot) if order in orders]
    yield from _several(maybe)
    theirs = sum(order.id not in snapshot.our_ids(order.pair) and order not in maybe for order in orders)
    if theirs:
        yield NOT_OURS if len(orders) == 1 else f"{theirs} of them are the bot's own: its strategy may place them again"


def _old(commands: Iterable[CancelOrder], snapshot: Snapshot, now: datetime) -> Iterator[str]:
    feeds = [snapshot.status(command.pair) for command in commands if command.id]
    ages = [feed.age_seconds(now) or 0.0 for feed in feeds if feed.freshness(now) is Freshness.STALE]
    if ages:
        yield f"the bot showed them {max(ages):.0f}s ago: what changed since is not known"


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - NAMES_SHOWN} more" if len(shown) > NAMES_SHOWN else ""
    return ", ".join(shown[:NAMES_SHOWN]) + more
