"""Order commands as the journal's text and back: JSON whose numbers are strings, exactly as they are sent.

What a plain order has not is left out, so that rows of the first version, which knew none of it, read the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side


def to_text(command: OrderCommand) -> str:
    """One line of ASCII JSON."""
    match command:
        case PlaceOrder():
            fields: dict[str, object] = {"do": "place", "type": command.type}
            if command.stop is not None:
                fields["stop"] = str(command.stop)
            if command.stop_limit is not None:
                fields["stop_limit"] = str(command.stop_limit)
            if command.closes:
                fields["closes"] = True
            if command.worth is not None:
                fields["worth"] = str(command.worth)
            if command.typed:
                fields["typed"] = command.typed
        case CancelOrder():
            fields = {"do": "cancel", "order": command.id}
            if command.of:
                fields["of"] = command.of
    fields |= {"side": command.side, "amount": str(command.amount), "price": str(command.price)}
    return json.dumps({**fields, "pair": asdict(command.pair)})


def to_command(text: str) -> OrderCommand:
    """The command of a line; raises ValueError, LookupError, TypeError or ArithmeticError for anything else."""
    fields = json.loads(text)
    pair = Pair(**fields["pair"])
    side, amount, price = Side(fields["side"]), Decimal(fields["amount"]), Decimal(fields["price"])
    match fields["do"]:
        case "place":
            names = ("stop", "stop_limit", "worth")
            stop, stop_limit, worth = (Decimal(fields[name]) if name in fields else None for name in names)
            closes = fields.get("closes", False)
            kind, typed = OrderType(fields["type"]), fields.get("typed", "")
            return PlaceOrder(pair, side, kind, amount, price, stop, stop_limit, closes, worth, typed=typed)
        case "cancel":
            return CancelOrder(pair, fields["order"], side, price, amount, fields.get("of", ""))
    raise ValueError(f"unknown command {fields['do']!r} in the journal")
