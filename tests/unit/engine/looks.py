"""Looks at a bot, one after the other: what reconciliation makes of our intents, without a desk or a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.reconcile import Watches, reconcile
from gunbot_tui.model.bot import ServerClock
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Balance, HistoryPage, OpenOrder, OrderType, Side, Trade
from tests.factories import NOW, make_order, make_pair, make_pair_status, make_placement, make_snapshot, make_trade

OLD_TRADE = make_trade(make_pair("ETH"), id="old", at=NOW - timedelta(days=30))


@dataclass
class Looks:
    """Our intents, looked at again and again."""

    intents: tuple[Intent, ...]
    watches: Watches = field(default_factory=dict)
    offset_seconds: float = 0.0
    is_whole: bool = False
    balances: tuple[Balance, ...] = ()
    snapshot: Snapshot = field(default_factory=make_snapshot)

    def look(
        self,
        orders: Iterable[OpenOrder] | None = (),
        trades: Iterable[Trade] = (),
        *,
        seconds: float = 0.0,
        history_seconds: float | None = None,
        total: int | None = None,
    ) -> tuple[IntentState, ...]:
        """The states after the bot showed these orders and trades, both read so many seconds from the start."""
        at = NOW + timedelta(seconds=seconds)
        status = make_pair_status(open_orders=None if orders is None else tuple(orders))
        page = (*trades, OLD_TRADE)
        history = HistoryPage(page, len(page) if total is None else total)
        history_at = at if history_seconds is None else NOW + timedelta(seconds=history_seconds)
        feeds: dict[Topic, Feed[object]] = {
            Topic(Kind.PAIRS): Feed((status,), at, 2.0),
            Topic(Kind.HISTORY, "0"): Feed(history, history_at, 10.0),
            Topic(Kind.CLOCK): Feed(ServerClock(self.offset_seconds), at, 30.0),
            Topic(Kind.BALANCES): Feed(self.balances, at, 10.0),
        }
        self.snapshot = make_snapshot(feeds=feeds)
        self.intents, self.watches = reconcile(self.intents, self.snapshot, self.watches, at, is_whole=self.is_whole)
        return self.states

    @property
    def states(self) -> tuple[IntentState, ...]:
        return tuple(intent.state for intent in self.intents)


def ours(id: str = "1", amount: str = "0.0041", price: str = "60940.0", at: datetime | None = NOW) -> OpenOrder:
    """A resting order as our placement would become it."""
    return make_order(id=id, amount=amount, price=price, placed_at=at)


def fill(
    id: str = "1", amount: float = 0.0041, price: float = 60940.0, at: datetime | None = NOW, side: Side = Side.BUY
) -> Trade:
    """An execution of it."""
    return make_trade(id=id, amount=amount, price=price, at=at, side=side)


def stopped(order: OpenOrder, stop: str) -> OpenOrder:
    return replace(order, stop=Decimal(stop))


STOP = replace(make_placement(price="60990", type=OrderType.STOP_LIMIT), stop=Decimal("61000"))
TRAIL = replace(make_placement(price="60940", type=OrderType.TRAILING_STOP), stop=Decimal("61500"))
OCO = replace(make_placement(price="60000", type=OrderType.OCO), stop=Decimal("61000"), stop_limit=Decimal("61100"))

TARGET = ours("1", price="60000")
LEG = stopped(ours("2", price="61100"), "61000")
EQUAL_TRAIL = stopped(ours("3", price="59000"), "59000")
