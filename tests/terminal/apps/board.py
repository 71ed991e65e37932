"""A small application with everything a terminal driver meets: live cells, layers, a second screen, wide text.

`board.py stock|diffing [BEAT]` draws the same for the same keys, whatever the driver. With BEAT, a file, it changes
every number 20 times a second and appends to the file how many times it has.
"""

import asyncio
import random
import signal
import sys
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from gunbot_tui.ui.driver import DiffingDriver

DRIVERS: dict[str, type[Driver]] = {"stock": LinuxDriver, "diffing": DiffingDriver}
GAIN, LOSS, SAME, HEAD = (
    Style(color="#30c060"),
    Style(color="#e04040", bold=True),
    Style(),
    Style(color="white", bgcolor="#203050"),
)
WIDE = [
    "世界 plain 界世",
    "cafe\u0301 naive\u0308 e\u0301e\u0301",
    "🚀 up 日本語 down",
    "한국어 text 中文字",
    "─━│ ▂▄▆█ ⣿⠿",
]
ROWS, COLUMNS, WIDTH = 16, 5, 11


class Table(Widget):
    """Numbers in columns, drawn by lines; only changed lines are refreshed."""

    DEFAULT_CSS = "Table { height: 18; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._random = random.Random(7)
        self.values = [[100.0 + row * 10 + column for column in range(COLUMNS)] for row in range(ROWS)]
        self.signs = [[0] * COLUMNS for _ in range(ROWS)]

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if y == 0:
            return Strip([Segment("".join(f"col {c}".rjust(WIDTH) for c in range(COLUMNS)), HEAD)])
        if y > ROWS:
            return Strip.blank(self.size.width, SAME)
        segments = [
            Segment(f"{value:.2f}".rjust(WIDTH), GAIN if sign > 0 else LOSS if sign < 0 else SAME)
            for value, sign in zip(self.values[y - 1], self.signs[y - 1], strict=True)
        ]
        return Strip(segments).adjust_cell_length(self.size.width, SAME)

    def tick(self, changes: int) -> None:
        """Change some numbers."""
        for _ in range(changes):
            row, column = self._random.randrange(ROWS), self._random.randrange(COLUMNS)
            change = self._random.choice((-1.25, 0.5))
            self.values[row][column] += change
            self.signs[row][column] = 1 if change > 0 else -1
            self.refresh(Region(0, row + 1, self.size.width, 1))


class Wide(Static):
    """Wide characters and combining marks that move on at each step."""

    def step(self, step: int) -> None:
        """Show another arrangement."""
        self.update("\n".join(" " * (step % 3) + WIDE[(i + step) % len(WIDE)] for i in range(4)))


class Second(Screen[None]):
    """Another screen on top."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "app.pop_screen")]

    def compose(self) -> ComposeResult:
        """Show some styled text."""
        yield Static("[bold]second[/] [italic]screen[/] [underline]here[/] [reverse]now[/] [strike]gone[/] [red]red[/]")
        yield Static("[link='https://example.org/']a link[/] and [dim]dim[/] [blink]blink[/] 世界")


class Board(App[None]):
    """The board."""

    CSS = """
    Screen { layers: below above; }
    #status { dock: top; background: $primary 30%; }
    #wide { height: 4; }
    #note { layer: above; display: none; offset: 7 3; width: 23; height: 17; border: round red; background: $surface; }
    """
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "ticks"),
        Binding("T", "tick"),
        Binding("e", "repaint"),
        Binding("w", "wide"),
        Binding("o", "overlay"),
        Binding("p", "second"),
        Binding("ctrl+l", "redraw", priority=True),
        Binding("z", "suspend_process"),
        Binding("q", "quit"),
    ]

    def __init__(self, driver: str, beat: Path | None) -> None:
        super().__init__(driver_class=DRIVERS[driver])
        self.animation_level = "none"
        self._beat = beat
        self._ticked = self._stepped = 0

    def compose(self) -> ComposeResult:
        """Lay out the board."""
        yield Static("ready", id="status")
        yield Table()
        yield Wide(id="wide")
        note = Input(placeholder="note", id="note")
        note.cursor_blink = False
        yield note

    def on_mount(self) -> None:
        """Draw the first wide text and count ticks for whoever watches from outside."""
        self.query_one(Wide).step(0)
        self.app_resume_signal.subscribe(self, lambda _: self._status("resumed"))
        if self._beat:
            self.set_interval(0.05, self._change_everything)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._tell, "terminated")

    def action_ticks(self) -> None:
        """Run 20 updates, one every 20 ms."""
        self.run_worker(self._run_ticks())

    def action_tick(self) -> None:
        """Change some numbers."""
        self._ticked += 1
        self.query_one(Table).tick(6)
        self._status(f"ticks {self._ticked}")

    def action_repaint(self) -> None:
        """Draw everything as it is."""
        self.refresh()

    def action_wide(self) -> None:
        """Move the wide text on."""
        self._stepped += 1
        self.query_one(Wide).step(self._stepped)
        self._status(f"wide {self._stepped}")

    def action_overlay(self) -> None:
        """Open or close the layer above."""
        note = self.query_one("#note")
        note.display = not note.display
        self._status(f"overlay {note.display}")

    def action_second(self) -> None:
        """Push the second screen."""
        self.push_screen(Second())

    def action_redraw(self) -> None:
        """Send everything again."""
        if isinstance(self._driver, DiffingDriver):
            self._driver.redraw()
        else:
            self.refresh()

    def _status(self, text: str) -> None:
        self.screen_stack[0].query_one("#status", Static).update(text)

    async def _run_ticks(self) -> None:
        for _ in range(20):
            self.action_tick()
            await asyncio.sleep(0.02)

    def _change_everything(self) -> None:
        self._ticked += 1
        self.query_one(Table).tick(ROWS * COLUMNS * 3)
        self._status(f"ticks {self._ticked}")
        self._tell(f"ticks {self._ticked}")

    def _tell(self, what: str) -> None:
        if self._beat:
            with self._beat.open("a") as file:
                file.write(f"{what}\n")


if __name__ == "__main__":
    board = Board(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    board.run(mouse=False)
    sys.exit(board.return_code)
