"""Freqtrade's web socket: it tells that something happened, and the rest of the program reads what.

The messages carry no state worth keeping: their prices are those of single orders and none is sent twice. So each is
turned into the topics to read again; only the close of a new candle is passed on as it is.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import HeadersLike
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from gunbot_tui.backends import strict_json
from gunbot_tui.backends.dial import LineRefused, check_certificate, check_loopback, tls_context
from gunbot_tui.backends.errors import BackendError, Rejected, Unexpected, Unreachable
from gunbot_tui.backends.freqtrade.adapt_candles import to_close
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.transport import checked_address, place_of, why_not_connected
from gunbot_tui.model.feed import EVERYTHING, Kind, Topic
from gunbot_tui.model.secret import Secret

Heard = Callable[[frozenset[Topic]], None]
Closes = Callable[[str, float, datetime], None]
"""Told of a new candle: the pair in the bot's spelling, the close, and when the candle ended."""

PATH = "/api/v1/message/ws"
OPEN_SECONDS = 8.0
PING_SECONDS = 10.0
"""A ping is sent this often and waited for this long, so a silent line is noticed within twice that."""
CLOSE_SECONDS = 1.0
GAP_SECONDS = 0.25
TOO_BIG = 1009
RESTART = 1012
NAME_LIMIT = 64
FRAME_KILOBYTES = 256
"""A row of some five thousand columns. Nothing that is told is larger, and the screen waits while it is read."""


def _all_of(*kinds: Kind) -> frozenset[Topic]:
    return frozenset(Topic(kind) for kind in kinds)


_OF_A_DEAL = _all_of(Kind.PAIRS, Kind.BALANCES, Kind.HISTORY, Kind.CLOSED, Kind.PNL)
_OF_A_LOCK = _all_of(Kind.LOCKS, Kind.PAIRS)
_OF_THE_BOT = _all_of(Kind.STATE, Kind.PAIRS, Kind.LOGS)
WHITELIST = "whitelist"
ANALYSED = "analyzed_df"
MEANING = {
    "entry": _OF_A_DEAL,
    "entry_fill": _OF_A_DEAL,
    "entry_cancel": _OF_A_DEAL,
    "exit": _OF_A_DEAL,
    "exit_fill": _OF_A_DEAL,
    "exit_cancel": _OF_A_DEAL,
    "protection_trigger": _OF_A_LOCK,
    "protection_trigger_global": _OF_A_LOCK,
    "status": _OF_THE_BOT,
    "startup": _OF_THE_BOT,
    "warning": _OF_THE_BOT,
    "exception": _OF_THE_BOT,
    WHITELIST: _all_of(Kind.PAIRLIST, Kind.PAIRS),
}
# The bot tells of these a moment before it has stored them: a read at once may come too early, so another one follows.
_TOLD_EARLY = frozenset({"exit", "exit_cancel", "entry_cancel"})
# Only what every version with a web socket knows: one unknown name and the bot ignores the whole list without a word.
SUBSCRIBED = (*MEANING, ANALYSED)


class Stream:
    """The web socket of one bot. `token` gives a JWT that the bot takes now; `pin` as for every other connection."""

    def __init__(
        self,
        url: str,
        token: Callable[[], Awaitable[Secret]],
        *,
        pin: str | None = None,
        allow_plain_http: bool = False,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._url = url.strip().rstrip("/")
        self._token = token
        self._pin = pin
        self._allow_plain_http = allow_plain_http
        self._ping_seconds = ping_seconds

    async def run(self, heard: Heard, closes: Closes, *, exchange: str) -> NoReturn:
        """Connect once and tell until the line breaks, which raises a BackendError; `exchange` begins the pairs' keys.

        `heard` is first called, with everything, when the bot has answered behind the subscription.
        """
        place = place_of(self._url)
        told = _Told(heard)
        try:
            async with self._open(await self._token()) as line:
                await self._follow(line, told, closes, exchange)
        except BackendError:
            raise
        except ConnectionClosed as error:
            raise _why_closed(error, place) from None
        except WebSocketException as error:
            raise _why_refused(error, place) from None
        except TimeoutError:
            raise Unreachable(f"the web socket of {place} gives no answer") from None
        except (OSError, LineRefused) as error:
            raise Unreachable(why_not_connected(error, place)) from None
        finally:
            told.stop()

    def _open(self, token: Secret) -> connect:
        pin = checked_address(self._url, self._pin)
        is_plain = self._url.lower().startswith("http:")
        # The library logs the request with its token at DEBUG, so it gets a logger that is off for good.
        silent = logging.Logger("silent")
        silent.disabled = True
        return _Connect(
            f"ws{self._url[len('http') :]}{PATH}?token={quote(token.reveal(), safe='')}",
            create_connection=_judged(pin, loopback_only=is_plain and not self._allow_plain_http),
            ssl=None if is_plain else tls_context(is_pinned=pin is not None),
            proxy=None,
            compression=None,
            user_agent_header="gunbot-tui",
            open_timeout=OPEN_SECONDS,
            ping_interval=self._ping_seconds,
            ping_timeout=self._ping_seconds,
            close_timeout=CLOSE_SECONDS,
            max_size=FRAME_KILOBYTES * 1024,
            logger=silent,
        )

    async def _follow(self, line: ClientConnection, told: _Told, closes: Closes, exchange: str) -> NoReturn:
        await line.send(json.dumps({"type": "subscribe", "data": SUBSCRIBED}))
        await line.send(json.dumps({"type": WHITELIST, "data": None}))
        stands, whitelist = False, object()
        async with asyncio.timeout(self._ping_seconds) as patience:
            while True:
                match strict_json.parse(await line.recv(decode=False)):
                    case {"type": "whitelist", "data": list(pairs)}:
                        patience.reschedule(None)
                        if pairs != whitelist:
                            told.add(MEANING[WHITELIST] if stands else EVERYTHING)
                        stands, whitelist = True, pairs
                    case {"type": "analyzed_df", "data": {"key": [str(native), *_]} as data} if _is_name(native):
                        close = to_close(data)
                        if close is not None:
                            closes(native, *close)
                        key = f"{exchange}/{native}"
                        # What happens before the subscription stands is in the full read that follows.
                        if stands:
                            told.add(frozenset({Topic(Kind.CANDLES, key), Topic(Kind.MARKS, key)}))
                    case {"type": str(kind)} if kind in MEANING and stands:
                        told.add(MEANING[kind], again=kind in _TOLD_EARLY)


class _Told:
    """Passes on what changed: the first at once, what follows within a moment of it together."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._waiting: set[Topic] = set()
        self._again: set[Topic] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, topics: frozenset[Topic], *, again: bool = False) -> None:
        """`again` for what is to be told a second time, a moment after the first."""
        self._waiting |= topics
        if again:
            self._again |= topics
        if self._timer is None:
            self._tell()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        topics = frozenset(self._waiting)
        self._waiting, self._again = self._again, set()
        self._timer = asyncio.get_running_loop().call_later(GAP_SECONDS, self._tell)
        self._heard(topics)


class _Connect(connect):
    """One try at the one address: a redirect would carry the token to somewhere else."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


def _judged(pin: str | None, *, loopback_only: bool) -> type[ClientConnection]:
    """A connection that is judged by the user's rules before a byte of HTTP, and so of the token, is sent."""

    class Judged(ClientConnection):
        async def handshake(
            self, additional_headers: HeadersLike | None = None, user_agent_header: str | None = None
        ) -> None:
            if loopback_only:
                check_loopback(self.protocol.uri.host, self.transport.get_extra_info("peername"))
            if pin is not None:
                check_certificate(self.transport.get_extra_info("ssl_object"), pin)
            await super().handshake(additional_headers, user_agent_header)

    return Judged


def _is_name(native: str) -> bool:
    return len(native) <= NAME_LIMIT and native.isascii() and native.isprintable()


def _why_closed(error: ConnectionClosed, place: str) -> BackendError:
    received, sent = error.rcvd, error.sent
    if sent is not None and sent.code == TOO_BIG:
        return Unexpected(f"{place} sends a message of more than {FRAME_KILOBYTES} kB: the web socket is closed")
    if received is None:
        return Unreachable(f"the web socket of {place} broke off or fell silent")
    if received.code == RESTART:
        return Unreachable(f"{place} restarts its server (1012)")
    return Unreachable(f"{place} closed the web socket ({received.code}) {clean(received.reason, 60)}".rstrip())


def _why_refused(error: WebSocketException, place: str) -> BackendError:
    if not isinstance(error, InvalidStatus):
        return Unexpected(f"{place} does not answer as a web socket: another program, or a proxy between")
    match error.response.status_code:
        case 401 | 403 as status:
            return Rejected(f"{place} refuses the web socket ({status}): the token is not taken, or a proxy forbids it")
        case 502 | 503 | 504 as status:
            return Unreachable(f"{place} has no web socket now ({status}): the bot does not trade, or is not reached")
        case 404 as status:
            return Rejected(f"{place} has no web socket ({status}): an older Freqtrade, or a proxy that drops it")
        case status:
            return Unexpected(f"{place} answers the web socket with HTTP {status}: does a proxy between drop it?")
