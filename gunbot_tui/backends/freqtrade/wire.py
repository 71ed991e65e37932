"""Freqtrade's answers as they come over the wire: unknown keys are ignored, and what is not as it should be is missing.

A wrong figure is `None` and never 0, a row that cannot be read is left out, only a wrong outer shape is an error. Every
text is cleaned here. Names are Freqtrade's own; they end at this module, the client and the adapters.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from gunbot_tui.backends import values, wire
from gunbot_tui.backends.wire import (
    Exact,
    Flag,
    Minutes,
    Moment,
    MomentOfSeconds,
    Number,
    OrderId,
    Text,
    W,
    Whole,
    Wire,
)


def names(value: object) -> object:
    return [name for name in value if isinstance(name, str) and name.isascii()] if isinstance(value, list) else None


def stored_rows(value: object) -> object:
    rows = [names(row) for row in value] if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, list) and len(row) > 1]


Names = Annotated[list[str], BeforeValidator(names)]
"""Identifiers as they came, without cleaning: the adapters let only an allow-list of characters through."""


class Access(Wire):
    """A token; it is left alone, as a cleaned one would not fit any more."""

    access_token: str = Field(repr=False)


class Tokens(Access):
    """The answer to a login."""

    refresh_token: str = Field(repr=False)


class Ping(Wire):
    """That the bot is there."""

    status: Text


class OrderTypes(Wire):
    """Which type the bot gives an order that does not say its own."""

    entry: Text = ""
    exit: Text = ""
    force_entry: Text = ""
    force_exit: Text = ""


class ShowConfig(Wire):
    """The part of the configuration that the bot shows."""

    version: Text = ""
    dry_run: Flag = None
    trading_mode: Text = ""
    short_allowed: Flag = None
    stake_currency: Text = ""
    stake_amount: Text = ""
    max_open_trades: Number = None
    stoploss: Number = None
    order_types: Annotated[OrderTypes | None, BeforeValidator(values.mapping)] = None
    timeframe: Text = ""
    timeframe_min: Minutes = None
    exchange: Text
    strategy: Text = ""
    force_entry_enable: Flag = None
    state: Text = ""
    runmode: Text
    position_adjustment_enable: Flag = None


class Health(Wire):
    """When the bot last worked."""

    last_process_ts: MomentOfSeconds = None
    bot_startup_ts: MomentOfSeconds = None


class Order(Wire):
    """One exchange order of a trade."""

    order_id: OrderId = ""
    ft_order_side: Text = ""
    order_type: Text = ""
    status: Text = ""
    is_open: Flag = None
    amount: Exact = None
    filled: Exact = None
    remaining: Exact = None
    safe_price: Exact = None
    cost: Number = None
    order_timestamp: Moment = None
    order_filled_timestamp: Moment = None
    ft_order_tag: Text = ""


class Trade(Wire):
    """One of the bot's trades with its orders, open or closed."""

    trade_id: OrderId = ""
    pair: str = ""
    exchange: Text = ""
    is_open: Flag = None
    is_short: Flag = None
    amount: Number = None
    stake_amount: Number = None
    strategy: Text = ""
    enter_tag: Text = ""
    exit_reason: Text = ""
    fee_open: Number = None
    fee_close: Number = None
    open_timestamp: Moment = None
    open_rate: Number = None
    close_timestamp: Moment = None
    close_rate: Number = None
    current_rate: Number = None
    profit_abs: Number = None
    profit_ratio: Number = None
    total_profit_abs: Number = None
    total_profit_ratio: Number = None
    realized_profit: Number = None
    stop_loss_abs: Number = None
    stoploss_current_dist_pct: Number = None
    min_rate: Number = None
    max_rate: Number = None
    leverage: Number = None
    liquidation_price: Number = None
    funding_fees: Number = None
    amount_precision: Exact = None
    precision_mode: Number = None
    contract_size: Exact = None
    orders: Annotated[list[Order], BeforeValidator(values.mappings)] = Field(default_factory=list)


class Trades(Whole):
    """The open trades."""

    root: Annotated[list[Trade], BeforeValidator(values.mappings_or_none)]


class TradesPage(Wire):
    """A page of closed trades; a row that is none stays as an empty one, so that the others keep their places."""

    trades: Annotated[list[Trade], BeforeValidator(values.rows_in_place)]
    offset: Number = None
    total_trades: Number = None


class BalanceRow(Wire):
    """The funds of one asset, or a position of a derivative among them."""

    currency: Text = ""
    free: Exact = None
    balance: Exact = None
    used: Exact = None
    bot_owned: Exact = None
    est_stake: Number = None
    stake: Text = ""
    is_position: Flag = None
    position: Exact = None
    """Coins of a contract, above zero for a short too."""
    side: Text = ""


class Balances(Wire):
    """All funds."""

    currencies: Annotated[list[BalanceRow], BeforeValidator(values.mappings_or_none)]


class AvailablePairs(Wire):
    """The pairs whose candles a web server has."""

    pairs: Names
    pair_interval: Annotated[list[list[str]], BeforeValidator(stored_rows)] = Field(default_factory=list)
    """Rows of a pair, a candle size and a market; not cleaned, as the names."""


class Note(Wire):
    """One thing that a strategy keeps about a trade; the value in whatever shape."""

    key: Text = ""
    value: object = None


class TradeNotes(Wire):
    """All that a strategy keeps about a trade."""

    trade_id: OrderId = ""
    custom_data: Annotated[list[Note], BeforeValidator(values.mappings)] = Field(default_factory=list)


class Notes(Whole):
    """What a strategy keeps about trades."""

    root: Annotated[list[TradeNotes], BeforeValidator(values.mappings_or_none)]


class StrategyNames(Wire):
    """The strategies that a web server has."""

    strategies: Names


def read_as(shape: type[W], value: object) -> W:
    """The value in its shape. Raises Unexpected naming the place, never the content."""
    return wire.read_as(shape, value, "Freqtrade")
