# ruff: noqa: N815 - the fields carry Gunbot's own names
"""Gunbot's profit and loss as it comes over the wire, read by the same rules as everything else of the bot."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from gunbot_tui.backends import values
from gunbot_tui.backends.gunbot.wire import Name
from gunbot_tui.backends.wire import Moment, Number, Text, Wire


class PnlSum(Wire):
    """The result of a span of time."""

    pnl: Number = None


class PnlExtreme(Wire):
    """The best or worst trade."""

    pnl: Number = None
    time: Moment = None


class PnlTotal(Wire):
    """The result of all time."""

    pnl: Number = None
    numberOfTrades: Number = None
    buyCount: Number = None
    sellCount: Number = None
    averagePnl: Number = None
    winRate: Number = None
    heroTrade: Annotated[PnlExtreme | None, BeforeValidator(values.mapping)] = None
    worst: Annotated[PnlExtreme | None, BeforeValidator(values.mapping)] = Field(None, alias="fuckupTrade")


class PnlDay(Wire):
    """One day; the date as text."""

    date: Text = ""
    numberOfTrades: Number = None
    totalVolume: Number = None
    pnl: Number = None
    cumulativePnl: Number = None


class PnlOfKey(Wire):
    """One pair's result in the unit of the whole."""

    key: Name = ""
    pnl: Number = None


class PnlOfPair(Wire):
    """One pair's result in its own money."""

    key: Name = ""
    strategy: Text = ""
    cumulative_pnl: Number = None
    cumulative_fees: Number = None
    profit_count: Number = None
    loss_count: Number = None
    buy_count: Number = None
    sell_count: Number = None
    unrealized_pnl: Number = None


class PnlOverview(Wire):
    """The bot's profit and loss; the totals in `unit`."""

    today: Annotated[PnlSum | None, BeforeValidator(values.mapping)]
    total: Annotated[PnlTotal | None, BeforeValidator(values.mapping)]
    yesterday: Annotated[PnlSum | None, BeforeValidator(values.mapping)] = None
    weekAgo: Annotated[PnlSum | None, BeforeValidator(values.mapping)] = None
    monthAgo: Annotated[PnlSum | None, BeforeValidator(values.mapping)] = None
    yearAgo: Annotated[PnlSum | None, BeforeValidator(values.mapping)] = None
    dailyHistory: Annotated[list[PnlDay], BeforeValidator(values.mappings)] = Field(default_factory=list)
    pnlsPerPair: Annotated[list[PnlOfKey], BeforeValidator(values.mappings)] = Field(default_factory=list)
    detailedPerPair: Annotated[list[PnlOfPair], BeforeValidator(values.mappings)] = Field(default_factory=list)
    unit: Text = ""
