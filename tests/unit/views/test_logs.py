"""The log by level, with grave lines loud and long ones in full below."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import LogLine
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import logs
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, make_snapshot, text_of
from tests.freqtrade_day import recorded_bot

LINES = tuple(
    LogLine(NOW - timedelta(seconds=30 - i), level, "freqtrade.worker", f"line {i}")
    for i, level in enumerate(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "strange"))
)


def logged(*lines: LogLine) -> Snapshot:
    return recorded_bot(logs=lines or LINES)


@pytest.mark.parametrize(
    ("level", "shown"),
    [("all", "012345"), ("info", "12345"), ("warning", "2345"), ("error", "34")],
)
def test_a_level_shows_its_own_lines_and_graver_ones(level: str, shown: str) -> None:
    found = logs.lines(logged(), level)
    assert [line.text for line in found.values()] == [f"line {digit}" for digit in shown]


def test_grave_lines_are_loud() -> None:
    rows = logs.rows(logs.folded(logs.lines(logged(), "all")), NOW)
    assert [row.cells[1].text for row in rows] == ["D", "I", "W", "E", "C", "S"]
    assert [row.cells[3].tone for row in rows[:4]] == [Tone.MUTED, Tone.PLAIN, Tone.WARN, Tone.ALERT]
    assert text_of(logs.title(logged(), "warning", is_following=True)) == (
        "last 6 lines · warning and worse · 2 errors · 2 warnings · following"
    )


def test_a_line_keeps_its_key_when_older_ones_leave_the_log() -> None:
    before, after = logs.lines(logged(), "all"), logs.lines(logged(*LINES[2:]), "all")
    assert list(before)[2:] == list(after)


def test_lines_of_one_moment_are_told_apart() -> None:
    twice = replace(LINES[0], text="again")
    assert len(logs.lines(logged(LINES[0], twice), "all")) == 2


def test_a_long_line_is_told_in_full_below() -> None:
    line = replace(LINES[3], text="word " * 40)
    said = [text_of(part) for part in logs.detail(logs.Repeat(line, line.at), 80, 5)]
    assert said[0].endswith("ERROR freqtrade.worker")
    assert "".join(said[1:]).count("word") == 40
    assert all(len(part) <= 80 for part in said)


def heard(*said: str) -> tuple[LogLine, ...]:
    """These texts, a second apart."""
    return tuple(LogLine(NOW + timedelta(seconds=i), "ERROR", "freqtrade.worker", text) for i, text in enumerate(said))


def test_what_is_said_again_and_again_is_one_row_with_its_last_time() -> None:
    found = logs.folded(logs.lines(logged(*heard("up", "down", "down", "down", "up")), "all"))
    rows = logs.rows(found, NOW)
    assert [row.cells[3].text for row in rows] == ["up", "×3 down", "up"]
    assert rows[1].cells[0].sort == (NOW + timedelta(seconds=3)).timestamp()
    told = text_of(logs.detail(found[rows[1].key], 120, 4)[0])
    assert told.endswith(f"· 3 times since {(NOW + timedelta(seconds=1)).astimezone():%Y-%m-%d %H:%M:%S}")
    assert "times" not in text_of(logs.detail(found[rows[0].key], 120, 4)[0])


def test_lines_of_another_logger_or_level_are_not_folded() -> None:
    first, second, third = heard("down", "down", "down")
    different = (first, replace(second, logger="freqtrade.rpc"), replace(third, level="WARNING"))
    assert len(logs.folded(logs.lines(logged(*different), "all"))) == 3


def test_a_fold_keeps_its_key_while_its_first_lines_leave_and_others_come() -> None:
    lines = heard("down", "down", "down", "up", "up")
    before = logs.folded(logs.lines(logged(*lines[:4]), "all"))
    after = logs.folded(logs.lines(logged(*lines[2:]), "all"))
    assert next(iter(before)) == next(iter(after))


def test_the_text_takes_what_the_width_leaves() -> None:
    assert logs.columns(116)[-1].width == 116 - 8 - 1 - 24 - 3
    assert logs.columns(76)[-1].width == 76 - 8 - 1 - 2
    assert logs.columns(36)[-1].width == 36 - 8 - 1 - 2


def test_a_day_before_has_the_room_that_its_date_needs() -> None:
    old = replace(LINES[0], at=NOW - timedelta(days=1))
    rows = logs.rows(logs.folded(logs.lines(logged(old), "all")), NOW)
    assert logs.columns(116, rows)[0].width == len(rows[0].cells[0].text) == 11


def test_a_bot_that_never_tells_its_log_says_so_instead_of_reading_for_ever() -> None:
    bot = make_snapshot()
    silent = replace(bot, capabilities=replace(bot.capabilities, unread={Kind.LOGS: "its log is in its own folder"}))
    assert text_of(logs.empty(silent, NOW, "all")) == "its log is in its own folder"
    assert text_of(logs.empty(logged(LINES[1]), NOW, "error")) == "no line is error or worse: v shows other levels"
    assert Topic(Kind.LOGS) not in bot.feeds
