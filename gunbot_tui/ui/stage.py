"""The screens of each bot. Every bot has a stage of its own: nothing opened, marked or typed goes over to another."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from gunbot_tui.ui.screens import open_view
from gunbot_tui.ui.screens.base import View
from gunbot_tui.ui.widgets.table import LiveTable

FIRST = "pairs"
"""The screen that is always there: it gives the pairs their order."""


class Stage(Container):
    """Screens on top of each other, each made on its first visit; `name` is the one to begin with."""

    def __init__(self, name: str = FIRST) -> None:
        super().__init__(classes="stage")
        self._begin = name

    def compose(self) -> ComposeResult:
        """The first screen, and the one to begin with."""
        for name in dict.fromkeys((FIRST, self._begin)):
            view = open_view(name)
            view.display = name == self._begin
            yield view

    def view(self, name: str) -> View:
        """A screen that has been visited."""
        return self.query_one(f"#view-{name}", View)

    def leave(self) -> None:
        """Take the marks away: on the way back nobody remembers them."""
        for table in self.query(LiveTable):
            table.unmark(table.marked)

    async def show(self, name: str) -> None:
        """Bring a screen to the front."""
        if not self.query(f"#view-{name}"):
            await self.mount(open_view(name))
        for view in self.query(View):
            view.display = name == view.NAME


class Stages:
    """The stages of all bots that have been shown, one of them in front."""

    def __init__(self, bot: str) -> None:
        self.front = Stage()
        self._of = {bot: self.front}

    async def prepare(self, bot: str, name: str) -> None:
        """Let a bot's stage stand behind the one in front, beginning with a screen."""
        stage = self._of.get(bot)
        if stage is None:
            stage = self._of[bot] = Stage(name)
            stage.display = False
            await self.front.screen.mount(stage, after=self.front)
        else:
            await stage.show(name)

    def bring(self, bot: str) -> None:
        """Put a stage that stands in front."""
        self.front.leave()
        self.front = self._of[bot]
        for stage in self._of.values():
            stage.display = stage is self.front
