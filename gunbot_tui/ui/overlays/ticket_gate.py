"""When a confirm key may count: after the eyes had time to read, and only while the program never stood still.

Keys typed into a program that hangs or is stopped come late and all at once, with the time of their arrival.
"""

from __future__ import annotations

DWELL_SECONDS = 0.4
BEAT_SECONDS = 0.25
STILL_SECONDS = 1.5
"""A program that did not come round for so long may have keys in its queue that were meant for something else."""


class Gate:
    """The time since one thing to confirm was wholly drawn; all moments are on the clock of Textual's events."""

    def __init__(self) -> None:
        self._drawn_at: float | None = None
        self._alive_at: float | None = None

    def shut(self) -> None:
        """Nothing that could be confirmed is drawn."""
        self._drawn_at = self._alive_at = None

    def open(self, at: float) -> None:
        """It has been drawn."""
        self._drawn_at = self._alive_at = at

    def is_early(self, pressed_at: float) -> bool:
        """True for a press before the end of the dwell, which begins anew with it."""
        if self._drawn_at is None:
            return True
        if pressed_at >= self._drawn_at + DWELL_SECONDS:
            return False
        self._drawn_at = max(self._drawn_at, pressed_at)
        return True

    def stood_still(self, at: float) -> bool:
        """True when it is too long since the last asking: it is asked regularly, as a sign of life."""
        before, self._alive_at = self._alive_at, at if self._alive_at is not None else None
        return before is not None and at > before + STILL_SECONDS

    def is_older_than(self, at: float) -> bool:
        """True when it was drawn before that moment."""
        return self._drawn_at is not None and self._drawn_at < at
