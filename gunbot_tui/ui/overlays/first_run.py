"""The page without a configuration: it says where one belongs and writes a commented template on request."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from gunbot_tui.ui.startup import FirstRun, SetupError

DEMO_EXIT_CODE = 64
"""Tells the command line that the user chose the demo."""


class FirstRunPage(Screen[None], inherit_bindings=False):
    """Three choices on single keys."""

    def __init__(self, first_run: FirstRun) -> None:
        super().__init__()
        self._first_run = first_run

    def compose(self) -> ComposeResult:
        """The text, and a line for what came of a key."""
        text = Text()
        text.append("gunbot-tui\n\n", style="bold")
        text.append("There is no configuration yet at\n")
        text.append(f"  {self._first_run.config_path}\n\n", style="bold")
        for key, meaning in (
            ("d", "look around in the demo: a simulated Gunbot, no account, no money"),
            ("w", "write a commented template to that path, readable by you alone"),
            ("q", "leave"),
        ):
            text.append(f"  {key}  ", style="bold reverse")
            text.append(f"  {meaning}\n")
        yield Static(text, id="first-run", markup=False)
        yield Static("", id="first-run-answer", markup=False)

    async def press(self, event: events.Key) -> bool:
        """Take one of the three keys."""
        match event.key:
            case "d":
                self.app.exit(return_code=DEMO_EXIT_CODE)
            case "w":
                self._write()
            case "q" | "escape" | "ctrl+c":
                self.app.exit(return_code=0)
            case _:
                return False
        return True

    def _write(self) -> None:
        answer = self.query_one("#first-run-answer", Static)
        try:
            self._first_run.write_template()
        except SetupError as error:
            answer.update(Text(str(error)))
            return
        answer.update(Text(f"Written. Edit {self._first_run.config_path}, then start gunbot-tui again."))
