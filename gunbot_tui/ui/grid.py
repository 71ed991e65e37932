"""What the terminal shows and what it should show, cell by cell, and the bytes from one to the other.

The stock renderer sends a changed line from its widget's left edge with full colour codes, several times the bytes of
the cells that changed. Only plain runs, cursor addresses and colours are understood here; everything else passes
through in order, and what could have moved or erased a cell makes both sides forget.
"""

import re
from functools import lru_cache
from itertools import islice

from rich.cells import split_graphemes

from gunbot_tui.ui.sgr import PLAIN, Style, apply_sgr, transition, unknown

SYNC_BEGIN = "\x1b[?2026h"
SYNC_END = "\x1b[?2026l"
BELL = "\x07"

# A terminal that reads nothing for days must not fill our memory with bells and clipboard copies.
CONTROL_LIMIT = 1 << 20

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<move>\d*(?:;\d*)?)H"
    r"|\x1b\[(?P<sgr>[\d;:]*)m"
    r"|(?P<newline>\n)"
    r"|(?P<sync>\x1b\[\?2026[hl])"
    r"|\x1b\]8;(?P<link>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|(?P<alternate>\x1b\[\?(?:47|1047|1049)[hl])"
    r"|(?P<string>\x07|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))"
    # Modes, the keyboard protocol and questions; 3 and 6 are the modes that move the cursor.
    r"|(?P<mode>\x1b\[\?(?![36][hl])\d+(?:[hln]|\$p)|\x1b\[[<>=?]\d*u|\x1b\[[>=]?0?[cq]|\x1b\[[56]n)"
    r"|(?P<opaque>\x1b\[[0-?]*[ -/]*[@-~]|\x1b[P\]X^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]"
    r"|[\x00-\x1f\x7f-\x9f])"
)


class Row:
    """One line of cells, and the part of it that may differ from the terminal."""

    __slots__ = ("dirty_from", "dirty_to", "shown", "shown_style", "wanted", "wanted_style")

    def __init__(self, width: int) -> None:
        # A cell is a character with its marks; "" is the right half of a wide one, None is unknown.
        self.wanted: list[str | None] = [None] * width
        self.wanted_style: list[Style] = [PLAIN] * width
        self.shown: list[str | None] = [None] * width
        self.shown_style: list[Style] = [PLAIN] * width
        self.dirty_from = width
        self.dirty_to = 0

    def put(self, x: int, cells: tuple[str, ...], style: Style) -> None:
        """Want these cells from column x on; half a wide character left over at either end becomes a space."""
        wanted = self.wanted
        end = x + len(cells)
        self.dirty_from = min(self.dirty_from, x)
        self.dirty_to = max(self.dirty_to, end)
        if x and wanted[x] == "":
            wanted[x - 1] = " "
            self.dirty_from = min(self.dirty_from, x - 1)
        wanted[x:end] = cells
        self.wanted_style[x:end] = [style] * len(cells)
        if end < len(wanted) and wanted[end] == "":
            wanted[end] = " "
            self.dirty_to = max(self.dirty_to, end + 1)

    def join(self, x: int, marks: str) -> None:
        """Want combining marks on the character left of column x, where there is one."""
        head = x - 2 if x > 1 and self.wanted[x - 1] == "" else x - 1
        cell = self.wanted[head] if head >= 0 else None
        if cell:
            self.wanted[head] = cell + marks
            self.dirty_from, self.dirty_to = min(self.dirty_from, head), max(self.dirty_to, x)

    def changes(self) -> list[int]:
        """The columns whose cell the terminal does not show yet; from now on it counts as shown."""
        start, end = self.dirty_from, self.dirty_to
        if start >= end:
            return []
        self.dirty_from, self.dirty_to = len(self.wanted), 0
        wanted, shown = self.wanted[start:end], self.shown[start:end]
        wanted_style, shown_style = self.wanted_style[start:end], self.shown_style[start:end]
        if wanted == shown and wanted_style == shown_style:
            return []
        self.shown[start:end], self.shown_style[start:end] = wanted, wanted_style
        cells = enumerate(zip(wanted, shown, wanted_style, shown_style, strict=True), start)
        return [
            x for x, (new, old, style, old_style) in cells if new != old or (style != old_style and new is not None)
        ]


class Grid:
    """A terminal's screen twice, as it is and as it should be, with the control sequences still to be passed on."""

    def __init__(self) -> None:
        self.synchronized = False
        self.in_frame = False
        self._rows: list[Row] = []
        self._width = 0
        self._away = False
        self._x = self._y = 0
        self._style = PLAIN
        self._at: tuple[int, int] | None = None
        self._pen = PLAIN
        self._controls: list[str] = []
        self._control_size = 0

    def resize(self, width: int, height: int) -> None:
        """Follow the terminal to another size; what it shows is then unknown."""
        if (width, height) != (self._width, len(self._rows)):
            self._width = width
            self._rows = [Row(width) for _ in range(height)]
            self._lose_pen()

    def forget(self) -> None:
        """Know nothing of the screen any more; cells are sent as they are printed anew."""
        self._rows = [Row(self._width) for _ in self._rows]
        self._lose_pen()

    def distrust(self) -> None:
        """Send all that is wanted again, as something else has written to the terminal."""
        for row in self._rows:
            row.shown = [None] * self._width
            row.dirty_from, row.dirty_to = 0, self._width
        self._lose_pen()

    def feed(self, data: str) -> None:
        """Take in what the application prints."""
        for token in _TOKEN.finditer(data):
            text = token[0]
            match token.lastgroup:
                case "text":
                    self._print(text)
                case "move":
                    row, _, column = token["move"].partition(";")
                    self._y, self._x = max(int(row or 1), 1) - 1, max(int(column or 1), 1) - 1
                case "sgr":
                    self._style = apply_sgr(self._style, token["sgr"])
                case "newline":
                    self._y, self._x = self._y + 1, 0
                case "sync":
                    self.synchronized = True
                    self.in_frame = text == SYNC_BEGIN
                case "link":
                    self._style = self._style._replace(link="" if token["link"] == ";" else token["link"])
                case "mode":
                    self._pass_on(text)
                case "string":
                    if self._control_size < CONTROL_LIMIT and not (text == BELL and BELL in self._controls):
                        self._pass_on(text)
                case "alternate":
                    # Textual does not draw its screen again after being suspended, so it is kept for the way back.
                    self._pass_on(transition(self._pen, PLAIN) + text)
                    self._pen = PLAIN
                    self._away = text.endswith("l")
                    self.distrust()
                case _:
                    self._pass_opaque(text)

    def take(self) -> str:
        """Everything the terminal has still to be sent; "" when it is as it should be."""
        controls = "".join(self._controls)
        self._controls.clear()
        self._control_size = 0
        difference = self._difference()
        if difference and self.synchronized:
            difference = f"{SYNC_BEGIN}{difference}{SYNC_END}"
        return controls + difference

    def _print(self, text: str) -> None:
        marks, cells = ("", tuple(text)) if text.isascii() else _cells(text)
        x = self._x
        self._x = x + len(cells)
        if x >= self._width or self._y >= len(self._rows):
            return
        row = self._rows[self._y]
        if marks:
            row.join(x, marks)
        if len(cells) > self._width - x:
            split = cells[self._width - x] == ""
            cells = (*cells[: self._width - x - split], *[" "] * split)
        if cells:
            row.put(x, cells, self._style)

    def _pass_on(self, text: str) -> None:
        self._controls.append(text)
        self._control_size += len(text)

    def _pass_opaque(self, text: str) -> None:
        if self._control_size < CONTROL_LIMIT:
            self._pass_on(
                f"{self._difference()}{self._move(self._x, self._y)}{transition(self._pen, self._style)}{text}"
            )
            self._pen = self._style
        self.forget()

    def _lose_pen(self) -> None:
        self._at = None
        self._pen = unknown(self._pen)

    def _difference(self) -> str:
        if self._away:
            return ""
        out: list[str] = []
        for y, row in enumerate(self._rows):
            changes = row.changes()
            if changes:
                self._encode(y, row, changes, out)
        if out and (self._x or self._y) and self._at != (self._x, self._y):
            # Input methods draw at the cursor even while it is hidden, so it returns to where the application left it.
            out.append(self._move(self._x, self._y))
        return "".join(out)

    def _encode(self, y: int, row: Row, changes: list[int], out: list[str]) -> None:
        for x in changes:
            cell = row.wanted[x]
            if not cell:
                continue
            if self._at != (x, y):
                at = self._at
                move = self._move(x, y)
                out.append(self._bridge(row, at[0], x, move) if at and at[1] == y and at[0] < x else move)
            style = row.wanted_style[x]
            if style is not self._pen:
                out.append(transition(self._pen, style))
                self._pen = style
            out.append(cell)
            # Terminals disagree on the width of a character with marks, and on what follows one in the last column.
            end = x + 1 if x + 1 == self._width or row.wanted[x + 1] != "" else x + 2
            self._at = (end, y) if len(cell) == 1 and end < self._width else None

    def _bridge(self, row: Row, start: int, x: int, move: str) -> str:
        """The same as the move from column start to x, over the unchanged cells between them if that is shorter."""
        between = row.wanted[start:x]
        text = "".join(cell or "" for cell in between)
        if len(text) != len(between) or len(text.encode()) >= len(move):
            return move
        return text if all(style == self._pen for style in islice(row.wanted_style, start, x)) else move

    def _move(self, x: int, y: int) -> str:
        at, self._at = self._at, (x, y)
        address = f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H"
        if at is None or at[1] != y or at[0] > x:
            return address
        step = x - at[0]
        return "" if step == 0 else "\x1b[C" if step == 1 else f"\x1b[{step}C"


@lru_cache(4096)
def _cells(text: str) -> tuple[str, tuple[str, ...]]:
    """Marks that belong to what is left of the text, and its cells; "" is the right half of a wide character."""
    marks = ""
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
        else:
            marks += text[start:end]
    return marks, tuple(cells)
