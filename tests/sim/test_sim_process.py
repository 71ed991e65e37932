"""The simulator as its own process: how it starts and ends, and what its faults do to a real connection."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from gunbot_tui.sim.options import SimOptions
from tests.sim.simulated import API, Json, encrypted, items, table

START = (sys.executable, "-m", "gunbot_tui.sim.serve", "--port", "0", "--speed", "0", "--pairs", "2")
PATIENCE = 60.0
LOGIN = encrypted("gunbot", SimOptions().wallet)
BODY = {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.0005, "price": 50000}}


class Served:
    """A running simulator process and a logged-in client."""

    def __init__(self, process: asyncio.subprocess.Process, http: httpx.AsyncClient) -> None:
        self.process = process
        self.http = http

    async def fault(self, fault: str, **more: object) -> None:
        (await self.http.post("/_sim/faults", json={"fault": fault} | more)).raise_for_status()

    async def buy(self, within: float = PATIENCE) -> httpx.Response:
        return await self.http.post(f"{API}/trade/buy", json=BODY, timeout=within)

    async def posts(self) -> list[Json]:
        return items(table((await self.http.get("/_sim/truth")).json())["posts"])

    async def end(self) -> int:
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


async def start(*arguments: str, command: tuple[str, ...] = START) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


async def ready(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
    word, url = line.split()
    assert word == "ready"
    return url


@asynccontextmanager
async def served(*arguments: str, login: str = LOGIN) -> AsyncIterator[Served]:
    process = await start(*arguments)
    try:
        async with httpx.AsyncClient(base_url=await ready(process), trust_env=False, timeout=PATIENCE) as http:
            answer = await http.post(f"{API}/auth/login", json={"password": login})
            http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield Served(process, http)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def bot() -> AsyncIterator[Served]:
    async with served() as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_with_0(bot: Served, number: signal.Signals) -> None:
    bot.process.send_signal(number)
    assert await bot.end() == 0
    assert bot.process.stderr is not None
    assert await bot.process.stderr.read() == b""


async def test_it_dies_when_its_standard_input_closes() -> None:
    async with served("--exit-with-stdin") as bot:
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        assert await bot.end() == 0


async def test_without_being_told_to_it_outlives_its_standard_input(bot: Served) -> None:
    assert bot.process.stdin is not None
    bot.process.stdin.close()
    assert (await bot.http.get(f"{API}/time")).status_code == 200


async def test_password_and_wallet_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNBOT_TUI_SIM_PASSWORD", "from outside")
    monkeypatch.setenv("GUNBOT_TUI_SIM_WALLET", "0xabcdefabcdefabcdef")
    good = encrypted("from outside", "0xabcdefabcdefabcdef")
    async with served(login=good) as bot:
        for password, status in ((good, "success"), (LOGIN, "error")):
            answer = await bot.http.post(f"{API}/auth/login", json={"password": password})
            assert answer.json()["status"] == status


async def failure(*arguments: str) -> str:
    process = await start(*arguments)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert out == b""
    return err.decode()


async def test_a_port_in_use_is_one_line_and_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        text = await failure("--port", port)
    assert text.count("\n") == 1
    assert port in text
    assert "in use" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--wallet", "0x1234"), "16 bytes"),
        (("--pairs", "0"), "pairs"),
        (("--speed", "-1"), "speed"),
        (("--faults", "nowhere.json"), "nowhere.json"),
    ],
)
async def test_options_that_cannot_work_are_one_line_and_code_2(arguments: tuple[str, ...], words: str) -> None:
    text = await failure(*arguments)
    assert text.count("\n") == 1
    assert words in text


async def test_a_faults_file_is_in_force_from_the_start_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    rules = tmp_path / "faults.json"
    rules.write_text(json.dumps([{"fault": "error500", "path": "/time$", "times": 1}]))
    async with served("--faults", str(rules)) as bot:
        assert (await bot.http.get(f"{API}/time")).status_code == 500
        assert (await bot.http.get(f"{API}/time")).status_code == 200
    rules.write_text('[{"fault": "earthquake"}]')
    assert "fault must be one of" in await failure("--faults", str(rules))


@pytest.mark.parametrize(("fault", "executed"), [("drop", 0), ("down", 0), ("drop_after", 1)])
async def test_a_dropped_request_is_reset_and_executed_only_if_the_fault_says_so(
    bot: Served, fault: str, executed: int
) -> None:
    await bot.fault(fault, times=1)
    with pytest.raises(httpx.TransportError):
        await bot.buy()
    (post,) = await bot.posts()
    assert (post["executed"], post["fault"]) == (executed, fault)
    assert (await bot.buy()).status_code == 200


async def test_down_lasts_until_it_is_cleared(bot: Served) -> None:
    await bot.fault("down")
    for _ in range(3):
        with pytest.raises(httpx.TransportError):
            await bot.http.get(f"{API}/time")
    await bot.http.delete("/_sim/faults")
    assert (await bot.http.get(f"{API}/time")).status_code == 200


async def test_a_refused_connection_is_a_closed_port_that_comes_back(bot: Served) -> None:
    await bot.fault("refuse", seconds=0.5)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    refused = False
    while asyncio.get_running_loop().time() < deadline:
        try:
            answer = await bot.http.get(f"{API}/time")
        except httpx.ConnectError:
            refused = True
        except httpx.TransportError:
            continue
        else:
            if refused:
                assert answer.status_code == 200
                return
        await asyncio.sleep(0)
    pytest.fail("the port was not closed and opened again")


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("html", 200, "text/html"),
        ("error500", 500, "application/json"),
        ("unauthorized", 401, "application/json"),
        ("error_200", 200, "application/json"),
    ],
)
async def test_an_answer_instead_executes_nothing(bot: Served, fault: str, status: int, kind: str) -> None:
    await bot.fault(fault, times=1)
    answer = await bot.buy()
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(kind)
    if kind == "application/json":
        assert answer.json()["status"] == "error"
    (post,) = await bot.posts()
    assert post["executed"] == 0


async def executed_once(bot: Served) -> None:
    async with asyncio.timeout(PATIENCE):
        while not any(post["executed"] for post in await bot.posts()):
            pass


async def test_execute_twice_is_one_request_and_two_orders(bot: Served) -> None:
    await bot.fault("execute_twice", times=1)
    assert (await bot.buy()).json() == {"status": "success", "message": "Order sent"}
    (post,) = await bot.posts()
    assert post["executed"] == 2


async def test_a_late_execution_happens_after_the_connection_was_lost(bot: Served) -> None:
    await bot.fault("late_execute", times=1)
    with pytest.raises(httpx.TransportError):
        await bot.buy()
    assert (await bot.posts())[0]["executed"] == 0
    await executed_once(bot)
    assert len(await bot.posts()) == 1


async def test_a_hanging_answer_comes_when_the_fault_is_cleared_and_the_order_is_there_before(bot: Served) -> None:
    await bot.fault("hang", times=1)
    waiting = asyncio.create_task(bot.buy())
    await executed_once(bot)
    assert not waiting.done()
    await bot.http.delete("/_sim/faults")
    assert (await waiting).status_code == 200


async def test_a_slow_answer_takes_seconds_but_comes(bot: Served) -> None:
    await bot.fault("slow")
    with pytest.raises(httpx.ReadTimeout):
        await bot.buy(within=0.5)
    assert (await bot.posts())[0]["executed"] == 1
    began = asyncio.get_running_loop().time()
    assert (await bot.http.get(f"{API}/time")).status_code == 200
    assert asyncio.get_running_loop().time() - began > 2.5


async def test_a_truncated_body_is_shorter_than_it_says(bot: Served) -> None:
    await bot.fault("truncate", times=1)
    with pytest.raises(httpx.TransportError):
        await bot.http.get(f"{API}/config/full")


async def test_nan_stands_where_numbers_were(bot: Served) -> None:
    await bot.fault("nan", path="/coremem$", times=1)
    text = (await bot.http.post(f"{API}/coremem", json={})).text
    assert '"Bid":NaN' in text
    json.loads(text)


async def test_a_giant_answer_does_not_end_within_any_sensible_cap(bot: Served) -> None:
    await bot.fault("giant", times=1)
    received = 0
    async with bot.http.stream("POST", f"{API}/coremem", json={}) as answer:
        async for chunk in answer.aiter_bytes():
            received += len(chunk)
            if received > 70_000_000:
                break
    assert received > 70_000_000
    assert (await bot.http.get(f"{API}/time")).status_code == 200


async def test_a_fault_strikes_only_its_path(bot: Served) -> None:
    await bot.fault("error500", path="/balances$")
    assert (await bot.http.get(f"{API}/time")).status_code == 200
    assert (await bot.http.post(f"{API}/balances", json={})).status_code == 500


@pytest.mark.parametrize(
    "rule", [{}, {"fault": "nope"}, {"fault": "drop", "seconds": "x"}, {"fault": "drop", "path": "("}, 7]
)
async def test_a_wrong_rule_is_refused_with_a_message(bot: Served, rule: object) -> None:
    answer = await bot.http.post("/_sim/faults", json=rule)
    assert answer.status_code == 400
    assert answer.json()["message"]


async def test_requests_are_counted_by_method_and_path(bot: Served) -> None:
    for _ in range(3):
        await bot.http.get(f"{API}/time")
    assert (await bot.http.get("/_sim/seen")).json()[f"GET {API}/time"] == 3
