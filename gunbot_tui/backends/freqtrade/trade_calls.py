"""Commands as Freqtrade's calls: which one, with which fields, or why there is none for it.

Figures go into the body with exactly their own digits. Nothing is left out on the way: an order with a price that its
call has no field for is no request at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from gunbot_tui.backends.freqtrade import endpoints
from gunbot_tui.backends.freqtrade.adapt_pairs import is_pattern, to_pair
from gunbot_tui.backends.order_body import body_of, is_positive
from gunbot_tui.backends.transport import Endpoint
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    CancelOrder,
    Command,
    DeleteDeal,
    LockPair,
    NotSent,
    PlaceOrder,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.deal import EVERY_PAIR
from gunbot_tui.model.trading import OrderType, Side

LONGEST_ID = 15
LONGEST_TEXT = 255
UNSAFE_PAIR = "the pair's name has characters that are not traded on"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that changes something."""

    endpoint: Endpoint
    content: bytes | None = None
    params: Sequence[tuple[str, str]] = ()
    pairs: tuple[str, ...] = ()
    """What the blacklist is asked to change: it answers with a success and errors for some of them."""
    may_end_trade: bool = False
    """True when the call shows the trade after its work, which fails where the work has ended the trade."""


def to_call(command: Command) -> Call | NotSent:
    """The request for a command, or the proof that none was made."""
    match command:
        case PlaceOrder():
            return _to_exit(command) if command.closes else _to_entry(command)
        case CancelOrder():
            return _to_cancelling(command)
        case StartCore():
            return Call(endpoints.START)
        case StopCore():
            return Call(endpoints.STOP)
        case StopEntries():
            return Call(endpoints.STOP_ENTRY)
        case ReloadConfig():
            return Call(endpoints.RELOAD_CONFIG)
        case LockPair():
            return _to_locking(command)
        case UnlockPair():
            return _to_unlocking(command)
        case BlockPairs(pairs):
            content = json.dumps({"blacklist": list(pairs)}).encode()
            return _listed(pairs) or Call(endpoints.ADD_BLACKLIST, content, pairs=pairs)
        case AllowPairs(pairs):
            params = [("pairs_to_delete", pair) for pair in pairs]
            return _listed(pairs) or Call(endpoints.DELETE_BLACKLIST, params=params, pairs=pairs)
        case DeleteDeal(deal):
            id = to_id(deal)
            return NO_DEAL if id is None else Call(endpoints.delete_trade(id))
        case ReloadDeal(deal):
            id = to_id(deal)
            return NO_DEAL if id is None else Call(endpoints.reload_trade(id), may_end_trade=True)


NO_DEAL = NotSent("which of the bot's trades is meant is not known")


def to_id(text: str) -> int | None:
    """A trade's or a lock's id; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _to_entry(command: PlaceOrder) -> Call | NotSent:
    pair = command.pair
    problem = _mistake(command)
    if problem is not None:
        return NotSent(problem)
    if command.stake is None or not is_positive(command.stake):
        return NotSent("Freqtrade enters with money, not with coins: the stake is missing")
    if command.leverage is not None and not is_positive(command.leverage):
        return NotSent("the leverage must be more than zero")
    if command.side is Side.SELL and pair.contract == "":
        return NotSent(f"{pair.name} is a spot market: nothing is sold there but what a trade holds")
    if command.deal and to_id(command.deal) is None:
        return NO_DEAL
    fields: dict[str, str | int | Decimal] = {
        "pair": pair.native,
        "side": "long" if command.side is Side.BUY else "short",
        "ordertype": command.type.value,
        "stakeamount": command.stake,
    }
    if command.type is OrderType.LIMIT:
        fields["price"] = command.price
    if command.tag:
        fields["entry_tag"] = command.tag
    if command.leverage is not None:
        fields["leverage"] = command.leverage
    return Call(endpoints.FORCE_ENTER, body_of(fields))


def _to_exit(command: PlaceOrder) -> Call | NotSent:
    problem = _mistake(command)
    if problem is not None:
        return NotSent(problem)
    id = to_id(command.deal)
    if id is None:
        return NO_DEAL
    if command.side is Side.BUY and command.pair.contract == "":
        return NotSent(f"{command.pair.name} is a spot market: a trade is left there by selling")
    # An amount that is not less than what the trade holds is its whole for Freqtrade.
    fields = {"tradeid": id, "ordertype": command.type.value, "amount": command.amount}
    if command.type is OrderType.LIMIT:
        fields["price"] = command.price
    return Call(endpoints.FORCE_EXIT, body_of(fields))


def _to_cancelling(command: CancelOrder) -> Call | NotSent:
    id = to_id(command.deal)
    return NO_DEAL if id is None else Call(endpoints.cancel_open_order(id), may_end_trade=True)


def _to_locking(command: LockPair) -> Call | NotSent:
    if not _is_lockable(command.pair):
        return NotSent(UNSAFE_PAIR)
    if command.side not in ("*", "long", "short"):
        return NotSent("a lock is for long, for short or for both")
    if command.until.tzinfo is None:
        return NotSent("the lock's end has no time zone")
    until = command.until.astimezone(UTC).isoformat(timespec="seconds")
    lock = {"pair": command.pair, "until": until, "side": command.side, "reason": command.reason[:LONGEST_TEXT]}
    return Call(endpoints.ADD_LOCKS, json.dumps([lock]).encode())


def _to_unlocking(command: UnlockPair) -> Call | NotSent:
    if not command.lock_id:
        body = body_of({"pair": command.pair})
        return Call(endpoints.DELETE_LOCKS, body) if _is_lockable(command.pair) else NotSent(UNSAFE_PAIR)
    id = to_id(command.lock_id)
    return NotSent("which lock is meant is not known") if id is None else Call(endpoints.delete_lock(id))


def _listed(pairs: tuple[str, ...]) -> NotSent | None:
    if not pairs:
        return NotSent("no pair is named")
    return None if all(map(is_pattern, pairs)) else NotSent(UNSAFE_PAIR)


def _mistake(command: PlaceOrder) -> str | None:
    pair = command.pair
    if to_pair(pair.exchange, pair.native) != pair:
        return UNSAFE_PAIR
    if command.type not in (OrderType.LIMIT, OrderType.MARKET) or command.stop is not None or command.stop_limit:
        return "Freqtrade enters and exits at a limit or at the market; stops are its strategy's"
    if not (is_positive(command.amount) and is_positive(command.price)):
        return "amount and price must be more than zero"
    return None


def _is_lockable(native: str) -> bool:
    return native == EVERY_PAIR or to_pair("x", native) is not None
