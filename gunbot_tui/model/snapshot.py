"""The one frozen value that the whole screen is drawn from, and the reducer that makes the next one.

Parts that an event does not touch stay the same objects, so a panel can see by identity that it has nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from gunbot_tui.model.bot import AuthStatus, BotRef, Link, ServerClock
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.deal import Deal, DealPage, Pairlist, PairLock
from gunbot_tui.model.event import (
    Event,
    Failed,
    Fetched,
    HaltChanged,
    IntentsChanged,
    JournalFailed,
    LinkChanged,
    StreamChanged,
    UsageChanged,
)
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import ConfigTree, FileList, FileText, Folder
from gunbot_tui.model.guard import Halt, Usage
from gunbot_tui.model.host import HostLoad, LogLine, RunStatus
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import Book, CandleSeries, DayStats, Mark, Markets, Pair
from gunbot_tui.model.pnl import BalancePoint, Grouping, PnlReport, Results
from gunbot_tui.model.problem import Problem
from gunbot_tui.model.trading import Balance, HistoryPage, PairStatus

MISSING: Feed[object] = Feed()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything known of one bot at one moment."""

    bot: BotRef
    generation: int = 0
    link: Link = field(default_factory=Link)
    capabilities: Capabilities = field(default_factory=Capabilities)
    feeds: Mapping[Topic, Feed[object]] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    """Our orders and cancels, newest first."""
    halt: Halt | None = None
    """Why nothing is sent at present; None while orders can be."""
    usage: Usage = field(default_factory=Usage)
    """What all programs on the journal sent lately."""
    journal_problem: Problem | None = None
    is_streaming: bool = False
    """True while the bot tells by itself what has changed."""

    @property
    def halted(self) -> bool:
        """True while nothing is sent."""
        return self.halt is not None

    def feed(self, topic: Topic) -> Feed[object]:
        """The feed of any topic; a missing one when it was never read."""
        return self.feeds.get(topic, MISSING)

    @property
    def pairs(self) -> Feed[tuple[PairStatus, ...]]:
        """All pairs as the core last saw them."""
        return cast("Feed[tuple[PairStatus, ...]]", self.feed(Topic(Kind.PAIRS)))

    def pair(self, pair: Pair) -> Feed[PairStatus]:
        """One pair, read more often than the others."""
        return cast("Feed[PairStatus]", self.feed(Topic(Kind.PAIR, pair.key)))

    @property
    def statuses(self) -> tuple[PairStatus, ...]:
        """All pairs, each as its youngest reading has it; empty before the first read."""
        return tuple(self._youngest(listed).value or listed for listed in self.pairs.value or ())

    def status(self, pair: Pair) -> Feed[PairStatus]:
        """The youngest reading of one pair, from its own topic or from that of all pairs."""
        listed = next((status for status in self.pairs.value or () if status.pair == pair), None)
        return self.pair(pair) if listed is None else self._youngest(listed)

    def our_ids(self, pair: Pair) -> frozenset[str]:
        """Ids of the exchange orders that our own on the pair most probably became."""
        ours = (intent for intent in self.intents if intent.is_placement and intent.pair == pair)
        return frozenset(id for intent in ours for id in (intent.order_id, intent.leg_id)) - {""}

    def day(self, exchange: str) -> Feed[dict[str, DayStats]]:
        """The last 24 hours of an exchange's pairs, by pair key."""
        return cast("Feed[dict[str, DayStats]]", self.feed(Topic(Kind.DAY, exchange)))

    def book(self, pair: Pair) -> Feed[Book]:
        """The order book of a pair."""
        return cast("Feed[Book]", self.feed(Topic(Kind.BOOK, pair.key)))

    def candles(self, pair: Pair) -> Feed[CandleSeries]:
        """The candles of a pair."""
        return cast("Feed[CandleSeries]", self.feed(Topic(Kind.CANDLES, pair.key)))

    def marks(self, pair: Pair) -> Feed[tuple[Mark, ...]]:
        """The strategy's marks on a pair."""
        return cast("Feed[tuple[Mark, ...]]", self.feed(Topic(Kind.MARKS, pair.key)))

    @property
    def balances(self) -> Feed[tuple[Balance, ...]]:
        """Funds of all exchanges."""
        return cast("Feed[tuple[Balance, ...]]", self.feed(Topic(Kind.BALANCES)))

    def history(self, page: int = 0) -> Feed[HistoryPage]:
        """A page of executed trades."""
        return cast("Feed[HistoryPage]", self.feed(Topic(Kind.HISTORY, str(page))))

    @property
    def pnl(self) -> Feed[PnlReport]:
        """Profit and loss."""
        return cast("Feed[PnlReport]", self.feed(Topic(Kind.PNL)))

    @property
    def config(self) -> Feed[ConfigTree]:
        """The bot's configuration."""
        return cast("Feed[ConfigTree]", self.feed(Topic(Kind.CONFIG)))

    def files(self, folder: Folder) -> Feed[FileList]:
        """The names in a folder."""
        return cast("Feed[FileList]", self.feed(Topic(Kind.FILES, folder)))

    def file(self, folder: Folder, name: str) -> Feed[FileText]:
        """One file's text."""
        return cast("Feed[FileText]", self.feed(Topic(Kind.FILE, f"{folder}/{name}")))

    @property
    def auth(self) -> Feed[AuthStatus]:
        """What the bot says about our login."""
        return cast("Feed[AuthStatus]", self.feed(Topic(Kind.AUTH)))

    @property
    def clock(self) -> Feed[ServerClock]:
        """The bot's clock against ours."""
        return cast("Feed[ServerClock]", self.feed(Topic(Kind.CLOCK)))

    @property
    def run_status(self) -> Feed[RunStatus]:
        """What the bot does with its strategy, where it tells so."""
        return cast("Feed[RunStatus]", self.feed(Topic(Kind.STATE)))

    @property
    def deals(self) -> tuple[Deal, ...]:
        """What the bot has open, in the order of its pairs; as old as `pairs`."""
        return tuple(deal for status in self.pairs.value or () for deal in status.deals)

    def closed(self, page: int = 0) -> Feed[DealPage]:
        """A page of closed deals."""
        return cast("Feed[DealPage]", self.feed(Topic(Kind.CLOSED, str(page))))

    def notes(self, deal_id: str) -> Feed[tuple[tuple[str, str], ...]]:
        """What the strategy keeps about a deal: names and values."""
        return cast("Feed[tuple[tuple[str, str], ...]]", self.feed(Topic(Kind.NOTES, deal_id)))

    @property
    def locks(self) -> Feed[tuple[PairLock, ...]]:
        """Pairs on which nothing is opened for a while."""
        return cast("Feed[tuple[PairLock, ...]]", self.feed(Topic(Kind.LOCKS)))

    @property
    def pairlist(self) -> Feed[Pairlist]:
        """What the bot may open and what not."""
        return cast("Feed[Pairlist]", self.feed(Topic(Kind.PAIRLIST)))

    @property
    def markets(self) -> Markets:
        """What the bot's exchange trades for the money that it stakes; without pairs while that is not known."""
        found = cast("Markets | None", self.feed(Topic(Kind.MARKETS)).value)
        run = self.run_status.value
        is_of_now = found is not None and run is not None and (found.exchange, found.money) == (run.exchange, run.money)
        return found if found is not None and is_of_now else Markets()

    @property
    def nameable(self) -> tuple[Pair, ...]:
        """The bot's own pairs, then what else its exchange trades for its money."""
        own = tuple(status.pair for status in self.pairs.value or ())
        names = {pair.native for pair in own}
        return (*own, *(pair for pair in self.markets.pairs if pair.native not in names))

    def results(self, grouping: Grouping) -> Feed[Results]:
        """Closed deals, counted by something."""
        return cast("Feed[Results]", self.feed(Topic(Kind.RESULTS, grouping)))

    @property
    def curve(self) -> Feed[tuple[BalancePoint, ...]]:
        """What the account held, day by day."""
        return cast("Feed[tuple[BalancePoint, ...]]", self.feed(Topic(Kind.CURVE)))

    @property
    def logs(self) -> Feed[tuple[LogLine, ...]]:
        """The end of the bot's log."""
        return cast("Feed[tuple[LogLine, ...]]", self.feed(Topic(Kind.LOGS)))

    @property
    def load(self) -> Feed[HostLoad]:
        """The load of the bot's machine."""
        return cast("Feed[HostLoad]", self.feed(Topic(Kind.LOAD)))

    def without(self, topics: Iterable[Topic]) -> Snapshot:
        """The snapshot as if these had never been read."""
        dropped = frozenset(topics)
        feeds = {topic: feed for topic, feed in self.feeds.items() if topic not in dropped}
        return replace(self, feeds=feeds)

    def _youngest(self, listed: PairStatus) -> Feed[PairStatus]:
        own, every = self.pair(listed.pair), self.pairs
        if own.value is not None and own.read_at and (every.read_at is None or own.read_at >= every.read_at):
            return own
        return Feed(listed, every.read_at, every.interval_seconds, every.changed_at, every.problem, every.next_try_at)


def apply(snapshot: Snapshot, event: Event) -> Snapshot:
    """The snapshot after the event; the same object when the event is of another connection or changes nothing."""
    if event.generation != snapshot.generation:
        return snapshot
    after = _after(snapshot, event)
    return snapshot if after == snapshot else after


def _after(snapshot: Snapshot, event: Event) -> Snapshot:
    match event:
        case Fetched():
            return _with_feed(snapshot, event.topic, _fetched(snapshot.feed(event.topic), event))
        case Failed():
            feed = replace(snapshot.feed(event.topic), problem=event.problem, next_try_at=event.next_try_at)
            return _with_feed(snapshot, event.topic, feed)
        case LinkChanged():
            capabilities = event.capabilities or snapshot.capabilities
            return replace(snapshot, link=event.link, capabilities=capabilities)
        case IntentsChanged():
            return replace(snapshot, intents=event.intents)
        case HaltChanged():
            return replace(snapshot, halt=event.halt)
        case UsageChanged():
            return replace(snapshot, usage=event.usage)
        case StreamChanged():
            return replace(snapshot, is_streaming=event.is_live)
        case JournalFailed():
            return replace(snapshot, journal_problem=event.problem)


def _fetched(before: Feed[object], event: Fetched) -> Feed[object]:
    """The feed after a read; an equal value keeps the old object, so that nothing below sees a change."""
    same = before.value is not None and before.value == event.value
    return Feed(
        value=before.value if same else event.value,
        read_at=event.at,
        interval_seconds=event.interval_seconds,
        changed_at=before.changed_at if same else event.at,
    )


def _with_feed(snapshot: Snapshot, topic: Topic, feed: Feed[object]) -> Snapshot:
    return replace(snapshot, feeds={**snapshot.feeds, topic: feed})
