"""A terminal's screen for tests: pyte, taught what pyte leaves out of a modern terminal.

pyte keeps half a wide character that was written over, ignores the alternate screen, and prints parts of sequences it
does not know; a real terminal does none of these.
"""

import re
from typing import NamedTuple

import pyte

SPECIAL = re.compile(
    rb"\x1b\[\?(?P<mode>\d+)(?P<set>[hl])"
    rb"|\x1b\[(?P<private>[<>=?])[\d;]*\$?(?P<final>[a-zA-Z])"
    rb"|\x1b\[(?P<report>[056]?)(?P<asks>[cn])"
)
UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[\]P_^X][^\x07\x1b]*\x1b?)?\Z")
SYNCHRONIZED = 2026
ALTERNATE_SCREENS = {47, 1047, 1049}


class Cell(NamedTuple):
    """One cell as a person sees it; "" is the right half of a wide character."""

    text: str
    foreground: str
    background: str
    attributes: str


class Screen(pyte.Screen):
    """pyte's screen, where overwriting half of a wide character erases the other half."""

    has_wide = False

    def draw(self, data: str) -> None:
        """Print text at the cursor."""
        if data.isascii() and not self.has_wide:
            super().draw(data)
            return
        self.has_wide = True
        for character in data:
            line, start = self.buffer[self.cursor.y], self.cursor.x
            split = line[start].data == ""
            super().draw(character)
            end = self.cursor.x
            if end > start and start and split:
                line[start - 1] = line[start - 1]._replace(data=" ")
            if end > start and end < self.columns and line[end].data == "":
                line[end] = line[end]._replace(data=" ")


def _attributes(cell: pyte.screens.Char) -> str:
    on = (cell.bold, cell.italics, cell.underscore, cell.strikethrough, cell.blink, cell.reverse)
    return "".join(letter for letter, is_on in zip("biusxr", on, strict=True) if is_on)


class Terminal:
    """Feed it what a program prints; it holds the screen, the modes that are set and what it answers."""

    def __init__(self, cols: int, rows: int) -> None:
        self.screen = Screen(cols, rows)
        self.modes: set[int] = set()
        self.modes_seen: set[int] = set()
        self.bells = 0
        self._stream = pyte.ByteStream(self.screen)
        self._tail = b""
        self._primary: list[tuple[int, dict[int, pyte.screens.Char]]] = []

    @property
    def in_frame(self) -> bool:
        """Whether a synchronized update is still open."""
        return SYNCHRONIZED in self.modes

    def feed(self, data: bytes) -> None:
        """Take in output; a sequence cut off at the end waits for the rest."""
        data = self._tail + data
        unfinished = UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        data, self._tail = data[:cut], data[cut:]
        start = 0
        for special in SPECIAL.finditer(data):
            self._stream.feed(data[start : special.start()])
            start = special.end()
            if special["mode"]:
                self._set_mode(int(special["mode"]), special["set"] == b"h", special[0])
        self._stream.feed(data[start:])

    def resize(self, cols: int, rows: int) -> None:
        """Change the size; lines are cut or added at the bottom."""
        screen = self.screen
        for y in range(rows, screen.lines):
            screen.buffer.pop(y, None)
        screen.lines = min(screen.lines, rows)  # or pyte would drop lines from the top
        screen.resize(rows, cols)
        screen.cursor.y = min(screen.cursor.y, rows - 1)
        screen.cursor.x = min(screen.cursor.x, cols - 1)

    def text(self) -> str:
        """The screen's text, lines stripped on the right."""
        lines = ("".join(cell.data for cell in self._line(y)).rstrip() for y in range(self.screen.lines))
        return "\n".join(lines)

    def cells(self) -> list[list[Cell]]:
        """Every cell with its colours and attributes, by lines."""
        return [[Cell(c.data, c.fg, c.bg, _attributes(c)) for c in self._line(y)] for y in range(self.screen.lines)]

    def _line(self, y: int) -> list[pyte.screens.Char]:
        line = self.screen.buffer[y]
        return [line[x] for x in range(self.screen.columns)]

    def _set_mode(self, mode: int, on: bool, sequence: bytes) -> None:
        self.modes_seen.add(mode)
        if on:
            self.modes.add(mode)
        else:
            self.modes.discard(mode)
        if mode not in ALTERNATE_SCREENS:
            self._stream.feed(sequence)
            return
        buffer = self.screen.buffer
        if on:
            self._primary = [(y, dict(line)) for y, line in buffer.items()]
            self.screen.erase_in_display(2)
            return
        self.screen.erase_in_display(2)
        for y, line in self._primary:
            buffer[y].update(line)
