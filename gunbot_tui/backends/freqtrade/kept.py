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
        self._times_forgotten = 0

    async def get(self, name: Hashable, seconds: float, read: Callable[[], Awaitable[T]]) -> T:
        """The answer under this name when it is younger than so many seconds, or else a new one; one at a time."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            asked_at = self._clock()
            known = self._known.get(name)
            if known is not None and (asked_at - known[0]).total_seconds() < seconds:
                return cast("T", known[1])
            before = self._times_forgotten
            value = await read()
            # An answer that was on its way meanwhile may be of before the change.
            if self._times_forgotten != before:
                return value
            self._known.pop(name, None)
            self._known[name] = (asked_at, value)
            if len(self._known) > LIMIT:
                del self._known[next(iter(self._known))]
            return value

    def forget(self, *names: Hashable) -> None:
        """Ask anew the next time for these, or for everything when none is named."""
        self._times_forgotten += 1
        for name in names or tuple(self._known):
            self._known.pop(name, None)
