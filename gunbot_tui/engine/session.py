"""One bot's life in the program: connect, read, listen, follow our orders, publish one frozen snapshot after another.

A refused login is never repeated by itself, because bots lock out; an unreachable bot is tried again until it is back,
and keeps its last data meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import cast

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.errors import Unauthorised
from gunbot_tui.engine.clock import Clock, wait_at_most
from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.listener import Listener
from gunbot_tui.engine.poller import Poller, to_problem
from gunbot_tui.engine.schedule import NEWEST, PROBE, retry_seconds
from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.event import Event, Failed, Fetched, IntentsChanged, LinkChanged, StreamChanged
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.model.snapshot import Snapshot, apply

OFFLINE_AFTER_FAILURES = 2
HEAD_START_SECONDS = 2.0
"""So long at most the first reads go on alone."""
PASSING = frozenset({Kind.PAIR, Kind.BOOK, Kind.CANDLES, Kind.MARKS, Kind.HISTORY, Kind.FILE})
KEPT = 30
"""So many feeds of these kinds are kept that are not on screen, for the way back to them."""

EVIDENCE = frozenset({Kind.PAIRS, Kind.PAIR, Kind.HISTORY})


class Session:
    """Everything that runs for one bot; `run` is its life, `close` its orderly end."""

    def __init__(
        self,
        backend: Backend,
        *,
        clock: Clock,
        rng: Random,
        journal: Journal,
        limits: Limits,
        publish: Callable[[Snapshot], None],
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._rng = rng
        self._journal = journal
        self._publish = publish
        self._snapshot = Snapshot(backend.ref, capabilities=backend.capabilities)
        self._desk = Desk(
            backend, journal, clock, limits, emit=self._emit, poke=self.poke, snapshot=lambda: self._snapshot
        )
        self._shown: frozenset[Topic] = frozenset()
        self._is_active = True
        self._poller: Poller | None = None
        self._listener: Listener | None = None
        self._left: set[asyncio.Task[None]] = set()
        self._silent_reads = 0
        self._refused = asyncio.Event()
        self._retry = asyncio.Event()

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._snapshot

    @property
    def desk(self) -> Desk:
        """Where orders are sent and followed."""
        return self._desk

    def show(self, topics: frozenset[Topic], *, is_active: bool = True) -> None:
        """Take the topics that are on screen; a bot that is not active is read less often unless an order is open."""
        self._shown = topics
        self._is_active = is_active
        self._drop_old()
        self._tell_poller()

    def poke(self, *topics: Topic) -> None:
        """Read these again now, as far as they are shown or always read."""
        if self._poller is not None:
            self._poller.poke(*topics)

    def retry(self) -> None:
        """Log in again after a refusal, or try a silent bot at once instead of after the wait."""
        self._retry.set()
        self.poke(Topic(PROBE))
        self._hurry_stream()

    async def deal(self, id: str) -> Deal | str:
        """A trade of the bot, however old; or why none is told."""
        try:
            return cast("Deal", await self._backend.read(Topic(Kind.DEAL, id)))
        except Exception as error:  # a line that was typed is answered in words, whatever went wrong
            return to_problem(error).summary

    async def run(self) -> None:
        """Connect, read and follow our orders until cancelled."""
        await self._desk.open()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._desk.follow(), name="follow")
            await self._stay_connected()

    async def close(self) -> None:
        """Let what is being sent finish for up to 2 s, then let go of the journal and of the bot."""
        await self._desk.close()
        await self._journal.leave(self._backend.ref.name)
        await self._backend.close()

    async def _stay_connected(self) -> None:
        while True:
            await self._connect()
            await self._poll()
            await self._wait_for_user()
            self._set_link(LinkState.CONNECTING)

    async def _connect(self) -> None:
        failures = 0
        while True:
            self._retry.clear()
            try:
                await self._backend.connect()
            except Exception as error:  # whatever keeps the bot away, the screen stays and says why
                problem = to_problem(error)
                failures += 1
                if isinstance(error, Unauthorised):
                    self._set_link(LinkState.REFUSED, problem)
                    await self._wait_for_user()
                    self._set_link(LinkState.CONNECTING)
                    continue
                wait = retry_seconds(PROBE, failures, self._rng.random())
                self._set_link(LinkState.OFFLINE, problem, wait_seconds=wait)
                await wait_at_most(self._retry, self._clock, wait)
            else:
                return

    async def _poll(self) -> None:
        """Read until the bot refuses our login."""
        self._refused.clear()
        self._silent_reads = 0
        generation = self._snapshot.generation + 1
        self._snapshot = replace(self._snapshot, generation=generation, is_streaming=False)
        self._poller = poller = Poller(self._backend, self._clock, self._rng, self._emit, generation)
        self._listener = Listener(
            self._backend,
            self._clock,
            self._rng,
            poke=poller.poke,
            turned=lambda is_live: self._emit(StreamChanged(generation, is_live)),
        )
        self._tell_poller()
        self._set_link(LinkState.ONLINE, capabilities=self._backend.capabilities)
        reading = asyncio.create_task(poller.run(), name="poller")
        refused = asyncio.create_task(self._refused.wait(), name="refused")
        listening = asyncio.create_task(self._listen(poller, self._listener), name="listener")
        try:
            done, _ = await asyncio.wait({reading, refused}, return_when=asyncio.FIRST_COMPLETED)
            if reading in done:
                reading.result()
        finally:
            self._poller = self._listener = None
            for task in (reading, refused, listening):
                task.cancel()
            # A stream may take its time to close, and nothing waits for that.
            self._left.add(listening)
            listening.add_done_callback(self._left.discard)
            await asyncio.gather(reading, refused, return_exceptions=True)
        self._emit(StreamChanged(generation, False))
        poller.adapt(is_streaming=False, in_background=False)
        self._judge_ages(poller.intervals())

    async def _listen(self, poller: Poller, listener: Listener) -> None:
        """Hear what the bot tells, once the first data is there: loading what listens would hold it up."""
        await wait_at_most(poller.has_read_all, self._clock, HEAD_START_SECONDS)
        await listener.run()

    async def _wait_for_user(self) -> None:
        """Wait for a retry that is asked for from now on."""
        self._retry.clear()
        await self._retry.wait()

    def _tell_poller(self) -> None:
        """Say what is wanted and how often: what is shown, and the newest history while an order's fate is open."""
        if self._poller is None:
            return
        is_open = any(intent.state.is_open for intent in self._snapshot.intents)
        in_background = not (self._is_active or is_open)
        self._poller.adapt(is_streaming=self._snapshot.is_streaming, in_background=in_background)
        extra = {NEWEST} if is_open or self._desk.needs_history else set()
        self._poller.show(self._shown | extra)
        self._judge_ages(self._poller.intervals())

    def _judge_ages(self, intervals: Mapping[Topic, float]) -> None:
        """Let data be fresh or old by the pace of now: what the background may show may be too old for the screen."""
        feeds = self._snapshot.feeds
        changed = {
            topic: replace(feed, interval_seconds=seconds)
            for topic, seconds in intervals.items()
            if (feed := feeds.get(topic)) is not None and feed.read_at is not None and feed.interval_seconds != seconds
        }
        if changed:
            self._snapshot = replace(self._snapshot, feeds={**feeds, **changed})
            self._publish(self._snapshot)

    def _drop_old(self) -> None:
        """Forget what was looked at long ago: a program that runs for months must not keep every page and pair."""
        feeds = self._snapshot.feeds
        passed = [topic for topic in feeds if topic.kind in PASSING and topic not in self._shown and topic != NEWEST]
        if len(passed) <= KEPT:
            return
        passed.sort(key=lambda topic: read_at.timestamp() if (read_at := feeds[topic].read_at) else 0.0, reverse=True)
        self._snapshot = self._snapshot.without(passed[KEPT:])
        if self._poller is not None:
            self._poller.forget(passed[KEPT:])

    def _emit(self, event: Event) -> None:
        after = apply(self._snapshot, event)
        if after is self._snapshot:
            return
        self._snapshot = after
        self._react(event)
        # What the event led to has published it already: an order of ours is never shown as the bot's for a moment.
        if self._snapshot is after:
            self._publish(after)

    def _react(self, event: Event) -> None:
        match event:
            case Fetched():
                self._heard(event.topic)
                self._take_capabilities()
                if event.topic.kind in EVIDENCE:
                    self._desk.look()
                    self._hurry_history()
            case Failed():
                self._unheard(event)
            case IntentsChanged():
                self._tell_poller()
            case StreamChanged():
                self._tell_poller()
                if not event.is_live:
                    self.poke(Topic(PROBE))

    def _take_capabilities(self) -> None:
        """A bot that reads its settings anew may allow something else than at the login."""
        snapshot, capabilities = self._snapshot, self._backend.capabilities
        if capabilities != snapshot.capabilities:
            self._emit(LinkChanged(snapshot.generation, snapshot.link, capabilities))

    def _hurry_history(self) -> None:
        """Read the history as often as the pairs while a fill of ours may be in it."""
        if self._poller is not None and self._desk.needs_history:
            self._poller.hurry(NEWEST)

    def _hurry_stream(self) -> None:
        if self._listener is not None:
            self._listener.hurry()

    def _heard(self, topic: Topic) -> None:
        self._silent_reads = 0
        if self._snapshot.link.state is not LinkState.OFFLINE:
            return
        probe = self._snapshot.feed(Topic(PROBE)).problem
        if topic.kind is not PROBE and probe is not None and probe.kind is ProblemKind.UNREACHABLE:
            # It may have been answered from what is kept, without the bot.
            self.poke(Topic(PROBE))
            return
        self._set_link(LinkState.ONLINE)
        failing = [topic for topic, feed in self._snapshot.feeds.items() if feed.problem is not None]
        self.poke(*failing)
        self._hurry_stream()

    def _unheard(self, event: Failed) -> None:
        """Judge the line by the light probe: a slow report alone does not mean that the bot is gone."""
        if event.problem.kind is ProblemKind.UNAUTHORISED:
            self._set_link(LinkState.REFUSED, event.problem)
            self._refused.set()
            return
        if event.problem.kind is not ProblemKind.UNREACHABLE or self._snapshot.link.state is LinkState.REFUSED:
            return
        self._silent_reads += 1
        is_probe = event.topic.kind is PROBE
        if PROBE in self._backend.kinds and not is_probe:
            if self._snapshot.feed(Topic(PROBE)).problem is None:
                self.poke(Topic(PROBE))
        elif self._silent_reads >= OFFLINE_AFTER_FAILURES:
            wait = (event.next_try_at - event.at).total_seconds() if event.next_try_at is not None else None
            self._set_link(LinkState.OFFLINE, event.problem, wait_seconds=wait)

    def _set_link(
        self,
        state: LinkState,
        problem: Problem | None = None,
        *,
        wait_seconds: float | None = None,
        capabilities: Capabilities | None = None,
    ) -> None:
        now = self._clock.now()
        before = self._snapshot.link
        since = before.since if before.state is state else now
        next_try_at = None if wait_seconds is None else now + timedelta(seconds=wait_seconds)
        self._emit(LinkChanged(self._snapshot.generation, Link(state, since, problem, next_try_at), capabilities))
