"""An event loop whose time passes only when nothing else happens, so that ten minutes of waiting take no time at all.

Sockets and threads are real: while one of them has something to say, or a thread works, the time stands still.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import TypeVar, TypeVarTuple, Unpack

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LONGEST_RUN_SECONDS = 86_400.0
START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class _Selector(selectors.DefaultSelector):
    """Turns a wait for a timer into a jump to it."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.busy_threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if timeout is None or self.busy_threads:
            return super().select(None)
        self.seconds += timeout
        return []


class QuickLoop(asyncio.SelectorEventLoop):
    """The loop; `time` begins at 0."""

    def __init__(self) -> None:
        self._quick = _Selector()
        super().__init__(self._quick)

    def time(self) -> float:
        return self._quick.seconds

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        self._quick.busy_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_is_done)
        return future

    def _thread_is_done(self, future: asyncio.Future[T]) -> None:
        self._quick.busy_threads -= 1


class LoopClock:
    """The running loop's time as the program's clock."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


def run(work: Coroutine[object, object, T]) -> T:
    """Run to the end; whatever hangs is cut off after a day of the loop's own time."""
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(asyncio.wait_for(work, LONGEST_RUN_SECONDS))
