"""The fleet as rows and sums: states in words, nothing added across currencies, nothing missing counted as zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import BotRef, Link, LinkState, TradeMode
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.pnl import PnlReport
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Position
from gunbot_tui.views import fleet
from gunbot_tui.views.cell import Line, Tone, fitting
from tests.factories import (
    NOW,
    make_feed,
    make_pair,
    make_pair_status,
    make_pnl,
    make_problem,
    make_snapshot,
)
from tests.ui.freqtrade_scene import webserver

HOME = make_snapshot((make_pair_status(),), pnl=make_pnl())
RUN = RunStatus(
    state=RunState.PAUSED, is_dry=True, version="2026.9", strategy="Mine", exchange="binance", market="spot",
    timeframe="5m", money="USDT", stake="100", open_limit=3, may_force_entry=True, adds_to_open=False,
    may_short=False, entry_type="limit", exit_type="limit",
)  # fmt: skip


def bot(name: str, snapshot: Snapshot = HOME, *, kind: str = "gunbot", mode: TradeMode = TradeMode.CONFIRM) -> Snapshot:
    """The same day at a bot of another name."""
    return replace(snapshot, bot=BotRef(name, kind, "http://127.0.0.1", mode))


def linked(snapshot: Snapshot, state: LinkState, kind: ProblemKind = ProblemKind.UNREACHABLE) -> Snapshot:
    """The same day with another line, two minutes ago."""
    return replace(snapshot, link=Link(state, NOW - timedelta(minutes=2), make_problem(kind=kind)))


def with_report(snapshot: Snapshot, report: PnlReport) -> Snapshot:
    return replace(snapshot, feeds={**snapshot.feeds, Topic(Kind.PNL): make_feed(report)})


def freqtrade() -> Snapshot:
    """A paused dry-run."""
    seen = bot("ft", kind="freqtrade")
    return replace(seen, feeds={**seen.feeds, Topic(Kind.STATE): make_feed(RUN)})


def cells(snapshot: Snapshot, active: str = "") -> dict[str, str]:
    """A bot's row by column."""
    (row,) = fleet.rows((snapshot,), active, NOW)
    return {column.key: cell.text for column, cell in zip(fleet.COLUMNS, row.cells, strict=True)}


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_the_bot_that_is_shown_is_marked_however_long_its_name() -> None:
    assert cells(bot("home"), "home")["bot"] == "home ◂"
    assert cells(bot("home"))["bot"] == "home"
    assert cells(bot("a-name-of-twenty-letters"), "a-name-of-twenty-letters")["bot"].endswith(" ◂")


@pytest.mark.parametrize(
    ("snapshot", "said"),
    [
        (linked(HOME, LinkState.OFFLINE), "offline 2m"),
        (linked(HOME, LinkState.REFUSED, ProblemKind.UNAUTHORISED), "needs login"),
        (linked(HOME, LinkState.REFUSED, ProblemKind.UNEXPECTED), "not open"),
        (replace(HOME, link=Link()), "connecting"),
        (freqtrade(), "paused"),
    ],
)
def test_the_state_is_a_word(snapshot: Snapshot, said: str) -> None:
    assert cells(snapshot)["state"] == said


def test_a_dry_run_is_not_called_live() -> None:
    assert cells(freqtrade())["mode"] == "DRY"
    assert cells(bot("home"))["mode"] == "LIVE"
    assert cells(bot("home", mode=TradeMode.READ_ONLY))["mode"] == "READ-ONLY"


def test_what_is_not_known_is_no_zero() -> None:
    row = cells(Snapshot(BotRef("new", "gunbot", "")))
    assert {row[key] for key in ("open", "today", "week", "all", "held")} == {"-"}


def test_a_bot_that_trades_nothing_has_no_count_of_trades() -> None:
    row = cells(webserver())
    assert (row["state"], row["open"], row["held"]) == ("webserver", "-", "-")


def test_what_is_held_is_told_in_each_currency_by_itself() -> None:
    euro = make_pair_status(make_pair("ADA", "EUR"), bid=0.5, position=Position(100.0, 0.4))
    dollar = make_pair_status(bid=60000.0, position=Position(-0.01, 60120.0))
    seen = bot("home", make_snapshot((dollar, euro), pnl=make_pnl()))
    assert cells(seen)["held"] == "600.00 USDT +1"
    assert fleet.holdings(seen) == {"USDT": (600.0, True), "EUR": (50.0, True)}


def test_a_position_without_price_makes_the_sum_incomplete() -> None:
    seen = bot("home", make_snapshot((make_pair_status(bid=None),), pnl=make_pnl()))
    assert cells(seen)["held"] == "? USDT"
    assert text(fleet.totals((seen, bot("away")), NOW)[0]).endswith("held 749.99+?")


def test_sums_are_one_line_for_each_currency() -> None:
    euro = with_report(bot("eu"), replace(make_pnl(today=1.0), unit="EUR"))
    lines = [text(line) for line in fleet.totals((bot("home"), bot("away"), euro), NOW)]
    assert [line.split()[0] for line in lines] == ["EUR", "USDT"]
    assert "1 bot  today +1.00" in lines[0]
    assert "2 bots  today +24.82" in lines[1]


@pytest.mark.parametrize("simulated", [freqtrade(), bot("trial", mode=TradeMode.DEMO)], ids=["dry", "demo"])
def test_simulated_money_is_never_added_to_live_money(simulated: Snapshot) -> None:
    lines = [text(line) for line in fleet.totals((bot("home"), simulated, bot("away")), NOW)]
    assert len(lines) == 2
    assert lines[0].startswith(" USDT     2 bots  today +24.82")
    assert lines[1].startswith(" USDT dry 1 bot  today +12.41")
    assert lines[0].endswith("held 1499.99")
    assert lines[1].endswith("held 749.99")


def test_a_sum_says_how_many_of_its_bots_are_old() -> None:
    late = replace(bot("late"), feeds=make_snapshot((make_pair_status(),)).feeds)
    late = replace(late, feeds={**late.feeds, Topic(Kind.PNL): make_feed(make_pnl(), age_seconds=600)})
    bots = (bot("home"), linked(bot("away"), LinkState.OFFLINE), late)
    (line,) = fleet.totals(bots, NOW)
    assert text(line) == " USDT  3 bots (2 old)  today +37.23  week +258.30  all +516.81  held (1 old) 2249.98"
    assert [row.cells[5].tone for row in fleet.rows(bots, "home", NOW)] == [Tone.GAIN, Tone.MUTED, Tone.MUTED]
    assert "old" not in text(fleet.totals((bot("home"), bot("more")), NOW)[0])


def test_a_sum_says_when_a_bot_does_not_tell_its_part() -> None:
    silent = with_report(bot("away"), make_pnl(today=None))
    assert "today +12.41+?" in text(fleet.totals((bot("home"), silent), NOW)[0])


def test_a_bot_is_told_whole_in_eighty_columns() -> None:
    euro = make_pair_status(make_pair("ADA", "EUR"), bid=0.5, position=Position(100.0, 0.4))
    away = linked(bot("away", make_snapshot((make_pair_status(), euro), pnl=make_pnl())), LinkState.OFFLINE)
    said = [text(line) for line in fleet.detail(away, NOW)]
    assert said == [
        " away · gunbot · LIVE · offline 2m · 2 open, 0 working · 0s ago",
        " USDT (old)  today +12.41  week +86.10  all +172.27",
        " holds (old) 749.99 USDT + 50.00 EUR",
    ]
    assert text(fleet.detail(freqtrade(), NOW)[1]).startswith(" USDT dry  today")
    assert len(fleet.detail(Snapshot(BotRef("new", "gunbot", "")), NOW)) == 1


def test_what_is_wrong_is_said_by_bot_and_what_has_no_room_is_counted() -> None:
    lost = [linked(bot(f"bot{number}"), LinkState.OFFLINE) for number in range(6)]
    told = [text(line) for line in fleet.problems(lost, NOW, 120)]
    assert told[0].startswith(" bot0: no answer")
    assert (len(told), told[-1]) == (4, " and 3 more")
    assert fleet.problems((bot("home"),), NOW, 120) == ()


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], ""),
        ([bot("a")], ""),
        ([linked(bot("a"), LinkState.OFFLINE)], "1 bot offline (key 0)"),
        ([linked(bot("a"), LinkState.OFFLINE), linked(bot("b"), LinkState.OFFLINE)], "2 bots offline (key 0)"),
        (
            [linked(bot(name), LinkState.REFUSED, ProblemKind.UNAUTHORISED) for name in "ab"],
            "2 bots need login (key 0)",
        ),
        (
            [linked(bot("a"), LinkState.OFFLINE), linked(bot("b"), LinkState.REFUSED, ProblemKind.UNAUTHORISED)],
            "2 bots need you (key 0)",
        ),
    ],
)
def test_the_bar_counts_the_other_bots_that_need_attention(others: list[Snapshot], said: str) -> None:
    assert fleet.attention([linked(bot("home"), LinkState.OFFLINE), *others], "home") == said


@pytest.mark.parametrize(
    ("width", "kept"),
    [
        (36, ["bot", "state", "today"]),
        (78, ["bot", "state", "mode", "open", "today", "money", "age"]),
        (118, [column.key for column in fleet.COLUMNS]),
    ],
)
def test_name_state_and_today_stay_when_others_give_way(width: int, kept: list[str]) -> None:
    assert [fleet.COLUMNS[index].key for index in fitting(fleet.COLUMNS, width)] == kept
