"""Why nothing may be sent now: the reasons that orders and cancels share, and those against any order on a pair."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gunbot_tui.engine.risk import HALTED, hard_bound
from gunbot_tui.model.bot import LinkState, TradeMode
from gunbot_tui.model.capability import Capability, verbs_of
from gunbot_tui.model.feed import Freshness
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.host import RunState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import AmountUnit, OrderDraft


def reasons_against(snapshot: Snapshot, *verbs: Capability, exchange: str = "") -> tuple[str, ...]:
    """The reasons in words, worst first; none when all the verbs are possible, on that exchange if one is named."""
    bot, reasons = snapshot.bot, []
    if snapshot.halted:
        reasons.append(HALTED)
    refused = [why for verb in verbs if (why := snapshot.capabilities.why_not(verb, exchange)) is not None]
    if refused:
        reasons.append(refused[0])
    elif bot.mode is TradeMode.READ_ONLY:
        reasons.append(f'{bot.name} is read-only: set mode = "confirm" in the config file to trade')
    if snapshot.link.state is not LinkState.ONLINE:
        reasons.append(f"no line to {bot.name} ({snapshot.link.state}): nothing can be sent")
    return tuple(reasons)


def run_reasons(snapshot: Snapshot, *, enters: bool) -> Iterator[str]:
    """Why a bot that tells how it runs would not take an order or a cancel now; paused it only enters nothing."""
    run, name = snapshot.run_status.value, snapshot.bot.name
    match run.state if run is not None else RunState.UNKNOWN:
        case RunState.STOPPED:
            yield f"{name} is stopped and takes no order: `:start` first"
        case RunState.RELOADING:
            yield f"{name} reads its configuration anew: wait some seconds"
        case RunState.PAUSED if enters:
            yield f"{name} is paused: it enters nothing before `:start`"
        case RunState.WEBSERVER:
            yield f"{name} serves data only: it trades nothing"


def placement_reasons(draft: OrderDraft, snapshot: Snapshot, now: datetime, limits: Limits) -> tuple[str, ...]:
    """What stands against any order of the kind on the pair, worst first."""
    pair, name = draft.pair, snapshot.bot.name
    verbs = verbs_of(draft.type, closes=draft.closes)
    reasons = [*reasons_against(snapshot, *verbs, exchange=pair.exchange)]
    reasons += run_reasons(snapshot, enters=not draft.closes)
    if (draft.leverage is not None or draft.tag) and not snapshot.capabilities.has_deals:
        reasons.append(f"{name} is told neither leverage nor tags with an order: leave them out")
    if snapshot.bot.mode is TradeMode.CONFIRM and hard_bound(limits, Rule.NOTIONAL, pair) is None:
        reasons.append(f"no limits.max_notional for {name} in the config file: set it to trade")
    if snapshot.journal_problem is not None:
        reasons.append(f"the journal can't be written: {snapshot.journal_problem.summary}")
    config = snapshot.config.value
    if config is not None and config.core_enabled is False:
        reasons.append("the core is stopped: prices stand still and the bot passes no order on; 8 and t start it")
    known = snapshot.pairs.value
    if known is not None and pair not in snapshot.nameable:
        none = f"no market {pair.name} at {pair.exchange}"
        reasons.append(none if snapshot.markets.pairs else f"{name} does not trade {pair.name} on {pair.exchange}")
    status = snapshot.status(pair)
    needs_position = draft.closes or (draft.amount is not None and draft.amount.unit is AmountUnit.POSITION)
    if needs_position and status.freshness(now) is Freshness.STALE:
        reasons.append(f"the position was read {status.age_seconds(now):.0f}s ago: wait for a fresh one")
    return tuple(reasons)
