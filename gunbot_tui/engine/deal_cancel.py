"""Cancels at a bot that keeps deals: it takes off whatever rests of a deal, so there is one cancel for each deal.

A deal is named by its id, an order also by the end of its own, which is long and whose end tells it from others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder

SHORTEST_END = 4


def named_by(text: str, orders: Sequence[OpenOrder], snapshot: Snapshot) -> list[OpenOrder]:
    """The orders that an id of a deal stands for, one for its deal, or else those whose own id ends so."""
    if not snapshot.capabilities.has_deals:
        return []
    of_deal = [order for order in orders if (deal := _deal_of(order.id, snapshot)) is not None and deal.id == text]
    if of_deal:
        return of_deal[:1]
    return [order for order in orders if len(text) >= SHORTEST_END and order.id.endswith(text)]


def with_deal(command: CancelOrder, snapshot: Snapshot) -> CancelOrder:
    """The cancel with the deal of its order, where a deal has it."""
    deal = _deal_of(command.id, snapshot)
    return command if deal is None else replace(command, deal=deal.id)


def by_deal(commands: Iterable[CancelOrder], snapshot: Snapshot) -> tuple[CancelOrder, ...]:
    """The cancels with the deal of each, and no second one for the same deal."""
    if not snapshot.capabilities.has_deals:
        return tuple(commands)
    found: dict[str, CancelOrder] = {}
    for command in commands:
        named = with_deal(command, snapshot)
        found.setdefault(named.deal or named.id or named.of, named)
    return tuple(found.values())


def of_deals(commands: Iterable[CancelOrder], snapshot: Snapshot) -> Iterator[str]:
    """What the cancels do to their deals beside taking an order off."""
    deals = [deal for command in commands if (deal := _deal_of(command.id, snapshot)) is not None]
    unfilled = [f"#{deal.id}" for deal in deals if not deal.amount]
    if unfilled:
        whose = "its trade" if len(deals) == 1 else f"trade {', '.join(unfilled)}"
        yield f"an entry that has not filled: the bot deletes {whose} with it"
    for deal in deals:
        resting = sum(order.is_open for order in deal.orders)
        if resting > 1:
            yield f"it takes all {resting} open orders of trade #{deal.id} off"


def _deal_of(order_id: str, snapshot: Snapshot) -> Deal | None:
    return next(
        (
            deal
            for deal in snapshot.deals
            for order in deal.orders
            if order_id and order.id == order_id and order.is_open
        ),
        None,
    )
