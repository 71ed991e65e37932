"""The web socket tells what to read again, at once, together and never with its token; and its end is noticed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from websockets.asyncio.server import ServerConnection

from gunbot_tui.backends.errors import Unexpected, Unreachable
from gunbot_tui.backends.freqtrade.stream import PATH, SUBSCRIBED
from gunbot_tui.model.feed import EVERYTHING, Kind, Topic
from tests.backends.freqtrade.web_socket import SAID, TOKEN, Ear, bot, kinds
from tests.clock import until

OF_A_DEAL = {Kind.PAIRS, Kind.BALANCES, Kind.HISTORY, Kind.CLOSED, Kind.PNL}


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
