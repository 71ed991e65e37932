"""A Freqtrade at one moment, as the program reads the answers that a real one gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gunbot_tui.backends.freqtrade import adapt_host, adapt_trading, wire, wire_host
from gunbot_tui.backends.freqtrade.abilities import capabilities_of
from gunbot_tui.backends.freqtrade.adapt_pairs import Close, Surroundings, to_pair_statuses
from gunbot_tui.model.bot import AuthStatus, BotRef, ServerClock, TradeMode
from gunbot_tui.model.deal import Deal, PairLock
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.host import RunStatus
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairStatus
from tests.backends.freqtrade.recorded import recorded
from tests.factories import NOW, ONLINE, make_feed

CLOSES = {"BTC/USDT": Close(60412.5, NOW - timedelta(minutes=2))}
LOCK = PairLock("7", "XRP/USDT", "*", NOW + timedelta(hours=3), "Cooldown period")


def recorded_bot(*, locks: tuple[PairLock, ...] = (LOCK,), **told: object) -> Snapshot:
    """Everything is read, fresh and fine; each value in `told` takes the place of that of the kind with its name."""
    config, trades = recorded(wire.ShowConfig, "show_config"), recorded(wire.Trades, "status").root
    whitelist = recorded(wire_host.Whitelist, "whitelist")
    locked = frozenset(lock.pair for lock in locks)
    around = Surroundings(config.exchange, config.strategy, config.timeframe_min, is_opening=True, locked=locked)
    closed = recorded(wire.TradesPage, "trades_newest")
    values: dict[Kind, object] = {
        Kind.PAIRS: to_pair_statuses(trades, whitelist.whitelist, around, CLOSES),
        Kind.STATE: _running(adapt_trading.to_run_status(config, recorded(wire.Health, "health"))),
        Kind.BALANCES: adapt_trading.to_balances(config.exchange, recorded(wire.Balances, "balance")),
        Kind.LOCKS: locks,
        Kind.PAIRLIST: adapt_host.to_pairlist(whitelist, recorded(wire_host.Blacklist, "blacklist")),
        Kind.LOGS: adapt_host.to_logs(recorded(wire_host.Logs, "logs")),
        Kind.LOAD: adapt_host.to_load(recorded(wire_host.SysInfo, "sysinfo")),
        Kind.AUTH: AuthStatus(
            "logged in", is_demo=False, is_registered=True, is_two_factor=False, expires_at=NOW + timedelta(minutes=12)
        ),
        Kind.CLOCK: ServerClock(0.2, 1.0),
    }
    values |= {Kind(name): value for name, value in told.items()}
    feeds: dict[Topic, Feed[object]] = {
        Topic(kind): make_feed(value, interval_seconds=30.0) for kind, value in values.items()
    }
    feeds[Topic(Kind.CLOSED, "0")] = make_feed(adapt_trading.to_deal_page(closed), interval_seconds=60.0)
    feeds[Topic(Kind.HISTORY, "0")] = make_feed(adapt_trading.to_history(closed, trades), interval_seconds=60.0)
    return Snapshot(
        bot=BotRef("dry", "freqtrade", "http://127.0.0.1:8080", TradeMode.CONFIRM),
        link=ONLINE,
        capabilities=capabilities_of(TradeMode.CONFIRM, config),
        feeds=feeds,
        is_streaming=True,
    )


def _running(status: RunStatus) -> RunStatus:
    """The same bot, whose loop has just gone round."""
    return replace(status, last_loop_at=NOW - timedelta(seconds=3), started_at=NOW - timedelta(days=2))


def deal_of(snapshot: Snapshot, coin: str) -> Deal:
    """The open trade on a coin."""
    return next(deal for deal in snapshot.deals if deal.pair.coin == coin)


def status_of(snapshot: Snapshot, coin: str) -> PairStatus:
    """The pair of a coin."""
    return next(status for status in snapshot.statuses if status.pair.coin == coin)
