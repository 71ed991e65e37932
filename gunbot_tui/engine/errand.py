"""What a command needs of a bot, and what it may have changed."""

from __future__ import annotations

from collections.abc import Mapping

from gunbot_tui.engine.schedule import NEWEST
from gunbot_tui.model.capability import Capability, verbs_of
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
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair

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

CONTROLLED = tuple(Topic(kind) for kind in (Kind.CONFIG, Kind.AUTH, Kind.PAIRS, Kind.STATE, Kind.LOCKS, Kind.PAIRLIST))
"""What a command that is no order may have changed."""


def needed(command: Command) -> tuple[Capability, ...]:
    """The verbs that a command needs."""
    match command:
        case PlaceOrder():
            return verbs_of(command.type, closes=command.closes)
        case CancelOrder():
            return (Capability.CANCEL_ORDER,)
        case _:
            return (CONTROLS[type(command)],)


def touched(pair: Pair) -> tuple[Topic, ...]:
    """What an order on the pair may have changed."""
    return (
        Topic(Kind.PAIRS),
        Topic(Kind.PAIR, pair.key),
        Topic(Kind.BALANCES),
        NEWEST,
        Topic(Kind.BOOK, pair.key),
    )
