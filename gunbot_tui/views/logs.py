"""The Logs screen: the end of the bot's own log, from a level on, with the line under the cursor in full below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from textwrap import wrap

from gunbot_tui.model.feed import Kind
from gunbot_tui.model.host import LogLine
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone, fitting
from gunbot_tui.views.panel import muted, problem_line, untold

COLUMNS = (
    Column("time", "time", 11),
    Column("level", "level", 8, rank=1),
    Column("logger", "logger", 24, rank=2),
    Column("text", "text", 30),
)
GRADES = {"DEBUG": 0, "INFO": 1, "WARNING": 2, "WARN": 2, "ERROR": 3, "CRITICAL": 4, "FATAL": 4}
LEVELS = {"all": 0, "info": 1, "warning": 2, "error": 3}
"""What may be shown: lines of this level and graver ones; a level that is not known here counts as a warning."""
OWN = "freqtrade."
"""Most loggers begin with the program's name, which says nothing."""
TONES = (Tone.MUTED, Tone.PLAIN, Tone.WARN, Tone.ALERT, Tone.ALERT)


def columns(width: int) -> tuple[Column, ...]:
    """The columns, with all of the width that is left for the text."""
    kept = [COLUMNS[index] for index in fitting(COLUMNS, width)]
    spare = max(0, width - sum(column.width + 1 for column in kept) + 1)
    *others, text = COLUMNS
    return (*others, replace(text, width=text.width + spare))


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


def rows(shown: dict[str, LogLine], now: datetime) -> tuple[Row, ...]:
    """The lines as a table, one row each however long they are."""
    return tuple(_row(key, line, now) for key, line in shown.items())


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


def detail(line: LogLine, width: int, height: int) -> tuple[Line, ...]:
    """All of a line, on several."""
    head = f" {line.at.astimezone():%Y-%m-%d %H:%M:%S.%f}"[:-3] if line.at else " no time"
    parts = wrap(line.text, max(1, width - 2), max_lines=max(1, height - 1), placeholder=" …") or [""]
    first: Line = (Span(head, Tone.MUTED), Span(f" {line.level} ", _tone(line)), Span(line.logger, Tone.MUTED))
    return (first, *((Span(f" {part}"),) for part in parts))


def _row(key: str, line: LogLine, now: datetime) -> Row:
    tone = _tone(line)
    return Row(
        key,
        (
            Cell(fmt.moment(line.at, now), Tone.MUTED, line.at.timestamp() if line.at else None),
            Cell(line.level, tone, float(grade(line))),
            Cell(line.logger.removeprefix(OWN), Tone.MUTED, line.logger),
            Cell(line.text, tone, line.text),
        ),
    )


def _tone(line: LogLine) -> Tone:
    return TONES[grade(line)]
