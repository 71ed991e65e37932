"""An application that names every input it gets: `echo.py stock|diffing`."""

import sys

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.terminal.apps.board import DRIVERS


class Echo(App[None]):
    """The last inputs, one a line."""

    AUTO_FOCUS = None

    def compose(self) -> ComposeResult:
        """Start empty."""
        yield Static("listening", id="heard")

    def on_key(self, event: events.Key) -> None:
        """Name the key."""
        self._hear(f"key {event.key}")

    def on_paste(self, event: events.Paste) -> None:
        """Name the pasted text."""
        self._hear(f"paste {event.text!r}")

    def on_app_focus(self) -> None:
        """Say that the terminal has the focus."""
        self._hear("focus")

    def on_app_blur(self) -> None:
        """Say that the terminal lost the focus."""
        self._hear("blur")

    def on_click(self, event: events.Click) -> None:
        """Say where the mouse was."""
        self._hear(f"click {event.screen_x},{event.screen_y}")

    def _hear(self, what: str) -> None:
        heard = self.query_one("#heard", Static)
        heard.update(f"{heard.content}\n{what}")


if __name__ == "__main__":
    Echo(driver_class=DRIVERS[sys.argv[1]]).run()
