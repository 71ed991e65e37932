"""Who an order is from: us, a strategy, or nobody knows.

No bot says of an order who placed it: ours are those that an intent was matched with, and one that may still turn out
to be ours is never called the strategy's. What is left where a strategy works is probably its own: one that was placed
by hand elsewhere looks the same, so the story of each says that it is an inference. Freqtrade's tags tell more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Self

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.intent import CHOSEN, DOUBLE_FOR, ROUNDING, TOLD, Intent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, PairState, Side, Trade

SLACK = timedelta(minutes=1)
"""So much earlier than by our clock an order of ours may be stamped."""
MOST_NAMED = 3

FORCED = ("force_entry", "force_exit")
"""What the bot tags orders with that somebody asked it for."""

TYPE_WORDS = {OrderType.TRAILING_STOP: "trailing"}


class Origin(StrEnum):
    """Who an order is from."""

    ME = "me"
    STRATEGY = "strategy"
    """By its tag, or else by what is left."""
    UNKNOWN = "unknown"
    """It may be one of ours whose fate is open, or no strategy works on its pair."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who may have placed an order: our intents, found by what the bot shows, and the strategies."""

    placements: dict[tuple[str, str], Intent]
    """By pair key and exchange id."""
    cancels: dict[tuple[str, str], Intent]
    """The newest of each order, by pair key and exchange id."""
    on_sight: dict[str, Intent]
    """Cancels of orders that had no id, by the order's intent."""
    open: dict[tuple[str, Side], list[Intent]]
    """Placements that an order of the pair and side may yet turn out to be."""
    found: dict[tuple[str, Side], list[Intent]]
    """Placements that have their order: one more of the same may be a double."""
    strategies: dict[str, str]
    """What works on each pair, by key; nothing on a paused one."""
    deals: dict[tuple[str, str], Deal]
    """The open trades of a bot that keeps them, by pair key and the exchange id of each of their orders."""

    @classmethod
    def of(cls, snapshot: Snapshot, older: Iterable[Intent] = ()) -> Self:
        """Those of a snapshot, and older intents."""
        works = {
            status.pair.key: status.strategy for status in snapshot.statuses if status.state is not PairState.PAUSED
        }
        deals = {(deal.pair.key, order.id): deal for deal in snapshot.deals for order in deal.orders}
        found = cls({}, {}, {}, {}, {}, works, deals)
        for intent in (*snapshot.intents, *older):
            command = intent.command
            if isinstance(command, CancelOrder):
                found.cancels.setdefault((intent.pair.key, command.id), intent)
                found.on_sight.setdefault(command.of, intent)
                continue
            for id in (intent.order_id, intent.leg_id):
                found.placements.setdefault((intent.pair.key, id), intent)
            if intent.is_not_shown or _waits_for_leg(intent, command):
                found.open.setdefault((intent.pair.key, command.side), []).append(intent)
            elif intent.order_id:
                found.found.setdefault((intent.pair.key, command.side), []).append(intent)
        return found

    def behind(self, pair: Pair, id: str) -> Intent | None:
        """The intent that an order most probably came from."""
        return self.placements.get((pair.key, id)) if id else None

    def cancel(self, pair: Pair, id: str) -> Intent | None:
        """Our newest cancel of an order."""
        return self.cancels.get((pair.key, id)) if id else None

    def cancel_on_sight(self, intent: Intent) -> Intent | None:
        """Our cancel of an order of ours that has not shown."""
        return self.on_sight.get(intent.id)


def origin_of(shown: OpenOrder | Trade, claims: Claims) -> tuple[Origin, str]:
    """Whose an order or trade is that no intent of ours was matched with, and why that is thought."""
    name = shown.pair.name
    maybe = (intent.short_id for intent in claims.open.get((shown.pair.key, shown.side), ()) if _may_be(shown, intent))
    named = ", ".join(islice(maybe, MOST_NAMED))
    if named:
        return Origin.UNKNOWN, f"it may be ours: the fate of {named} is open"
    doubled = (
        intent.short_id for intent in claims.found.get((shown.pair.key, shown.side), ()) if _is_double(shown, intent)
    )
    twin = next(doubled, "")
    if twin:
        return Origin.UNKNOWN, f"perhaps a double of {twin}: it is equal and came with it"
    if (deal := claims.deals.get((shown.pair.key, shown.id))) is not None:
        return origin_of_deal(deal, shown.id)
    strategy = claims.strategies.get(shown.pair.key)
    if not strategy:
        return Origin.UNKNOWN, f"no strategy works on {name} now, and no order of ours is it"
    return Origin.STRATEGY, f"probable: {strategy} works on {name}; one placed elsewhere looks the same"


def origin_of_deal(deal: Deal, order_id: str = "") -> tuple[Origin, str]:
    """Whose a trade or one of its orders is that no intent of ours became: forced ones carry a tag of the bot's."""
    tags = [order.tag for order in deal.orders if order.id == order_id] or [deal.entry_tag]
    if tags[0] in FORCED:
        return Origin.UNKNOWN, f"forced on command ({tags[0]}), and not by an order of ours"
    name, tagged = deal.strategy or "a strategy", f"its tag is {tags[0]}" if tags[0] else "it has no tag"
    return Origin.STRATEGY, f"{name} trades {deal.pair.name}, {tagged}, and no order of ours is it"


def origin_of_ours(intent: Intent) -> tuple[Origin, str]:
    """Why an order is called ours."""
    if not intent.is_placement:
        return Origin.ME, "a cancel that was confirmed here"
    if intent.order_id and intent.reason == TOLD:
        return Origin.ME, "confirmed here; the bot itself told the number"
    if intent.order_id and intent.reason == CHOSEN:
        return Origin.ME, f"confirmed here; the number was {CHOSEN}"
    if intent.order_id:
        return Origin.ME, "confirmed here; the number is a probable match, because the bot returns none"
    return Origin.ME, "confirmed here; no order of the bot was matched with it"


def type_of(command: OrderCommand) -> str:
    """The type of an order in a word."""
    if isinstance(command, CancelOrder):
        return "cancel"
    return "close" if command.closes else TYPE_WORDS.get(command.type, command.type.value)


def _waits_for_leg(intent: Intent, command: PlaceOrder) -> bool:
    return command.type is OrderType.OCO and intent.state.is_open and not intent.leg_id


def _may_be(shown: OpenOrder | Trade, intent: Intent) -> bool:
    """True unless something rules it out: seen before the press, older than it, or for more than was asked."""
    at = shown.at if isinstance(shown, Trade) else shown.placed_at
    is_newer = at is None or at >= intent.created_at - SLACK
    return shown.id not in intent.known_ids and is_newer and shown.amount <= intent.command.amount * (1 + ROUNDING)


def _is_double(shown: OpenOrder | Trade, intent: Intent) -> bool:
    """True for what equals an order of ours and came with it; a trade may come as late as it likes."""
    command = intent.command
    if not isinstance(command, PlaceOrder) or not _may_be(shown, intent):
        return False
    is_whole = Decimal(str(shown.amount)) == command.amount
    is_priced = command.type is OrderType.MARKET or Decimal(str(shown.price)) == command.price
    if isinstance(shown, Trade):
        return is_priced if command.type is not OrderType.MARKET else is_whole and _came_with(shown.at, intent)
    return is_whole and is_priced and _came_with(shown.placed_at, intent)


def _came_with(at: datetime | None, intent: Intent) -> bool:
    return at is None or at <= intent.created_at + DOUBLE_FOR
