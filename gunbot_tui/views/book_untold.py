"""The Book screen of a bot that tells no order book: why there is none, the last price, and the orders that rest."""

from __future__ import annotations

from datetime import datetime

from gunbot_tui.model.capability import Capability
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, PairStatus
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.panel import muted
from gunbot_tui.views.run import trades_nothing

COLUMNS = (
    Column("side", "order", 8),
    Column("amount", "amount", 14, Align.RIGHT),
    Column("price", "price", 12, Align.RIGHT),
    Column("away", "from last", 9, Align.RIGHT, rank=1),
    Column("id", "id", 60, rank=2),
)


def facts(snapshot: Snapshot, pair: Pair, now: datetime) -> tuple[Line, ...]:
    """What is known of the pair instead: the last price with its time, and what the bot has open there."""
    status = pairs.status(snapshot, pair)
    why = ": a web server trades nothing" if trades_nothing(snapshot) else " yet: it comes with its next candle"
    no_price = muted(f" no price of {pair.name}{why}")
    if status is None:
        return (no_price,)
    as_of = f" as of {fmt.moment(status.last_at, now)}" if status.last_at else ""
    price = (Span(" last ", Tone.MUTED), Span(fmt.price(status.last), Tone.STRONG), Span(as_of, Tone.MUTED))
    return (no_price if status.last is None else price, *(_open(deal, status.last) for deal in status.deals))


def empty(snapshot: Snapshot, pair: Pair) -> str:
    """What stands for the orders while none rests."""
    refusal = snapshot.capabilities.why_not(Capability.PLACE_ORDER)
    return f"no order rests on {pair.name} · {refusal or 'b opens a ticket'}"


def rows(snapshot: Snapshot, pair: Pair) -> tuple[Row, ...]:
    """The orders that rest on the pair, highest price first."""
    status = pairs.status(snapshot, pair)
    if status is None:
        return ()
    ours = snapshot.our_ids(pair)
    places = fmt.price_decimals(status.last, *(order.price for order in status.open_orders or ()))
    ordered = sorted(status.open_orders or (), key=lambda order: order.price, reverse=True)
    return tuple(_row(order, status, places, is_ours=order.id in ours) for order in ordered)


def _row(order: OpenOrder, status: PairStatus, places: int, *, is_ours: bool) -> Row:
    tone = Tone.OURS if is_ours else pairs.SIDE_TONE[order.side]
    away = None if not status.last else (float(order.price) / status.last - 1) * 100
    return Row(
        f"{order.side} {order.price} {order.id}",
        (
            Cell(f"{'● ' if is_ours else ''}{order.side.value}", tone),
            Cell(fmt.number(order.amount), sort=float(order.amount)),
            Cell(fmt.price(order.price, places), tone, float(order.price)),
            Cell(fmt.percent(away, sign=True), Tone.MUTED, away),
            Cell(f"#{order.id}" if order.id else fmt.NOTHING, Tone.MUTED, order.id or None),
        ),
    )


def _open(deal: Deal, last: float | None) -> Line:
    """An open trade in one line: size, open price, stop and result."""
    if not deal.amount:
        return muted(f" trade {deal.id} is entering: no {deal.pair.coin} yet")
    places = fmt.price_decimals(last, deal.stop_price)
    side = "short" if deal.is_short else "long"
    spans = [
        Span(f" trade {deal.id} ", Tone.MUTED),
        Span(f"{side} {fmt.amount(deal.amount)} {deal.pair.coin} @ {fmt.price(deal.open_price, places)}"),
    ]
    if deal.stop_price is not None:
        spans.append(Span(f" · stop {fmt.price(deal.stop_price, places)}"))
    if deal.profit is not None:
        spans.append(Span(f" · {fmt.money(deal.profit, deal.pair.money, sign=True)}", pairs.gain(deal.profit)))
    return tuple(spans)
