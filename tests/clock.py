"""A clock whose hands the test turns: nothing waits, everything that is due happens in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.factories import NOW

TURNS = 30
"""Loop turns after which everything that needs no time has happened."""


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for what another thread or process does; the deadline is for what never happens, not for a busy machine."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a thread or process without events
            await asyncio.sleep(0.001)


class ManualClock:
    """Time that stands still until it is advanced."""

    def __init__(self, start: datetime = NOW) -> None:
        self._start = start
        self._seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        sleeper = (self._seconds + seconds, asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1]
        finally:
            self._sleepers.remove(sleeper)

    @property
    def sleeping(self) -> list[float]:
        """When those who wait will wake, soonest first."""
        return sorted(at for at, _ in self._sleepers)

    def skip(self, seconds: float) -> None:
        """Let the time pass at one blow, as when the whole program was held up: nobody wakes."""
        self._seconds += seconds

    async def advance(self, seconds: float) -> None:
        """Let the time pass, stopping at each sleeper that wakes on the way."""
        await settle()
        end = self._seconds + seconds
        while self.sleeping and self.sleeping[0] <= end + 1e-9:
            self._seconds = self.sleeping[0]
            for at, future in self._sleepers:
                if at <= self._seconds and not future.done():
                    future.set_result(None)
            await settle()
        self._seconds = end
        await settle()
