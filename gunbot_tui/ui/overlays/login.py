"""The dialog that asks for a bot's secrets, one after the other, without showing them."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from gunbot_tui.model.secret import Secret
from gunbot_tui.ui.field import Field


class LoginDialog(ModalScreen[Mapping[str, Secret] | None]):
    """Answers with the secrets by name, or with None when the user drops it."""

    def __init__(self, bot: str, asks: tuple[str, ...]) -> None:
        super().__init__()
        self._bot = bot
        self._left = list(asks)
        self._typed: dict[str, Secret] = {}

    def compose(self) -> ComposeResult:
        """The question over a masked field."""
        with Vertical(id="login"):
            yield Static(id="login-question", markup=False)
            field = Field(id="login-field")
            field.password = True
            yield field
            yield Static("enter goes on · esc drops it · it is kept in memory only", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Ask for the first."""
        self.set_focus(self.query_one(Field))
        self._ask()

    async def press(self, event: events.Key) -> bool:
        """Take one key; any letter is part of the secret."""
        match event.key:
            case "escape" | "ctrl+c":
                self.dismiss(None)
            case "enter":
                self._take()
            case _:
                return await self.query_one(Field).press(event)
        return True

    def _ask(self) -> None:
        self.query_one("#login-question", Static).update(f"{self._left[0]} of {self._bot}:")

    def _take(self) -> None:
        field = self.query_one(Field)
        if not field.value:
            return
        self._typed[self._left.pop(0)] = Secret(field.value)
        field.value = ""
        if self._left:
            self._ask()
        else:
            self.dismiss(self._typed)
