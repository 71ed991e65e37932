"""Orders of ours on a real bot: each is exactly one order in its database, and what becomes of it is seen at once."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.live.desk import Desk, pair_rows
from tests.live.freqtrade import Freqtrade
from tests.live.market import coin_of
from tests.sim.simulated import table

pytestmark = pytest.mark.live

SEEN_SECONDS = 2.0
"""Until a fill is on the screen of a busy machine."""


@pytest.fixture
def desk(desk: Desk, freqtrade: Freqtrade) -> Desk:
    """The cockpit on the shared bot, showing its pairs."""
    desk.serve(live=freqtrade.url)
    desk.open()
    return desk


def orders_of(bot: Freqtrade, pair: str) -> list[tuple[str, str, str, str]]:
    """Id, side, type and state of each order on a pair since the history, the oldest first."""
    with bot.database() as database:
        rows = database.execute(
            "select order_id, side, order_type, status from orders"
            " where ft_pair = ? and order_id not like 'history-%' order by id",
            (pair,),
        )
        return [tuple(row) for row in rows]


def test_an_entry_and_its_exit_are_one_order_each(desk: Desk, freqtrade: Freqtrade) -> None:
    pair = freqtrade.reserve(freqtrade.pairs[-1])
    before = len(orders_of(freqtrade, pair))
    desk.carry_out(f"buy 50usdt {pair} market")
    desk.wait(rf"BUY .*{pair.partition('/')[0]} at market filled")
    row = desk.wait_for_pair(pair, state="holding")
    ((bought, side, kind, state),) = orders_of(freqtrade, pair)[before:]
    assert (side, kind, state) == ("buy", "market", "closed")
    assert float(row["worth"]) == pytest.approx(50, rel=0.02)
    desk.wait_written(("filled", bought))
    desk.orders(pair=pair, side="buy", state="holding .*", by="me")
    desk.press("1")
    desk.carry_out(f"sell all {pair} market")
    desk.wait(rf"EXIT .*{pair.partition('/')[0]} at market filled")
    desk.wait_for_pair(pair, state="locked")
    (sold, side, kind, state) = orders_of(freqtrade, pair)[-1]
    assert (side, kind, state) == ("sell", "market", "closed")
    desk.wait_written(("filled", bought), ("filled", sold))
    desk.orders(pair=pair, side="buy", state="closed: force_exit .*", by="me")
    assert len(desk.journal()) == 2
    assert len(orders_of(freqtrade, pair)) == before + 2


def test_a_part_of_a_trade_that_is_no_whole_number_of_steps_is_sold_and_known_as_filled(
    desk: Desk, freqtrade: Freqtrade
) -> None:
    pair = freqtrade.reserve(freqtrade.pairs[3])
    entered = table(freqtrade.api("POST", "forceenter", {"pair": pair, "ordertype": "market", "stakeamount": 250}))
    held, step = Decimal(str(entered["amount"])), Decimal(str(entered["amount_precision"]))
    share = next(percent for percent in range(37, 60) if held * percent / 100 % step)
    sold = held * share / 100 // step * step
    desk.wait_for_pair(pair, state="holding")
    desk.carry_out(f"sell {share}% {pair} market")
    desk.wait(rf"EXIT .*{sold.normalize():f} {coin_of(pair)} at market filled")
    (order, side, kind, state) = orders_of(freqtrade, pair)[-1]
    assert (side, kind, state) == ("sell", "market", "closed")
    with freqtrade.database() as database:
        (amount,) = database.execute("select amount from orders where order_id = ?", (order,)).fetchone()
    assert Decimal(str(amount)) == sold
    desk.wait_written(("filled", order))
    desk.carry_out(f"sell all {pair} market")
    desk.wait(rf"EXIT .*{(held - sold).normalize():f} {coin_of(pair)} at market filled")
    desk.wait_for_pair(pair, state="locked")
    desk.wait_written(("filled", order), ("filled", orders_of(freqtrade, pair)[-1][0]))


def test_an_unfilled_entry_that_is_cancelled_is_shown_as_cancelled(desk: Desk, freqtrade: Freqtrade) -> None:
    pair = freqtrade.reserve(freqtrade.pairs[-2])
    before = len(orders_of(freqtrade, pair))
    desk.carry_out(f"buy 50usdt {pair} @ {freqtrade.exchange.price(pair) * 0.97:.3f}")
    desk.wait_for_pair(pair, state="entering", ord="1")
    (order,) = orders_of(freqtrade, pair)[before:]
    assert order[1:] == ("buy", "limit", "open")
    desk.orders(pair=pair, side="buy", state="working", by="me")
    desk.point_at(pair)
    desk.press("x")
    desk.agree()
    desk.orders(pair=pair, side="buy", state="cancelled.*", by="me")
    # The bot deletes the trade of an entry of which nothing was filled, and its order with it.
    assert len(orders_of(freqtrade, pair)) == before
    desk.wait_written(("cancelled", order[0]))


def test_a_fill_is_on_the_screen_at_once(desk: Desk, freqtrade: Freqtrade, capsys: pytest.CaptureFixture[str]) -> None:
    pair = freqtrade.pairs[5]
    desk.wait_for_pair(pair, state="entering")
    (order,) = [order for order in orders_of(freqtrade, pair) if order[3] == "open"]
    freqtrade.exchange.jump(pair, -15)
    desk.wait_for(lambda screen: dict(pair_rows(screen))[pair]["state"] == "holding", "the fill is on the screen")
    seen_at = datetime.now(UTC)
    with freqtrade.database() as database:
        (filled,) = database.execute("select order_filled_date from orders where order_id = ?", (order[0],)).fetchone()
    seconds = (seen_at - datetime.fromisoformat(filled).replace(tzinfo=UTC)).total_seconds()
    with capsys.disabled():
        sys.stdout.write(f"a fill was on the screen after {seconds:.3f} s\n")
    assert 0 < seconds < SEEN_SECONDS
