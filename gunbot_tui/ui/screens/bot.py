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
from gunbot_tui.views import bot_run
from gunbot_tui.views.cell import Span

TOLD = (Kind.AUTH, Kind.CLOCK, Kind.CONFIG, Kind.STATE, Kind.LOCKS, Kind.PAIRLIST, Kind.LOAD)
ROWS_FOR_VERBS = 30
LEAST_TABLE = 6
"""Lines that the facts leave to the title and the table."""
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
        return frozenset(Topic(kind) for kind in TOLD)

    def show(self, scene: Scene) -> None:
        """Draw facts, and ages or what nothing is opened on."""
        snapshot, now = scene.snapshot, scene.now
        title = (Span(f" {snapshot.bot.name} · {snapshot.bot.kind}"),)
        feeds = (snapshot.run_status,) if snapshot.capabilities.has_deals else (snapshot.auth, snapshot.clock)
        self.set_head(self.query_one(".head", Lines), title, feeds, scene)
        facts, table = self.query_one("#bot-facts", Lines), self.query_one("#bot-ages", LiveTable)
        rule = self.query_one("#bot-ages-title", TitleRule)
        if not snapshot.capabilities.has_deals:
            facts.set_lines(view.lines(snapshot, now, __version__, self.size.width))
            table.set_rows(view.COLUMNS, view.ages(snapshot, now, READ_ALWAYS))
            return
        lines = (view.health(snapshot, now, READ_ALWAYS), *view.lines(snapshot, now, __version__, self.size.width))
        verbs = ((), *view.verbs(snapshot)) if self.size.height >= ROWS_FOR_VERBS else ()
        facts.set_lines((*lines[: max(1, self.size.height - LEAST_TABLE)], *verbs))
        rule.set_title(bot_run.barred_title(snapshot, now))
        table.empty_text = "".join(span.text for span in bot_run.barred_empty(snapshot, now))
        table.set_rows(bot_run.COLUMNS, bot_run.barred(snapshot, now))


SCREEN = BotScreen
