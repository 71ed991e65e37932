"""What every screen on a digit key is: a widget that turns a scene into rows, and only while it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.containers import Vertical

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.feed import Feed, Topic
from gunbot_tui.model.intent import Why
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import MISSING, Snapshot
from gunbot_tui.model.ticket import CancelDraft
from gunbot_tui.ui.messages import SizeChanged
from gunbot_tui.ui.theme import Glyphs
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.core import standstill
from gunbot_tui.views.export import Records, of_table
from gunbot_tui.views.panel import freshness_mark, is_old, problem_line, spread


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a screen is drawn from."""

    snapshot: Snapshot
    now: datetime
    pair: Pair | None
    glyphs: Glyphs
    fleet: tuple[Snapshot, ...]
    """Of every bot, in the order of the config file."""


class View(Vertical):
    """A screen: it names the topics it needs and shows the scene it is given."""

    NAME: ClassVar[str]
    SHOWS_MARKET: ClassVar[bool] = False
    """Whether what it shows comes from the core's memory, and stands still with the core."""
    FOLLOWS_CURSOR: ClassVar[bool] = False
    """Whether something beside the table depends on its cursor."""
    shows_fleet = False
    """Whether it shows all bots now, and not only the one that is selected."""

    def __init__(self) -> None:
        super().__init__(id=f"view-{self.NAME}", classes="view")

    @property
    def table(self) -> LiveTable | None:
        """The table that the cursor keys move in; None on a screen without one."""
        return next(iter(self.query(LiveTable)), None)

    def on_resize(self) -> None:
        """Ask to be drawn again: rows and lines were chosen for the size before."""
        self.post_message(SizeChanged())

    def topics(self, pair: Pair | None) -> frozenset[Topic]:
        """What must be read while this screen is shown."""
        return frozenset()

    def topics_elsewhere(self) -> frozenset[Topic]:
        """What must be read of the other bots while this screen is shown."""
        return frozenset()

    def show(self, scene: Scene) -> None:
        """Draw the scene; called only while the screen is shown."""
        raise NotImplementedError

    def pair_at_cursor(self) -> str | None:
        """The key of the pair under the cursor, where rows are pairs."""
        return None

    def bot_at_cursor(self) -> str | None:
        """The name of the bot under the cursor, where rows are bots."""
        return None

    def place_at_cursor(self) -> str | None:
        """Which row of another bot's screen the cursor's row is; None where rows are bots."""
        return None

    def go_to(self, place: str) -> None:
        """Point at a row that was chosen among those of all bots."""

    def cancel_at_cursor(self) -> CancelDraft | str:
        """The cancel that `x` means here, or why there is none."""
        return "no order is selected here: 5 shows the orders, x cancels the one under the cursor"

    def mark_again(self, commands: Sequence[CancelOrder]) -> int:
        """Mark the orders whose cancels were not sent; how many of them stand here."""
        return 0

    def records(self) -> Records | None:
        """What is shown, for a file; None on a screen without a table."""
        return None if self.table is None else of_table(self.table.columns, self.table.rows)

    def open_row(self) -> str | None:
        """Do what enter means on the cursor's row; the name of a screen to go to, or None."""
        return None

    def open_detail(self, of: Why | Deal, snapshot: Snapshot) -> None:
        """Tell the story of an order of ours or of a trade of the bot, on the screen of orders."""

    def back(self) -> bool:
        """Leave something inside the screen; False when there is nothing to leave."""
        return False

    def zoom(self, step: int) -> None:
        """Finer for positive steps, coarser for negative ones."""

    def cycle(self, step: int) -> None:
        """Go to the next of what the screen shows in turn, or to the one before."""

    def open_section(self, name: str) -> None:
        """Go to one of what the screen shows in turn."""

    def toggle_fleet(self) -> None:
        """Show all bots, or again only the one that is selected."""

    def choose(self, name: str) -> bool:
        """Show one of what the screen shows in turn; False when it has none of that name."""
        return False

    def set_head(self, head: Lines, title: Line, feeds: Sequence[Feed[object]], scene: Scene) -> bool:
        """Write the title line with the age at its end and, below it, what is wrong; True when the data is old.

        Without feeds nothing is waited for, and nothing has an age.
        """
        feed = _worst(feeds, scene.now) if feeds else MISSING
        width = max(self.size.width, 20)
        lines = [spread(title, (freshness_mark(feed, scene.now, scene.snapshot.link),) if feeds else (), width)]
        problem = problem_line(feed, scene.now, scene.snapshot.link, width - 1)
        still = standstill(scene.snapshot, scene.now) if self.SHOWS_MARKET else None
        lines += [(Span(" "), *line) for line in (problem, still) if line is not None]
        head.set_lines(lines)
        return still is not None or is_old(feed, scene.now, scene.snapshot.link)

    def trouble_or(self, text: str, feed: Feed[object], scene: Scene) -> str:
        """What stands for missing data: why it can't be read, else the text."""
        line = problem_line(feed, scene.now, scene.snapshot.link)
        return text if line is None else "".join(span.text for span in line)


def arrangement(table: LiveTable) -> Line:
    """How a table is filtered and sorted, for the end of its title."""
    key, reverse = table.sort
    sorted_by = next((column.title for column in table.columns if column.key == key), "")
    spans = [Span(f"   filter {table.filter_text}", Tone.WARN)] if table.filter_text else []
    if sorted_by:
        spans.append(Span(f"   sort {sorted_by} {'▾' if reverse else '▴'}", Tone.MUTED))
    return tuple(spans)


def _worst(feeds: Sequence[Feed[object]], now: datetime) -> Feed[object]:
    """The feed that the reader should know of: one with a problem, else the oldest."""
    return max(feeds, key=lambda feed: (feed.problem is not None, feed.age_seconds(now) or 0.0))
