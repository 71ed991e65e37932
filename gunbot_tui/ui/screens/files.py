"""Screen 7: the bot's configuration and files, to read; secrets never get this far."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import Folder
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.ui.widgets.table_line import GUTTER
from gunbot_tui.views import files as view
from gunbot_tui.views.cell import Cell, Column, Row, Span


class FilesScreen(View):
    """A tree on the left, what its node holds on the right; enter opens a node or moves into the text."""

    NAME = "files"
    FOLLOWS_CURSOR = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("files"))

    def __init__(self) -> None:
        super().__init__()
        self._expanded: frozenset[str] = frozenset({view.config_key()})
        self._in_text = False
        self._shown = ""

    @property
    def table(self) -> LiveTable | None:
        """The tree, or the text while reading it."""
        return self._text if self._in_text else self._tree

    @property
    def _tree(self) -> LiveTable:
        return self.query_one("#files-tree", LiveTable)

    @property
    def _text(self) -> LiveTable:
        return self.query_one("#files-text", LiveTable)

    def compose(self) -> ComposeResult:
        """Title, tree and text."""
        yield Lines(classes="head")
        with Horizontal():
            yield LiveTable(id="files-tree", empty_text="reading …")
            with Vertical():
                yield TitleRule(id="files-title")
                yield LiveTable(id="files-text")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The configuration, every folder's names, and the file under the cursor."""
        folders = {Topic(Kind.FILES, folder.value) for folder in Folder}
        key = self._tree.cursor_key
        return frozenset({Topic(Kind.CONFIG), *folders, *(() if key is None else (view.topic(key),))})

    def show(self, scene: Scene) -> None:
        """Draw tree and text."""
        self._tree.set_rows(view.COLUMNS, view.nodes(scene.snapshot, self._expanded))
        key = self._tree.cursor_key or view.config_key()
        feed = scene.snapshot.feed(view.topic(key))
        title = (Span(" read-only here · enter opens, backspace goes back"),)
        old = self.set_head(self.query_one(".head", Lines), title, (feed,), scene)
        self.query_one("#files-title", TitleRule).set_title(view.title(key))
        lines = view.content(scene.snapshot, key, scene.now, self._text.size.width)
        rows = [Row(str(at), (_cell(line),)) for at, line in enumerate(lines)]
        columns = (Column("line", "", max(1, self._text.size.width - GUTTER - 1)),)
        if key != self._shown:
            self._shown = key
            self._text.set_rows(columns, ())
        self._text.dim(old)
        self._text.set_rows(columns, rows)

    def open_row(self) -> str | None:
        """Open or shut a node; on a file go into its text."""
        key = self._tree.cursor_key
        if key is None or self._in_text:
            return None
        if view.can_expand(key):
            self._expanded ^= {key}
        else:
            self._in_text = True
        return None

    def back(self) -> bool:
        """Leave the text."""
        if not self._in_text:
            return False
        self._in_text = False
        return True


def _cell(line: tuple[Span, ...]) -> Cell:
    """One cell of a whole line; its tone is that of the last span, which holds the value."""
    return Cell("".join(span.text for span in line), line[-1].tone) if line else Cell()


SCREEN = FilesScreen
