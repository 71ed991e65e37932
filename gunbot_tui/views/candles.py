"""The Candles screen around its chart: title, the figures of one candle, the price lines, and the newest marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import CandleSeries, Mark, MarkKind, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import muted, problem_line, untold
from gunbot_tui.views.run import trades_nothing

PENDING = (IntentState.SENDING, IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS)
"""Placements that the bot does not show yet, so that only we know their price."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A horizontal line of the chart."""

    label: str
    price: float
    tone: Tone


def title(snapshot: Snapshot, pair: Pair, window: int, *, following: bool = True) -> Line:
    """The pair, the period, and which candles are shown."""
    series = snapshot.candles(pair).value
    spans = [Span(pair.name, Tone.STRONG)]
    if series is None:
        return tuple(spans)
    shown = min(window, len(series.candles))
    if not following:
        which = f"{shown} candles"
    else:
        # A bot that trades nothing serves what was stored: no newest candle comes.
        which = f"last {shown} · {'historic data' if trades_nothing(snapshot) else 'following'}"
    spans.append(Span(f" · {period(series.period)} · {which}"))
    if not series.times_are_given:
        spans.append(Span(" · times counted back from now", Tone.MUTED))
    return tuple(spans)


def ohlc(snapshot: Snapshot, pair: Pair, now: datetime, index: int = -1) -> Line:
    """Open, high, low, close and volume of one candle, the newest unless another is asked for."""
    series = snapshot.candles(pair).value
    if series is None or not -len(series.candles) <= index < len(series.candles):
        return ()
    candle, places = series.candles[index], _decimals(series)
    values = (("O", candle.open), ("H", candle.high), ("L", candle.low), ("C", candle.close))
    text = "  ".join(f"{name} {fmt.price(value, places)}" for name, value in values)
    tone = pairs.gain(candle.close - candle.open)
    sign = "▲" if tone is Tone.GAIN else "▼" if tone is Tone.LOSS else "="
    return (
        Span(f"{sign} {text}", tone),
        Span(f"  V {fmt.amount(candle.volume)}  {fmt.moment(candle.opened_at, now)}", Tone.MUTED),
    )


def levels(snapshot: Snapshot, pair: Pair) -> tuple[PriceLine, ...]:
    """Average price or what the bot has open, targets, and open orders, also ours that the bot does not show yet."""
    status = pairs.status(snapshot, pair)
    lines = [
        PriceLine(f"{_ours(intent.state)} {intent.command.side.value}", float(intent.command.price), Tone.OURS)
        for intent in snapshot.intents
        if intent.is_placement and intent.pair == pair and intent.state in PENDING
    ]
    if status is None:
        return tuple(lines)
    places = pairs.decimals(status)
    ours = {intent.order_id for intent in snapshot.intents if intent.pair == pair and intent.is_placement}
    for order in status.open_orders or ():
        mine = bool(order.id) and order.id in ours
        tone = Tone.OURS if mine else pairs.SIDE_TONE[order.side]
        lines.append(PriceLine(f"{'our ' if mine else ''}{order.side.value}", float(order.price), tone))
    lines += [line for deal in status.deals for line in _deal_levels(deal, places)]
    if not status.deals and status.position and status.position.size and status.position.average_price:
        lines.append(PriceLine("average", round(status.position.average_price, places), Tone.STRONG))
    if not status.deals:  # the targets of a trade are its own prices
        lines += [PriceLine(f"{each.name} target", round(each.price, places), Tone.MUTED) for each in status.targets]
    return tuple(lines)


def decisions(snapshot: Snapshot, pair: Pair) -> tuple[Mark, ...]:
    """What the strategy wished and did on the pair: the bot's own marks, and the fills of its trades."""
    status, closed = pairs.status(snapshot, pair), snapshot.closed().value
    deals = {deal.key: deal for deal in (closed.deals if closed else ()) if deal.pair == pair}
    deals |= {deal.key: deal for deal in (status.deals if status else ())}
    fills = (mark for deal in deals.values() for order in deal.orders if (mark := _fill(deal, order)) is not None)
    return (*(snapshot.marks(pair).value or ()), *fills)


def marks(snapshot: Snapshot, pair: Pair, now: datetime, count: int) -> tuple[Line, ...]:
    """The newest marks, newest first, with their reasons."""
    ordered = sorted(decisions(snapshot, pair), key=lambda mark: mark.at, reverse=True)
    return tuple(
        (
            Span(f" {fmt.moment(mark.at, now)} ", Tone.MUTED),
            Span(f"{pairs.MARK_SIGN[mark.kind]} {mark.text}", pairs.MARK_TONE[mark.kind]),
        )
        for mark in ordered[: max(0, count)]
    )


def empty(snapshot: Snapshot, pair: Pair, now: datetime) -> Line:
    """What the screen says without candles."""
    feed = snapshot.candles(pair)
    if (reason := untold(snapshot, Kind.CANDLES)) is not None:
        return reason
    if feed.value is not None and snapshot.capabilities.has_deals:
        return muted(f"no candles of {pair.name}: the bot does not know the pair, or has not analysed it yet")
    if feed.value is None:
        return problem_line(feed, now, snapshot.link) or muted(f"reading the candles of {pair.name} …")
    return muted(f"no candles of {pair.name} yet: the core collects them once it trades the pair")


def period(length: timedelta) -> str:
    """A candle's length as traders write it: `5m`, `4h`, `1d`."""
    seconds = int(length.total_seconds())
    for size, name in ((fmt.DAY, "d"), (fmt.HOUR, "h"), (fmt.MINUTE, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{name}"
    return f"{seconds}s"


def _deal_levels(deal: Deal, places: int) -> list[PriceLine]:
    prices = (("open", deal.open_price, Tone.STRONG), ("stop", deal.stop_price, Tone.WARN))
    more = (("liquidation", deal.liquidation_price, Tone.LOSS),)
    return [PriceLine(name, round(price, places), tone) for name, price, tone in (*prices, *more) if price]


def _fill(deal: Deal, order: DealOrder) -> Mark | None:
    """What an order of a trade bought or sold; None while it has not."""
    if order.filled_at is None or not order.filled:
        return None
    kind = MarkKind.BOUGHT if order.side is Side.BUY else MarkKind.SOLD
    why = order.tag or (deal.entry_tag if order.is_entry else deal.exit_reason)
    text = f"{kind.value} {fmt.amount(order.filled)} @ {fmt.price(order.price)} · trade {deal.id}"
    return Mark(order.filled_at, kind, f"{text} · {why}" if why else text)


def _decimals(series: CandleSeries) -> int:
    """Decimals of the newest candles' prices, so that all of them are shown alike."""
    newest = series.candles[-50:]
    return fmt.price_decimals(
        *(value for candle in newest for value in (candle.open, candle.high, candle.low, candle.close))
    )


def _ours(state: IntentState) -> str:
    return "our unproven" if state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS) else "our waiting"
