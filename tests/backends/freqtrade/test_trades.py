"""A real bot's trades as pairs, deals, orders and executions, and its funds: what is not known is never a figure."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gunbot_tui.backends.errors import Rejected, Unexpected
from gunbot_tui.backends.freqtrade.adapt_pairs import to_deal, to_pair, to_trades
from gunbot_tui.backends.freqtrade.wire import Trade as WireTrade
from gunbot_tui.model.deal import Deal, DealPage
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import Balance, HistoryPage, PairState, PairStatus, Position, Side
from tests.backends.freqtrade.recorded import FIXTURES, made
from tests.backends.freqtrade.replay import connected, recording, replay, scripts
from tests.backends.wire_server import WireServer, says
from tests.factories import NOW

OPEN: list[dict[str, Any]] = recording("status")
CLOSED: list[dict[str, Any]] = recording("trades_newest")["trades"]
CLOSED_PAGE: dict[str, Any] = recording("trades_newest")


def deal(row: dict[str, Any], **changes: object) -> Deal:
    """One row as a deal, with some of its fields changed."""
    found = to_deal(made(WireTrade, {**row, **changes}))
    assert found is not None
    return found


def row_of(pair: str) -> dict[str, Any]:
    return deepcopy(next(row for row in OPEN if row["pair"] == pair))


async def pairs_of(server: WireServer) -> dict[str, PairStatus]:
    """All pairs by the bot's own spelling."""
    async with connected(server) as backend:
        found = await backend.read(Topic(Kind.PAIRS))
        assert isinstance(found, tuple)
        return {status.pair.native: status for status in found}


@pytest.mark.parametrize(
    ("native", "coin", "money", "contract"),
    [
        ("BTC/USDT", "BTC", "USDT", ""),
        ("1000SATS/USDT", "1000SATS", "USDT", ""),
        ("BTC/USDT:USDT", "BTC", "USDT", "PERP"),
        ("ETH/BTC:BTC-260925", "ETH", "BTC", "260925"),
    ],
)
def test_pairs_are_read_in_every_spelling(native: str, coin: str, money: str, contract: str) -> None:
    assert to_pair("binance", native) == Pair("binance", coin, money, native, contract)


@pytest.mark.parametrize(
    "native", ["", "BTC", "BTC/", "BTC/USDT/X", "BTC /USDT", "B\u202eTC/USDT", "BTC/USDT:", "BTC/USDT\n"]
)
def test_a_name_that_could_hide_something_is_no_pair(native: str) -> None:
    assert to_pair("binance", native) is None


async def test_every_pair_that_may_be_opened_or_is_open_is_shown_in_the_whitelists_order(server: WireServer) -> None:
    server.scripts["status"] = says([{**row_of("TRX/USDT"), "pair": "OLD/USDT"}])
    whitelist = recording("whitelist")["whitelist"]
    assert list(await pairs_of(server)) == [*whitelist, "OLD/USDT"]


async def test_an_open_trade_is_the_pairs_position_with_its_stop_and_the_bots_rate(server: WireServer) -> None:
    status = (await pairs_of(server))["TRX/USDT"]
    assert status.state is PairState.HOLDING
    assert status.position == Position(2065.6, 0.12103)
    assert (status.last, status.last_at, status.bid, status.ask) == (0.12102, None, None, None)
    assert [(target.name, target.price) for target in status.targets] == [("stop", 0.11801)]
    assert status.unrealised == -0.52063448
    assert status.period_minutes == 1.0
    (found,) = status.deals
    assert found.key == "141@1795220655517"
    assert (found.entry_tag, found.strategy, found.fee_percent) == ("rsi_dip", "CockpitStrategy", 0.1)
    assert found.profit_percent == pytest.approx(-0.208046)
    assert found.stop_percent == -2.49
    assert status.last_trade is not None
    assert status.last_trade.id.startswith("dry_run_buy_TRX/USDT")


async def test_an_entry_that_has_not_filled_is_an_order_and_no_position(server: WireServer) -> None:
    status = (await pairs_of(server))["ADA/USDT"]
    assert (status.state, status.position) == (PairState.WAITING, None)
    (order,) = status.open_orders or ()
    assert (order.side, order.price, order.amount) == (Side.BUY, Decimal("0.53333"), Decimal("468.7"))
    assert order.placed_at == datetime(2026, 11, 21, 0, 24, 20, 214000, UTC)
    (found,) = status.deals
    assert (found.amount, found.is_entering, found.is_closing) == (0.0, True, False)


async def test_a_filled_part_of_an_order_is_no_longer_open(server: WireServer) -> None:
    row = row_of("ADA/USDT")
    row["orders"][0] |= {"filled": 100.1, "remaining": 368.6}
    server.scripts["status"] = says([row])
    status = (await pairs_of(server))["ADA/USDT"]
    assert [order.amount for order in status.open_orders or ()] == [Decimal("368.6")]
    assert status.last_trade is not None
    assert status.last_trade.amount == 100.1


async def test_orders_that_cannot_be_read_are_unknown_and_not_none(server: WireServer) -> None:
    row = row_of("ADA/USDT")
    row["orders"][0] |= {"remaining": None, "amount": "much"}
    server.scripts["status"] = says([row])
    assert (await pairs_of(server))["ADA/USDT"].open_orders is None


def test_an_exit_that_was_cancelled_or_partial_leaves_no_trade_closing() -> None:
    found = deal(row_of("ETH/USDT"))
    assert found.exit_reason == "force_exit"
    assert not found.is_closing
    assert found.realised == -0.22339649
    assert found.profit == -0.44685182


async def test_the_step_of_a_markets_amounts_comes_with_its_open_and_closed_trades(server: WireServer) -> None:
    found = await pairs_of(server)
    steps = {pair: status.deals[0].amount_step for pair, status in found.items() if status.deals}
    assert steps["TRX/USDT"] == Decimal("0.1")
    assert steps["ETH/USDT"] == Decimal("0.00001")
    closed = to_trades([made(WireTrade, CLOSED[0])])
    assert {trade.amount_step for trade in closed} == {Decimal("0.00001")}


def test_a_trade_with_thousands_of_orders_is_read_at_once() -> None:
    orders = CLOSED[0]["orders"] * 2_000
    trade = made(WireTrade, {**CLOSED[0], "orders": orders})
    began = time.process_time()
    assert len(to_trades([trade])) == len(orders)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"amount_precision": 1, "precision_mode": 4}, "1"),
        ({"amount_precision": 0.5, "precision_mode": 4}, "0.5"),
        ({"amount_precision": 3, "precision_mode": 2}, "0.001"),
        ({"amount_precision": 0, "precision_mode": 2}, "1"),
        ({"amount_precision": 4, "precision_mode": 3, "amount": 2065.6}, "1"),
        ({"amount_precision": 4, "precision_mode": 3, "amount": 0.0811}, "0.00001"),
        ({"pair": "TRX/USDT:USDT"}, "0.1"),
        ({"pair": "TRX/USDT:USDT", "exchange": "okx", "contract_size": 1000}, "100"),
        ({"pair": "TRX/USDT:USDT", "exchange": "okx", "amount_precision": 2, "precision_mode": 2,
          "contract_size": 1000}, "10"),
    ],
)  # fmt: skip
def test_a_step_is_read_in_every_way_that_a_precision_counts(changes: dict[str, Any], step: str) -> None:
    assert deal(row_of("TRX/USDT"), **changes).amount_step == Decimal(step)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_precision": None},
        {"amount_precision": 0},
        {"amount_precision": -0.1},
        {"amount_precision": "a step"},
        {"amount_precision": True},
        {"amount_precision": 1e-30},
        {"amount_precision": 1e30},
        {"precision_mode": None},
        {"precision_mode": 5},
        {"precision_mode": "4 "},
        {"amount_precision": -1, "precision_mode": 2},
        {"amount_precision": 1e30, "precision_mode": 2},
        {"amount_precision": 0, "precision_mode": 3},
        {"amount_precision": 4, "precision_mode": 3, "amount": 0.0},
        {"contract_size": 0},
        {"contract_size": 1e20},
        {"pair": "TRX/USDT:USDT", "exchange": "okx"},
    ],
)
def test_a_step_that_is_not_told_for_certain_is_none(changes: dict[str, Any]) -> None:
    assert deal(row_of("TRX/USDT"), **changes).amount_step is None


def test_an_exit_that_rests_is_closing_and_no_entry() -> None:
    found = deal(recording("trade_reload"))
    assert found.is_closing
    assert not found.is_entering


def test_a_short_is_entered_by_selling_and_held_with_a_minus() -> None:
    row = row_of("TRX/USDT")
    row["orders"][0]["ft_order_side"] = "sell"
    found = deal(row, is_short=True, pair="TRX/USDT:USDT", leverage=3.0, liquidation_price=0.15)
    assert (found.is_short, found.leverage, found.liquidation_price) == (True, 3.0, 0.15)
    assert [(order.side, order.is_entry) for order in found.orders] == [(Side.SELL, True)]


async def test_a_short_position_is_negative_and_its_stop_at_the_exchange_buys(server: WireServer) -> None:
    row = row_of("TRX/USDT")
    row["orders"][0]["ft_order_side"] = "sell"
    stop = {**row["orders"][0], "order_id": "stop", "ft_order_side": "stoploss", "is_open": True, "filled": 0.0}
    stop |= {"remaining": 2065.6, "safe_price": 0.13}
    server.scripts["status"] = says(
        [{**row, "is_short": True, "pair": "TRX/USDT:USDT", "orders": [*row["orders"], stop]}]
    )
    status = (await pairs_of(server))["TRX/USDT:USDT"]
    assert status.position == Position(-2065.6, 0.12103)
    assert status.pair.contract == "PERP"
    (order,) = status.open_orders or ()
    assert (order.side, order.stop) == (Side.BUY, Decimal("0.13"))


def test_ids_that_are_used_again_are_told_apart_by_when_they_were_opened() -> None:
    first, second = row_of("TRX/USDT"), row_of("ETH/USDT")
    assert deal(first, trade_id=149).key != deal(second, trade_id=149).key


def test_without_a_rate_nothing_is_reckoned() -> None:
    found = deal(row_of("TRX/USDT"), current_rate=None, total_profit_abs=0.0, total_profit_ratio=None)
    assert (found.price, found.profit, found.profit_percent) == (None, None, None)


async def test_a_row_that_is_none_is_left_out_and_the_others_stay(server: WireServer) -> None:
    server.scripts["status"] = says([None, 7, {}, {**row_of("TRX/USDT"), "pair": "A\u202eB/USDT"}, row_of("ETH/USDT")])
    found = await pairs_of(server)
    assert [native for native, status in found.items() if status.deals] == ["ETH/USDT"]


async def test_locked_pairs_are_waiting_for_their_locks(server: WireServer) -> None:
    ends = int((NOW + timedelta(minutes=5)).timestamp() * 1000)
    lock = {**recording("locks")["locks"][0], "lock_end_timestamp": ends}
    over = {**lock, "pair": "UNI/USDT", "lock_end_timestamp": ends - 600_000}
    server.scripts["locks"] = says({"lock_count": 2, "locks": [lock, over]})
    found = await pairs_of(server)
    assert found["BTC/USDT"].state is PairState.LOCKED
    assert found["UNI/USDT"].state is PairState.WAITING


@pytest.mark.parametrize("state", ["paused", "stopped"])
async def test_a_bot_that_opens_nothing_holds_what_it_holds_and_waits_for_nothing(state: str) -> None:
    found = scripts() | {"show_config": says({**recording("show_config"), "state": state})}
    async with WireServer(scripts=found) as server:
        pairs = await pairs_of(server)
    assert pairs["TRX/USDT"].state is PairState.HOLDING
    assert pairs["UNI/USDT"].state is PairState.PAUSED


async def test_funds_are_as_exact_as_they_are_printed(server: WireServer) -> None:
    async with connected(server) as backend:
        found = await backend.read(Topic(Kind.BALANCES))
    assert isinstance(found, tuple)
    money = next(balance for balance in found if balance.asset == "USDT")
    assert money == Balance(
        "binance",
        "USDT",
        Decimal("8606.54657968"),
        Decimal("249.971771"),
        8856.51835068,
        "USDT",
        Decimal("8506.7317893532"),
    )


async def test_coins_without_a_price_are_worth_what_is_not_known(server: WireServer) -> None:
    unpriced = json.loads((FIXTURES / "exchange_down.json").read_bytes())["balance"]["first_currency"]
    empty = {**unpriced, "currency": "XRP", "free": 0, "balance": 0}
    server.scripts["balance"] = says({"currencies": [unpriced, empty]})
    async with connected(server) as backend:
        found = await backend.read(Topic(Kind.BALANCES))
    assert isinstance(found, tuple)
    assert [(balance.asset, balance.worth) for balance in found] == [("ADA", None), ("XRP", 0.0)]


async def test_open_contracts_are_a_part_of_what_the_account_is_worth(server: WireServer) -> None:
    server.scripts["balance"] = replay("balance_futures")
    async with connected(server) as backend:
        found = await backend.read(Topic(Kind.BALANCES))
    assert isinstance(found, tuple)
    assert sum(balance.worth for balance in found) == pytest.approx(recording("balance_futures")["total"])
    assert [balance.asset for balance in found[:3]] == ["USDT", "BTC long", "ETH short"]
    assert [balance.free for balance in found if balance.asset != "USDT"] == [Decimal(0)] * (len(found) - 1)


async def test_closed_trades_come_newest_first_by_pages_of_fifty(server: WireServer) -> None:
    async with connected(server) as backend:
        page = await backend.read(Topic(Kind.CLOSED, "2"))
    assert isinstance(page, DealPage)
    assert page.total == CLOSED_PAGE["total_trades"]
    assert [deal.id for deal in page.deals] == [str(row["trade_id"]) for row in CLOSED]
    first = page.deals[0]
    assert (first.is_open, first.price, first.close_price, first.exit_reason) == (False, None, 61677.0, "force_exit")
    assert first.profit == -0.52796205
    assert first.profit_percent == pytest.approx(-0.21112568774847486)
    assert dict(server.last("trades").params) == {"limit": "50", "offset": "100", "order_by_id": "false"}


async def test_the_newest_executions_are_those_of_open_trades_too(server: WireServer) -> None:
    async with connected(server) as backend:
        page = await backend.read(Topic(Kind.HISTORY, "0"))
        older = await backend.read(Topic(Kind.HISTORY, "1"))
    assert isinstance(page, HistoryPage)
    assert isinstance(older, HistoryPage)
    times = [trade.at for trade in page.trades if trade.at is not None]
    assert times == sorted(times, reverse=True)
    filled = [order for row in [*OPEN, *CLOSED] for order in row["orders"] if order["filled"]]
    assert {trade.id for trade in page.trades} == {order["order_id"] for order in filled}
    assert (page.total, page.is_last) == (None, False)
    assert page.whole_since == min(datetime.fromtimestamp(row["close_timestamp"] / 1000, UTC) for row in CLOSED)
    assert len(older.trades) < len(page.trades)


async def test_a_result_belongs_to_an_exit_only_where_it_is_the_whole_of_it(server: WireServer) -> None:
    async with connected(server) as backend:
        page = await backend.read(Topic(Kind.HISTORY, "0"))
    assert isinstance(page, HistoryPage)
    exit = next(trade for trade in page.trades if trade.id == CLOSED[0]["orders"][1]["order_id"])
    entry = next(trade for trade in page.trades if trade.id == CLOSED[0]["orders"][0]["order_id"])
    assert (exit.side, exit.pnl) == (Side.SELL, -0.52796205)
    assert exit.fee == pytest.approx(0.24979185)
    assert (entry.side, entry.pnl) == (Side.BUY, None)
    part = next(trade for trade in page.trades if trade.id == row_of("ETH/USDT")["orders"][1]["order_id"])
    assert part.pnl is None


async def test_the_last_page_of_the_history_says_so(server: WireServer) -> None:
    server.scripts["trades"] = says({**CLOSED_PAGE, "total_trades": len(CLOSED)})
    async with connected(server) as backend:
        page = await backend.read(Topic(Kind.HISTORY, "0"))
    assert isinstance(page, HistoryPage)
    assert page.is_last
    assert page.whole_since is None


async def test_what_a_strategy_keeps_is_asked_for_trade_by_trade(server: WireServer) -> None:
    server.scripts["trades/5/custom-data"] = says({"detail": "No custom-data found for Trade ID: 5."}, 404)
    async with connected(server) as backend:
        assert await backend.read(Topic(Kind.NOTES, "141")) == (("last_fill", '{"side": "buy", "price": 0.12103}'),)
        assert await backend.read(Topic(Kind.NOTES, "5")) == ()
    assert server.count("trades/open/custom-data") == 0


async def test_a_trade_of_any_age_is_told_by_its_id(server: WireServer) -> None:
    server.scripts["trade/999"] = replay("auth_and_errors", "unknown trade")
    server.scripts["trade/7"] = says({})
    async with connected(server) as backend:
        deal = await backend.read(Topic(Kind.DEAL, "141"))
        assert isinstance(deal, Deal)
        assert (deal.id, deal.pair.native, deal.is_open, deal.price) == ("141", "TRX/USDT", True, 0.12102)
        assert len(deal.orders) == 1
        for unknown in ("999", "open", "1/../7"):
            with pytest.raises(Rejected, match=f"no trade {unknown} at ft"):
                await backend.read(Topic(Kind.DEAL, unknown))
        with pytest.raises(Unexpected):
            await backend.read(Topic(Kind.DEAL, "7"))
    assert server.count("trade/open") == 0


async def test_a_stopped_bot_shows_its_trades_and_its_funds(server: WireServer) -> None:
    server.scripts["show_config"] = says({**recording("show_config"), "state": "stopped"})
    pairs = await pairs_of(server)
    assert sum(len(status.deals) for status in pairs.values()) == len(OPEN)
