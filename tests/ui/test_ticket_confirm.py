"""Confirming: one capital after the dwell sends exactly what stood on the screen, and nothing else sends anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.overlays.ticket_gate import DWELL_SECONDS
from tests.ui.driven import driven, moment
from tests.ui.review import BUY, REVIEW, SENT
from tests.ui.scene import BTC


async def test_the_capital_sends_exactly_what_stood_on_the_screen_once() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        assert "BUY 0.0041 BTC with 249.85 USDT @ 60940" in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]
        assert "BUY 0.0041 BTC with 249.85 USDT @ 60940" in shown.desk.seen[0]
        assert not shown.cockpit.ticket.is_open
        assert "handed to the bot" in shown.last


async def test_the_fields_of_the_ticket_are_sent_as_they_were_typed() -> None:
    async with driven() as shown:
        await shown.press("b")
        await shown.type("0.00410")
        await shown.press("enter")
        assert REVIEW in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [replace(SENT, amount=Decimal("0.00410"), price=Decimal("60975.1"))]


async def test_a_price_that_is_typed_takes_the_place_of_the_touch() -> None:
    async with driven() as shown:
        await shown.press("b")
        await shown.type("0.0041")
        await shown.press("tab")
        await shown.type("60000")
        await shown.press("enter")
        await shown.confirm("B")
        assert [sent.price for sent in shown.desk.sent] == [Decimal(60000)]


async def test_a_sell_is_confirmed_by_its_own_capital() -> None:
    async with driven() as shown:
        await shown.command("sell 50% @ ask")
        assert "S send sell" in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        await shown.confirm("S")
        assert shown.desk.sent == [PlaceOrder(BTC, Side.SELL, OrderType.LIMIT, Decimal("0.00615"), Decimal("60975.4"))]


async def test_a_market_order_is_sent_as_one() -> None:
    async with driven() as shown:
        await shown.command("buy 0.001btc market")
        assert "at market" in shown.ticket_text
        await shown.confirm("B")
        assert [command.type for command in shown.desk.sent if isinstance(command, PlaceOrder)] == [OrderType.MARKET]


@pytest.mark.parametrize("key", ["S", "X", "b", "enter", "y", "Y", " ", "alt+B", "T", "1", "tab"])
async def test_no_other_key_sends_and_the_ticket_says_so(key: str) -> None:
    async with driven() as shown:
        await shown.command(BUY)
        await shown.confirm(key)
        assert not shown.desk.sent
        assert "B confirms, q drops" in shown.last
        assert REVIEW in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [SENT]


async def test_o04_a_capital_before_the_dwell_is_refused_and_begins_it_anew() -> None:
    async with driven() as shown:
        early = moment() + DWELL_SECONDS - 0.001
        await shown.command(BUY)
        await shown.key("B", at=early)
        assert "too early" in shown.last
        again = early + DWELL_SECONDS - 0.001
        await shown.key("B", at=again)
        assert not shown.desk.sent
        await shown.key("B", at=max(again, moment()) + DWELL_SECONDS)
        assert shown.desk.sent == [SENT]


async def test_every_early_press_begins_the_dwell_anew() -> None:
    async with driven() as shown:
        await shown.press("8", "t")
        first = moment()
        for count in range(5):
            await shown.key("T", at=first + 0.3 * count)
            assert not shown.desk.controls
            assert "too early" in shown.last
        await shown.key("T", at=first + 0.3 * 4 + DWELL_SECONDS)
        assert len(shown.desk.controls) == 1


async def test_a_press_from_before_the_drawing_does_not_shorten_the_dwell() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        drawn = moment()
        await shown.key("B", at=drawn - 60.0)
        await shown.key("B", at=drawn - 59.0)
        assert not shown.desk.sent
        assert "too early" in shown.last


async def test_o04_a_capital_in_the_same_burst_as_the_order_sends_nothing() -> None:
    async with driven() as shown:
        await shown.press(":")
        await shown.type(BUY)
        at = moment()
        for key in ("enter", *"BBBBBB"):
            shown.send_key(key, at=at)
        await shown.settle()
        assert not shown.desk.sent
        assert not shown.cockpit.ticket.is_open or REVIEW in shown.ticket_text


async def test_o02_a_held_capital_sends_once() -> None:
    async with driven() as shown:
        await shown.command(BUY)
        at = moment() + 1.0
        for count in range(10):
            shown.send_key("B", at=at + count / 30)
        await shown.settle()
        assert shown.desk.sent == [SENT]


@pytest.mark.parametrize("text", ["B", "B\nB\n", "\r\nB\r\n", "buy 1\nB"])
async def test_o04_a_paste_never_sends(text: str) -> None:
    async with driven() as shown:
        for keys in ("", "b"):
            await shown.press(*keys)
            await shown.paste(text)
            await shown.press("escape")
        await shown.command(BUY)
        await shown.paste(text)
        assert not shown.desk.sent
        assert REVIEW in shown.ticket_text


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (30, 24), (80, 8)])
async def test_nothing_is_sent_from_a_ticket_that_is_not_wholly_visible(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await shown.command(BUY)
        words = " ".join(shown.ticket_text.split())
        whole = "BUY 0.0041 BTC with 249.85 USDT @ 60940" in words and "B send" in words
        await shown.confirm("B")
        assert bool(shown.desk.sent) == whole


async def test_at_40_columns_an_order_is_wrapped_whole_and_can_be_sent() -> None:
    async with driven(size=(40, 10)) as shown:
        await shown.command("sell all @ 60980.123456")
        words = " ".join(shown.ticket_text.split())
        assert "SELL for 750.06 USDT: 0.0123 BTC @ 60980.123456" in words
        assert "price 0s old" in words
        await shown.confirm("S")
        assert [command.price for command in shown.desk.sent] == [Decimal("60980.123456")]


async def test_an_order_whose_words_are_cut_is_not_sent() -> None:
    async with driven(size=(24, 10)) as shown:
        await shown.command("buy 0.0041 @ 60940.123456789012345678")
        assert "…" in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
        assert "not all of it is visible" in shown.last


@pytest.mark.parametrize("size", [(20, 5), (40, 10)])
async def test_no_size_breaks_the_cockpit(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        for digit in "12345678":
            await shown.press(digit)
        for key in ("b", "escape", "?", "escape", "ctrl+p", "escape", ":", "escape"):
            await shown.press(key)
        await shown.resize(120, 40)
        assert "connection" in shown.text
