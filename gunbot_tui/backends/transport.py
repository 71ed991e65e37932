"""The one way to a bot over HTTP: one client, one origin, one deadline and one size limit for each call.

Only endpoints marked as repeatable have a path with a second try; everything else goes through code that has none.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from types import ModuleType
from typing import cast

import httpcore
import httpx

from gunbot_tui.backends.dial import Dialer, LineRefused, tls_context, to_pin
from gunbot_tui.backends.errors import BackendError, Unexpected, Unreachable
from gunbot_tui.backends.text import clean
from gunbot_tui.model.secret import Secret

MEGABYTE = 1024 * 1024
READ_SECONDS = 8.0
HEAVY_READ_SECONDS = 60.0
ORDER_SECONDS = 10.0
CAP = 8 * MEGABYTE
HEAVY_CAP = 64 * MEGABYTE
CONNECTIONS = 4
# Connecting and waiting for a free connection together end before the shortest deadline: what runs out later was sent.
POOL_SECONDS = 3.0
CONNECT_SECONDS = 4.0
# Servers drop idle connections after 5 s and more; leaving earlier spares a race that makes an order's fate unknown.
KEEPALIVE_SECONDS = 4.0


class NothingSent(Unreachable):
    """Proof that not a byte of the request left: only this may be read as "it did not happen"."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of a bot's API and its limits; the deadline covers everything from connecting to the last byte."""

    method: str
    path: str
    may_retry: bool
    deadline_seconds: float = READ_SECONDS
    cap_bytes: int = CAP


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, whatever its status."""

    status: int
    body: bytes
    content_type: str = ""
    location: str = ""
    date: str = ""
    """When it was made by the server's clock, as HTTP writes it."""

    @property
    def is_success(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def leads_to(self) -> str:
        """Where a redirect leads, for messages: its host alone."""
        try:
            return clean(httpx.URL(self.location).host or "another path", 60)
        except httpx.InvalidURL:
            return "nowhere"

    @property
    def is_page(self) -> bool:
        """True for a web page, which no API answers with."""
        return "html" in self.content_type.lower() or self.body[:64].lstrip().startswith(b"<")


class Transport:
    """The line to one bot. `pin` is the SHA-256 of its certificate and then the only thing trusted."""

    def __init__(self, url: str, *, pin: str | None = None, allow_plain_http: bool = False) -> None:
        self._url = url.strip().rstrip("/")
        self._pin = pin
        self._allow_plain_http = allow_plain_http
        # One of the connections is never taken by a read, so an order does not queue behind slow histories.
        self._reads = asyncio.Semaphore(CONNECTIONS - 1)
        self._client: httpx.AsyncClient | None = None
        self._has_answered = False

    @cached_property
    def place(self) -> str:
        """Host and port, for messages."""
        return place_of(self._url)

    async def request(
        self,
        endpoint: Endpoint,
        *,
        params: Sequence[tuple[str, str]] = (),
        content: bytes | None = None,
        token: Secret | None = None,
        scheme: str = "Bearer",
    ) -> Answer:
        """The answer to one call. Raises NothingSent with proof, Unreachable without, Unexpected for what is none."""
        headers = _headers(content, token, scheme)
        if not endpoint.may_retry:
            return await self._send_once(endpoint, params, content, headers)
        async with self._reads:
            try:
                return await self._send_once(endpoint, params, content, headers)
            except _Dropped:
                if self._client is None:
                    raise
                return await self._send_once(endpoint, params, content, headers)

    async def close(self) -> None:
        """Let go of the connections; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _send_once(
        self, endpoint: Endpoint, params: Sequence[tuple[str, str]], content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        if self._client is None:
            self._client = open_client(self._url, pin=self._pin, allow_plain_http=self._allow_plain_http)
        client = self._client
        request = client.build_request(
            endpoint.method,
            self._url + endpoint.path,
            params=list(params) or None,
            content=content,
            headers=headers,
            timeout=httpx.Timeout(endpoint.deadline_seconds, connect=CONNECT_SECONDS, pool=POOL_SECONDS),
        )
        try:
            async with asyncio.timeout(endpoint.deadline_seconds):
                return await self._exchange(client, request, endpoint)
        except TimeoutError:
            raise Unreachable(f"{self.place} gave no complete answer within {endpoint.deadline_seconds:g} s") from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
            raise NothingSent(why_not_connected(error, self.place)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise _why_cut_off(error, self.place) from None

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, endpoint: Endpoint) -> Answer:
        try:
            response = await client.send(request, stream=True)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
            raise _dropped(error, self.place, has_answered=self._has_answered) from None
        self._has_answered = True
        try:
            body = await self._body(response, endpoint)
        finally:
            await response.aclose()
        headers = response.headers
        return Answer(
            response.status_code,
            body,
            headers.get("content-type", ""),
            headers.get("location", ""),
            headers.get("date", ""),
        )

    async def _body(self, response: httpx.Response, endpoint: Endpoint) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise Unexpected(f"{self.place} sends compressed answers although none were asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > endpoint.cap_bytes:
                raise Unexpected(f"{endpoint.path} answers with more than {endpoint.cap_bytes // MEGABYTE} MB: cut off")
        return bytes(body)


def place_of(address: str) -> str:
    """Host and port of an address; never its path, user or password."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return "the address"
    port = url.port or (443 if url.scheme == "https" else 80)
    host = f"[{url.host}]" if ":" in url.host else url.host
    return clean(f"{host}:{port}") if url.host else "the address"


def open_client(url: str, *, pin: str | None, allow_plain_http: bool) -> httpx.AsyncClient:
    """The only place that makes an HTTP client. Raises NothingSent for an address that must not be used."""
    if find_spec("sniffio") is None:
        # httpcore looks for it at every lock of every request; saying once that it is absent spares the search.
        sys.modules["sniffio"] = cast("ModuleType", None)
    trusted_pin = checked_address(url, pin)
    is_plain = httpx.URL(url).scheme == "http"
    pool = httpcore.AsyncConnectionPool(
        ssl_context=tls_context(is_pinned=trusted_pin is not None) if not is_plain else None,
        max_connections=CONNECTIONS,
        keepalive_expiry=KEEPALIVE_SECONDS,
        retries=0,
        network_backend=Dialer(loopback_only=is_plain and not allow_plain_http, pin=trusted_pin),
    )
    return httpx.AsyncClient(
        transport=_Pool(pool),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "gunbot-tui"},
    )


class _Pool(httpx.AsyncBaseTransport):
    """httpx over our own pool, as its stock one lets nobody judge the connection. Errors stay httpcore's."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """The bytes of an answer as they come."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


class _Dropped(Unreachable):
    """The connection ended before any answer began, as an idle one does that the server has closed meanwhile."""


def _headers(content: bytes | None, token: Secret | None, scheme: str) -> Mapping[str, str]:
    headers = {} if content is None else {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"{scheme} {token.reveal()}"
    return headers


def checked_address(url: str, pin: str | None) -> str | None:
    """The pin in its one form, once address and pin make sense. Raises NothingSent when one does not."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise NothingSent("the url can't be read: it looks like https://127.0.0.1:3000") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise NothingSent("the url must start with http:// or https:// and name a host, like https://127.0.0.1:3000")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise NothingSent("the port in the url must be between 1 and 65535")
    if parsed.userinfo:
        raise NothingSent("the url holds a user name or a password: take it out, secrets have their own settings")
    if parsed.query or parsed.fragment:
        raise NothingSent("the url must end with the port or a path: take out what follows ? or #")
    if pin is None:
        return None
    if parsed.scheme == "http":
        raise NothingSent("a pin needs an https:// url: plain http shows no certificate")
    trusted = to_pin(pin)
    if trusted is None:
        raise NothingSent("the pin must be sha256: followed by 64 hex digits")
    return trusted


def why_not_connected(error: Exception, place: str) -> str:
    """What kept a connection from being made, in one line."""
    if isinstance(error, LineRefused):
        return clean(str(error))
    causes = list(_chain(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                words = clean(cause.verify_message, 80)
                return f"the certificate of {place} is not trusted ({words}): pin it if it is your own"
            case ssl.SSLError() if not isinstance(cause, ssl.SSLWantReadError):
                return f"{place} does not speak https: is its url http://?"
            case socket.gaierror():
                return f"no such host: {place}"
            case OSError(errno=errno.ECONNREFUSED):
                return f"nothing listens on {place}: is the bot running, is the port right?"
            case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH):
                return f"no way to {place}: is the network up?"
    if isinstance(error, httpcore.PoolTimeout):
        return f"all connections to {place} are busy: nothing was sent"
    if isinstance(error, httpcore.ConnectTimeout):
        return f"{place} does not answer: is the address right, does a firewall drop it?"
    return f"no connection to {place}"


def _chain(error: BaseException) -> list[BaseException]:
    """The error with everything that caused it; httpcore keeps the cause as its argument."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [*item.args, item.__cause__, item.__context__]
            waiting += item.exceptions if isinstance(item, BaseExceptionGroup) else ()
    return found


def _why_cut_off(error: Exception, place: str) -> BackendError:
    if isinstance(error, httpcore.TimeoutException):
        return Unreachable(f"{place} stopped answering")
    if isinstance(error, httpcore.LocalProtocolError):
        return Unexpected("the request could not be written as HTTP")
    return Unreachable(f"{place} hung up in the middle of an answer")


def _dropped(error: Exception, place: str, *, has_answered: bool) -> BackendError:
    """What an end without an answer stands for; a port that has answered before is not asked about."""
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in str(error):
        return Unexpected(f"{place} does not answer in HTTP: another program, or is its url https://?")
    return _Dropped(f"{place} hung up without an answer{'' if has_answered else ': is the port right?'}")
