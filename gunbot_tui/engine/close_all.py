"""Leaving every open deal of a bot: a frozen list with one order for each, every one under the guards of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from gunbot_tui.engine.deal_order import preview_deal_order
from gunbot_tui.engine.deals import leaving_side
from gunbot_tui.engine.risk import HALTED
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.guard import Consent, Limits
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Amount, AmountUnit, CloseAllDraft, CloseAllPreview, OrderDraft
from gunbot_tui.model.trading import OrderType

WHOLE = Amount(Decimal(100), AmountUnit.PERCENT)


def preview_close_all(draft: CloseAllDraft, snapshot: Snapshot, now: datetime, limits: Limits) -> CloseAllPreview:
    """The exits that would be sent at this moment, and why some would not."""
    open_deals = (deal for deal in snapshot.deals if deal.is_open)
    made = [preview_deal_order(_exit(deal), snapshot, now, limits, says_limits=False) for deal in open_deals]
    orders = tuple(order for order in made if order.command is not None)
    left = [order for order in made if order.command is None]
    if not orders:
        reason = left[0].blocks[0] if left else "no trade is open: there is nothing to close"
        return CloseAllPreview(draft, (), now, (reason,), is_limited=reason == HALTED)
    not_among = [f"not among them: #{order.deal.id}, {order.blocks[0]}" for order in left if order.deal is not None]
    warnings = [f"#{order.deal.id}: {text}" for order in orders if order.deal for text in order.warnings]
    staying = tuple(order.deal.id for order in left if order.deal is not None)
    return CloseAllPreview(draft, orders, now, (), (*not_among, *warnings), str(len(orders)), staying)


async def leave_all(
    submit: Callable[[PlaceOrder, str, Consent], Awaitable[Intent]], made: CloseAllPreview, seen: str
) -> AsyncIterator[Intent]:
    """Send the exits one after the other and tell of each: whoever typed their number agreed to every one."""
    for order in made.orders:
        if order.command is not None:
            yield await submit(order.command, seen, replace(order.consent, typed=made.must_type))


def _exit(deal: Deal) -> OrderDraft:
    return OrderDraft(deal.pair, leaving_side(deal), OrderType.MARKET, WHOLE, closes=True)
