"""Rows of a table as text for other programs: CSV with the words of the screen, JSON with the numbers behind them."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO

from gunbot_tui.views.cell import Align, Cell, Column, Row
from gunbot_tui.views.format import NOTHING

TIME = "time"
"""The column whose sort value is a moment, in seconds since the epoch."""
FORMULA = ("=", "+", "-", "@")
NUMBER = re.compile(r"[+-]?\d[\d.]*%?")


def to_csv(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A line of titles, then one line for each row."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(column.title for column in columns)
    writer.writerows([_harmless(cell.text.strip()) for cell in row.cells] for row in rows)
    return out.getvalue()


def _harmless(text: str) -> str:
    """The text so that no spreadsheet takes a bot's words for a formula."""
    is_formula = text.startswith(FORMULA) and text != NOTHING and NUMBER.fullmatch(text) is None
    return f"'{text}" if is_formula else text


def to_json(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A list of objects, by the names of the columns."""
    objects = [
        {column.key: _value(column, cell) for column, cell in zip(columns, row.cells, strict=False)} for row in rows
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def _value(column: Column, cell: Cell) -> str | float | None:
    """A time in ISO 8601, a number where the column is one of numbers, else the words; null for what is not known."""
    text = cell.text.strip()
    if text in ("", NOTHING):
        return None
    if not isinstance(cell.sort, float | int) or not math.isfinite(cell.sort):
        return text
    if column.key == TIME:
        return datetime.fromtimestamp(cell.sort, UTC).isoformat()
    return cell.sort if column.align is Align.RIGHT else text
