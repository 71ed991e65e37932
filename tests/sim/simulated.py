"""A simulated bot in this process: its real HTTP application without a socket, on a wall clock that the test turns."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from gunbot_tui.sim.bot import Bot
from gunbot_tui.sim.faults import Faults
from gunbot_tui.sim.options import SimOptions
from gunbot_tui.sim.server import build

START = 1_780_000_000.0
API = "/api/v1"
BTC = {"exch": "binance", "pair": "USDT-BTC"}
KEY = "binance/USDT-BTC"

Json = dict[str, object]


def encrypted(password: str, wallet: str) -> str:
    """The login value, written here once more from its description."""
    key = wallet.encode()[:16]
    padder = PKCS7(128).padder()
    padded = padder.update(password.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key)).encryptor()
    return "ENC:" + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def table(value: object) -> Json:
    """The value, which has to be a JSON object."""
    assert isinstance(value, dict)
    return value


def items(value: object) -> list[Json]:
    """The value, which has to be a list of JSON objects."""
    assert isinstance(value, list)
    assert all(isinstance(item, dict) for item in value)
    return value


def number(value: object) -> float:
    """The value, which has to be a JSON number."""
    assert isinstance(value, int | float)
    assert not isinstance(value, bool)
    return value


class Simulated:
    """A logged-in client beside the bot it talks to; `seconds` have passed on the wall since the start."""

    def __init__(self, options: SimOptions) -> None:
        self.seconds = 0.0
        self.faults = Faults()
        self.bot: Bot
        self.bot, app = build(options, self.faults, lambda: START + self.seconds)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://simulated")
        self._options = options

    async def login(self) -> None:
        password = encrypted(self._options.password, self._options.wallet)
        answer = await self.http.post(f"{API}/auth/login", json={"password": password})
        self.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    async def get(self, path: str, **query: str | int | list[str]) -> object:
        parameters = {name.replace("keys", "keys[]"): value for name, value in query.items()}
        return self._json(await self.http.get(API + path, params=parameters))

    async def post(self, path: str, body: Mapping[str, object] | None = None) -> object:
        return self._json(await self.http.post(API + path, json=dict(body or {})))

    async def trade(self, path: str, **data: object) -> None:
        """Sends an order or a cancel for USDT-BTC, unless `data` names another pair."""
        answer = await self.post(f"/trade/{path}", {"data": BTC | data})
        assert answer == {"status": "success", "message": "Order sent"}

    async def truth(self) -> Json:
        return table((await self.http.get("/_sim/truth")).json())

    async def pair_truth(self, key: str = KEY) -> Json:
        return table(table((await self.truth())["keys"])[key])

    async def advance(self, seconds: float) -> None:
        (await self.http.post("/_sim/advance", json={"seconds": seconds})).raise_for_status()

    async def move(self, mid: float, key: str = KEY) -> None:
        (await self.http.post("/_sim/price", json={"key": key, "mid": mid})).raise_for_status()

    async def ledger(self, key: str = KEY) -> Json:
        exchange, pair = key.split("/")
        return table(await self.post("/coremem/raw", {"exchange": exchange, "pair": pair}))

    async def free(self, asset: str, exchange: str = "binance") -> float:
        balances = table(table((await self.truth())["balances"])[exchange])
        return number(table(balances[asset])["free"])

    async def last_post(self) -> Json:
        return items((await self.truth())["posts"])[-1]

    def _json(self, answer: httpx.Response) -> object:
        assert answer.status_code == 200, answer.text
        return cast(object, answer.json())


@asynccontextmanager
async def simulated(options: SimOptions | None = None) -> AsyncIterator[Simulated]:
    """A bot whose world stands still until the test moves it."""
    bot = Simulated(options or SimOptions(speed=0, clock_start=START))
    async with bot.http:
        await bot.login()
        yield bot
