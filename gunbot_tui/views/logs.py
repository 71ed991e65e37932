"""The Logs screen: the end of the bot's own log, from a level on, with the line under the cursor in full below it.

What a logger says again and again is one row with its last time and how often, so that it hides nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gunbot_tui.model.feed import Kind
from gunbot_tui.model.host import LogLine
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone, fitting
from gunbot_tui.views.panel import muted, problem_line, untold, whole

COLUMNS = (
    Column("time", "time", 8),
    Column("level", "l", 1),
    Column("logger", "logger", 24, rank=1),
    Column("text", "text", 60),
)
LEAST_TEXT = 10
GRADES = {"DEBUG": 0, "INFO": 1, "WARNING": 2, "WARN": 2, "ERROR": 3, "CRITICAL": 4, "FATAL": 4}
LEVELS = {"all": 0, "info": 1, "warning": 2, "error": 3}
"""What may be shown: lines of this level and graver ones; a level that is not known here counts as a warning."""
OWN = "freqtrade."
"""Most loggers begin with the program's name, which says nothing."""
TONES = (Tone.MUTED, Tone.PLAIN, Tone.WARN, Tone.ALERT, Tone.ALERT)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line that was said so many times in a row, as it was said the last time."""

    line: LogLine
    since: datetime | None
    count: int = 1


def columns(width: int, shown: Sequence[Row] = ()) -> tuple[Column, ...]:
    """The columns for these rows, with all of the width that is left for the text."""
    time, *others, text = COLUMNS
    time = replace(time, width=max([time.width, *(fmt.width(row.cells[0].text) for row in shown)]))
    sized = (time, *others, text)
    left = width - sum(sized[index].width + 1 for index in fitting(sized, width)[:-1])
    return (time, *others, replace(text, width=max(LEAST_TEXT, left)))


def lines(snapshot: Snapshot, level: str) -> dict[str, LogLine]:
    """The lines of a level and graver ones by their keys, the oldest first.

    A line has no number of its own: it is known by its time and its place among those of the same time.
    """
    found: dict[str, LogLine] = {}
    same: dict[datetime | None, int] = {}
    for line in snapshot.logs.value or ():
        same[line.at] = place = same.get(line.at, 0) + 1
        if grade(line) >= LEVELS[level]:
            found[f"{line.at.timestamp() if line.at else ''} {place}"] = line
    return found


def folded(shown: Mapping[str, LogLine]) -> dict[str, Repeat]:
    """The lines with those that repeat the one before in one, by the key of the last.

    That key stays while others come, save at the end, which is followed.
    """
    found: dict[str, Repeat] = {}
    last: tuple[str, Repeat] | None = None
    for key, line in shown.items():
        repeat = Repeat(line, line.at)
        if last is not None and _said(last[1].line) == _said(line):
            del found[last[0]]
            repeat = Repeat(line, last[1].since, last[1].count + 1)
        found[key] = repeat
        last = key, repeat
    return found


def rows(shown: Mapping[str, Repeat], now: datetime) -> tuple[Row, ...]:
    """The lines as a table, one row each however long they are."""
    return tuple(_row(key, repeat, now) for key, repeat in shown.items())


def grade(line: LogLine) -> int:
    """How grave a line is, 0 to 4."""
    return GRADES.get(line.level.upper(), GRADES["WARNING"])


def title(snapshot: Snapshot, level: str, *, is_following: bool) -> Line:
    """How many lines there are, of which levels, and whether the end is followed."""
    found = snapshot.logs.value
    if found is None:
        return (Span("logs"),)
    grave = sum(grade(line) >= LEVELS["error"] for line in found)
    warned = sum(grade(line) == LEVELS["warning"] for line in found)
    shown = "all levels" if level == "all" else f"{level} and worse"
    return (
        Span(f"last {len(found)} lines · {shown}", Tone.PLAIN),
        Span(f" · {grave} errors", Tone.ALERT if grave else Tone.MUTED),
        Span(f" · {warned} warnings", Tone.WARN if warned else Tone.MUTED),
        Span(" · following" if is_following else " · stands still, G follows the end", Tone.MUTED),
    )


def empty(snapshot: Snapshot, now: datetime, level: str) -> Line:
    """What the screen says without rows."""
    if snapshot.logs.value is None:
        never = untold(snapshot, Kind.LOGS)
        return never or problem_line(snapshot.logs, now, snapshot.link) or muted("reading the log …")
    return muted(f"no line is {level} or worse: v shows other levels" if snapshot.logs.value else "the log is empty")


def detail(repeat: Repeat, width: int, height: int) -> tuple[Line, ...]:
    """All of a line, on several, and since when it is repeated."""
    line, since = repeat.line, repeat.since
    head = f" {line.at.astimezone():%Y-%m-%d %H:%M:%S.%f}"[:-3] if line.at else " no time"
    again = f" · {repeat.count} times" if repeat.count > 1 else ""
    again += f" since {since.astimezone():%Y-%m-%d %H:%M:%S}" if again and since else ""
    first: Line = (
        Span(head, Tone.MUTED),
        Span(f" {line.level} ", _tone(line)),
        Span(f"{line.logger}{again}", Tone.MUTED),
    )
    return (first, *whole(line.text, width, height - 1))


def _row(key: str, repeat: Repeat, now: datetime) -> Row:
    line, tone = repeat.line, _tone(repeat.line)
    times = f"×{repeat.count} " if repeat.count > 1 else ""
    return Row(
        key,
        (
            Cell(fmt.moment(line.at, now), Tone.MUTED, line.at.timestamp() if line.at else None),
            Cell(line.level[:1].upper() or "?", tone, float(grade(line))),
            Cell(line.logger.removeprefix(OWN), Tone.MUTED, line.logger),
            Cell(f"{times}{line.text}", tone, line.text),
        ),
    )


def _said(line: LogLine) -> tuple[str, str, str]:
    return line.level, line.logger, line.text


def _tone(line: LogLine) -> Tone:
    return TONES[grade(line)]
