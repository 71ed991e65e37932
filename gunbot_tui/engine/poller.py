"""Reads what is wanted when it is due: one request in flight per topic, four per bot, no barrier between topics.

It wakes only for a due topic, a finished read or a new wish; an answer that was asked for before a poke is read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import cast

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.errors import BackendError
from gunbot_tui.engine.clock import Clock, wait_at_most
from gunbot_tui.engine.schedule import Pace, Timing, always_topics, due_topics, retry_seconds
from gunbot_tui.model.event import Event, Failed, Fetched
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.model.trading import PairStatus

MAX_IN_FLIGHT = 4
HURRY_FACTOR = 5.0

log = logging.getLogger(__name__)


def to_problem(error: Exception) -> Problem:
    """What may be shown of any error; one that no backend documents is logged as a fault of ours."""
    if isinstance(error, BackendError):
        return error.problem
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return Problem(ProblemKind.UNEXPECTED, f"internal error: {type(error).__name__}", "the log has the details")


class Poller:
    """The reading side of one connection to one bot."""

    def __init__(
        self, backend: Backend, clock: Clock, rng: Random, emit: Callable[[Event], None], generation: int
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._rng = rng
        self._emit = emit
        self._generation = generation
        self._shown: frozenset[Topic] = frozenset()
        self._exchanges: frozenset[str] = frozenset()
        self._pace = Pace(backend.pace(is_streaming=False))
        self._timings: dict[Topic, Timing] = {}
        self._reads: dict[Topic, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self.has_read_all = asyncio.Event()
        """Set once everything that was wanted has been read or has failed."""

    def show(self, topics: frozenset[Topic]) -> None:
        """Take the topics that are on screen now; one that was not there before does not wait out a back-off."""
        for topic in topics - self._shown:
            self._timings[topic] = replace(self._timings.get(topic, Timing()), retry_seconds=0.0)
        self._shown = topics
        self._wake.set()

    def adapt(self, *, is_streaming: bool, in_background: bool) -> None:
        """Read at another pace from now on: what is older than it allows is due at once."""
        self._pace = Pace(self._backend.pace(is_streaming=is_streaming), in_background)
        self._wake.set()

    def intervals(self) -> dict[Topic, float]:
        """The seconds between two reads of each wanted topic, by which its data is fresh or old now."""
        return {topic: self._seconds(topic) for topic in self._wanted()}

    def poke(self, *topics: Topic) -> None:
        """Read these again as soon as they are wanted, which may be now; one without a subject means its kind."""
        poked = frozenset(topics)
        # What was read before and is shown again would else be taken for young.
        for topic in self._wanted() | self._timings.keys():
            if topic not in poked and Topic(topic.kind) not in poked:
                continue
            self._timings[topic] = replace(self._timings.get(topic, Timing()), is_poked=True)
        self._wake.set()

    def forget(self, topics: Iterable[Topic]) -> None:
        """Keep no times of these, but for those that are being read."""
        for topic in topics:
            if topic not in self._reads:
                self._timings.pop(topic, None)

    def hurry(self, topic: Topic) -> None:
        """Read a topic again after a part of its usual pause, which a slow bot's answers make longer."""
        timing = self._timings.get(topic, Timing())
        if topic in self._reads or timing.ended_at is None or timing.failures:
            return
        pause = self._pace.pause(topic.kind, timing.took_seconds, shown=topic in self._shown)
        if self._clock.monotonic() - timing.ended_at >= pause / HURRY_FACTOR:
            self.poke(topic)

    async def poll_once(self) -> None:
        """Read everything that is due, and return when all of it is answered."""
        now = self._clock.monotonic()
        pending = due_topics(self._due_at(), now)
        while pending or self._reads:
            self._start(pending)
            pending = [topic for topic in pending if topic not in self._reads]
            await asyncio.wait(list(self._reads.values()), return_when=asyncio.FIRST_COMPLETED)

    async def run(self) -> None:
        """Read what is due until cancelled; reads still in flight are cancelled with it."""
        try:
            while True:
                self._wake.clear()
                for topic in due_topics(self._due_at(), self._clock.monotonic()):
                    self._start([topic])
                    # A turn of the loop, so that all requests of the most urgent topic leave before those of the next.
                    await asyncio.sleep(0)
                await self._sleep()
        finally:
            for read in self._reads.values():
                read.cancel()

    def _wanted(self) -> frozenset[Topic]:
        kinds = self._backend.kinds
        return always_topics(kinds, self._exchanges) | {topic for topic in self._shown if topic.kind in kinds}

    def _seconds(self, topic: Topic) -> float:
        return self._pace.seconds(topic.kind, shown=topic in self._shown)

    def _due_at(self) -> dict[Topic, float]:
        """When each wanted topic that is not being read now is due."""
        return {
            topic: self._timings.get(topic, Timing()).due_at(topic.kind, self._pace, shown=topic in self._shown)
            for topic in self._wanted()
            if topic not in self._reads
        }

    def _start(self, topics: Iterable[Topic]) -> None:
        for topic in topics:
            if len(self._reads) >= MAX_IN_FLIGHT:
                return
            self._timings[topic] = replace(self._timings.get(topic, Timing()), is_poked=False)
            self._reads[topic] = asyncio.create_task(self._read(topic), name=f"read {topic.kind} {topic.subject}")

    async def _sleep(self) -> None:
        """Wait for the next due topic, or for whatever else sets the wake event."""
        due = self._due_at().values()
        if not self._reads and all(self._timings.get(topic, Timing()).ended_at is not None for topic in self._wanted()):
            self.has_read_all.set()
        if not due or len(self._reads) >= MAX_IN_FLIGHT:
            await self._wake.wait()
            return
        await wait_at_most(self._wake, self._clock, min(due) - self._clock.monotonic())

    async def _read(self, topic: Topic) -> None:
        started = self._clock.monotonic()
        try:
            value = await self._backend.read(topic)
        except Exception as error:  # one bad answer must not end the reading of all the others
            event = self._failed(topic, to_problem(error))
        else:
            event = self._fetched(topic, value, started)
        finally:
            del self._reads[topic]
            self._wake.set()
        try:
            self._emit(event)
        except Exception:  # nobody awaits this task
            log.exception("the read of %s could not be told", topic.kind)

    def _fetched(self, topic: Topic, value: object, started: float) -> Event:
        ended = self._clock.monotonic()
        poked = self._timings[topic].is_poked
        self._timings[topic] = Timing(ended, ended - started, is_poked=poked)
        if topic.kind is Kind.PAIRS:
            self._exchanges = frozenset(status.pair.exchange for status in cast("tuple[PairStatus, ...]", value))
        return Fetched(self._generation, topic, value, self._clock.now(), self._seconds(topic))

    def _failed(self, topic: Topic, problem: Problem) -> Event:
        before = self._timings[topic]
        failures = before.failures + 1
        wait = retry_seconds(topic.kind, failures, self._rng.random())
        self._timings[topic] = replace(before, ended_at=self._clock.monotonic(), failures=failures, retry_seconds=wait)
        now = self._clock.now()
        return Failed(self._generation, topic, problem, now, now + timedelta(seconds=wait))
