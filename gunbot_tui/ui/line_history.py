"""Lines typed before, in this run and in earlier ones: the journal keeps them, and without it memory does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunbot_tui.ui.contract import OrderDesk

KEPT_LINES = 200


class LineHistory:
    """The lines, oldest first, and the place where the arrow keys stand among them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self.is_loaded = False

    def begin(self) -> None:
        """Stand behind the last line."""
        self._at = len(self._lines)

    def step(self, by: int) -> str:
        """The line further up or down; empty behind the last one."""
        self._at = min(max(self._at + by, 0), len(self._lines))
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def add(self, line: str) -> bool:
        """Keep a line; False for the last one again."""
        if self._lines[-1:] == [line]:
            return False
        self._lines = [*self._lines, line][-KEPT_LINES:]
        return True

    async def load(self, desk: OrderDesk) -> None:
        """Put the lines of earlier runs before those of this one, once; raises JournalError, and may be tried again."""
        earlier = await desk.lines(KEPT_LINES)
        if self.is_loaded:
            return
        self.is_loaded = True
        known = {*self._lines}
        lines = [*(line for line in earlier if line not in known), *self._lines][-KEPT_LINES:]
        self._at += len(lines) - len(self._lines)
        self._lines = lines
