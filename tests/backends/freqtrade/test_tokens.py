"""The login: by password once, by the refresh token from then on, and by nothing that the bot has refused."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta

import pytest

from gunbot_tui.backends.errors import Unauthorised, Unexpected, Unreachable
from gunbot_tui.model.bot import AuthStatus
from gunbot_tui.model.command import HandedOver, NotSent, Refused, StartCore
from gunbot_tui.model.feed import Kind, Topic
from tests.backends.freqtrade.replay import (
    LOGIN,
    PASSWORD,
    REFRESH,
    USERNAME,
    bearer,
    connected,
    login,
    make_backend,
    replay,
)
from tests.backends.wire_server import Reply, Request, Script, WireServer, page, says, token
from tests.factories import NOW

BALANCES = Topic(Kind.BALANCES)
BASIC = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
REFUSED = replay("auth_and_errors", "bearer is a refresh token")
WRONG = replay("auth_and_errors", "login, wrong password")
NO_SUCH_CALL = replay("auth_and_errors", "unknown path")


def only_for(mark: str, name: str) -> Script:
    """A script that knows one access token."""

    def reply(request: Request) -> Reply:
        return replay(name) if request.headers["authorization"] == bearer(mark) else REFUSED

    return reply


def renewed(mark: str) -> Reply:
    return says({"access_token": token(mark=f"access {mark}")})


async def test_the_password_goes_to_the_login_alone(server: WireServer) -> None:
    async with connected(server) as backend:
        await backend.read(BALANCES)
        await backend.execute(StartCore())
    assert server.last(LOGIN).headers["authorization"] == BASIC
    others = [request for request in server.seen if request.path != LOGIN]
    assert {request.headers["authorization"] for request in others} == {bearer("")}


async def test_a_token_that_is_not_taken_any_more_is_refreshed_once_for_all_who_wait(server: WireServer) -> None:
    async with connected(server) as backend:
        server.scripts |= {"balance": only_for("two", "balance"), "locks": only_for("two", "locks")}
        server.scripts[REFRESH] = renewed("two")
        await asyncio.gather(*(backend.read(topic) for topic in [BALANCES, Topic(Kind.LOCKS)] * 3))
        assert server.count(REFRESH) == 1
        assert server.last(REFRESH).headers["authorization"] == f"Bearer {token(mark='refresh ')}"
        assert server.count(LOGIN) == 1


async def test_a_token_that_ends_soon_is_refreshed_before_it_is_used(server: WireServer) -> None:
    server.scripts[LOGIN] = login("one", expires_at=NOW + timedelta(seconds=20))
    server.scripts[REFRESH] = renewed("two")
    async with connected(server) as backend:
        await backend.read(BALANCES)
        assert server.last("balance").headers["authorization"] == bearer("two")
        assert server.count("balance") == 1
        status = await backend.read(Topic(Kind.AUTH))
        assert isinstance(status, AuthStatus)
        assert status.expires_at is not None


async def test_a_refresh_token_that_is_not_taken_any_more_leads_to_one_login(server: WireServer) -> None:
    async with connected(server) as backend:
        server.scripts |= {REFRESH: REFUSED, LOGIN: login("two"), "balance": only_for("two", "balance")}
        await backend.read(BALANCES)
        assert (server.count(REFRESH), server.count(LOGIN)) == (1, 2)


async def test_a_bot_without_a_login_gets_the_password_with_every_call(server: WireServer) -> None:
    server.scripts[LOGIN] = NO_SUCH_CALL
    async with connected(server) as backend:
        await backend.read(BALANCES)
        assert isinstance(await backend.execute(StartCore()), HandedOver)
        await backend.listen(lambda topics: pytest.fail("there is no token for a web socket"))
    assert {request.headers["authorization"] for request in server.seen} == {BASIC}
    assert server.count(LOGIN) == 1


async def test_a_password_that_goes_with_every_call_is_not_tried_again_once_it_is_refused(server: WireServer) -> None:
    server.scripts |= {LOGIN: NO_SUCH_CALL, "balance": replay("auth_and_errors", "wrong password")}
    async with connected(server) as backend:
        for _ in range(3):
            with pytest.raises(Unauthorised):
                await backend.read(BALANCES)
        assert server.count("balance") == 1


async def test_a_wrong_password_is_said_and_not_tried_again_until_the_user_acts(server: WireServer) -> None:
    server.scripts[LOGIN] = WRONG
    backend = make_backend(server.url, password="wrong")
    with pytest.raises(Unauthorised, match="Incorrect username or password"):
        await backend.connect()
    with pytest.raises(Unauthorised):
        await backend.read(BALANCES)
    assert type(await backend.execute(StartCore())) is NotSent
    assert len(server.seen) == 1
    server.scripts[LOGIN] = login()
    await backend.connect()
    assert await backend.read(BALANCES)
    await backend.close()


async def test_a_command_whose_token_is_not_taken_is_not_repeated_and_the_next_one_has_a_new_token(
    server: WireServer,
) -> None:
    async with connected(server) as backend:
        server.scripts |= {REFRESH: renewed("two"), "start": only_for("two", "start")}
        assert type(await backend.execute(StartCore())) is Refused
        assert (server.count("start"), server.count(REFRESH)) == (1, 0)
        await backend.ready()
        assert isinstance(await backend.execute(StartCore()), HandedOver)
        assert (server.count("start"), server.count(REFRESH)) == (2, 1)


async def test_a_command_whose_login_ran_out_for_good_is_not_sent(server: WireServer) -> None:
    async with connected(server) as backend:
        server.scripts |= {REFRESH: REFUSED, LOGIN: WRONG, "start": REFUSED}
        assert type(await backend.execute(StartCore())) is Refused
        with pytest.raises(Unauthorised, match="Incorrect username or password"):
            await backend.ready()
        assert type(await backend.execute(StartCore())) is NotSent
        assert server.count("start") == 1


async def test_a_gateway_in_front_of_the_refresh_is_no_reason_to_send_the_password(server: WireServer) -> None:
    async with connected(server) as backend:
        server.scripts |= {REFRESH: page(502), "balance": REFUSED}
        with pytest.raises(Unreachable):
            await backend.read(BALANCES)
        assert server.count(LOGIN) == 1


async def test_secrets_that_the_bot_repeats_are_not_shown(server: WireServer) -> None:
    async with connected(server) as backend:
        spoken = f"bad {PASSWORD} {token(mark='access ')}"
        server.scripts |= {"balance": says({"error": spoken}, 502), "start": says({"error": spoken}, 502)}
        with pytest.raises(Exception, match="bad") as caught:
            await backend.read(BALANCES)
        said = f"{caught.value!r} {await backend.execute(StartCore())!r} {vars(backend)!r} {vars(backend._client)!r}"
        assert PASSWORD not in said
        assert token(mark="access ") not in said
        assert BASIC.removeprefix("Basic ") not in said


@pytest.mark.parametrize("path", ["", "/", "/api", "/api/v1", "/api/v1/"])
async def test_the_url_may_end_where_the_user_thinks_that_the_api_begins(server: WireServer, path: str) -> None:
    async with connected(server, path=path) as backend:
        assert await backend.read(BALANCES)
    assert {request.target.partition("?")[0] for request in server.seen} >= {"/api/v1/token/login", "/api/v1/balance"}


async def test_a_url_that_answers_with_a_page_is_said_so() -> None:
    async with WireServer(scripts={LOGIN: page()}) as server:
        backend = make_backend(server.url)
        with pytest.raises(Unexpected, match="web page, not with Freqtrade's API"):
            await backend.connect()
        await backend.close()


async def test_the_address_of_a_page_of_the_bot_is_said_to_be_none_of_the_api(server: WireServer) -> None:
    server.scripts[LOGIN] = says({"detail": "Method Not Allowed"}, 405)
    backend = make_backend(server.url)
    with pytest.raises(Unexpected, match="such as /trade out of the url"):
        await backend.connect()
    await backend.close()


async def test_another_program_is_not_taken_for_a_freqtrade(server: WireServer) -> None:
    server.scripts["show_config"] = says({"status": "success"})
    backend = make_backend(server.url)
    with pytest.raises(Unexpected, match="another shape than Freqtrade's"):
        await backend.connect()
    await backend.close()
