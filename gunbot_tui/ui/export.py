"""Getting data out of the terminal: the tmux buffer and the clipboard escape for a row, a file for a table.

A file holds what is shown, in CSV with the words of the screen and in JSON with the numbers behind them.
"""

from __future__ import annotations

import csv
import json
import math
import os
import re
import subprocess
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from textual.app import App

from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.cell import Align, Cell, Column
from gunbot_tui.views.format import NOTHING

TMUX_SECONDS = 2
TIME = "time"
"""The column whose sort value is a moment, in seconds since the epoch."""
FORMULA = ("=", "+", "-", "@")
NUMBER = re.compile(r"[+-]?\d[\d.]*%?")

FORMATS = ("csv", "json")


def copy_text(app: App[None], text: str) -> str:
    """Copy a text wherever it can go, and say where that was."""
    places = []
    if os.environ.get("TMUX"):
        try:
            subprocess.run(["tmux", "load-buffer", "-w", "-"], input=text.encode(), timeout=TMUX_SECONDS, check=True)  # noqa: S607 -- a fixed command
            places.append("the tmux buffer")
        except (OSError, subprocess.SubprocessError):
            pass
    app.copy_to_clipboard(text)
    places.append("the clipboard, if this terminal allows it")
    return f"copied to {' and '.join(places)}: {text[:60]}"


def write_table(table: LiveTable, name: str, now: datetime, fmt: str) -> str:
    """Write the shown rows to a file of the user's alone in the present folder, never over another, and say where."""
    path = Path.cwd() / f"gunbot-tui-{name}-{now:%Y%m%d-%H%M%S}.{fmt}"
    text = _json(table) if fmt == "json" else _csv(table)
    try:
        # Exclusive creation: neither another file nor one behind a link is ever written over.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode(errors="replace"))
    except OSError as error:
        return f"not written: {path}: {error.strerror or error}"
    return f"{len(table.rows)} rows written to {path}"


def _csv(table: LiveTable) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(column.title for column in table.columns)
    writer.writerows([_harmless(cell.text.strip()) for cell in row.cells] for row in table.rows)
    return out.getvalue()


def _harmless(text: str) -> str:
    """The text so that no spreadsheet takes a bot's words for a formula."""
    is_formula = text.startswith(FORMULA) and text != NOTHING and NUMBER.fullmatch(text) is None
    return f"'{text}" if is_formula else text


def _json(table: LiveTable) -> str:
    rows = [
        {column.key: _value(column, cell) for column, cell in zip(table.columns, row.cells, strict=False)}
        for row in table.rows
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


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
