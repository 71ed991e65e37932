"""Candles and requests for pictures of them, and a reader of what was drawn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gunbot_tui.model.market import Candle, CandleSeries, Mark
from gunbot_tui.ui.theme import BRAILLE, Glyphs
from gunbot_tui.ui.widgets.candle_picture import CandleRequest
from gunbot_tui.ui.widgets.scale import Window
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Line, Tone

START = datetime(2026, 11, 21, 6, tzinfo=UTC)
PERIOD = timedelta(minutes=5)


def make_series(count: int, *, seed: int = 3, timed: bool = True) -> CandleSeries:
    """A random walk around 61000."""
    luck = random.Random(seed)
    price, candles = 61000.0, []
    for index in range(count):
        close = round(price + luck.gauss(0, 40), 1)
        high, low = max(price, close) + luck.random() * 30, min(price, close) - luck.random() * 30
        candles.append(Candle(START + PERIOD * index, price, high, low, close, 5 + luck.random()))
        price = close
    return CandleSeries(PERIOD, tuple(candles), timed)


def request(
    series: CandleSeries,
    width: int = 80,
    height: int = 20,
    *,
    marks: tuple[Mark, ...] = (),
    levels: tuple[PriceLine, ...] = (),
    window: Window = Window(),  # noqa: B008 -- a frozen value
    glyphs: Glyphs = BRAILLE,
) -> CandleRequest:
    return CandleRequest(series, marks, levels, window, UTC, width, height, glyphs)


def text_of(lines: Sequence[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def tones_of(lines: Sequence[Line], text: str) -> set[Tone]:
    return {span.tone for line in lines for span in line if text in span.text}
