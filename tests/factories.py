"""Hand-built model values with sensible defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from gunbot_tui.model.bot import BotRef, Link, LinkState, TradeMode
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import ConfigEntry, ConfigTree
from gunbot_tui.model.guard import Halt
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Book, Candle, CandleSeries, Level, Pair
from gunbot_tui.model.pnl import DayPnl, ExtremeTrade, PairPnl, PnlReport
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Balance, OpenOrder, OrderType, PairState, PairStatus, Position, Side, Trade
from gunbot_tui.views.cell import Cell, Column, Line, Row

NOW = datetime(2026, 11, 21, 14, 2, 11, tzinfo=UTC)
HALT = Halt(NOW - timedelta(minutes=5), "cockpit 4711")
BAG = Position(0.0123, 60120.0)
ONLINE = Link(LinkState.ONLINE, NOW - timedelta(minutes=10))
EVERYTHING = Capabilities()


def make_pair(coin: str = "BTC", money: str = "USDT", exchange: str = "binance", contract: str = "") -> Pair:
    """A pair whose native spelling follows from the rest."""
    native = f"{money}-{coin}-{contract}" if contract else f"{money}-{coin}"
    return Pair(exchange, coin, money, native, contract)


def make_order(
    pair: Pair | None = None,
    id: str = "357044",
    side: Side = Side.BUY,
    price: str = "60940.0",
    amount: str = "0.0041",
    placed_at: datetime | None = NOW - timedelta(minutes=5),
) -> OpenOrder:
    """A resting order."""
    return OpenOrder(pair or make_pair(), id, side, Decimal(price), Decimal(amount), placed_at)


def make_trade(
    pair: Pair | None = None,
    id: str = "166132",
    side: Side = Side.BUY,
    price: float = 60120.0,
    amount: float = 0.0123,
    at: datetime | None = NOW - timedelta(minutes=7),
    fee: float | None = 0.74,
    pnl: float | None = None,
) -> Trade:
    """An execution whose cost follows from price and amount."""
    return Trade(pair or make_pair(), id, side, price, amount, price * amount, at, fee, pnl)


def make_pair_status(
    pair: Pair | None = None,
    strategy: str = "stepgrid",
    state: PairState = PairState.HOLDING,
    bid: float | None = 60975.1,
    ask: float | None = 60975.4,
    position: Position | None = BAG,
    free_money: float | None = 1204.0,
    open_orders: tuple[OpenOrder, ...] | None = (),
    last_trade: Trade | None = None,
) -> PairStatus:
    """A pair that holds a little and has no orders."""
    return PairStatus(
        pair or make_pair(),
        strategy,
        state,
        bid,
        ask,
        position,
        free_money=free_money,
        open_orders=open_orders,
        last_trade=last_trade,
    )


def make_balance(
    asset: str = "USDT", free: str = "1204.00", locked: str | None = "250.00", exchange: str = "binance"
) -> Balance:
    """Funds of one asset."""
    return Balance(exchange, asset, Decimal(free), None if locked is None else Decimal(locked))


def make_book(
    bids: Iterable[tuple[float, float]] = ((60975.1, 0.204), (60974.0, 0.421)),
    asks: Iterable[tuple[float, float]] = ((60975.4, 0.21), (60976.2, 0.351)),
    dropped: int = 0,
) -> Book:
    """A book of (price, size) levels, best first."""
    return Book(tuple(Level(*level) for level in bids), tuple(Level(*level) for level in asks), dropped)


def make_candles(
    closes: Iterable[float] = (60900.0, 60950.0, 60975.2), minutes: float = 5, times_are_given: bool = True
) -> CandleSeries:
    """Candles that open where the last one closed and reach one unit further both ways."""
    prices = tuple(closes)
    period = timedelta(minutes=minutes)
    start = NOW.replace(minute=0, second=0) - period * len(prices)
    candles = tuple(
        Candle(start + period * i, previous, max(previous, close) + 1, min(previous, close) - 1, close, 1.5)
        for i, (previous, close) in enumerate(zip((prices[:1] + prices)[: len(prices)], prices, strict=True))
    )
    return CandleSeries(period, candles, times_are_given)


def make_config(
    entries: Iterable[ConfigEntry] = (),
    core_enabled: bool | None = True,
    exchanges: tuple[str, ...] = ("binance",),
    fee_percent: dict[str, float] | None = None,
    cycle_delay_seconds: dict[str, float] | None = None,
) -> ConfigTree:
    """A configuration whose core is started, with 0.1 percent fee and one second between pairs."""
    return ConfigTree(
        tuple(entries),
        core_enabled,
        exchanges,
        dict.fromkeys(exchanges, 0.1) if fee_percent is None else fee_percent,
        dict.fromkeys(exchanges, 1.0) if cycle_delay_seconds is None else cycle_delay_seconds,
    )


def make_pnl(days: tuple[DayPnl, ...] = (), pairs: tuple[PairPnl, ...] = (), today: float | None = 12.41) -> PnlReport:
    """A report with every total known."""
    return PnlReport(
        unit="USDT",
        zone="Europe/Amsterdam",
        today=today,
        yesterday=-3.2,
        week=86.1,
        month=172.27,
        year=172.27,
        total=172.27,
        trades=106,
        buys=85,
        sells=21,
        win_percent=66.0,
        average=1.63,
        best=ExtremeTrade(43.29, NOW - timedelta(days=3)),
        worst=ExtremeTrade(-2.15, NOW - timedelta(days=5)),
        days=days,
        pairs=pairs,
    )


def make_placement(
    pair: Pair | None = None,
    side: Side = Side.BUY,
    price: str = "60940.0",
    amount: str = "0.0041",
    type: OrderType = OrderType.LIMIT,
) -> PlaceOrder:
    """A confirmed order as it is sent."""
    return PlaceOrder(pair or make_pair(), side, type, Decimal(amount), Decimal(price))


def make_cancel(order: OpenOrder | None = None) -> CancelOrder:
    """A confirmed cancel of a resting order."""
    order = order or make_order()
    return CancelOrder(order.pair, order.id, order.side, order.price, order.amount)


def make_intent(
    command: PlaceOrder | CancelOrder | None = None,
    state: IntentState = IntentState.HANDED_OVER,
    id: str = "intent-1",
    created_at: datetime = NOW - timedelta(seconds=2),
    reason: str = "",
    order_id: str = "",
    filled: str = "0",
) -> Intent:
    """An order of ours, just handed to the bot."""
    return Intent(id, command or make_placement(), state, created_at, created_at, reason, order_id, filled)


def make_problem(
    summary: str = "no answer from 127.0.0.1:3000", kind: ProblemKind = ProblemKind.UNREACHABLE, detail: str = ""
) -> Problem:
    """A bot that gives no answer."""
    return Problem(kind, summary, detail)


def make_feed(
    value: object,
    age_seconds: float = 0.5,
    interval_seconds: float = 2.0,
    changed_seconds: float | None = None,
    problem: Problem | None = None,
    next_try_at: datetime | None = None,
    now: datetime = NOW,
) -> Feed[object]:
    """A feed read `age_seconds` before `now`, whose value changed at that read unless said otherwise."""
    changed = age_seconds if changed_seconds is None else changed_seconds
    return Feed(
        value,
        now - timedelta(seconds=age_seconds),
        interval_seconds,
        now - timedelta(seconds=changed),
        problem,
        next_try_at,
    )


def make_snapshot(
    pairs: Iterable[PairStatus] | None = None,
    *,
    mode: TradeMode = TradeMode.CONFIRM,
    link: Link = ONLINE,
    config: ConfigTree | None = None,
    balances: Iterable[Balance] | None = None,
    pnl: PnlReport | None = None,
    intents: Iterable[Intent] = (),
    halted: bool = False,
    journal_problem: Problem | None = None,
    capabilities: Capabilities = EVERYTHING,
    feeds: Mapping[Topic, Feed[object]] | None = None,
) -> Snapshot:
    """A live bot called home that is online; each value given becomes a fresh feed, `feeds` come as they are."""
    known = {
        Topic(Kind.PAIRS): None if pairs is None else tuple(pairs),
        Topic(Kind.CONFIG): config,
        Topic(Kind.BALANCES): None if balances is None else tuple(balances),
        Topic(Kind.PNL): pnl,
    }
    intervals = {Topic(Kind.CONFIG): 60.0, Topic(Kind.PNL): 60.0, Topic(Kind.BALANCES): 10.0}
    fresh = {
        topic: make_feed(value, interval_seconds=intervals.get(topic, 2.0))
        for topic, value in known.items()
        if value is not None
    }
    return Snapshot(
        bot=BotRef("home", "gunbot", "http://127.0.0.1:3000", mode),
        link=link,
        capabilities=capabilities,
        feeds={**fresh, **(feeds or {})},
        intents=tuple(intents),
        halt=HALT if halted else None,
        journal_problem=journal_problem,
    )


def with_feed(snapshot: Snapshot, topic: Topic, feed: Feed[object]) -> Snapshot:
    """The snapshot with one feed put in its place."""
    return replace(snapshot, feeds={**snapshot.feeds, topic: feed})


def text_of(line: Line) -> str:
    """A line's text without its tones."""
    return "".join(span.text for span in line)


def fields(row: Row, columns: tuple[Column, ...]) -> dict[str, Cell]:
    """A row's cells by the key of their column."""
    return {column.key: cell for column, cell in zip(columns, row.cells, strict=True)}
