"""The proxy does to a request what its fault is called, no more, and counts what it passed on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from gunbot_tui.sim.options import SimOptions
from tests.chaos import quick_loop
from tests.chaos.proxy import LATE_SECONDS, Fault, Proxy
from tests.chaos.quick_loop import LoopClock
from tests.chaos.stand import Simulated, simulated
from tests.sim.simulated import API, encrypted, items

BODY = {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.0005, "price": 50000}}
SENT = {"status": "success", "message": "Order sent"}


class Wire:
    """A plain client that talks to the bot through the proxy."""

    def __init__(self, sim: Simulated, proxy: Proxy, http: httpx.AsyncClient) -> None:
        self.sim = sim
        self.proxy = proxy
        self.http = http

    async def buy(self) -> httpx.Response:
        return await self.http.post(f"{API}/trade/buy", json=BODY, timeout=3.0)

    async def executed(self) -> int:
        """How many orders the bot has from us."""
        return sum(not order["byStrategy"] for order in items((await self.sim.truth())["orders"]))


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """A logged-in client."""
    options = SimOptions(pairs=1)
    async with (
        simulated(options, LoopClock()) as sim,
        Proxy(sim.address) as proxy,
        httpx.AsyncClient(base_url=proxy.url, trust_env=False) as http,
    ):
        login = {"password": encrypted(options.password, options.wallet)}
        answer = await http.post(f"{API}/auth/login", json=login)
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield Wire(sim, proxy, http)


@pytest.mark.parametrize(
    ("fault", "outcome", "executed", "executed_later"),
    [
        (None, 200, 1, 1),
        (Fault.DROP_BEFORE, httpx.ReadError, 0, 0),
        (Fault.DROP_AFTER, httpx.ReadError, 1, 1),
        (Fault.DELAY_AFTER, httpx.ReadTimeout, 1, 1),
        (Fault.LATE_EXECUTE, httpx.ReadError, 0, 1),
        (Fault.EXECUTE_TWICE, 200, 2, 2),
        (Fault.STATUS_500, 500, 0, 0),
        (Fault.STATUS_503, 503, 0, 0),
        (Fault.STATUS_503_AFTER, 503, 1, 1),
        (Fault.HTML_200, 200, 0, 0),
        (Fault.HTML_502, 502, 0, 0),
        (Fault.TRUNCATE, httpx.RemoteProtocolError, 1, 1),
        (Fault.EMPTY, 200, 0, 0),
        (Fault.UNAUTHORISED, 401, 0, 0),
        (Fault.GARBAGE, 200, 0, 0),
        (Fault.NOISE, httpx.RemoteProtocolError, 1, 1),
    ],
)
def test_a_fault_strikes_once_and_does_what_it_is_called(
    fault: Fault | None, outcome: int | type[Exception], executed: int, executed_later: int
) -> None:
    async def check() -> None:
        async with wire() as it:
            if fault is not None:
                it.proxy.on(fault, "/trade/")
            if isinstance(outcome, int):
                answer = await it.buy()
                assert answer.status_code == outcome
                assert (answer.text == httpx.Response(200, json=SENT).text) == (fault in (None, Fault.EXECUTE_TWICE))
            else:
                with pytest.raises(outcome):
                    await it.buy()
            assert await it.executed() == executed
            await asyncio.sleep(LATE_SECONDS + 1)
            assert await it.executed() == executed_later
            (seen,) = it.proxy.trades()
            assert (seen.fault, seen.forwarded) == (fault, executed_later)
            assert (await it.buy()).json() == SENT

    quick_loop.run(check())


def test_a_rule_may_leave_it_to_chance_and_the_seed_decides() -> None:
    async def struck(seed: int) -> list[bool]:
        async with wire() as it:
            it.proxy.rng.seed(seed)
            it.proxy.on(Fault.STATUS_500, "/trade/", times=None, chance=0.5)
            return [(await it.buy()).status_code == 500 for _ in range(20)]

    first, again, other = (quick_loop.run(struck(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert 0 < sum(first) < 20


def test_while_it_is_down_it_refuses_connections_and_then_it_is_back_on_its_port() -> None:
    async def check() -> None:
        async with wire() as it:
            port = it.proxy.port
            await it.proxy.down()
            with pytest.raises(httpx.ConnectError):
                await it.buy()
            await it.proxy.up()
            assert it.proxy.port == port
            assert (await it.buy()).json() == SENT
            assert len(it.proxy.trades()) == 1

    quick_loop.run(check())


def test_waiting_takes_no_time_in_the_quick_loop() -> None:
    async def wait() -> float:
        await asyncio.gather(asyncio.sleep(3600), asyncio.to_thread(sum, range(1000)))
        return asyncio.get_running_loop().time()

    assert quick_loop.run(wait()) == 3600
