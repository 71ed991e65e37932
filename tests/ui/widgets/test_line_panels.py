from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.strip import Strip

from gunbot_tui.ui.theme import ASCII, BRAILLE
from gunbot_tui.ui.widgets.ink import rule_line, spread
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.views.cell import Line, Span, Tone
from tests.ui.widgets.host import Host, screen_lines, screen_strips


class WatchedLines(Lines):
    """A panel that remembers which lines were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.asked.append(y)
        return super().render_line(y)


def text_of(line: Line) -> str:
    return "".join(span.text for span in line)


async def test_equal_lines_draw_nothing_and_a_changed_one_draws_itself() -> None:
    panel = WatchedLines()
    panel.styles.height = 4
    async with Host(panel).run_test(size=(40, 8)) as pilot:
        panel.set_lines([(Span("one"),), (Span("two"),)])
        await pilot.pause()
        panel.asked.clear()
        panel.set_lines([(Span("one"),), (Span("two"),)])
        await pilot.pause()
        assert panel.asked == []
        panel.set_lines([(Span("one"),), (Span("two", Tone.WARN),)])
        await pilot.pause()
        assert panel.asked == [1]
        panel.set_lines([(Span("one"),)])
        await pilot.pause()
        assert panel.asked == [1, 1]
        assert [line.strip() for line in screen_lines(panel)] == ["one", "", "", ""]


async def test_a_panel_of_automatic_height_grows_with_its_lines() -> None:
    panel = Lines([(Span("one"),)])
    async with Host(panel).run_test(size=(40, 8)) as pilot:
        assert panel.size.height == 1
        panel.set_lines([(Span(str(number)),) for number in range(3)])
        await pilot.pause()
        assert [line.strip() for line in screen_lines(panel)] == ["0", "1", "2"]


async def test_a_long_line_is_cut_with_an_ellipsis_and_markup_is_text() -> None:
    panel = Lines([(Span("[b]"), Span("0123456789")), (Span("币安人生币安人生"),)])
    async with Host(panel).run_test(size=(10, 3)):
        assert screen_lines(panel) == ["[b]012345…", "币安人生 …"]


async def test_a_fill_turns_the_whole_bar() -> None:
    panel = Lines([(Span("HALTED", Tone.ALERT),)])
    async with Host(panel).run_test(size=(20, 3)) as pilot:
        panel.set_lines(panel.lines, fill=Tone.ALERT)
        await pilot.pause()
        (strip,) = screen_strips(panel)
        assert {part.style.bgcolor.name for part in strip if part.style and part.style.bgcolor} == {"#af0000"}
        assert strip.cell_length == 20


async def test_old_data_is_muted_but_warnings_are_not() -> None:
    panel = Lines([(Span("+1", Tone.GAIN),), (Span("STALE 2m", Tone.STALE),)])
    async with Host(panel).run_test(size=(20, 3)) as pilot:
        gain, stale = screen_strips(panel)
        panel.dim(True)
        await pilot.pause()
        assert screen_strips(panel)[0] != gain
        assert screen_strips(panel)[1] == stale


async def test_a_rule_carries_its_title_and_follows_the_width() -> None:
    rule = TitleRule((Span("orders"),), (Span("2s ago", Tone.WARN),))
    async with Host(rule).run_test(size=(30, 3)) as pilot:
        assert screen_lines(rule) == ["─ orders ──────────── 2s ago ─"]
        await pilot.resize_terminal(20, 3)
        await pilot.pause()
        assert screen_lines(rule) == ["─ orders ── 2s ago ─"]
        rule.set_title((Span("trades"),))
        await pilot.pause()
        assert screen_lines(rule) == ["─ trades ───────────"]


class TwoPanels(Host):
    """A rule over a panel."""

    def compose(self) -> ComposeResult:
        yield TitleRule((Span("a"),))
        yield self.hosted


async def test_a_rule_takes_one_line_in_a_stack() -> None:
    panel = Lines([(Span("below"),)])
    async with TwoPanels(panel).run_test(size=(20, 5)):
        assert panel.region.y == 1


@pytest.mark.parametrize("width", range(40))
def test_a_rule_never_leaves_its_width_once_the_title_fits(width: int) -> None:
    line = rule_line((Span("orders"),), (Span("币安"),), width, BRAILLE)
    assert cell_len(text_of(line)) == max(width, len("─ orders "))
    assert text_of(rule_line((), (), width, ASCII)) == "-" * width


def test_two_parts_stand_at_the_edges_and_the_right_one_gives_way() -> None:
    left, right = (Span("home"),), (Span("running", Tone.MUTED),)
    assert text_of(spread(left, right, 20)) == "home         running"
    assert spread(left, right, 11) == left
