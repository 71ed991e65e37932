"""Getting data out of the terminal: the tmux buffer and the clipboard escape for a row, a file for a table.

A file holds what is shown, with the values behind the words of the screen.
"""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from datetime import datetime
from pathlib import Path

from textual.app import App

from gunbot_tui.views.export import Records, to_csv, to_json

TMUX_SECONDS = 2
FORMATS = {"csv": to_csv, "json": to_json}


async def copy_text(app: App[None], text: str) -> str:
    """Copy a text wherever it can go, and say where that was."""
    app.copy_to_clipboard(text)
    places = ["the clipboard, if this terminal allows it"]
    if os.environ.get("TMUX") and await _load_tmux_buffer(text):
        places.insert(0, "the tmux buffer")
    # On the screen a tab is a jump that the terminal decides on.
    shown = text[:60].replace("\t", " ")
    return f"copied to {' and '.join(places)}: {shown}"


async def _load_tmux_buffer(text: str) -> bool:
    try:
        tmux = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", "-w", "-", stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(TMUX_SECONDS):
            await tmux.communicate(text.encode())
    except TimeoutError:
        return False
    finally:
        if tmux.returncode is None:
            tmux.kill()
    return tmux.returncode == 0


def write_records(records: Records, name: str, now: datetime, fmt: str) -> str:
    """Write them to a file of the user's alone in the present folder, never over another, and say where."""
    path = Path.cwd() / f"gunbot-tui-{name}-{now:%Y%m%d-%H%M%S}.{fmt}"
    text = FORMATS[fmt](records)
    try:
        # Exclusive creation: neither another file nor one behind a link is ever written over.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode(errors="replace"))
    except OSError as error:
        return f"not written: {path}: {error.strerror or error}"
    return f"{len(records.lines)} rows written to {path}"
