"""The Bot screen: the core and how we know, our login, the clocks, the line to the bot, and the age of all data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil
from textwrap import wrap

from gunbot_tui.model.bot import CoreState, Link, LinkState
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import StartCore, StopCore
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import bot_run, panel
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.core import consequences, core_state, quiet_seconds

COLUMNS = (
    Column("topic", "data", 26),
    Column("age", "age", 9),
    Column("interval", "every", 7, Align.RIGHT, rank=1),
    Column("problem", "problem", 60, rank=2),
)
LABEL_WIDTH = 12
CLOCK_WARNING_SECONDS = 5
EXPIRY_WARNING = timedelta(days=7)


def lines(snapshot: Snapshot, now: datetime, version: str, width: int) -> tuple[Line, ...]:
    """What is known of the bot, one fact to a line; only what is wrong with the line to it may take more."""
    if snapshot.capabilities.has_deals:
        told = (_labelled(label, *line) for label, line in bot_run.facts(snapshot, now))
        return (*told, *_common(snapshot, now, version, width))
    return (
        _core(snapshot, now),
        *_common(snapshot, now, version, width),
        (),
        *_toggle(snapshot),
    )


def verbs(snapshot: Snapshot) -> tuple[Line, ...]:
    """What each verb would do now to a bot that tells its state, or why none may be used."""
    refusal = snapshot.capabilities.why_not(Capability.CONTROL_CORE)
    return (panel.muted(f" start, stop, stop entries, reload: {refusal}"),) if refusal else bot_run.verbs(snapshot)


def health(snapshot: Snapshot, now: datetime, kinds: Collection[Kind]) -> Line:
    """How old what is always read is, in a line."""
    return _labelled("data", *bot_run.ages_line(snapshot, now, kinds))


def ages(snapshot: Snapshot, now: datetime, kinds: Collection[Kind]) -> tuple[Row, ...]:
    """One row per topic of these kinds: its age when that matters, how often it is read at best, and its problem."""
    ordered = sorted(snapshot.feeds.items(), key=lambda item: (item[0].kind.value, item[0].subject))
    return tuple(_age(topic, feed, now, snapshot.link) for topic, feed in ordered if topic.kind in kinds)


def _common(snapshot: Snapshot, now: datetime, version: str, width: int) -> tuple[Line, ...]:
    """What is told of every bot."""
    return (
        *_login(snapshot, now),
        _labelled("clock", *_clock(snapshot)),
        *_connection(snapshot, now, width),
        _journal(snapshot),
        _labelled("mode", Span(snapshot.bot.mode.value)),
        _labelled("cockpit", Span(f"gunbot-tui {version}")),
    )


def command(snapshot: Snapshot) -> StartCore | StopCore | None:
    """What the start/stop key would do now; None while the configuration does not say whether the core is started."""
    config = snapshot.config.value
    if config is None or config.core_enabled is None:
        return None
    return StopCore() if config.core_enabled else StartCore()


def _labelled(label: str, *spans: Span) -> Line:
    return (Span(f" {label:<{LABEL_WIDTH}}", Tone.MUTED), *spans)


def _core(snapshot: Snapshot, now: datetime) -> Line:
    state, evidence = core_state(snapshot, now)
    quiet = state is CoreState.RUNNING and quiet_seconds(snapshot, now)
    tone = Tone.STRONG if state is CoreState.RUNNING and not quiet else Tone.WARN
    return _labelled("core", Span(state.value, tone), Span(f" · {evidence}", Tone.MUTED))


def _login(snapshot: Snapshot, now: datetime) -> tuple[Line, ...]:
    auth = snapshot.auth.value
    if auth is None:
        return (_labelled("login", panel.unread(snapshot.auth, snapshot.link)),)
    if snapshot.capabilities.has_deals:
        return (_labelled("login", Span(auth.message), Span(_renewed(auth.expires_at, now), Tone.MUTED)),)
    facts = [
        "two-factor on" if auth.is_two_factor else "two-factor off",
        "registered" if auth.is_registered else "not registered",
        *(["the bot runs as a demo"] if auth.is_demo else []),
    ]
    login = _labelled("login", Span(auth.message), Span(f" · {' · '.join(facts)}", Tone.MUTED))
    if auth.expires_at is None:
        return (login,)
    tone = Tone.WARN if auth.expires_at - now < EXPIRY_WARNING else Tone.PLAIN
    word = "ended" if auth.expires_at <= now else "ends"
    return (login, _labelled("token", Span(f"{word} {fmt.moment(auth.expires_at, now)}", tone)))


def _renewed(expires_at: datetime | None, now: datetime) -> str:
    """When a token ends that is renewed by itself, which calls for nothing."""
    return "" if expires_at is None else f" · token ends {fmt.moment(expires_at, now)}, renewed by itself"


def _clock(snapshot: Snapshot) -> tuple[Span, ...]:
    clock = snapshot.clock.value
    if clock is None:
        return (panel.unread(snapshot.clock, snapshot.link),)
    offset = abs(clock.offset_seconds)
    if offset < 1:
        return (Span("in step, less than 1 s apart"),)
    text = f"the bot is {offset:.1f} s {'ahead' if clock.offset_seconds > 0 else 'behind'}"
    if offset <= CLOCK_WARNING_SECONDS:
        return (Span(text),)
    return (Span(text, Tone.WARN), Span(" · set both clocks by NTP: ages and times are wrong by as much", Tone.MUTED))


def _connection(snapshot: Snapshot, now: datetime, width: int) -> tuple[Line, ...]:
    link = snapshot.link
    tone = Tone.PLAIN if link.state is LinkState.ONLINE else Tone.WARN
    since = f" since {fmt.moment(link.since, now)}" if link.since else ""
    state = Span(f" · {link.state.value}{since}{panel.next_try(link.next_try_at, now)}", tone)
    first = _labelled("connection", Span(snapshot.bot.url), state)
    if link.problem is None:
        return (first,)
    detail = f" · {link.problem.detail}" if link.problem.detail else ""
    parts = wrap(f"{link.problem.summary}{detail}", max(LABEL_WIDTH, width - LABEL_WIDTH - 1))
    return (first, *(_labelled("", Span(part, Tone.WARN)) for part in parts))


def _journal(snapshot: Snapshot) -> Line:
    problem = snapshot.journal_problem
    if problem is None:
        return _labelled("journal", Span("written before each order"))
    return _labelled("journal", Span(f"{problem.summary}: no new order is sent, cancels still work", Tone.ALERT))


def _toggle(snapshot: Snapshot) -> tuple[Line, ...]:
    """What the start/stop key would do, or why it can't."""
    refusal = snapshot.capabilities.why_not(Capability.CONTROL_CORE)
    if refusal is not None:
        return (panel.muted(f" start/stop: {refusal}"),)
    toggle = command(snapshot)
    if toggle is None:
        return (panel.muted(" start/stop: whether the core is started is not known yet"),)
    said = ((Span("   "), *line) for line in consequences(toggle, snapshot))
    return (panel.muted(f" t {'starts' if isinstance(toggle, StartCore) else 'stops'} the core:"), *said)


def _age(topic: Topic, feed: Feed[object], now: datetime, link: Link) -> Row:
    mark, problem = panel.freshness_mark(feed, now, link), feed.problem
    name = f"{topic.kind.value} {topic.subject}".strip()
    every = ceil(feed.interval_seconds) if feed.interval_seconds else None
    next_try_at = link.next_try_at if panel.is_away(link) else feed.next_try_at
    told = f"{problem.summary}{panel.next_try(next_try_at, now)}" if problem else ""
    return Row(
        name,
        (
            Cell(name, sort=name),
            Cell(mark.text, mark.tone, feed.read_at.timestamp() if feed.read_at else None),
            Cell(fmt.NOTHING if every is None else f"{every} s", Tone.MUTED, every),
            Cell(told, Tone.WARN, told or None),
        ),
    )
