"""The pair that all screens show. It is kept for each bot; a pair that was named counts until the cursor moves on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from gunbot_tui.model.market import Pair
from gunbot_tui.views.pairs import statuses

if TYPE_CHECKING:
    from gunbot_tui.ui.frame import Frame

SETTLE_SECONDS = 0.2


class Selection:
    """Which pair is selected, and how the cursors of tables of pairs go with it."""

    def __init__(self, cockpit: Frame) -> None:
        self._cockpit = cockpit
        self.pair: Pair | None = None
        self._left: dict[str, Pair] = {}
        """The pair that was selected last at each bot."""
        self._passed: str | None = None
        """The row that the cursor was on when a pair was selected by name: that pair counts until it moves."""
        self._settling: Timer | None = None

    def change_bot(self, before: str, after: str) -> None:
        """Take what was selected last at another bot."""
        if self.pair is not None:
            self._left[before] = self.pair
        if self._settling is not None:
            self._settling.stop()
        self._passed = None
        self.pair = self._left.get(after)

    def select(self, pair: Pair) -> None:
        """Make a pair the one that all screens show."""
        if pair == self.pair:
            return
        self.pair = pair
        self._cockpit.show_selected()
        table = self._cockpit.table
        self._passed = None if table is None else table.cursor_key

    def select_first(self) -> None:
        """Begin with a pair: one that coins are held of, if there is any."""
        known = statuses(self._cockpit.snapshot)
        held = [state for state in known if (state.worth or 0) > 0]
        if self.pair is None and known:
            self.select((held or known)[0].pair)

    def step(self, step: int) -> None:
        """Select the next or previous pair, in the order of the pairs' table where it has one."""
        known = {state.pair.key: state.pair for state in statuses(self._cockpit.snapshot)}
        table = self._cockpit.stages.front.view("pairs").table
        keys = [key for key in (table.keys if table is not None else ()) if key in known] or list(known)
        if not keys:
            self._cockpit.warn("no pairs are known yet")
            return
        at = keys.index(self.pair.key) + step if self.pair is not None and self.pair.key in keys else 0
        self.select(known[keys[at % len(keys)]])

    def follow_cursor(self) -> None:
        """On a table of pairs the user's cursor selects the pair for all screens; a row that merely came does not."""
        key = self._cockpit.view.pair_at_cursor()
        found = next((state.pair for state in statuses(self._cockpit.snapshot) if state.pair.key == key), None)
        if found is not None:
            self._select_soon(found)

    def takes_cursor(self) -> bool:
        """Select the pair under the cursor, unless another was named since; False when it is traded no more."""
        view, shown = self._cockpit.view, self._cockpit.crew.active
        bot = view.bot_at_cursor()
        if bot is not None and bot != shown:
            self._cockpit.warn(f"{shown} is shown, the cursor is on {bot}: enter shows it")
            return False
        key = view.pair_at_cursor()
        if key is None or self._is_cursor_passed or (self.pair is not None and key == self.pair.key):
            return True
        self.follow_cursor()
        if self.pair is not None and key == self.pair.key:
            return True
        self._cockpit.warn("the pair under the cursor is none of the bot's pairs now")
        return False

    def point(self) -> None:
        """Put the cursor of a table of pairs on the selected one."""
        if self.pair is None:
            return
        for table in {self._cockpit.table, self._cockpit.stages.front.view("pairs").table}:
            if table is not None:
                table.move_cursor(self.pair.key)

    @property
    def _is_cursor_passed(self) -> bool:
        """True when a pair was selected by name since the cursor came to its row."""
        table = self._cockpit.table
        return table is not None and self._passed is not None and self._passed == table.cursor_key

    def _select_soon(self, pair: Pair) -> None:
        """Select a pair at once, and draw what follows when the cursor has come to rest: keys may come in a row."""
        self._passed = None
        if pair == self.pair:
            return
        self.pair = pair
        if self._settling is not None:
            self._settling.stop()
        self._settling = self._cockpit.set_timer(SETTLE_SECONDS, self._cockpit.show_selected)
