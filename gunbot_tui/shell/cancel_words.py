"""The orders that a panic would cancel, in words: what each is for, and no price that it never had."""

from __future__ import annotations

from collections.abc import Iterator

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview
from gunbot_tui.model.trading import OrderType
from gunbot_tui.views.ticket_words import order_name


def cancel_lines(made: CancelPreview, snapshot: Snapshot) -> Iterator[str]:
    """One line for each cancel, then how many of them keep a trade from being left."""
    for command in made.commands:
        yield _line(command, made.kinds.get(command, ""), snapshot)
    exits = sum(_is_exit(command, snapshot) for command in made.commands)
    if exits == 1:
        yield "1 of them is an exit of an open trade, which stays open without it"
    elif exits:
        yield f"{exits} of them are exits of open trades, which stay open without them"


def _line(command: CancelOrder, kind: str, snapshot: Snapshot) -> str:
    pair, ours = command.pair, _ours(command, snapshot)
    resting = _resting(command, snapshot)
    order = ours.command if ours is not None and isinstance(ours.command, PlaceOrder) else None
    is_market = OrderType.MARKET in (order.type if order else None, resting.type if resting else None)
    what = f"  {command.side.upper()} {command.amount:f} {pair.name}"
    price = "at market" if is_market else f"@ {command.price:f}"
    role = _role(command, resting, order, snapshot)
    state = ""
    if ours is not None and ours.is_not_shown:
        state = "UNKNOWN, it may not be there" if ours.state is IntentState.UNKNOWN else "not shown yet"
    name = f"{order_name(command)} on {pair.exchange}"
    return "  ".join(filter(None, (f"{what} {price}", role, kind, state, name)))


def _role(command: CancelOrder, resting: DealOrder | None, order: PlaceOrder | None, snapshot: Snapshot) -> str:
    """Which trade it enters or leaves, at a bot that keeps them."""
    deal = _deal(command, snapshot)
    if deal is not None and resting is not None:
        more = sum(each.is_open for each in deal.orders) - 1
        way = "entry" if resting.is_entry else "exit"
        return f"{way} of trade #{deal.id}" + (f" and {more} more of its orders" if more else "")
    if order is None or not snapshot.capabilities.has_deals:
        return ""
    return ("exit" if order.closes else "entry") + (f" of trade #{order.deal}" if order.deal else "")


def _is_exit(command: CancelOrder, snapshot: Snapshot) -> bool:
    deal, ours = _deal(command, snapshot), _ours(command, snapshot)
    if deal is not None:
        return deal.is_closing
    return ours is not None and isinstance(ours.command, PlaceOrder) and bool(ours.command.closes and ours.command.deal)


def _ours(command: CancelOrder, snapshot: Snapshot) -> Intent | None:
    """Our order that it takes off."""
    placed = (intent for intent in snapshot.intents if intent.is_placement and intent.pair == command.pair)
    return next(
        (
            intent
            for intent in placed
            if intent.id == command.of or (command.id and command.id in (intent.order_id, intent.leg_id))
        ),
        None,
    )


def _resting(command: CancelOrder, snapshot: Snapshot) -> DealOrder | None:
    """The order as its trade has it."""
    deal = _deal(command, snapshot)
    return next((order for order in deal.orders if order.id == command.id), None) if deal is not None else None


def _deal(command: CancelOrder, snapshot: Snapshot) -> Deal | None:
    """The trade whose orders it takes off."""
    return next((deal for deal in snapshot.deals if command.deal and deal.id == command.deal), None)
