"""Feeds: fresh, stale or missing, and never a guess."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gunbot_tui.model.feed import Freshness
from gunbot_tui.model.snapshot import MISSING
from tests.factories import NOW, make_feed


@pytest.mark.parametrize(
    ("age", "interval", "freshness"),
    [
        (0.0, 2.0, Freshness.FRESH),
        (6.0, 2.0, Freshness.FRESH),
        (6.1, 2.0, Freshness.STALE),
        (6.1, 60.0, Freshness.FRESH),
        (3600.0, 60.0, Freshness.STALE),
    ],
)
def test_a_value_is_stale_after_three_intervals(age: float, interval: float, freshness: Freshness) -> None:
    assert make_feed("value", age_seconds=age, interval_seconds=interval).freshness(NOW) is freshness


def test_a_feed_that_was_never_read_is_missing_and_has_no_age() -> None:
    assert MISSING.freshness(NOW) is Freshness.MISSING
    assert MISSING.age_seconds(NOW) is None


def test_a_clock_that_is_set_back_makes_no_value_young() -> None:
    feed, earlier = make_feed("value", age_seconds=0.0), NOW - timedelta(minutes=5)
    assert feed.age_seconds(earlier) == 300.0
    assert feed.freshness(earlier) is Freshness.STALE


def test_an_empty_value_is_a_value() -> None:
    assert make_feed(()).freshness(NOW) is Freshness.FRESH
