"""Commands as the journal's text: JSON whose numbers are strings, exactly as they are sent; orders come back from it.

What a plain order has not is left out, so that rows of the first version, which knew none of it, read the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, Control, OrderCommand, Outcome, PlaceOrder
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
            if command.stake is not None:
                fields["stake"] = str(command.stake)
            if command.leverage is not None:
                fields["leverage"] = str(command.leverage)
            if command.tag:
                fields["tag"] = command.tag
            if command.typed:
                fields["typed"] = command.typed
        case CancelOrder():
            fields = {"do": "cancel", "order": command.id}
            if command.of:
                fields["of"] = command.of
    if command.deal:
        fields["deal"] = command.deal
    fields |= {"side": command.side, "amount": str(command.amount), "price": str(command.price)}
    return json.dumps({**fields, "pair": asdict(command.pair)})


def to_command(text: str) -> OrderCommand:
    """The command of a line; raises ValueError, LookupError, TypeError or ArithmeticError for anything else."""
    fields = json.loads(text)
    pair = Pair(**fields["pair"])
    side, amount, price = Side(fields["side"]), Decimal(fields["amount"]), Decimal(fields["price"])
    match fields["do"]:
        case "place":
            names = ("stop", "stop_limit", "worth", "stake", "leverage")
            found = {name: Decimal(fields[name]) for name in names if name in fields}
            return PlaceOrder(
                pair,
                side,
                OrderType(fields["type"]),
                amount,
                price,
                found.get("stop"),
                found.get("stop_limit"),
                fields.get("closes", False),
                found.get("worth"),
                fields.get("deal", ""),
                found.get("stake"),
                found.get("leverage"),
                fields.get("tag", ""),
                fields.get("typed", ""),
            )
        case "cancel":
            of, deal = fields.get("of", ""), fields.get("deal", "")
            return CancelOrder(pair, fields["order"], side, price, amount, of, deal)
    raise ValueError(f"unknown command {fields['do']!r} in the journal")


def control_text(bot: str, command: Control, outcome: Outcome | None = None) -> str:
    """What is no order, for whoever reads the file: what a bot was asked to do, and with `outcome` what came of it."""
    asked = {"bot": bot, "do": type(command).__name__, **asdict(command)}
    came = {} if outcome is None else {"outcome": type(outcome).__name__, **asdict(outcome)}
    return json.dumps({**asked, **came}, default=str)
