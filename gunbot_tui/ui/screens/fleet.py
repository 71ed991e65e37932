"""Screen 0: all bots."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View, arrangement
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import fleet as view
from gunbot_tui.views.cell import Span

FRAME_LINES = 2
"""The title, and the header of the table: bots come before what is said below them."""


class FleetScreen(View):
    """A table of bots, what is wrong with them, and sums; enter shows a bot, wherever one was before."""

    NAME = "fleet"
    FOLLOWS_CURSOR = True
    shows_fleet = True
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("fleet"))

    def __init__(self) -> None:
        super().__init__()
        self._pointed: str | None = None

    def compose(self) -> ComposeResult:
        """Title, table, the cursor's bot, problems, sums."""
        yield Lines(classes="head")
        yield LiveTable(id="fleet-table")
        yield Lines(id="fleet-detail")
        yield Lines(id="fleet-problems")
        yield Lines(id="fleet-totals")

    def show(self, scene: Scene) -> None:
        """Draw the bots; the cursor goes to the one that is shown, until it is moved."""
        table, active = self.query_one(LiveTable), scene.snapshot.bot.name
        self.query_one(".head", Lines).set_lines(((Span(" "), *view.title(scene.fleet), *arrangement(table)),))
        table.set_rows(view.COLUMNS, view.rows(scene.fleet, active, scene.now))
        if self._pointed != active:
            self._pointed = active
            table.move_cursor(active)
        room = max(0, self.size.height - FRAME_LINES - len(scene.fleet))
        problems = view.problems(scene.fleet, scene.now, self.size.width)[:room]
        totals = view.totals(scene.fleet, scene.now)[: room - len(problems)]
        self.query_one("#fleet-problems", Lines).set_lines(problems)
        self.query_one("#fleet-totals", Lines).set_lines(totals)
        told = (bot for bot in scene.fleet if bot.bot.name == table.cursor_key)
        detail = next((view.detail(bot, scene.now) for bot in told), ())
        self.query_one("#fleet-detail", Lines).set_lines(detail[: room - len(problems) - len(totals)])

    def on_hide(self) -> None:
        """Begin at the bot that is shown the next time."""
        self._pointed = None

    def bot_at_cursor(self) -> str | None:
        """The row's key is the bot's name."""
        return self.query_one(LiveTable).cursor_key


SCREEN = FleetScreen
