"""The blotter's rows of a bot that keeps trades: the open ones, and by pages those that are closed.

A trade without coins yet is only an order so far, which has a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from gunbot_tui.model.deal import Deal
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views import trade
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.order_entry import DEAL, Entry
from gunbot_tui.views.order_origin import Claims, Origin, origin_of_deal, origin_of_ours


def open_deals(snapshot: Snapshot, claims: Claims) -> list[Entry]:
    """The trades that hold coins."""
    return [_entry(deal, claims) for deal in snapshot.deals if deal.amount]


def closed_deals(snapshot: Snapshot, page: int, claims: Claims) -> list[Entry]:
    """A page of trades that are over."""
    found = snapshot.closed(page).value
    return [_entry(deal, claims) for deal in (found.deals if found else ())]


def entry_of(deal: Deal, snapshot: Snapshot) -> Entry:
    """One trade by itself, such as one from long ago."""
    return _entry(deal, Claims.of(snapshot))


def order_ids(deals: Iterable[Deal]) -> set[tuple[str, str]]:
    """The orders of these trades, by pair key and exchange id."""
    return {(deal.pair.key, order.id) for deal in deals for order in deal.orders if order.id}


def deal_behind(snapshot: Snapshot, pair: Pair, order_id: str) -> Deal | None:
    """The open trade that an order belongs to."""
    known = (deal for deal in snapshot.deals if deal.pair == pair)
    return next((deal for deal in known if any(order.id == order_id for order in deal.orders)), None)


def _entry(deal: Deal, claims: Claims) -> Entry:
    intents = (claims.behind(deal.pair, order.id) for order in deal.orders if order.is_entry)
    intent = next((found for found in intents if found is not None), None)
    origin, because = origin_of_deal(deal) if intent is None else (Origin.ME, origin_of_ours(intent)[1])
    name = trade.word(deal) if deal.is_open else f"closed: {deal.exit_reason}" if deal.exit_reason else "closed"
    result = fmt.percent(deal.profit_percent, sign=True)
    return Entry(
        f"{DEAL}{deal.key}",
        deal.pair,
        Side.SELL if deal.is_short else Side.BUY,
        deal.open_price,
        deal.amount,
        deal.opened_at if deal.is_open else deal.closed_at,
        name if deal.profit_percent is None else f"{name} {result}",
        pairs_view.gain(deal.profit) if deal.is_open else Tone.MUTED,
        origin,
        because,
        type="short" if deal.is_short else "long",
        stop=deal.stop_price if deal.is_open else None,
        id=deal.id,
        pnl=deal.profit,
        deal=deal,
    )
