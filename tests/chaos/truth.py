"""The bot's own book, and whether what the program says of an intent agrees with it.

What an intent says has to be so, and what was executed is found in the end, unless several orders may be it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import OrderType
from tests.sim.simulated import Json, items, table

PATHS = {
    OrderType.LIMIT: "",
    OrderType.MARKET: "/market",
    OrderType.STOP_LIMIT: "/stoplimit",
    OrderType.TRAILING_STOP: "/trailingstop",
    OrderType.OCO: "/oco",
}


def request_of(command: OrderCommand) -> str:
    """The one request that a command is, path and body, in a form that can be compared."""
    pair = command.pair
    data: dict[str, str | Decimal | None] = {"exch": pair.exchange, "pair": pair.native}
    if isinstance(command, CancelOrder):
        return as_text("/api/v1/trade/cancel", data | {"id": command.id, "price": command.price, "type": "limit"})
    numbers: dict[str, str | Decimal | None] = {"amt": command.amount, "price": command.price}
    match command.type:
        case OrderType.STOP_LIMIT:
            numbers = {"amt": command.amount, "stopPrice": command.stop, "limitPrice": command.price}
        case OrderType.TRAILING_STOP:
            numbers["stopPrice"] = command.stop
        case OrderType.OCO:
            numbers |= {"stopPrice": command.stop, "limit": command.stop_limit}
    return as_text(f"/api/v1/trade/{command.side}{PATHS[command.type]}", data | numbers)


def as_text(path: str, data: Mapping[str, object]) -> str:
    """A request as text, whatever the order of its fields and the writing of its numbers."""
    plain = {name: float(value) if isinstance(value, Decimal | int) else value for name, value in data.items()}
    return f"{path} {json.dumps(plain, sort_keys=True)}"


@dataclass(frozen=True)
class Truth:
    """All orders by pair key and id, and the ids of those that came of each request."""

    orders: Mapping[tuple[str, str], Json]
    came_of: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, truth: Json) -> Self:
        """The simulator's answer to `/_sim/truth`."""
        orders = {(str(order["key"]), str(order["id"])): order for order in items(truth["orders"])}
        came_of: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for post in items(truth["posts"]):
            ids = post["ids"]
            assert isinstance(ids, list)
            text = as_text(str(post["path"]), table(table(post["body"])["data"]))
            came_of[text] |= {str(each) for each in ids}
        return cls(orders, came_of)

    @property
    def ours(self) -> set[str]:
        """The ids of the orders that came of any request."""
        return {order_id for text, ids in self.came_of.items() if "/trade/cancel" not in text for order_id in ids}

    @property
    def working(self) -> set[tuple[str, str]]:
        """What rests on the exchange."""
        return {name for name, order in self.orders.items() if order["state"] == "open"}

    def why_wrong(self, intent: Intent, twins: Sequence[Intent], *, is_blind: bool, is_contested: bool = False) -> str:
        """What the intent says and is not so; empty when it agrees.

        Twins, itself among them, answer for each other's orders. `is_blind` says that the list of working orders can't
        be read at present: then an order may be called working because it did when it was last seen. `is_contested`
        says that what came of it may as well be another one's that is not found either: then nobody can tell.
        """
        command = intent.command
        ids = {order_id for twin in twins for order_id in self.came_of.get(request_of(twin.command), ())}
        is_alone = len(twins) == 1
        match intent.state:
            case IntentState.HANDED_OVER | IntentState.UNKNOWN:
                shown = {order_id for order_id in ids if self._can_be_seen(command, order_id)}
                is_findable = is_alone and not is_blind and not is_contested
                return f"{shown} came of it and are not found" if shown and is_findable else ""
            case IntentState.WAITING | IntentState.AMBIGUOUS:
                return ""
            case IntentState.REFUSED:
                return "it was executed" if ids and is_alone else ""
        if isinstance(command, CancelOrder):
            return self._why_wrong_cancel(intent, command)
        return self._why_wrong_order(intent, command, ids, is_blind=is_blind)

    def _can_be_seen(self, command: OrderCommand, order_id: str) -> bool:
        """False for what was over before the bot could show it, without a trade."""
        order = self.orders[command.pair.key, order_id]
        return isinstance(command, CancelOrder) or order["state"] == "open" or bool(_filled(order))

    def _why_wrong_order(self, intent: Intent, command: PlaceOrder, ids: set[str], *, is_blind: bool) -> str:
        strangers = {intent.order_id, intent.leg_id} - ids - {""}
        if strangers or not intent.order_id:
            return f"{strangers} did not come of it but {ids}"
        found = self.orders[command.pair.key, intent.order_id]
        leg = self.orders.get((command.pair.key, intent.leg_id), found)
        states, filled = {found["state"], leg["state"]}, max(_filled(found), _filled(leg))
        match intent.state:
            case IntentState.WORKING:
                is_right = is_blind or ("open" in states and not filled)
            case IntentState.PARTLY_FILLED:
                is_right = is_blind or ("open" in states and filled == Decimal(intent.filled))
            case IntentState.FILLED:
                is_right = "filled" in states
            case IntentState.CANCELLED | IntentState.MISSING:
                is_right = not states & {"open", "filled"}
            case _:
                is_right = False
        return "" if is_right else f"the order is {found}, its leg {leg}"

    def _why_wrong_cancel(self, intent: Intent, command: CancelOrder) -> str:
        if not command.id:
            # Its order was over before it could be named: then there was nothing to send.
            return "" if intent.state in (IntentState.FILLED, IntentState.CANCELLED) else "it names no order"
        found = self.orders.get((command.pair.key, command.id))
        if found is None:
            return "its order never existed"
        match intent.state:
            case IntentState.CANCELLED:
                is_right = found["state"] in ("cancelled", "expired")
            case IntentState.FILLED:
                is_right = found["state"] == "filled"
            case _:
                is_right = False
        return "" if is_right else f"its order is {found}"


def _filled(order: Json) -> Decimal:
    return Decimal(str(order["filled"])).normalize()
