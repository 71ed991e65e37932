"""Which rows the table shows, in which order, and where its cursor and its marks are."""

from __future__ import annotations

import pytest

from tests.ui.widgets.host import Host, screen_lines
from tests.ui.widgets.tables import COLUMNS, TableHost, WatchedTable, make_row, names, shown


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
