"""The `:` line and the palette: every verb by name, arguments, mistakes, and orders that are read at Enter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.keymap import KEYS
from tests.freqtrade_day import recorded_bot
from tests.ui.driven import driven, enter_line
from tests.ui.scene import ETH, OURS, XRP

LAYERS = ("line", "palette")


def suffixes(folder: Path) -> list[str]:
    return [path.suffix for path in folder.iterdir()]


async def test_every_name_is_a_command() -> None:
    async with driven() as shown:
        for name in [name for key in KEYS for name in key.names if name not in ("q", "quit")]:
            await shown.command(name)
            assert "is no command" not in shown.last, name
            await shown.press("escape", "escape")


async def test_a_screen_with_a_pair_behind_it_shows_that_pair() -> None:
    async with driven() as shown:
        await shown.command("book xrp")
        assert shown.cockpit.pair == XRP
        assert "imbalance" in shown.text or "book of XRP" in shown.text


async def test_a_name_that_begins_only_one_command_is_enough() -> None:
    async with driven() as shown:
        await shown.command("bal")
        assert "on orders" in shown.text


async def test_an_unknown_command_says_so_with_the_nearest_name() -> None:
    async with driven() as shown:
        await shown.command("candels")
        assert '"candels" is no command, perhaps candles' in shown.last


@pytest.mark.parametrize("name", ["q", "quit"])
async def test_colon_q_leaves(name: str) -> None:
    async with driven() as shown:
        await shown.command(name)
        assert shown.app.return_code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("candels", "is no command"),
        ("panic", "panic is for a shell: here H halts, X cancels, :close all everywhere leaves"),
        ("book btcc", "did you mean"),
        ("cancel 99", "no open order 99"),
        ("cancel", "cancel what"),
        ("write pdf", "no format to write"),
        ("why zzz", "no order of ours is called zzz"),
        ("trade 999", "no trade 999 at"),
        ("settle intent-2", "nothing settled"),
        ("fault drop 30s", "real bot"),
        ("halt now", "takes nothing"),
        ("close all", "only a LONG or SHORT contract"),
    ],
)
async def test_a_line_that_fails_comes_back_with_its_reason(text: str, reason: str) -> None:
    async with driven() as shown:
        await shown.command(text)
        assert reason in shown.last
        assert shown.cockpit.line.is_open
        assert shown.cockpit.line.field.value == text


async def test_an_order_comes_back_from_a_frozen_view() -> None:
    async with driven() as shown:
        await shown.press("z")
        await shown.command("buy 0.01 @ 50000")
        assert "frozen" in shown.last
        assert shown.cockpit.line.field.value == "buy 0.01 @ 50000"


async def test_why_tells_the_story_of_an_order_on_its_screen() -> None:
    async with driven() as shown:
        await shown.command(f"why {OURS.short_id}")
        assert not shown.cockpit.line.is_open
        assert shown.cockpit.view.NAME == "orders"
        assert "what was on screen" in shown.text


async def test_a_trade_from_long_ago_is_told_by_its_id() -> None:
    async with driven(recorded_bot()) as shown:
        old = replace(recorded_bot().deals[0], id="7", is_open=False, exit_reason="roi")
        shown.session.deals["7"] = old
        await shown.command("trade #7")
        assert shown.cockpit.view.NAME == "orders"
        assert f"trade 7 on {old.pair.name}" in shown.text
        assert Topic(Kind.NOTES, "7") in shown.session.shown
        await shown.press("backspace")
        assert f"trade 7 on {old.pair.name}" not in shown.text


async def test_a_journal_that_gives_no_answer_holds_up_no_key() -> None:
    async with driven() as shown:
        shown.desk.stories.clear()
        await shown.command(f"why {OURS.short_id}")
        await shown.press("b", "0", "ctrl+g")
        assert shown.session.snapshot.halted
        shown.desk.stories.set()
        await shown.settle()
        assert shown.cockpit.view.NAME == "orders"
        await shown.type("042")
        assert shown.cockpit.query_one("#ticket-amount", Field).value == "0042"


async def test_a_line_that_fails_late_takes_nothing_from_what_is_being_typed() -> None:
    async with driven() as shown:
        shown.desk.stories.clear()
        await shown.command("why zzz")
        await shown.press(":")
        await shown.type("buy")
        shown.desk.stories.set()
        await shown.settle()
        assert "no order of ours is called zzz" in shown.last
        assert shown.cockpit.line.field.value == "buy"


@pytest.mark.parametrize("fmt", ["csv", "json"])
async def test_write_takes_the_format_as_a_word(fmt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with driven() as shown:
        await shown.command(f"write {fmt}")
    assert suffixes(tmp_path) == [f".{fmt}"]


async def test_halt_and_release_are_words_too() -> None:
    async with driven() as shown:
        await shown.command("halt")
        assert shown.session.snapshot.halted
        await shown.command("release")
        assert not shown.session.snapshot.halted


async def test_settle_needs_an_order_and_a_word() -> None:
    async with driven() as shown:
        await shown.command("settle intent-2 ABSENT")
        assert shown.desk.settled == [("intent-2", "ABSENT")]
        assert "intent-2 is closed" in shown.last
        await shown.command("settle intent-2")
        assert "nothing settled" in shown.last


@pytest.mark.parametrize("text", ["settle intent-2 absent", "settle intent-2 ABSENT"])
async def test_the_word_that_settles_may_be_typed_as_the_help_shows_it(text: str) -> None:
    async with driven() as shown:
        await shown.command(text)
        assert "is closed" in shown.last


@pytest.mark.parametrize("layer", LAYERS)
async def test_an_order_opens_the_preview_of_exactly_what_was_typed(layer: str) -> None:
    async with driven() as shown:
        await enter_line(shown, layer, "buy 0.0041 eth/usdt @ 3100.5")
        assert "BUY 0.0041 ETH with 12.71 USDT @ 3100.5" in shown.ticket_text
        await shown.confirm("B")
        assert shown.desk.sent == [PlaceOrder(ETH, Side.BUY, OrderType.LIMIT, Decimal("0.0041"), Decimal("3100.5"))]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("text", ["buy [/red]", "buy 0,5 @ 100", "sell 1e9999 @ 3", "buy -1 @ 60000", "buy 0 @ 1"])
async def test_a_bad_order_comes_back_for_mending_with_one_line_of_reason(layer: str, text: str) -> None:
    async with driven() as shown:
        await enter_line(shown, layer, text)
        assert shown.cockpit.line.is_open
        assert shown.cockpit.line.field.value == text
        assert shown.last.strip()
        assert text in shown.text
        assert not shown.cockpit.ticket.is_open


@pytest.mark.parametrize("layer", LAYERS)
async def test_an_order_without_an_amount_opens_the_ticket_for_it(layer: str) -> None:
    async with driven() as shown:
        await enter_line(shown, layer, "buy xrp")
        assert "BUY XRP with USDT" in shown.ticket_text
        assert "no amount yet" in shown.ticket_text


@pytest.mark.parametrize("layer", LAYERS)
async def test_an_order_that_can_not_be_sent_opens_for_editing_with_the_reason(layer: str) -> None:
    async with driven() as shown:
        await enter_line(shown, layer, "buy 1 @ 60000")
        assert "needs 60000 USDT, free are 1204" in shown.last
        assert "60000" in shown.ticket_text
        await shown.confirm("B")
        assert not shown.desk.sent
