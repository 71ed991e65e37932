"""The one door to plotext: charts are drawn in a worker thread, and only lines that differ reach the screen.

plotext is imported at the first picture, in that thread. Each picture gets a figure of its own, so that nothing of a
failed one survives, and one lock, because plotext was not written for two threads.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, tzinfo
from typing import TYPE_CHECKING

from textual.message import Message

from gunbot_tui.model.market import Candle, CandleSeries, Mark
from gunbot_tui.ui.theme import glyphs_of
from gunbot_tui.ui.widgets.candle_picture import CandleRequest, candle_picture
from gunbot_tui.ui.widgets.canvas import Picture
from gunbot_tui.ui.widgets.curve_picture import CurveRequest, Shape, curve_picture
from gunbot_tui.ui.widgets.line_picture import GAIN_CODE, LOSS_CODE, Run
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.scale import Window
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Line, Span, Tone

if TYPE_CHECKING:
    from plotext._figure import _figure_class

_PLOTEXT = threading.Lock()
_log = logging.getLogger(__name__)


def _figure(width: int, height: int, low: float, high: float) -> _figure_class:
    from plotext._figure import _figure_class

    figure = _figure_class()
    figure._limit_size(False, False)
    figure.plot_size(width, height)
    figure.frame(False)
    figure.xaxes(False, False)
    figure.yaxes(False, False)
    figure.xticks([])
    figure.yticks([])
    figure.xlim(0, max(1, width - 1))
    figure.ylim(low, high)
    return figure


def draw_candles(
    columns: Sequence[int], candles: Sequence[Candle], width: int, height: int, low: float, high: float
) -> str:
    """plotext's candlesticks without axes, one per given column, as coloured text."""
    with _PLOTEXT:
        figure = _figure(width, height, low, high)
        prices = {
            "Open": [candle.open for candle in candles],
            # plotext paints an unchanged price as a fall.
            "Close": [
                math.nextafter(candle.close, math.inf) if candle.close == candle.open else candle.close
                for candle in candles
            ],
            "High": [candle.high for candle in candles],
            "Low": [candle.low for candle in candles],
        }
        figure.candlestick(list(columns), prices, colors=[GAIN_CODE, LOSS_CODE])
        return str(figure.build())


def draw_lines(runs: Sequence[tuple[int, Run]], width: int, height: int, low: float, high: float, marker: str) -> str:
    """plotext's line through each run of points, each in its colour, as coloured text."""
    with _PLOTEXT:
        figure = _figure(width, height, low, high)
        for color, run in runs:
            figure.plot([x for x, _ in run], [y for _, y in run], marker=marker, color=color)
        return str(figure.build())


def draw_bars(points: Run, width: int, height: int, low: float, high: float) -> str:
    """plotext's bars from zero, gains and losses in their colours, as coloured text."""
    with _PLOTEXT:
        figure = _figure(width, height, low, high)
        for color, side in ((GAIN_CODE, 1), (LOSS_CODE, -1)):
            chosen = [(x, y) for x, y in points if y * side > 0]
            if chosen:
                figure.bar(
                    [x for x, _ in chosen],
                    [y for _, y in chosen],
                    width=0,
                    minimum=0,
                    color=color,
                    reset_ticks=False,
                )
        return str(figure.build())


class Chart(Lines):
    """Lines that a worker thread draws; a picture that is outdated when it is ready is dropped."""

    class Drawn(Message):
        """A new picture stands on the screen."""

        def __init__(self, chart: Chart) -> None:
            super().__init__()
            self.chart = chart

        @property
        def control(self) -> Chart:
            """The chart, for `@on(..., selector)`."""
            return self.chart

    def __init__(self, text: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = text
        self._values = 0
        self._asked: object = None
        self._wanted: Callable[[], Picture] | None = None
        self._drawing = False

    @property
    def values(self) -> int:
        """How many values of the series the picture on the screen shows."""
        return self._values

    def say(self, text: str) -> None:
        """Show a text until there is something to draw again."""
        self._text = text
        self._ask(None, Picture)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()

    def redraw(self) -> None:
        """Ask for the picture of what is to be shown, at this size."""

    def _ask(self, request: object, draw: Callable[[], Picture]) -> None:
        """Have `draw` run in the thread, unless this request was the last one; None is nothing to draw."""
        if request is None:
            self._asked = self._wanted = None
            self._put(Picture())
            return
        if request == self._asked or not self.size:
            return
        self._asked, self._wanted = request, draw
        if not self._drawing:
            self._drawing = True
            self.run_worker(self._draw(), group="chart")

    async def _draw(self) -> None:
        try:
            while (wanted := self._wanted) is not None:
                picture = await asyncio.to_thread(_drawn, wanted)
                if self._wanted is wanted:
                    self._wanted = None
                    self._put(picture)
        finally:
            self._drawing = False

    def _put(self, picture: Picture) -> None:
        self._values = picture.values
        above = max(0, self.size.height - 1) // 2
        text: tuple[Line, ...] = (*((),) * above, (Span(self._text.center(self.size.width), Tone.MUTED),))
        self.set_lines(picture.lines or text)
        self.post_message(self.Drawn(self))


def _drawn(draw: Callable[[], Picture]) -> Picture:
    try:
        return draw()
    except Exception as error:  # plotext raises whatever its arithmetic meets; a chart must not end the cockpit
        _log.warning("a chart could not be drawn: %s", type(error).__name__)
        return Picture(((Span(f" this chart could not be drawn ({type(error).__name__})", Tone.WARN),),))


class CandleChart(Chart):
    """Candles of one pair with volume, price lines and the strategy's marks; follows the newest until it is moved."""

    def __init__(self, *, window: int = 96, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("no candles yet", id=id, classes=classes)
        self._series: CandleSeries | None = None
        self._marks: tuple[Mark, ...] = ()
        self._levels: tuple[PriceLine, ...] = ()
        self._zone: tzinfo = UTC
        self._panel = ""
        self._window = Window(count=window)

    def show(
        self,
        series: CandleSeries,
        *,
        marks: tuple[Mark, ...] = (),
        levels: tuple[PriceLine, ...] = (),
        zone: tzinfo = UTC,
        panel: str = "",
    ) -> None:
        """Show this series; a view that was moved away from the newest candle stays on its candles.

        `panel` names the lines that are drawn below the prices, empty for none.
        """
        if self._window.offset and self._series is not None and self._series.candles:
            newest = self._series.candles[-1].opened_at
            came = sum(candle.opened_at > newest for candle in series.candles)
            self._window = self._window.moved(came, len(series.candles))
        self._series, self._marks, self._levels, self._zone, self._panel = series, marks, levels, zone, panel
        self.redraw()

    def say(self, text: str) -> None:
        """Show a text until there is a series again."""
        self._series = None
        super().say(text)

    @property
    def window(self) -> Window:
        """The part of the series in sight."""
        return self._window

    @property
    def following(self) -> bool:
        """True while the newest candle is in sight."""
        return self._window.offset == 0

    def pan(self, screens: float) -> None:
        """Move by so many widths of the view into the past, negative into the present."""
        self._look(self._window.moved(round(self._window.count * screens), self._total))

    def zoom(self, factor: float) -> None:
        """Show `factor` times as many candles; 0.5 comes nearer, 2 goes away."""
        self._look(self._window.zoomed(factor, self._total))

    def follow(self) -> None:
        """Go back to the newest candle."""
        self._look(Window(0, self._window.count))

    def redraw(self) -> None:
        """Ask for the picture of the candles in sight, at this size."""
        if self._series is None:
            self.say(self._text)
            return
        width, height = self.size
        request = CandleRequest(
            self._series,
            self._marks,
            self._levels,
            self._window,
            self._zone,
            width,
            height,
            glyphs_of(self.app),
            self._panel,
        )
        self._ask(request, lambda: candle_picture(request, draw_candles, draw_lines))

    @property
    def _total(self) -> int:
        return 0 if self._series is None else len(self._series.candles)

    def _look(self, window: Window) -> None:
        self._window = window
        self.redraw()


class LineChart(Chart):
    """Profit and loss over days, as a curve or as bars from zero."""

    def __init__(self, shape: Shape = Shape.CURVE, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("no days yet", id=id, classes=classes)
        self._shape = shape
        self._points: tuple[tuple[date, float | None], ...] = ()

    def show(self, points: Sequence[tuple[date, float | None]]) -> None:
        """Show these days, oldest first; a day without a value leaves a gap."""
        self._points = tuple(points)
        self.redraw()

    def say(self, text: str) -> None:
        """Show a text until there are days again."""
        self._points = ()
        super().say(text)

    def redraw(self) -> None:
        """Ask for the picture of the days, at this size."""
        if not self._points:
            self.say(self._text)
            return
        request = CurveRequest(self._points, self._shape, self.size.width, self.size.height, glyphs_of(self.app))
        self._ask(request, lambda: curve_picture(request, draw_lines, draw_bars))
