"""The bot that most tests here talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sim.simulated import Simulated, simulated


@pytest.fixture
async def bot() -> AsyncIterator[Simulated]:
    async with simulated() as running:
        yield running
