"""A scripted bot that tells by itself what to read again, when and as long as the test says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from gunbot_tui.model.feed import Kind, Topic
from tests.unit.engine.scripted import BASE, ScriptedBot


class TalkingBot(ScriptedBot):
    """Its line stands when the test calls `stand`; `say` tells of topics and `snap` breaks the line."""

    def __init__(self, kinds: frozenset[Kind] = BASE, slow: Mapping[Kind, float] | None = None) -> None:
        super().__init__(kinds)
        self.slow = slow or {}
        self.calls = 0
        self.clings = False
        """True when it does not let go of a line that is cancelled."""
        self.heard: list[Callable[[frozenset[Topic]], None]] = []
        self._end: asyncio.Future[None] | None = None

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        return self.slow if is_streaming else {}

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        self.calls += 1
        self.heard.append(heard)
        self._end = asyncio.get_running_loop().create_future()
        try:
            await self._end
        except asyncio.CancelledError:
            if self.clings:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.get_running_loop().create_future()
            raise

    def say(self, *topics: Topic) -> None:
        """Tell that these have changed; everything, when none is named."""
        self.heard[-1](frozenset(topics) or frozenset(Topic(kind) for kind in self.kinds))

    def snap(self, error: Exception | None = None) -> None:
        """End the call of `listen`, with an error or just so."""
        assert self._end is not None
        if error is None:
            self._end.set_result(None)
        else:
            self._end.set_exception(error)
