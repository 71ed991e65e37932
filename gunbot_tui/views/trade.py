"""One trade of a bot that keeps them: what it is, has and has gained, and its orders, in words."""

from __future__ import annotations

from datetime import datetime

from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views.cell import Line, Span, Tone


def word(deal: Deal) -> str:
    """What is done with a trade now, by its open orders alone; `short` goes in front."""
    if deal.is_closing:
        text = "leaving"
    elif deal.is_entering:
        text = "adding" if deal.amount else "entering"
    else:
        text = "holding" if deal.is_open else "closed"
    return f"short {text}" if deal.is_short else text


def facts(deal: Deal, places: int, now: datetime) -> tuple[Line, ...]:
    """A trade in three lines: which one it is, what is in it, and where it is given up."""
    since = f" · since {fmt.moment(deal.opened_at, now)} · {done(deal)}"
    return (
        (
            Span(f" trade {deal.id}", Tone.STRONG),
            Span(f" · {word(deal)} · {deal.strategy or 'no strategy'} · tag {deal.entry_tag or fmt.NOTHING}"),
            Span(since, Tone.MUTED),
        ),
        (
            Span(f" {fmt.amount(deal.amount, 8)} {deal.pair.coin} at {fmt.price(deal.open_price, places)}"),
            Span(f" · {staked(deal)} · "),
            Span(profit(deal), pairs_view.gain(deal.profit)),
            Span(_parts(deal), Tone.MUTED),
        ),
        (*_stops(deal, places), Span(f"   {_reach(deal, places)}", Tone.MUTED)),
    )


def profit(deal: Deal) -> str:
    """The bot's own figure, in money and in percent."""
    return f"{fmt.money(deal.profit, deal.pair.money, sign=True)}  {fmt.percent(deal.profit_percent, sign=True)}"


def done(deal: Deal) -> str:
    """How many of its orders have filled: `2 entries, 1 exit done`."""
    entries = sum(bool(order.is_entry and order.filled) for order in deal.orders)
    exits = sum(bool(not order.is_entry and order.filled) for order in deal.orders)
    return f"{counted(entries, 'entry', 'entries')}, {counted(exits, 'exit', 'exits')} done"


def staked(deal: Deal) -> str:
    """The money put in, and how many times over it works."""
    leverage = f" · {fmt.number(deal.leverage)}x" if deal.leverage != 1 or deal.is_short else ""
    return f"stake {fmt.money(deal.stake, deal.pair.money)}{leverage}"


def order_text(deal: Deal, order: DealOrder, places: int) -> str:
    """How much of what at which price: `0.03797 ETH @ 3292.1`."""
    amount = order.amount if order.is_open or not order.filled else order.filled
    return f"{fmt.amount(amount, 8)} {deal.pair.coin} @ {fmt.price(order.price, places)}"


def order_fate(order: DealOrder, now: datetime) -> str:
    """What the order is for and what became of it."""
    fate = "rests" if order.is_open else order.status
    tag = f" · {order.tag}" if order.tag else ""
    at = fmt.moment(order.filled_at or order.placed_at, now)
    return f"{'entry' if order.is_entry else 'exit'} · {order.type} · {fate} {at}{tag}"


def order_line(deal: Deal, order: DealOrder, places: int, now: datetime) -> Line:
    """One order of a trade."""
    tone = Tone.OURS if order.is_open else Tone.MUTED
    return (
        Span(f" {order.side.value:<4} ", pairs_view.SIDE_TONE[order.side]),
        Span(order_text(deal, order, places)),
        Span(f" · {order_fate(order, now)}", tone),
    )


def counted(number: int, one: str, more: str) -> str:
    """`1 entry`, `2 entries`."""
    return f"{number} {one if number == 1 else more}"


def _parts(deal: Deal) -> str:
    """What the profit is made of, where it is more than the price."""
    cents = fmt.money_decimals(deal.pair.money)
    realised = f" · realised {fmt.signed(deal.realised, cents)}" if deal.realised and deal.is_open else ""
    funding = f" · funding {fmt.signed(deal.funding_fees, cents)}" if deal.funding_fees else ""
    return realised + funding


def _reach(deal: Deal, places: int) -> str:
    return f"lowest {fmt.price(deal.lowest_price, places)}  highest {fmt.price(deal.highest_price, places)}"


def _stops(deal: Deal, places: int) -> Line:
    """Where the bot gives the trade up, and where the exchange takes it."""
    stop = f" stop {fmt.price(deal.stop_price, places)}"
    if deal.stop_percent is not None:
        stop += f" ({fmt.percent(deal.stop_percent, sign=True)} from here)"
    if deal.liquidation_price is None:
        return (Span(stop),)
    return (Span(stop), Span(f" · liquidation {fmt.price(deal.liquidation_price, places)}", Tone.WARN))
