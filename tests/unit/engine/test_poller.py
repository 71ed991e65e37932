"""The poller against a scripted bot under a manual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.engine.poller import Poller
from gunbot_tui.model.event import Event, Failed, Fetched
from gunbot_tui.model.feed import Freshness, Kind, Topic
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot, apply
from tests.clock import ManualClock, settle
from tests.factories import make_pair, make_pair_status
from tests.unit.engine.scripted import ScriptedBot

PAIRS, BALANCES, CLOCK = Topic(Kind.PAIRS), Topic(Kind.BALANCES), Topic(Kind.CLOCK)
BOOK = Topic(Kind.BOOK, "binance/USDT-BTC")


class Reading:
    """A poller at work, and what it says."""

    def __init__(self, kinds: frozenset[Kind] = frozenset({Kind.PAIRS, Kind.BOOK})) -> None:
        self.bot = ScriptedBot(kinds)
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.poller = Poller(self.bot, self.clock, Random(7), self.events.append, generation=3)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.poller.run())
        await settle()
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def count(self, topic: Topic) -> int:
        return self.bot.reads.count(topic)


async def test_poll_once_reads_everything_due_and_then_nothing_until_it_is_due_again() -> None:
    reading = Reading()
    reading.poller.show(frozenset({BOOK}))
    await reading.poller.poll_once()
    await reading.poller.poll_once()
    assert sorted(reading.bot.reads, key=str) == sorted([PAIRS, BOOK], key=str)
    await reading.clock.advance(1.0)
    await reading.poller.poll_once()
    assert reading.count(BOOK) == 2
    assert reading.count(PAIRS) == 1


async def test_a_read_tells_value_time_interval_and_generation() -> None:
    reading = Reading(frozenset({Kind.PAIRS}))
    reading.bot.values[PAIRS] = (make_pair_status(),)
    await reading.poller.poll_once()
    assert reading.events == [Fetched(3, PAIRS, (make_pair_status(),), reading.clock.now(), 2.0)]


async def test_what_hardly_changes_is_read_once_however_often_it_is_wanted() -> None:
    reading, markets = Reading(frozenset({Kind.MARKETS})), Topic(Kind.MARKETS)
    async with reading.running():
        assert reading.bot.reads == []
        for _ in range(5):
            reading.poller.show(frozenset({markets}))
            await reading.clock.advance(300.0)
            reading.poller.show(frozenset())
            await reading.clock.advance(300.0)
        assert reading.bot.reads == [markets]


async def test_never_two_requests_for_one_topic_nor_five_for_one_bot() -> None:
    reading = Reading(frozenset(Kind))
    reading.poller.show(frozenset(Topic(Kind.BOOK, str(number)) for number in range(12)))
    held = [Topic(Kind.BOOK, str(number)) for number in range(3)]
    for topic in held:
        reading.bot.hold(topic)
    async with reading.running():
        for _ in range(20):
            await reading.clock.advance(1.0)
            reading.poller.poke(*held)
        assert reading.bot.most_at_once == 4
        assert reading.bot.most_per_topic == 1
        for topic in held:
            reading.bot.let_go(topic)
        await reading.clock.advance(5.0)
        assert {Topic(Kind.BOOK, str(number)) for number in range(12)} <= set(reading.bot.reads)


async def test_all_parts_of_the_most_urgent_topic_are_asked_for_before_the_next_topic() -> None:
    asked: list[str] = []

    class PartedBot(ScriptedBot):
        async def read(self, topic: Topic) -> object:
            if topic != PAIRS:
                asked.append(topic.kind)
                return await super().read(topic)
            await asyncio.gather(*(self.part(name) for name in ("trades", "locks")))
            return ()

        async def part(self, name: str) -> None:
            asked.append(name)

    reading = Reading()
    reading.poller = Poller(
        PartedBot(frozenset({Kind.PAIRS, Kind.BALANCES})), reading.clock, Random(7), reading.events.append, generation=3
    )
    async with reading.running():
        assert asked == ["trades", "locks", Kind.BALANCES]


async def test_a_slow_topic_does_not_delay_the_others() -> None:
    reading = Reading()
    reading.bot.hold(PAIRS)
    reading.poller.show(frozenset({BOOK}))
    async with reading.running():
        await reading.clock.advance(5.0)
        assert reading.count(BOOK) == 6
        assert reading.count(PAIRS) == 1


async def test_a_slow_answer_is_asked_for_ten_times_less_often_than_it_takes() -> None:
    reading = Reading(frozenset({Kind.PAIRS}))
    reading.bot.hold(PAIRS)
    async with reading.running():
        await reading.clock.advance(3.0)
        reading.bot.let_go(PAIRS)
        await settle()
        await reading.clock.advance(29.0)
        assert reading.count(PAIRS) == 1
        await reading.clock.advance(1.1)
        assert reading.count(PAIRS) == 2


async def test_what_a_slow_bot_sent_is_old_after_three_of_the_usual_intervals() -> None:
    reading = Reading(frozenset({Kind.BOOK}))
    reading.poller.show(frozenset({BOOK}))
    reading.bot.hold(BOOK)
    async with reading.running():
        await reading.clock.advance(4.0)
        reading.bot.let_go(BOOK)
        await settle()
        (fetched,) = (event for event in reading.events if isinstance(event, Fetched))
        assert fetched.interval_seconds == 1.0
        feed = apply(Snapshot(reading.bot.ref, generation=3), fetched).feed(BOOK)
        assert feed.freshness(reading.clock.now() + timedelta(seconds=3)) is Freshness.FRESH
        assert feed.freshness(reading.clock.now() + timedelta(seconds=3.1)) is Freshness.STALE


async def test_what_nobody_looks_at_may_be_as_old_as_it_is_read_seldom() -> None:
    reading = Reading(frozenset({Kind.PNL}))
    await reading.poller.poll_once()
    assert [event.interval_seconds for event in reading.events if isinstance(event, Fetched)] == [300.0]


async def test_a_newly_shown_topic_is_read_at_once_and_a_hidden_one_no_more() -> None:
    reading = Reading()
    async with reading.running():
        await reading.clock.advance(0.5)
        reading.poller.show(frozenset({BOOK}))
        await settle()
        assert reading.count(BOOK) == 1
        reading.poller.show(frozenset())
        await reading.clock.advance(10.0)
        assert reading.count(BOOK) == 1


async def test_a_topic_shown_again_does_not_wait_out_its_back_off() -> None:
    reading = Reading()
    reading.poller.show(frozenset({BOOK}))
    reading.bot.read_error = lambda topic: Unreachable("no answer") if topic == BOOK else None
    async with reading.running():
        await reading.clock.advance(120.0)
        failed = reading.count(BOOK)
        reading.poller.show(frozenset())
        reading.poller.show(frozenset({BOOK}))
        await settle()
        assert reading.count(BOOK) == failed + 1


async def test_poke_reads_at_once_and_again_when_the_read_under_way_is_older_than_the_poke() -> None:
    reading = Reading(frozenset({Kind.PAIRS}))
    async with reading.running():
        await reading.clock.advance(0.5)
        reading.poller.poke(PAIRS)
        await settle()
        assert reading.count(PAIRS) == 2
        reading.bot.hold(PAIRS)
        reading.poller.poke(PAIRS)
        await settle()
        reading.poller.poke(PAIRS)
        await settle()
        assert reading.count(PAIRS) == 3
        reading.bot.let_go(PAIRS)
        await settle()
        assert reading.count(PAIRS) == 4


async def test_poke_of_what_nobody_wants_reads_nothing() -> None:
    reading = Reading()
    async with reading.running():
        reading.poller.poke(BOOK, Topic(Kind.PNL))
        await settle()
        assert reading.bot.reads == [PAIRS]


async def test_what_changes_while_it_is_not_shown_is_read_as_soon_as_it_is_shown_again() -> None:
    reading = Reading()
    reading.poller.show(frozenset({BOOK}))
    async with reading.running():
        reading.poller.show(frozenset())
        reading.poller.poke(Topic(Kind.BOOK))
        await settle()
        assert reading.count(BOOK) == 1
        reading.poller.show(frozenset({BOOK}))
        await settle()
        assert reading.count(BOOK) == 2


async def test_poke_of_a_kind_reads_all_of_it_that_is_wanted_and_one_of_a_subject_that_alone() -> None:
    reading = Reading()
    other, unseen = Topic(Kind.BOOK, "binance/USDT-ETH"), Topic(Kind.BOOK, "binance/USDT-SOL")
    reading.poller.show(frozenset({BOOK, other}))
    async with reading.running():
        reading.poller.poke(Topic(Kind.BOOK))
        await settle()
        assert [reading.count(topic) for topic in (BOOK, other, unseen, PAIRS)] == [2, 2, 0, 1]
        reading.poller.poke(other)
        await settle()
        assert [reading.count(topic) for topic in (BOOK, other, unseen, PAIRS)] == [2, 3, 0, 1]


async def test_failures_back_off_and_a_success_ends_it() -> None:
    reading = Reading(frozenset({Kind.PAIRS}))
    reading.bot.read_error = lambda topic: Unreachable("no answer")
    async with reading.running():
        await reading.clock.advance(600.0)
        waits = [
            (event.next_try_at - event.at).total_seconds()
            for event in reading.events
            if isinstance(event, Failed) and event.next_try_at is not None
        ]
        assert all(half <= wait <= 2 * half for half, wait in zip((2, 4, 8, 16, 30, 30), waits, strict=False))
        assert 10 < len(waits) < 26
        reading.bot.read_error = lambda topic: None
        await reading.clock.advance(60.0)
        before = reading.count(PAIRS)
        await reading.clock.advance(20.0)
        assert reading.count(PAIRS) == before + 10


async def test_an_error_that_no_backend_documents_fails_its_topic_alone() -> None:
    reading = Reading()
    reading.poller.show(frozenset({BOOK}))
    reading.bot.read_error = lambda topic: KeyError("secret") if topic == BOOK else None
    async with reading.running():
        await reading.clock.advance(6.0)
        problems = [event.problem for event in reading.events if isinstance(event, Failed)]
        assert {problem.kind for problem in problems} == {ProblemKind.UNEXPECTED}
        assert {problem.summary for problem in problems} == {"internal error: KeyError"}
        assert reading.count(PAIRS) == 4


async def test_a_screen_that_fails_ends_no_reading_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: Event) -> None:
        raise RuntimeError("the screen broke")

    reading = Reading()
    reading.poller = Poller(reading.bot, reading.clock, Random(7), fail, generation=3)
    async with reading.running():
        await reading.clock.advance(6.0)
    assert reading.count(PAIRS) == 4
    assert "the screen broke" in caplog.text


async def test_the_day_of_every_exchange_seen_is_read() -> None:
    reading = Reading(frozenset({Kind.PAIRS, Kind.DAY}))
    reading.bot.values[PAIRS] = (make_pair_status(), make_pair_status(make_pair(exchange="bybit")))
    async with reading.running():
        assert {topic.subject for topic in reading.bot.reads if topic.kind is Kind.DAY} == {"binance", "bybit"}


async def test_between_two_due_topics_nothing_wakes() -> None:
    reading = Reading(frozenset({Kind.PAIRS, Kind.BALANCES}))
    async with reading.running():
        assert reading.clock.sleeping == [2.0]
        await reading.clock.advance(2.0)
        assert reading.clock.sleeping == [4.0]


@pytest.mark.parametrize("held", [True, False])
async def test_cancelling_run_ends_the_reads_under_way(held: bool) -> None:
    reading = Reading(frozenset({Kind.PAIRS}))
    if held:
        reading.bot.hold(PAIRS)
    async with reading.running():
        await settle()
    await settle()
    assert reading.bot.in_flight.total() == 0
