"""The screens of one bot. Another bot has a stage of its own: nothing opened, marked or typed goes over to it."""

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
