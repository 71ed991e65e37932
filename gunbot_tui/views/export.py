"""Records for other programs: the same fields in CSV and in JSON, with the values behind the words of the screen."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from gunbot_tui.views.cell import Align, Cell, Column, Row
from gunbot_tui.views.format import NOTHING

TIME = "time"
"""The column whose sort value is a moment, in seconds since the epoch."""
FORMULA = ("=", "+", "-", "@")
NUMBER = re.compile(r"[+-]?\d[\d.]*%?")

Value = str | float | None
"""None for what is not known."""


@dataclass(frozen=True, slots=True)
class Records:
    """Lines of values under the names of their fields."""

    fields: tuple[str, ...]
    lines: tuple[tuple[Value, ...], ...]


def of_table(columns: Sequence[Column], rows: Sequence[Row]) -> Records:
    """The rows of a table, by the names of its columns."""
    return Records(
        tuple(column.key for column in columns),
        tuple(tuple(_value(column, cell) for column, cell in zip(columns, row.cells, strict=False)) for row in rows),
    )


def to_csv(records: Records) -> str:
    """A line of names, then one line for each record."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(records.fields)
    writer.writerows([_harmless(value) for value in line] for line in records.lines)
    return out.getvalue()


def to_json(records: Records) -> str:
    """A list of objects."""
    objects = [dict(zip(records.fields, line, strict=True)) for line in records.lines]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def _harmless(value: Value) -> Value:
    """A text so that no spreadsheet takes a bot's words for a formula."""
    is_formula = isinstance(value, str) and value.startswith(FORMULA) and NUMBER.fullmatch(value) is None
    return f"'{value}" if is_formula else value


def _value(column: Column, cell: Cell) -> Value:
    """A time in ISO 8601, a number where the column is one of numbers, else the words."""
    text = cell.text.strip()
    if text in ("", NOTHING):
        return None
    if not isinstance(cell.sort, float | int) or not math.isfinite(cell.sort):
        return text
    if column.key == TIME:
        return datetime.fromtimestamp(cell.sort, UTC).isoformat()
    return cell.sort if column.align is Align.RIGHT else text
