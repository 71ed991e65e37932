"""The Bot screen of a bot that tells how it runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.deal import PairLock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState, RunStatus
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import bot, bot_run
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, fields, make_feed, make_problem, text_of, with_feed
from tests.freqtrade_day import LOCK, recorded_bot

STATE = Topic(Kind.STATE)


def run_of(snapshot: Snapshot) -> RunStatus:
    """How the recorded bot runs."""
    assert snapshot.run_status.value is not None
    return snapshot.run_status.value


def told(snapshot: Snapshot) -> dict[str, str]:
    """What is said under each label."""
    lines = [text_of(line) for line in bot.lines(snapshot, NOW, "0.1.0", 80)]
    return {line[1:13].strip(): line[13:] for line in lines}


def test_a_bot_says_how_it_is_set_up() -> None:
    facts = told(recorded_bot())
    assert facts["state"] == "running · it opens and closes trades by itself · dry run: its orders are simulated"
    assert facts["loop"] == "goes round"
    assert facts["trades"] == "6 open of 14 · 250 USDT for each"
    assert facts["on command"] == "entries at market, exits at market · an entry on an open pair adds to it"
    assert facts["version"].startswith("Freqtrade 2026.9 · started 11-19")
    assert facts["told by"] == "web socket, and read now and then"
    assert facts["load"] == "cpu 0% 100% · memory 3% · average 0.26 0.47 0.70"
    assert facts["login"] == "logged in · token ends 14:14:11, renewed by itself"


def test_a_bot_that_refuses_the_login_is_not_waited_for() -> None:
    day = recorded_bot()
    problem = make_problem("wrong password", ProblemKind.UNAUTHORISED)
    refused = replace(day, feeds={}, link=Link(LinkState.REFUSED, NOW, problem))
    assert told(refused)["state"] == "unknown · wrong password"


def test_live_money_is_loud() -> None:
    day = recorded_bot()
    live = with_feed(day, STATE, make_feed(replace(run_of(day), is_dry=False)))
    spans = [span for line in bot.lines(live, NOW, "0.1.0", 80) for span in line if "money" in span.text]
    assert [span.tone for span in spans] == [Tone.ALERT]


def test_a_bot_that_opens_nothing_on_command_says_why() -> None:
    day = recorded_bot()
    status = replace(run_of(day), may_force_entry=False, open_limit=None, stake="unlimited")
    facts = told(with_feed(day, STATE, make_feed(status)))
    assert facts["on command"].startswith("no entries: force_entry_enable is off")
    assert facts["trades"] == "6 open without a limit · unlimited USDT stake for each"


def test_what_is_not_set_is_left_out() -> None:
    day = recorded_bot()
    status = replace(run_of(day), timeframe="", started_at=None)
    facts = told(with_feed(day, STATE, make_feed(status)))
    assert "·  ·" not in facts["strategy"]
    assert "started" not in facts["version"]


def test_a_loop_that_stands_still_points_at_the_log() -> None:
    day = recorded_bot()
    status = replace(run_of(day), last_loop_at=NOW - timedelta(minutes=6))
    assert told(with_feed(day, STATE, make_feed(status)))["loop"] == "has not gone round for 5m · its log, 9, says why"
    stopped = replace(status, state=RunState.STOPPED)
    assert told(with_feed(day, STATE, make_feed(stopped)))["loop"] == "stands still, as it should"


def test_locks_and_the_blacklist_are_one_table() -> None:
    every = PairLock("9", "*", "long", NOW + timedelta(minutes=5), "max drawdown")
    ended = replace(LOCK, id="3", until=NOW - timedelta(minutes=1))
    day = recorded_bot(locks=(every, LOCK, ended))
    rows = [[cell.text for cell in fields(row, bot_run.COLUMNS).values()] for row in bot_run.barred(day, NOW)]
    assert rows == [
        ["lock 9", "all pairs", "long", "14:07:11", "max drawdown"],
        ["lock 7", "XRP/USDT", "both", "17:02:11", "Cooldown period"],
        ["blacklist", "PEPE/USDT", "both", "for good", ""],
        ["blacklist", "^.*(UP|DOWN)/USDT$", "both", "for good", "a pattern"],
    ]
    assert text_of(bot_run.barred_title(day, NOW)) == "2 locks · 2 blacklisted · 19 pairs allowed by StaticPairList"


def test_old_data_is_named_with_its_reason() -> None:
    kinds = frozenset({Kind.PAIRS, Kind.BALANCES})
    assert text_of(bot_run.ages_line(recorded_bot(), NOW, kinds)) == "fresh · 2 things are always read"
    failed = make_feed((), age_seconds=200, problem=make_problem("no answer"))
    line = bot_run.ages_line(with_feed(recorded_bot(), Topic(Kind.BALANCES), failed), NOW, kinds)
    assert text_of(line) == "balances STALE 3m · no answer"


def test_a_read_only_bot_says_why_no_verb_may_be_used() -> None:
    day = recorded_bot()
    refusing = replace(day, capabilities=replace(day.capabilities, refusals=dict.fromkeys(Capability, "read-only")))
    assert [text_of(line) for line in bot.verbs(refusing)] == [" start, stop, stop entries, reload: read-only"]


def test_a_bot_that_only_serves_data_says_that_it_has_no_locks() -> None:
    day = recorded_bot()
    serving = replace(day, capabilities=replace(day.capabilities, unread={Kind.LOCKS: "it serves data"}))
    assert text_of(bot_run.barred_empty(serving, NOW)) == "it serves data"
    assert text_of(bot_run.barred_empty(day, NOW)) == "nothing is locked and nothing is on the blacklist"
