"""A bot that keeps deals, with one open, for the tests of what an order means there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from gunbot_tui.engine.grammar import parse
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview, OrderPreview
from gunbot_tui.model.trading import OpenOrder, PairState, PairStatus, Position, Side
from tests.factories import NOW, make_balance, make_feed, make_snapshot

ETH = Pair("binance", "ETH", "USDT", "ETH/USDT")
SOL = Pair("binance", "SOL", "USDT", "SOL/USDT")
PERP = Pair("binance", "ETH", "USDT", "ETH/USDT:USDT", "PERP")
LIMITS = Limits(hard={Rule.NOTIONAL: Decimal(1000)})
NO_BOOK = "this bot tells no order book"
NO_STOPS = "no stops here"
ABLE = Capabilities(
    {Capability.STOP_LIMIT: NO_STOPS, Capability.TRAILING_STOP: NO_STOPS, Capability.OCO: NO_STOPS},
    unread={Kind.BOOK: NO_BOOK},
    has_deals=True,
)
RUN = RunStatus(
    RunState.RUNNING, True, "2026.9", "Cockpit", "binance", "spot", "1m", "USDT", "250", 3, True, True, False,
    "market", "market",
)  # fmt: skip
FUTURES = replace(RUN, market="futures", may_short=True)


def order(id: str = "9001", *, is_entry: bool = True, is_open: bool = False, side: Side = Side.BUY) -> DealOrder:
    status = "open" if is_open else "closed"
    return DealOrder(id, side, is_entry, "limit", status, is_open, 0.038, 0.0, 3280.0, 125.0, NOW, None)


def deal(
    pair: Pair = ETH, id: str = "143", *, amount: float = 0.038, is_short: bool = False,
    orders: tuple[DealOrder, ...] = (), price: float | None = 3290.0, leverage: float = 1.0, step: str = "",
) -> Deal:  # fmt: skip
    """0.038 ETH bought at 3200, with 3.2 of profit."""
    return Deal(
        id, pair, True, is_short, NOW - timedelta(hours=1), amount, 121.6, 3200.0, leverage, price=price, profit=3.2,
        realised=0.0, orders=orders, amount_step=Decimal(step) if step else None,
    )  # fmt: skip


def status(pair: Pair, *deals: Deal, last: float | None = None, age: float = 20) -> PairStatus:
    """A pair with what is open there; without a deal its price is that of a candle."""
    price = next((each.price for each in deals), last)
    size = sum(-each.amount if each.is_short else each.amount for each in deals)
    working = tuple(
        OpenOrder(pair, each.id, each.side, Decimal("3280"), Decimal("0.038"), NOW)
        for one in deals
        for each in one.orders
        if each.is_open
    )
    return PairStatus(
        pair, "Cockpit", PairState.WAITING, position=Position(size, 3200.0) if size else None, open_orders=working,
        period_minutes=1.0, last=price, last_at=None if deals else NOW - timedelta(seconds=age), deals=deals,
    )  # fmt: skip


def trader(
    *statuses: PairStatus, run: RunStatus | None = RUN, free: str = "1000", intents: Iterable[Intent] = (),
    able: Capabilities = ABLE, feeds: dict[Topic, Feed[object]] | None = None,
) -> Snapshot:  # fmt: skip
    """ETH/USDT with trade 143 and SOL/USDT with nothing, unless others are given."""
    known = {Topic(Kind.STATE): make_feed(run)} if run is not None else {}
    return make_snapshot(
        list(statuses or (status(ETH, deal()), status(SOL, last=150.0))), balances=(make_balance(free=free),),
        intents=intents, capabilities=able, feeds={**known, **(feeds or {})},
    )  # fmt: skip


def asked(text: str, snapshot: Snapshot | None = None, limits: Limits = LIMITS) -> OrderPreview:
    """The preview of a line."""
    snapshot = snapshot or trader()
    pairs = snapshot.nameable
    draft = parse(text, pairs=pairs, selected=pairs[0], deals=snapshot.deals)
    made = preview(draft, snapshot, NOW, limits=limits)
    assert isinstance(made, OrderPreview)
    return made


def cancelled(text: str, snapshot: Snapshot) -> CancelPreview:
    """The preview of a cancel."""
    pairs = [each.pair for each in snapshot.statuses]
    made = preview(parse(text, pairs=pairs, selected=None, deals=snapshot.deals), snapshot, NOW, limits=LIMITS)
    assert isinstance(made, CancelPreview)
    return made


def why_not(text: str, snapshot: Snapshot | None = None) -> str:
    """The worst reason against a line."""
    made = asked(text, snapshot)
    assert made.command is None
    return made.blocks[0]
