"""A panel tells the age of its data when it matters, and why it is in trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Feed, Kind
from gunbot_tui.views import panel
from gunbot_tui.views.cell import Span, Tone
from tests.factories import NOW, ONLINE, make_feed, make_problem, make_snapshot, text_of


@pytest.mark.parametrize(
    ("age", "text", "tone"),
    [
        (0, "●", Tone.MUTED),
        (6, "●", Tone.MUTED),
        (6.5, "5s ago", Tone.WARN),
        (31, "30s ago", Tone.WARN),
        (34.9, "30s ago", Tone.WARN),
        (59.9, "55s ago", Tone.WARN),
        (60, "STALE 1m", Tone.STALE),
        (179, "STALE 2m", Tone.STALE),
        (90000, "STALE 1d", Tone.STALE),
    ],
)
def test_the_mark_is_a_still_dot_then_an_age_then_loud(age: float, text: str, tone: Tone) -> None:
    assert panel.freshness_mark(make_feed("x", age, interval_seconds=2), NOW, ONLINE) == Span(text, tone)


def test_the_mark_waits_before_the_first_read() -> None:
    assert panel.freshness_mark(Feed(), NOW, ONLINE).text == "…"
    assert panel.freshness_mark(Feed(problem=make_problem()), NOW, ONLINE).text == "…"


@pytest.mark.parametrize(
    ("next_try", "end"),
    [
        (None, ""),
        (4, " · next try in 5 s"),
        (0.5, " · next try in 5 s"),
        (5.1, " · next try in 10 s"),
        (-1, " · trying now"),
    ],
)
def test_a_problem_says_when_the_next_try_is_in_steps(next_try: float | None, end: str) -> None:
    at = None if next_try is None else NOW + timedelta(seconds=next_try)
    line = panel.problem_line(make_feed("x", problem=make_problem(), next_try_at=at), NOW, ONLINE)
    assert line is not None
    assert text_of(line) == f"no answer from 127.0.0.1:3000{end}"


def test_a_fresh_panel_has_no_problem() -> None:
    assert panel.problem_line(make_feed("x"), NOW, ONLINE) is None


def test_a_problem_tells_what_to_do_about_it() -> None:
    problem = make_problem("wrong password", detail="mend password_command")
    line = panel.problem_line(make_feed("x", problem=problem), NOW, ONLINE)
    assert line == (Span("wrong password · mend password_command", Tone.WARN),)


def test_a_bot_that_is_offline_explains_panels_without_a_problem_of_their_own() -> None:
    link = Link(LinkState.OFFLINE, NOW, make_problem(), NOW + timedelta(seconds=4))
    assert text_of(panel.problem_line(make_feed("x"), NOW, link) or ()).endswith("3000 · next try in 5 s")
    assert panel.problem_line(make_feed("x"), NOW, Link(LinkState.OFFLINE)) is not None


def test_a_long_reason_gives_way_to_the_next_try() -> None:
    problem = make_problem("answers with a web page", detail="are port and path right?")
    failed = make_feed("x", problem=problem, next_try_at=NOW + timedelta(seconds=4))
    for link in (ONLINE, Link(LinkState.OFFLINE, NOW, problem, NOW + timedelta(seconds=4))):
        assert text_of(panel.problem_line(failed, NOW, link, 40) or ()) == "answers with a web pa… · next try in 5 s"


def test_while_a_bot_is_gone_every_panel_tells_the_next_try_of_the_line() -> None:
    link = Link(LinkState.OFFLINE, NOW, make_problem(), NOW + timedelta(seconds=4))
    failed = make_feed("x", problem=make_problem(), next_try_at=NOW + timedelta(seconds=54))
    assert text_of(panel.problem_line(failed, NOW, link) or ()).endswith("3000 · next try in 5 s")


@pytest.mark.parametrize("state", [LinkState.OFFLINE, LinkState.REFUSED])
def test_nothing_is_fresh_of_a_bot_that_is_gone(state: LinkState) -> None:
    feed = make_feed("x", age_seconds=20, interval_seconds=60)
    assert panel.freshness_mark(feed, NOW, Link(state)) == Span("20s ago", Tone.WARN)
    assert panel.is_old(feed, NOW, Link(state))


def test_a_refused_login_outranks_the_rest_and_says_the_way_out_first() -> None:
    feed = make_feed("x", problem=make_problem())
    told = panel.problem_line(feed, NOW, Link(LinkState.REFUSED, problem=make_problem("wrong password")))
    assert text_of(told or ()) == "r tries again · wrong password"
    assert "refuses" in text_of(panel.problem_line(feed, NOW, Link(LinkState.REFUSED)) or ())


@pytest.mark.parametrize(
    ("feed", "old"),
    [
        (Feed(), False),
        (make_feed("x"), False),
        (make_feed("x", age_seconds=7), True),
        (make_feed("x", problem=make_problem()), True),
    ],
)
def test_a_panel_is_dimmed_when_old_or_failing(feed: Feed[object], old: bool) -> None:
    assert panel.is_old(feed, NOW, ONLINE) is old


def test_both_edges_fill_the_width_and_the_right_one_gives_way() -> None:
    left, right = panel.plain("left"), panel.muted("right")
    assert text_of(panel.spread(left, right, 12)) == "left   right"
    assert panel.spread(left, right, 9) == left
    assert panel.spread(left, (), 12) == left


def test_the_richest_line_that_fits_is_taken() -> None:
    lines = (panel.plain("币安人生"), panel.plain("abc"))
    assert panel.first_fitting(lines, 8) == lines[0]
    assert panel.first_fitting(lines, 7) == lines[1]
    assert panel.first_fitting(lines, 1) == lines[1]


def test_what_a_bot_never_tells_is_said_calmly_and_not_waited_for() -> None:
    snapshot = make_snapshot(capabilities=Capabilities(unread={Kind.BOOK: "there is no book"}))
    assert panel.untold(snapshot, Kind.BOOK) == (Span("there is no book", Tone.MUTED),)
    assert panel.untold(snapshot, Kind.CANDLES) is None
