# ruff: noqa: N815 - the fields carry Gunbot's own names
"""Gunbot's answers as they come over the wire: unknown keys are ignored, and what is not what it should be is missing.

A wrong figure is `None` and never 0, a row that cannot be read is left out, only a wrong outer shape is an error. Every
text is cleaned here. Names are Gunbot's own; they end at this module, the client and the adapters.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gunbot_tui.backends import values, wire
from gunbot_tui.backends.gunbot import open_orders, shapes
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
from gunbot_tui.model.trading import Side

Name = Annotated[str, BeforeValidator(shapes.name)]
Texts = Annotated[list[str], BeforeValidator(values.texts)]
Levels = Annotated[list[tuple[float, float] | None], BeforeValidator(shapes.levels)]
Figures = Annotated[list[float | None], BeforeValidator(shapes.figures)]


class Status(Wire):
    """What every command and many reads say about themselves."""

    status: Text = ""
    message: Text = ""


class LoginAnswer(Status):
    """The answer to a login; the token is left alone, as a cleaned one would not fit any more."""

    token: str | None = Field(None, repr=False)


class AuthStatus(Status):
    """What the bot says about the login."""

    isDemo: Flag = None
    isRegistered: Flag = None
    isTwoFA: Flag = None


class Time(Wire):
    """The bot's clock."""

    serverTime: Moment = None


class Balance(Wire):
    """One asset on one exchange."""

    asset: Text = Field("", alias="Asset")
    exchange: Text = Field("", alias="Exchange")
    available: Exact = Field(None, alias="Available Qty")
    on_order: Exact = Field(None, alias="On Order")


class DayRow(Wire):
    """24 hours of one pair."""

    pairName: Name = ""
    volume: Number = None
    low: Number = None
    high: Number = None
    change: Number = None


class PairsDetailed(Wire):
    """24 hours of an exchange, grouped by money."""

    pairList: dict[str, Annotated[list[DayRow], BeforeValidator(values.mappings)]]


class Order(Wire):
    """An execution of the history."""

    id: OrderId = ""
    time: Moment = None
    pair: Name = ""
    type: Text = ""
    rate: Exact = None
    amount: Exact = None
    cost: Number = None
    fees: Number = None
    pnl: Number = None


class OpenOrder(Wire):
    """A resting order in whichever of its shapes; the amount is what is left of it."""

    id: str
    side: Side
    price: Decimal
    amount: Decimal
    stop: Decimal | None
    time: datetime | None


class Balances(Whole):
    """The funds of all exchanges."""

    root: Annotated[list[Balance], BeforeValidator(values.mappings_or_none)]


class OrdersPage(Wire):
    """A page of the history."""

    total: Number = None
    totalCount: Number = None
    data: Annotated[list[Order], BeforeValidator(values.rows_in_place)]


class Extra(Wire):
    """A figure that a strategy wants beside the chart."""

    label: Text = ""
    value: Text = ""


class Notification(Wire):
    """A message of a strategy."""

    text: Text = ""


class Strategy(Wire):
    """The parameters of a strategy that matter to us."""

    PERIOD: Minutes = None
    MIN_VOLUME_TO_BUY: Number = None
    MIN_VOLUME_TO_SELL: Number = None


class Ledger(Wire):
    """What the core remembers of one pair."""

    Bid: Number = None
    Ask: Number = None
    ABP: Number = None
    quoteBalance: Number = None
    baseBalance: Number = None
    gotBag: Flag = None
    currentQty: Number = None
    currentSide: Text = ""
    avgEntryPrice: Number = None
    openOrders: Annotated[list[OpenOrder] | None, BeforeValidator(open_orders.rows)] = None
    orders: Annotated[list[Order], BeforeValidator(shapes.order_rows)] = Field(default_factory=list)
    priceToBuy: Number = None
    priceToSell: Number = None
    customBuyTarget: Number = None
    customSellTarget: Number = None
    customStopTarget: Number = None
    customCloseTarget: Number = None
    customTrailingTarget: Number = None
    customDcaTarget: Number = None
    whatstrat: Annotated[Strategy | None, BeforeValidator(values.mapping)] = None
    PERIOD: Minutes = None
    sidebarExtras: Annotated[list[Extra], BeforeValidator(values.mappings)] = Field(default_factory=list)
    notifications: Annotated[list[Notification], BeforeValidator(values.mappings)] = Field(default_factory=list)


LEDGER_KEYS = tuple(Ledger.model_fields)
"""What is asked of one pair's memory: without a list Gunbot sends everything, candles and indicators included."""


class PairConfig(Wire):
    """How a pair is configured."""

    strategy: Text = ""
    enabled: Flag = None
    override: Annotated[Strategy | None, BeforeValidator(values.mapping)] = None


class CoreMemory(Wire):
    """All pairs, by exchange and by key."""

    config: Annotated[
        dict[str, Annotated[dict[str, PairConfig], BeforeValidator(shapes.mappings_by_name)]],
        BeforeValidator(shapes.mappings_by_name_or_none),
    ]
    memory: Annotated[dict[str, Ledger], BeforeValidator(shapes.mappings_by_name_or_none)]


class BookSides(Wire):
    """Levels as (price, size); None where a level could not be read."""

    ask: Levels
    bid: Levels


class OrderBook(Wire):
    """The book of one pair."""

    data: BookSides


class CandleArrays(Wire):
    """Parallel arrays, oldest first; the times only where the items carry them."""

    open: Figures
    high: Figures
    low: Figures
    close: Figures
    volume: Figures
    times: list[Moment] = Field(default_factory=list)


class Candles(Wire):
    """The candles of one pair."""

    data: Annotated[CandleArrays, BeforeValidator(shapes.with_times)]


class Mark(Wire):
    """A note of a strategy on the time axis."""

    time: MomentOfSeconds = None
    label: Text = ""
    tooltip: Texts = Field(default_factory=list)


class Marks(Whole):
    """The notes on one pair."""

    root: Annotated[list[Mark], BeforeValidator(values.mappings_or_none)]


class Names(Wire):
    """The names in a folder."""

    result: list[Any]


class Config(Wire):
    """The whole configuration; it is redacted before anything else looks at it."""

    config: dict[Any, Any] = Field(repr=False)


def read_as(shape: type[W], value: object) -> W:
    """The value in its shape. Raises Unexpected naming the place, never the content."""
    return wire.read_as(shape, value, "Gunbot")
