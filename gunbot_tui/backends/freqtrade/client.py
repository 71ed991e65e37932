"""Freqtrade's API, one method for each call: what goes over the wire is decided here, what it means elsewhere.

A token is fetched by the password and renewed by the refresh token; a bot that offers no login takes the password with
every call instead. After a 401 a read is repeated once, by a new token, and a command never: only the user sends again.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from gunbot_tui.backends import strict_json
from gunbot_tui.backends.errors import BackendError, Rejected, Unauthorised, Unexpected
from gunbot_tui.backends.freqtrade import answer as answers
from gunbot_tui.backends.freqtrade import endpoints, wire, wire_candles, wire_host, wire_reports
from gunbot_tui.backends.freqtrade.trade_calls import Call
from gunbot_tui.backends.login import Login
from gunbot_tui.backends.memo import Memo
from gunbot_tui.backends.refusal import parsed
from gunbot_tui.backends.transport import Answer, Endpoint, NothingSent, Transport
from gunbot_tui.backends.wire import W
from gunbot_tui.model.command import NotSent, Outcome, Unknown
from gunbot_tui.model.secret import Secret

THREAD_BYTES = 50_000
MEMO_SIZE = 24
"""All that is read again and again, and a few tables of candles, which are large."""
NO_TRADE = "Trade not found"
NO_NOTES = "No custom-data"
NO_SUCH_VERB = "Method Not Allowed"
NEWEST_CLOSE_FIRST = ("order_by_id", "false")

Params = Sequence[tuple[str, str]]
Body = Mapping[str, object]
Question = Mapping[str, str | int]


class Client:
    """A logged-in line to one Freqtrade. Reads raise a BackendError; `command` never does."""

    def __init__(self, transport: Transport, *, username: str, password: Secret, clock: Callable[[], datetime]) -> None:
        self._transport = transport
        self._password = password
        self._basic = Secret(base64.b64encode(f"{username}:{password.reveal()}".encode()).decode())
        self._refresh: Secret | None = None
        self._memo: Memo[object] = Memo(MEMO_SIZE)
        self.login = Login(self._renew, clock)
        self.has_login = True
        """False for a bot that offers no login, whose calls each carry the password."""

    @property
    def place(self) -> str:
        """Host and port of the bot."""
        return self._transport.place

    async def log_in(self) -> None:
        """Log in anew, on the user's behest. Raises Unauthorised, Unreachable or Unexpected."""
        self.login.reset()
        self._refresh = None
        self.has_login = True
        await self.login.token()

    async def stream_token(self) -> Secret:
        """The token of the login, for an address that the bot logs. Raises Rejected where there is none."""
        token = await self.login.token()
        if token is self._basic:
            raise Rejected("the bot offers no login: there is no token for its web socket")
        return token

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.close()

    async def ping(self) -> Answer:
        """The lightest call, which needs no login; its Date is the server's clock."""
        answer = await self._transport.request(endpoints.PING)
        answers.check(answer, endpoints.PING, self.place, self.secrets())
        wire.read_as(wire.Ping, strict_json.parse(answer.body))
        return answer

    async def health(self) -> wire.Health:
        """When the bot last worked."""
        return await self._model(wire.Health, endpoints.HEALTH)

    async def settings(self) -> wire_host.Settings:
        """The configuration as far as the bot shows it."""
        return await self._model(wire_host.Settings, endpoints.SHOW_CONFIG)

    async def sysinfo(self) -> wire_host.SysInfo:
        """The load of the machine; the bot takes a tenth of a second to measure it."""
        return await self._model(wire_host.SysInfo, endpoints.SYSINFO)

    async def logs(self, limit: int) -> wire_host.Logs:
        """The newest lines of the log, secrets included if the bot writes them."""
        return await self._model(wire_host.Logs, endpoints.LOGS, [("limit", str(limit))])

    async def status(self) -> wire.Trades:
        """All open trades with their orders."""
        return await self._model(wire.Trades, endpoints.STATUS)

    async def trades(self, *, offset: int, limit: int) -> wire.TradesPage:
        """Closed trades, the newest close first: the bot's own order begins with the oldest."""
        params = [("limit", str(limit)), ("offset", str(offset)), NEWEST_CLOSE_FIRST]
        return await self._model(wire.TradesPage, endpoints.TRADES, params)

    async def trade(self, id: int) -> wire.Trade | None:
        """One trade, open or closed; None where there is none, which the bot answers with a 404."""
        try:
            return await self._model(wire.Trade, endpoints.trade(id))
        except Rejected as error:
            if NO_TRADE in error.problem.summary:
                return None
            raise

    async def notes(self, id: int) -> wire.Notes | None:
        """What a strategy keeps about one trade; None where that is nothing, which the bot answers with a 404."""
        try:
            return await self._model(wire.Notes, endpoints.notes(id))
        except Rejected as error:
            if NO_NOTES in error.problem.summary:
                return None
            raise

    async def balance(self) -> wire.Balances:
        """All funds, with what the bot thinks they are worth."""
        return await self._model(wire.Balances, endpoints.BALANCE)

    async def whitelist(self) -> wire_host.Whitelist:
        """The pairs that the bot may open, and what chose them."""
        return await self._model(wire_host.Whitelist, endpoints.WHITELIST)

    async def blacklist(self) -> wire_host.Blacklist:
        """The pairs and patterns that it must not open."""
        return await self._model(wire_host.Blacklist, endpoints.BLACKLIST)

    async def locks(self) -> wire_host.Locks:
        """The pairs on which nothing is opened for a while."""
        return await self._model(wire_host.Locks, endpoints.LOCKS)

    async def markets(self, money: str) -> wire_host.Markets:
        """The markets that are priced in this money, those that the exchange has closed too."""
        params = [("quote", money), ("include_inactive", "true")]
        return await self._model(wire_host.Markets, endpoints.MARKETS, params)

    async def profit(self) -> wire_reports.ProfitOfSides:
        """The result of all trades."""
        return await self._model(wire_reports.ProfitOfSides, endpoints.PROFIT)

    async def profit_all(self) -> wire_reports.ProfitOfSides:
        """The same, on futures also for long and short alone."""
        return await self._model(wire_reports.ProfitOfSides, endpoints.PROFIT_ALL)

    async def performance(self) -> wire_reports.Groups:
        """The result of each pair."""
        return await self._model(wire_reports.Groups, endpoints.PERFORMANCE)

    async def entries(self) -> wire_reports.Groups:
        """The result of each entry tag."""
        return await self._model(wire_reports.Groups, endpoints.ENTRIES)

    async def exits(self) -> wire_reports.Groups:
        """The result of each exit reason."""
        return await self._model(wire_reports.Groups, endpoints.EXITS)

    async def mix_tags(self) -> wire_reports.Groups:
        """The result of each entry tag together with each exit reason."""
        return await self._model(wire_reports.Groups, endpoints.MIX_TAGS)

    async def stats(self) -> wire_reports.Reasons:
        """Wins and losses by exit reason, and how long trades last."""
        return await self._model(wire_reports.Reasons, endpoints.STATS)

    async def daily(self, days: int) -> wire_reports.Periods:
        """The result of each of the last days."""
        return await self._model(wire_reports.Periods, endpoints.DAILY, [("timescale", str(days))])

    async def weekly(self, weeks: int) -> wire_reports.Periods:
        """The result of each of the last weeks."""
        return await self._model(wire_reports.Periods, endpoints.WEEKLY, [("timescale", str(weeks))])

    async def monthly(self, months: int) -> wire_reports.Periods:
        """The result of each of the last months."""
        return await self._model(wire_reports.Periods, endpoints.MONTHLY, [("timescale", str(months))])

    async def historic_balance(self) -> wire_reports.BalanceTable:
        """What the account held on each day."""
        return await self._model(wire_reports.BalanceTable, endpoints.HISTORIC_BALANCE)

    async def pair_candles(
        self, pair: str, timeframe: str, limit: int, columns: Sequence[str]
    ) -> wire_candles.CandleTable:
        """The newest closed candles with signals and these columns; empty for another pair or candle size."""
        asked: Question = {"pair": pair, "timeframe": timeframe, "limit": limit}
        return await self._table(endpoints.PAIR_CANDLES, endpoints.WHOLE_PAIR_CANDLES, asked, columns)

    async def pair_history(
        self, pair: str, timeframe: str, timerange: str, strategy: str, columns: Sequence[str]
    ) -> wire_candles.CandleTable:
        """A web server's stored candles, analysed by a strategy, with signals and these columns."""
        asked = {"pair": pair, "timeframe": timeframe, "timerange": timerange, "strategy": strategy}
        return await self._table(endpoints.PAIR_HISTORY, endpoints.WHOLE_PAIR_HISTORY, asked, columns)

    async def plot_config(self, strategy: str = "") -> wire_candles.PlotConfig:
        """Which indicators a strategy wants shown, and where; a web server must be told the strategy."""
        return await self._model(
            wire_candles.PlotConfig, endpoints.PLOT_CONFIG, [("strategy", strategy)] if strategy else ()
        )

    async def strategy(self, name: str) -> wire_host.Strategy:
        """A strategy's source and parameters; while it trades, of the active one only."""
        return await self._model(wire_host.Strategy, endpoints.strategy(name))

    async def strategies(self) -> wire.StrategyNames:
        """The strategies of a web server."""
        return await self._model(wire.StrategyNames, endpoints.STRATEGIES)

    async def available_pairs(self, timeframe: str = "") -> wire.AvailablePairs:
        """The pairs whose candles a web server has."""
        params = [("timeframe", timeframe)] if timeframe else ()
        return await self._model(wire.AvailablePairs, endpoints.AVAILABLE_PAIRS, params)

    async def command(self, call: Call) -> Outcome:
        """Send a command one time at most, by the token that is there, and say what its answer proves."""
        try:
            token = self.login.held()
        except BackendError as error:
            return NotSent(error.problem.summary)
        try:
            answer = await self._send(call.endpoint, call.params, call.content, token)
        except NothingSent as error:
            return NotSent(error.problem.summary)
        except BackendError as error:
            return Unknown(f"{error.problem.summary}: {answers.IN_DOUBT}")
        except Exception as error:  # what happened to an order must never be lost in a traceback
            return Unknown(f"{type(error).__name__} while sending: {answers.IN_DOUBT}")
        if answer.status == 401 and self.has_login:
            self.login.forget(token)
        return answers.to_outcome(answer, call, self.secrets(token))

    async def _send(self, endpoint: Endpoint, params: Params, content: bytes | None, token: Secret) -> Answer:
        scheme = "Bearer" if self.has_login else "Basic"
        return await self._transport.request(endpoint, params=params, content=content, token=token, scheme=scheme)

    async def _renew(self) -> Secret:
        """A new access token, by the refresh token while the bot takes that one."""
        refresh, self._refresh = self._refresh, None
        if refresh is not None:
            answer = await self._transport.request(endpoints.REFRESH, token=refresh)
            if not 400 <= answer.status < 500:
                answers.check(answer, endpoints.REFRESH, self.place, self.secrets(refresh))
                self._refresh = refresh
                return Secret(wire.read_as(wire.Access, strict_json.parse(answer.body)).access_token)
        return await self._login()

    async def _login(self) -> Secret:
        answer = await self._transport.request(endpoints.LOGIN, token=self._basic, scheme="Basic")
        words = answers.words_of(parsed(answer), self.secrets(), answers.SAYS_NO)
        if answer.status == 401:
            raise Unauthorised(f"the bot refuses the login: {words or 'wrong user name or password'}")
        if answer.status == 404 and words:
            self.has_login = False
            return self._basic
        if answer.status == 405:
            # Below the address of one of the bot's pages every path is that page, which nothing can be sent to.
            raise Unexpected(f"{self.place} has no API at this path: leave a page such as /trade out of the url")
        answers.check(answer, endpoints.LOGIN, self.place, self.secrets())
        tokens = wire.read_as(wire.Tokens, strict_json.parse(answer.body))
        self._refresh = Secret(tokens.refresh_token)
        return Secret(tokens.access_token)

    async def _read(self, endpoint: Endpoint, params: Params, content: bytes | None) -> Answer:
        token = await self.login.token()
        answer = await self._send(endpoint, params, content, token)
        if answer.status == 401 and self.has_login:
            self.login.forget(token)
            token = await self.login.token()
            answer = await self._send(endpoint, params, content, token)
        if answer.status == 401:
            refusal = Unauthorised(
                "the bot does not take the login: look at user name and password, then connect again"
            )
            self.login.refuse(refusal)
            raise refusal
        answers.check(answer, endpoint, self.place, self.secrets(token))
        return answer

    async def _table(
        self, some: Endpoint, whole: Endpoint, asked: Question, columns: Sequence[str]
    ) -> wire_candles.CandleTable:
        """Candles with these columns, or with all of them from an older version, which can't choose."""
        try:
            return await self._model(wire_candles.CandleTable, some, body={**asked, "columns": list(columns)})
        except Rejected as error:
            if NO_SUCH_VERB not in error.problem.summary:
                raise
        params = [(name, str(value)) for name, value in asked.items()]
        return await self._model(wire_candles.CandleTable, whole, params)

    async def _model(self, shape: type[W], endpoint: Endpoint, params: Params = (), *, body: Body | None = None) -> W:
        """The answer as a wire model: the very object of the last time when the bytes are the same."""
        content = None if body is None else json.dumps(body).encode()
        answer = await self._read(endpoint, params, content)
        name = (shape, endpoint.path, *params, content)
        known = self._memo.find(name, answer.body)
        if isinstance(known, shape):
            return known

        def decode() -> W:
            return wire.read_as(shape, strict_json.parse(answer.body, unique_keys=True))

        model = await asyncio.to_thread(decode) if len(answer.body) > THREAD_BYTES else decode()
        self._memo.keep(name, answer.body, model)
        return model

    def secrets(self, *more: Secret) -> list[Secret]:
        """What must not be in anything that the bot says, and these."""
        return [self._password, self._basic, *more]
