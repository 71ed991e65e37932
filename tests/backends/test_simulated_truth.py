"""Every kind of topic, read over the real wire from the simulated bot, is what its documentation says, and true."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from gunbot_tui.backends.errors import Rejected, Unauthorised, Unexpected, Unreachable
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.model.bot import AuthStatus, BotRef, ServerClock, TradeMode
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import CancelOrder, HandedOver, PlaceOrder, StartCore, StopCore, Unknown
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import ConfigTree, FileList, FileText, Folder
from gunbot_tui.model.market import Book, CandleSeries
from gunbot_tui.model.pnl import PnlReport
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import HistoryPage, OrderType, PairState, Side
from tests.backends.simulated_bot import BTC, WALLET, Simulator, opened, read_pair, started


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with started() as simulator:
        yield simulator


async def test_every_kind_is_what_it_says_and_true(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        truth = simulator.truth()

        clock = await backend.read(Topic(Kind.CLOCK))
        assert isinstance(clock, ServerClock)
        assert abs(clock.offset_seconds) < 5

        pairs = await backend.read(Topic(Kind.PAIRS))
        assert isinstance(pairs, tuple)
        assert {status.pair.key for status in pairs} == set(truth["keys"])
        for status in pairs:
            known = truth["keys"][status.pair.key]
            if status.bid is None:
                assert status.state in (PairState.STARTING, PairState.PAUSED)
                assert (status.ask, status.position, status.open_orders) == (None, None, None)
                continue
            assert (status.bid, status.ask) == (known["bid"], known["ask"])
            assert abs(status.position.size if status.position else 0.0) == pytest.approx(abs(known["position"]))
            assert {order.id for order in status.open_orders or ()} == {
                str(order["id"]) for order in known["openOrders"]
            }
            assert status.period_minutes

        status = await read_pair(backend)
        assert status == next(one for one in pairs if one.pair.key == BTC)

        book = await backend.read(Topic(Kind.BOOK, BTC))
        assert isinstance(book, Book)
        assert [[level.price, level.size] for level in book.asks] == truth["keys"][BTC]["book"]["ask"]
        assert [[level.price, level.size] for level in book.bids] == truth["keys"][BTC]["book"]["bid"]

        candles = await backend.read(Topic(Kind.CANDLES, BTC))
        assert isinstance(candles, CandleSeries)
        assert len(candles.candles) > 100
        assert candles.period.total_seconds() == 60 * (status.period_minutes or 0)
        times = [candle.opened_at for candle in candles.candles]
        assert times == sorted(set(times))
        assert 0 <= time.time() - times[-1].timestamp() <= candles.period.total_seconds() + 5

        marks = await backend.read(Topic(Kind.MARKS, BTC))
        assert isinstance(marks, tuple)
        assert marks
        assert all("convert" not in mark.text and mark.text.isascii() for mark in marks)

        day = await backend.read(Topic(Kind.DAY, "binance"))
        assert isinstance(day, dict)
        assert day[BTC].change_percent == pytest.approx(truth["keys"][BTC]["change24h"], abs=0.01)

        balances = await backend.read(Topic(Kind.BALANCES))
        assert isinstance(balances, tuple)
        for balance in balances:
            known = truth["balances"][balance.exchange][balance.asset]
            assert (float(balance.free), float(balance.locked)) == pytest.approx(
                (known["free"], known["onOrder"]), abs=1e-7
            )

        report = await backend.read(Topic(Kind.PNL))
        assert isinstance(report, PnlReport)
        assert report.total == pytest.approx(truth["pnl"]["total"]["pnl"])
        assert report.zone == "Europe/Amsterdam"
        assert all(pair.realised == pytest.approx(truth["keys"][pair.pair.key]["realised"]) for pair in report.pairs)

        config = await backend.read(Topic(Kind.CONFIG))
        assert isinstance(config, ConfigTree)
        assert config.core_enabled is True
        assert {"binance", "binance#3"} <= set(config.exchanges)
        assert config.fee_percent["binance"] == pytest.approx(0.1)
        assert WALLET not in repr(config)

        auth = await backend.read(Topic(Kind.AUTH))
        assert isinstance(auth, AuthStatus)
        assert auth.expires_at is not None


async def test_the_history_comes_by_pages_newest_first_and_whole(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        total, seen = 1, []
        for page in range(20):
            answer = await backend.read(Topic(Kind.HISTORY, str(page)))
            assert isinstance(answer, HistoryPage)
            assert answer.total is not None
            total = answer.total
            seen += list(answer.trades)
            if len(seen) >= total or not answer.trades:
                break
    times = [trade.at.timestamp() for trade in seen if trade.at is not None]
    assert times == sorted(times, reverse=True)
    assert len(seen) == total == sum(known["historyCount"] for known in simulator.truth()["keys"].values())


@pytest.mark.parametrize("folder", list(Folder))
async def test_every_file_of_a_folder_can_be_read(simulator: Simulator, folder: Folder) -> None:
    async with opened(simulator) as backend:
        listed = await backend.read(Topic(Kind.FILES, folder))
        assert isinstance(listed, FileList)
        assert listed.names
        for name in listed.names[:3]:
            text = await backend.read(Topic(Kind.FILE, f"{folder}/{name}"))
            assert isinstance(text, FileText)
            assert (text.folder, text.name) == (folder, name)
            assert text.lines
            assert WALLET not in "\n".join(text.lines)


async def test_an_order_is_placed_seen_and_cancelled(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        before = await read_pair(backend)
        known = {order.id for order in before.open_orders or ()}
        command = PlaceOrder(before.pair, Side.BUY, OrderType.LIMIT, Decimal("0.00123"), Decimal("50000.10"))
        assert await backend.execute(command) == HandedOver()
        simulator.advance(60)
        (order,) = [one for one in (await read_pair(backend)).open_orders or () if one.id not in known]
        assert (order.side, order.price, order.amount) == (Side.BUY, Decimal("50000.1"), Decimal("0.00123"))
        cancel = CancelOrder(order.pair, order.id, order.side, order.price, order.amount)
        assert await backend.execute(cancel) == HandedOver()
        simulator.advance(60)
        assert order.id not in {one.id for one in (await read_pair(backend)).open_orders or ()}
        posts = [post["path"] for post in simulator.truth()["posts"] if "trade" in post["path"]]
        assert posts == ["/api/v1/trade/buy", "/api/v1/trade/cancel"]


async def test_an_order_that_is_carried_out_and_not_answered_is_unknown_and_sent_once(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        pair = (await read_pair(backend)).pair
        simulator.break_next("drop_after", "trade")
        command = PlaceOrder(pair, Side.SELL, OrderType.LIMIT, Decimal("0.001"), Decimal(90000))
        assert type(await backend.execute(command)) is Unknown
        posts = [post for post in simulator.truth()["posts"] if "trade" in post["path"]]
        assert len(posts) == 1


async def test_the_core_is_stopped_and_started(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        for command, is_running in ((StopCore(), False), (StartCore(), True)):
            assert await backend.execute(command) == HandedOver()
            assert simulator.truth()["running"] is is_running
            config = await backend.read(Topic(Kind.CONFIG))
            assert isinstance(config, ConfigTree)
            assert config.core_enabled is is_running


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", Unexpected),
        ("error500", Rejected),
        ("error_200", Rejected),
        ("giant", Unexpected),
        ("truncate", Unreachable),
    ],
)
async def test_a_spoiled_read_is_said_and_the_next_one_works(
    simulator: Simulator, fault: str, kind: type[Exception]
) -> None:
    async with opened(simulator) as backend:
        simulator.break_next(fault, "balances")
        with pytest.raises(kind):
            await backend.read(Topic(Kind.BALANCES))
        assert await backend.read(Topic(Kind.BALANCES))


async def test_b03_prices_that_are_no_numbers_are_missing_and_never_zero(simulator: Simulator) -> None:
    async with opened(simulator) as backend:
        simulator.break_next("nan", "coremem")
        pairs = await backend.read(Topic(Kind.PAIRS))
        assert isinstance(pairs, tuple)
        assert all(status.bid != 0 for status in pairs)
        assert any(status.bid is None for status in pairs)


async def test_a_wrong_password_is_said_so(simulator: Simulator) -> None:
    with pytest.raises(Unauthorised, match="refuses the login"):
        async with opened(simulator, password="wrong"):
            pytest.fail("it let us in")


def test_what_a_mode_allows_is_said_in_words() -> None:
    for mode, refused in ((TradeMode.READ_ONLY, len(Capability)), (TradeMode.CONFIRM, 7), (TradeMode.DEMO, 6)):
        ref = BotRef("x", "gunbot", "http://127.0.0.1:1", mode)
        bot = GunbotBackend(ref, password=Secret(""), wallet=Secret(""))
        reasons = [bot.capabilities.why_not(capability) for capability in Capability]
        assert sum(reason is not None for reason in reasons) == refused
        assert bot.kinds.isdisjoint(bot.capabilities.unread)
        assert bot.kinds.union(bot.capabilities.unread) == frozenset(Kind)


def test_the_http_library_is_imported_only_with_a_bot() -> None:
    code = (
        "import sys, gunbot_tui.backends; print([m for m in ('httpx', 'pydantic', 'cryptography') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert answer.stdout == "[]\n"
