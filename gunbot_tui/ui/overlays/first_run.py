"""The page without a configuration: add a bot in a dialog, look around in the demo, or leave."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from gunbot_tui.model.bot import BotRef
from gunbot_tui.ui.enrolment import Enrolment

DEMO_EXIT_CODE = 64
"""Tells the command line that the user chose the demo."""
ADDED_EXIT_CODE = 65
"""Tells it that there is a configuration now."""


class FirstRunPage(Screen[None], inherit_bindings=False):
    """Three choices on single keys."""

    def __init__(self, enrolment: Enrolment) -> None:
        super().__init__()
        self._enrolment = enrolment

    def compose(self) -> ComposeResult:
        """The text."""
        text = Text()
        text.append("gunbot-tui\n\n", style="bold")
        text.append("There is no configuration yet at\n")
        text.append(f"  {self._enrolment.config_path}\n\n", style="bold")
        for key, meaning in (
            ("a", "add a Gunbot or a Freqtrade: test it, save it, watch it"),
            ("d", "look around in the demo: a simulated Gunbot, no account, no money"),
            ("q", "leave"),
        ):
            text.append(f"  {key}  ", style="bold reverse")
            text.append(f"  {meaning}\n")
        yield Static(text, id="first-run", markup=False)

    async def press(self, event: events.Key) -> bool:
        """Take one of the three keys."""
        match event.key:
            case "a" | "enter":
                from gunbot_tui.ui.overlays.add_bot import AddBot  # its fields are nothing the first paint waits for

                await self.app.push_screen(AddBot(self._enrolment), self._go_on)
            case "d":
                self.app.exit(return_code=DEMO_EXIT_CODE)
            case "q" | "escape" | "ctrl+c":
                self.app.exit(return_code=0)
            case _:
                return False
        return True

    def _go_on(self, bot: BotRef | None) -> None:
        if bot is not None:
            self.app.exit(return_code=ADDED_EXIT_CODE)
