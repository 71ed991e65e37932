"""The `:` line: a field with history; Enter hands over exactly the text that stands in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from gunbot_tui.ui.field import Field

KEPT_LINES = 200
RunLine = Callable[[str], Awaitable[None]]
"""Carries out a line before the next key is looked at: what was typed behind Enter belongs to what Enter brought up."""


class CommandLine(Horizontal):
    """One line at the bottom, shown while a command or an order is typed."""

    KEYS = (("enter", "run"), ("↑↓", "history"), ("esc", "drop"), ("ctrl+g", "halt"))

    def __init__(self, run: RunLine) -> None:
        super().__init__(id="command-line")
        self._run = run
        self._history: list[str] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """A colon and the field."""
        yield Static(":", id="command-colon", markup=False)
        yield Field(id="command-field", placeholder="buy 0.01 @ ask · cancel all · book XRP · help")

    @property
    def field(self) -> Field:
        """The field that is typed in."""
        return self.query_one(Field)

    @property
    def is_open(self) -> bool:
        """True while the line is shown."""
        return bool(self.display)

    def open(self, text: str) -> None:
        """Show the line with a text to go on from; the focus moves at once, so that queued keys land in it."""
        self.display = True
        self._at = len(self._history)
        self.field.fill(text)
        self.screen.set_focus(self.field)

    def close(self) -> None:
        """Hide the line and forget the text."""
        self.display = False
        self.field.value = ""

    def remember(self, text: str) -> None:
        """Keep a line for the arrow keys."""
        if text and (not self._history or self._history[-1] != text):
            self._history = [*self._history, text][-KEPT_LINES:]

    async def press(self, event: events.Key) -> bool:
        """Take one key: Enter hands the text over, arrows walk the history, the rest edits; False for no meaning."""
        match event.key:
            case "enter":
                text = self.field.value.strip()
                self.close()
                self.remember(text)
                await self._run(text)
            case "escape" | "ctrl+c":
                self.close()
            case "up" | "down":
                self._recall(-1 if event.key == "up" else 1)
            case "backspace" if not self.field.value:
                self.close()
            case _:
                return await self.field.press(event)
        return True

    def _recall(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), len(self._history))
        self.field.fill(self._history[self._at] if self._at < len(self._history) else "")
