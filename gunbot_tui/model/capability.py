"""What a bot can do, and in words why it can't: a verb that is not possible stays visible and says the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    CancelOrder,
    Command,
    Control,
    DeleteDeal,
    LockPair,
    PlaceOrder,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.trading import OrderType


class Capability(StrEnum):
    """A verb that depends on the bot, its exchange or the user's permission."""

    PLACE_ORDER = "place-order"
    CANCEL_ORDER = "cancel-order"
    STOP_LIMIT = "stop-limit"
    TRAILING_STOP = "trailing-stop"
    OCO = "oco"
    CLOSE_POSITION = "close-position"
    CONTROL_CORE = "control-core"
    STOP_ENTRIES = "stop-entries"
    RELOAD_CONFIG = "reload-config"
    LOCK_PAIR = "lock-pair"
    EDIT_BLACKLIST = "edit-blacklist"
    DELETE_DEAL = "delete-trade"
    RELOAD_DEAL = "reload-trade"
    SIMULATE_FAULT = "simulate-fault"


READ_ONLY = "this bot is read-only: set its mode to confirm in the config file"
ONLY_DEMO = "only the demo has faults to simulate"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The reasons against each verb; a verb without a reason works, on some exchanges perhaps."""

    refusals: Mapping[Capability, str] = field(default_factory=dict)
    only_on: Mapping[Capability, frozenset[str]] = field(default_factory=dict)
    """Verbs that exist on these exchanges only; `binance#3` is a slot of `binance`."""
    unread: Mapping[Kind, str] = field(default_factory=dict)
    """What this bot never tells, with one line saying why."""
    has_deals: bool = False
    """True for a bot that enters with money and leaves deals of its own, one on a pair."""

    def why_not(self, capability: Capability, exchange: str = "") -> str | None:
        """One line saying why the verb can't work here, or on that exchange; None when it can."""
        reason = self.refusals.get(capability)
        exchanges = self.only_on.get(capability)
        if reason is not None or not exchange or exchanges is None or exchange.partition("#")[0] in exchanges:
            return reason
        return f"{capability} exists on {' and '.join(sorted(exchanges))} only, not on {exchange}"


ORDER_VERBS = {
    OrderType.STOP_LIMIT: Capability.STOP_LIMIT,
    OrderType.TRAILING_STOP: Capability.TRAILING_STOP,
    OrderType.OCO: Capability.OCO,
}


def verb_of(type: OrderType, *, closes: bool) -> Capability:
    """The verb that tells an order from others."""
    return Capability.CLOSE_POSITION if closes else ORDER_VERBS.get(type, Capability.PLACE_ORDER)


def verbs_of(type: OrderType, *, closes: bool) -> tuple[Capability, ...]:
    """All verbs that an order needs; a bot that opens nothing on command may still close."""
    verb = verb_of(type, closes=closes)
    return (verb,) if closes or verb is Capability.PLACE_ORDER else (Capability.PLACE_ORDER, verb)


CONTROLS: Mapping[type[Control], Capability] = {
    StartCore: Capability.CONTROL_CORE,
    StopCore: Capability.CONTROL_CORE,
    StopEntries: Capability.STOP_ENTRIES,
    ReloadConfig: Capability.RELOAD_CONFIG,
    LockPair: Capability.LOCK_PAIR,
    UnlockPair: Capability.LOCK_PAIR,
    BlockPairs: Capability.EDIT_BLACKLIST,
    AllowPairs: Capability.EDIT_BLACKLIST,
    DeleteDeal: Capability.DELETE_DEAL,
    ReloadDeal: Capability.RELOAD_DEAL,
}
"""The verb of each command that is no order."""


def needed(command: Command) -> tuple[Capability, ...]:
    """The verbs that a command needs."""
    match command:
        case PlaceOrder():
            return verbs_of(command.type, closes=command.closes)
        case CancelOrder():
            return (Capability.CANCEL_ORDER,)
        case _:
            return (CONTROLS[type(command)],)
