"""Order commands as the journal's text and back: JSON whose numbers are strings, exactly as they are sent."""

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
            fields = {"do": "place", "type": str(command.type)}
        case CancelOrder():
            fields = {"do": "cancel", "order": command.id}
    fields |= {"side": str(command.side), "amount": str(command.amount), "price": str(command.price)}
    return json.dumps({**fields, "pair": asdict(command.pair)})


def to_command(text: str) -> OrderCommand:
    """The command of a line; raises ValueError or KeyError for anything else."""
    fields = json.loads(text)
    pair = Pair(**fields["pair"])
    side, amount, price = Side(fields["side"]), Decimal(fields["amount"]), Decimal(fields["price"])
    match fields["do"]:
        case "place":
            return PlaceOrder(pair, side, OrderType(fields["type"]), amount, price)
        case "cancel":
            return CancelOrder(pair, fields["order"], side, price, amount)
    raise ValueError(f"unknown command {fields['do']!r} in the journal")
