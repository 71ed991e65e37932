"""What the first paint shows while the rest of the program is still being loaded."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from gunbot_tui.model.bot import BotRef
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.views.cell import Span, Tone
from gunbot_tui.views.masthead import badge, tabs


class Opening(Screen[None], inherit_bindings=False):
    """The bot's name, its badge and the tabs; keys have no meaning yet, except those that leave."""

    def __init__(self, bot: BotRef) -> None:
        super().__init__()
        self._bot = bot

    def compose(self) -> ComposeResult:
        """Bar and tabs where the cockpit has them."""
        yield Lines(((*badge(self._bot), Span(" …  loading", Tone.MUTED)),), id="bar")
        yield Lines(id="tabs")

    def on_resize(self) -> None:
        """Fit the tabs."""
        self.query_one("#tabs", Lines).set_lines((tabs("pairs", self.size.width, None),))

    async def press(self, event: events.Key) -> bool:
        """Leave, or drop the key: it was meant for a screen that is not there."""
        if event.key in ("q", "ctrl+c"):
            self.app.exit(return_code=0)
        return True
