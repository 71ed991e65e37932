"""One side from the typed line to the wire: ticket, confirm, journal and request never disagree about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gunbot_tui.backends.base import Backend
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Consent, Limits
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Position, Side
from tests.backends.conftest import PASSWORD, WALLET
from tests.backends.freqtrade.replay import make_backend, scripts
from tests.backends.wire_server import SENT, WireServer
from tests.clock import ManualClock
from tests.factories import NOW, make_book, make_feed, with_feed
from tests.journal import all_intents
from tests.ui.driven import driven
from tests.ui.scene import day_at_work
from tests.unit.order.deal_scenes import FUTURES, PERP, deal, status, trader
from tests.unit.order.scenes import LONG, SHORT, futures

CAPITALS = {"BUY": "B", "SELL": "S", "CLOSE": "C", "EXIT": "C"}


async def pressed(line: str, word: str, snapshot: Snapshot) -> tuple[PlaceOrder, str, Consent]:
    """The order that a line became once its word was read in the ticket and its capital pressed."""
    async with driven(snapshot) as shown:
        await shown.command(line)
        title, review, *_ = shown.ticket_text.replace("─ ", "").split("\n")
        assert title.startswith(f"{word} ")
        assert review.strip().startswith(f"{word} ")
        assert f"{CAPITALS[word]} send {word.lower()}" in shown.ticket_text
        for other in {*CAPITALS.values()} - {CAPITALS[word]}:
            await shown.confirm(other)
        assert shown.desk.sent == []
        await shown.confirm(CAPITALS[word])
        assert f" {word} " in shown.last
        (command,) = shown.desk.sent
        assert isinstance(command, PlaceOrder)
        return command, shown.desk.seen[0], shown.desk.consents[0]


async def sent(backend: Backend, snapshot: Snapshot, path: Path, what: tuple[PlaceOrder, str, Consent]) -> Intent:
    """The order as the journal has it after a desk sent it."""
    journal = Journal(path)
    desk = Desk(
        backend, journal, ManualClock(), Limits(),
        emit=lambda event: None, poke=lambda *topics: None, snapshot=lambda: snapshot,
    )  # fmt: skip
    await desk.open()
    intent = await desk.submit(*what)
    assert intent.state is IntentState.HANDED_OVER, intent.reason
    await desk.close()
    await journal.close()
    await backend.close()
    (written,) = all_intents(path)
    return written


def contracts() -> Snapshot:
    """A long and a short position with enough in both books to close them."""
    snapshot, deep = futures(short=Position(-0.5, 60000.0)), make_feed(make_book(((60975.1, 9.0),), ((60975.4, 9.0),)))
    for pair in (LONG, SHORT):
        snapshot = with_feed(snapshot, Topic(Kind.BOOK, pair.key), deep)
    return snapshot


@pytest.mark.parametrize(
    ("line", "word", "side", "path", "pair"),
    [
        ("buy 0.0041 @ 60940", "BUY", Side.BUY, "trade/buy", "USDT-BTC"),
        ("sell 0.0041 @ 61940", "SELL", Side.SELL, "trade/sell", "USDT-BTC"),
        ("buy 0.0041btc market", "BUY", Side.BUY, "trade/buy/market", "USDT-BTC"),
        ("sell 0.0041 stop 60500 limit 60400", "SELL", Side.SELL, "trade/sell/stoplimit", "USDT-BTC"),
        ("buy 0.01 BTC/USDT LONG @ 60000", "BUY", Side.BUY, "trade/buy", "USDT-BTC-LONG"),
        ("sell 0.01 BTC/USDT LONG @ 62000", "SELL", Side.SELL, "trade/sell", "USDT-BTC-LONG"),
        ("buy 0.01 BTC/USDT SHORT @ 60000", "BUY", Side.BUY, "trade/buy", "USDT-BTC-SHORT"),
        ("sell 0.01 BTC/USDT SHORT @ 62000", "SELL", Side.SELL, "trade/sell", "USDT-BTC-SHORT"),
        ("close 0.2 BTC/USDT LONG @ 61000", "CLOSE", Side.SELL, "trade/close", "USDT-BTC-LONG"),
        ("close all BTC/USDT SHORT market", "CLOSE", Side.BUY, "trade/close/market", "USDT-BTC-SHORT"),
    ],
)
async def test_o10_ticket_confirm_journal_and_request_agree_on_the_side(
    tmp_path: Path, line: str, word: str, side: Side, path: str, pair: str
) -> None:
    snapshot = contracts() if pair != "USDT-BTC" else day_at_work()
    order = await pressed(line, word, snapshot)
    async with WireServer() as server:
        server.scripts[path] = SENT
        ref = BotRef("home", "gunbot", server.url, TradeMode.CONFIRM)
        backend = GunbotBackend(
            ref, password=Secret(PASSWORD), wallet=Secret(WALLET), clock=lambda: NOW, zone="Europe/Amsterdam"
        )
        written = await sent(backend, snapshot, tmp_path / "journal.sqlite", order)
        request = server.last(path)
    assert order[1].startswith(f"{word} ")
    assert order[0].side is written.command.side is side
    assert [each.path for each in server.seen if each.path.startswith("trade/")] == [path]
    assert f'"pair": "{pair}"'.encode() in request.body


@pytest.mark.parametrize(
    ("line", "word", "side", "path", "field"),
    [
        ("buy 50usdt SOL", "BUY", Side.BUY, "forceenter", b'"side": "long"'),
        ("sell 50usdt ETH 2x", "SELL", Side.SELL, "forceenter", b'"side": "short"'),
        ("sell all ETH", "EXIT", Side.SELL, "forceexit", b'"tradeid": 143'),
        ("close all ETH", "EXIT", Side.BUY, "forceexit", b'"tradeid": 143'),
    ],
)
async def test_o10_ticket_confirm_journal_and_request_agree_on_the_side_of_a_trade(
    tmp_path: Path, line: str, word: str, side: Side, path: str, field: bytes
) -> None:
    snapshot = trader()
    if line == "sell 50usdt ETH 2x":
        snapshot = trader(status(PERP, last=150.0), run=FUTURES)
    if line == "close all ETH":
        snapshot = trader(status(PERP, deal(PERP, is_short=True)), run=FUTURES)
    order = await pressed(line, word, snapshot)
    async with WireServer() as server:
        server.scripts = scripts()
        written = await sent(make_backend(server.url), snapshot, tmp_path / "journal.sqlite", order)
        request = server.last(path)
    assert order[1].startswith(f"{word} ")
    assert order[0].side is written.command.side is side
    assert field in request.body
