"""Screen 4: profit and loss as the bot reckons it, in sections; only the section that is shown is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from gunbot_tui.model.feed import Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.pnl import Grouping
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.chart import LineChart
from gunbot_tui.ui.widgets.curve_picture import Shape
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import pnl as view
from gunbot_tui.views import pnl_bots, pnl_sections
from gunbot_tui.views.cell import Column, Line, Row, Span
from gunbot_tui.views.panel import untold
from gunbot_tui.views.pnl_sections import CURVE, SUMMARY, TIMES

FIRST_RANGE = 1


class PnlScreen(View):
    """Figures, charts and a table, which are of one section or of all bots; zoom changes the days drawn."""

    NAME = "pnl"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("pnl"))

    def __init__(self) -> None:
        super().__init__()
        self._range = FIRST_RANGE
        self._section = SUMMARY
        self._snapshot: Snapshot | None = None

    def compose(self) -> ComposeResult:
        """Title, sections, figures, charts, table."""
        yield Lines(classes="head")
        yield Lines(id="pnl-sections")
        yield Lines(id="pnl-figures")
        with Horizontal(id="pnl-charts"):
            for name, shape in (("days", Shape.BARS), ("curve", Shape.CURVE), ("balance", Shape.LEVEL)):
                with Vertical(id=f"pnl-{name}-box"):
                    yield TitleRule(id=f"pnl-{name}-title")
                    yield LineChart(shape, id=f"pnl-{name}")
        yield TitleRule(id="pnl-table-title")
        yield LiveTable(id="pnl-table", sort_key="in_unit", reverse=True)

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """What the section is made of; the report of every bot is read whatever is shown."""
        return frozenset({pnl_sections.topic(self._section)})

    def show(self, scene: Scene) -> None:
        """Draw the section, or all bots."""
        snapshot = self._snapshot = scene.snapshot
        told = pnl_sections.sections(snapshot)
        if self._section not in told:
            self._section = SUMMARY
        strip = () if self.shows_fleet else pnl_sections.strip(told, self._section)
        self.query_one("#pnl-sections", Lines).set_lines((strip,) if strip else ())
        if self.shows_fleet:
            self._show_bots(scene)
        elif self._section == SUMMARY:
            self._show_summary(scene)
        elif self._section == CURVE:
            self._show_balance(scene)
        else:
            self._show_results(scene, Grouping(self._section))

    def _show_summary(self, scene: Scene) -> None:
        snapshot, days = scene.snapshot, view.RANGES[self._range]
        self._fill("per pair, since the beginning", *view.table(snapshot, scene.now), view.empty(snapshot, scene.now))
        self._head(scene, view.title(snapshot), view.figures(snapshot, scene.now, max(20, self.size.width)))
        drawn = view.days(snapshot, days)
        for name, panel in (("daily", "days"), (view.curve_name(drawn), "curve")):
            self._name_chart(panel, f"{name} · {view.range_name(days)}")
        self._show_charts({"days", "curve"} if drawn else ())
        self.query_one("#pnl-days", LineChart).show([(day.day, day.pnl) for day in drawn])
        curve = zip(drawn, view.curve(drawn), strict=True)
        self.query_one("#pnl-curve", LineChart).show([(day.day, value) for day, value in curve])

    def _show_results(self, scene: Scene, grouping: Grouping) -> None:
        snapshot = scene.snapshot
        rows, empty = pnl_sections.rows(snapshot, grouping), pnl_sections.empty(snapshot, grouping, scene.now)
        self._fill(grouping.value, pnl_sections.columns(grouping), rows, empty)
        self._head(scene, pnl_sections.title(snapshot, grouping), (pnl_sections.note(snapshot, grouping),))
        bars = pnl_sections.bars(snapshot, grouping) if grouping in TIMES else ()
        self._show_charts({"days"} if bars else ())
        self._name_chart("days", f"profit by {pnl_sections.counted_by(grouping)}")
        self.query_one("#pnl-days", LineChart).show(bars)

    def _show_balance(self, scene: Scene) -> None:
        snapshot = scene.snapshot
        rows, empty = pnl_sections.balances(snapshot), pnl_sections.empty(snapshot, CURVE, scene.now)
        self._fill("days", pnl_sections.BALANCE_COLUMNS, rows, empty)
        self._head(scene, pnl_sections.title(snapshot, CURVE), (pnl_sections.note(snapshot, CURVE),))
        points = snapshot.curve.value or ()
        self._show_charts({"balance"} if points else ())
        self._name_chart("balance", "balance at the beginning of each day")
        self.query_one("#pnl-balance", LineChart).show(pnl_sections.curve(points))

    def _show_bots(self, scene: Scene) -> None:
        rows = pnl_bots.rows(scene.fleet, scene.snapshot.bot.name, scene.now)
        self._fill("enter shows a bot", pnl_bots.COLUMNS, rows, ())
        self._head(scene, pnl_bots.title(scene.fleet), pnl_bots.totals(scene.fleet, scene.now))
        self._show_charts(())

    def _head(self, scene: Scene, title: Line, figures: tuple[Line, ...]) -> None:
        """The title with the data's age, and the figures below it."""
        topic, table = pnl_sections.topic(self._section), self.query_one(LiveTable)
        is_waited_for = not self.shows_fleet and untold(scene.snapshot, topic.kind) is None
        feeds = (scene.snapshot.feed(topic),) if is_waited_for else ()
        line = (Span(" "), *title, *arrangement(table))
        old = self.set_head(self.query_one(".head", Lines), line, feeds, scene)
        panel = self.query_one("#pnl-figures", Lines)
        panel.set_lines(figures)
        panel.dim(old)
        table.dim(old)

    def _show_charts(self, names: Collection[str]) -> None:
        """Give the room to these charts and to no other."""
        self.query_one("#pnl-charts").display = bool(names)
        for name in ("days", "curve", "balance"):
            self.query_one(f"#pnl-{name}-box").display = name in names

    def _name_chart(self, name: str, title: str) -> None:
        self.query_one(f"#pnl-{name}-title", TitleRule).set_title((Span(title),))

    def _fill(self, title: str, columns: tuple[Column, ...], rows: tuple[Row, ...], empty: Line) -> None:
        table = self.query_one(LiveTable)
        self.query_one("#pnl-table-title", TitleRule).set_title((Span(title),))
        table.empty_text = "".join(span.text for span in empty)
        table.set_rows(columns, rows)

    def pair_at_cursor(self) -> str | None:
        """The key of the pair, in the sections whose rows are pairs."""
        key = self.query_one(LiveTable).cursor_key
        if self.shows_fleet or key is None or self._snapshot is None:
            return None
        if self._section == SUMMARY:
            return key
        known = (status.pair for status in self._snapshot.statuses if self._section == Grouping.PAIRS)
        return next((pair.key for pair in known if pair.native == key), None)

    def bot_at_cursor(self) -> str | None:
        """The name of the bot, while rows are bots."""
        return self.query_one(LiveTable).cursor_key if self.shows_fleet else None

    def open_row(self) -> str | None:
        """The candles of the pair."""
        return None if self.pair_at_cursor() is None else "candles"

    def zoom(self, step: int) -> None:
        """Fewer days, or more."""
        self._range = min(max(0, self._range - step), len(view.RANGES) - 1)

    def cycle(self, step: int) -> None:
        """The next section that the bot tells, or the one before."""
        told = pnl_sections.sections(self._snapshot) if self._snapshot else (SUMMARY,)
        at = told.index(self._section) if self._section in told else 0
        self.open_section(told[(at + step) % len(told)])

    def open_section(self, name: str) -> None:
        """Show a section of the bot."""
        self._section, self.shows_fleet = name, False

    def toggle_fleet(self) -> None:
        """Show a row for each bot, or the section again."""
        self.shows_fleet = not self.shows_fleet

    def back(self) -> bool:
        """Leave the table of all bots."""
        was_fleet, self.shows_fleet = self.shows_fleet, False
        return was_fleet


SCREEN = PnlScreen
