"""The Bot screen of a bot that tells how it runs: its settings in words, its verbs, its locks and its blacklist."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gunbot_tui.model.command import Control, ReloadConfig, StartCore, StopCore, StopEntries
from gunbot_tui.model.deal import Pairlist
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views import panel, run
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.core import core_state
from gunbot_tui.views.trade import counted

COLUMNS = (
    Column("what", "no entries by", 13),
    Column("pair", "pair", 24),
    Column("side", "side", 5, rank=2),
    Column("until", "until", 11),
    Column("reason", "reason", 60, rank=1),
)
NO_PAIRLIST = Pairlist((), ())
VERBS: tuple[Control, ...] = (StartCore(), StopCore(), StopEntries(), ReloadConfig())
VERB_INDENT = "   "


def facts(snapshot: Snapshot, now: datetime) -> tuple[tuple[str, Line], ...]:
    """What the bot does and how it is set up, by label."""
    told = snapshot.run_status.value
    if told is None:
        return (("state", panel.untold(snapshot, Kind.STATE) or _unread(snapshot, now)),)
    return (
        ("state", _state(snapshot, told)),
        ("loop", _loop(snapshot, told)),
        ("strategy", _strategy(told)),
        *(() if run.trades_nothing(snapshot) else (("trades", _limits(snapshot, told)), ("on command", _forced(told)))),
        ("version", panel.plain(f"Freqtrade {told.version}{_since(told, now)}")),
        (
            "told by",
            panel.plain("web socket, and read now and then" if snapshot.is_streaming else "reading again and again"),
        ),
        ("load", _load(snapshot)),
    )


def verbs(snapshot: Snapshot) -> tuple[Line, ...]:
    """What each verb would do to this very bot now."""
    said = [line for verb in VERBS for line in run.consequences(verb, snapshot)]
    return tuple((Span(VERB_INDENT), *line) for line in said)


def barred(snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """What is locked now, the soonest end first, then what is on the blacklist."""
    lists = snapshot.pairlist.value or NO_PAIRLIST
    locks = [lock for lock in snapshot.locks.value or () if lock.until is None or lock.until > now]
    locked = [
        Row(
            f"lock:{lock.id}",
            (
                Cell(f"lock {lock.id}", Tone.WARN, "lock"),
                Cell(run.pair_words(lock.pair), sort=lock.pair),
                Cell("both" if lock.side == "*" else lock.side, Tone.MUTED, lock.side),
                Cell(fmt.moment(lock.until, now), sort=lock.until.timestamp() if lock.until else None),
                Cell(lock.reason, Tone.MUTED, lock.reason or None),
            ),
        )
        for lock in locks
    ]
    blocked = [
        Row(
            f"black:{name}",
            (
                Cell("blacklist", Tone.MUTED, "blacklist"),
                Cell(name, sort=name),
                Cell("both", Tone.MUTED, "both"),
                Cell("for good", Tone.MUTED),
                Cell("" if name in lists.blocked_pairs else "a pattern", Tone.MUTED),
            ),
        )
        for name in lists.blocked
    ]
    return (*locked, *blocked)


def barred_empty(snapshot: Snapshot, now: datetime) -> Line:
    """What stands for the table without rows."""
    never = panel.untold(snapshot, Kind.LOCKS)
    if never is not None:
        return never
    if snapshot.locks.value is not None and snapshot.pairlist.value is not None:
        return panel.muted("nothing is locked and nothing is on the blacklist")
    troubles = (panel.problem_line(feed, now, snapshot.link) for feed in (snapshot.locks, snapshot.pairlist))
    return next((line for line in troubles if line is not None), panel.muted("reading the locks …"))


def barred_title(snapshot: Snapshot, now: datetime) -> Line:
    """How many locks and blacklisted names there are, and how many pairs may be opened."""
    lists = snapshot.pairlist.value
    if lists is None or snapshot.locks.value is None:
        return (Span("locks and blacklist"),)
    count = sum(lock.until is None or lock.until > now for lock in snapshot.locks.value)
    allowed = f"{counted(len(lists.allowed), 'pair', 'pairs')} allowed by {', '.join(lists.methods) or 'no list'}"
    return (Span(f"{counted(count, 'lock', 'locks')} · {len(lists.blocked)} blacklisted · {allowed}"),)


def ages_line(snapshot: Snapshot, now: datetime, kinds: Collection[Kind]) -> Line:
    """Which of what is always read is old, and why; in one line, because mostly nothing is."""
    feeds = [(topic.kind.value, feed) for topic, feed in snapshot.feeds.items() if topic.kind in kinds]
    old = [(name, feed) for name, feed in feeds if panel.is_old(feed, now, snapshot.link)]
    if not feeds:
        return (panel.NOT_READ if panel.is_away(snapshot.link) else panel.WAITING,)
    if not old:
        return (Span("fresh"), Span(f" · {len(feeds)} things are always read", Tone.MUTED))
    said = ", ".join(f"{name} {panel.freshness_mark(feed, now, snapshot.link).text}" for name, feed in old)
    reason = next((feed.problem.summary for _, feed in old if feed.problem is not None), "")
    return (Span(f"{said}{f' · {reason}' if reason else ''}", Tone.WARN),)


def _unread(snapshot: Snapshot, now: datetime) -> Line:
    problem = snapshot.run_status.problem
    if problem is None and not panel.is_away(snapshot.link):
        return (panel.WAITING,)
    state, why = core_state(snapshot, now)
    return (Span(state.value, Tone.WARN), Span(f" · {problem.summary if problem else why}", Tone.MUTED))


def _state(snapshot: Snapshot, told: RunStatus) -> Line:
    money = Span("dry run: its orders are simulated", Tone.CALM) if told.is_dry else Span("LIVE money", Tone.ALERT)
    tone = Tone.STRONG if told.state is RunState.RUNNING and not run.still_seconds(snapshot) else Tone.WARN
    return (Span(told.state.value, tone), Span(f" · {run.MEANING[told.state]} · ", Tone.MUTED), money)


def _loop(snapshot: Snapshot, told: RunStatus) -> Line:
    """Whether the loop goes round; without a clock that would move all the time."""
    if still := run.still_seconds(snapshot):
        tone = Tone.ALERT if run.is_stuck(snapshot) else Tone.WARN
        return (Span(f"has not gone round for {fmt.age(still)}", tone), Span(" · its log, 9, says why", Tone.MUTED))
    if told.state not in (RunState.RUNNING, RunState.PAUSED):
        return panel.muted("stands still, as it should")
    return panel.plain("goes round" if told.last_loop_at else "has not gone round yet")


def _strategy(told: RunStatus) -> Line:
    stop = "" if told.stop_percent is None else f" · stop {fmt.percent(told.stop_percent)}"
    sides = "long and short" if told.may_short else "long only"
    frame = f" · {told.timeframe}" if told.timeframe else ""
    text = f"{frame} · {told.exchange} {told.market} · {sides}{stop}"
    return (Span(told.strategy or "none", Tone.STRONG), Span(text))


def _since(told: RunStatus, now: datetime) -> str:
    return f" · started {fmt.moment(told.started_at, now)}" if told.started_at else ""


def _limits(snapshot: Snapshot, told: RunStatus) -> Line:
    count = len(snapshot.deals)
    limit = "without a limit" if told.open_limit is None else f"of {told.open_limit}"
    stake = (
        f"{told.stake} {told.money}" if told.stake.replace(".", "", 1).isdigit() else f"{told.stake} {told.money} stake"
    )
    return panel.plain(f"{count} open {limit} · {stake} for each")


def _forced(told: RunStatus) -> Line:
    if not told.may_force_entry:
        return panel.plain(f"no entries: force_entry_enable is off · exits at {told.exit_type or 'market'}")
    types = f"entries at {told.entry_type or 'limit'}, exits at {told.exit_type or 'market'}"
    return panel.plain(f"{types} · an entry on an open pair {'adds to it' if told.adds_to_open else 'is refused'}")


def _load(snapshot: Snapshot) -> Line:
    load = snapshot.load.value
    if load is None:
        return (panel.unread(snapshot.load, snapshot.link),)
    cpu = " ".join(fmt.percent(value, 0) for value in load.cpu_percent)
    average = " ".join(fmt.number(value, 2) for value in load.average)
    parts = [
        f"cpu {cpu}" if cpu else "",
        f"memory {fmt.percent(load.memory_percent, 0)}",
        f"average {average}" if average else "",
    ]
    return panel.plain(" · ".join(part for part in parts if part))
