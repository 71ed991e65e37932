"""Stops, trailing stops, OCOs and closes: what rests off the book, what sets it off, and what the exchange refuses."""

from __future__ import annotations

import pytest

from gunbot_tui.sim.options import SimOptions
from gunbot_tui.sim.serve import OPEN_ORDERS
from tests.sim.simulated import KEY, START, Json, Simulated, items, number, simulated, table

CYCLE = 3.0
MARKET = 61000.0
LONG, SHORT = "bybit/USDT-BTC-LONG", "bybit/USDT-SOL-SHORT"


@pytest.fixture
async def at_61000(bot: Simulated) -> Simulated:
    """The bot with bitcoin at 61,000 and enough of it to sell."""
    await bot.move(MARKET)
    bot.bot.world.accounts["binance"].totals["BTC"] = 0.5
    return bot


async def sent(bot: Simulated, path: str, key: str = KEY, /, **data: object) -> list[str]:
    """The ids of the orders that a request became."""
    exchange, pair = key.split("/")
    await bot.trade(path, **({"exch": exchange, "pair": pair, "amt": 0.01} | data))
    ids = (await bot.last_post())["ids"]
    assert isinstance(ids, list)
    return [str(each) for each in ids]


async def order(bot: Simulated, order_id: str) -> Json:
    return next(row for row in items((await bot.truth())["orders"]) if str(row["id"]) == order_id)


async def states(bot: Simulated, *ids: str) -> list[object]:
    return [(await order(bot, order_id))["state"] for order_id in ids]


async def rates_of(bot: Simulated, order_id: str) -> list[float]:
    """The prices at which an order was executed."""
    rows = items(table(await bot.get("/orders", key=KEY))["data"])
    return [number(row["rate"]) for row in rows if str(row["id"]) == order_id]


async def refusal(bot: Simulated) -> str:
    post = await bot.last_post()
    assert post["executed"] == 0
    return str(post["rejected"])


@pytest.mark.parametrize(("path", "stop", "limit"), [("buy", 61500, 61600), ("sell", 60500, 60400)])
async def test_a_stop_limit_waits_off_the_book_until_the_market_reaches_its_stop(
    at_61000: Simulated, path: str, stop: float, limit: float
) -> None:
    bot = at_61000
    (order_id,) = await sent(bot, f"{path}/stoplimit", stopPrice=stop, limitPrice=limit)
    await bot.move(MARKET * (1.004 if path == "buy" else 0.996))
    assert (await order(bot, order_id))["triggered"] is False
    book = table((await bot.pair_truth())["book"])
    assert limit not in [level[0] for side in book.values() if isinstance(side, list) for level in side]

    await bot.move(stop * (1.0005 if path == "buy" else 0.9995))

    found = await order(bot, order_id)
    assert (found["triggered"], found["state"]) == (True, "filled")


async def test_a_triggered_stop_rests_as_a_limit_order_when_the_market_jumped_past_its_limit(
    at_61000: Simulated,
) -> None:
    bot = at_61000
    (order_id,) = await sent(bot, "sell/stoplimit", stopPrice=60500, limitPrice=60400)
    await bot.move(60000.0)
    found = await order(bot, order_id)
    assert (found["triggered"], found["state"], found["filled"]) == (True, "open", 0)
    await bot.move(60450.0)
    assert await states(bot, order_id) == ["filled"]
    await bot.advance(CYCLE)
    assert await rates_of(bot, order_id) == [60400]


async def test_a_trailing_sell_follows_the_best_price_and_executes_at_the_market(at_61000: Simulated) -> None:
    bot = at_61000
    (order_id,) = await sent(bot, "sell/trailingstop", price=61000, stopPrice=60500)
    await bot.move(62000.0)
    assert number((await order(bot, order_id))["stopPrice"]) == pytest.approx(61500, abs=5)
    await bot.move(61600.0)
    assert number((await order(bot, order_id))["stopPrice"]) == pytest.approx(61500, abs=5)
    assert await states(bot, order_id) == ["open"]
    await bot.move(61400.0)
    assert await states(bot, order_id) == ["filled"]
    await bot.advance(CYCLE)
    assert await rates_of(bot, order_id)
    assert all(rate == pytest.approx(61400, abs=50) for rate in await rates_of(bot, order_id))


async def test_a_trailing_buy_follows_the_market_down(at_61000: Simulated) -> None:
    bot = at_61000
    (order_id,) = await sent(bot, "buy/trailingstop", price=61000, stopPrice=61500)
    await bot.move(60000.0)
    assert number((await order(bot, order_id))["stopPrice"]) == pytest.approx(60500, abs=5)
    await bot.move(60600.0)
    assert await states(bot, order_id) == ["filled"]


async def oco(bot: Simulated) -> list[str]:
    return await sent(bot, "sell/oco", price=62000, stopPrice=60000, limit=59900)


async def test_an_oco_is_two_orders_that_reserve_once(at_61000: Simulated) -> None:
    bot = at_61000
    free = await bot.free("BTC")
    legs = await oco(bot)
    assert len(legs) == 2
    assert await bot.free("BTC") == pytest.approx(free - 0.01)
    await bot.advance(CYCLE)
    shown = {str(row["id"]) for row in items((await bot.ledger())["openOrders"])}
    assert set(legs) <= shown


@pytest.mark.parametrize("away", [62100.0, 59950.0])
async def test_the_leg_of_an_oco_that_executes_cancels_the_other(at_61000: Simulated, away: float) -> None:
    bot = at_61000
    target, stop = await oco(bot)
    await bot.move(away)
    expected = ["filled", "cancelled"] if away > MARKET else ["cancelled", "filled"]
    assert await states(bot, target, stop) == expected
    free = table(table((await bot.truth())["balances"])["binance"])["BTC"]
    assert number(table(free)["onOrder"]) == pytest.approx(await strategys_coins(bot))


async def strategys_coins(bot: Simulated) -> float:
    """What the strategy's own sells hold back."""
    orders = items((await bot.truth())["orders"])
    resting = [row for row in orders if row["state"] == "open" and row["key"] == KEY and row["type"] == "sell"]
    return sum(number(row["amount"]) - number(row["filled"]) for row in resting)


async def test_a_first_partial_fill_of_an_oco_cancels_its_other_leg_and_keeps_the_rest_reserved(
    at_61000: Simulated,
) -> None:
    bot = at_61000
    bot.bot.world.accounts["binance"].totals["BTC"] = 5000.0
    target, stop = await sent(bot, "sell/oco", amt=4000, price=62000, stopPrice=60000, limit=59900)
    await bot.move(62010.0)
    found = await order(bot, target)
    assert 0 < number(found["filled"]) < 4000
    assert (found["state"], await states(bot, stop)) == ("open", ["cancelled"])
    held = bot.bot.world.accounts["binance"].on_order("BTC")
    assert held == pytest.approx(await strategys_coins(bot))


async def test_cancelling_one_leg_of_an_oco_cancels_both(at_61000: Simulated) -> None:
    bot = at_61000
    free = await bot.free("BTC")
    target, stop = await oco(bot)
    await bot.trade("cancel", id=stop, price=59900, type="limit")
    assert await states(bot, target, stop) == ["cancelled", "cancelled"]
    assert (await bot.last_post())["executed"] == 2
    assert await bot.free("BTC") == pytest.approx(free)


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("buy/stoplimit", {"stopPrice": 60500, "limitPrice": 60600}, "trigger immediately"),
        ("sell/stoplimit", {"stopPrice": 61500, "limitPrice": 61400}, "trigger immediately"),
        ("buy/trailingstop", {"price": 61000, "stopPrice": 60500}, "trigger immediately"),
        ("sell/trailingstop", {"price": 60000, "stopPrice": 60500}, "wrong side of its reference"),
        ("buy/oco", {"price": 61500, "stopPrice": 62000, "limit": 62100}, "execute immediately"),
        ("sell/oco", {"price": 60500, "stopPrice": 60000, "limit": 59900}, "execute immediately"),
        ("sell/oco", {"price": 62000, "stopPrice": 61500, "limit": 59900}, "trigger immediately"),
        ("sell/oco", {"amt": 3, "price": 62000, "stopPrice": 60000, "limit": 59900}, "insufficient BTC"),
        ("buy/oco", {"amt": 0.2, "price": 50000, "stopPrice": 62000, "limit": 62000}, "insufficient USDT"),
        ("close", {"price": 60000}, "no position to close"),
    ],
)
async def test_a_leg_on_the_wrong_side_is_refused_in_a_notification_only(
    at_61000: Simulated, path: str, data: Json, reason: str
) -> None:
    assert await sent(at_61000, path, **data) == []
    assert reason in await refusal(at_61000)
    await at_61000.advance(CYCLE)
    assert reason in str(items((await at_61000.ledger())["notifications"])[-1]["text"])


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("stoplimit", {"stopPrice": 62000, "limitPrice": 62100}),
        ("trailingstop", {"price": 61000, "stopPrice": 62000}),
        ("oco", {"price": 50000, "stopPrice": 62000, "limit": 62100}),
    ],
)
async def test_these_types_exist_on_binance_slots_only(at_61000: Simulated, path: str, fields: Json) -> None:
    assert await sent(at_61000, f"buy/{path}", LONG, **fields) == []
    assert "do not exist on bybit" in await refusal(at_61000)
    scaled = {name: number(price) / 20 for name, price in fields.items()}
    await sent(at_61000, f"buy/{path}", "binance#3/USDT-ETH", **scaled)
    assert "do not exist" not in str((await at_61000.last_post())["rejected"])


async def test_a_stop_needs_its_fields(bot: Simulated) -> None:
    for path in ("buy/stoplimit", "sell/trailingstop", "sell/oco"):
        body = {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.01, "price": 60000}}
        assert (await bot.http.post(f"/api/v1/trade/{path}", json=body)).status_code == 400


async def test_closing_a_long_position_sells_its_contracts(bot: Simulated) -> None:
    await sent(bot, "buy/market", LONG, amt=0.01)
    held = number((await bot.pair_truth(LONG))["position"])
    (order_id,) = await sent(bot, "close/market", LONG, amt=0.01)
    assert (await order(bot, order_id))["type"] == "sell"
    assert number((await bot.pair_truth(LONG))["position"]) == pytest.approx(held - 0.01)
    await sent(bot, "close", LONG, amt=held + 1, price=90000)
    assert await refusal(bot) == "more than the position"


async def test_closing_a_short_position_buys_its_contracts_back_with_the_profit_of_the_fall(bot: Simulated) -> None:
    wallet = bot.bot.world.accounts["bybit"].totals["USDT"]
    assert await sent(bot, "sell/market", SHORT, amt=2)
    await bot.advance(CYCLE)
    ledger = await bot.ledger(SHORT)
    assert (ledger["currentSide"], ledger["currentQty"]) == ("short", 2)
    entry = number(ledger["avgEntryPrice"])
    await bot.move(entry - 10, SHORT)
    (order_id,) = await sent(bot, "close", SHORT, amt=2, price=entry - 9)
    assert (await order(bot, order_id))["type"] == "buy"
    assert await states(bot, order_id) == ["filled"]
    assert bot.bot.world.accounts["bybit"].totals["USDT"] - wallet == pytest.approx(20, abs=0.5)
    await bot.advance(CYCLE)
    assert (await bot.ledger(SHORT))["currentSide"] == "none"
    assert bot.bot.world.accounts["bybit"].in_margin("USDT") >= 0


@pytest.mark.parametrize("shape", OPEN_ORDERS)
async def test_working_orders_take_one_of_three_forms(shape: str) -> None:
    async with simulated(SimOptions(speed=0, clock_start=START, open_orders=shape)) as bot:
        (order_id,) = await sent(bot, "buy", price=50000)
        (stop_id,) = await sent(bot, "buy/stoplimit", amt=0.001, stopPrice=70000, limitPrice=70100)
        await bot.advance(CYCLE)
        found = (await bot.ledger())["openOrders"]
        match shape:
            case "map":
                rows = table(found)
                assert table(rows[order_id])["rate"] == 50000
                assert table(rows[stop_id])["stopPrice"] == 70000
            case "exchange":
                by_id = {str(row["orderId"]): row for row in items(found)}
                assert by_id[order_id]["price"] == "50000.00000000"
                assert by_id[stop_id]["type"] == "STOP_LOSS_LIMIT"
            case _:
                listed = {str(row["id"]): row for row in items(found)}
                assert listed[order_id]["rate"] == 50000
                assert listed[stop_id]["stopPrice"] == 70000


async def test_the_truth_lists_every_order_ever_accepted_with_its_end(at_61000: Simulated) -> None:
    bot = at_61000
    (filled,) = await sent(bot, "buy/market")
    (cancelled,) = await sent(bot, "buy", price=50000)
    await bot.trade("cancel", id=cancelled, price=50000, type="limit")
    (working,) = await sent(bot, "buy", price=51000)
    assert await states(bot, filled, cancelled, working) == ["filled", "cancelled", "open"]


async def test_a_frozen_world_with_the_real_clock_stamps_orders_and_trades_with_it() -> None:
    async with simulated(SimOptions(speed=0)) as bot:
        bot.seconds = 500.0
        (resting,) = await sent(bot, "buy", amt=0.001, price=50000)
        (traded,) = await sent(bot, "buy/market", amt=0.001)
        await bot.advance(CYCLE)
        assert (await order(bot, resting))["time"] == (START + 500) * 1000
        rows = items(table(await bot.get("/orders", key=KEY))["data"])
        assert next(row for row in rows if str(row["id"]) == traded)["time"] == (START + 500) * 1000
