"""The halt of all programs on the journal: set and released without a bot, a config file or a screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gunbot_tui.engine.clock import SystemClock
from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.shell.codes import GivenUpError


def set_halt(path: Path, *, halted: bool) -> None:
    """Halt all sending, or release it. Raises GivenUpError when the journal can't be written."""
    asyncio.run(_set_halt(path, halted=halted))


async def _set_halt(path: Path, *, halted: bool) -> None:
    journal = Journal(path)
    try:
        await journal.open()
        await journal.set_halt(SystemClock().now(), "panic" if halted else "release", halted=halted)
    except JournalError as error:
        raise GivenUpError(f"NOT {'halted' if halted else 'released'}: {error}") from None
    finally:
        await journal.close()
