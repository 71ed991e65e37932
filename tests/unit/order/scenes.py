"""A bot with a little of everything, for the tests of what a draft would mean there."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gunbot_tui.engine.grammar import parse
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import Book, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview, OrderPreview
from gunbot_tui.model.trading import Balance, OpenOrder, PairStatus, Position
from tests.factories import (
    BAG,
    NOW,
    make_balance,
    make_book,
    make_candles,
    make_config,
    make_feed,
    make_order,
    make_pair,
    make_pair_status,
    make_snapshot,
)

BTC = make_pair()
ETH = make_pair("ETH")
LONG = make_pair(exchange="bybit", contract="LONG")
SHORT = make_pair(exchange="bybit", contract="SHORT")
BOOK = Topic(Kind.BOOK, BTC.key)
FUNDS = (make_balance(free="1204.00"), make_balance("BTC", "0.0123"))
LIMIT = Decimal(5000)
LIMITS = Limits(hard={Rule.NOTIONAL: LIMIT})
NO_LIMITS = Limits(hard={Rule.NOTIONAL: Decimal(10**30), Rule.COLLAR: Decimal(10**30)})
HALF_A_COIN = Position(0.5, 60000.0)
AT_HOME = (make_order(BTC), make_order(ETH, id="357099"))
BY_EXCHANGE = Capabilities(
    only_on={
        Capability.STOP_LIMIT: frozenset({"binance"}),
        Capability.TRAILING_STOP: frozenset({"binance"}),
        Capability.OCO: frozenset({"binance"}),
        Capability.CLOSE_POSITION: frozenset({"bybit"}),
    }
)


def scene(
    book: Book | None = None,
    *,
    book_age: float = 0.5,
    book_unchanged: float | None = None,
    funds: Iterable[Balance] | None = FUNDS,
    orders: tuple[OpenOrder, ...] = AT_HOME,
    intents: Iterable[Intent] = (),
    mode: TradeMode = TradeMode.CONFIRM,
    position: Position | None = BAG,
) -> Snapshot:
    """BTC/USDT and ETH/USDT on a live bot with a fresh book, candles and a little of both funds."""
    statuses = [
        make_pair_status(pair, open_orders=tuple(order for order in orders if order.pair == pair), position=position)
        for pair in (BTC, ETH)
    ]
    feeds = {
        BOOK: make_feed(book or make_book(), age_seconds=book_age, changed_seconds=book_unchanged),
        Topic(Kind.CANDLES, BTC.key): make_feed(make_candles(), interval_seconds=5),
    }
    return make_snapshot(statuses, config=make_config(), balances=funds, intents=intents, mode=mode, feeds=feeds)


def futures(
    long: Position | None = HALF_A_COIN, short: Position | None = None, *, intents: Iterable[Intent] = ()
) -> Snapshot:
    """BTC/USDT LONG and SHORT on bybit, each with its position."""
    statuses: list[PairStatus] = [
        make_pair_status(pair, position=position) for pair, position in ((LONG, long), (SHORT, short))
    ]
    feeds = {Topic(Kind.BOOK, pair.key): make_feed(make_book()) for pair in (LONG, SHORT)}
    return make_snapshot(statuses, config=make_config(), capabilities=BY_EXCHANGE, intents=intents, feeds=feeds)


def order(text: str, snapshot: Snapshot | None = None, limits: Limits = LIMITS, pair: Pair = BTC) -> OrderPreview:
    """What the line would mean, on the selected pair where it names none."""
    made = preview(parse(text, pairs=(BTC, ETH, LONG, SHORT), selected=pair), snapshot or scene(), NOW, limits=limits)
    assert isinstance(made, OrderPreview)
    return made


def cancel(text: str, snapshot: Snapshot) -> CancelPreview:
    """What the cancel would take, on BTC/USDT where it names no pair."""
    made = preview(parse(text, pairs=(BTC, ETH), selected=BTC), snapshot, NOW, limits=LIMITS)
    assert isinstance(made, CancelPreview)
    return made
