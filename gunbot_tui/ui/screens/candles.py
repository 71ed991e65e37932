"""Screen 3: candles of the selected pair, with what the strategy did and aims at."""

from __future__ import annotations

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import CandleSeries, Pair
from gunbot_tui.model.snapshot import MISSING
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.widgets.chart import CandleChart, Chart
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.views import candle_lines
from gunbot_tui.views import candles as view
from gunbot_tui.views.cell import Line, Span
from gunbot_tui.views.panel import untold

PAN_SHARE = 0.25
ZOOM_FACTOR = 0.7
MARK_LINES = 3
ROWS_FOR_MARKS = 20


class CandlesScreen(View, can_focus=True):
    """A chart that follows the newest candle until it is moved."""

    NAME = "candles"
    SHOWS_MARKET = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("candles"))

    def __init__(self) -> None:
        super().__init__()
        self._pair: Pair | None = None
        self._scene: Scene | None = None
        self._panel: str | None = None
        """Chosen for below the prices, empty for none; None is the strategy's first."""

    def compose(self) -> ComposeResult:
        """Title, chart, the newest decisions."""
        yield Lines(classes="head")
        yield Lines(id="candles-newest")
        yield Lines(id="candles-legend")
        yield CandleChart(id="candles-chart")
        yield Lines(id="candles-marks")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """Candles, marks, the pair for its average price and orders, and closed trades for their fills."""
        if pair is None:
            return frozenset()
        kinds = (Kind.CANDLES, Kind.MARKS, Kind.PAIR)
        return frozenset({Topic(Kind.CLOSED, "0"), *(Topic(kind, pair.key) for kind in kinds)})

    def show(self, scene: Scene) -> None:
        """Draw the chart of the selected pair."""
        chart, pair, snapshot = self._chart, scene.pair, scene.snapshot
        if pair is None:
            chart.say(self.trouble_or("no pair is selected yet", MISSING, scene))
            return
        if pair != self._pair:
            self._pair = pair
            chart.follow()
        feed = snapshot.candles(pair)
        if feed.value is None or not feed.value.candles:
            chart.say("".join(span.text for span in view.empty(snapshot, pair, scene.now)))
        else:
            levels = view.levels(snapshot, pair)
            zone = scene.now.astimezone().tzinfo or scene.now.tzinfo
            marks, panel = view.decisions(snapshot, pair), self._panel_of(feed.value)
            chart.show(feed.value, marks=marks, levels=levels, zone=zone, panel=panel)  # type: ignore[arg-type]  # aware
        self._scene = scene
        self._write_title()
        newest: Line = (Span(" "), *view.ohlc(snapshot, pair, scene.now, self._last_index()))
        self.query_one("#candles-newest", Lines).set_lines((newest,))
        self.query_one("#candles-legend", Lines).set_lines(self._legend(feed.value))
        count = MARK_LINES if self.size.height >= ROWS_FOR_MARKS else 1
        lines = view.marks(snapshot, pair, scene.now, count)
        self.query_one("#candles-marks", Lines).set_lines((*lines, *((),) * (count - len(lines))))

    @on(Chart.Drawn)
    def _write_title(self) -> None:
        """Say how many candles the picture shows; that is known once it is drawn."""
        scene, chart = self._scene, self._chart
        if scene is None or scene.pair is None:
            return
        snapshot, pair = scene.snapshot, scene.pair
        count = chart.values or chart.window.count
        title: Line = (Span(" "), *view.title(snapshot, pair, count, following=chart.following))
        told = ((Kind.CANDLES, snapshot.candles(pair)), (Kind.MARKS, snapshot.marks(pair)))
        feeds = [feed for kind, feed in told if untold(snapshot, kind) is None]
        chart.dim(self.set_head(self.query_one(".head", Lines), title, feeds, scene))

    def older(self) -> None:
        """Look further back."""
        self._chart.pan(PAN_SHARE)

    def newer(self) -> None:
        """Look further forward."""
        self._chart.pan(-PAN_SHARE)

    def follow(self) -> None:
        """Follow the newest candle."""
        self._chart.follow()

    def zoom(self, step: int) -> None:
        """Fewer candles, or more."""
        self._chart.zoom(ZOOM_FACTOR if step > 0 else 1 / ZOOM_FACTOR)

    def cycle(self, step: int) -> None:
        """Another panel of the strategy's lines below the prices, or none."""
        if self._scene is None or self._pair is None:
            return
        series = self._scene.snapshot.candles(self._pair).value
        if series is not None:
            choices = (*candle_lines.panels(series), "")
            at = choices.index(self._panel_of(series))
            self._panel = choices[(at + step) % len(choices)]

    def _panel_of(self, series: CandleSeries) -> str:
        """The chosen panel where the series has it."""
        panels = candle_lines.panels(series)
        return self._panel if self._panel in (*panels, "") else next(iter(panels), "")

    def _legend(self, series: CandleSeries | None) -> tuple[Line, ...]:
        """One line where the strategy draws any."""
        if series is None or not series.indicators:
            return ()
        line = candle_lines.legend(series, self._panel_of(series), self._last_index(), self.size.width - 1)
        return ((Span(" "), *line),)

    @property
    def _chart(self) -> CandleChart:
        return self.query_one(CandleChart)

    def _last_index(self) -> int:
        """The last candle in sight, counted from the newest."""
        return -1 - self._chart.window.offset


SCREEN = CandlesScreen
