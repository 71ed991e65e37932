"""When topics are due, as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.schedule import Pace, Timing, always_topics, due_topics, retry_seconds, stream_seconds
from gunbot_tui.model.feed import Kind, Topic

SECONDS = st.floats(0.5, 600.0)


@pytest.mark.parametrize(
    ("kind", "took", "shown", "seconds"),
    [
        (Kind.PAIRS, 0.0, True, 2.0),
        (Kind.BOOK, 0.05, True, 1.0),
        (Kind.BOOK, 0.4, True, 4.0),
        (Kind.PAIRS, 26.0, True, 260.0),
        (Kind.CANDLES, 0.1, True, 5.0),
        (Kind.BALANCES, 0.1, False, 10.0),
        (Kind.PNL, 0.1, True, 60.0),
        (Kind.PNL, 0.1, False, 300.0),
        (Kind.CLOCK, 0.0, False, 30.0),
    ],
)
def test_interval_is_the_setting_or_ten_times_the_answer(kind: Kind, took: float, shown: bool, seconds: float) -> None:
    assert Pace().pause(kind, took, shown=shown) == pytest.approx(seconds)


def test_every_kind_has_an_interval() -> None:
    assert all(Pace().pause(kind, 0.0, shown=True) > 0 for kind in Kind)


@pytest.mark.parametrize(
    ("kind", "failures", "longest"),
    [
        (Kind.BOOK, 1, 2.0),
        (Kind.BOOK, 3, 8.0),
        (Kind.BOOK, 5, 32.0),
        (Kind.BOOK, 6, 60.0),
        (Kind.BOOK, 5000, 60.0),
        (Kind.CONFIG, 1, 60.0),
        (Kind.CLOCK, 1, 5.0),
        (Kind.CLOCK, 50, 5.0),
    ],
)
def test_failures_double_the_wait_up_to_a_cap(kind: Kind, failures: int, longest: float) -> None:
    assert retry_seconds(kind, failures, 1.0) == pytest.approx(longest)
    assert retry_seconds(kind, failures, 0.0) == pytest.approx(longest / 2)


@given(st.sampled_from(list(Kind)), st.integers(1, 10_000), st.floats(0, 1))
def test_no_wait_after_failures_is_over_a_minute_or_none_at_all(kind: Kind, failures: int, spread: float) -> None:
    assert 0.5 <= retry_seconds(kind, failures, spread) <= 60.0


@pytest.mark.parametrize(
    ("timing", "shown", "due_at"),
    [
        (Timing(), True, float("-inf")),
        (Timing(ended_at=100.0), True, 160.0),
        (Timing(ended_at=100.0), False, 400.0),
        (Timing(ended_at=100.0, took_seconds=8.0), True, 180.0),
        (Timing(ended_at=100.0, failures=2, retry_seconds=7.0), True, 107.0),
        (Timing(ended_at=100.0, failures=2, retry_seconds=7.0, is_poked=True), True, 0.0),
        (Timing(is_poked=True), True, float("-inf")),
    ],
)
def test_due_time_follows_the_last_read(timing: Timing, shown: bool, due_at: float) -> None:
    assert timing.due_at(Kind.PNL, Pace(), shown=shown) == due_at


def test_longest_overdue_topic_comes_first_and_later_ones_not_at_all() -> None:
    book, pair, pairs = Topic(Kind.BOOK, "a"), Topic(Kind.PAIR, "a"), Topic(Kind.PAIRS)
    assert due_topics({book: 9.0, pair: float("-inf"), pairs: 10.1}, 10.0) == [pair, book]
    never = float("-inf")
    assert due_topics({Topic(Kind.AUTH): never, pairs: never, book: never}, 10.0) == [book, pairs, Topic(Kind.AUTH)]


def test_what_was_never_read_comes_before_what_is_to_be_read_again() -> None:
    new, again = Timing(), Timing(ended_at=100.0, is_poked=True)
    due_at = {
        Topic(kind): timing.due_at(kind, Pace(), shown=True) for kind, timing in ((Kind.PAIRS, again), (Kind.PNL, new))
    }
    assert due_topics(due_at, 100.0) == [Topic(Kind.PNL), Topic(Kind.PAIRS)]


def test_base_topics_are_always_read_and_the_day_of_each_exchange_seen() -> None:
    topics = always_topics(frozenset(Kind), {"binance", "bybit"})
    assert {topic.kind for topic in topics} == {
        Kind.PAIRS,
        Kind.BALANCES,
        Kind.CLOCK,
        Kind.AUTH,
        Kind.CONFIG,
        Kind.PNL,
        Kind.DAY,
        Kind.STATE,
    }
    assert {topic.subject for topic in topics if topic.kind is Kind.DAY} == {"binance", "bybit"}


def test_a_kind_that_the_bot_does_not_deliver_is_never_asked_for() -> None:
    assert always_topics({Kind.PAIRS}, {"binance"}) == {Topic(Kind.PAIRS)}


@given(
    st.sampled_from(list(Kind)), st.booleans(), st.floats(0, 100), st.dictionaries(st.sampled_from(list(Kind)), SECONDS)
)
def test_the_background_is_never_read_more_often_nor_much_less_than_once_a_minute(
    kind: Kind, shown: bool, took: float, own: dict[Kind, float]
) -> None:
    usual, behind = Pace(own), Pace(own, in_background=True)
    assert usual.seconds(kind, shown=shown) <= behind.seconds(kind, shown=shown)
    assert behind.seconds(kind, shown=shown) <= max(60.0, usual.seconds(kind, shown=shown))
    assert behind.seconds(kind, shown=shown) <= 5.0 * usual.seconds(kind, shown=shown)
    assert behind.pause(kind, took, shown=shown) >= behind.seconds(kind, shown=shown)


@given(st.sampled_from(list(Kind)), st.booleans(), SECONDS)
def test_a_bot_says_its_own_pace_for_what_is_on_screen_and_what_is_not(kind: Kind, shown: bool, own: float) -> None:
    assert Pace({kind: own}).seconds(kind, shown=shown) == own


@pytest.mark.parametrize(("failures", "longest"), [(1, 1.0), (2, 2.0), (6, 32.0), (7, 60.0), (900, 60.0)])
def test_a_broken_stream_waits_a_second_first_and_a_minute_at_most(failures: int, longest: float) -> None:
    assert stream_seconds(failures, 1.0) == pytest.approx(longest)
    assert stream_seconds(failures, 0.0) == pytest.approx(longest / 2)
