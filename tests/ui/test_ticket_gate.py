"""When a confirm key counts."""

from __future__ import annotations

from gunbot_tui.ui.overlays.ticket_gate import DWELL_SECONDS, STILL_SECONDS, Gate


def test_nothing_counts_before_something_was_drawn() -> None:
    gate = Gate()
    assert gate.is_early(1000.0)
    gate.open(1000.0)
    gate.shut()
    assert gate.is_early(2000.0)


def test_the_dwell_is_over_when_it_is_and_an_early_press_begins_it_anew() -> None:
    gate = Gate()
    gate.open(10.0)
    assert gate.is_early(10.3)
    assert gate.is_early(10.3 + DWELL_SECONDS - 0.01)
    assert not gate.is_early(20.0)


def test_o04_a_program_that_did_not_come_round_for_too_long_stood_still() -> None:
    gate = Gate()
    gate.open(10.0)
    assert not gate.stood_still(10.0 + STILL_SECONDS)
    assert not gate.stood_still(10.0 + 2 * STILL_SECONDS)
    assert gate.stood_still(10.1 + 3 * STILL_SECONDS)


def test_while_nothing_is_drawn_nothing_stands_still() -> None:
    gate = Gate()
    assert not gate.stood_still(0.0)
    assert not gate.stood_still(1000.0)


def test_what_was_drawn_before_the_program_went_on_is_older() -> None:
    gate = Gate()
    assert not gate.is_older_than(5.0)
    gate.open(10.0)
    assert gate.is_older_than(10.1)
    assert not gate.is_older_than(9.9)
