"""A port that answers what a real Freqtrade answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.backends.freqtrade.replay import scripts
from tests.backends.wire_server import WireServer


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer(scripts=scripts()) as started:
        yield started
