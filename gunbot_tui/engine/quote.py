"""What the market says of a pair now, exact and with its age, and what an order would find in the visible book.

Of book and core memory the youngest speaks; the book as long as it is young enough to trade on, because it has depth.
A bot that never tells a book has the price of its open deal or the close of its newest candle: three candle periods
old it still is the latest that such a bot knows, older it says nothing of the market. While its exchange is away such a
bot repeats the price of its deals without a word: one that stands still for a minute with all others is old too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.figures import price_of
from gunbot_tui.model.feed import Freshness, Kind
from gunbot_tui.model.market import Book, Pair, decimals_of
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side

OLDEST_SECONDS = 10.0
"""A price older than this is not traded on."""
OLDEST_PERIODS = 3
UNMOVED_SECONDS = 60.0
"""So long the prices of all deals may stand still before they count as old."""
USUAL_PERIOD_MINUTES = 1.0
"""The candle period of a bot that does not say it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One price of the book, and the coins that wait there."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """Best prices of a pair, how old they are, and the book behind them where one is known."""

    bid: Decimal | None = None
    ask: Decimal | None = None
    decimals: int = 0
    """The most decimals among the prices seen: a price that we work out has no more."""
    age_seconds: float | None = None
    unchanged_seconds: float = 0.0
    bids: tuple[Offer, ...] = ()
    asks: tuple[Offer, ...] = ()
    """Both empty without a book."""
    last: Decimal | None = None
    """The price of the last trade; None when it is not fresh. Without a book its age is the quote's."""
    oldest_seconds: float = OLDEST_SECONDS
    no_book: str = ""
    """Why the bot never tells a book; empty for one that does."""

    @property
    def is_known(self) -> bool:
        """True when there is a price at all."""
        return self.bid is not None or self.ask is not None

    @property
    def has_book(self) -> bool:
        """True when there is depth behind the best prices."""
        return bool(self.bids or self.asks)

    @property
    def is_old(self) -> bool:
        """True when it may not be traded on."""
        return (self.age_seconds is not None and self.age_seconds > self.oldest_seconds) or self.is_unmoved

    @property
    def is_unmoved(self) -> bool:
        """True when a price without a book stands still so long that the bot may be repeating it."""
        return bool(self.no_book) and self.unchanged_seconds > UNMOVED_SECONDS

    @property
    def old_words(self) -> str:
        """How old it is, in words."""
        if self.is_unmoved:
            return f"no price has moved for {self.unchanged_seconds:.0f}s"
        return f"the last price is {self.age_seconds or 0:.0f}s old"

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

    def mark(self, side: Side) -> Decimal | None:
        """What a price is measured against: the best one that we would trade against, or the last without a book."""
        return self.last if self.no_book else self.far(side)

    def against(self, side: Side) -> tuple[Offer, ...]:
        """The levels that we would trade against, best first."""
        return self.asks if side is Side.BUY else self.bids


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


def quote_of(snapshot: Snapshot, pair: Pair, now: datetime) -> Quote:
    """The best prices known of the pair; empty when nothing was read that can be traded on.

    A book with a level that is no price at all is not believed: which of its other levels would be true?
    """
    no_book = snapshot.capabilities.unread.get(Kind.BOOK)
    if no_book is not None:
        return _without_book(snapshot, pair, now, no_book)
    feed, status = snapshot.book(pair), snapshot.status(pair)
    book, book_age, status_age = _readable(feed.value), feed.age_seconds(now), status.age_seconds(now)
    bid, ask = (None, None) if status.value is None else (price_of(status.value.bid), price_of(status.value.ask))
    is_known, last = bid is not None or ask is not None, _last(snapshot, pair, now)
    if book is not None and book_age is not None:
        is_younger = status_age is None or book_age <= status_age
        if book_age <= OLDEST_SECONDS or is_younger or not is_known:
            changed = 0.0 if feed.changed_at is None else abs((now - feed.changed_at).total_seconds())
            return replace(book, age_seconds=book_age, unchanged_seconds=changed, last=last)
    return Quote(bid, ask, _decimals(bid, ask), status_age, last=last) if is_known else Quote(last=last)


def fill(offers: Iterable[Offer], side: Side, coins: Decimal, limit: Decimal | None = None) -> Fill:
    """So many coins taken from the levels, none at a price worse than the limit."""
    got = Fill()
    for offer in offers:
        is_worse = limit is not None and (offer.price > limit if side is Side.BUY else offer.price < limit)
        taken = min(offer.size, coins - got.coins)
        if is_worse or taken <= 0:
            break
        got = Fill(got.coins + taken, got.cost + taken * offer.price, offer.price)
    return got


def coins_for(offers: Iterable[Offer], money: Decimal) -> Decimal | None:
    """The coins that so much money buys or that must be sold for it; None when the visible levels do not suffice."""
    coins, left = Decimal(0), money
    for offer in offers:
        if offer.price * offer.size >= left:
            return coins + left / offer.price
        coins, left = coins + offer.size, left - offer.price * offer.size
    return None


def _readable(book: Book | None) -> Quote | None:
    """The book in exact numbers; None where one of them can't be a price or a size."""
    if book is None:
        return None
    sides = []
    for levels in (book.bids, book.asks):
        read = [(price_of(level.price), price_of(level.size)) for level in levels]
        offers = tuple(Offer(price, size) for price, size in read if price is not None and size is not None)
        if len(offers) < len(levels):
            return None
        sides.append(offers)
    bids, asks = sides
    decimals = _decimals(*(offer.price for offer in (*bids, *asks)))
    return Quote(bids[0].price if bids else None, asks[0].price if asks else None, decimals, bids=bids, asks=asks)


def _without_book(snapshot: Snapshot, pair: Pair, now: datetime, reason: str) -> Quote:
    """The younger one of the price that comes with the pair and the close of the newest candle."""
    listed, candles = snapshot.status(pair), snapshot.candles(pair).value
    status, period = listed.value, timedelta(minutes=USUAL_PERIOD_MINUTES)
    found: list[tuple[datetime, Decimal]] = []
    moved_at: datetime | None = None
    if status is not None:
        period = timedelta(minutes=status.period_minutes) if status.period_minutes else period
        last, at = price_of(status.last), status.last_at or listed.read_at
        found += [(at, last)] if last is not None and at is not None else []
        moved_at = listed.changed_at if last is not None and status.last_at is None else None
    if candles is not None and candles.candles:
        newest, close = candles.candles[-1], price_of(candles.candles[-1].close)
        closed_at = newest.opened_at + candles.period
        found += [(closed_at, close)] if close is not None else []
        moved_at = None if moved_at is None or closed_at > moved_at else moved_at
    oldest = OLDEST_PERIODS * period.total_seconds()
    if not found:
        return Quote(oldest_seconds=oldest, no_book=reason)
    at, last = max(found)
    age = abs((now - at).total_seconds())
    unmoved = 0.0 if moved_at is None else abs((now - moved_at).total_seconds())
    return Quote(None, None, decimals_of(last), age, unmoved, last=last, oldest_seconds=oldest, no_book=reason)


def _last(snapshot: Snapshot, pair: Pair, now: datetime) -> Decimal | None:
    feed = snapshot.candles(pair)
    if feed.value is None or not feed.value.candles or feed.freshness(now) is not Freshness.FRESH:
        return None
    return price_of(feed.value.candles[-1].close)


def _decimals(*prices: Decimal | None) -> int:
    return max((decimals_of(price) for price in prices if price is not None), default=0)
