"""The order book as a ladder: asks above, bids below, the account's orders at their price even without a level there.

An order is ours when it came from here, and the bot's otherwise. Its note stands on the side of its row that the book
leaves empty: mark and price, what it is, its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Book, Level, Pair
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.panel import first_fitting

FULL = "█"
HALF_FROM_RIGHT = "▐"
BID_SIZE = 1
GAPS, GUTTER = 6, 3
"""Cells between the seven columns, and those that the table keeps for cursor and marks."""
SUM_CELLS, SIZE_CELLS, LEAST_PRICE_CELLS, LEAST_BAR_CELLS = 9, 12, 9, 4
WIDE = 100
WIDE_EXTRA = 4
GROUP_STEPS = (1, 5, 10, 50, 100, 500, 1000)
LARGEST_GROUP_SHARE = Decimal("0.01")
NOTIONAL, NOTIONAL_IN_COINS = 500.0, 0.01


@dataclass(frozen=True, slots=True)
class Note:
    """The account's orders at a price: the sign before the price, the words beside it, and how loud they are."""

    sign: str
    word: str
    what: str
    id: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class _Rung:
    """One row before it is drawn; size and money are None where only an order of the account stands."""

    price: Decimal
    size: float | None = None
    total: float | None = None
    note: Note | None = None


def columns(book: Book, pair: Pair, width: int) -> tuple[Column, ...]:
    """The ladder's columns for a table so many cells wide."""
    total, size, bar, price = _widths(book, width)
    money = f"sum {pair.money}"
    return (
        Column("bid_sum", money, total, Align.RIGHT, rank=2),
        Column("bid_size", "bids", size, Align.RIGHT),
        Column("bid_bar", "", bar, Align.RIGHT, rank=1),
        Column("price", "price", price, Align.RIGHT),
        Column("ask_bar", "", bar, Align.LEFT, rank=1),
        Column("ask_size", "asks", size, Align.RIGHT),
        Column("ask_sum", money, total, Align.RIGHT, rank=2),
    )


def ladder(
    book: Book,
    orders: Sequence[OpenOrder],
    pending: Sequence[Intent],
    *,
    ours: Collection[str],
    width: int,
    height: int,
    group: Decimal = Decimal(0),
    bar: str = FULL,
) -> tuple[Row, ...]:
    """At most `height` rows, highest price first, keyed by the price as text.

    `orders` and `pending` are the pair's, `ours` the ids of those that came from here; `bar` is what a bar growing to
    the right is made of, emptiest first.
    """
    notes = _notes(orders, pending, ours, group)
    asks = _rungs(_grouped(book.asks, Side.SELL, group), notes[Side.SELL], Side.SELL)
    bids = _rungs(_grouped(book.bids, Side.BUY, group), notes[Side.BUY], Side.BUY)
    half = height // 2
    asks = _nearest(asks, max(half, height - len(bids)))
    bids = _nearest(bids, height - len(asks))
    draw = _Drawing.of(() if group else (*book.bids, *book.asks), [*asks, *bids], _widths(book, width)[2], bar)
    above = [draw.row(rung, Side.SELL, is_touch=_is_touch(rung, asks)) for rung in reversed(asks)]
    below = [draw.row(rung, Side.BUY, is_touch=_is_touch(rung, bids)) for rung in bids]
    taken = {row.key for row in above}
    # A crossed book has the same price on both sides, and a key may stand once only.
    return (*above, *(Row(f"{row.key} bid", row.cells) if row.key in taken else row for row in below))


def best_bid_key(rows: Sequence[Row]) -> str | None:
    """The key of the row with the best bid: the middle of the ladder."""
    return next((row.key for row in rows if row.cells[BID_SIZE].sort is not None), None)


def waiting(intents: Iterable[Intent], pair: Pair) -> tuple[Intent, ...]:
    """Our limit orders on the pair that the bot has not shown yet."""
    return tuple(
        intent
        for intent in intents
        if isinstance(intent.command, PlaceOrder)
        and intent.command.type is OrderType.LIMIT
        and intent.pair == pair
        and intent.is_not_shown
    )


def header(book: Book, group: Decimal = Decimal(0)) -> Line:
    """Spread, middle, balance of the two sides, and what is wrong with the book."""
    spans: list[Span] = []
    bid, ask, mid = book.bid, book.ask, book.mid
    if bid is not None and ask is not None and mid is not None and not book.crossed:
        spread = fmt.number(ask - bid, fmt.price_decimals(bid, ask))
        spans.append(Span(f"spread {spread} ({fmt.percent((ask - bid) / mid * 100, 3)})   mid {fmt.price(mid)}"))
    if book.crossed:
        spans.append(Span("CROSSED: the bid is at or over the ask, these prices mean nothing", Tone.WARN))
    for side, best in (("bids", bid), ("asks", ask)):
        if best is None:
            spans.append(Span(f"no {side}", Tone.WARN))
    share = _bid_share(book)
    if share is not None:
        spans.append(Span(f"imbalance bids {fmt.percent(share, 0)}", Tone.MUTED))
    if group:
        spans.append(Span(f"group {fmt.number(group)}", Tone.MUTED))
    if book.dropped:
        levels = "level" if book.dropped == 1 else "levels"
        spans.append(Span(f"{book.dropped} impossible {levels} dropped", Tone.WARN))
    return tuple(piece for span in spans for piece in (Span("   "), span))[1:]


def cost_line(book: Book, pair: Pair, width: int, notional: float | None = None) -> Line:
    """What it costs to trade so much money now: `500 USDT now: buy at 60975.6 avg, slip 0.000% · sell at …`.

    A part that does not fit is left out whole: half a number is a wrong one.
    """
    money = notional or (NOTIONAL if pair.money in fmt.CENT_MONEY else NOTIONAL_IN_COINS)
    if book.crossed:
        return (Span(f"{fmt.number(money)} {pair.money} now: a crossed book prices nothing", Tone.MUTED),)
    parts = [_cost("buy", book.asks, money, book), _cost("sell", book.bids, money, book)]
    head = f"{fmt.number(money)} {pair.money} now: "
    return first_fitting(((Span(head + " · ".join(parts)),), (Span(head + parts[0]),), ()), width)


def group_steps(book: Book) -> tuple[Decimal, ...]:
    """Sizes of price steps that make sense for the book, smallest first; the first is its own tick."""
    prices = [level.price for level in (*book.bids, *book.asks)]
    if not prices:
        return (Decimal(0),)
    tick = Decimal(1).scaleb(-fmt.price_decimals(*prices))
    largest = Decimal(repr(min(prices))) * LARGEST_GROUP_SHARE
    return (tick, *(step for times in GROUP_STEPS[1:] if (step := tick * times) <= largest))


def _widths(book: Book, width: int) -> tuple[int, int, int, int]:
    """Cells for sum, size, bar and price."""
    extra = WIDE_EXTRA if width >= WIDE else 0
    decimals = fmt.price_decimals(*(level.price for level in (*book.bids[:1], *book.asks[:1])))
    longest = max((len(fmt.price(level.price, decimals)) for level in (*book.bids[:1], *book.asks[-1:])), default=0)
    price = max(LEAST_PRICE_CELLS, longest + 2) + extra
    total, size = SUM_CELLS + extra, SIZE_CELLS + extra
    bar = (width - GUTTER - GAPS - 2 * total - 2 * size - price) // 2
    return total, size, max(LEAST_BAR_CELLS, bar), price


def _grouped(levels: Iterable[Level], side: Side, group: Decimal) -> list[tuple[Decimal, float, float]]:
    """Price, size and money of each level, best first; prices gather at the far edge of their step."""
    steps: dict[Decimal, tuple[float, float]] = {}
    for level in levels:
        price = _stepped(Decimal(fmt.number(level.price)), side, group)
        size, money = steps.get(price, (0.0, 0.0))
        steps[price] = (size + level.size, money + level.size * level.price)
    return [(price, size, money) for price, (size, money) in steps.items()]


def _stepped(price: Decimal, side: Side, group: Decimal) -> Decimal:
    if not group:
        return price
    return (price / group).to_integral_value(ROUND_FLOOR if side is Side.BUY else ROUND_CEILING) * group


def _notes(
    orders: Sequence[OpenOrder], pending: Sequence[Intent], ours: Collection[str], group: Decimal
) -> Mapping[Side, Mapping[Decimal, Note]]:
    at_price: dict[tuple[Side, Decimal], list[OpenOrder | Intent]] = {}
    for order in orders:
        at_price.setdefault((order.side, _stepped(order.price, order.side, group)), []).append(order)
    for intent in pending:
        side = intent.command.side
        at_price.setdefault((side, _stepped(intent.command.price, side, group)), []).append(intent)
    notes: dict[Side, dict[Decimal, Note]] = {Side.BUY: {}, Side.SELL: {}}
    for (side, price), found in at_price.items():
        notes[side][price] = _note(side, found, ours)
    return notes


def _note(side: Side, found: Sequence[OpenOrder | Intent], ours: Collection[str]) -> Note:
    """All that stands at one price: the loudest gives the word, the amounts are added up."""
    amounts = [one.amount if isinstance(one, OpenOrder) else one.command.amount for one in found]
    id = found[0].id if isinstance(found[0], OpenOrder) else ""
    name = f"{len(found)} orders" if len(found) > 1 else f"#{id}" if id else ""
    states = {one.state for one in found if isinstance(one, Intent)}
    whose = {"ours" if one.id in ours else "bot" for one in found if isinstance(one, OpenOrder)}
    if states & {IntentState.UNKNOWN, IntentState.AMBIGUOUS}:
        sign, word, tone = "?", "unknown", Tone.ALERT
    elif states:
        sign, word, tone = "○", "waiting", Tone.OURS
    elif "ours" in whose:
        sign, word, tone = "●", "+".join(sorted(whose)), Tone.OURS
    else:
        sign, word, tone = "◦", "bot", Tone.STRONG
    return Note(sign, word, _what(side, sum(amounts, Decimal(0))), name, tone)


def _what(side: Side, amount: Decimal) -> str:
    """With every digit: a column too narrow for them shows that some are missing."""
    return f"{side} {fmt.number(amount)}"


def _rungs(levels: list[tuple[Decimal, float, float]], notes: Mapping[Decimal, Note], side: Side) -> list[_Rung]:
    """Levels and orders of one side, the best price first."""
    rungs: list[_Rung] = []
    total = 0.0
    for price, size, money in levels:
        total += money
        rungs.append(_Rung(price, size, total, notes.get(price)))
    known = {rung.price for rung in rungs}
    rungs += [_Rung(price, note=note) for price, note in notes.items() if price not in known]
    return sorted(rungs, key=lambda rung: rung.price, reverse=side is Side.BUY)


def _nearest(rungs: list[_Rung], room: int) -> list[_Rung]:
    """As many rungs as there is room for: those with an order first, then what is next to the touch, which stays."""
    if len(rungs) <= room:
        return rungs
    noted = [index for index, rung in enumerate(rungs) if rung.note][: max(0, room - 1)]
    plain = [index for index in range(len(rungs)) if index not in noted][: max(0, room - len(noted))]
    return [rungs[index] for index in sorted([*noted, *plain])]


def _is_touch(rung: _Rung, side: list[_Rung]) -> bool:
    return rung is next((other for other in side if other.size is not None), None)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How numbers and bars of one ladder are drawn, so that its columns align."""

    price_decimals: int
    size_decimals: int
    total_decimals: int
    largest: float
    cells: int
    bar: str

    @classmethod
    def of(cls, levels: Sequence[Level], rungs: Sequence[_Rung], cells: int, bar: str) -> _Drawing:
        """The drawing that suits the visible rows, with the decimals of all the levels that they are taken from."""
        sizes = [rung.size for rung in rungs if rung.size is not None]
        totals = [rung.total for rung in rungs if rung.total is not None]
        decimals = fmt.price_decimals(*(level.price for level in levels), *(rung.price for rung in rungs))
        return cls(decimals, _decimals(sizes), _decimals(totals), max(sizes, default=0.0), cells, bar)

    def row(self, rung: _Rung, side: Side, *, is_touch: bool) -> Row:
        """The row of one price."""
        tone = Tone.BUY if side is Side.BUY else Tone.SELL
        text = fmt.price(rung.price, self.price_decimals)
        note = rung.note
        total = Cell(fmt.number(rung.total, self.total_decimals), Tone.MUTED, rung.total) if rung.total else Cell()
        size = Cell(fmt.number(rung.size, self.size_decimals), sort=rung.size) if rung.size else Cell()
        bar = Cell(self._bar(rung.size or 0.0, side), tone)
        touch = Cell(("bid" if side is Side.BUY else "ask") if is_touch else "", Tone.MUTED)
        other = (Cell(note.word, note.tone), Cell(note.what, note.tone), Cell(note.id, note.tone)) if note else None
        beside = other or (touch, Cell(), Cell())
        price_tone = note.tone if note else Tone.STRONG if is_touch else tone
        price = Cell(f"{note.sign}{text}" if note else text, price_tone, float(rung.price))
        drawn = (total, size, bar)
        cells = (*drawn, price, *beside) if side is Side.BUY else (*reversed(beside), price, *reversed(drawn))
        return Row(text, cells)

    def _bar(self, size: float, side: Side) -> str:
        """A bar in proportion to the largest size; to the left there are only whole and half cells."""
        if not self.largest or not self.cells:
            return ""
        length = size / self.largest * self.cells
        whole, part = int(length), length - int(length)
        full = self.bar[-1]
        if side is Side.BUY:
            return (HALF_FROM_RIGHT if part >= 0.5 and len(self.bar) > 1 else "") + full * whole
        return full * whole + (self.bar[int(part * len(self.bar)) - 1] if part * len(self.bar) >= 1 else "")


def _decimals(values: Sequence[float], digits: int = 5) -> int:
    """Decimals that leave the largest of the values so many digits."""
    largest = max(values, default=0.0)
    return max(0, digits - len(str(int(largest)))) if largest >= 1 else fmt.price_decimals(largest)


def _bid_share(book: Book) -> float | None:
    """The bids' part of the money in the visible book, in percent."""
    bids, asks = (sum(level.price * level.size for level in side) for side in (book.bids, book.asks))
    return bids / (bids + asks) * 100 if bids and asks else None


def _cost(verb: str, levels: Sequence[Level], money: float, book: Book) -> str:
    left, coins = money, 0.0
    for level in levels:
        worth = min(left, level.price * level.size)
        coins += worth / level.price
        left -= worth
        if left <= 0:
            break
    if left > 0 or not coins:
        return f"too thin to {verb}"
    average = money / coins
    slip = abs(average - levels[0].price) / levels[0].price * 100
    decimals = fmt.price_decimals(book.bid, book.ask)
    return f"{verb} at {fmt.price(average, decimals)} avg, slip {fmt.percent(slip, 3)}"
