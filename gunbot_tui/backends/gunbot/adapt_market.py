"""Gunbot's market answers as the program's own: pairs, books, candles, marks, the last day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gunbot_tui.backends import values
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.gunbot import wire
from gunbot_tui.backends.text import clean, without_pictures
from gunbot_tui.model.market import Book, Candle, CandleSeries, DayStats, Level, Mark, MarkKind, Pair

_EXCHANGE = re.compile(r"[A-Za-z0-9._#-]{1,64}")
_NATIVE = re.compile(r"[A-Za-z0-9._#]{1,32}(?:-[A-Za-z0-9._#]{1,32}){1,3}")
_STAMP = re.compile(r"\b(\d{12,14})\b\s*(?:convert)?\s*")
EXECUTED = "🟩"
SKIPPED = "🟦"


def to_pair(exchange: str, native: str) -> Pair | None:
    """The pair behind Gunbot's money-first name; None for a name that could hide something, which is never traded."""
    if not _EXCHANGE.fullmatch(exchange) or not _NATIVE.fullmatch(native):
        return None
    money, coin, *contract = native.split("-")
    return Pair(exchange, coin, money, native, "-".join(contract))


def to_pair_of_key(key: str) -> Pair | None:
    """The pair of `exchange/NATIVE`."""
    exchange, _, native = key.partition("/")
    return to_pair(exchange, native)


def to_book(answer: wire.OrderBook) -> Book:
    """The book sorted best first; levels without a positive price and size are counted and left out."""
    asks, bids = _levels(answer.data.ask), _levels(answer.data.bid)
    dropped = len(answer.data.ask) + len(answer.data.bid) - len(asks) - len(bids)
    return Book(
        bids=tuple(sorted(bids, key=lambda level: -level.price)),
        asks=tuple(sorted(asks, key=lambda level: level.price)),
        dropped=dropped,
    )


def _levels(rows: list[tuple[float, float] | None]) -> list[Level]:
    return [Level(*row) for row in rows if row is not None and row[0] > 0 and row[1] > 0]


def to_candles(answer: wire.Candles, *, minutes: float, now: datetime) -> CandleSeries:
    """Candles with the bot's times, or with times counted back from the period that runs now when it sends none.

    Raises Unexpected when the arrays differ in length: which value belongs to which candle is then a guess.
    """
    data = answer.data
    rows = list(zip(data.open, data.high, data.low, data.close, data.volume, strict=False))
    if {len(data.open), len(data.high), len(data.low), len(data.close), len(data.volume)} != {len(rows)}:
        raise Unexpected("the candle arrays have different lengths: they can't be put together")
    period = timedelta(minutes=minutes)
    times = _given_times(data.times)
    if times is None:
        return CandleSeries(period, _candles(_counted_times(len(rows), period, now), rows), times_are_given=False)
    by_time = {candle.opened_at: candle for candle in _candles(times, rows)}
    return CandleSeries(period, tuple(by_time[time] for time in sorted(by_time)), times_are_given=True)


def _given_times(times: list[datetime | None]) -> list[datetime] | None:
    given = [time for time in times if time is not None]
    return given if given and len(given) == len(times) else None


def _counted_times(count: int, period: timedelta, now: datetime) -> list[datetime]:
    seconds = period.total_seconds()
    running = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    return [running - period * back for back in range(count - 1, -1, -1)]


def _candles(times: list[datetime], rows: Sequence[tuple[float | None, ...]]) -> tuple[Candle, ...]:
    candles = []
    for time, (start, high, low, close, volume) in zip(times, rows, strict=True):
        if start is None or high is None or low is None or close is None or min(start, high, low, close) <= 0:
            continue
        candles.append(Candle(time, start, high, low, close, volume or 0.0))
    return tuple(candles)


def to_marks(answer: wire.Marks) -> tuple[Mark, ...]:
    """The strategy's marks, oldest first; Gunbot floors `time` to the minute, the exact one stands in the text."""
    found = (_to_mark(mark) for mark in answer.root)
    return tuple(sorted((mark for mark in found if mark is not None), key=lambda mark: mark.at))


def _to_mark(mark: wire.Mark) -> Mark | None:
    text = " · ".join(line for line in mark.tooltip if line.strip())
    stamp = _STAMP.search(text)
    at = (values.moment(int(stamp[1])) if stamp else None) or mark.time
    if at is None:
        return None
    words = without_pictures(_STAMP.sub("", text, count=1)).strip(" ·")
    return Mark(at, _mark_kind(text, mark.label, words), clean(words))


def _mark_kind(text: str, label: str, words: str) -> MarkKind:
    if SKIPPED in text:
        return MarkKind.SKIPPED
    if EXECUTED not in text:
        return MarkKind.NOTE
    # The arrow came out garbled in documented examples; the words then say the side.
    if label == "▲" or words.lower().startswith("buy"):
        return MarkKind.BOUGHT
    return MarkKind.SOLD if label == "▼" or words.lower().startswith("sell") else MarkKind.NOTE


def to_day(answer: wire.PairsDetailed, exchange: str) -> dict[str, DayStats]:
    """The last 24 hours by pair key; the volume in money."""
    rows = (row for group in answer.pairList.values() for row in group)
    pairs = ((to_pair(exchange, row.pairName), row) for row in rows)
    return {pair.key: DayStats(row.change, row.high, row.low, row.volume) for pair, row in pairs if pair is not None}
