"""What every panel says about its own data: a still dot while fresh, its age when old, and why it is in trouble.

Ages move in steps and only once data is old, so that a quiet screen sends nothing while time passes.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Feed, Freshness, Kind
from gunbot_tui.model.problem import Problem
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone

if TYPE_CHECKING:
    from gunbot_tui.model.snapshot import Snapshot

STEP_SECONDS = 5
LOUD_AFTER_SECONDS = 60
WAITING = Span("…", Tone.MUTED)
NOT_READ = Span("not read", Tone.WARN)


def plain(text: str) -> Line:
    """A line in the ordinary tone."""
    return (Span(text),)


def muted(text: str) -> Line:
    """A line of lesser importance, such as an empty state."""
    return (Span(text, Tone.MUTED),)


def cells(line: Line) -> int:
    """The cells that a line takes."""
    return sum(fmt.width(span.text) for span in line)


def spread(left: Line, right: Line, width: int) -> Line:
    """Both lines at the two edges of `width` cells; the right one gives way when they do not fit."""
    gap = width - cells(left) - cells(right)
    return (*left, Span(" " * gap), *right) if right and gap > 0 else left


def first_fitting(lines: tuple[Line, ...], width: int) -> Line:
    """The first of the lines, richest first, that fits; the last one when none does."""
    return next((line for line in lines if cells(line) <= width), lines[-1])


def whole(text: str, width: int, height: int) -> tuple[Line, ...]:
    """All of a text that a table cuts, on as many lines as it needs and at most `height`."""
    parts = wrap(text, max(1, width - 2), max_lines=max(1, height), placeholder=" …") or [""]
    return tuple((Span(f" {part}"),) for part in parts)


def stepped_age(seconds: float) -> str:
    """An age that changes every five seconds in the first minute, every minute after."""
    return fmt.age(seconds // STEP_SECONDS * STEP_SECONDS)


def is_old(feed: Feed[object], now: datetime, link: Link) -> bool:
    """True when a panel should be dimmed: the bot is away, the last read failed or is too long ago."""
    return is_away(link) or feed.problem is not None or feed.freshness(now) is Freshness.STALE


def unread(feed: Feed[object], link: Link) -> Span:
    """What stands for a fact before its first read: `…` only while there is something to wait for."""
    return WAITING if feed.problem is None and not is_away(link) else NOT_READ


def freshness_mark(feed: Feed[object], now: datetime, link: Link) -> Span:
    """A still dot while fresh, `30s ago` when old or the bot is away, `STALE 2m` when very old, `…` before a read."""
    age, freshness = feed.age_seconds(now), feed.freshness(now)
    if age is None or freshness is Freshness.MISSING:
        return NOT_READ if is_away(link) else WAITING
    if freshness is Freshness.FRESH and not is_away(link):
        return Span("●", Tone.MUTED)
    if age >= LOUD_AFTER_SECONDS:
        return Span(f"STALE {stepped_age(age)}", Tone.STALE)
    return Span(f"{stepped_age(age)} ago", Tone.WARN)


def is_away(link: Link) -> bool:
    """True while the bot gives no answer or refuses the login."""
    return link.state in (LinkState.OFFLINE, LinkState.REFUSED)


def why_away(link: Link) -> str:
    """Why nothing can be read: the bot refuses the login, gives no answer, or one that makes no sense."""
    if link.problem is not None:
        return link.problem.summary
    return "the bot refuses the login" if link.state is LinkState.REFUSED else "the bot gives no answer"


def problem_line(feed: Feed[object], now: datetime, link: Link, width: int | None = None) -> Line | None:
    """Why the panel is in trouble and when the next try is; None when it is not.

    In `width` cells the reason gives way to the next try.
    """
    if link.state is LinkState.REFUSED:
        detail = f" · {link.problem.detail}" if link.problem and link.problem.detail else ""
        return (Span(f"r tries again · {why_away(link)}{detail}", Tone.WARN),)
    if link.state is LinkState.OFFLINE:
        text, again = _words(link.problem) if link.problem else why_away(link), next_try(link.next_try_at, now)
    elif feed.problem:
        text, again = _words(feed.problem), next_try(feed.next_try_at, now)
    else:
        return None
    return (Span(f"{text if width is None else fmt.fit(text, width - fmt.width(again))}{again}", Tone.WARN),)


def untold(snapshot: Snapshot, kind: Kind) -> Line | None:
    """Why this bot never tells a kind, which nobody need wait for; None when it does tell it."""
    reason = snapshot.capabilities.unread.get(kind)
    return None if reason is None else muted(reason)


def next_try(at: datetime | None, now: datetime) -> str:
    """When the next try is, as the end of a sentence; empty when none is planned."""
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    if seconds <= 0:
        return " · trying now"
    return f" · next try in {ceil(seconds / STEP_SECONDS) * STEP_SECONDS} s"


def _words(problem: Problem) -> str:
    return f"{problem.summary} · {problem.detail}" if problem.detail else problem.summary
