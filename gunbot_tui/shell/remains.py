"""The last words of a panic about a bot: what stays open and why.

That nothing does is said only where the bot has just shown it: nothing that can't be read is taken for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gunbot_tui.engine.deals import is_open
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder
from gunbot_tui.views import format as fmt
from gunbot_tui.views.ticket_fate import intent_line
from gunbot_tui.views.trade import counted

NO_SALE = "a panic sells nothing at a bot that keeps no trades"
NAMES_SHOWN = 6
NEVER_LEFT = (IntentState.NOT_SENT, IntentState.REFUSED)


@dataclass(slots=True)
class Story:
    """What a panic did at one bot, and why it did no more."""

    sent: list[Intent] = field(default_factory=list)
    why: str = "nothing was sent for it"
    """Why no more was done, where nothing more exact is known."""
    unseen: set[str] = field(default_factory=set)
    """Our orders that the bot did not show when its orders were cancelled, by the intent's id."""
    why_orders: str = ""
    """Why no cancel was sent for an order that works."""
    why_trade: dict[str, str] = field(default_factory=dict)
    """By the trade's id: why no exit was sent."""

    def exit_of(self, deal_id: str, intents: Iterable[Intent]) -> Intent | None:
        """Our exit of a trade, as far as it has come."""
        for sent in self.sent:
            if isinstance(sent.command, PlaceOrder) and sent.command.deal == deal_id:
                return _latest(sent, intents)
        return None

    def cancel_of(self, order: OpenOrder, deal: Deal | None, intents: Iterable[Intent]) -> Intent | None:
        """Our cancel of an order, or of all that rests of its trade."""
        for sent in self.sent:
            cancel = sent.command
            if isinstance(cancel, CancelOrder) and cancel.pair == order.pair:
                now = _latest(sent, intents)
                if (order.id and order.id == now.cancels) or (deal is not None and cancel.deal == deal.id):
                    return now
        return None


def has_gone(sent: Intent, snapshot: Snapshot) -> bool:
    """True for an exit that came too late: its trade was closed meanwhile, as it was meant to."""
    command = sent.command
    is_exit = isinstance(command, PlaceOrder) and command.closes and bool(command.deal)
    return is_exit and sent.state in NEVER_LEFT and not is_open(command.deal, snapshot)


def is_leaving(snapshot: Snapshot, story: Story) -> bool:
    """True while a trade is open whose exit has reached the bot: it may be gone a moment later."""
    exits = (story.exit_of(deal.id, snapshot.intents) for deal in snapshot.deals)
    return any(found is not None and found.state.is_open for found in exits)


def remains(snapshot: Snapshot, story: Story) -> tuple[str, ...]:
    """What is open by a reading that has just been made, a line for each trade and for each reason of orders."""
    if snapshot.pairs.problem is not None or snapshot.pairs.value is None:
        problem = snapshot.pairs.problem
        return (not_known(problem.summary if problem else "no answer"),)
    unread = [status.pair.name for status in snapshot.statuses if status.open_orders is None]
    lines = [f"STAYS OPEN: {line}" for line in (*_trades(snapshot, story), *_orders(snapshot, story), *_rest(snapshot))]
    if unread:
        lines.append(not_known(f"the orders of {_listed(unread)} can't be read"))
    return tuple(lines) or ("nothing stays open",)


def not_known(reason: str) -> str:
    """The line of a bot that could not be read at the end."""
    return f"NOT KNOWN what stays open, look at the exchange: {reason}"


def _trades(snapshot: Snapshot, story: Story) -> Iterator[str]:
    shown = {order.id for status in snapshot.statuses for order in status.open_orders or ()}
    for deal in snapshot.deals:
        if not deal.amount and any(order.id in shown for order in deal.orders):
            continue
        price = deal.price or deal.open_price
        worth = "" if price is None else f" {fmt.money(deal.amount * price, deal.pair.money)}"
        sent = story.exit_of(deal.id, snapshot.intents)
        why = story.why_trade.get(deal.id, story.why) if sent is None else _fate(sent)
        yield f"#{deal.id} {deal.pair.coin} {'short' if deal.is_short else 'long'}{worth}: {why}"


def _orders(snapshot: Snapshot, story: Story) -> Iterator[str]:
    """Those that share a reason in one line."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for status in snapshot.statuses:
        for order in status.open_orders or ():
            deal = next((deal for deal in status.deals if any(each.id == order.id for each in deal.orders)), None)
            if deal is not None and story.exit_of(deal.id, snapshot.intents) is not None:
                continue
            cancel = story.cancel_of(order, deal, snapshot.intents)
            name = f"#{order.id}" if order.id else "one without a number"
            why = story.why_orders or story.why if cancel is None else _fate(cancel)
            found[why].append(f"{name} {order.side.upper()} {order.pair.name}")
    for why, names in found.items():
        yield f"{counted(len(names), 'order', 'orders')}, {_listed(names)}: {why}"


def _rest(snapshot: Snapshot) -> Iterator[str]:
    """Orders of ours that are not shown yet, and what is held where no trade stands for it."""
    late = [
        intent.short_id
        for intent in snapshot.intents
        if intent.is_not_shown and isinstance(intent.command, PlaceOrder) and not intent.command.closes
    ]
    if late:
        yield f"{counted(len(late), 'order', 'orders')} of ours, {_listed(late)}: not shown yet and may still appear"
    if snapshot.capabilities.has_deals:
        return
    held = [status.pair.name for status in snapshot.statuses if status.position is not None and status.position.size]
    if held:
        yield f"{counted(len(held), 'position', 'positions')}, {_listed(held)}: {NO_SALE}"


def _latest(sent: Intent, intents: Iterable[Intent]) -> Intent:
    """One that was stopped before it began is listed nowhere else."""
    return next((intent for intent in intents if intent.id == sent.id), sent)


def _fate(intent: Intent) -> str:
    _, fate = intent_line(intent)
    what = "its exit" if intent.is_placement else "its cancel"
    return f"{what} {fate.text.strip()}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
