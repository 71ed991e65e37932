"""Getting data out of the terminal: the tmux buffer and the clipboard escape for a row, a file for a table.

A file holds what is shown, in CSV with the words of the screen and in JSON with the numbers behind them.
"""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path

from textual.app import App

from gunbot_tui.ui.widgets.table import LiveTable
from gunbot_tui.views.export import to_csv, to_json

TMUX_SECONDS = 2
FORMATS = {"csv": to_csv, "json": to_json}


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
    text = FORMATS[fmt](table.columns, table.rows)
    try:
        # Exclusive creation: neither another file nor one behind a link is ever written over.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode(errors="replace"))
    except OSError as error:
        return f"not written: {path}: {error.strerror or error}"
    return f"{len(table.rows)} rows written to {path}"
