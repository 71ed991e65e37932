"""A journal on a real disk, or a whole desk over one, for every test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from tests.unit.engine.office import Office, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal may be made; its folder does not exist yet."""
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    """An open journal, closed at the end."""
    journal = Journal(path)
    await journal.open()
    yield journal
    await journal.close()


@pytest.fixture
async def other_journal(journal: Journal, path: Path) -> AsyncIterator[Journal]:
    """The same file as another program has it open."""
    other = Journal(path)
    await other.open()
    yield other
    await other.close()


@pytest.fixture
async def office(path: Path) -> AsyncIterator[Office]:
    """An open desk that may trade without limits."""
    async with opened(path) as office:
        yield office
