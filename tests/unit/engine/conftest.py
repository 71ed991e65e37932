"""A journal on a real disk for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    """Where a journal may be made; its folder does not exist yet."""
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
async def journal(journal_path: Path) -> AsyncIterator[Journal]:
    """An open journal, closed at the end."""
    journal = Journal(journal_path)
    await journal.open()
    yield journal
    await journal.close()


@pytest.fixture
async def other_journal(journal: Journal, journal_path: Path) -> AsyncIterator[Journal]:
    """The same file as another program has it open."""
    other = Journal(journal_path)
    await other.open()
    yield other
    await other.close()
