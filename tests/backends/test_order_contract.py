"""Every order type reaches the simulated exchange as it was meant, and comes back as a working order in every shape."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gunbot_tui.model.command import CancelOrder, HandedOver, PlaceOrder
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from tests.backends.simulated_bot import BTC, Simulator, opened, read_pair, started

AMOUNT = Decimal("0.00123")


@pytest.fixture(params=["history", "exchange", "map"])
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with started("--open-orders", request.param) as simulator:
        yield simulator


async def place(simulator: Simulator, key: str, *commands: PlaceOrder) -> list[OpenOrder]:
    """The working orders that a pair has more after the commands."""
    async with opened(simulator) as backend:
        before = {order.id for order in (await read_pair(backend, key)).open_orders or ()}
        for command in commands:
            assert await backend.execute(command) == HandedOver()
        simulator.advance(60)
        orders = (await read_pair(backend, key)).open_orders
        assert orders is not None
        return [order for order in orders if order.id not in before]


async def test_every_type_of_order_comes_back_as_a_working_one(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        status = await read_pair(backend)
    pair = status.pair
    market = Decimal(round(status.bid or 0))
    low, high = market - 9000, market + 9000
    placed = await place(
        simulator,
        BTC,
        PlaceOrder(pair, Side.BUY, OrderType.LIMIT, AMOUNT, low),
        PlaceOrder(pair, Side.BUY, OrderType.STOP_LIMIT, AMOUNT, high + 10, stop=high),
        PlaceOrder(pair, Side.SELL, OrderType.TRAILING_STOP, AMOUNT, market, stop=low),
        PlaceOrder(pair, Side.SELL, OrderType.OCO, AMOUNT, high, stop=low, stop_limit=low - 10),
    )
    assert {order.amount for order in placed} == {AMOUNT}
    kinds = {(order.side, order.price, order.stop) for order in placed}
    assert (Side.BUY, low, None) in kinds
    assert (Side.BUY, high + 10, high) in kinds
    assert (Side.SELL, high, None) in kinds
    assert (Side.SELL, low - 10, low) in kinds
    assert len(placed) == 5
    rejected = [post for post in simulator.truth()["posts"] if post["rejected"] is not None]
    assert rejected == []


async def test_a_position_is_closed_at_a_limit_and_the_order_is_cancelled(simulator: Simulator) -> None:
    key = "bybit/USDT-BTC-LONG"
    async with opened(simulator) as backend:
        status = await read_pair(backend, key)
        price = Decimal(round(status.bid or 0)) + 9000
        close = PlaceOrder(status.pair, Side.SELL, OrderType.LIMIT, AMOUNT, price, closes=True)
        (order,) = await place(simulator, key, close)
        assert (order.side, order.price, order.amount) == (Side.SELL, price, AMOUNT)
        working = simulator.truth()["keys"][key]["openOrders"]
        cancel = CancelOrder(order.pair, order.id, order.side, order.price, order.amount)
        assert await backend.execute(cancel) == HandedOver()
        simulator.advance(60)
        assert order.id in {str(one["id"]) for one in working}
        assert order.id not in {str(one["id"]) for one in simulator.truth()["keys"][key]["openOrders"]}


async def test_a_position_is_closed_at_the_market(simulator: Simulator) -> None:
    key = "bybit/USDT-BTC-LONG"
    async with opened(simulator) as backend:
        before = await read_pair(backend, key)
        close = PlaceOrder(before.pair, Side.SELL, OrderType.MARKET, AMOUNT, Decimal(str(before.bid or 0)), closes=True)
        assert await backend.execute(close) == HandedOver()
        (post,) = [post for post in simulator.truth()["posts"] if "close" in post["path"]]
        assert post["path"] == "/api/v1/trade/close/market"
        assert post["rejected"] is None
