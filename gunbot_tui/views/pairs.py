"""The Pairs screen: one row per pair with what it does and holds, and a closer look at the selected one.

Gunbot's core gives no last trade price, so `price` is the middle of bid and ask.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from gunbot_tui.model.market import DayStats, MarkKind, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, PairState, PairStatus, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.panel import muted, problem_line
from gunbot_tui.views.run import trades_nothing

COLUMNS = (
    Column("pair", "pair", 16),
    Column("state", "state", 8, rank=3),
    Column("strategy", "strategy", 10, rank=6),
    Column("price", "price", 10, Align.RIGHT),
    Column("change", "24h", 7, Align.RIGHT, rank=2),
    Column("bid", "bid", 10, Align.RIGHT, rank=10),
    Column("ask", "ask", 10, Align.RIGHT, rank=10),
    Column("spread", "spread", 7, Align.RIGHT, rank=9),
    Column("holds", "holds", 10, Align.RIGHT, rank=7),
    Column("worth", "worth", 9, Align.RIGHT, rank=5),
    Column("average", "avg", 10, Align.RIGHT, rank=8),
    Column("unrealised", "uPnL", 9, Align.RIGHT),
    Column("unrealised_percent", "uPnL%", 7, Align.RIGHT, rank=4),
    Column("orders", "ord", 3, Align.RIGHT, rank=1),
    Column("last_trade", "last trade", 16, rank=11),
)

STATE_TONE = {
    PairState.HOLDING: Tone.STRONG,
    PairState.WAITING: Tone.PLAIN,
    PairState.PAUSED: Tone.MUTED,
    PairState.STARTING: Tone.MUTED,
    PairState.LOCKED: Tone.WARN,
}
MARK_SIGN = {
    MarkKind.BOUGHT: "▲",
    MarkKind.SOLD: "▼",
    MarkKind.SKIPPED: "◆",
    MarkKind.ENTRY: "△",
    MarkKind.EXIT: "▽",
    MarkKind.NOTE: "·",
}
MARK_TONE = {
    MarkKind.BOUGHT: Tone.BUY,
    MarkKind.SOLD: Tone.SELL,
    MarkKind.SKIPPED: Tone.MUTED,
    MarkKind.ENTRY: Tone.BUY,
    MarkKind.EXIT: Tone.SELL,
    MarkKind.NOTE: Tone.MUTED,
}
SIDE_TONE = {Side.BUY: Tone.BUY, Side.SELL: Tone.SELL}
NOTHING_TRADED = "trades nothing"
SPARKS = "▁▂▃▄▅▆▇█"


def statuses(snapshot: Snapshot) -> tuple[PairStatus, ...]:
    """All pairs, each from the fresher of its two feeds; empty before the first read."""
    return snapshot.statuses


def status(snapshot: Snapshot, pair: Pair) -> PairStatus | None:
    """One pair from the fresher of its two feeds."""
    return snapshot.status(pair).value


def lacks(snapshot: Snapshot, pair: Pair, *ids: str) -> bool:
    """True when the bot tells the pair's working orders, and none of them has one of these ids."""
    known = status(snapshot, pair)
    orders = None if known is None else known.open_orders
    return orders is not None and not any(order.id and order.id in ids for order in orders)


def day(snapshot: Snapshot, pair: Pair) -> DayStats | None:
    """The last 24 hours of a pair."""
    return (snapshot.day(pair.exchange).value or {}).get(pair.key)


def decimals(status: PairStatus) -> int:
    """Decimals that every price of this pair is shown with: an average has many more and does not count."""
    trade = [status.last_trade.price] if status.last_trade else []
    orders = [order.price for order in status.open_orders or ()]
    return fmt.price_decimals(status.bid, status.ask, status.last, *trade, *orders)


def gain(value: float | None) -> Tone:
    """The tone of a result; nothing known and nothing gained have none."""
    return Tone.PLAIN if not value else Tone.GAIN if value > 0 else Tone.LOSS


def unrealised_percent(status: PairStatus) -> float | None:
    """Unrealised gain against what the position cost."""
    position, unrealised = status.position, status.unrealised
    if position is None or unrealised is None or not position.average_price or not position.size:
        return None
    return 100 * unrealised / abs(position.average_price * position.size)


def spread_percent(status: PairStatus) -> float | None:
    """Ask above bid, in percent of the middle."""
    if status.bid is None or status.ask is None or not status.mid:
        return None
    return 100 * (status.ask - status.bid) / status.mid


def rows(snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """One row per pair in the bot's order, keyed by the pair's key."""
    known = statuses(snapshot)
    names = labels(tuple(status.pair for status in known))
    return tuple(_row(status, names[status.pair.key], day(snapshot, status.pair), now) for status in known)


def labels(pairs: tuple[Pair, ...]) -> dict[str, str]:
    """Each pair's name by key, with its exchange where the name alone would not say which pair is meant."""
    if not pairs:
        return {}
    home = Counter(pair.exchange for pair in pairs).most_common(1)[0][0]
    times = Counter(pair.name for pair in pairs)
    return {pair.key: _tagged(pair) if times[pair.name] > 1 or pair.exchange != home else pair.name for pair in pairs}


def title(snapshot: Snapshot) -> Line:
    """How many pairs there are, how many hold coins, and how many orders work."""
    if snapshot.pairs.value is None:
        return (Span("pairs"),)
    known = statuses(snapshot)
    holding = sum(status.state is PairState.HOLDING for status in known)
    return (Span(f"{len(known)} pairs · holding {holding} · {working_text(snapshot)}"),)


def working(snapshot: Snapshot) -> int | None:
    """Orders that rest on the exchange, over all pairs that the bot works on; None while those of any are not known.

    Only a bot that keeps deals tells the orders of a paused pair: Gunbot never looks at it.
    """
    tells_all = snapshot.capabilities.has_deals
    at_work = (
        status
        for status in statuses(snapshot)
        if tells_all or status.state is not PairState.PAUSED or status.open_orders
    )
    counts = [None if status.open_orders is None else len(status.open_orders) for status in at_work]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def working_text(snapshot: Snapshot) -> str:
    """`3 working`, and where some pair's orders are not known `3+? working`: never a part as if it were all."""
    if trades_nothing(snapshot):
        return NOTHING_TRADED
    total = working(snapshot)
    if total is not None or not statuses(snapshot):
        return f"{fmt.number(total)} working"
    known = sum(len(status.open_orders or ()) for status in statuses(snapshot))
    return f"{known}+? working" if known else "? working"


def empty(snapshot: Snapshot, now: datetime) -> Line:
    """What the screen says without rows."""
    if snapshot.pairs.value is None:
        return problem_line(snapshot.pairs, now, snapshot.link) or muted("reading the pairs …")
    where = "to its pairlist" if snapshot.capabilities.has_deals else "in Gunbot"
    return muted(f"the bot has no pairs: add one {where} and it appears here")


def detail(snapshot: Snapshot, pair: Pair, now: datetime, width: int, height: int) -> tuple[Line, ...]:
    """The selected pair in at most `height` lines, the most important first."""
    known = status(snapshot, pair)
    if known is None:
        return (muted(f"{pair.name}: not read yet"),)[:height]
    places = decimals(known)
    lines = [
        _touch(known, day(snapshot, pair), places),
        *_decision(snapshot, pair, now),
        *_orders(known, places),
        *_targets(known, places),
        *_spark(snapshot, pair, width, places),
        *(muted(f" {notice}") for notice in known.notices),
    ]
    return tuple(lines[: max(0, height)])


def _tagged(pair: Pair) -> str:
    """The name with as much of the exchange as the column holds; the account number behind `#` always stays."""
    name, numbered, account = pair.exchange.partition("#")
    tail = numbered + account
    room = COLUMNS[0].width - fmt.width(pair.name) - 1
    return f"{pair.name} {fmt.fit(name, max(1, room - fmt.width(tail)))}{tail}"


def _row(status: PairStatus, label: str, stats: DayStats | None, now: datetime) -> Row:
    places, cents = decimals(status), fmt.money_decimals(status.pair.money)
    position, orders, trade = status.position, status.open_orders, status.last_trade
    change = stats.change_percent if stats else None
    worth, unrealised, percent = status.worth, status.unrealised, unrealised_percent(status)
    holds = position.size if position else None
    average = position.average_price if position and position.size else None
    nothing = holds == 0
    return Row(
        status.pair.key,
        (
            Cell(label, sort=f"{status.pair.name} {status.pair.exchange}"),
            Cell(status.state.value, STATE_TONE[status.state], status.state.value),
            Cell(status.strategy or fmt.NOTHING, Tone.MUTED, status.strategy or None),
            Cell(fmt.price(status.mid, places), sort=status.mid),
            Cell(fmt.percent(change, sign=True), gain(change), change),
            Cell(fmt.price(status.bid, places), sort=status.bid),
            Cell(fmt.price(status.ask, places), sort=status.ask),
            Cell(fmt.percent(spread_percent(status), 3), sort=spread_percent(status)),
            Cell("·" if nothing else fmt.amount(holds), sort=holds),
            Cell("·" if nothing else fmt.within(worth, cents, 9), sort=worth),
            Cell("·" if nothing else fmt.price(average, places), sort=average),
            Cell("·" if nothing else fmt.within(unrealised, cents, 9, sign=True), gain(unrealised), unrealised),
            Cell("·" if nothing else fmt.percent(percent, sign=True), gain(percent), percent),
            order_count(orders),
            Cell(f"{trade.side.value} {fmt.moment(trade.at, now)}", SIDE_TONE[trade.side], _seconds(trade.at))
            if trade
            else Cell(fmt.NOTHING),
        ),
    )


def order_count(orders: tuple[OpenOrder, ...] | None) -> Cell:
    """How many orders rest on a pair."""
    if orders is None:
        return Cell(fmt.NOTHING)
    return Cell(str(len(orders)) if orders else "·", Tone.STRONG if orders else Tone.MUTED, len(orders))


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _touch(status: PairStatus, stats: DayStats | None, places: int) -> Line:
    spans = [
        Span(f" {status.pair.name}", Tone.STRONG),
        Span(f" · {status.pair.exchange} · {status.strategy or 'no strategy'} · {status.state.value}", Tone.MUTED),
        Span(f"   bid {fmt.price(status.bid, places)}  ask {fmt.price(status.ask, places)}"),
        Span(f"  spread {fmt.percent(spread_percent(status), 3)}", Tone.MUTED),
    ]
    if stats:
        spans.append(Span(f"   24h {fmt.price(stats.low, places)} to {fmt.price(stats.high, places)}", Tone.MUTED))
    return tuple(spans)


def _decision(snapshot: Snapshot, pair: Pair, now: datetime) -> list[Line]:
    """The newest mark: why the strategy traded, or why it did not."""
    newest = max(snapshot.marks(pair).value or (), key=lambda mark: mark.at, default=None)
    if newest is None:
        return []
    return [
        (
            Span(f" {fmt.moment(newest.at, now)} ", Tone.MUTED),
            Span(f"{MARK_SIGN[newest.kind]} {newest.text}", MARK_TONE[newest.kind]),
        )
    ]


def _orders(status: PairStatus, places: int) -> list[Line]:
    if status.open_orders is None:
        return [muted(" orders: the core has not looked yet")]
    return [
        (
            Span(f" {order.side.value} ", SIDE_TONE[order.side]),
            Span(f"{fmt.number(order.amount)} {order.pair.coin} @ {fmt.price(order.price, places)}"),
            Span(f"  #{order.id}" if order.id else "  no exact id", Tone.MUTED),
        )
        for order in status.open_orders
    ]


def _targets(status: PairStatus, places: int) -> list[Line]:
    average = status.position.average_price if status.position and status.position.size else None
    prices = [("average", average)] if average else []
    prices += [(f"{target.name} target", target.price) for target in status.targets]
    text = "   ".join(f"{name} {fmt.price(price, places)}" for name, price in prices)
    return [(Span(f" {text}"),)] if text else []


def _spark(snapshot: Snapshot, pair: Pair, width: int, places: int) -> list[Line]:
    """The closes of the newest candles as columns, between their lowest and highest."""
    series = snapshot.candles(pair).value
    closes = [candle.close for candle in series.candles[-max(1, width - 30) :]] if series else []
    if not closes:
        return []
    low, high = min(closes), max(closes)
    steps = [
        SPARKS[int((close - low) / (high - low) * (len(SPARKS) - 1))] if high > low else SPARKS[0] for close in closes
    ]
    ends = f"  {fmt.price(low, places)} to {fmt.price(high, places)}"
    return [(Span(f" {''.join(steps)}"), Span(ends, Tone.MUTED))]
