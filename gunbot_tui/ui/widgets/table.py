"""The one table for everything live: a line is a value, drawn once per value and refreshed only when it changes.

Textual's own DataTable renders all of itself for one changed cell; that is why this exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from gunbot_tui.ui.widgets.arrange import arrange, falls_first, neighbour
from gunbot_tui.ui.widgets.ink import Ink, ink_of
from gunbot_tui.ui.widgets.table_line import Body, Header, Looks, Sheet, Shown
from gunbot_tui.views.cell import Column, Row


class LiveTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of cells under a header that stays; cursor, marks and scrolling follow row keys, keys come from the app."""

    COMPONENT_CLASSES = {  # noqa: RUF012 -- Textual declares it as a set on the class
        "live-table--header",
        "live-table--sorted",
        "live-table--cursor",
        "live-table--marked",
        "live-table--empty",
    }
    ALLOW_SELECT = False

    class RowMessage(Message):
        """Something about one row; `key` is None when the table has none left."""

        def __init__(self, table: LiveTable, key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> LiveTable:
            """The table, for `@on(..., selector)`."""
            return self.table

    class RowHighlighted(RowMessage):
        """The cursor came to another row, by a key or because its row left."""

    class RowClicked(RowMessage):
        """The user's click brought the cursor to another row."""

    class RowSelected(RowMessage):
        """A row was opened, by enter or a second click."""

    def __init__(
        self,
        *,
        empty_text: str = "",
        sort_key: str | None = None,
        reverse: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._columns: tuple[Column, ...] = ()
        self._given: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._index: dict[str, int] = {}
        self._wanted: str | None = None
        self._marked: frozenset[str] = frozenset()
        self._sort_key, self._reverse = sort_key, reverse
        self._filter_text, self._empty_text = "", empty_text
        self._dim = False
        self._sheet = Sheet(self._dress)
        self._painted: list[Shown] = []

    def set_rows(self, columns: tuple[Column, ...], rows: Sequence[Row]) -> None:
        """Show these rows; only visible lines that differ from what is on the screen are drawn again."""
        if columns != self._columns:  # the same object again is cheaper to compare at each line
            self._columns = columns
        self._given = tuple(rows)
        if self._marked:
            self._marked &= {row.key for row in self._given}
        self._rearrange()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, shown or not."""
        return self._columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that pass the filter, in the order shown."""
        return tuple(self._rows)

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None in an empty table."""
        return self._wanted if self._wanted in self._index else None

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return None if (key := self.cursor_key) is None else self._rows[self._index[key]]

    @property
    def marked(self) -> frozenset[str]:
        """The keys of all marked rows, filtered out or not."""
        return self._marked

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rows that pass the filter, in the order shown."""
        return tuple(row.key for row in self._rows)

    @property
    def sort(self) -> tuple[str | None, bool]:
        """The key of the sorted column and whether its largest value is on top."""
        return self._sort_key, self._reverse

    @property
    def filter_text(self) -> str:
        """Words that each row must contain; `name:value` asks one column."""
        return self._filter_text

    @filter_text.setter
    def filter_text(self, text: str) -> None:
        if text != self._filter_text:
            self._filter_text = text
            self._rearrange()

    @property
    def empty_text(self) -> str:
        """What stands in the middle while there is no row."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self._repaint()

    def sort_by(self, key: str | None, *, reverse: bool = False) -> None:
        """Sort by this column, or keep the given order for None."""
        if (key, reverse) != self.sort:
            self._sort_key, self._reverse = key, reverse
            self._rearrange()

    def move_cursor(self, key: str) -> None:
        """Put the cursor on the row of this key, if it is shown."""
        if key in self._index:
            self._move_to(self._index[key])

    def unmark(self, keys: Iterable[str]) -> None:
        """Take the marks of these rows away."""
        self.set_marks(self._marked.difference(keys))

    def dim(self, on: bool, /) -> None:
        """Draw the rows as old data, or as fresh data again."""
        if on is not self._dim:
            self._dim = on
            self._sheet.forget()
            self.refresh()

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move_by(-1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move_by(1)

    def action_page_up(self) -> None:
        """One screenful up."""
        self._move_by(-self._page)

    def action_page_down(self) -> None:
        """One screenful down."""
        self._move_by(self._page)

    def action_home(self) -> None:
        """To the first row."""
        self._move_to(0)

    def action_end(self) -> None:
        """To the last row."""
        self._move_to(len(self._rows) - 1)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.RowSelected(self, key))

    def action_toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor."""
        if (key := self.cursor_key) is not None:
            self.set_marks(self._marked ^ {key})

    def action_sort_left(self) -> None:
        """Sort by the visible column left of the sorted one."""
        self._sort_beside(-1)

    def action_sort_right(self) -> None:
        """Sort by the visible column right of the sorted one."""
        self._sort_beside(1)

    def action_sort_reverse(self) -> None:
        """Turn the order round."""
        if self._sort_key is not None:
            self.sort_by(self._sort_key, reverse=not self._reverse)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the viewport: the header, a row, or blank."""
        self._refit()
        return self._sheet.strip(self._shown_at(y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling draws every line; remember what they show from now on."""
        super().watch_scroll_y(old_value, new_value)
        self._painted = self._viewport()

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._sheet.forget()

    def on_resize(self) -> None:
        """Fit the columns to the new width and keep the cursor in sight."""
        self._reveal_cursor()
        self._repaint()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor as ours, or as waiting; no style asks for the focus of a table, so none is looked up."""
        self._repaint()

    def on_focus(self, event: events.Focus) -> None:
        """Take the focus without drawing every row for it."""
        event.prevent_default()
        self.has_focus = True

    def on_blur(self, event: events.Blur) -> None:
        """Give the focus away without drawing every row for it."""
        event.prevent_default()
        self.has_focus = False

    def on_click(self, event: events.Click) -> None:
        """Sort by a header, move to a row, open the row that the cursor is on already."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y == 0:
            if (column := self._sheet.column_at(offset.x)) is not None:
                self._sort_at(column)
            return
        index = self.scroll_offset.y + offset.y - 1
        if index >= len(self._rows):
            return
        if self._rows[index].key == self.cursor_key:
            self.action_select()
        else:
            self._move_to(index)
            self.post_message(self.RowClicked(self, self.cursor_key))

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def _rearrange(self) -> None:
        before, followed = self._rows, self._cursor_in_sight()
        old_cursor = self.cursor_key
        self._rows = arrange(
            self._columns, self._given, filter_text=self._filter_text, sort_key=self._sort_key, reverse=self._reverse
        )
        self._index = {row.key: index for index, row in enumerate(self._rows)}
        if self._rows and self._wanted not in self._index:
            left = [row.key for row in before] if before else []
            self._wanted = neighbour(left, self._wanted or "", self._index) or self._rows[0].key
        self._set_length(len(self._rows))
        if followed:
            self._reveal_cursor()
        if self.cursor_key != old_cursor:
            self.post_message(self.RowHighlighted(self, self.cursor_key))
        self._repaint()

    def _set_length(self, rows: int) -> None:
        size = Size(0, rows + 1)
        if size == self.virtual_size:
            return
        # The reactive would lay out and redraw everything for one row more; only the scrollbar has to know.
        self.set_reactive(Widget.virtual_size, size)
        if not self.is_mounted:
            return
        self._scroll_update(size)
        if self.styles.is_auto_height:
            self.refresh(layout=True)

    def _move_by(self, rows: int) -> None:
        key = self.cursor_key
        self._move_to((0 if key is None else self._index[key]) + rows)

    def _move_to(self, index: int) -> None:
        if not self._rows:
            return
        key = self._rows[min(max(index, 0), len(self._rows) - 1)].key
        moved = key != self.cursor_key
        self._wanted = key
        self._reveal_cursor()
        self._repaint()
        if moved:
            self.post_message(self.RowHighlighted(self, key))

    def set_marks(self, marked: frozenset[str]) -> None:
        """Mark the rows of these keys and no others."""
        if marked != self._marked:
            self._marked = marked
            self._repaint()

    def _sort_beside(self, step: int) -> None:
        columns = self._sheet.columns
        if not columns:
            return
        keys = [column.key for column in columns]
        at = keys.index(self._sort_key) + step if self._sort_key in keys else 0
        self._sort_at(columns[at % len(columns)])

    def _sort_at(self, column: Column) -> None:
        again = column.key == self._sort_key
        self.sort_by(column.key, reverse=not self._reverse if again else falls_first(column))

    def _cursor_line(self) -> int | None:
        key = self.cursor_key
        return None if key is None else self._index[key] - self.scroll_offset.y + 1

    def _cursor_in_sight(self) -> bool:
        line = self._cursor_line()
        return line is not None and 1 <= line <= self._page

    def _reveal_cursor(self) -> None:
        line = self._cursor_line()
        if line is None or self._cursor_in_sight() or self.size.height < 2:
            return
        beyond = line - 1 if line < 1 else line - self._page
        self.scroll_to(y=self.scroll_offset.y + beyond, animate=False, force=True)

    def _viewport(self) -> list[Shown]:
        return [self._shown_at(y) for y in range(self.size.height)]

    def _shown_at(self, y: int) -> Shown:
        if y == 0:
            return Header(self._sort_key, self._reverse)
        index = self.scroll_offset.y + y - 1
        if index < len(self._rows):
            row = self._rows[index]
            at_cursor = row.key == self._wanted
            return Body(row.cells, at_cursor, at_cursor and self.has_focus, row.key in self._marked)
        if self._rows or y != (self.size.height + 1) // 2:
            return ""
        return f'no row fits "{self._filter_text}": / changes the filter' if self._given else self._empty_text

    def _repaint(self) -> None:
        if self._refit():
            self._painted = self._viewport()
            self.refresh()
            return
        old, self._painted = self._painted, self._viewport()
        differing = [y for y, shown in enumerate(self._painted) if old[y : y + 1] != [shown]]
        if differing:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in differing))

    def _refit(self) -> bool:
        # `size` counts the cells under the scrollbar too.
        return self._sheet.fit(self._columns, self.scrollable_content_region.width)

    def _dress(self) -> tuple[Ink, Looks]:
        looks = (self.get_component_rich_style(f"live-table--{part}", partial=True) for part in Looks.__slots__)
        return ink_of(self, dim=self._dim), Looks(*looks)
