"""The web socket tells what to read again, at once, together and never with its token; and its end is noticed."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from gunbot_tui.backends.errors import BackendError, Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.backends.freqtrade.stream import EVERYTHING, PATH, SUBSCRIBED, Stream
from gunbot_tui.backends.transport import NothingSent
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.recorded import FIXTURES
from tests.backends.test_line import self_signed
from tests.clock import until

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.bm8tb25lLW1heS1zZWU"
SAID: dict[str, dict[str, object]] = json.loads((FIXTURES / "ws_messages.json").read_bytes())
OF_A_DEAL = {Kind.PAIRS, Kind.BALANCES, Kind.HISTORY, Kind.CLOSED, Kind.PNL}

Handler = Callable[[ServerConnection], Awaitable[None]]


class Bot:
    """A web socket like Freqtrade's: it says nothing before a subscription and answers what it is asked."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.subscribed: list[str] = []
        self.status = HTTPStatus.SWITCHING_PROTOCOLS
        self.answers_whitelist = True
        self.lines: list[ServerConnection] = []
        self.url = ""

    async def say(self, message: object) -> None:
        """Send one message, as it is when it is text."""
        for line in self.lines:
            await line.send(message if isinstance(message, str) else json.dumps(message))

    def judge(self, line: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        if self.status == HTTPStatus.SWITCHING_PROTOCOLS:
            return None
        response = line.respond(self.status, "no\n")
        response.headers["Location"] = self.url.replace("http", "ws") + "/elsewhere"
        return response

    async def serve(self, line: ServerConnection) -> None:
        self.lines.append(line)
        async for text in line:
            asked = json.loads(text)
            match asked["type"]:
                case "subscribe":
                    self.subscribed = asked["data"]
                case "whitelist" if self.answers_whitelist:
                    await line.send(json.dumps(SAID["whitelist"]))


@asynccontextmanager
async def bot(handler: Handler | None = None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Bot]:
    started = Bot()
    server: Server
    async with serve(
        handler or started.serve, "127.0.0.1", 0, process_request=started.judge, ssl=tls, close_timeout=0.2
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        started.url = f"http{'s' if tls else ''}://127.0.0.1:{port}"
        yield started


class Ear:
    """What was heard of a stream, and how it ended."""

    def __init__(
        self, url: str, *, pin: str | None = None, allow_plain_http: bool = False, ping_seconds: float = 10.0
    ) -> None:
        self.told: list[tuple[float, frozenset[Topic]]] = []
        self.closes: list[tuple[str, float, datetime]] = []
        self.stream = Stream(url, self._token, pin=pin, allow_plain_http=allow_plain_http, ping_seconds=ping_seconds)

    @property
    def after_the_first(self) -> list[frozenset[Topic]]:
        return [topics for _, topics in self.told[1:]]

    async def run(self) -> None:
        await self.stream.run(self._heard, self._close, exchange="binance")

    async def end(self) -> BackendError:
        """The error that the stream ends with."""
        with pytest.raises(BackendError) as caught:
            async with asyncio.timeout(5):
                await self.run()
        return caught.value

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While the subscription stands."""
        task = asyncio.create_task(self.run())
        try:
            await until(lambda: bool(self.told) or task.done())
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _token(self) -> Secret:
        return Secret(TOKEN)

    def _heard(self, topics: frozenset[Topic]) -> None:
        self.told.append((asyncio.get_running_loop().time(), topics))

    def _close(self, native: str, close: float, at: datetime) -> None:
        self.closes.append((native, close, at))


def kinds(topics: frozenset[Topic]) -> set[Kind]:
    return {topic.kind for topic in topics}


async def test_everything_is_told_first_once_the_bot_has_answered_behind_the_subscription() -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            assert [topics for _, topics in ear.told] == [EVERYTHING]
            assert server.subscribed == list(SUBSCRIBED)
            assert server.paths == [f"{PATH}?token={TOKEN}"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("entry", OF_A_DEAL),
        ("entry_fill", OF_A_DEAL),
        ("entry_cancel", OF_A_DEAL),
        ("exit", OF_A_DEAL),
        ("exit_fill", OF_A_DEAL),
        ("exit_cancel", OF_A_DEAL),
        ("protection_trigger", {Kind.LOCKS, Kind.PAIRS}),
        ("status", {Kind.STATE, Kind.PAIRS, Kind.LOGS}),
        ("exception", {Kind.STATE, Kind.PAIRS, Kind.LOGS}),
    ],
)
async def test_each_recorded_message_tells_what_it_changes(name: str, expected: set[Kind]) -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(SAID[name])
            await until(lambda: len(ear.told) > 1)
            assert kinds(ear.after_the_first[0]) == expected


async def test_a_new_candle_tells_its_pair_and_its_close() -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(SAID["analyzed_df"])
            await until(lambda: len(ear.told) > 1)
            key = "binance/BTC/USDT"
            assert ear.after_the_first == [{Topic(Kind.CANDLES, key), Topic(Kind.MARKS, key)}]
            assert ear.closes == [("BTC/USDT", 61581.0, datetime(2026, 11, 21, 0, 19, tzinfo=UTC))]


async def test_what_comes_in_a_burst_is_told_together() -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            for _ in range(40):
                await server.say(SAID["entry_fill"])
            await server.say(SAID["protection_trigger"])
            await until(lambda: Topic(Kind.LOCKS) in frozenset().union(*ear.after_the_first))
            times = [at for at, _ in ear.told]
            assert len(times) <= 3
            assert all(later - earlier > 0.2 for earlier, later in pairwise(times))


async def test_what_the_bot_tells_before_it_has_stored_it_is_told_twice() -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say({"type": "startup"})
            await until(lambda: len(ear.told) == 2)
            await until(lambda: asyncio.get_running_loop().time() - ear.told[-1][0] > 0.3)
            await server.say(SAID["exit"])
            await until(lambda: len(ear.told) == 4)
            assert [kinds(topics) for topics in ear.after_the_first[1:]] == [OF_A_DEAL, OF_A_DEAL]


@pytest.mark.parametrize("name", ["exit", "exit_cancel", "entry_cancel"])
async def test_what_is_told_early_in_a_burst_is_told_again_after_it(name: str) -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(SAID["status"])
            await server.say({"type": name})
            await until(lambda: len(ear.told) == 3)
            together, later = ear.after_the_first
            assert kinds(together) == OF_A_DEAL | {Kind.STATE, Kind.LOGS}
            assert kinds(later) == OF_A_DEAL


async def test_the_same_whitelist_again_tells_nothing_and_another_one_tells() -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(SAID["whitelist"])
            await server.say({"type": "whitelist", "data": ["BTC/USDT"]})
            await until(lambda: len(ear.told) > 1)
            assert kinds(ear.after_the_first[0]) == {Kind.PAIRLIST, Kind.PAIRS}


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {"type": "news"},
        {"type": 5},
        {"type": "analyzed_df", "data": None},
        {"type": "analyzed_df", "data": {"key": ["\x1b[2J", "1m"]}},
        {"type": "whitelist", "data": "BTC"},
    ],
)
async def test_an_odd_message_is_passed_over(odd: object) -> None:
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(odd)
            await server.say(SAID["status"])
            await until(lambda: len(ear.told) > 1)
            assert Topic(Kind.STATE) in ear.after_the_first[0]


async def test_what_is_no_json_ends_the_stream() -> None:
    async def speak(line: ServerConnection) -> None:
        await line.send("{half")
        await line.wait_closed()

    async with bot(speak) as server:
        assert type(await Ear(server.url).end()) is Unexpected


async def test_a_restart_of_the_server_is_no_refusal() -> None:
    async def restart(line: ServerConnection) -> None:
        await line.close(1012)

    async with bot(restart) as server:
        error = await Ear(server.url).end()
        assert type(error) is Unreachable
        assert "1012" in str(error)


async def test_a_bot_that_hangs_up_politely_is_noticed_too() -> None:
    async def leave(line: ServerConnection) -> None:
        await line.close(1000)

    async with bot(leave) as server:
        assert type(await Ear(server.url).end()) is Unreachable


async def test_a_line_that_falls_silent_is_noticed() -> None:
    async def fall_silent(line: ServerConnection) -> None:
        await line.send(json.dumps(SAID["whitelist"]))
        line.transport.pause_reading()
        await line.wait_closed()

    async with bot(fall_silent) as server:
        ear = Ear(server.url, ping_seconds=0.05)
        error = await ear.end()
        assert type(error) is Unreachable
        assert "silent" in str(error)
        assert len(ear.told) == 1


async def test_a_bot_that_never_answers_the_subscription_is_given_up() -> None:
    async with bot() as server:
        server.answers_whitelist = False
        ear = Ear(server.url, ping_seconds=0.1)
        assert type(await ear.end()) is Unreachable
        assert ear.told == []


async def test_a_message_that_is_too_big_is_not_read() -> None:
    async def flood(line: ServerConnection) -> None:
        await line.send("x" * (257 * 1024))
        await line.wait_closed()

    async with bot(flood) as server:
        error = await Ear(server.url).end()
        assert type(error) is Unexpected
        assert "256 kB" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (HTTPStatus.FORBIDDEN, Rejected),
        (HTTPStatus.NOT_FOUND, Rejected),
        (HTTPStatus.BAD_GATEWAY, Unreachable),
        (HTTPStatus.INTERNAL_SERVER_ERROR, Unexpected),
        (HTTPStatus.FOUND, Unexpected),
        (HTTPStatus.OK, Unexpected),
    ],
)
async def test_a_refused_handshake_says_why(status: HTTPStatus, kind: type[BackendError]) -> None:
    async with bot() as server:
        server.status = status
        error = await Ear(server.url).end()
        assert type(error) is kind
        assert str(status.value) in str(error)
        assert len(server.paths) == 1


async def test_another_program_at_the_address_is_said_to_be_one() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        error = await Ear(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}").end()
        assert type(error) is Unexpected
        assert "another program" in str(error)


async def test_nobody_at_the_address_is_said_as_for_every_other_call() -> None:
    async with bot() as server:
        url = server.url
    assert "nothing listens" in str(await Ear(url).end())


async def test_a_refused_login_stays_one() -> None:
    async def refused() -> Secret:
        raise Unauthorised("wrong password")

    with pytest.raises(Unauthorised):
        await Stream("http://127.0.0.1:1", refused).run(lambda _: None, lambda *_: None, exchange="binance")


async def test_the_token_is_in_no_log_and_in_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with bot() as server:
        ear = Ear(server.url)
        async with ear.listening():
            await server.say(SAID["status"])
            await until(lambda: len(ear.told) > 1)
        server.status = HTTPStatus.FORBIDDEN
        error = await ear.end()
    # The server in this process logs what it was sent, like the bot does; what counts is what the client logs.
    logged = "".join(record.getMessage() for record in caplog.records if record.name != "websockets.server")
    assert TOKEN not in logged + repr(ear.stream) + "".join(traceback.format_exception(error))
    assert TOKEN in caplog.text


async def test_only_the_pinned_certificate_gets_the_token(tmp_path: Path) -> None:
    (tls, pin), (_, other) = self_signed(tmp_path, "one"), self_signed(tmp_path, "two")
    async with bot(tls=tls) as server:
        ear = Ear(server.url, pin=pin)
        async with ear.listening():
            assert len(ear.told) == 1
        error = await Ear(server.url, pin=other).end()
        assert pin in str(error)
        assert "not trusted" in str(await Ear(server.url).end())
        assert len(server.paths) == 1


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback connections look as if they ended at another machine."""
    original = asyncio.BaseTransport.get_extra_info

    def get_extra_info(self: asyncio.BaseTransport, name: str, default: object = None) -> object:
        return ("192.0.2.7", 8080) if name == "peername" else original(self, name, default)

    monkeypatch.setattr(asyncio.BaseTransport, "get_extra_info", get_extra_info)


@pytest.mark.usefixtures("far_away")
async def test_the_token_leaves_this_machine_by_plain_http_only_where_that_is_allowed() -> None:
    async with bot() as server:
        assert "allow_plain_http" in str(await Ear(server.url).end())
        assert server.paths == []
        ear = Ear(server.url, allow_plain_http=True)
        async with ear.listening():
            assert len(ear.told) == 1


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://me:secret@127.0.0.1:1", "http://127.0.0.1:1/?x=1", "http:"])
async def test_an_address_that_must_not_be_used_is_not_used(url: str) -> None:
    error = await Ear(url).end()
    assert type(error) is NothingSent
    assert "secret@" not in str(error)
