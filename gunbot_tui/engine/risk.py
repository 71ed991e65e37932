"""What is refused whatever the user confirms: the hard limits, which come from the config file and nowhere else.

They hold for sells too: on a derivative a sell may open a position, and the cockpit can't always tell.
"""

from __future__ import annotations

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Limits, Rule


def refusal(command: PlaceOrder, limits: Limits) -> str | None:
    """One line saying which limit the order breaks, or None."""
    for name, number in (("amount", command.amount), ("price", command.price)):
        if not number.is_finite() or number <= 0:
            return f"the {name} must be a number above zero"
    most = limits.hard.get(Rule.NOTIONAL)
    if most is not None and command.notional > most:
        money = command.pair.money
        return f"{command.notional:f} {money} is over the limit of {most:f} {money} per order ({Rule.NOTIONAL})"
    return None
