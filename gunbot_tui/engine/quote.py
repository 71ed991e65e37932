"""What the market says of a pair now, exact and with its age, and what an order would find in the visible book.

Of book and core memory the youngest speaks; the book as long as it is young enough to trade on, because it has depth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gunbot_tui.model.market import Book, Level, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side

OLDEST_SECONDS = 10.0
"""A price older than this is not traded on."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Best prices of a pair, how old they are, and the book behind them where one is known."""

    bid: Decimal | None = None
    ask: Decimal | None = None
    decimals: int = 0
    """The most decimals among the prices seen: a price that we work out has no more."""
    age_seconds: float | None = None
    unchanged_seconds: float = 0.0
    book: Book | None = None

    @property
    def is_known(self) -> bool:
        """True when there is a price at all."""
        return self.bid is not None or self.ask is not None

    @property
    def is_old(self) -> bool:
        """True when it may not be traded on."""
        return self.age_seconds is not None and self.age_seconds > OLDEST_SECONDS

    @property
    def is_crossed(self) -> bool:
        """True when the bid is at or over the ask: such prices mean nothing."""
        return self.bid is not None and self.ask is not None and self.bid >= self.ask

    def near(self, side: Side) -> Decimal | None:
        """The best price on our own side."""
        return self.bid if side is Side.BUY else self.ask

    def far(self, side: Side) -> Decimal | None:
        """The best price that we would trade against."""
        return self.ask if side is Side.BUY else self.bid

    def against(self, side: Side) -> tuple[Level, ...]:
        """The levels that we would trade against, best first."""
        if self.book is None:
            return ()
        return self.book.asks if side is Side.BUY else self.book.bids


@dataclass(frozen=True, slots=True)
class Fill:
    """What the visible levels give: coins, their cost in money, and the worst price touched."""

    coins: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    worst: Decimal | None = None

    @property
    def average(self) -> Decimal | None:
        """Money per coin; None when nothing fills."""
        return self.cost / self.coins if self.coins else None


def exact(value: float) -> Decimal:
    """The number that a bot's float stands for: fifteen digits survive binary arithmetic, its noise does not."""
    return Decimal(f"{value:.15g}")


def quote_of(snapshot: Snapshot, pair: Pair, now: datetime) -> Quote:
    """The best prices known of the pair; empty when nothing was read."""
    book, status = snapshot.book(pair), snapshot.status(pair)
    book_age, status_age = book.age_seconds(now), status.age_seconds(now)
    is_known = status.value is not None and (status.value.bid is not None or status.value.ask is not None)
    if book.value is not None and book_age is not None:
        is_younger = status_age is None or book_age <= status_age
        if book_age <= OLDEST_SECONDS or is_younger or not is_known:
            changed = 0.0 if book.changed_at is None else max(0.0, (now - book.changed_at).total_seconds())
            return _quote(book.value.bid, book.value.ask, book.value, book_age, changed)
    if status.value is None or not is_known:
        return Quote()
    return _quote(status.value.bid, status.value.ask, None, status_age, 0.0)


def fill(levels: Iterable[Level], side: Side, coins: Decimal, limit: Decimal | None = None) -> Fill:
    """So many coins taken from the levels, none at a price worse than the limit."""
    got = Fill()
    for level in levels:
        price = exact(level.price)
        is_worse = limit is not None and (price > limit if side is Side.BUY else price < limit)
        taken = min(exact(level.size), coins - got.coins)
        if is_worse or taken <= 0:
            break
        got = Fill(got.coins + taken, got.cost + taken * price, price)
    return got


def coins_for(levels: Iterable[Level], money: Decimal) -> Decimal | None:
    """The coins that so much money buys or that must be sold for it; None when the visible levels do not suffice."""
    coins, left = Decimal(0), money
    for level in levels:
        price, size = exact(level.price), exact(level.size)
        if price * size >= left:
            return coins + left / price
        coins, left = coins + size, left - price * size
    return None


def _quote(bid: float | None, ask: float | None, book: Book | None, age: float | None, unchanged: float) -> Quote:
    levels: Sequence[Level] = (*book.bids, *book.asks) if book else ()
    prices = [exact(price) for price in (bid, ask, *(level.price for level in levels)) if price is not None]
    return Quote(
        bid=None if bid is None else exact(bid),
        ask=None if ask is None else exact(ask),
        decimals=max(map(_decimals, prices), default=0),
        age_seconds=age,
        unchanged_seconds=unchanged,
        book=book,
    )


def _decimals(value: Decimal) -> int:
    _, _, fraction = f"{value:f}".partition(".")
    return len(fraction.rstrip("0"))
