"""Orders sent through the API: they rest, fill, fill partly, are cancelled or refused, and show only after a cycle."""

from __future__ import annotations

import pytest

from tests.sim.simulated import API, KEY, Simulated, items, number, table

CYCLE = 3.0
"""Seconds within which the core has seen every pair."""


async def open_ids(bot: Simulated, key: str = KEY) -> list[object]:
    return [order["id"] for order in items((await bot.ledger(key))["openOrders"])]


async def true_order(bot: Simulated, order_id: object) -> dict[str, object] | None:
    orders = items((await bot.pair_truth())["openOrders"])
    return next((order for order in orders if order["id"] == order_id), None)


async def sent_id(bot: Simulated) -> object:
    post = await bot.last_post()
    assert post["executed"] == 1, post
    ids = post["ids"]
    assert isinstance(ids, list)
    return ids[0]


async def rows_of(bot: Simulated, order_id: object, key: str = KEY) -> list[dict[str, object]]:
    return [row for row in items(table(await bot.get("/orders", key=key))["data"]) if row["id"] == order_id]


async def test_a_limit_order_below_the_market_rests_and_shows_after_the_next_cycle_only(bot: Simulated) -> None:
    await bot.trade("buy", amt=0.01, price=50000)
    order_id = await sent_id(bot)
    assert order_id not in await open_ids(bot)
    order = await true_order(bot, order_id)
    assert order is not None
    assert order["shown"] is False

    await bot.advance(CYCLE)

    shown = next(o for o in items((await bot.ledger())["openOrders"]) if o["id"] == order_id)
    assert {name: shown[name] for name in ("type", "rate", "amount", "pair")} == {
        "type": "buy",
        "rate": 50000,
        "amount": 0.01,
        "pair": "USDT-BTC",
    }
    assert number(shown["time"]) > 0
    order = await true_order(bot, order_id)
    assert order is not None
    assert order["shown"] is True


async def test_a_resting_order_reserves_its_money_and_a_cancel_gives_it_back(bot: Simulated) -> None:
    before = await bot.free("USDT")
    await bot.trade("buy", amt=0.01, price=50000)
    order_id = await sent_id(bot)
    assert await bot.free("USDT") == pytest.approx(before - 500)
    await bot.advance(CYCLE)
    listed = {(row["Asset"], row["Exchange"]): row for row in items(await bot.post("/balances"))}
    assert float(str(listed["USDT", "binance"]["On Order"])) >= 500

    await bot.trade("cancel", id=str(order_id), price=50000, type="limit")

    assert await true_order(bot, order_id) is None
    assert order_id in await open_ids(bot)
    await bot.advance(CYCLE)
    assert order_id not in await open_ids(bot)


async def test_a_cancel_with_a_number_as_id_works_too(bot: Simulated) -> None:
    await bot.trade("buy", amt=0.01, price=50000)
    order_id = await sent_id(bot)
    await bot.trade("cancel", id=order_id, price=50000, type="limit")
    assert await true_order(bot, order_id) is None


async def test_a_limit_order_through_the_touch_executes_against_the_book_at_once(bot: Simulated) -> None:
    truth = await bot.pair_truth()
    ask, size = table(truth["book"])["ask"][0]  # type: ignore[index]  # a level is a JSON pair
    held = number(truth["position"])
    amount = round(min(0.001, size / 2), 5)
    await bot.trade("buy", amt=amount, price=ask * 1.01)
    order_id = await sent_id(bot)
    assert await true_order(bot, order_id) is None
    assert number((await bot.pair_truth())["position"]) == pytest.approx(held + amount)
    assert await rows_of(bot, order_id) == []
    await bot.advance(CYCLE)
    (row,) = await rows_of(bot, order_id)
    assert (row["rate"], row["amount"], row["type"]) == (ask, amount, "buy")


async def test_a_market_order_walks_the_book_level_by_level(bot: Simulated) -> None:
    key = "binance/USDT-SUI"
    levels = table((await bot.pair_truth(key))["book"])["ask"]
    assert isinstance(levels, list)
    amount = levels[0][1] + levels[1][1] / 2
    await bot.post("/trade/buy/market", {"data": {"exch": "binance", "pair": "USDT-SUI", "amt": amount}})
    order_id = await sent_id(bot)
    after = table((await bot.pair_truth(key))["book"])["ask"]
    assert isinstance(after, list)
    assert after[0][0] == levels[1][0]
    assert after[0][1] == pytest.approx(levels[1][1] / 2)
    await bot.advance(CYCLE)
    rows = (await rows_of(bot, order_id, key))[::-1]
    assert [row["rate"] for row in rows] == [levels[0][0], levels[1][0]]
    assert sum(number(row["amount"]) for row in rows) == pytest.approx(amount)


async def test_a_resting_order_fills_at_its_own_price_when_the_market_crosses_it(bot: Simulated) -> None:
    await bot.trade("buy", amt=0.001, price=60000)
    order_id = await sent_id(bot)
    await bot.move(59900)
    assert await true_order(bot, order_id) is None
    await bot.advance(CYCLE)
    (row,) = await rows_of(bot, order_id)
    assert (row["rate"], row["amount"]) == (60000, 0.001)
    assert order_id not in await open_ids(bot)


async def test_a_large_order_fills_in_parts_that_share_its_id(bot: Simulated) -> None:
    key = "binance/USDT-DOT"
    ask = number((await bot.pair_truth(key))["ask"])
    amount = 250.0
    await bot.post("/trade/buy", {"data": {"exch": "binance", "pair": "USDT-DOT", "amt": amount, "price": ask}})
    order_id = await sent_id(bot)
    await bot.advance(CYCLE)
    left = [number(o["amount"]) for o in items((await bot.ledger(key))["openOrders"]) if o["id"] == order_id]
    filled = sum(number(row["amount"]) for row in await rows_of(bot, order_id, key))
    assert 0 < filled < amount
    assert sum(left) + filled == pytest.approx(amount)

    for _ in range(40):
        await bot.move(ask * 0.999, key)
    await bot.advance(CYCLE)

    rows = await rows_of(bot, order_id, key)
    assert len(rows) > 1
    assert sum(number(row["amount"]) for row in rows) == pytest.approx(amount)
    assert order_id not in await open_ids(bot, key)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("buy", {"amt": 5, "price": 60000}),
        ("sell", {"amt": 5, "price": 70000}),
        ("buy/market", {"amt": 5}),
        ("buy", {"amt": 0.000001, "price": 60000}),
        ("buy", {"amt": 0.01, "price": 50000, "pair": "USDT-NOPE"}),
        ("buy", {"amt": 0.01, "price": 50000, "exch": "nowhere"}),
    ],
)
async def test_what_the_exchange_rejects_is_answered_as_sent_and_changes_nothing(
    bot: Simulated, path: str, data: dict[str, object]
) -> None:
    before = await bot.truth()
    await bot.trade(path, **data)
    after = await bot.truth()
    assert after["balances"] == before["balances"]
    post = await bot.last_post()
    assert post["executed"] == 0
    assert post["rejected"]


async def test_a_rejection_shows_in_the_pairs_notifications_after_its_cycle(bot: Simulated) -> None:
    await bot.trade("buy", amt=5, price=60000)
    assert (await bot.ledger())["notifications"] == []
    await bot.advance(CYCLE)
    (notice,) = items((await bot.ledger())["notifications"])
    assert notice["variant"] == "error"
    assert "insufficient USDT" in str(notice["text"])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/trade/buy", {}),
        ("/trade/buy", {"data": 7}),
        ("/trade/buy", {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 1}}),
        ("/trade/buy", {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": "1", "price": 5}}),
        ("/trade/sell", {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": -1, "price": 5}}),
        ("/trade/sell/market", {"data": {"pair": "USDT-BTC", "amt": 1}}),
        ("/trade/cancel", {"data": {"exch": "binance", "pair": "USDT-BTC", "id": "1", "price": 5}}),
        ("/trade/cancel", {"data": {"exch": "binance", "pair": "USDT-BTC", "price": 5, "type": "limit"}}),
        ("/trade/cancel", {"data": {"exch": "binance", "pair": "USDT-BTC", "id": "1", "type": "limit"}}),
    ],
)
async def test_an_incomplete_trade_is_a_bad_request_and_no_order(
    bot: Simulated, path: str, body: dict[str, object]
) -> None:
    answer = await bot.http.post(API + path, json=body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert (await bot.last_post())["executed"] == 0


async def test_a_body_without_the_data_wrapper_is_taken_too(bot: Simulated) -> None:
    await bot.post("/trade/buy", {"exch": "binance", "pair": "USDT-BTC", "amt": 0.01, "price": 50000})
    assert (await bot.last_post())["executed"] == 1


async def test_a_body_that_is_no_json_is_a_bad_request(bot: Simulated) -> None:
    answer = await bot.http.post(f"{API}/trade/buy", content=b"{nonsense")
    assert answer.status_code == 400


async def test_prices_are_put_on_the_pairs_grid(bot: Simulated) -> None:
    await bot.trade("buy", amt=0.01, price=50000.1234567)
    order = await true_order(bot, await sent_id(bot))
    assert order is not None
    assert order["rate"] == 50000.12


async def test_an_own_order_inside_the_spread_becomes_the_best_bid(bot: Simulated) -> None:
    truth = await bot.pair_truth()
    price = round((number(truth["bid"]) + number(truth["ask"])) / 2, 2)
    await bot.trade("buy", amt=0.001, price=price)
    assert (await bot.pair_truth())["bid"] == price
    await bot.trade("sell", amt=0.001, price=price)
    after = await bot.pair_truth()
    assert number(after["bid"]) < number(after["ask"])


async def test_a_futures_order_takes_margin_and_moves_the_position(bot: Simulated) -> None:
    key = "bybit/USDT-BTC-LONG"
    before = await bot.pair_truth(key)
    free = await bot.free("USDT", "bybit")
    data = {"exch": "bybit", "pair": "USDT-BTC-LONG", "amt": 0.01}
    await bot.post("/trade/buy/market", {"data": data})
    await bot.advance(CYCLE)
    ledger = await bot.ledger(key)
    assert number(ledger["currentQty"]) == pytest.approx(number(before["position"]) + 0.01)
    assert ledger["currentSide"] == "long"
    assert number(ledger["avgEntryPrice"]) > 0
    spent = free - await bot.free("USDT", "bybit")
    assert spent == pytest.approx(0.01 * number(before["ask"]) / 10, rel=0.01)

    await bot.post("/trade/sell/market", {"data": data | {"amt": ledger["currentQty"]}})
    await bot.advance(CYCLE)
    assert (await bot.ledger(key))["currentSide"] == "none"


async def test_with_the_core_stopped_an_order_is_answered_but_not_passed_on(bot: Simulated) -> None:
    await bot.post("/system/stop")
    await bot.trade("buy", amt=0.01, price=50000)
    assert (await bot.last_post())["rejected"] == "the core is stopped"
