"""What is asked again at the moment of confirming: an order is sent as it was read, or not at all.

The screen and the shell both ask here, so that neither sends what the other would have shown anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gunbot_tui.engine.ticket import is_expired, moved, preview
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import (
    Amount,
    AmountUnit,
    CloseAllPreview,
    Draft,
    OrderPreview,
    Preview,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import OrderType


def why_not_confirmed(made: Preview, before: Snapshot, after: Snapshot, now: datetime, limits: Limits) -> str | None:
    """Why the preview of a snapshot may not be sent now as it was read; None when it may."""
    if after.link.state is not LinkState.ONLINE:
        return "the bot does not answer"
    if after.link.since != before.link.since:
        return "the line was lost meanwhile"
    if is_expired(made, now):
        return "the preview is older than 15 s"
    if moved(made, after):
        return "the market moved more than 0.5 %"
    again = preview(frozen(made), after, now, limits=limits)
    if again.blocks:
        return again.blocks[0]
    return "there is more to agree to" if asks_more(again, made) else None


def frozen(made: Preview) -> Draft:
    """A draft that means exactly what the preview would send: its market may move, its numbers may not."""
    if not isinstance(made, OrderPreview) or made.amount is None:
        return made.draft
    command = made.command
    if command is not None and command.stake is not None and made.draft.amount is not None:
        # What buys the coins is what goes in: money typed as money is sent exactly so.
        is_money = made.draft.amount.unit is not AmountUnit.COIN
        amount = Amount(command.stake, AmountUnit.MONEY) if is_money else made.draft.amount
    else:
        amount = Amount(made.amount, AmountUnit.COIN)
    is_market = made.draft.type is OrderType.MARKET
    prices = (None if number is None else Price(PriceAnchor.NUMBER, number) for number in (made.stop, made.stop_limit))
    stop, stop_limit = prices
    price = None if is_market or made.price is None else Price(PriceAnchor.NUMBER, made.price)
    return replace(made.draft, amount=amount, price=price, stop=stop, stop_limit=stop_limit)


def asks_more(now: Preview, made: Preview) -> bool:
    """True when confirming would now mean agreeing to more than what was shown."""
    if isinstance(now, CloseAllPreview) and isinstance(made, CloseAllPreview):
        return list(map(_deal_of, now.orders)) != list(map(_deal_of, made.orders))
    if not isinstance(now, OrderPreview) or not isinstance(made, OrderPreview):
        return now.must_type not in ("", made.must_type)
    if _deal_of(now) != _deal_of(made):
        return True
    return not (now.consent.rules <= made.consent.rules and now.consent.intents <= made.consent.intents)


def _deal_of(made: OrderPreview) -> tuple[object, ...]:
    """What it adds to or leaves: a deal that was opened, closed or filled meanwhile makes it another order."""
    return (made.draft.closes, *(() if made.deal is None else (made.deal.key, made.deal.amount)))
