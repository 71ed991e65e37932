"""The login happens once for all who wait, and a refused one is not tried again until the user acts."""

from __future__ import annotations

import asyncio
import traceback
from datetime import UTC, datetime

import pytest

from gunbot_tui.backends.errors import BackendError, Unauthorised, Unexpected
from gunbot_tui.backends.login import expiry
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.secret import Secret
from tests.backends.conftest import PASSWORD, WALLET, OpenBackend
from tests.backends.wire_server import LOGIN, NO_LOGIN, Reply, Request, WireServer, page, raw, says, token
from tests.factories import NOW

BALANCES = Topic(Kind.BALANCES)
EMPTY = says([])


async def test_many_reads_wait_for_one_login(server: WireServer, open_backend: OpenBackend) -> None:
    server.scripts["balances"] = EMPTY
    backend = open_backend(server.url)
    assert await asyncio.gather(*(backend.read(BALANCES) for _ in range(10))) == [()] * 10
    assert server.count(LOGIN) == 1


async def test_many_refused_reads_wait_for_one_new_login_and_are_asked_once_more(
    server: WireServer, open_backend: OpenBackend
) -> None:
    old, new = token(mark="old"), token(mark="new")
    server.scripts[LOGIN] = [says({"status": "success", "token": text}) for text in (old, new)]

    def answer(request: Request) -> Reply:
        return EMPTY if request.headers["authorization"] == f"Bearer {new}" else NO_LOGIN

    server.scripts["balances"] = answer
    backend = open_backend(server.url)
    assert await asyncio.gather(*(backend.read(BALANCES) for _ in range(10))) == [()] * 10
    assert server.count(LOGIN) == 2
    assert server.count("balances") <= 20


async def test_a_read_that_is_refused_after_a_new_login_ends_all_tries(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts["balances"] = NO_LOGIN
    backend = open_backend(server.url)
    for _ in range(5):
        with pytest.raises(Unauthorised):
            await backend.read(BALANCES)
    assert (server.count(LOGIN), server.count("balances")) == (2, 2)


@pytest.mark.parametrize(
    "reply",
    [NO_LOGIN, says({"status": "error", "message": "Wrong password"}), says({"status": "error"}, 400), raw(b"", 401)],
)
async def test_a_refused_login_is_tried_once_until_the_user_connects_again(
    server: WireServer, open_backend: OpenBackend, reply: Reply
) -> None:
    server.scripts |= {LOGIN: reply, "balances": EMPTY}
    backend = open_backend(server.url)
    for _ in range(5):
        with pytest.raises(Unauthorised):
            await backend.read(BALANCES)
    assert server.count(LOGIN) == 1
    server.scripts[LOGIN] = says({"status": "success", "token": token()})
    await backend.connect()
    assert await backend.read(BALANCES) == ()


async def test_an_expired_token_is_renewed_before_it_is_used(server: WireServer, open_backend: OpenBackend) -> None:
    over, good = token(NOW), token()
    server.scripts |= {LOGIN: [says({"status": "success", "token": text}) for text in (over, good)], "balances": EMPTY}
    backend = open_backend(server.url)
    await backend.connect()
    await backend.read(BALANCES)
    assert server.last("balances").headers["authorization"] == f"Bearer {good}"


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (says({"status": "error", "message": "Wrong \x1b[31mpassword"}), Unauthorised, "Wrong ·[31mpassword"),
        (says({"status": "success", "isTwoFA": True}), Unauthorised, "one-time code"),
        (says({"status": "success"}), Unexpected, "without a token"),
        (says({"status": "success", "token": "a\r\nX-Evil: 1"}), Unexpected, "without a token"),
        (raw(b'{"status":"success","token":"a","token":"b"}'), Unexpected, "twice"),
        (page(), Unexpected, "a web page"),
    ],
)
async def test_what_is_wrong_with_a_login_is_said_in_one_line(
    server: WireServer, open_backend: OpenBackend, reply: Reply, kind: type[BackendError], words: str
) -> None:
    server.scripts[LOGIN] = reply
    with pytest.raises(kind) as caught:
        await open_backend(server.url).connect()
    assert words in caught.value.problem.summary


async def test_a_short_wallet_is_refused_before_anything_is_sent(server: WireServer, open_backend: OpenBackend) -> None:
    with pytest.raises(Unauthorised, match="shorter than 16 bytes"):
        await open_backend(server.url, wallet="  0x0123456789  ").connect()
    assert server.connections == 0


async def test_the_login_sends_the_cipher_and_no_token(server: WireServer, open_backend: OpenBackend) -> None:
    await open_backend(server.url, password="hunter2", wallet=f" {WALLET}\n").connect()
    request = server.last(LOGIN)
    assert request.body == b'{"password": "ENC:Ew2qtkcrjozmMaFJHlkl9g=="}'
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
async def test_no_secret_that_the_bot_echoes_gets_into_an_error(
    server: WireServer, open_backend: OpenBackend, status: int
) -> None:
    def echo(request: Request) -> Reply:
        sent = request.headers.get("authorization", "")
        return says({"status": "error", "message": f"{sent} {PASSWORD} {WALLET} ENC:abcd== " + "x" * 100_000}, status)

    for path in (LOGIN, "balances"):
        server.scripts = {LOGIN: says({"status": "success", "token": token()}), "balances": EMPTY, path: echo}
        with pytest.raises(BackendError) as caught:
            await open_backend(server.url).read(BALANCES)
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.problem)
        for secret in (PASSWORD, WALLET, token(), "ENC:abcd"):
            assert secret not in shown
        assert len(caught.value.problem.summary) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "a.b.c",
        "a.bnVsbA.c",
        "a.e30.c",
        "a.eyJleHAiOiAieCJ9.c",
        "a.%%%.c",
        "a.eyJleHAiOiAtNjIxMzU1OTY4MDB9.c",
    ],
)
def test_a_token_that_does_not_say_when_it_ends_has_no_end(text: str) -> None:
    assert expiry(Secret(text)) is None


def test_a_token_says_when_it_ends() -> None:
    assert expiry(Secret(token(datetime(2027, 5, 23, tzinfo=UTC)))) == datetime(2027, 5, 23, tzinfo=UTC)
