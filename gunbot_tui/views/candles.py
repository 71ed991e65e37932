"""The Candles screen around its chart: title, the figures of one candle, the price lines, and the newest marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import CandleSeries, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import muted, problem_line

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
    spans.append(
        Span(f" · {period(series.period)} · {f'last {shown} · following' if following else f'{shown} candles'}")
    )
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
    """Average price, targets, and open orders of the bot and of ours, also those the bot does not show yet."""
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
    if status.position and status.position.size and status.position.average_price:
        lines.append(PriceLine("average", round(status.position.average_price, places), Tone.STRONG))
    lines += [PriceLine(f"{target.name} target", round(target.price, places), Tone.MUTED) for target in status.targets]
    return tuple(lines)


def marks(snapshot: Snapshot, pair: Pair, now: datetime, count: int) -> tuple[Line, ...]:
    """The newest marks, newest first, with their reasons."""
    ordered = sorted(snapshot.marks(pair).value or (), key=lambda mark: mark.at, reverse=True)
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


def _decimals(series: CandleSeries) -> int:
    """Decimals of the newest candles' prices, so that all of them are shown alike."""
    newest = series.candles[-50:]
    return fmt.price_decimals(
        *(value for candle in newest for value in (candle.open, candle.high, candle.low, candle.close))
    )


def _ours(state: IntentState) -> str:
    return "our unproven" if state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS) else "our waiting"
