from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual import on
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from gunbot_tui.ui.theme import ASCII
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.cell import Align, Cell, Column, Row, Tone
from tests.ui.widgets.host import Host, screen_lines, screen_strips

COLUMNS = (
    Column("pair", "pair", 12),
    Column("state", "state", 9, rank=1),
    Column("note", "note", 40, rank=2),
    Column("pnl", "uPnL", 10, Align.RIGHT),
)


def make_row(key: str, pnl: float | None = 0.0, *, name: str | None = None, state: str = "holding") -> Row:
    text = "" if pnl is None else f"{pnl:+.2f}"
    name = key if name is None else name
    return Row(key, (Cell(name, sort=name), Cell(state, sort=state), Cell("note of " + key), Cell(text, sort=pnl)))


class WatchedTable(LiveTable):
    """A table that remembers which lines were asked for and what it posted."""

    def __init__(self, *, empty_text: str = "", sort_key: str | None = None, reverse: bool = False) -> None:
        super().__init__(empty_text=empty_text, sort_key=sort_key, reverse=reverse)
        self.asked: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.asked.append(y)
        return super().render_line(y)


class TableHost(Host):
    """Collects what the table posts."""

    def __init__(self, table: LiveTable) -> None:
        super().__init__(table)
        self.highlighted: list[str | None] = []
        self.selected: list[str | None] = []

    @on(LiveTable.RowHighlighted)
    def keep_highlighted(self, message: LiveTable.RowHighlighted) -> None:
        self.highlighted.append(message.key)

    @on(LiveTable.RowSelected)
    def keep_selected(self, message: LiveTable.RowSelected) -> None:
        self.selected.append(message.key)


async def shown(table: WatchedTable, pilot: Pilot[None], rows: Sequence[Row]) -> None:
    """Give the table its rows, wait until they are drawn and forget how that went."""
    table.set_rows(COLUMNS, rows)
    await pilot.pause()
    table.asked.clear()


def names(table: LiveTable) -> list[str]:
    """The first word of each row on the screen, without cursor and marks."""
    return [line[3:].split()[0] for line in screen_lines(table)[1:] if line[3:].strip()]


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


async def test_the_cursor_stays_on_its_key_through_sort_and_insert() -> None:
    table = WatchedTable()
    app = TableHost(table)
    async with app.run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row("A", 1.0), make_row("B", 2.0), make_row("C", 3.0)])
        table.move_cursor("B")
        table.sort_by("pnl", reverse=True)
        table.set_rows(COLUMNS, [make_row("Z", 9.0), make_row("A", 8.0), make_row("B", 0.5), make_row("C", 3.0)])
        await pilot.pause()
        assert table.cursor_key == "B"
        assert names(table) == ["Z", "A", "C", "B"]
        assert "▸ B" in screen_lines(table)[4]
        assert app.highlighted == ["A", "B"]


@pytest.mark.parametrize(("left", "expected"), [("ABDE", "D"), ("AB", "B"), ("Z", "Z")])
async def test_the_cursor_goes_to_the_neighbour_when_its_row_leaves(left: str, expected: str) -> None:
    table = WatchedTable()
    app = TableHost(table)
    async with app.run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABCDE"])
        table.move_cursor("C")
        table.set_rows(COLUMNS, [make_row(key) for key in left])
        await pilot.pause()
        assert table.cursor_key == expected
        assert app.highlighted[-1] == expected


async def test_the_cursor_returns_to_its_row_after_the_table_was_empty() -> None:
    table = WatchedTable(empty_text="nothing yet")
    app = TableHost(table)
    async with app.run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABC"])
        table.move_cursor("C")
        table.set_rows(COLUMNS, [])
        assert table.cursor_key is None
        table.set_rows(COLUMNS, [make_row(key) for key in "ABC"])
        await pilot.pause()
        assert table.cursor_key == "C"
        assert app.highlighted == ["A", "C", None, "C"]


async def test_rows_without_a_value_sort_last_in_both_directions() -> None:
    table = WatchedTable(sort_key="pnl")
    async with Host(table).run_test(size=(80, 12)) as pilot:
        rows = [make_row("A", 2.0), make_row("B", None), make_row("C", 1.0), make_row("D", float("nan"))]
        await shown(table, pilot, rows)
        assert names(table) == ["C", "A", "B", "D"]
        table.action_sort_reverse()
        await pilot.pause()
        assert names(table) == ["A", "C", "B", "D"]


async def test_equal_values_keep_the_given_order() -> None:
    table = WatchedTable(sort_key="state", reverse=True)
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "CAB"])
        assert names(table) == ["C", "A", "B"]


async def test_sort_keys_walk_through_the_visible_columns_and_mark_the_header() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(table, pilot, [make_row(key, pnl) for key, pnl in (("A", 1.0), ("B", 2.0))])
        table.action_sort_right()
        assert table.sort == ("pair", False)
        table.action_sort_left()
        await pilot.pause()
        assert table.sort == ("pnl", True)
        assert "▾uPnL" in screen_lines(table)[0]
        assert names(table) == ["B", "A"]


async def test_the_filter_asks_all_cells_or_one_column() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 12)) as pilot:
        await shown(
            table,
            pilot,
            [make_row("BTC"), make_row("XRP", state="waiting"), make_row("WAI", state="holding")],
        )
        table.filter_text = "wai"
        assert list(table.keys) == ["XRP", "WAI"]
        table.filter_text = "state:WAI"
        assert list(table.keys) == ["XRP"]
        table.filter_text = "holding b"
        assert list(table.keys) == ["BTC"]
        table.filter_text = "nobody"
        await pilot.pause()
        assert any('no row fits "nobody"' in line for line in screen_lines(table))
        table.filter_text = ""
        await pilot.pause()
        assert names(table) == ["BTC", "XRP", "WAI"]


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


async def test_marks_belong_to_keys_and_leave_with_their_rows() -> None:
    table = WatchedTable()
    async with Host(table).run_test(size=(80, 6)) as pilot:
        await shown(table, pilot, [make_row(key) for key in "ABC"])
        table.move_cursor("B")
        table.action_toggle_mark()
        table.set_rows(COLUMNS, [make_row(key) for key in "CBA"])
        await pilot.pause()
        assert table.marked == {"B"}
        assert screen_lines(table)[2].startswith("•▸ B")
        table.set_rows(COLUMNS, [make_row(key) for key in "CA"])
        assert table.marked == frozenset()


async def test_clicks_sort_move_and_open() -> None:
    table = WatchedTable()
    app = TableHost(table)
    async with app.run_test(size=(80, 8)) as pilot:
        await shown(table, pilot, [make_row(key, pnl) for key, pnl in (("A", 1.0), ("B", 2.0), ("C", 3.0))])
        await pilot.click(table, offset=(4, 0))
        assert table.sort == ("pair", False)
        await pilot.click(table, offset=(4, 0))
        assert table.sort == ("pair", True)
        await pilot.click(table, offset=(10, 1))
        assert (table.cursor_key, app.selected) == ("C", [])
        await pilot.click(table, offset=(10, 1))
        await pilot.pause()
        assert app.selected == ["C"]
        await pilot.click(table, offset=(10, 6))
        assert table.cursor_key == "C"


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
