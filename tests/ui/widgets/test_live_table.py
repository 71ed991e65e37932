"""How the table draws: only what changed, at any width, in any theme."""

from __future__ import annotations

import time

import pytest
from rich.cells import cell_len
from textual.app import App

from gunbot_tui.ui.theme import ASCII
from gunbot_tui.views.cell import Cell, Row, Tone
from tests.ui.widgets.host import Host, screen_lines, screen_strips
from tests.ui.widgets.tables import COLUMNS, WatchedTable, make_row, names, shown


async def test_only_the_line_that_changed_is_drawn_again() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        rows = [make_row(key) for key in "ABCDE"]
        await shown(table, pilot, rows)
        table.set_rows(COLUMNS, [*rows[:2], make_row("C", 5.0), *rows[3:]])
        await pilot.pause()
        assert table.asked == [3]
        assert "+5.00" in screen_lines(table)[3]


async def test_equal_rows_draw_nothing() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABCDE"])
        table.set_rows(COLUMNS, [make_row(key) for key in "ABCDE"])
        await pilot.pause()
        assert table.asked == []


async def test_a_change_below_the_fold_draws_nothing() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 5)) as pilot:
        rows = [make_row(f"K{i}") for i in range(50)]
        await shown(table, pilot, rows)
        table.set_rows(COLUMNS, [*rows[:40], make_row("K40", 9.0), *rows[41:]])
        await pilot.pause()
        assert table.asked == []


async def test_a_new_row_at_the_end_draws_its_own_line_only() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        rows = [make_row(key) for key in "ABC"]
        await shown(table, pilot, rows)
        table.set_rows(COLUMNS, [*rows, make_row("D")])
        await pilot.pause()
        assert table.asked == [4]


async def test_a_cursor_key_draws_two_lines() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABCDE"])
        table.action_cursor_down()
        await pilot.pause()
        assert sorted(table.asked) == [1, 2]


async def test_a_focus_that_goes_and_comes_back_draws_the_line_of_the_cursor_alone() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABCDE"])
        for widget in (None, table):
            table.asked.clear()
            table.screen.set_focus(widget)
            await pilot.pause()
            assert table.asked == [1]


@pytest.mark.parametrize(
    ("width", "titles"), [(120, "pair state note uPnL"), (80, "pair state note uPnL"), (45, "pair state uPnL")]
)
async def test_columns_give_way_by_rank(width: int, titles: str) -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(width, 6)) as pilot:
        await shown(table, pilot, [make_row("A")])
        assert screen_lines(table)[0].split() == titles.split()


async def test_a_width_below_the_last_columns_cuts_with_an_ellipsis() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(16, 6)) as pilot:
        await shown(table, pilot, [make_row("A", 1.0)])
        assert all(cell_len(line) == 16 for line in screen_lines(table))
        assert screen_lines(table)[1].endswith("…")


async def test_columns_come_back_when_the_terminal_grows() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(45, 6)) as pilot:
        await shown(table, pilot, [make_row("A")])
        await pilot.resize_terminal(120, 6)
        await pilot.pause()
        assert "note of A" in screen_lines(table)[1]


async def test_markup_from_a_bot_is_only_text() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 6)) as pilot:
        await shown(table, pilot, [make_row("1", name="[b]x[/b][")])
        assert "[b]x[/b][" in screen_lines(table)[1]


async def test_wide_characters_keep_the_columns_aligned() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 6)) as pilot:
        await shown(table, pilot, [make_row("1", 1.0, name="币安人生币安人生"), make_row("2", 2.0, name="AB")])
        wide, narrow = screen_lines(table)[1:3]
        assert cell_len(wide) == cell_len(narrow) == 80
        assert cell_len(wide.partition("holding")[0]) == cell_len(narrow.partition("holding")[0])


async def test_five_thousand_rows_are_taken_and_scrolled_quickly() -> None:
    table = WatchedTable(sort_key="pnl", reverse=True)
    async with Host(table).run_test(size=(120, 40)) as pilot:
        rows = [make_row(f"K{i}", float(i % 977)) for i in range(5000)]
        await shown(table, pilot, rows)
        changed = [*rows[:4000], *(make_row(f"K{i}", -1.0) for i in range(4000, 5000))]
        spent = []
        for given in (changed, rows, changed):
            start = time.process_time()
            table.set_rows(COLUMNS, given)
            spent.append(time.process_time() - start)
        assert min(spent) < 0.06
        table.action_end()
        await pilot.pause()
        assert table.cursor_key == table.keys[-1]
        assert "▸" in screen_lines(table)[-1]


async def test_the_header_stays_while_rows_scroll() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 5)) as pilot:
        await shown(table, pilot, [make_row(f"K{i}") for i in range(9)])
        assert table.show_vertical_scrollbar
        table.action_page_down()
        await pilot.pause()
        assert screen_lines(table)[0].split()[0] == "pair"
        assert names(table) == ["K1", "K2", "K3", "K4"]
        table.action_home()
        await pilot.pause()
        assert names(table) == ["K0", "K1", "K2", "K3"]


async def test_a_scrollbar_appears_only_when_needed_and_goes_again() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 5)) as pilot:
        await shown(table, pilot, [make_row(f"K{i}") for i in range(4)])
        assert not table.show_vertical_scrollbar
        await shown(table, pilot, [make_row(f"K{i}") for i in range(40)])
        table.action_end()
        await pilot.pause()
        assert table.show_vertical_scrollbar
        assert all(cell_len(line) == 79 for line in screen_lines(table))
        await shown(table, pilot, [make_row("A")])
        assert not table.show_vertical_scrollbar
        assert table.scroll_offset.y == 0
        assert names(table) == ["A"]


async def test_an_empty_table_says_what_would_fill_it() -> None:
    table = WatchedTable(empty_text="no orders: b buys")
    async with Host(table).run_test(size=(41, 7)) as pilot:
        await shown(table, pilot, [])
        assert [line.strip() for line in screen_lines(table) if "no orders" in line] == ["no orders: b buys"]
        await shown(table, pilot, [make_row("A")])
        assert not any("no orders" in line for line in screen_lines(table))


async def test_old_data_is_drawn_without_gain_colours_and_keeps_its_signs() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 6)) as pilot:
        cell = Cell("+1.00", Tone.GAIN, 1.0)
        await shown(table, pilot, [Row("A", (Cell("A"), Cell(), Cell(), cell))])
        fresh = screen_strips(table)[1]
        table.dim(True)
        await pilot.pause()
        old = screen_strips(table)[1]
        assert old.text == fresh.text
        assert [part.style for part in old] != [part.style for part in fresh]
        table.dim(False)
        assert screen_strips(table)[1] == fresh


async def test_a_theme_change_redraws_in_the_new_colours() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 6)) as pilot:
        await shown(table, pilot, [make_row("A")])
        dark = screen_strips(table)[1]
        pilot.app.theme = "cockpit-light"
        await pilot.pause()
        assert screen_strips(table)[1].text == dark.text
        assert screen_strips(table)[1] != dark


async def test_ascii_glyphs_leave_nothing_that_a_plain_terminal_cannot_show() -> None:
    table = WatchedTable(sort_key="pnl")
    app: App[None] = Host(table, glyphs=ASCII)
    async with app.run_test(size=(30, 6)) as pilot:
        await shown(table, pilot, [Row("A", (Cell("▲ A…"), Cell("·"), Cell("n"), Cell("−1.0", sort=-1.0)))])
        table.action_toggle_mark()
        await pilot.pause()
        assert all(line.isascii() for line in screen_lines(table))
        assert screen_lines(table)[1].startswith("*> ^ A~")


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 1), (200, 60)])
async def test_no_terminal_size_is_refused(size: tuple[int, int]) -> None:
    table = WatchedTable(empty_text="nothing")
    async with Host(table).run_test(size=size) as pilot:
        await shown(table, pilot, [])
        await shown(table, pilot, [make_row(f"K{i}") for i in range(100)])
        table.action_end()
        table.action_page_up()
        table.action_cursor_down()
        await pilot.pause()
        assert len(screen_lines(table)) == size[1]
        assert all(cell_len(line) == table.scrollable_content_region.width for line in screen_lines(table))
