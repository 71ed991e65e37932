"""Freqtrade's reports as they come over the wire: profit, periods, groups by pair or tag, reasons, balance curve."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from gunbot_tui.backends import values
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.wire import Moment, Number, Text, Whole, Wire


def table_columns(value: object) -> object:
    """The names of a table's columns in their places."""
    return [clean(name) if isinstance(name, str) else "" for name in value] if isinstance(value, list) else None


def table_rows(value: object) -> object:
    return [row for row in value if isinstance(row, list)] if isinstance(value, list) else None


class Profit(Wire):
    """Figures over all deals, or over those of one side; ratios are fractions."""

    profit_closed_coin: Number = None
    profit_all_coin: Number = None
    closed_trade_count: Number = None
    winrate: Number = None
    profit_factor: Number = None
    expectancy: Number = None
    sharpe: Number = None
    sortino: Number = None
    sqn: Number = None
    calmar: Number = None
    cagr: Number = None
    max_drawdown: Number = None
    max_drawdown_abs: Number = None
    max_drawdown_start_timestamp: Moment = None
    max_drawdown_end_timestamp: Moment = None
    current_drawdown: Number = None
    current_drawdown_abs: Number = None
    avg_duration: Text = ""
    """`1 day, 2:03:04`, without fractions of a second."""
    best_pair: Text = ""
    best_pair_profit_abs: Number = None
    trading_volume: Number = None


class ProfitOfSides(Wire):
    """The whole, and where the bot may short its two sides; older versions answer with the whole alone."""

    all: Profit
    long: Annotated[Profit | None, BeforeValidator(values.mapping)] = None
    short: Annotated[Profit | None, BeforeValidator(values.mapping)] = None

    @model_validator(mode="before")
    @classmethod
    def _whole_alone(cls, value: Any) -> Any:
        return {"all": value} if isinstance(value, dict) and "profit_closed_coin" in value else value


class Period(Wire):
    """A day, a week from its Monday or a month from its first day; the profit as a fraction of what it began with."""

    date: Text = ""
    abs_profit: Number = None
    rel_profit: Number = None
    starting_balance: Number = None
    trade_count: Number = None


class Periods(Wire):
    """Periods without a gap, newest first."""

    data: Annotated[list[Period], BeforeValidator(values.mappings_or_none)]
    stake_currency: Text = ""


class Group(Wire):
    """The closed deals of one pair or tag; only the name of its own kind is set."""

    pair: Text = ""
    enter_tag: Text = ""
    exit_reason: Text = ""
    mix_tag: Text = ""
    profit_ratio: Number = None
    profit_abs: Number = None
    count: Number = None


class Groups(Whole):
    """The closed deals by pair or tag, in the bot's order."""

    root: Annotated[list[Group], BeforeValidator(values.mappings_or_none)]


class Fates(Wire):
    """How the deals of one exit reason ended."""

    wins: Number = None
    losses: Number = None
    draws: Number = None


class Durations(Wire):
    """Seconds that deals took on average, by how they ended."""

    wins: Number = None
    losses: Number = None


def _by_name(value: object) -> object:
    rows = value.items() if isinstance(value, dict) else None
    return rows if rows is None else {clean(name): row for name, row in rows if isinstance(row, dict)}


class Reasons(Wire):
    """Wins and losses by exit reason."""

    exit_reasons: Annotated[dict[str, Fates], BeforeValidator(_by_name)]
    durations: Annotated[Durations | None, BeforeValidator(values.mapping)] = None


class BalanceTable(Wire):
    """What the account held, one row a day, oldest first."""

    columns: Annotated[list[str], BeforeValidator(table_columns)]
    data: Annotated[list[list[Any]], BeforeValidator(table_rows)] = Field(repr=False)
