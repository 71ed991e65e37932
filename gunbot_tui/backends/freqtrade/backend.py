"""Freqtrade behind the backend protocol: which answers make up which topic, and which request a command is.

What rarely changes is kept between readings and asked for anew when the bot's web socket says that it changed.
"""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gunbot_tui.backends.errors import Rejected, Unexpected
from gunbot_tui.backends.freqtrade import adapt_host, wire, wire_host
from gunbot_tui.backends.freqtrade.abilities import capabilities_of, kinds_of
from gunbot_tui.backends.freqtrade.adapt_pairs import Surroundings, to_deal, to_pair_statuses
from gunbot_tui.backends.freqtrade.adapt_reports import to_curve
from gunbot_tui.backends.freqtrade.adapt_trading import (
    WEBSERVER,
    to_balances,
    to_deal_page,
    to_history,
    to_notes,
    to_run_status,
)
from gunbot_tui.backends.freqtrade.charts import Charts
from gunbot_tui.backends.freqtrade.client import Client
from gunbot_tui.backends.freqtrade.endpoints import API
from gunbot_tui.backends.freqtrade.kept import Kept
from gunbot_tui.backends.freqtrade.reports import Reports
from gunbot_tui.backends.freqtrade.trade_calls import Call, to_call, to_id
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.transport import Transport
from gunbot_tui.backends.values import moment_of_seconds
from gunbot_tui.model.bot import AuthStatus, BotRef, ServerClock
from gunbot_tui.model.capability import Capabilities, needed
from gunbot_tui.model.command import CancelOrder, Command, NotSent, Outcome, PlaceOrder
from gunbot_tui.model.deal import Deal, PairLock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import FileList, FileText, Folder
from gunbot_tui.model.pnl import Grouping
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import HistoryPage, PairStatus

PAGE_SIZE = 50
LOG_LINES = 300
KEPT_SECONDS = 60.0
SHARED_SECONDS = 1.0
"""The settings also tell the state: a login and what is read right after it take one answer."""
TOLD_BY = {Kind.STATE: "config", Kind.PAIRLIST: "whitelist", Kind.LOCKS: "locks"}
"""What is kept, by the kind that the web socket says has changed."""
PACE_WITH_SOCKET = {
    # Nearly all that the bot sends is its open trades with all their orders; fills come at once by the socket.
    Kind.PAIRS: 6.5,
    Kind.STATE: 30.0,
    Kind.BALANCES: 30.0,
    Kind.PNL: 30.0,
    Kind.CLOCK: 30.0,
    Kind.AUTH: 300.0,
    Kind.CONFIG: 300.0,
    Kind.CANDLES: 60.0,
    Kind.MARKS: 60.0,
    Kind.HISTORY: 60.0,
    Kind.CLOSED: 60.0,
}
PACE = {
    Kind.PAIRS: 3.0,
    Kind.STATE: 5.0,
    Kind.BALANCES: 10.0,
    Kind.PNL: 10.0,
    Kind.AUTH: 300.0,
    Kind.CONFIG: 300.0,
    Kind.CANDLES: 15.0,
}
_CLASS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)


class FreqtradeBackend:
    """One Freqtrade. `clock` gives aware UTC, in which the bot cuts its days as well."""

    def __init__(
        self,
        ref: BotRef,
        *,
        username: str,
        password: Secret,
        pin: str | None = None,
        allow_plain_http: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ref = ref
        self._clock = clock
        url = ref.url.strip().rstrip("/").removesuffix(API).removesuffix("/api")
        transport = Transport(url, pin=pin, allow_plain_http=allow_plain_http)
        self._client = Client(transport, username=username, password=password, clock=clock)
        self._url = url
        self._pin = pin
        self._allow_plain_http = allow_plain_http
        self._kept = Kept(clock)
        self._config: wire.ShowConfig | None = None
        self._charts = Charts(self._client, self._kept, clock, lambda: self._read_config(KEPT_SECONDS))
        self._reports = Reports(self._client, clock)

    @property
    def ref(self) -> BotRef:
        """The configured bot."""
        return self._ref

    @property
    def capabilities(self) -> Capabilities:
        """What the user's mode and the bot's own settings allow."""
        return capabilities_of(self._ref.mode, self._config)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What a bot that trades tells, or the fewer things of one that serves data."""
        return kinds_of(self._config)

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        """Slower while the web socket tells what changes; a closed candle never changes any more."""
        return PACE_WITH_SOCKET if is_streaming else PACE

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        """Tell what the web socket says has changed; returns at once where there is no token for it.

        Only the token of the login is used, which ends soon: the bot writes it to its own log.
        """
        config = await self._read_config(KEPT_SECONDS)
        if not self._client.has_login or config.runmode == WEBSERVER:
            return
        # Its library takes long to import, and nothing on the first screen waits for it.
        await asyncio.to_thread(importlib.import_module, "gunbot_tui.backends.freqtrade.stream")
        from gunbot_tui.backends.freqtrade.stream import Stream

        def told(topics: frozenset[Topic]) -> None:
            for topic in topics:
                if topic.kind in TOLD_BY:
                    self._kept.forget(TOLD_BY[topic.kind])
            heard(topics)

        stream = Stream(self._url, self._client.stream_token, pin=self._pin, allow_plain_http=self._allow_plain_http)
        await stream.run(told, self._charts.note_close, exchange=config.exchange)

    async def connect(self) -> None:
        """Log in and see how the bot is set up. Raises a BackendError; may be called again after a failure."""
        self._kept.forget()
        await self._client.log_in()
        await self._read_config(0)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def read(self, topic: Topic) -> object:
        """The value that the topic's kind documents. Raises a BackendError."""
        unread = self.capabilities.unread.get(topic.kind)
        if unread is not None:
            raise Rejected(unread)
        match topic.kind:
            case Kind.PAIRS:
                return await self._pairs()
            case Kind.BALANCES:
                config = await self._read_config(KEPT_SECONDS)
                return to_balances(config.exchange, await self._client.balance())
            case Kind.CLOSED:
                return to_deal_page(await self._page(topic))
            case Kind.HISTORY:
                return await self._history(topic)
            case Kind.DEAL:
                return await self._deal(topic)
            case Kind.NOTES:
                return await self._notes(topic)
            case Kind.STATE:
                return await self._state()
            case Kind.CLOCK:
                return await self._server_clock()
            case Kind.AUTH:
                return await self._auth()
            case Kind.LOCKS:
                return await self._locks(0)
            case Kind.CANDLES:
                return await self._charts.candles(topic.subject)
            case Kind.MARKS:
                return await self._charts.marks(topic.subject)
            case _:
                return await self._read_report(topic)

    async def _read_report(self, topic: Topic) -> object:
        client = self._client
        match topic.kind:
            case Kind.PNL:
                return await self._reports.pnl(await self._read_config(KEPT_SECONDS))
            case Kind.RESULTS:
                return await self._reports.results(Grouping(topic.subject))
            case Kind.CURVE:
                return to_curve(await client.historic_balance())
            case Kind.PAIRLIST:
                return adapt_host.to_pairlist(*await asyncio.gather(client.whitelist(), client.blacklist()))
            case Kind.MARKETS:
                config = await self._read_config(KEPT_SECONDS)
                answer = await client.markets(config.stake_currency)
                return adapt_host.to_markets(config.exchange, config.stake_currency, answer)
            case Kind.LOGS:
                return await asyncio.to_thread(adapt_host.to_logs, await client.logs(LOG_LINES), client.secrets())
            case Kind.LOAD:
                return adapt_host.to_load(await client.sysinfo())
            case Kind.CONFIG:
                return await asyncio.to_thread(adapt_host.to_config_tree, await self._settings(SHARED_SECONDS))
            case Kind.FILES:
                return await self._files(Folder(topic.subject))
            case Kind.FILE:
                return await self._file(topic.subject)
            case _:
                raise AssertionError(f"{topic.kind} has no reason against it")

    async def ready(self) -> None:
        """Log in where no token is there that lasts. Raises a BackendError."""
        await self._client.login.token()

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command with at most one request, and never raise for what the network does."""
        reasons = (self.capabilities.why_not(verb) for verb in needed(command))
        why_not = next((reason for reason in reasons if reason is not None), None)
        if why_not is not None:
            return NotSent(why_not)
        call = to_call(command)
        if not isinstance(call, Call):
            return call
        outcome = await self._client.command(call)
        if not isinstance(command, PlaceOrder | CancelOrder):
            self._kept.forget()
        return outcome

    async def _read_config(self, seconds: float) -> wire.ShowConfig:
        self._config = config = wire.read_as(wire.ShowConfig, (await self._settings(seconds)).root)
        return config

    async def _settings(self, seconds: float) -> wire_host.Settings:
        return await self._kept.get("config", seconds, self._client.settings)

    async def _locks(self, seconds: float) -> tuple[PairLock, ...]:
        return adapt_host.to_locks(await self._kept.get("locks", seconds, self._client.locks))

    async def _pairs(self) -> tuple[PairStatus, ...]:
        config = await self._read_config(KEPT_SECONDS)
        if config.runmode == WEBSERVER:
            stored = await self._charts.stored()
            return to_pair_statuses((), stored.pairs, self._surroundings(config, ()), {})
        # At once, because the first screen waits for all three.
        whitelist, locks, status = await asyncio.gather(
            self._kept.get("whitelist", KEPT_SECONDS, self._client.whitelist),
            self._locks(KEPT_SECONDS),
            self._client.status(),
        )
        trades, around = status.root, self._surroundings(config, locks)
        self._charts.expect([*whitelist.whitelist, *(trade.pair for trade in trades)], config.timeframe)
        return to_pair_statuses(trades, whitelist.whitelist, around, self._charts.closes)

    def _surroundings(self, config: wire.ShowConfig, locks: tuple[PairLock, ...]) -> Surroundings:
        now = self._clock()
        # A lock of one side leaves the other side open, where there is one.
        sides = {"*"} if config.short_allowed else {"*", "long"}
        held = (lock.pair for lock in locks if lock.side in sides and (lock.until is None or lock.until > now))
        is_opening = config.state == "running"
        return Surroundings(config.exchange, config.strategy, config.timeframe_min, is_opening, frozenset(held))

    async def _page(self, topic: Topic) -> wire.TradesPage:
        return await self._client.trades(offset=PAGE_SIZE * int(topic.subject or "0"), limit=PAGE_SIZE)

    async def _history(self, topic: Topic) -> HistoryPage:
        # Open trades first: one that closes meanwhile is then on both, and none is passed over.
        still_open = (await self._client.status()).root if topic.subject in ("", "0") else []
        return to_history(await self._page(topic), still_open)

    async def _deal(self, topic: Topic) -> Deal:
        id = to_id(topic.subject)
        trade = None if id is None else await self._client.trade(id)
        if trade is None:
            raise Rejected(f"no trade {clean(topic.subject, 20)} at {self._ref.name}")
        deal = to_deal(trade)
        if deal is None:
            raise Unexpected("the bot's answer is no trade on a pair")
        return deal

    async def _notes(self, topic: Topic) -> tuple[tuple[str, str], ...]:
        id = to_id(topic.subject)
        if id is None:
            raise Rejected("no trade has such an id")
        answer = await self._client.notes(id)
        return () if answer is None else to_notes(answer, id)

    async def _state(self) -> object:
        config = await self._read_config(SHARED_SECONDS)
        health = wire.Health() if config.runmode == WEBSERVER else await self._client.health()
        return to_run_status(config, health)

    async def _auth(self) -> AuthStatus:
        await self._client.login.token()
        words = "logged in" if self._client.has_login else "no login: the password goes with every call"
        return AuthStatus(
            message=words,
            is_demo=False,
            is_registered=True,
            is_two_factor=False,
            expires_at=self._client.login.expires_at,
        )

    async def _server_clock(self) -> ServerClock:
        sent = self._clock()
        answer = await self._client.ping()
        middle = sent + (self._clock() - sent) / 2
        try:
            written = moment_of_seconds(int(parsedate_to_datetime(answer.date).timestamp()))
        except (ValueError, OverflowError):
            written = None
        if written is None:
            raise Unexpected("the bot's answer does not say when it was made")
        # Whole seconds, cut off: the middle of the second is nearest to what it was.
        theirs = written + timedelta(seconds=0.5)
        return ServerClock((theirs - middle).total_seconds(), exact_to_seconds=1.0)

    async def _files(self, folder: Folder) -> FileList:
        if folder is not Folder.STRATEGY:
            raise Rejected(f"Freqtrade's API shows strategies, and no {folder}")
        config = await self._read_config(KEPT_SECONDS)
        if config.runmode != WEBSERVER:
            return adapt_host.to_file_list([config.strategy])
        return adapt_host.to_file_list((await self._client.strategies()).strategies)

    async def _file(self, subject: str) -> FileText:
        _, _, name = subject.partition("/")
        if not _CLASS_NAME.fullmatch(name):
            raise Rejected("no strategy has such a name")
        return await asyncio.to_thread(adapt_host.to_file_text, await self._client.strategy(name))
