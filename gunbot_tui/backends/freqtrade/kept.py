"""Answers that change rarely, kept for a while, so that a reading that needs them costs no request of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import TypeVar, cast

T = TypeVar("T")
LIMIT = 8
"""What changes rarely, and a few tables of candles, which are large."""


class Kept:
    """The newest answers by name, and when each was asked for. `clock` gives aware UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: dict[Hashable, tuple[datetime, object]] = {}
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._reading: set[Hashable] = set()
        """Asked for, and not forgotten since."""

    async def get(self, name: Hashable, seconds: float, read: Callable[[], Awaitable[T]]) -> T:
        """The answer under this name when it is younger than so many seconds, or else a new one; one at a time."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            asked_at = self._clock()
            known = self._known.get(name)
            if known is not None and (asked_at - known[0]).total_seconds() < seconds:
                return cast("T", known[1])
            self._reading.add(name)
            value = await read()
            # An answer that was on its way when it was forgotten may be of before the change.
            if name not in self._reading:
                return value
            self._known.pop(name, None)
            self._known[name] = (asked_at, value)
            if len(self._known) > LIMIT:
                del self._known[next(iter(self._known))]
            return value

    def forget(self, *names: Hashable) -> None:
        """Ask anew the next time for these, or for everything when none is named."""
        for name in names or (*self._known, *self._reading):
            self._known.pop(name, None)
            self._reading.discard(name)
