"""The whole story of one trade: what it is, what became of it, its orders, and what the strategy keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views import panel, trade
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.fact import Fact


def summary(deal: Deal, snapshot: Snapshot, now: datetime) -> tuple[Line, ...]:
    """A trade in three lines."""
    lines = trade.facts(deal, _places(deal, snapshot), now)
    if deal.is_open:
        return lines
    ended = f" closed {fmt.moment(deal.closed_at, now)} at {fmt.price(deal.close_price, _places(deal, snapshot))}"
    return (*lines[:2], (Span(ended), Span(f" · {deal.exit_reason or 'no reason is told'}", Tone.MUTED)))


def facts(deal: Deal, snapshot: Snapshot) -> tuple[Fact, ...]:
    """All that the bot tells of a trade."""
    places = _places(deal, snapshot)
    return (
        Fact("trade", f"{deal.id} on {deal.pair.name} · {trade.word(deal)}", Tone.STRONG),
        Fact("strategy", f"{deal.strategy or 'none is told'} · tag {deal.entry_tag or fmt.NOTHING}"),
        Fact("profit", trade.profit(deal), pairs_view.gain(deal.profit)),
        *_money(deal),
        *_prices(deal, places),
        *_times(deal),
        *_orders(deal, places),
        *_notes(deal, snapshot),
    )


def _places(deal: Deal, snapshot: Snapshot) -> int:
    status = pairs_view.status(snapshot, deal.pair)
    traded = fmt.price_decimals(*(order.price for order in deal.orders if order.filled))
    return max(traded, pairs_view.decimals(status) if status is not None else 0)


def _money(deal: Deal) -> Iterator[Fact]:
    money = deal.pair.money
    yield Fact("", f"{fmt.amount(deal.amount, 8)} {deal.pair.coin} · {trade.staked(deal)}")
    if deal.realised and deal.is_open:
        yield Fact("realised", fmt.money(deal.realised, money, sign=True), pairs_view.gain(deal.realised))
    if deal.funding_fees:
        yield Fact("funding", fmt.money(deal.funding_fees, money, sign=True))
    if deal.fee_percent is not None:
        yield Fact("fee", f"{fmt.number(deal.fee_percent)}% of each order")


def _prices(deal: Deal, places: int) -> Iterator[Fact]:
    prices = (
        ("opened at", deal.open_price, Tone.PLAIN),
        ("now", deal.price, Tone.PLAIN),
        ("closed at", deal.close_price, Tone.PLAIN),
        ("stop", deal.stop_price, Tone.PLAIN),
        ("liquidated", deal.liquidation_price, Tone.WARN),
        ("lowest", deal.lowest_price, Tone.MUTED),
        ("highest", deal.highest_price, Tone.MUTED),
    )
    return (Fact(label, fmt.price(price, places), tone) for label, price, tone in prices if price is not None)


def _times(deal: Deal) -> Iterator[Fact]:
    yield Fact("opened", _time(deal.opened_at))
    if not deal.is_open:
        yield Fact("closed", f"{_time(deal.closed_at)} · {deal.exit_reason or 'no reason is told'}")
    elif deal.exit_reason and not deal.is_closing:
        yield Fact("", f"an exit for {deal.exit_reason} was begun before and rests no more", Tone.MUTED)


def _orders(deal: Deal, places: int) -> Iterator[Fact]:
    """Each order on a line of its own, the oldest first, and its number on the exchange below it."""
    for at, order in enumerate(deal.orders):
        yield Fact("" if at else "orders", _order(deal, order, places), Tone.OURS if order.is_open else Tone.PLAIN)
        yield Fact("", f"  #{order.id}" if order.id else "  the bot shows no number", Tone.MUTED)


def _order(deal: Deal, order: DealOrder, places: int) -> str:
    fate = "rests" if order.is_open else order.status
    tag = f" · {order.tag}" if order.tag else ""
    what = f"{'entry' if order.is_entry else 'exit'} · {order.type} · {fate}"
    at = _time(order.filled_at or order.placed_at)
    return f"{order.side} {trade.order_text(deal, order, places)} · {what} {at}{tag}"


def _notes(deal: Deal, snapshot: Snapshot) -> Iterator[Fact]:
    """What the strategy keeps about it."""
    never, notes = panel.untold(snapshot, Kind.NOTES), snapshot.notes(deal.id)
    if never is not None or notes.problem is not None:
        return
    if notes.value is None:
        yield Fact("kept", "not read" if panel.is_away(snapshot.link) else "reading …", Tone.MUTED)
    for at, (name, value) in enumerate(notes.value or ()):
        yield Fact("" if at else "kept", f"{name}: {value}")


def _time(at: datetime | None) -> str:
    return fmt.NOTHING if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
