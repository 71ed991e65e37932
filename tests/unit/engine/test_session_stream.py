"""A session that hears its bot, and one whose bot is not on screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import Unauthorised, Unreachable
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.feed import Freshness, Kind, Topic
from gunbot_tui.model.trading import HistoryPage
from tests.clock import settle
from tests.factories import make_order, make_pair_status, make_placement, make_trade
from tests.unit.engine.life import BALANCES, BOOK, CLOCK, HISTORY, PAIRS, Life, running
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.engine.talking import TalkingBot

SLOW = {Kind.PAIRS: 3.0, Kind.BALANCES: 30.0}


@pytest.fixture
def bot() -> TalkingBot:
    return TalkingBot(slow=SLOW)


@pytest.fixture
async def life(path: Path, bot: TalkingBot) -> AsyncIterator[Life]:
    async with running(Life(path, bot)) as life:
        yield life


async def test_a_stream_that_stands_is_told_and_everything_is_read_anew(life: Life, bot: TalkingBot) -> None:
    life.session.show(frozenset({BOOK}))
    await settle()
    assert not life.snapshot.is_streaming
    before = {topic: life.count(topic) for topic in (PAIRS, BALANCES, CLOCK, BOOK)}
    bot.say(PAIRS)
    await settle()
    assert life.snapshot.is_streaming
    assert {topic: life.count(topic) for topic in before} == {topic: count + 1 for topic, count in before.items()}


async def test_a_stream_begins_once_everything_has_been_read(path: Path, bot: TalkingBot) -> None:
    bot.hold(BALANCES)
    async with running(Life(path, bot)) as life:
        assert life.snapshot.pairs.value is not None
        assert bot.calls == 0
        bot.let_go(BALANCES)
        await settle()
        assert bot.calls == 1


async def test_a_read_that_hangs_does_not_keep_the_stream_from_beginning(path: Path, bot: TalkingBot) -> None:
    bot.hold(BALANCES)
    async with running(Life(path, bot)) as life:
        await life.clock.advance(1.9)
        assert bot.calls == 0
        await life.clock.advance(0.1)
        assert bot.calls == 1


async def test_what_the_bot_tells_is_read_at_once_and_nothing_else(life: Life, bot: TalkingBot) -> None:
    bot.say()
    await settle()
    before = life.count(PAIRS), life.count(BALANCES)
    bot.say(BALANCES)
    await settle()
    assert (life.count(PAIRS), life.count(BALANCES)) == (before[0], before[1] + 1)


async def test_a_topic_without_a_subject_stands_for_all_of_its_kind(life: Life, bot: TalkingBot) -> None:
    page = Topic(Kind.HISTORY, "3")
    life.session.show(frozenset({BOOK, HISTORY, page}))
    bot.say()
    await settle()
    before = [life.count(topic) for topic in (BOOK, HISTORY, page)]
    bot.say(Topic(Kind.HISTORY))
    await settle()
    assert [life.count(topic) for topic in (BOOK, HISTORY, page)] == [before[0], before[1] + 1, before[2] + 1]


async def test_while_the_bot_talks_it_is_read_at_its_own_pace_and_its_data_is_judged_by_it(
    life: Life, bot: TalkingBot
) -> None:
    bot.say()
    await settle()
    assert life.snapshot.pairs.interval_seconds == 3.0
    before = life.count(PAIRS), life.count(BALANCES)
    await life.clock.advance(30.0)
    assert (life.count(PAIRS), life.count(BALANCES)) == (before[0] + 10, before[1] + 1)
    assert life.freshness(BALANCES) is Freshness.FRESH
    bot.snap(Unreachable("connection reset"))
    await settle()
    assert life.snapshot.pairs.interval_seconds == 2.0


async def test_a_stream_that_breaks_is_told_and_tried_ever_less_often(life: Life, bot: TalkingBot) -> None:
    bot.say()
    await settle()
    probes = life.count(CLOCK)
    bot.snap(Unreachable("connection reset"))
    await settle()
    assert not life.snapshot.is_streaming
    assert life.count(CLOCK) == probes + 1, "the probe says whether the bot itself is gone"
    tried_at: list[float] = []
    for _ in range(600):
        await life.clock.advance(0.5)
        if bot.calls > len(tried_at) + 1:
            tried_at.append(life.clock.monotonic())
            bot.snap(Unreachable("connection refused"))
    waits = [late - early for early, late in zip([0.0, *tried_at], tried_at, strict=False)]
    assert waits[0] <= 1.5
    assert max(waits) > 30.0
    assert all(wait <= 61.0 for wait in waits)
    assert life.link() is LinkState.ONLINE


async def test_a_stream_that_comes_back_has_everything_read_anew(life: Life, bot: TalkingBot) -> None:
    bot.say()
    bot.snap(Unreachable("connection reset"))
    await life.clock.advance(1.0)
    assert bot.calls == 2
    before = life.count(BALANCES)
    bot.say()
    await settle()
    assert life.snapshot.is_streaming
    assert life.count(BALANCES) == before + 1


async def test_after_a_long_life_a_broken_stream_is_tried_again_at_once(life: Life, bot: TalkingBot) -> None:
    for _ in range(8):
        bot.say()
        await life.clock.advance(61.0)
        bot.snap(Unreachable("connection reset"))
        calls = bot.calls
        await life.clock.advance(1.0)
        assert bot.calls == calls + 1


async def test_a_bot_that_is_back_is_listened_to_at_once(life: Life, bot: TalkingBot) -> None:
    bot.read_error = lambda topic: Unreachable("connection refused")
    for _ in range(5):
        calls = bot.calls
        bot.snap(Unreachable("connection refused"))
        while bot.calls == calls:
            await life.clock.advance(1.0)
    bot.snap(Unreachable("connection refused"))
    await settle()
    assert life.link() is LinkState.OFFLINE
    calls = bot.calls
    bot.read_error = lambda topic: None
    life.session.poke(CLOCK)
    await settle()
    assert life.link() is LinkState.ONLINE
    assert bot.calls == calls + 1


async def test_a_bot_that_tells_nothing_by_itself_is_asked_once(life: Life, bot: TalkingBot) -> None:
    bot.snap()
    await life.clock.advance(600.0)
    assert bot.calls == 1
    assert not any(snapshot.is_streaming for snapshot in life.published)
    assert life.count(PAIRS) > 200


async def test_a_fault_of_the_stream_itself_leaves_the_reads_alone(
    life: Life, bot: TalkingBot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.snap(KeyError("type"))
    await life.clock.advance(20.0)
    assert bot.calls == 2
    assert life.count(PAIRS) == 11
    assert "KeyError" in caplog.text


async def test_a_screen_that_fails_does_not_deafen(
    life: Life, bot: TalkingBot, caplog: pytest.LogCaptureFixture
) -> None:
    life.screen_fails = True
    bot.say()
    await settle()
    life.screen_fails = False
    before = life.count(BALANCES)
    bot.say(BALANCES)
    await settle()
    assert life.count(BALANCES) == before + 1
    assert "the screen broke" in caplog.text


async def test_a_refused_login_ends_the_stream_and_a_retry_begins_a_new_one(life: Life, bot: TalkingBot) -> None:
    bot.say()
    await settle()
    bot.read_error = lambda topic: Unauthorised("token refused")
    life.session.poke(PAIRS)
    await settle()
    assert life.link() is LinkState.REFUSED
    assert not life.snapshot.is_streaming
    await life.clock.advance(3600.0)
    assert bot.calls == 1
    bot.read_error = lambda topic: None
    life.session.retry()
    await settle()
    assert bot.calls == 2
    assert not life.snapshot.is_streaming


async def test_the_voice_of_a_former_connection_is_not_heard(life: Life, bot: TalkingBot) -> None:
    bot.clings = True
    bot.read_error = lambda topic: Unauthorised("token refused")
    life.session.poke(PAIRS)
    await settle()
    bot.read_error = lambda topic: None
    life.session.retry()
    await settle()
    before = len(bot.reads)
    bot.heard[0](frozenset({PAIRS}))
    await settle()
    assert not life.snapshot.is_streaming
    assert len(bot.reads) == before


async def test_a_stream_that_hangs_does_not_delay_the_end(path: Path, bot: TalkingBot) -> None:
    bot.clings = True
    life = Life(path, bot)
    async with asyncio.timeout(2.0), running(life):
        bot.say()
        await settle()
    assert bot.closed


def leave(life: Life) -> None:
    """The user looks at another bot."""
    life.session.show(frozenset(), is_active=False)


async def test_a_bot_that_is_not_on_screen_is_read_five_times_less_often(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        leave(life)
        before = life.count(PAIRS), life.count(BALANCES), life.count(CLOCK)
        await life.clock.advance(600.0)
        assert (life.count(PAIRS), life.count(BALANCES), life.count(CLOCK)) == (
            before[0] + 60,
            before[1] + 12,
            before[2] + 10,
        )


async def test_what_is_read_seldom_in_the_background_is_not_called_old_for_that(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        leave(life)
        for _ in range(120):
            await life.clock.advance(1.0)
            assert {life.freshness(topic) for topic in (PAIRS, BALANCES, CLOCK)} == {Freshness.FRESH}


async def test_back_on_screen_nothing_old_is_shown_as_fresh_and_it_is_read_at_once(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        leave(life)
        await life.clock.advance(19.0)
        before = life.count(PAIRS), life.count(BALANCES)
        life.published.clear()
        life.session.show(frozenset({BOOK}))
        shown = life.published[0]
        assert shown.pairs.freshness(life.clock.now()) is Freshness.STALE, "nine seconds old, and two are usual"
        assert shown.balances.interval_seconds == 10.0
        await settle()
        assert (life.count(PAIRS), life.count(BALANCES)) == (before[0] + 1, before[1] + 1)
        assert life.freshness(PAIRS) is Freshness.FRESH


async def test_a_bot_in_the_background_is_read_as_usual_while_an_order_of_ours_is_open(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        await life.session.desk.submit(make_placement())
        leave(life)
        before = life.count(PAIRS)
        life.bot.values[PAIRS] = (make_pair_status(open_orders=(make_order(id="9", placed_at=None),)),)
        await life.clock.advance(60.0)
        assert life.count(PAIRS) - before >= 30
        trade = make_trade(id="9", price=60940.0, amount=0.0041, at=life.clock.now())
        life.bot.values |= {PAIRS: (make_pair_status(),), HISTORY: HistoryPage((trade,), 1)}
        await life.clock.advance(12.0)
        assert not any(intent.state.is_open for intent in life.snapshot.intents)
        before = life.count(PAIRS)
        await life.clock.advance(60.0)
        assert life.count(PAIRS) - before <= 6


async def test_a_lost_bot_in_the_background_is_probed_as_often_as_one_on_screen(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        leave(life)
        life.bot.read_error = lambda topic: Unreachable("connection refused")
        await life.clock.advance(120.0)
        assert life.link() is LinkState.OFFLINE
        life.bot.read_error = lambda topic: None
        await life.clock.advance(5.1)
        assert life.link() is LinkState.ONLINE


async def test_a_refused_bot_that_was_in_the_background_shows_its_age(path: Path) -> None:
    async with running(Life(path, ScriptedBot())) as life:
        leave(life)
        life.bot.read_error = lambda topic: Unauthorised("token refused")
        await life.clock.advance(10.0)
        assert life.link() is LinkState.REFUSED
        life.session.show(frozenset())
        read_at = life.snapshot.pairs.read_at
        assert read_at is not None
        assert life.snapshot.pairs.freshness(read_at + timedelta(seconds=6.1)) is Freshness.STALE
