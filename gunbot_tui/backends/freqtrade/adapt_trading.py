"""Freqtrade's account and run state as the program's own: funds, closed deals, executions, notes, what the bot does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from gunbot_tui.backends.freqtrade import wire
from gunbot_tui.backends.freqtrade.adapt_pairs import PERPETUAL, to_deal, to_pair, to_trades
from gunbot_tui.backends.redact import redact_values, redacted
from gunbot_tui.backends.text import clean
from gunbot_tui.model.deal import DealPage
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.trading import Balance, HistoryPage

WEBSERVER = "webserver"
_STATES = {
    "running": RunState.RUNNING,
    "paused": RunState.PAUSED,
    "stopped": RunState.STOPPED,
    "reload_config": RunState.RELOADING,
}


def to_run_status(config: wire.ShowConfig, health: wire.Health) -> RunStatus:
    """How the bot is set up and what it does; Freqtrade writes no limit of open trades as a number below zero."""
    limit = config.max_open_trades
    types = config.order_types or wire.OrderTypes()
    return RunStatus(
        state=RunState.WEBSERVER if config.runmode == WEBSERVER else _STATES.get(config.state, RunState.UNKNOWN),
        is_dry=config.dry_run is True,
        version=config.version,
        strategy=config.strategy,
        exchange=config.exchange,
        market=config.trading_mode,
        timeframe=config.timeframe,
        money=config.stake_currency,
        stake=config.stake_amount,
        open_limit=int(limit) if limit is not None and limit >= 0 else None,
        may_force_entry=config.force_entry_enable is True,
        adds_to_open=config.position_adjustment_enable is True,
        may_short=config.short_allowed is True,
        entry_type=types.force_entry or types.entry,
        exit_type=types.force_exit or types.exit,
        stop_percent=None if config.stoploss is None else 100 * config.stoploss,
        last_loop_at=health.last_process_ts,
        started_at=health.bot_startup_ts,
    )


def to_balances(exchange: str, answer: wire.Balances) -> tuple[Balance, ...]:
    """Funds by asset and open contracts, which with derivatives are a part of what the account is worth."""
    return tuple(
        _to_position(exchange, row) if row.is_position else _to_funds(exchange, row, row.free)
        for row in answer.currencies
        if row.free is not None and row.currency
    )


def _to_funds(exchange: str, row: wire.BalanceRow, free: Decimal) -> Balance:
    """A worth of 0 for something that is there means that the bot has no price."""
    return Balance(
        exchange=exchange,
        asset=row.currency,
        free=free,
        locked=row.used,
        worth=row.est_stake or (0.0 if not row.balance else None),
        worth_in=row.stake,
        of_bot=row.bot_owned,
    )


def _to_position(exchange: str, row: wire.BalanceRow) -> Balance:
    """The bot counts the collateral with what the contract has won or lost since; only its own spelling names it."""
    pair = to_pair(exchange, row.currency)
    names = (row.currency,) if pair is None else (pair.coin, "" if pair.contract == PERPETUAL else pair.contract)
    return Balance(
        exchange=exchange,
        asset=" ".join(name for name in (*names, row.side) if name),
        free=Decimal(0),
        locked=None,
        worth=row.est_stake,
        worth_in=row.stake,
        position=-row.position if row.position and row.side == "short" else row.position,
    )


def to_deal_page(answer: wire.TradesPage) -> DealPage:
    """A page of closed deals."""
    deals = tuple(deal for row in answer.trades if (deal := to_deal(row)) is not None)
    return DealPage(deals, int(answer.total_trades or len(answer.trades)))


def to_history(answer: wire.TradesPage, still_open: Iterable[wire.Trade]) -> HistoryPage:
    """The executions of a page of closed trades, and of open ones."""
    seen = int(answer.offset or 0) + len(answer.trades)
    is_last = answer.total_trades is not None and seen >= answer.total_trades
    closes = [row.close_timestamp for row in answer.trades if row.close_timestamp is not None]
    whole_since = None if is_last else min(closes, default=None)
    return HistoryPage(to_trades([*still_open, *answer.trades]), None, is_last, whole_since)


def to_notes(answer: wire.Notes, id: int) -> tuple[tuple[str, str], ...]:
    """What a strategy keeps about one trade, each value in one line."""
    rows = (note for trade in answer.root if trade.trade_id == str(id) for note in trade.custom_data)
    return tuple((row.key, _written(redacted(row.value, row.key))) for row in rows)


def _written(value: object) -> str:
    return clean(redact_values(value if isinstance(value, str) else json.dumps(value, default=float)))
