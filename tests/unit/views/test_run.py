"""What a bot that tells its state does now, and what each verb would do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import CoreState
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    Control,
    DeleteDeal,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.deal import PairLock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState
from gunbot_tui.model.market import Markets, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import core, run
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.face import face
from tests.factories import NOW, make_feed, text_of, with_feed
from tests.freqtrade_day import LOCK, recorded_bot


def bot(state: RunState = RunState.RUNNING, loop_seconds: float = 3.0, age_seconds: float = 0.5) -> Snapshot:
    """A bot in a state, whose loop had gone round so long before it was read."""
    day = recorded_bot()
    read = NOW - timedelta(seconds=age_seconds)
    assert day.run_status.value is not None
    told = replace(day.run_status.value, state=state, last_loop_at=read - timedelta(seconds=loop_seconds))
    return with_feed(day, Topic(Kind.STATE), make_feed(told, age_seconds=age_seconds, interval_seconds=30.0))


def said(command: Control, snapshot: Snapshot) -> str:
    return " ".join(text_of(line) for line in run.consequences(command, snapshot))


@pytest.mark.parametrize(
    ("state", "known"),
    [
        (RunState.RUNNING, CoreState.RUNNING),
        (RunState.PAUSED, CoreState.RUNNING),
        (RunState.STOPPED, CoreState.STOPPED),
        (RunState.RELOADING, CoreState.STARTING),
        (RunState.WEBSERVER, CoreState.UNKNOWN),
        (RunState.UNKNOWN, CoreState.UNKNOWN),
    ],
)
def test_the_state_is_the_one_that_the_bot_tells(state: RunState, known: CoreState) -> None:
    assert core.core_state(bot(state), NOW)[0] is known
    assert core.word(bot(state), NOW).text == state.value


def test_a_loop_that_stands_still_is_told_and_is_loud_after_three_candles() -> None:
    assert core.word(bot(loop_seconds=59), NOW).text == "running"
    late = core.word(bot(loop_seconds=130), NOW)
    assert (late.text, late.tone) == ("running, loop still 2m", Tone.WARN)
    assert core.word(bot(loop_seconds=400), NOW).tone is Tone.ALERT
    assert "has not gone round for 5m" in core.core_state(bot(loop_seconds=400), NOW)[1]


MARKETS = Markets("binance", "USDT", (Pair("binance", "BTC", "USDT", "BTC/USDT"),))
"""All that there is."""


@pytest.mark.parametrize("name", ["NOSUCH/USDT", ".*(UP|DOWN)/USDT"])
def test_barring_what_is_no_market_is_warned_of_once_the_markets_are_known(name: str) -> None:
    known = recorded_bot(markets=MARKETS)
    line = run.consequences(BlockPairs(("BTC/USDT", name)), known)[-1]
    assert text_of(line) == f"No market of binance in USDT is called {name}: it bars nothing now."
    assert line[0].tone is Tone.WARN
    assert "No market" not in said(BlockPairs(("BTC/USDT", "BTC/.*")), known)
    assert "No market" not in said(BlockPairs((name,)), recorded_bot())


@pytest.mark.parametrize(
    ("name", "meant"),
    [("AVAX/USDT", "AVAX/USDT:USDT"), ("avax/usdt:usdc", "AVAX/USDT:USDT"), ("BTC/USDT:USDT", "BTC/USDT")],
)
def test_a_name_that_lacks_only_what_the_contract_settles_in_is_asked_about(name: str, meant: str) -> None:
    natives = ("BTC/USDT", "AVAX/USDT:USDT", "AVAX/USDT:USDT-261225")
    pairs = tuple(Pair("binance", native[: native.index("/")], "USDT", native) for native in natives)
    known = recorded_bot(markets=Markets("binance", "USDT", pairs))
    lines = run.consequences(BlockPairs((name,)), known)
    assert [text_of(line) for line in lines] == [
        f"BLACKLIST {name}: {known.bot.name} opens nothing of that name; what is open goes on.",
        f"No market of binance in USDT is called {name}: it bars nothing now.",
        f"Did you mean {meant}?",
    ]


def test_allowing_a_name_that_lacks_only_what_the_contract_settles_in_is_asked_about() -> None:
    lines = run.consequences(AllowPairs(("PEPE/USDT:USDT",)), bot())
    assert [text_of(line) for line in lines[1:]] == [
        "Not on the blacklist: PEPE/USDT:USDT.",
        "Did you mean PEPE/USDT?",
    ]


def test_allowing_what_is_not_barred_is_warned_of() -> None:
    assert said(AllowPairs(("PEPE/USDT", "^.*(UP|DOWN)/USDT$")), bot()).endswith("may open there again.")
    assert said(AllowPairs(("PEPE/USDT", "BTC/USDT")), bot()).endswith("Not on the blacklist: BTC/USDT.")


def test_ending_the_lock_of_a_pair_says_where_another_bars_all_of_them() -> None:
    every = PairLock("9", "*", "*", NOW + timedelta(hours=1), "max drawdown")
    assert said(UnlockPair("", "XRP/USDT"), recorded_bot()) == "UNLOCK XRP/USDT: dry may open there again at once."
    assert "all pairs stay locked, `unlock all` ends that" in said(
        UnlockPair("", "XRP/USDT"), recorded_bot(locks=(LOCK, every))
    )
    told = said(UnlockPair("9", "*"), recorded_bot(locks=(LOCK, every)))
    assert told == "UNLOCK all pairs: dry may open there again at once."


def test_a_read_that_is_old_says_nothing_of_the_loop() -> None:
    assert core.word(bot(loop_seconds=5, age_seconds=300), NOW).text == "running"


def test_a_stopped_bot_has_no_loop_to_wait_for() -> None:
    assert core.word(bot(RunState.STOPPED, loop_seconds=4000), NOW).text == "stopped"
    assert core.word(bot(RunState.PAUSED, loop_seconds=4000), NOW).text == "paused, loop still 1h"


def test_the_screen_is_drawn_again_when_the_loop_stands_still() -> None:
    assert face(bot(loop_seconds=5), (), NOW) != face(bot(loop_seconds=125), (), NOW)


def test_stopped_trades_are_looked_after_by_nobody_and_every_market_screen_says_so() -> None:
    line = core.standstill(bot(RunState.STOPPED), NOW)
    assert line is not None
    assert text_of(line) == "the bot is stopped: 6 open trades are looked after by nobody"
    assert core.standstill(bot(RunState.PAUSED), NOW) is None


def test_stopping_entries_of_a_stopped_bot_is_said_to_start_it() -> None:
    lines = run.consequences(StopEntries(), bot(RunState.STOPPED))
    assert "this STARTS it" in text_of(lines[0])
    assert lines[0][0].tone is Tone.WARN
    assert "goes on managing the 6 open trades" in said(StopEntries(), bot())
    assert "nothing changes" in said(StopEntries(), bot(RunState.PAUSED))


def test_a_reload_may_make_a_stopped_bot_run() -> None:
    assert "API is away" in said(ReloadConfig(), bot())
    assert "it need not be stopped after that" in said(ReloadConfig(), bot(RunState.STOPPED))


def test_starting_and_stopping_say_what_they_do_to_this_bot() -> None:
    assert "it runs already" in said(StartCore(), bot())
    assert "Its orders are simulated." in said(StartCore(), bot(RunState.PAUSED))
    assert "6 open trades are looked after by nobody" in said(StopCore(), bot())
    assert core.consequences(StopCore(), bot()) == run.consequences(StopCore(), bot())


def test_what_stays_on_the_exchange_is_said_before_a_trade_is_forgotten() -> None:
    assert "0.03798 ETH stay on the exchange" in said(DeleteDeal("143", "ETH/USDT"), bot())


@pytest.mark.parametrize(
    ("written", "seconds"), [("1m", 60), ("4h", 14400), ("1d", 86400), ("", 0), ("m", 0), ("xm", 0)]
)
def test_timeframes_are_read(written: str, seconds: int) -> None:
    assert run.candle_seconds(written) == seconds


def test_reloading_a_trade_of_a_dry_run_is_told_to_change_nothing() -> None:
    assert "A dry run has none there" in said(ReloadDeal("143", "ETH/USDT"), bot())
    live = bot()
    assert live.run_status.value is not None
    live = with_feed(live, Topic(Kind.STATE), make_feed(replace(live.run_status.value, is_dry=False)))
    assert "dry run" not in said(ReloadDeal("143", "ETH/USDT"), live)
