"""The core's state is told together with how we know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import CoreState, Link, LinkState
from gunbot_tui.model.command import StartCore, StopCore
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState
from gunbot_tui.views import core
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.face import face
from tests.factories import (
    NOW,
    make_cancel,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_problem,
    make_snapshot,
    text_of,
    with_feed,
)

PAIRS = Topic(Kind.PAIRS)
NONSENSE = make_problem("a web page", ProblemKind.UNEXPECTED)


def quiet(seconds: float, interval: float = 2.0) -> Snapshot:
    """A started core whose memory is read but has not changed for so long."""
    feed = make_feed((make_pair_status(),), changed_seconds=seconds, interval_seconds=interval)
    return with_feed(make_snapshot(config=make_config()), PAIRS, feed)


def starting() -> Snapshot:
    """A started core that has seen no pair."""
    return make_snapshot([make_pair_status(state=PairState.STARTING)], config=make_config())


@pytest.mark.parametrize(
    ("snapshot", "state", "evidence"),
    [
        (make_snapshot(), CoreState.UNKNOWN, "not read yet"),
        (make_snapshot(link=Link(LinkState.OFFLINE)), CoreState.UNKNOWN, "does not answer"),
        (make_snapshot(link=Link(LinkState.OFFLINE, problem=make_problem())), CoreState.UNKNOWN, "does not answer"),
        (make_snapshot(link=Link(LinkState.OFFLINE, problem=NONSENSE)), CoreState.UNKNOWN, "a web page"),
        (make_snapshot(link=Link(LinkState.REFUSED)), CoreState.UNKNOWN, "refuses the login"),
        (make_snapshot(config=make_config(core_enabled=None)), CoreState.UNKNOWN, "does not say"),
        (make_snapshot(config=make_config(core_enabled=False)), CoreState.STOPPED, "not started"),
        (make_snapshot(config=make_config()), CoreState.UNKNOWN, "is not read"),
        (starting(), CoreState.STARTING, "first cycle"),
        (quiet(1), CoreState.RUNNING, "memory changes"),
        (quiet(59), CoreState.RUNNING, "memory changes"),
        (quiet(70), CoreState.RUNNING, "unchanged for 1m"),
    ],
)
def test_the_state_comes_with_its_evidence(snapshot: Snapshot, state: CoreState, evidence: str) -> None:
    told = core.core_state(snapshot, NOW)
    assert told[0] is state
    assert evidence in told[1]


def test_memory_that_is_no_longer_read_proves_nothing() -> None:
    old = with_feed(make_snapshot(config=make_config()), PAIRS, make_feed((make_pair_status(),), age_seconds=61))
    assert core.core_state(old, NOW)[0] is CoreState.UNKNOWN


def test_a_slow_bot_that_is_read_seldom_still_tells_of_its_core() -> None:
    seldom = with_feed(make_snapshot(config=make_config()), PAIRS, make_feed((make_pair_status(),), age_seconds=25))
    assert core.core_state(seldom, NOW)[0] is CoreState.RUNNING
    unchanged = make_feed((make_pair_status(),), age_seconds=100, changed_seconds=100)
    assert core.quiet_seconds(with_feed(seldom, PAIRS, unchanged), NOW) == 0


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, 0), (60, 0), (61, 60), (120, 60), (130, 120), (4000, 3600), (1e7, 86400)]
)
def test_a_quiet_core_is_told_in_coarse_steps(seconds: float, told: int) -> None:
    assert core.quiet_seconds(quiet(seconds), NOW) == told


def test_a_bot_that_is_read_seldom_is_not_called_quiet_early() -> None:
    assert core.quiet_seconds(quiet(100, interval=60), NOW) == 0


@pytest.mark.parametrize(
    ("snapshot", "word", "tone"),
    [
        (quiet(1), "core running", Tone.MUTED),
        (quiet(61), "core quiet 1m", Tone.WARN),
        (make_snapshot(config=make_config(core_enabled=False)), "core stopped", Tone.WARN),
        (make_snapshot(), "core …", Tone.MUTED),
        (make_snapshot(link=Link()), "connecting …", Tone.MUTED),
    ],
)
def test_the_word_for_the_bar_warns_only_when_it_matters(snapshot: Snapshot, word: str, tone: Tone) -> None:
    assert (core.word(snapshot, NOW).text, core.word(snapshot, NOW).tone) == (word, tone)


def test_a_cycle_is_all_pairs_of_the_exchange_one_after_the_other() -> None:
    many = [make_pair_status(make_pair(coin)) for coin in ("BTC", "ETH", "XRP")]
    snapshot = make_snapshot([*many, make_pair_status(make_pair(exchange="bybit"))], config=make_config())
    assert core.cycle_seconds(snapshot, "binance") == 3.0
    assert core.cycle_seconds(snapshot, "bybit") is None
    assert core.cycle_seconds(make_snapshot(config=make_config()), "binance") is None
    assert core.cycle_seconds(make_snapshot(many), "binance") is None


def test_what_was_handed_over_waits_for_the_pairs_next_cycle() -> None:
    snapshot = make_snapshot([make_pair_status()], config=make_config())
    assert core.waiting(snapshot, make_intent()) == "waiting for the bot to show it (cycle about 1 s)"
    assert core.waiting(make_snapshot(), make_intent(make_cancel())) == "waiting for the bot to drop it"


@pytest.mark.parametrize(
    ("seconds", "cycle", "told"),
    [
        (29, 1.0, "waiting for the bot to show it (cycle about 1 s)"),
        (31, 1.0, "not shown for 30s: perhaps refused"),
        (59, 1.0, "not shown for 30s: perhaps refused"),
        (150, 1.0, "not shown for 2m: perhaps refused"),
        (4000, 1.0, "not shown for 1h: perhaps refused"),
        (99, 20.0, "waiting for the bot to show it (cycle about 20 s)"),
        (101, 20.0, "not shown for 1m: perhaps refused"),
    ],
)
def test_an_order_that_never_shows_was_perhaps_refused(seconds: float, cycle: float, told: str) -> None:
    config = make_config(cycle_delay_seconds={"binance": cycle})
    handed = make_intent(created_at=NOW - timedelta(seconds=seconds + 0.5))
    snapshot = make_snapshot([make_pair_status()], config=config, intents=[handed])
    assert core.waiting(snapshot, handed) == told


def test_a_bot_that_is_not_read_has_failed_to_show_nothing() -> None:
    handed = make_intent(created_at=NOW - timedelta(seconds=200))
    unread = make_snapshot(feeds={PAIRS: make_feed((make_pair_status(),), age_seconds=190)})
    assert core.late_seconds(unread, handed) == 0
    assert core.late_seconds(make_snapshot(), handed) == 0
    assert core.late_seconds(make_snapshot([make_pair_status()]), replace(handed, state=IntentState.UNKNOWN)) == 0


def test_a_step_of_a_late_order_is_a_new_picture() -> None:
    handed = make_intent(created_at=NOW - timedelta(seconds=31))
    snapshot = make_snapshot([make_pair_status()], intents=[handed])
    soon = make_snapshot(intents=[handed], feeds={PAIRS: make_feed((make_pair_status(),), age_seconds=5)})
    assert face(snapshot, (), NOW) != face(soon, (), NOW)


def test_an_age_that_is_not_on_the_screen_is_no_new_picture() -> None:
    page, later = Topic(Kind.HISTORY, "7"), NOW + timedelta(seconds=40)
    snapshot = make_snapshot(feeds={page: make_feed(())})
    assert face(snapshot, (), NOW) == face(snapshot, (), later)
    assert face(snapshot, {page}, NOW) != face(snapshot, {page}, later)


def test_stopping_says_what_stays_behind() -> None:
    orders = (make_order(), make_order(id="2"))
    told = [
        text_of(line) for line in core.consequences(StopCore(), make_snapshot([make_pair_status(open_orders=orders)]))
    ]
    assert told[0] == "STOP the core of home: the strategies of 1 pair stop."
    assert told[1].startswith("Open orders: 2 of them stay on the exchange and nobody manages them")
    assert text_of(core.consequences(StopCore(), make_snapshot())[1]).startswith("Open orders stay")


def test_starting_says_that_it_trades_by_itself() -> None:
    told = core.consequences(StartCore(), make_snapshot())
    assert text_of(told[0]) == "START the core of home: the strategies trade all pairs by themselves."
