"""Getting data out of the terminal: the tmux buffer and the clipboard escape for a row, a CSV file for a table."""

from __future__ import annotations

import csv
import os
import subprocess
from datetime import datetime
from pathlib import Path

from textual.app import App

from gunbot_tui.ui.widgets.table import LiveTable

TMUX_SECONDS = 2


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


def write_table(table: LiveTable, name: str, now: datetime) -> str:
    """Write the shown rows to a CSV file in the present folder, never over another, and say where."""
    path = Path.cwd() / f"gunbot-tui-{name}-{now:%Y%m%d-%H%M%S}.csv"
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(column.title for column in table.columns)
            out.writerows([cell.text.strip() for cell in row.cells] for row in table.rows)
    except OSError as error:
        return f"not written: {path}: {error.strerror or error}"
    return f"{len(table.rows)} rows written to {path}"
