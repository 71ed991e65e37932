"""Hard limits: what is refused whatever the user confirms; they come from the config file and from nowhere else.

They hold for sells too: on a derivative a sell may open a position, and the cockpit can't always tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gunbot_tui.model.command import PlaceOrder


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one bot; None is no limit."""

    max_notional: Decimal | None = None
    """Per order, in the pair's money."""


def refusal(command: PlaceOrder, limits: Limits) -> str | None:
    """One line saying which limit the order breaks, or None."""
    for name, number in (("amount", command.amount), ("price", command.price)):
        if not number.is_finite() or number <= 0:
            return f"the {name} must be a number above zero"
    notional = command.amount * command.price
    if limits.max_notional is not None and notional > limits.max_notional:
        money = command.pair.money
        return f"{notional:f} {money} is over the limit of {limits.max_notional:f} {money} per order (max_notional)"
    return None
