"""The Pairs screen of a bot that keeps trades: per pair what is open there, with the bot's own reckoning of it.

A rate that the exchange has stopped giving is shown by the bot without its age: what is told is that none moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gunbot_tui.model.deal import Deal, PairLock
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState, PairStatus
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views import trade
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone, fitting
from gunbot_tui.views.panel import first_fitting, muted, stepped_age
from gunbot_tui.views.run import trades_nothing, unmoved_seconds

COLUMNS = (
    Column("pair", "pair", 16),
    Column("state", "state", 14, rank=1),
    Column("last", "last", 10, Align.RIGHT),
    Column("last_age", "of", 4, rank=9),
    Column("holds", "holds", 9, Align.RIGHT, rank=7),
    Column("worth", "worth", 8, Align.RIGHT, rank=5),
    Column("average", "avg", 9, Align.RIGHT, rank=6),
    Column("profit", "profit", 8, Align.RIGHT),
    Column("profit_percent", "profit%", 7, Align.RIGHT, rank=3),
    Column("stop", "to stop", 7, Align.RIGHT, rank=4),
    Column("orders", "ord", 3, Align.RIGHT, rank=2),
    Column("opened", "since", 11, rank=10),
    Column("tag", "tag", 10, rank=8),
)
SIZED = ("pair", "state", "opened")
LEAST = 8
ALL = "*"
"""The pair of a lock that holds for every pair."""


def columns(shown: Sequence[Row], width: int) -> tuple[Column, ...]:
    """The columns for these rows, each name and time with as much room as it needs and the tag with what is left."""
    sized = []
    for index, column in enumerate(COLUMNS):
        widest = max((fmt.width(row.cells[index].text) for row in shown), default=0)
        is_sized = column.key in SIZED
        sized.append(replace(column, width=min(column.width, max(LEAST, widest))) if is_sized else column)
    kept = [sized[index] for index in fitting(tuple(sized), width)]
    if kept[-1].key == "tag":
        spare = width - sum(column.width + 1 for column in kept) + 1
        sized[-1] = replace(sized[-1], width=sized[-1].width + spare)
    return tuple(sized)


def rows(snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """One row per pair in the bot's order, keyed by the pair's key."""
    known = pairs_view.statuses(snapshot)
    names = pairs_view.labels(tuple(status.pair for status in known))
    idle = trades_nothing(snapshot)
    return tuple(
        _row(status, names[status.pair.key], lock_on(snapshot, status.pair, now), now, is_idle=idle) for status in known
    )


def title(snapshot: Snapshot, width: int) -> Line:
    """How many trades are open of those that may be, what is staked in them, and what they have gained so far."""
    known, deals = pairs_view.statuses(snapshot), snapshot.deals
    if snapshot.pairs.value is None:
        return (Span("pairs"),)
    run = snapshot.run_status.value
    limit = f" of {run.open_limit}" if run is not None and run.open_limit is not None else ""
    pairs = (Span(f"{len(known)} pairs · "),)
    if trades_nothing(snapshot):
        return (*pairs, Span(f"{pairs_view.NOTHING_TRADED} (web server)"))
    opened = (Span(f"{len(deals)}{limit} trades open"),)
    staked, profit = (Span(f" · {staked_text(deals)} staked"),), (Span(" · profit open "), *profit_spans(deals))
    locked = sum(status.state is PairState.LOCKED for status in known)
    rest = (Span(f" · {locked} locked", Tone.MUTED),) if locked else ()
    if not deals:
        return (*pairs, *opened, *rest)
    lines: tuple[Line, ...] = (
        (*pairs, *opened, *staked, *profit, *rest),
        (*pairs, *opened, *staked, *profit),
        (*opened, *staked, *profit),
        (*opened, *profit),
    )
    if seconds := unmoved_seconds(snapshot):
        still = Span(f"no rate has moved for {fmt.age(seconds)}: is the exchange down?", Tone.WARN)
        lines = (*((*line, Span(" · "), still) for line in lines), (still,))
    return first_fitting(lines, width)


def lock_on(snapshot: Snapshot, pair: Pair, now: datetime) -> PairLock | None:
    """The lock of a pair that holds longest."""
    held = [lock for lock in snapshot.locks.value or () if lock.pair in (ALL, pair.native)]
    held = [lock for lock in held if lock.until is None or lock.until > now]
    return max(held, key=lambda lock: (lock.until is None, lock.until or now), default=None)


def lock_text(lock: PairLock, now: datetime) -> str:
    """`locked till 17:02:11`, and of which side where it is only one."""
    side = "" if lock.side == ALL else f" {lock.side}"
    return f"locked{side} till {fmt.moment(lock.until, now)}"


def staked_text(deals: tuple[Deal, ...]) -> str:
    """The money that is in the trades, currency by currency; an order that waits to be filled has none in yet."""
    sums: dict[str, float] = {}
    for deal in deals:
        sums[deal.pair.money] = sums.get(deal.pair.money, 0.0) + (deal.stake if deal.amount else 0.0)
    return " + ".join(fmt.money(value, money) for money, value in sums.items())


def profit_spans(deals: tuple[Deal, ...]) -> Line:
    """What the trades have gained, currency by currency; never a part as if it were all."""
    spans: list[Span] = []
    for money in dict.fromkeys(deal.pair.money for deal in deals):
        gains = [deal.profit for deal in deals if deal.pair.money == money]
        known = [gain for gain in gains if gain is not None]
        more = "" if len(known) == len(gains) else f" (+ {len(gains) - len(known)} unknown)"
        total = sum(known) if known else None
        spans += [Span(" + ")] if spans else []
        spans += [
            Span(fmt.money(total, money, sign=True), pairs_view.gain(total)),
            *([Span(more, Tone.WARN)] if more else []),
        ]
    return tuple(spans)


def detail(snapshot: Snapshot, pair: Pair, now: datetime) -> tuple[Line, ...]:
    """Why the selected pair is locked, and its trade with what the strategy keeps about it and its orders."""
    status = pairs_view.status(snapshot, pair)
    if status is None:
        return (muted(f"{pair.name}: not read yet"),)
    places = pairs_view.decimals(status)
    lines: list[Line] = []
    lock = lock_on(snapshot, pair, now)
    if lock is not None:
        lines.append(
            (Span(f" {lock_text(lock, now)}", Tone.WARN), Span(f" · {lock.reason or 'no reason is told'}", Tone.MUTED))
        )
    for deal in status.deals:
        lines += [*trade.facts(deal, places, now), *_notes(snapshot, deal)]
        lines += [trade.order_line(deal, order, places, now) for order in reversed(deal.orders)]
    if trades_nothing(snapshot):
        lines.append(muted(f" {pair.name}: a web server trades nothing"))
    elif not status.deals:
        lines.append(
            muted(f" no trade is open on {pair.name}: {status.strategy or 'no strategy'} decides, or b forces an entry")
        )
    return tuple(lines)


def _notes(snapshot: Snapshot, deal: Deal) -> tuple[Line, ...]:
    notes = snapshot.notes(deal.id).value
    if not notes:
        return ()
    text = " · ".join(f"{name} {value}" for name, value in notes)
    return ((Span(" kept by the strategy: ", Tone.MUTED), Span(text)),)


def _row(status: PairStatus, label: str, lock: PairLock | None, now: datetime, *, is_idle: bool) -> Row:
    places, cents = pairs_view.decimals(status), fmt.money_decimals(status.pair.money)
    deal = status.deals[0] if len(status.deals) == 1 else None
    position = status.position
    profit = status.unrealised if position is not None else None
    percent = deal.profit_percent if deal is not None and position else None
    stop = deal.stop_percent if deal is not None and position else None
    age = (now - status.last_at).total_seconds() if status.last_at else None
    none = fmt.NOTHING if is_idle else "·"
    state, tone = (none, Tone.MUTED) if is_idle else _state(status)
    told = [f"lock {fmt.moment(lock.until, now)}"] if lock is not None else []
    told += [deal.entry_tag] if deal is not None and deal.entry_tag else []
    worth = abs(status.worth) if status.worth is not None else None
    average = position.average_price if position else None
    opened = min((each.opened_at for each in status.deals if each.opened_at), default=None)
    return Row(
        status.pair.key,
        (
            Cell(label, sort=f"{status.pair.name} {status.pair.exchange}"),
            Cell(state, tone, state),
            Cell(fmt.price(status.last, places), Tone.MUTED if age is not None else Tone.PLAIN, status.last),
            Cell("" if age is None else stepped_age(age), Tone.MUTED, age),
            Cell(none if position is None else fmt.amount(position.size, 6), sort=position.size if position else None),
            Cell(none if position is None else fmt.within(worth, cents, 8), sort=worth),
            Cell(none if position is None else fmt.price(average, places), sort=average),
            Cell(
                none if position is None else fmt.within(profit, cents, 8, sign=True), pairs_view.gain(profit), profit
            ),
            Cell(none if position is None else fmt.percent(percent, sign=True), pairs_view.gain(percent), percent),
            Cell(none if position is None else fmt.percent(stop, 1), sort=None if stop is None else abs(stop)),
            pairs_view.order_count(None if is_idle else status.open_orders),
            Cell(fmt.moment(opened, now) if opened else none, Tone.MUTED, opened.timestamp() if opened else None),
            Cell(", ".join(told), Tone.WARN if lock is not None else Tone.MUTED, ", ".join(told) or None),
        ),
    )


def _state(status: PairStatus) -> tuple[str, Tone]:
    if not status.deals:
        return status.state.value, pairs_view.STATE_TONE[status.state]
    deal = status.deals[0]
    is_moving = deal.is_entering or deal.is_closing
    return trade.word(deal), Tone.OURS if is_moving else Tone.STRONG
