"""The world follows its seed and its clock, freezes at speed 0, and is seen by the API once per cycle."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gunbot_tui.sim.options import SimOptions
from tests.sim.simulated import KEY, START, Simulated, items, number, simulated, table


async def everything(bot: Simulated) -> list[object]:
    return [
        await bot.truth(),
        await bot.post("/coremem"),
        await bot.post("/balances"),
        await bot.post("/pnl/overview", {"timezone": "UTC", "keys": ["All"]}),
        await bot.get("/pairs/detailed", exchange="binance"),
        await bot.get("/market/candles", key=KEY),
        await bot.get("/market/orderbook", key="binance/USDT-PEPE"),
        await bot.post("/chart/data", {"exchange": "binance", "pair": "BTC-ADA"}),
        await bot.get(
            "/chart/marks", exchange="binance", pair="USDT-PEPE", interval="5", startTime="0", endTime="2114377200"
        ),
        await bot.get("/orders/page/multi", keys=[KEY, "binance/BTC-ADA"], page=0, pageSize=50),
        await bot.get("/config/full"),
        await bot.get("/time"),
    ]


async def test_the_same_seed_and_clock_give_the_same_world() -> None:
    async with simulated() as first, simulated() as second:
        for bot in (first, second):
            await bot.trade("buy", amt=0.01, price=50000)
            await bot.advance(600)
        assert await everything(first) == await everything(second)


async def test_how_often_somebody_looks_changes_nothing() -> None:
    options = SimOptions(speed=1, clock_start=START)
    async with simulated(options) as watched, simulated(options) as left_alone:
        for second in range(0, 300, 5):
            watched.seconds = second
            await watched.post("/coremem")
        watched.seconds = left_alone.seconds = 300
        assert await everything(watched) == await everything(left_alone)


async def test_another_seed_gives_another_world() -> None:
    async with simulated() as first, simulated(SimOptions(speed=0, clock_start=START, seed=8)) as second:
        assert (await first.get("/orders", key=KEY)) != (await second.get("/orders", key=KEY))
        for bot in (first, second):
            await bot.advance(60)
        assert (await first.pair_truth())["last"] != (await second.pair_truth())["last"]


async def test_at_speed_0_nothing_changes_between_reads_that_are_far_apart(bot: Simulated) -> None:
    before = await everything(bot)
    bot.seconds += 86_400
    assert await everything(bot) == before


async def test_a_frozen_world_without_a_given_clock_shows_the_real_time() -> None:
    async with simulated(SimOptions(speed=0)) as bot:
        before = await bot.post("/coremem")
        bot.seconds += 100
        assert await bot.get("/time") == {"serverTime": int((START + 100) * 1000)}
        assert await bot.post("/coremem") == before


async def test_speed_hurries_the_clock() -> None:
    async with simulated(SimOptions(speed=20, clock_start=START)) as bot:
        bot.seconds = 30
        assert await bot.get("/time") == {"serverTime": int((START + 600) * 1000)}
        assert (await bot.truth())["now"] == START + 600


async def test_the_core_sees_every_pair_within_three_seconds() -> None:
    for pairs in (1, 24, 120):
        async with simulated(SimOptions(speed=0, clock_start=START, pairs=pairs)) as bot:
            config = table(table(await bot.get("/config/full"))["config"])
            for exchange, slot in table(config["exchanges"]).items():
                cycled = [key for key in bot.bot.world.enabled if key.startswith(f"{exchange}/")]
                assert len(cycled) * number(table(slot)["delay"]) < 3
            before = dict(bot.bot.world.memory)
            await bot.advance(3)
            assert all(bot.bot.world.memory[key] is not seen for key, seen in before.items())


async def test_a_third_to_a_half_of_the_prices_move_in_a_cycle(bot: Simulated) -> None:
    moved = looked = 0
    for _ in range(40):
        before = {key: table(pair)["last"] for key, pair in table((await bot.truth())["keys"]).items()}
        await bot.advance(2.5)
        after = table((await bot.truth())["keys"])
        moved += sum(table(after[key])["last"] != last for key, last in before.items())
        looked += len(before)
    assert 0.25 < moved / looked < 0.55


async def test_a_live_book_stays_sorted_uncrossed_and_ten_levels_deep(bot: Simulated) -> None:
    for _ in range(40):
        await bot.advance(20)
        for key in ("binance/USDT-BTC", "binance/USDT-PEPE", "binance/BTC-ADA", "bybit/USDT-BTC-LONG"):
            book = table(table(await bot.get("/market/orderbook", key=key))["data"])
            asks, bids = book["ask"], book["bid"]
            assert isinstance(asks, list)
            assert isinstance(bids, list)
            assert len(asks) == len(bids) == 10
            assert [price for price, _ in asks] == sorted({price for price, _ in asks})
            assert [price for price, _ in bids] == sorted({price for price, _ in bids}, reverse=True)
            assert bids[0][0] < asks[0][0]
            assert all(size > 0 for _, size in asks + bids)


async def test_stopping_the_core_freezes_its_memory_while_the_exchange_goes_on(bot: Simulated) -> None:
    await bot.trade("buy", amt=0.001, price=60000)
    await bot.advance(3)
    stopped = table(await bot.post("/system/stop"))
    assert table(stopped["GUI"])["start"] is False
    before = await bot.post("/coremem")
    await bot.move(59000)
    await bot.advance(60)
    assert await bot.post("/coremem") == before
    order_id = (await bot.last_post())["ids"]
    assert isinstance(order_id, list)
    assert order_id[0] not in [order["id"] for order in items((await bot.pair_truth())["openOrders"])]

    started = table(await bot.post("/system/start"))
    assert table(started["GUI"])["start"] is True
    await bot.advance(3)
    assert await bot.post("/coremem") != before


async def test_strategies_trade_by_themselves_and_say_why(bot: Simulated) -> None:
    await bot.advance(1500)
    texts = []
    for key in bot.bot.world.enabled:
        exchange, pair = key.split("/")
        found = await bot.get(
            "/chart/marks", exchange=exchange, pair=pair, interval="5", startTime=str(int(START)), endTime="2114377200"
        )
        texts += [str(mark["tooltip"]) for mark in items(found)]
    assert any("🟩" in text for text in texts)
    assert sum("🟦" in text and "step skipped" in text for text in texts) >= 20


async def test_candles_keep_their_length_and_end_at_the_live_price(bot: Simulated) -> None:
    for _ in range(3):
        await bot.advance(400)
        data = table(table(await bot.get("/market/candles", key=KEY))["data"])
        opened, high, low, close = (data[name] for name in ("open", "high", "low", "close"))
        assert isinstance(opened, list)
        assert isinstance(high, list)
        assert isinstance(low, list)
        assert isinstance(close, list)
        assert len(opened) == len(high) == len(low) == len(close) == 300
        for index in range(300):
            assert low[index] <= min(opened[index], close[index])
            assert max(opened[index], close[index]) <= high[index]
        chart = table(await bot.post("/chart/data", {"exchange": "binance", "pair": "USDT-BTC"}))
        stamps = table(chart["candles"])["timestamp"]
        assert isinstance(stamps, list)
        assert {after - before for before, after in pairwise(stamps)} == {300_000}
        assert 0 <= number((await bot.truth())["now"]) * 1000 - stamps[-1] <= 303_000


@pytest.mark.parametrize("pairs", [1, 300])
async def test_the_number_of_pairs_is_as_asked(pairs: int) -> None:
    async with simulated(SimOptions(speed=0, clock_start=START, pairs=pairs)) as bot:
        names = table(await bot.get("/pairs", exchange="binance"))["pairList"]
        assert isinstance(names, list)
        assert len(set(names)) == pairs
        assert table(await bot.post("/coremem"))["memory"]
