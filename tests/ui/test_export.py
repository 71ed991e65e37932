"""Writing what is shown to a file: the same exact fields in CSV and JSON, no formulas, never over another file."""

from __future__ import annotations

import csv
import json
import os
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, OrderType
from tests.clock import until
from tests.factories import NOW, make_feed, make_intent, make_placement, make_trade, with_feed
from tests.ui.driven import driven
from tests.ui.scene import OURS, day_at_work


def the_file(end: str) -> Path:
    """The only file that was written with this end of its name."""
    (path,) = Path.cwd().glob(f"gunbot-tui-orders-*.{end}")
    return path


def one_trade(**changes: object) -> Snapshot:
    """A day with one trade in the history."""
    trade = replace(make_trade(id="5", pnl=-2.5, at=NOW), **changes)  # type: ignore[arg-type] # any field
    page = make_feed(HistoryPage((trade,), 1))
    return with_feed(day_at_work(intents=(OURS,)), Topic(Kind.HISTORY, "0"), page)


async def test_csv_and_json_hold_the_same_exact_fields_of_an_order() -> None:
    async with driven(one_trade()) as shown:
        await shown.press("5")
        await shown.command("filter state:filled")
        await shown.press("w")
        assert "1 rows written" in shown.last
        shown.cockpit.action_write("json")
        header, row = csv.reader(the_file("csv").read_text("utf-8").splitlines())
        (told,) = json.loads(the_file("json").read_text("utf-8"))
        assert list(told) == header
        assert [value or "" for value in told.values()] == row
        assert (told["time"], told["bot"]) == (NOW.isoformat(), shown.session.snapshot.bot.name)
        assert (told["exchange"], told["pair"], told["state"]) == ("binance", "USDT-BTC", "filled")
        assert (told["price"], told["amount"], told["pnl"], told["fee"]) == ("60120.0", "0.0123", "-2.5", "0.74")
        assert (told["origin"], told["id"], told["stop"], told["intent"]) == ("strategy", "5", None, None)


async def test_orders_are_told_to_the_last_digit_with_their_plain_state() -> None:
    placed = make_placement(price="0.00000100", amount="12345678.10000001", type=OrderType.STOP_LIMIT)
    placed = replace(placed, stop=Decimal("0.0000012"))
    lost = make_intent(placed, IntentState.UNKNOWN, "20261121T140209-abc234", reason="no answer")
    async with driven(day_at_work(intents=(lost,))) as shown:
        await shown.press("5")
        shown.cockpit.action_write("json")
        told = json.loads(the_file("json").read_text("utf-8"))[0]
        assert (told["price"], told["amount"]) == ("0.00000100", "12345678.10000001")
        assert (told["type"], told["stop"]) == ("stop-limit", "0.0000012")
        assert (told["state"], told["reason"], told["id"]) == ("unknown", "no answer", None)
        assert told["intent"] == lost.id
        assert told["time"].endswith("+00:00")


async def test_a_table_without_orders_is_written_with_its_numbers_in_both_formats() -> None:
    async with driven() as shown:
        await shown.press("6", "w")
        shown.cockpit.action_write("json")
        (told, *_) = json.loads(next(Path.cwd().glob("*.json")).read_text("utf-8"))
        header, row, *_ = csv.reader(next(Path.cwd().glob("*.csv")).read_text("utf-8").splitlines())
        assert list(told) == header
        assert row == ["" if value is None else str(value) for value in told.values()]
        assert isinstance(told["free"], float)


async def test_the_rows_are_written_in_the_order_shown() -> None:
    async with driven() as shown:
        await shown.press("5")
        shown.table.sort_by("price", reverse=True)
        shown.cockpit.action_write("json")
        prices = [float(row["price"]) for row in json.loads(the_file("json").read_text("utf-8"))]
        assert len(prices) > 10
        assert prices == sorted(prices, reverse=True)


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1+cmd", "-2+3", "@SUM(A1)"])
async def test_words_of_the_bot_are_no_formula_in_a_spreadsheet(text: str) -> None:
    async with driven(one_trade(id=text)) as shown:
        await shown.press("5", "w")
        ids = [row["id"] for row in csv.DictReader(the_file("csv").read_text("utf-8").splitlines())]
        assert f"'{text}" in ids
        assert text not in ids


async def test_signed_numbers_and_missing_values_stay_as_they_are() -> None:
    async with driven(one_trade(pnl=-2.5, fee=None)) as shown:
        await shown.press("5", "w")
        rows = list(csv.DictReader(the_file("csv").read_text("utf-8").splitlines()))
        assert any((row["pnl"], row["fee"]) == ("-2.5", "") for row in rows)


async def test_a_file_is_for_the_user_alone_and_never_written_over_another() -> None:
    async with driven() as shown:
        await shown.press("5", "w")
        path = the_file("csv")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        before = path.read_bytes()
        path.chmod(0o400)
        await shown.press("w")
        assert "not written" in shown.last
        assert path.read_bytes() == before


async def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    async with driven() as shown:
        await shown.press("5", "w")
        path = the_file("csv")
        target = tmp_path / "precious"
        path.unlink()
        path.symlink_to(target)
        await shown.press("w")
        assert "not written" in shown.last
        assert not target.exists()


async def test_another_format_is_refused_in_words() -> None:
    async with driven() as shown:
        await shown.press("5")
        shown.cockpit.action_write("xlsx")
        assert '"xlsx" is no format' in shown.last
        assert not list(Path.cwd().glob("gunbot-tui-*"))


async def test_reasons_of_our_orders_are_written_whole() -> None:
    reason = "no funds: " + "x" * 200
    refused = make_intent(state=IntentState.REFUSED, id="r", reason=reason)
    async with driven(day_at_work(intents=(refused,)), size=(80, 24)) as shown:
        await shown.press("5", "w")
        assert reason in the_file("csv").read_text("utf-8")


def fake_tmux(folder: Path, patch: pytest.MonkeyPatch, script: str) -> None:
    """Put a tmux into the path that does no more than the script."""
    tmux = folder / "bin" / "tmux"
    tmux.parent.mkdir()
    tmux.write_text(f"#!/bin/sh\n{script}\n")
    tmux.chmod(0o700)
    patch.setenv("PATH", f"{tmux.parent}{os.pathsep}{os.environ['PATH']}")
    patch.setenv("TMUX", "/tmp/tmux-1000/default,1,0")  # noqa: S108 -- only its presence is looked at


async def test_a_row_is_copied_to_the_tmux_buffer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tmux(tmp_path, monkeypatch, f"cat > {tmp_path}/buffer")
    async with driven(one_trade()) as shown:
        await shown.press("5", "G", "c")
        await until(lambda: "copied" in shown.last)
        assert "copied to the tmux buffer and the clipboard" in shown.last
        assert "\t" not in shown.text
    assert (tmp_path / "buffer").read_text().split("\t")[1] == "BTC/USDT binance"


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$"])
async def test_a_tmux_that_fails_is_not_said_to_have_it(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_tmux(tmp_path, monkeypatch, script)
    async with driven() as shown:
        await shown.press("5", "c")
        await until(lambda: "copied" in shown.last)
        assert "copied to the clipboard" in shown.last


async def test_a_tmux_that_hangs_holds_up_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tmux(tmp_path, monkeypatch, "exec sleep 60")
    async with driven() as shown:
        await shown.press("5", "c", "ctrl+g")
        assert shown.session.snapshot.halted
        assert "copied" not in shown.last
