"""Screen 7: the bot's configuration and files, to read; secrets never get this far."""

from __future__ import annotations

from collections.abc import Sequence
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
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.panel import untold, whole

WIDE = 100
"""Columns from which a text that is read leaves room for the tree."""
TREE_CELLS = 35
"""The tree's columns as the style sheet gives them, with the gap."""
DETAIL_LINES = 4


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
        self._folders = tuple(Folder)

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
        """Title, tree, text, the cursor's line."""
        yield Lines(classes="head")
        with Horizontal():
            yield LiveTable(id="files-tree", empty_text="reading …")
            with Vertical():
                yield TitleRule(id="files-title")
                yield LiveTable(id="files-text")
                yield Lines(id="files-detail")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The configuration, every folder's names, and the file under the cursor."""
        folders = {Topic(Kind.FILES, folder.value) for folder in self._folders}
        key = self._tree.cursor_key
        return frozenset({Topic(Kind.CONFIG), *folders, *(() if key is None else (view.topic(key),))})

    def show(self, scene: Scene) -> None:
        """Draw tree and text."""
        self._folders = view.folders(scene.snapshot)
        self._tree.set_rows(view.COLUMNS, view.nodes(scene.snapshot, self._expanded))
        key = self._tree.cursor_key or view.config_key()
        feed = scene.snapshot.feed(view.topic(key))
        title = (Span(" read-only here · enter opens, backspace goes back"),)
        feeds = (feed,) if untold(scene.snapshot, view.topic(key).kind) is None else ()
        old = self.set_head(self.query_one(".head", Lines), title, feeds, scene)
        self.query_one("#files-title", TitleRule).set_title(view.title(key))
        is_alone = self._in_text and self.size.width < WIDE
        self._tree.display = not is_alone
        width = self.size.width - (0 if is_alone else TREE_CELLS)
        lines = view.content(scene.snapshot, key, scene.now, width)
        columns, rows = _numbered(lines, width, is_file=view.is_file(key))
        if key != self._shown:
            self._shown = key
            self._text.set_rows(columns, ())
        self._text.dim(old)
        self._text.set_rows(columns, rows)
        self._show_line(rows, columns[-1].width, width)

    def _show_line(self, rows: Sequence[Row], cells: int, width: int) -> None:
        """All of the cursor's line below a text with lines that are cut."""
        texts = {row.key: row.cells[-1].text.strip() for row in rows} if self._in_text else {}
        lines: tuple[Line, ...] = ()
        if any(fmt.width(text) > cells for text in texts.values()):
            lines = whole(texts.get(self._text.cursor_key or "", ""), width, DETAIL_LINES)
            lines = (*lines, *((),) * (DETAIL_LINES - len(lines)))
        self.query_one("#files-detail", Lines).set_lines(lines)

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
        self._tree.display = True
        return True


def _numbered(lines: Sequence[Line], width: int, *, is_file: bool) -> tuple[tuple[Column, ...], list[Row]]:
    """The lines as rows, those of a file behind their numbers."""
    digits = len(str(len(lines))) if is_file else 0
    rows = [
        Row(str(at), (*((Cell(str(at + 1), Tone.MUTED),) if is_file else ()), _cell(line)))
        for at, line in enumerate(lines)
    ]
    text = Column("line", "", max(1, width - GUTTER - 1 - digits - (1 if is_file else 0)))
    return (*((Column("number", "", digits, Align.RIGHT),) if is_file else ()), text), rows


def _cell(line: tuple[Span, ...]) -> Cell:
    """One cell of a whole line; its tone is that of the last span, which holds the value."""
    return Cell("".join(span.text for span in line), line[-1].tone) if line else Cell()


SCREEN = FilesScreen
