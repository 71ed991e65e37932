"""Screen 4: profit and loss as the bot reckons it."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.chart import LineChart
from gunbot_tui.ui.widgets.curve_picture import Shape
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import pnl as view
from gunbot_tui.views.cell import Span

FIRST_RANGE = 1


class PnlScreen(View):
    """Figures, daily bars beside the cumulative curve, and a table of pairs; zoom changes the days drawn."""

    NAME = "pnl"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("pnl"))

    def __init__(self) -> None:
        super().__init__()
        self._range = FIRST_RANGE

    def compose(self) -> ComposeResult:
        """Title, figures, charts, table."""
        yield Lines(classes="head")
        yield Lines(id="pnl-figures")
        with Horizontal(id="pnl-charts"):
            with Vertical():
                yield TitleRule(id="pnl-days-title")
                yield LineChart(Shape.BARS, id="pnl-days")
            with Vertical():
                yield TitleRule(id="pnl-curve-title")
                yield LineChart(Shape.CURVE, id="pnl-curve")
        yield TitleRule((Span("per pair, since the beginning"),))
        yield LiveTable(id="pnl-table", sort_key="in_unit", reverse=True)

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The report."""
        return frozenset({Topic(Kind.PNL)})

    def show(self, scene: Scene) -> None:
        """Draw the report."""
        snapshot = scene.snapshot
        table, days = self.query_one(LiveTable), view.RANGES[self._range]
        title = (Span(" "), *view.title(snapshot), *arrangement(table))
        old = self.set_head(self.query_one(".head", Lines), title, (snapshot.pnl,), scene)
        figures = self.query_one("#pnl-figures", Lines)
        figures.set_lines(view.figures(snapshot, scene.now, max(20, self.size.width)))
        for name, panel in (("daily", "#pnl-days-title"), ("cumulative", "#pnl-curve-title")):
            self.query_one(panel, TitleRule).set_title((Span(f"{name} · {view.range_name(days)}"),))
        drawn = view.days(snapshot, days)
        self.query_one("#pnl-days", LineChart).show([(day.day, day.pnl) for day in drawn])
        curve = zip(drawn, view.curve(drawn), strict=True)
        self.query_one("#pnl-curve", LineChart).show([(day.day, value) for day, value in curve])
        table.dim(old)
        figures.dim(old)
        table.empty_text = "".join(span.text for span in view.empty(snapshot, scene.now))
        table.set_rows(view.COLUMNS, view.rows(snapshot, scene.now))

    def pair_at_cursor(self) -> str | None:
        """The row's key is the pair's."""
        return self.query_one(LiveTable).cursor_key

    def open_row(self) -> str | None:
        """The candles of the pair."""
        return "candles"

    def zoom(self, step: int) -> None:
        """Fewer days, or more."""
        self._range = min(max(0, self._range - step), len(view.RANGES) - 1)


SCREEN = PnlScreen
