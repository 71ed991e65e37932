"""The charts as widgets: what is drawn when, and that drawing holds up nothing."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Iterator
from datetime import date

import pytest
from textual import on
from textual.pilot import Pilot
from textual.strip import Strip

from gunbot_tui.model.market import Candle, CandleSeries, Mark, MarkKind
from gunbot_tui.ui.theme import ASCII, BRAILLE, Glyphs
from gunbot_tui.ui.widgets.candle_picture import candle_picture
from gunbot_tui.ui.widgets.canvas import Picture
from gunbot_tui.ui.widgets.chart import CandleChart, Chart, LineChart, draw_candles, draw_lines
from gunbot_tui.ui.widgets.curve_picture import Shape
from gunbot_tui.ui.widgets.scale import Window
from gunbot_tui.views.candles import PriceLine
from gunbot_tui.views.cell import Tone
from tests.ui.widgets.candles import PERIOD, make_series, request
from tests.ui.widgets.host import Host, screen_lines


class Watched(Host):
    """Counts the pictures that reached the screen."""

    def __init__(self, chart: Chart, *, glyphs: Glyphs = BRAILLE) -> None:
        super().__init__(chart, glyphs=glyphs)
        self.drawn: list[int] = []

    @on(Chart.Drawn)
    def count(self, message: Chart.Drawn) -> None:
        self.drawn.append(message.chart.values)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until every picture asked for is on the screen."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_a_chart_shows_candles_after_its_text() -> None:
    chart = CandleChart()
    chart.styles.height = "1fr"
    app = Watched(chart)
    async with app.run_test(size=(80, 24)) as pilot:
        chart.say("reading 5m candles …")
        await pilot.pause()
        assert any("reading 5m candles" in line for line in screen_lines(chart))
        chart.show(make_series(96))
        await settled(pilot)
        assert any("┃" in line for line in screen_lines(chart))
        assert chart.values == app.drawn[-1] > 0
        chart.show(CandleSeries(PERIOD, (), True))
        await settled(pilot)
        assert not any("┃" in line for line in screen_lines(chart))


async def test_the_same_series_is_drawn_once() -> None:
    chart = CandleChart()
    chart.styles.height = "1fr"
    app = Watched(chart)
    async with app.run_test(size=(80, 24)) as pilot:
        chart.show(make_series(50))
        await settled(pilot)
        before = len(app.drawn)
        chart.show(make_series(50))
        await settled(pilot)
        assert len(app.drawn) == before


async def test_a_moving_last_candle_draws_only_the_lines_that_differ() -> None:
    asked: list[int] = []

    class WatchedChart(CandleChart):
        def render_line(self, y: int) -> Strip:
            asked.append(y)
            return super().render_line(y)

    chart = WatchedChart()
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(80, 24)) as pilot:
        series = make_series(60)
        chart.show(series)
        await settled(pilot)
        asked.clear()
        last = series.candles[-1]
        moved = Candle(last.opened_at, last.open, last.high, last.low, last.close + 0.1, last.volume)
        chart.show(CandleSeries(PERIOD, (*series.candles[:-1], moved), True))
        await settled(pilot)
        assert 1 <= len(asked) <= 3


async def test_an_outdated_picture_never_reaches_the_screen() -> None:
    chart = CandleChart()
    chart.styles.height = "1fr"
    app = Watched(chart)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.drawn.clear()
        for count in (20, 30, 40):
            chart.show(make_series(count))
            await asyncio.sleep(0)
        await settled(pilot)
        assert app.drawn == [40]


async def test_a_text_wins_over_a_picture_that_is_still_being_drawn() -> None:
    chart = CandleChart()
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(80, 24)) as pilot:
        chart.show(make_series(40))
        await asyncio.sleep(0)
        chart.say("cannot read candles")
        await settled(pilot)
        assert any("cannot read candles" in line for line in screen_lines(chart))


async def test_pan_zoom_and_follow_move_the_view_and_new_candles_leave_it_alone() -> None:
    chart = CandleChart(window=40)
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(80, 24)) as pilot:
        series = make_series(200)
        chart.show(series)
        assert chart.following
        chart.pan(0.5)
        assert chart.window == Window(20, 40)
        newest = chart.window.cut(series.candles)[-1]
        longer = make_series(203)
        chart.show(longer)
        assert chart.window.cut(longer.candles)[-1].opened_at == newest.opened_at
        chart.zoom(0.5)
        assert chart.window.count == 20
        chart.follow()
        assert chart.following
        await settled(pilot)
        assert chart.values == 20


async def test_a_new_size_gets_a_new_picture() -> None:
    chart = CandleChart()
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(80, 24)) as pilot:
        chart.show(make_series(96))
        await settled(pilot)
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        await settled(pilot)
        lines = screen_lines(chart)
        assert len(lines) == 12
        assert any("┃" in line for line in lines)
        assert any("UTC" in line for line in lines)


async def test_ascii_charts_are_ascii() -> None:
    for chart in (CandleChart(), LineChart(), LineChart(Shape.BARS)):
        chart.styles.height = "1fr"
        async with Host(chart, glyphs=ASCII).run_test(size=(80, 24)) as pilot:
            if isinstance(chart, CandleChart):
                series = make_series(60)
                marks = tuple(Mark(series.candles[i].opened_at, kind, "") for i, kind in enumerate(MarkKind, 5))
                chart.show(series, marks=marks, levels=(PriceLine("target", 99000.0, Tone.MUTED),))
            else:
                chart.show([(date(2026, 1, 1 + i), math.sin(i)) for i in range(28)])
            await settled(pilot)
            assert any("#" in line or "*" in line for line in screen_lines(chart))
            assert all(line.isascii() for line in screen_lines(chart))


async def test_a_failing_drawing_is_said_and_the_next_one_works() -> None:
    class Failing(Chart):
        attempts = 0

        def redraw(self) -> None:
            self.attempts += 1
            broken = self.attempts == 1
            self._ask(self.attempts, _fail if broken else lambda: Picture(candle_lines))

    def _fail() -> Picture:
        raise ZeroDivisionError

    candle_lines = candle_picture(request(make_series(30)), draw_candles, draw_lines).lines
    chart = Failing("")
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(80, 20)) as pilot:
        await settled(pilot)
        assert "could not be drawn (ZeroDivisionError)" in screen_lines(chart)[0]
        chart.redraw()
        await settled(pilot)
        assert any("┃" in line for line in screen_lines(chart))


@pytest.fixture
def short_switch_interval() -> Iterator[None]:
    """The interval that the program sets, so that a drawing thread gives way to the loop."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("short_switch_interval")
async def test_drawing_never_holds_up_the_loop() -> None:
    chart = CandleChart(window=300)
    chart.styles.height = "1fr"
    async with Host(chart).run_test(size=(120, 30)) as pilot:
        chart.show(make_series(300))
        await settled(pilot)
        blocked: list[float] = []

        async def probe() -> None:
            while True:
                before = time.thread_time()
                await asyncio.sleep(0)
                blocked.append(time.thread_time() - before)

        watching = asyncio.create_task(probe())
        for seed in range(4, 9):
            chart.show(make_series(300, seed=seed))
            await settled(pilot)
        watching.cancel()
        assert len(blocked) > 20
        assert max(blocked) < 0.016
