"""Gunbot behind the backend protocol: which answers make up which topic, and which request a command is.

Gunbot sends candles without their times; these are made up for here, from the strategy's candle size.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from gunbot_tui.backends.errors import Rejected, Unexpected
from gunbot_tui.backends.gunbot import adapt_files, endpoints
from gunbot_tui.backends.gunbot.adapt_market import to_book, to_candles, to_day, to_marks, to_pair_of_key
from gunbot_tui.backends.gunbot.adapt_orders import ONLY_ON, to_trade_call
from gunbot_tui.backends.gunbot.adapt_pnl import to_pnl_report
from gunbot_tui.backends.gunbot.adapt_trading import (
    PairEntry,
    to_balances,
    to_entries,
    to_pair_status,
    to_period,
)
from gunbot_tui.backends.gunbot.client import Client
from gunbot_tui.backends.gunbot.history import History
from gunbot_tui.backends.memo import Memo
from gunbot_tui.backends.transport import Transport
from gunbot_tui.model.bot import AuthStatus, BotRef, ServerClock, TradeMode
from gunbot_tui.model.capability import ONLY_DEMO, READ_ONLY, Capabilities, Capability, needed
from gunbot_tui.model.command import CancelOrder, Command, NotSent, Outcome, PlaceOrder, StartCore, StopCore
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import FileList, FileText, Folder
from gunbot_tui.model.market import Book, CandleSeries, DayStats, Mark, Pair
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import HistoryPage, PairStatus

MARKS_PERIODS = 500
API = "/api/v1"
KINDS = frozenset(
    {
        Kind.PAIRS,
        Kind.DAY,
        Kind.BOOK,
        Kind.CANDLES,
        Kind.MARKS,
        Kind.PAIR,
        Kind.BALANCES,
        Kind.HISTORY,
        Kind.PNL,
        Kind.CONFIG,
        Kind.FILES,
        Kind.FILE,
        Kind.AUTH,
        Kind.CLOCK,
    }
)
UNREAD = {kind: f"Gunbot's API has nothing of the kind ({kind})" for kind in Kind if kind not in KINDS}
UNREAD[Kind.DEAL] = "Gunbot keeps no trades: 5 shows its orders and what was executed"
LACKS = {
    Capability.STOP_ENTRIES: "Gunbot can't be told to open nothing: 8 and t stop its core",
    Capability.RELOAD_CONFIG: "Gunbot reads its configuration anew by itself",
    Capability.LOCK_PAIR: "Gunbot's API has no locks",
    Capability.EDIT_BLACKLIST: "Gunbot's API has no blacklist",
    Capability.DELETE_DEAL: "Gunbot keeps no trades that could be deleted",
    Capability.RELOAD_DEAL: "Gunbot keeps no trades that could be reloaded",
}


class GunbotBackend:
    """One Gunbot. `zone` is the IANA time zone whose days its profit and loss is cut into."""

    def __init__(
        self,
        ref: BotRef,
        *,
        password: Secret,
        wallet: Secret,
        pin: str | None = None,
        allow_plain_http: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: str = "UTC",
    ) -> None:
        self._ref = ref
        self._clock = clock
        self._zone = zone
        transport = Transport(ref.url.rstrip("/").removesuffix(API), pin=pin, allow_plain_http=allow_plain_http)
        self._client = Client(transport, password=password, wallet=wallet, clock=clock)
        self._entries: dict[str, PairEntry] = {}
        self._statuses: Memo[tuple[PairStatus, ...]] = Memo()
        self._days: Memo[dict[str, DayStats]] = Memo()
        self._books: Memo[Book] = Memo()
        self._pages = History(self._client)
        self._first_read = asyncio.Lock()
        self._ahead = timedelta(0)

    @property
    def ref(self) -> BotRef:
        """The configured bot."""
        return self._ref

    @property
    def capabilities(self) -> Capabilities:
        """What the user's mode allows, and the exchanges: Gunbot itself has one login that may do everything."""
        match self._ref.mode:
            case TradeMode.READ_ONLY:
                refusals = {**dict.fromkeys(Capability, READ_ONLY), Capability.SIMULATE_FAULT: ONLY_DEMO}
            case TradeMode.CONFIRM:
                refusals = {Capability.SIMULATE_FAULT: ONLY_DEMO}
            case TradeMode.DEMO:
                refusals = {}
        return Capabilities({**refusals, **LACKS}, ONLY_ON, UNREAD)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What Gunbot's API tells; it keeps no deals, and its program tells nothing of itself."""
        return KINDS

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        """Gunbot is the bot that the engine's pace is made for."""
        return {}

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        """Gunbot tells nothing by itself."""

    async def connect(self) -> None:
        """Log in. Raises a BackendError; may be called again after a failure."""
        await self._client.log_in()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def read(self, topic: Topic) -> object:
        """The value that the topic's kind documents. Raises a BackendError."""
        match topic.kind:
            case Kind.PAIRS:
                return await self._pairs()
            case Kind.PAIR:
                return await self._pair(_pair_of(topic))
            case Kind.DAY:
                return await self._day(topic.subject)
            case Kind.BOOK:
                return await self._book(_pair_of(topic))
            case Kind.CANDLES:
                return await self._candles(_pair_of(topic))
            case Kind.MARKS:
                return await self._marks(_pair_of(topic))
            case Kind.BALANCES:
                return to_balances(await self._client.balances())
            case Kind.HISTORY:
                return await self._history(int(topic.subject or "0"))
            case Kind.PNL:
                return to_pnl_report(await self._client.pnl(self._zone), self._zone)
            case Kind.CONFIG:
                return await asyncio.to_thread(adapt_files.to_config_tree, await self._client.config())
            case Kind.FILES:
                return await self._files(Folder(topic.subject))
            case Kind.FILE:
                return await self._file(topic.subject)
            case Kind.AUTH:
                return await self._auth()
            case Kind.CLOCK:
                return await self._server_clock()
            case _:
                raise Rejected(UNREAD[topic.kind])

    async def ready(self) -> None:
        """Log in where no token is there that lasts. Raises a BackendError."""
        await self._client.login.token()

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command with at most one request, and never raise for what the network does."""
        why_not = self._why_not(command)
        if why_not is not None:
            return NotSent(why_not)
        match command:
            case StartCore():
                return await self._client.command(endpoints.START)
            case StopCore():
                return await self._client.command(endpoints.STOP)
            case PlaceOrder() | CancelOrder():
                call = to_trade_call(command)
                return call if isinstance(call, NotSent) else await self._client.command(call.endpoint, call.fields)
            case _:
                raise AssertionError(f"{command} passed though it has a reason against it")

    def _why_not(self, command: Command) -> str | None:
        exchange = command.pair.exchange if isinstance(command, PlaceOrder | CancelOrder) else ""
        reasons = (self.capabilities.why_not(verb, exchange) for verb in needed(command))
        return next((reason for reason in reasons if reason is not None), None)

    async def _pairs(self) -> tuple[PairStatus, ...]:
        memory = await self._client.core_memory()
        known = self._statuses.find(Kind.PAIRS, (memory,))
        if known is not None:
            return known

        def adapt() -> tuple[dict[str, PairEntry], tuple[PairStatus, ...]]:
            entries = to_entries(memory)
            return entries, tuple(to_pair_status(entry) for entry in entries.values())

        self._entries, statuses = await asyncio.to_thread(adapt)
        return self._statuses.keep(Kind.PAIRS, (memory,), statuses)

    async def _day(self, exchange: str) -> dict[str, DayStats]:
        answer = await self._client.pairs_detailed(exchange)
        known = self._days.find(exchange, (answer,))
        return known or self._days.keep(exchange, (answer,), await asyncio.to_thread(to_day, answer, exchange))

    async def _book(self, pair: Pair) -> Book:
        answer = await self._client.order_book(pair.key)
        return self._books.find(pair.key, (answer,)) or self._books.keep(pair.key, (answer,), to_book(answer))

    async def _pair(self, pair: Pair) -> PairStatus:
        known = await self._entry(pair)
        ledger = await self._client.ledger(pair.exchange, pair.native)
        return to_pair_status(PairEntry(pair, known.config, ledger))

    async def _entry(self, pair: Pair) -> PairEntry:
        """What is known of a pair from the last read of all, which is made when there was none yet."""
        async with self._first_read:
            if pair.key not in self._entries:
                await self._pairs()
        if pair.key not in self._entries:
            raise Rejected(f"this Gunbot has no pair {pair.key}")
        return self._entries[pair.key]

    async def _period(self, pair: Pair) -> float:
        minutes = to_period(await self._entry(pair))
        if minutes is None:
            ledger = await self._client.ledger(pair.exchange, pair.native)
            minutes = to_period(PairEntry(pair, None, ledger))
        if minutes is None:
            raise Rejected(f"the bot does not say the candle size of {pair.key} yet")
        return minutes

    async def _candles(self, pair: Pair) -> CandleSeries:
        minutes = await self._period(pair)
        return to_candles(await self._client.candles(pair.key), minutes=minutes, now=self._bots_now())

    async def _marks(self, pair: Pair) -> tuple[Mark, ...]:
        minutes = await self._period(pair)
        now = self._bots_now()
        start, end = now - timedelta(minutes=minutes * MARKS_PERIODS), now + timedelta(minutes=minutes)
        interval = max(1, int(minutes))
        return to_marks(await self._client.marks(pair.exchange, pair.native, minutes=interval, start=start, end=end))

    async def _history(self, page: int) -> HistoryPage:
        async with self._first_read:
            if not self._entries:
                await self._pairs()
        return await self._pages.page(page, [entry.pair for entry in self._entries.values()])

    async def _files(self, folder: Folder) -> FileList:
        if folder is Folder.EDITOR:
            return FileList(folder, (adapt_files.EDITOR_FILE,))
        return adapt_files.to_file_list(folder, await self._client.file_names(folder))

    async def _file(self, subject: str) -> FileText:
        word, _, name = subject.partition("/")
        folder = Folder(word)
        body = await self._client.file(folder, name)
        return await asyncio.to_thread(adapt_files.to_file_text, folder, name, body)

    async def _auth(self) -> AuthStatus:
        answer = await self._client.auth_status()
        return AuthStatus(
            message=answer.message,
            is_demo=answer.isDemo is True,
            is_registered=answer.isRegistered is True,
            is_two_factor=answer.isTwoFA is True,
            expires_at=self._client.login.expires_at,
        )

    async def _server_clock(self) -> ServerClock:
        sent = self._clock()
        theirs = (await self._client.time()).serverTime
        received = self._clock()
        if theirs is None:
            raise Unexpected("the bot's clock shows an impossible time")
        middle = sent + (received - sent) / 2
        self._ahead = theirs - middle
        return ServerClock(self._ahead.total_seconds())

    def _bots_now(self) -> datetime:
        """The time by the bot's clock, as far as it was asked for: its candles and marks are on that one."""
        return self._clock() + self._ahead


def _pair_of(topic: Topic) -> Pair:
    pair = to_pair_of_key(topic.subject)
    if pair is None:
        raise Rejected("the pair's name has characters that are not traded on")
    return pair
