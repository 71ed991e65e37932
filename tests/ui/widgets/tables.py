"""A table that remembers what it drew, an app that collects what it posts, and rows for it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.pilot import Pilot
from textual.strip import Strip

from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.cell import Align, Cell, Column, Row
from tests.ui.widgets.host import Host, screen_lines

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
