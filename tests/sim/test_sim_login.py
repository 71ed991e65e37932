"""The login takes what the documented helpers produce and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import jwt
import pytest

from gunbot_tui.sim.options import SimOptions
from tests.sim.simulated import API, START, Simulated, encrypted

VECTORS = json.loads((Path(__file__).parent.parent / "fixtures" / "gunbot" / "password-vectors.json").read_text())[
    "vectors"
]
USABLE = [vector for vector in VECTORS if vector["canonical"]]


async def attempt(bot: Simulated, password: object) -> httpx.Response:
    return await bot.http.post(f"{API}/auth/login", json={"password": password})


@pytest.mark.parametrize("vector", USABLE, ids=lambda vector: vector["name"])
async def test_every_documented_password_logs_in(vector: dict[str, str]) -> None:
    bot = Simulated(SimOptions(pairs=1, speed=0, clock_start=START, password=vector["password"], wallet=vector["key"]))
    answer = await attempt(bot, vector["canonical"])
    assert answer.json()["status"] == "success"
    assert set(answer.json()) == {"status", "token"}


@pytest.mark.parametrize(
    "password",
    [
        encrypted("wrong", SimOptions().wallet),
        encrypted("gunbot", "0xffffffffffffffff"),
        "gunbot",
        "ENC:",
        "ENC:not base64!",
        "ENC:AAAA",
        "ENC:" + "A" * 64,
    ],
)
async def test_a_wrong_password_is_an_error_inside_a_success(bot: Simulated, password: str) -> None:
    answer = await attempt(bot, password)
    assert answer.status_code == 200
    assert answer.json() == {"status": "error", "message": "Wrong password"}


@pytest.mark.parametrize("password", [None, 7, ["gunbot"]])
async def test_a_login_without_a_password_text_is_a_bad_request(bot: Simulated, password: object) -> None:
    answer = await attempt(bot, password)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


async def test_the_token_is_hs256_and_lasts_900_days(bot: Simulated) -> None:
    token = bot.http.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    assert claims["exp"] - claims["iat"] == 900 * 86_400
    assert claims["iat"] == START


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer nonsense", "Basic Z3VuYm90", "Bearer a.b.c"])
async def test_a_request_without_a_good_token_gets_the_documented_401(bot: Simulated, header: str | None) -> None:
    del bot.http.headers["Authorization"]
    answer = await bot.http.get(f"{API}/time", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json() == {"status": "error", "message": "Authentication required", "code": 401}


async def test_a_token_signed_by_somebody_else_is_refused(bot: Simulated) -> None:
    forged = jwt.encode({"exp": START + 1000, "iat": START}, "x" * 32, algorithm="HS256")
    answer = await bot.http.get(f"{API}/time", headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


async def test_an_expired_token_is_refused(bot: Simulated) -> None:
    assert (await bot.http.get(f"{API}/time")).status_code == 200
    bot.bot.world.started_at += 901 * 86_400
    assert (await bot.http.get(f"{API}/time")).status_code == 401


async def test_another_bot_does_not_take_this_ones_token(bot: Simulated) -> None:
    other = Simulated(SimOptions(pairs=1, speed=0, clock_start=START, password="other"))
    other.http.headers["Authorization"] = bot.http.headers["Authorization"]
    assert (await other.http.get(f"{API}/time")).status_code == 401
