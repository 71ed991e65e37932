"""All bots' results beside each other: never added across currencies, and what is old says so."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import pnl_bots
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, fields, make_pnl, make_snapshot, text_of
from tests.ui.freqtrade_scene import freqtrade_at_work, webserver


def earning(name: str, unit: str = "USDT", today: float | None = 2.0) -> Snapshot:
    """A bot with a report."""
    bot = make_snapshot(pnl=replace(make_pnl(today=today), unit=unit))
    return replace(bot, bot=replace(bot.bot, name=name))


def test_each_bot_has_a_row_in_its_own_money() -> None:
    rows = pnl_bots.rows((earning("home"), freqtrade_at_work(), earning("btc", "BTC", 0.001)), "home", NOW)
    cells = [fields(row, pnl_bots.COLUMNS) for row in rows]
    assert [row.key for row in rows] == ["home", "dry", "btc"]
    assert [row["money"].text for row in cells] == ["USDT", "USDT", "BTC"]
    assert [row["today"].text for row in cells] == ["+2.00", "−0.43", "+0.0010000"]
    assert cells[0]["bot"].tone is Tone.STRONG


def test_sums_are_per_currency_and_marked_where_a_bot_does_not_tell() -> None:
    fleet = (earning("a"), earning("b", today=None), earning("c", "BTC", 0.001), make_snapshot())
    in_btc, in_usdt = map(text_of, pnl_bots.totals(fleet, NOW))
    assert in_btc.startswith(" BTC   1 bot  today +0.00100000")
    assert in_usdt.startswith(" USDT  2 bots  today +2.00+?  week +172.20")


def test_simulated_money_is_told_and_never_added_to_live_money() -> None:
    fleet = (earning("live"), freqtrade_at_work())
    live, dry = map(text_of, pnl_bots.totals(fleet, NOW))
    assert live.startswith(" USDT     1 bot  today +2.00")
    assert dry.startswith(" USDT dry 1 bot  today −0.43")
    rows = [fields(row, pnl_bots.COLUMNS) for row in pnl_bots.rows(fleet, "live", NOW)]
    assert [row["mode"].text for row in rows] == ["LIVE", "DRY"]


def test_a_bot_that_is_away_keeps_its_figures_muted_and_is_counted_as_old() -> None:
    away = replace(earning("away"), link=Link(LinkState.OFFLINE, NOW))
    (row,) = pnl_bots.rows((away,), "home", NOW)
    cells = fields(row, pnl_bots.COLUMNS)
    assert (cells["age"].text, cells["today"].tone) == ("offline", Tone.MUTED)
    assert text_of(pnl_bots.totals((away, earning("b")), NOW)[0]).startswith(" USDT  2 bots (1 old)  today")


def test_a_bot_that_never_tells_is_not_waited_for() -> None:
    (row,) = pnl_bots.rows((webserver(),), "home", NOW)
    cells = fields(row, pnl_bots.COLUMNS)
    assert (cells["age"].text, cells["today"].text) == ("not told", "-")


def test_the_title_counts_the_bots() -> None:
    assert text_of(pnl_bots.title((earning("a"), earning("b")))).startswith("all 2 bots")
    assert text_of(pnl_bots.title((earning("a"),))).startswith("1 bot ")
