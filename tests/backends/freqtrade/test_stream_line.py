"""Who gets the token of the web socket: the bot that was meant, over a line that is allowed, and no log."""

from __future__ import annotations

import asyncio
import logging
import traceback
from http import HTTPStatus
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import BackendError, Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.backends.freqtrade.stream import Stream
from gunbot_tui.backends.transport import NothingSent
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.web_socket import SAID, TOKEN, Ear, bot
from tests.backends.test_line import self_signed
from tests.clock import until


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
