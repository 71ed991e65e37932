"""Whether the bot's core trades, how we know, and what starting or stopping it means.

Gunbot has no endpoint that says so: the configuration says whether the core is started, and only changing core memory
shows that it works. A bot that tells its state itself is believed.
"""

from __future__ import annotations

from datetime import datetime

from gunbot_tui.model.bot import CoreState, LinkState
from gunbot_tui.model.command import StartCore, StopCore
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState
from gunbot_tui.views import format as fmt
from gunbot_tui.views import panel, run
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.pairs import lacks, statuses, working
from gunbot_tui.views.panel import plain

QUIET_AFTER_SECONDS = 60
UNREAD_AFTER_SECONDS = 60
"""A slow bot's memory is read seldom: only when it is older than this does it prove nothing about the core."""
LEAST_CYCLE_SECONDS = 1.0
"""A cycle is told in whole seconds."""
STEPS = (86400, 43200, 21600, 10800, 3600, 1800, 900, 600, 300, 120, 60, 30)
"""How long nothing has happened is told in these seconds, so that a bot at rest does not move the screen."""
LATE_AFTER_SECONDS = 30
LATE_AFTER_CYCLES = 5
"""An order that was not shown after so long may have been refused by the exchange, which Gunbot does not tell."""


def core_state(snapshot: Snapshot, now: datetime) -> tuple[CoreState, str]:
    """The core's state and the evidence for it, in words."""
    if panel.is_away(snapshot.link):
        problem = snapshot.link.problem
        is_silent = snapshot.link.state is LinkState.OFFLINE and (
            problem is None or problem.kind is ProblemKind.UNREACHABLE
        )
        return CoreState.UNKNOWN, "the bot does not answer" if is_silent else panel.why_away(snapshot.link)
    if (told := snapshot.run_status.value) is not None:
        return run.core_state(told, snapshot)
    config, pairs = snapshot.config.value, snapshot.pairs
    if config is None:
        return CoreState.UNKNOWN, "the configuration is not read yet"
    if config.core_enabled is None:
        return CoreState.UNKNOWN, "the configuration does not say"
    if not config.core_enabled:
        return CoreState.STOPPED, "the configuration says that it is not started"
    age = pairs.age_seconds(now)
    if pairs.value is None or age is None or age > UNREAD_AFTER_SECONDS:
        return CoreState.UNKNOWN, "started by the configuration, but core memory is not read"
    if all(status.state is PairState.STARTING for status in pairs.value):
        return CoreState.STARTING, "started, and no pair has been through its first cycle"
    quiet = quiet_seconds(snapshot, now)
    if quiet:
        return CoreState.RUNNING, f"started by the configuration, but core memory is unchanged for {fmt.age(quiet)}"
    return CoreState.RUNNING, "started by the configuration, and core memory changes"


def quiet_seconds(snapshot: Snapshot, now: datetime) -> int:
    """For how long core memory has not changed or the loop has not gone round, in coarse steps; 0 while it does."""
    if snapshot.run_status.value is not None:
        return run.still_seconds(snapshot)
    changed, read = snapshot.pairs.changed_at, snapshot.pairs.read_at
    still = 0.0 if changed is None or read is None else (read - changed).total_seconds()
    return 0 if still < max(QUIET_AFTER_SECONDS, 3 * snapshot.pairs.interval_seconds) else _stepped(still)


def standstill(snapshot: Snapshot, now: datetime) -> Line | None:
    """Why market data is old however often it is read, or trades are left alone; None while the core works."""
    if (told := snapshot.run_status.value) is not None:
        return run.standstill(snapshot, told)
    state, _ = core_state(snapshot, now)
    if state is not CoreState.STOPPED:
        return None
    return (Span("the core is stopped: prices, books, candles and orders are those of its last cycle", Tone.WARN),)


def cycle_seconds(snapshot: Snapshot, exchange: str) -> float | None:
    """How long the core needs for all pairs of an exchange, one after the other; None when the delay is not known."""
    config = snapshot.config.value
    delay = config.cycle_delay_seconds.get(exchange) if config else None
    count = sum(status.pair.exchange == exchange for status in snapshot.pairs.value or ())
    return None if delay is None or not count else max(LEAST_CYCLE_SECONDS, count * delay)


def waiting(snapshot: Snapshot, intent: Intent) -> str:
    """What a command that was handed over waits for: the pair's next cycle, a proof, or by now an explanation."""
    if _is_gone(snapshot, intent):
        return "gone from the bot's list, being proven"
    if late := late_seconds(snapshot, intent):
        return f"not {'shown' if intent.is_placement else 'dropped'} for {fmt.age(late)}: perhaps refused"
    seconds = cycle_seconds(snapshot, intent.pair.exchange)
    about = "" if seconds is None else f" (cycle about {seconds:.0f} s)"
    return f"waiting for the bot to {'show' if intent.is_placement else 'drop'} it{about}"


def late_seconds(snapshot: Snapshot, intent: Intent) -> int:
    """For how long reads have not shown a command that was handed over, in coarse steps; 0 while that is usual."""
    read = snapshot.pairs.read_at
    if intent.state is not IntentState.HANDED_OVER or read is None or _is_gone(snapshot, intent):
        return 0
    seconds = (read - intent.updated_at).total_seconds()
    cycle = cycle_seconds(snapshot, intent.pair.exchange) or 0.0
    return 0 if seconds < max(LATE_AFTER_SECONDS, LATE_AFTER_CYCLES * cycle) else _stepped(seconds)


def _is_gone(snapshot: Snapshot, intent: Intent) -> bool:
    """True for a cancel whose order the bot lists no more: one reading alone proves nothing."""
    return bool(intent.cancels) and lacks(snapshot, intent.pair, intent.cancels)


def word(snapshot: Snapshot, now: datetime) -> Span:
    """The core's state in a word or two."""
    if snapshot.link.state is LinkState.CONNECTING:
        return Span("connecting …", Tone.MUTED)
    if (told := snapshot.run_status.value) is not None:
        return run.word(snapshot, told)
    if snapshot.capabilities.has_deals:
        return Span("…", Tone.MUTED)
    if snapshot.config.value is None:
        return Span("core …", Tone.MUTED)
    state, _ = core_state(snapshot, now)
    if quiet := quiet_seconds(snapshot, now) if state is CoreState.RUNNING else 0:
        return Span(f"core quiet {fmt.age(quiet)}", Tone.WARN)
    return Span(f"core {state.value}", Tone.MUTED if state is CoreState.RUNNING else Tone.WARN)


def consequences(command: StartCore | StopCore, snapshot: Snapshot) -> tuple[Line, ...]:
    """What starting or stopping the core does, said before it is done."""
    if snapshot.capabilities.has_deals:
        return run.consequences(command, snapshot)
    count = len(statuses(snapshot))
    pairs = "1 pair" if count == 1 else f"{count or 'all'} pairs"
    resting = working(snapshot)
    match command:
        case StartCore():
            return (
                plain(f"START the core of {snapshot.bot.name}: the strategies trade {pairs} by themselves."),
                plain("It may buy and sell with real funds at once."),
                plain("Until its first cycle prices may be missing."),
            )
        case StopCore():
            left = "Open orders" if resting is None else f"Open orders: {resting} of them"
            return (
                plain(f"STOP the core of {snapshot.bot.name}: the strategies of {pairs} stop."),
                plain(f"{left} stay on the exchange and nobody manages them:"),
                plain("no stop, no target, no trailing."),
                plain("Prices and orders shown here stand still until it is started again."),
            )


def _stepped(seconds: float) -> int:
    return next((step for step in STEPS if seconds >= step), 0)
