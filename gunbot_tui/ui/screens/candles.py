"""Screen 3: candles of the selected pair, with what the strategy did and aims at."""

from __future__ import annotations

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.widgets.chart import CandleChart, Chart
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.views import candles as view
from gunbot_tui.views.cell import Line, Span

PAN_SHARE = 0.25
ZOOM_FACTOR = 0.7
MARK_LINES = 3
ROWS_FOR_MARKS = 20


class CandlesScreen(View):
    """A chart that follows the newest candle until it is moved."""

    NAME = "candles"
    SHOWS_MARKET = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("candles"))

    def __init__(self) -> None:
        super().__init__()
        self._pair: Pair | None = None
        self._scene: Scene | None = None

    def compose(self) -> ComposeResult:
        """Title, chart, the newest decisions."""
        yield Lines(classes="head")
        yield Lines(id="candles-newest")
        yield CandleChart(id="candles-chart")
        yield Lines(id="candles-marks")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """Candles, marks, and the pair for its average price and orders."""
        kinds = (Kind.CANDLES, Kind.MARKS, Kind.PAIR)
        return frozenset() if pair is None else frozenset(Topic(kind, pair.key) for kind in kinds)

    def show(self, scene: Scene) -> None:
        """Draw the chart of the selected pair."""
        chart, pair, snapshot = self._chart, scene.pair, scene.snapshot
        if pair is None:
            chart.say("no pair is selected yet")
            return
        if pair != self._pair:
            self._pair = pair
            chart.follow()
        feed, marks = snapshot.candles(pair), snapshot.marks(pair)
        if feed.value is None:
            chart.say("".join(span.text for span in view.empty(snapshot, pair, scene.now)))
        else:
            levels = view.levels(snapshot, pair)
            zone = scene.now.astimezone().tzinfo or scene.now.tzinfo
            chart.show(feed.value, marks=marks.value or (), levels=levels, zone=zone)  # type: ignore[arg-type]  # aware
        self._scene = scene
        self._write_title()
        newest: Line = (Span(" "), *view.ohlc(snapshot, pair, scene.now, self._last_index()))
        self.query_one("#candles-newest", Lines).set_lines((newest,))
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
        feeds = (snapshot.candles(pair), snapshot.marks(pair))
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

    @property
    def _chart(self) -> CandleChart:
        return self.query_one(CandleChart)

    def _last_index(self) -> int:
        """The last candle in sight, counted from the newest."""
        return -1 - self._chart.window.offset


SCREEN = CandlesScreen
