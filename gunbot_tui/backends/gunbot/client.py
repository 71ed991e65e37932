"""Gunbot's API, one method for each endpoint: what goes over the wire is decided here, what it means elsewhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from gunbot_tui.backends import strict_json
from gunbot_tui.backends.errors import BackendError, Unauthorised, Unexpected
from gunbot_tui.backends.gunbot import answer as answers
from gunbot_tui.backends.gunbot import endpoints, wire, wire_pnl
from gunbot_tui.backends.gunbot.crypto import KeyTooShort, encrypt
from gunbot_tui.backends.login import Login
from gunbot_tui.backends.memo import Memo
from gunbot_tui.backends.order_body import body_of
from gunbot_tui.backends.transport import Answer, Endpoint, NothingSent, Transport
from gunbot_tui.backends.wire import W
from gunbot_tui.model.command import NotSent, Outcome, Unknown
from gunbot_tui.model.files import Folder
from gunbot_tui.model.secret import Secret

THREAD_BYTES = 50_000
TWO_FACTOR_HINT = "If two-factor login is on: Gunbot's API documents no way to send the code, so it must be off for us."


class Client:
    """A logged-in line to one Gunbot. Reads raise a BackendError; `command` never does."""

    def __init__(
        self, transport: Transport, *, password: Secret, wallet: Secret, clock: Callable[[], datetime]
    ) -> None:
        self._transport = transport
        self._password = password
        self._wallet = wallet
        self._memo: Memo[object] = Memo()
        self.login = Login(self._fetch_token, clock)

    @property
    def place(self) -> str:
        """Host and port of the bot."""
        return self._transport.place

    async def log_in(self) -> None:
        """Log in anew, on the user's behest. Raises Unauthorised, Unreachable or Unexpected."""
        self.login.reset()
        await self.login.token()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._transport.close()

    async def auth_status(self) -> wire.AuthStatus:
        """How the bot sees our login."""
        return await self._model(wire.AuthStatus, endpoints.AUTH_STATUS)

    async def time(self) -> wire.Time:
        """The bot's clock."""
        return await self._model(wire.Time, endpoints.TIME)

    async def core_memory(self) -> wire.CoreMemory:
        """All pairs as the core remembers them."""
        return await self._model(wire.CoreMemory, endpoints.CORE_MEMORY, content={}, unique_keys=True)

    async def ledger(self, exchange: str, pair: str) -> wire.Ledger:
        """One pair as the core remembers it; empty for an unknown one."""
        content = {"exchange": exchange, "pair": pair, "elements": wire.LEDGER_KEYS}
        return await self._model(wire.Ledger, endpoints.CORE_MEMORY_PAIR, content=content, unique_keys=True)

    async def balances(self) -> wire.Balances:
        """The funds of all exchanges."""
        return await self._model(wire.Balances, endpoints.BALANCES, content={}, unique_keys=True)

    async def pairs_detailed(self, exchange: str) -> wire.PairsDetailed:
        """24 hours of every pair that the exchange lists."""
        return await self._model(wire.PairsDetailed, endpoints.PAIRS_DETAILED, params=[("exchange", exchange)])

    async def order_book(self, key: str) -> wire.OrderBook:
        """The book of one pair."""
        return await self._model(wire.OrderBook, endpoints.BOOK, params=[("key", key)])

    async def candles(self, key: str) -> wire.Candles:
        """The candles of one pair."""
        return await self._model(wire.Candles, endpoints.CANDLES, params=[("key", key)])

    async def marks(self, exchange: str, pair: str, *, minutes: int, start: datetime, end: datetime) -> wire.Marks:
        """The strategy's marks on one pair within a span; Gunbot wants minutes and whole seconds here."""
        params = [
            ("exchange", exchange),
            ("pair", pair),
            ("interval", str(minutes)),
            ("startTime", str(int(start.timestamp()))),
            ("endTime", str(int(end.timestamp()))),
        ]
        return await self._model(wire.Marks, endpoints.MARKS, params=params)

    async def pnl(self, zone: str) -> wire_pnl.PnlOverview:
        """Profit and loss of all pairs, the days cut in an IANA time zone."""
        return await self._model(wire_pnl.PnlOverview, endpoints.PNL, content={"timezone": zone, "keys": ["All"]})

    async def history(self, keys: Iterable[str], page: int, size: int) -> wire.OrdersPage:
        """A page of executions of several pairs, newest first, from page 0."""
        params = [("page", str(page)), ("pageSize", str(size)), *(("keys[]", key) for key in keys)]
        return await self._model(wire.OrdersPage, endpoints.HISTORY, params=params, unique_keys=True)

    async def config(self) -> wire.Config:
        """The whole configuration, secrets included if the bot sends them."""
        return await self._model(wire.Config, endpoints.CONFIG)

    async def file_names(self, folder: Folder) -> wire.Names:
        """The names in a folder."""
        endpoint = endpoints.FILE_LISTS[folder]
        return await self._model(wire.Names, endpoint, content={} if endpoint.method == "POST" else None)

    async def file(self, folder: Folder, name: str) -> bytes:
        """A file's raw bytes: JSON or plain text, as the folder has it."""
        content: Mapping[str, object] = {} if folder is Folder.EDITOR else {"filename": name}
        answer = await self._read(endpoints.FILES[folder], content=content)
        return answer.body

    async def command(self, endpoint: Endpoint, data: Mapping[str, str | Decimal] | None = None) -> Outcome:
        """Send a command one time at most, by the token that is there, and say what its answer proves."""
        try:
            token = self.login.held()
            content = b"{}" if data is None else b'{"data": ' + body_of(data) + b"}"
        except BackendError as error:
            return NotSent(error.problem.summary)
        try:
            answer = await self._transport.request(endpoint, content=content, token=token)
        except NothingSent as error:
            return NotSent(error.problem.summary)
        except BackendError as error:
            return Unknown(f"{error.problem.summary}: {answers.IN_DOUBT}")
        except Exception as error:  # what happened to an order must never be lost in a traceback
            return Unknown(f"{type(error).__name__} while sending: {answers.IN_DOUBT}")
        if answer.status == 401:
            self.login.forget(token)
        return answers.to_outcome(answer, self._secrets(token))

    async def _fetch_token(self) -> Secret:
        try:
            cipher = encrypt(self._password, self._wallet)
        except KeyTooShort as error:
            raise Unauthorised(str(error)) from None
        content = json.dumps({"password": cipher.reveal()}).encode()
        answer = await self._transport.request(endpoints.LOGIN, content=content)
        known = [*self._secrets(), cipher]
        if answer.status in (400, 401) and not answer.is_page:
            raise _login_refused(strict_json.parse(answer.body) if answer.body else None, known)
        answers.check(answer, endpoints.LOGIN, self.place, known)
        body = strict_json.parse(answer.body, unique_keys=True)
        login = wire.read_as(wire.LoginAnswer, body)
        if login.status == answers.SAYS_NO:
            raise _login_refused(body, known)
        if not login.token or not login.token.isascii() or not login.token.isprintable() or " " in login.token:
            if isinstance(body, dict) and body.get("isTwoFA") is True:
                raise Unauthorised("the bot asks for a one-time code, which its API can't take", TWO_FACTOR_HINT)
            raise Unexpected(f"{self.place} answers the login without a token: is it a Gunbot?")
        return Secret(login.token)

    async def _read(
        self,
        endpoint: Endpoint,
        *,
        params: Sequence[tuple[str, str]] = (),
        content: Mapping[str, object] | None = None,
    ) -> Answer:
        body = None if content is None else json.dumps(content).encode()
        token = await self.login.token()
        answer = await self._transport.request(endpoint, params=params, content=body, token=token)
        if answer.status == 401:
            self.login.forget(token)
            token = await self.login.token()
            answer = await self._transport.request(endpoint, params=params, content=body, token=token)
        if answer.status == 401:
            refusal = Unauthorised("the bot takes the login and then refuses it: look at the bot, then connect again")
            self.login.refuse(refusal)
            raise refusal
        answers.check(answer, endpoint, self.place, self._secrets(token))
        return answer

    async def _model(
        self,
        shape: type[W],
        endpoint: Endpoint,
        *,
        params: Sequence[tuple[str, str]] = (),
        content: Mapping[str, object] | None = None,
        unique_keys: bool = False,
    ) -> W:
        """The answer as a wire model: the very object of the last time when the bytes are the same."""
        answer = await self._read(endpoint, params=params, content=content)
        name = (endpoint.path, *params, *(() if content is None else (json.dumps(content),)))
        known = self._memo.find(name, answer.body)
        if isinstance(known, shape):
            return known

        def decode() -> W:
            body = strict_json.parse(answer.body, unique_keys=unique_keys)
            answers.check_body(body, self._secrets())
            return wire.read_as(shape, body)

        model = await asyncio.to_thread(decode) if len(answer.body) > THREAD_BYTES else decode()
        self._memo.keep(name, answer.body, model)
        return model

    def _secrets(self, *more: Secret) -> list[Secret]:
        return [self._password, self._wallet, *more]


def _login_refused(body: object, secrets: Iterable[Secret]) -> Unauthorised:
    words = answers.words_of(body, secrets)
    return Unauthorised(f"the bot refuses the login: {words or 'wrong password or wallet'}", TWO_FACTOR_HINT)
