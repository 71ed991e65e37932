"""What a bot does that tells its own state, and what each verb would do to this very bot now.

Its loop is judged by the time between the read and the round before it, so that data that is merely old says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gunbot_tui.model.bot import CoreState, LinkState
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    Control,
    DeleteDeal,
    LockPair,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.deal import EVERY_PAIR
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import plain

LATE_SECONDS = 60
LATE_CANDLES = 3
STEPS = (86400, 43200, 21600, 10800, 3600, 1800, 900, 600, 300, 120, 60)
"""How long something stands still is told in these seconds, so that it does not move the screen all the time."""

CORE = {
    RunState.RUNNING: CoreState.RUNNING,
    RunState.PAUSED: CoreState.RUNNING,
    RunState.STOPPED: CoreState.STOPPED,
    RunState.RELOADING: CoreState.STARTING,
}
MEANING = {
    RunState.RUNNING: "it opens and closes trades by itself",
    RunState.PAUSED: "it opens nothing and goes on managing what is open",
    RunState.STOPPED: "it opens nothing, closes nothing and moves no stop",
    RunState.RELOADING: "it reads its configuration anew",
    RunState.WEBSERVER: "it serves data and trades nothing",
    RunState.UNKNOWN: "it names a state that is not known here",
}


def trades_nothing(snapshot: Snapshot) -> bool:
    """True for a bot that only serves data: it has no trades and no orders, which is not to say none are open."""
    run = snapshot.run_status.value
    return run is not None and run.state is RunState.WEBSERVER


def still_seconds(snapshot: Snapshot) -> int:
    """For how long the loop of a bot at work has not gone round, in coarse steps; 0 while it does."""
    feed = snapshot.run_status
    run, read = feed.value, feed.read_at
    if run is None or run.last_loop_at is None or read is None or run.state not in (RunState.RUNNING, RunState.PAUSED):
        return 0
    seconds = (read - run.last_loop_at).total_seconds()
    return next((step for step in STEPS if seconds >= step), 0) if seconds >= LATE_SECONDS else 0


def unmoved_seconds(snapshot: Snapshot) -> int:
    """For how long reads have shown the same rates and no new candle while trades are open, in coarse steps; 0 else.

    A bot goes on telling its last rates, without their age, when its exchange gives none. A stopped one asks for none.
    """
    run, pairs = snapshot.run_status.value, snapshot.pairs
    if run is None or run.state not in (RunState.RUNNING, RunState.PAUSED) or pairs.read_at is None:
        return 0
    if not any(deal.amount and deal.price is not None for deal in snapshot.deals):
        return 0
    moving = (Kind.PAIRS, Kind.CANDLES)
    moved = [feed.changed_at for topic, feed in snapshot.feeds.items() if topic.kind in moving and feed.changed_at]
    seconds = (pairs.read_at - max(moved)).total_seconds() if moved else 0.0
    return next((step for step in STEPS if seconds >= step), 0)


def is_stuck(snapshot: Snapshot) -> bool:
    """True when the loop has missed several candles."""
    run = snapshot.run_status.value
    return run is not None and still_seconds(snapshot) >= max(
        LATE_SECONDS, LATE_CANDLES * candle_seconds(run.timeframe)
    )


def candle_seconds(timeframe: str) -> int:
    """The seconds of `5m`, `1h` or `1d`; 0 for what is none of these."""
    count, unit = timeframe[:-1], timeframe[-1:]
    sizes = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
    return int(count) * sizes[unit] if count.isascii() and count.isdigit() and unit in sizes else 0


def core_state(run: RunStatus, snapshot: Snapshot) -> tuple[CoreState, str]:
    """The state and what it means."""
    still = still_seconds(snapshot)
    late = f", but its loop has not gone round for {fmt.age(still)}" if still else ""
    return CORE.get(run.state, CoreState.UNKNOWN), f"{MEANING[run.state]}{late}"


def word(snapshot: Snapshot, run: RunStatus) -> Span:
    """The state in a word or two."""
    if still := still_seconds(snapshot):
        return Span(f"{run.state.value}, loop still {fmt.age(still)}", Tone.ALERT if is_stuck(snapshot) else Tone.WARN)
    return Span(run.state.value, Tone.MUTED if run.state is RunState.RUNNING else Tone.WARN)


def standstill(snapshot: Snapshot, run: RunStatus) -> Line | None:
    """Why trades are not looked after; None while they are."""
    if snapshot.link.state is not LinkState.ONLINE or run.state is not RunState.STOPPED:
        return None
    return (Span(f"the bot is stopped: {_held(snapshot)} looked after by nobody", Tone.WARN),)


def consequences(command: Control, snapshot: Snapshot) -> tuple[Line, ...]:
    """What a command would do to this bot now, said before it is done."""
    run, name = snapshot.run_status.value, snapshot.bot.name
    state = run.state if run is not None else RunState.UNKNOWN
    real = (
        "Its orders are simulated."
        if run is not None and run.is_dry
        else "It may buy and sell with real funds at once."
    )
    match command:
        case StartCore():
            if state is RunState.RUNNING:
                return (plain(f"START {name}: it runs already, nothing changes."),)
            return (plain(f"START {name}: its strategy opens and closes trades by itself."), plain(real))
        case StopCore():
            return (
                plain(f"STOP {name}: {_held(snapshot)} looked after by nobody:"),
                plain("no exit, no stop, no trailing; what rests on the exchange stays there."),
                plain("To open nothing and go on managing what is open: stop entries."),
            )
        case StopEntries():
            return _pause(name, state, snapshot)
        case ReloadConfig():
            return (
                plain(f"RELOAD the configuration of {name}: its API is away for some seconds."),
                plain(f"It begins anew in the state that its configuration says, {_mostly(state)}."),
            )
        case LockPair():
            until = f"{command.until.astimezone():%Y-%m-%d %H:%M}"
            return (
                plain(f"LOCK {pair_words(command.pair)} till {until}: nothing is opened there; what is open goes on."),
            )
        case UnlockPair():
            return (_unlocked(command, name, snapshot),)
        case BlockPairs():
            return _bar(command.pairs, name, snapshot)
        case AllowPairs():
            return (
                plain(f"Take {', '.join(command.pairs)} off the blacklist: {name} may open there again."),
                *_not_barred(command.pairs, snapshot),
            )
        case DeleteDeal():
            return (
                plain(f"DELETE trade {command.deal} on {command.pair}: {name} forgets it and cancels its open orders."),
                plain(f"{_left(command, snapshot)} and nobody manages them any more."),
            )
        case ReloadDeal():
            return (
                plain(f"RELOAD trade {command.deal} on {command.pair}: its orders are read anew from the exchange."),
                *((plain("A dry run has none there: nothing changes."),) if run is not None and run.is_dry else ()),
            )


def _pause(name: str, state: RunState, snapshot: Snapshot) -> tuple[Line, ...]:
    match state:
        case RunState.STOPPED:
            return (
                (Span(f"STOP ENTRIES of {name}: it is stopped now, and this STARTS it, paused:", Tone.WARN),),
                plain(f"it opens nothing and manages {_open(snapshot)} again, exits included."),
            )
        case RunState.PAUSED:
            return (plain(f"STOP ENTRIES of {name}: it opens nothing already, nothing changes."),)
        case _:
            return (plain(f"STOP ENTRIES of {name}: it opens nothing and goes on managing {_open(snapshot)}."),)


def _bar(names: Collection[str], bot: str, snapshot: Snapshot) -> tuple[Line, ...]:
    markets = snapshot.markets
    none = [name for name in names if markets.pairs and not markets.fits(name)]
    where = "of that name" if len(none) == len(names) else "there"
    lines = [plain(f"BLACKLIST {', '.join(names)}: {bot} opens nothing {where}; what is open goes on.")]
    if none:
        said = f"No market of {markets.exchange} in {markets.money} is called {', '.join(none)}: it bars nothing now."
        lines += [(Span(said, Tone.WARN),), *_meant(none, [pair.native for pair in markets.pairs])]
    return tuple(lines)


def pair_words(pair: str) -> str:
    """What a lock is on."""
    return "all pairs" if pair == EVERY_PAIR else pair


def _unlocked(command: UnlockPair, name: str, snapshot: Snapshot) -> Line:
    bars_all = any(lock.pair == EVERY_PAIR for lock in snapshot.locks.value or ())
    if bars_all and command.pair != EVERY_PAIR:
        return (Span(f"UNLOCK {command.pair}: all pairs stay locked, `unlock all` ends that.", Tone.WARN),)
    return plain(f"UNLOCK {pair_words(command.pair)}: {name} may open there again at once.")


def _not_barred(names: Iterable[str], snapshot: Snapshot) -> Iterator[Line]:
    listed = snapshot.pairlist.value
    free = [name for name in names if listed is not None and name not in listed.blocked]
    if listed is not None and free:
        yield (Span(f"Not on the blacklist: {', '.join(free)}.", Tone.WARN),)
        yield from _meant(free, listed.blocked)


def _meant(names: Iterable[str], known: Iterable[str]) -> Iterator[Line]:
    """Known names that differ from these by what a contract settles in alone: `BTC/USDT:USDT` for `BTC/USDT`."""
    wanted = {_traded(name) for name in names}
    meant = [name for name in known if _traded(name) in wanted]
    if meant:
        yield (Span(f"Did you mean {', '.join(meant)}?", Tone.WARN),)


def _traded(native: str) -> str:
    """Coin and money, and the expiry where there is one."""
    traded, _, settled = native.upper().partition(":")
    return f"{traded}-{settled.partition('-')[2]}"


def _mostly(state: RunState) -> str:
    is_told = state not in (RunState.RUNNING, RunState.UNKNOWN)
    return f"mostly running{f': it need not be {state.value} after that' if is_told else ''}"


def _left(command: DeleteDeal, snapshot: Snapshot) -> str:
    deal = next((each for each in snapshot.deals if each.id == command.deal), None)
    if deal is None or not deal.amount:
        return "Its coins stay on the exchange"
    return f"{fmt.amount(deal.amount, 8)} {deal.pair.coin} stay on the exchange"


def _open(snapshot: Snapshot) -> str:
    count = len(snapshot.deals)
    return "the open trade" if count == 1 else f"the {count} open trades" if count else "what is open"


def _held(snapshot: Snapshot) -> str:
    count = len(snapshot.deals)
    return "1 open trade is" if count == 1 else f"{count} open trades are" if count else "what is open is"
