"""Screen 8: the bot itself, and how old everything is that was read from it."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from gunbot_tui import __version__
from gunbot_tui.engine.schedule import ALWAYS
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.ui.keymap import bindings
from gunbot_tui.ui.screens.base import Scene, View
from gunbot_tui.ui.widgets.lines import Lines, TitleRule
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views import bot as view
from gunbot_tui.views.cell import Span

READ_ALWAYS = frozenset({*ALWAYS, Kind.DAY})
"""What other screens asked for is not read any more while this one is shown: its age would be no news of the bot."""


class BotScreen(View):
    """Facts above, ages below."""

    NAME = "bot"
    BINDINGS: ClassVar[list[BindingType]] = cast("list[BindingType]", bindings("bot"))

    def compose(self) -> ComposeResult:
        """Title, facts, the table of ages."""
        yield Lines(classes="head")
        yield Lines(id="bot-facts")
        yield TitleRule((Span("what is always read"),), id="bot-ages-title")
        yield LiveTable(id="bot-ages", empty_text="nothing was read yet")

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """The bot's own state."""
        return frozenset(Topic(kind) for kind in (Kind.AUTH, Kind.CLOCK, Kind.CONFIG))

    def show(self, scene: Scene) -> None:
        """Draw facts and ages."""
        snapshot = scene.snapshot
        title = (Span(f" {snapshot.bot.name} · {snapshot.bot.kind}"),)
        self.set_head(self.query_one(".head", Lines), title, (snapshot.auth, snapshot.clock), scene)
        self.query_one("#bot-facts", Lines).set_lines(view.lines(snapshot, scene.now, __version__))
        self.query_one("#bot-ages", LiveTable).set_rows(view.COLUMNS, view.ages(snapshot, scene.now, READ_ALWAYS))


SCREEN = BotScreen
