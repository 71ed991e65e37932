"""Hears what a bot tells by itself and has it read again: the stream says when to look, the reads say what is there.

Reading goes on without it, so a stream that breaks, hangs or never existed costs nothing but freshness.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from random import Random

from gunbot_tui.backends.base import Backend
from gunbot_tui.engine.clock import Clock, wait_at_most
from gunbot_tui.engine.poller import to_problem
from gunbot_tui.engine.schedule import STREAM_CAP_SECONDS, stream_seconds
from gunbot_tui.model.feed import EVERYTHING, Topic

log = logging.getLogger(__name__)


class Listener:
    """The hearing side of one connection to one bot; `run` ends by itself where the bot tells nothing."""

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        rng: Random,
        *,
        poke: Callable[..., None],
        turned: Callable[[bool], None],
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._rng = rng
        self._poke = poke
        self._turned = turned
        self._is_live = False
        self._failures = 0
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """Try a broken stream now instead of after the wait."""
        self._hurry.set()

    async def run(self) -> None:
        """Listen until cancelled, again after each break; what was not told meanwhile is read when it is back."""
        while True:
            started = self._clock.monotonic()
            self._hurry.clear()
            try:
                await self._backend.listen(self._heard)
            except Exception as error:  # a fault of the stream must not end what the reads still tell
                log.info("the stream broke: %s", to_problem(error).summary)
            else:
                if not self._is_live:
                    return
            self._tell(is_live=False)
            self._failures = 1 if self._clock.monotonic() - started > STREAM_CAP_SECONDS else self._failures + 1
            wait = stream_seconds(self._failures, self._rng.random())
            await wait_at_most(self._hurry, self._clock, wait)

    def _heard(self, topics: frozenset[Topic]) -> None:
        if self._is_live:
            self._poke(*topics)
            return
        self._tell(is_live=True)
        self._poke(*EVERYTHING)

    def _tell(self, *, is_live: bool) -> None:
        if is_live is self._is_live:
            return
        self._is_live = is_live
        try:
            self._turned(is_live)
        except Exception:  # nobody awaits this task, and a screen that fails must not deafen the reads
            log.exception("a turn of the stream could not be told")
