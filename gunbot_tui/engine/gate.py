"""Why nothing may be sent at present, whatever it is: the reasons that orders and cancels share."""

from __future__ import annotations

from gunbot_tui.model.bot import LinkState, TradeMode
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.snapshot import Snapshot


def reasons_against(snapshot: Snapshot, verb: Capability) -> tuple[str, ...]:
    """The reasons in words, worst first; none when the verb may be sent."""
    bot, reasons = snapshot.bot, []
    if snapshot.halted:
        reasons.append("HALTED: nothing is sent until you type :release")
    refused = snapshot.capabilities.why_not(verb)
    if refused is not None:
        reasons.append(refused)
    elif bot.mode is TradeMode.READ_ONLY:
        reasons.append(f'{bot.name} is read-only: set mode = "confirm" in the config file to trade')
    if snapshot.link.state is not LinkState.ONLINE:
        reasons.append(f"no line to {bot.name} ({snapshot.link.state}): nothing can be sent")
    return tuple(reasons)
