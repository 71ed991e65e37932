"""The reducer: what each event changes, and above all what it leaves alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.event import (
    Event,
    Failed,
    Fetched,
    HaltChanged,
    IntentsChanged,
    JournalFailed,
    LinkChanged,
)
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.snapshot import apply
from tests.factories import (
    HALT,
    NOW,
    ONLINE,
    make_feed,
    make_intent,
    make_pair,
    make_pair_status,
    make_problem,
    make_snapshot,
    with_feed,
)

PAIRS = Topic(Kind.PAIRS)
LATER = NOW + timedelta(seconds=2)
OFFLINE = Link(LinkState.OFFLINE, NOW, make_problem())


def fetched(value: object, at: datetime = NOW, generation: int = 0) -> Fetched:
    return Fetched(generation, PAIRS, value, at, 2.0)


@pytest.mark.parametrize(
    "event",
    [
        Fetched(1, PAIRS, ("late",), NOW, 2.0),
        Failed(1, PAIRS, make_problem(), NOW, None),
        LinkChanged(1, OFFLINE),
        IntentsChanged(1, (make_intent(),)),
        HaltChanged(1, HALT),
        JournalFailed(1, make_problem()),
    ],
)
def test_an_event_of_another_connection_changes_nothing(event: Event) -> None:
    snapshot = make_snapshot()
    assert apply(snapshot, event) is snapshot


@pytest.mark.parametrize(
    "event",
    [
        LinkChanged(0, ONLINE),
        IntentsChanged(0, ()),
        HaltChanged(0, None),
        JournalFailed(0, None),
    ],
)
def test_an_event_that_says_nothing_new_gives_the_same_object(event: Event) -> None:
    snapshot = make_snapshot()
    assert apply(snapshot, event) is snapshot


def test_an_equal_value_keeps_the_old_object_and_its_time_of_change_but_is_fresh_again() -> None:
    first = apply(make_snapshot(), fetched((make_pair_status(),)))
    second = apply(first, fetched((make_pair_status(),), LATER))
    assert second.pairs.value is first.pairs.value
    assert (second.pairs.read_at, second.pairs.changed_at) == (LATER, NOW)


def test_a_new_value_replaces_the_old_one() -> None:
    first = apply(make_snapshot(), fetched((make_pair_status(bid=1.0),)))
    second = apply(first, fetched((make_pair_status(bid=2.0),), LATER))
    assert second.pairs.value == (make_pair_status(bid=2.0),)
    assert second.pairs.changed_at == LATER


def test_a_failure_keeps_value_and_age_and_a_success_ends_the_problem() -> None:
    good = apply(make_snapshot(), fetched((make_pair_status(),)))
    failed = apply(good, Failed(0, PAIRS, make_problem(), LATER, LATER))
    assert failed.pairs.value is good.pairs.value
    assert failed.pairs.read_at == NOW
    assert failed.pairs.problem == make_problem()
    healed = apply(failed, fetched((make_pair_status(),), LATER))
    assert healed.pairs.problem is None
    assert healed.pairs.next_try_at is None


def test_a_failure_before_the_first_value_leaves_it_missing() -> None:
    failed = apply(make_snapshot(), Failed(0, PAIRS, make_problem(), NOW, None))
    assert failed.pairs.value is None
    assert failed.pairs.read_at is None


def test_what_an_event_does_not_touch_stays_the_same_object() -> None:
    before = make_snapshot([make_pair_status()], intents=[make_intent()])
    after = apply(before, Fetched(0, Topic(Kind.BALANCES), ("balance",), NOW, 10.0))
    assert after.pairs is before.pairs
    assert after.intents is before.intents
    assert before.balances.value is None


def test_link_halt_journal_and_intents_are_taken_over() -> None:
    snapshot = make_snapshot()
    capabilities = Capabilities({Capability.PLACE_ORDER: "read-only"})
    events: tuple[Event, ...] = (
        LinkChanged(0, OFFLINE, capabilities),
        HaltChanged(0, HALT),
        JournalFailed(0, make_problem("disk full")),
        IntentsChanged(0, (make_intent(),)),
    )
    for event in events:
        snapshot = apply(snapshot, event)
    assert (snapshot.link, snapshot.halted, snapshot.intents) == (OFFLINE, True, (make_intent(),))
    assert snapshot.journal_problem == make_problem("disk full")
    assert snapshot.capabilities.why_not(Capability.PLACE_ORDER) == "read-only"


def test_a_link_change_without_capabilities_keeps_the_known_ones() -> None:
    capabilities = Capabilities({Capability.PLACE_ORDER: "read-only"})
    snapshot = apply(make_snapshot(capabilities=capabilities), LinkChanged(0, OFFLINE))
    assert snapshot.capabilities is capabilities


def test_of_a_pairs_two_feeds_the_younger_speaks() -> None:
    own = Topic(Kind.PAIR, make_pair().key)
    listed, newer = make_pair_status(), make_pair_status(bid=61000.0)
    snapshot = make_snapshot([listed, make_pair_status(make_pair("ETH"))])
    assert snapshot.status(make_pair()).value == listed
    younger = with_feed(snapshot, own, make_feed(newer, age_seconds=0.1))
    assert younger.status(make_pair()).value == newer
    assert [status.bid for status in younger.statuses] == [61000.0, 60975.1]
    assert with_feed(snapshot, own, make_feed(newer, age_seconds=9)).status(make_pair()).value == listed
    assert make_snapshot().statuses == ()
    assert make_snapshot().status(make_pair()).value is None
