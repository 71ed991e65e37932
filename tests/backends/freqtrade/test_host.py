"""The bot as a program: its log without secrets, its load, its locks and lists, its settings and its strategy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gunbot_tui.backends.config_entries import MOST_ENTRIES
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.freqtrade import wire_host as wire
from gunbot_tui.backends.freqtrade.adapt_host import (
    MOST_MARKETS,
    RECORD_LINES,
    to_config_tree,
    to_file_list,
    to_file_text,
    to_load,
    to_locks,
    to_logs,
    to_markets,
    to_pairlist,
)
from gunbot_tui.backends.redact import DOTS
from gunbot_tui.backends.wire import Wire
from gunbot_tui.model.deal import PairLock
from gunbot_tui.model.host import HostLoad, LogLine
from gunbot_tui.model.market import Pair
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.recorded import made, recorded
from tests.factories import NOW

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6eyJ1IjoiY29ja3BpdCJ9fQ.c2lnbmF0dXJl"


def logged(*messages: object) -> tuple[LogLine, ...]:
    rows = [["2026-11-21 00:24:20", 1795220660175.0828, "freqtrade.wallets", "INFO", text] for text in messages]
    return to_logs(made(wire.Logs, {"log_count": len(rows), "logs": rows}))


def test_log_lines_tell_when_how_grave_and_from_where() -> None:
    lines = to_logs(recorded(wire.Logs, "logs"))
    at = datetime(2026, 11, 21, 0, 24, 20, 167461, UTC)
    assert lines[1] == LogLine(at, "INFO", "cooldown_period", "Cooldown for BTC/USDT for 3 candles.")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ('127.0.0.1:5 - "WebSocket /api/v1/message/ws?token=my-ws-token" [accepted]', f'ws?token={DOTS}" [accepted]'),
        (f"token is {JWT} now", f"token is {DOTS} now"),
        ("Authorization: Basic Y29ja3BpdDp0ZXN0YmVk", f"Authorization: Basic {DOTS}"),
        ("Authorization: Bearer abc.def", f"Authorization: {DOTS}"),
        ("{'key': 'AbCdEf', 'secret': 'x y'}", f"{{'key': '{DOTS}'"),
        ("jwt_secret_key=hidden&pair=BTC/USDT", f"jwt_secret_key={DOTS}&pair=BTC/USDT"),
        ("bot 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0 sends", f"bot {DOTS} sends"),
    ],
)
def test_no_secret_is_left_in_a_log_line(message: str, shown: str) -> None:
    assert shown in logged(message)[0].text


def test_our_own_password_is_taken_out_wherever_it_stands() -> None:
    answer = made(wire.Logs, {"logs": [["", 1795220660175, "x", "INFO", "said correct horse to nobody"]]})
    assert to_logs(answer, [Secret("correct horse")])[0].text == f"said {DOTS} to nobody"


def test_each_line_of_a_traceback_can_be_read() -> None:
    lines = logged("it failed\nTraceback:\n\tFile x")
    assert [line.text for line in lines] == ["it failed", "Traceback:", "    File x"]
    assert len(logged("a\n" * 1000)) == RECORD_LINES


def test_a_hostile_log_line_is_harmless() -> None:
    assert logged("\x1b[2J\u202egone", None, "")[0].text == "·[2J·gone"
    assert to_logs(made(wire.Logs, {"logs": ["no row", [], [1, 2]]})) == (LogLine(None, "", "", ""),) * 2


def test_of_a_log_far_longer_than_was_asked_for_the_newest_records_are_read() -> None:
    rows = [["", NOW.timestamp() * 1000, "freqtrade", "INFO", f"record {i}"] for i in range(5_000)]
    lines = to_logs(made(wire.Logs, {"logs": rows}))
    assert (lines[0].text, lines[-1].text) == ("record 4000", "record 4999")


def test_the_load_is_told_by_processor() -> None:
    assert to_load(recorded(wire.SysInfo, "sysinfo")) == HostLoad(
        (0.0, 100.0), 3.2, (0.2578125, 0.47314453125, 0.69775390625)
    )


def test_an_older_bot_tells_its_load_in_another_way_and_impossible_figures_are_dropped() -> None:
    assert to_load(made(wire.SysInfo, {"cpu_pct": [5.0, 900.0, "x"], "ram_pct": -3})) == HostLoad((5.0,), None, ())


def test_locks_stand_by_their_end_and_ended_ones_are_gone() -> None:
    locks = to_locks(recorded(wire.Locks, "locks"))
    assert [lock.id for lock in locks] == ["1", "2", "3"]
    until = datetime(2026, 11, 21, 0, 28, tzinfo=UTC)
    assert locks[1] == PairLock("2", "BTC/USDT", "*", until, "Cooldown period for for 3 candles.")
    ended = {"id": 4, "pair": "*", "side": "*", "active": False, "lock_end_timestamp": 1795220700000}
    unsaid = {"id": 5, "pair": "*", "side": "*", "reason": None}
    assert to_locks(made(wire.Locks, {"locks": [unsaid, ended, 7]})) == (PairLock("5", "*", "*", None, ""),)


def test_the_pairlist_keeps_patterns_as_they_are() -> None:
    pairlist = to_pairlist(recorded(wire.Whitelist, "whitelist"), recorded(wire.Blacklist, "blacklist"))
    assert pairlist.allowed[:2] == ("BTC/USDT", "ETH/USDT")
    assert pairlist.methods == ("StaticPairList",)
    assert pairlist.blocked == ("PEPE/USDT", "^.*(UP|DOWN)/USDT$")
    assert pairlist.blocked_pairs == ("PEPE/USDT",)


def test_a_name_that_could_not_be_sent_back_as_it_is_shown_is_left_out() -> None:
    white = made(wire.Whitelist, {"whitelist": ["BTC/USDT", "BTC\u200b/USDT", 5, ""]})
    assert to_pairlist(white, made(wire.Blacklist, {"blacklist": []})).allowed == ("BTC/USDT",)


def test_the_markets_are_pairs_by_name_and_the_closed_ones_are_told() -> None:
    answer = recorded(wire.Markets, "markets")
    found = to_markets("binance", "USDT", answer)
    assert found.pairs[0] == Pair("binance", "ADA", "USDT", "ADA/USDT")
    assert len(found.pairs) == len(answer.markets) == 16
    assert not found.inactive
    closed, unsaid = {"symbol": "LUNA/USDT", "active": False}, {"symbol": "FTT/USDT"}
    some = made(wire.Markets, {"markets": {"1": {"symbol": "BTC/USDT", "active": True}, "2": closed, "3": unsaid}})
    assert {pair.coin for pair in to_markets("binance", "USDT", some).inactive} == {"LUNA", "FTT"}


def test_where_no_market_is_said_to_be_open_none_is_taken_for_closed() -> None:
    rows = {name: {"symbol": name, "active": False} for name in ("BTC/USDT", "ETH/USDT")}
    found = to_markets("kraken", "USDT", made(wire.Markets, {"markets": rows}))
    assert (len(found.pairs), found.inactive) == (2, frozenset())


def test_a_market_whose_name_could_hide_something_is_left_out() -> None:
    names = ["BTC/USDT", "BTC\u202e/USDT", "B TC/USDT", "\x1b[2J/USDT", "币/USDT", "BTC", "BTC/USDT:USDT"]
    rows = {str(at): {"symbol": name, "active": True} for at, name in enumerate(names)}
    answer = made(wire.Markets, {"markets": {**rows, "x": 5, "y": {"symbol": 7}}})
    assert [pair.native for pair in to_markets("binance", "USDT", answer).pairs] == ["BTC/USDT", "BTC/USDT:USDT"]


def test_more_markets_than_any_exchange_has_are_none() -> None:
    rows = {str(at): {"symbol": f"C{at}/USDT"} for at in range(MOST_MARKETS + 1)}
    with pytest.raises(Unexpected, match="10001 markets"):
        to_markets("binance", "USDT", made(wire.Markets, {"markets": rows}))


def test_the_settings_are_flattened_and_secrets_dotted_out() -> None:
    tree = to_config_tree(recorded(wire.Settings, "show_config"))
    rows = {entry.path: entry for entry in tree.entries}
    assert rows["unfilledtimeout", "entry"].text == "10"
    assert rows["stake_currency",].text == "USDT"
    assert tree.exchanges == ("binance",)
    assert tree.core_enabled is None
    hidden = to_config_tree(made(wire.Settings, {"ws_token": "abcdef", "api": {"password": "abcdef", "key": "abcdef"}}))
    assert {entry.text for entry in hidden.entries} == {DOTS}


def test_the_source_of_a_strategy_is_shown_without_its_secrets() -> None:
    text = to_file_text(recorded(wire.Strategy, "strategy"))
    assert text.name == "CockpitStrategy"
    assert text.lines[0].startswith('"""A busy little 1m strategy')
    assert not text.is_cut
    own = to_file_text(made(wire.Strategy, {"strategy": "Own", "code": "x = 1\r\napi_key = 'abcdef'\x1b\n"}))
    assert own.lines == ("x = 1", f"api_key = '{DOTS}'·")


def test_only_names_that_can_be_asked_for_are_listed() -> None:
    assert to_file_list(["Cockpit", "Bad\x1b", ""]).names == ("Cockpit",)


@pytest.mark.parametrize("shape", [wire.Logs, wire.Locks, wire.Whitelist, wire.Blacklist, wire.Strategy])
def test_an_answer_of_another_shape_is_refused_without_quoting_it(shape: type[Wire]) -> None:
    with pytest.raises(Unexpected) as caught:
        made(shape, {"surprise": "abcdef"})
    assert "abcdef" not in str(caught.value)


def test_a_configuration_of_more_values_than_any_bot_has_is_not_shown() -> None:
    settings = made(wire.Settings, dict.fromkeys(map(str, range(MOST_ENTRIES + 1)), 1))
    with pytest.raises(Unexpected, match=f"more than {MOST_ENTRIES} values"):
        to_config_tree(settings)
