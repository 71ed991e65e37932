"""Pictures of the screens that look otherwise on a Freqtrade; a change of one is looked at before it is accepted."""

from __future__ import annotations

import pytest

from tests.ui.driven import Driven
from tests.ui.freqtrade_scene import freqtrade_at_work
from tests.ui.test_pictures import SIZES, Compare, named, same_picture

LINES = {
    "pairs": "pairs ETH/USDT",
    "orders": "orders ETH/USDT",
    "balances": "balances",
    "bot": "bot",
    "logs": "logs info",
    "book": "book ADA/USDT",
    "candles": "candles SOL/USDT",
    "summary": "pnl summary",
    "weeks": "pnl weeks",
    "mix": "pnl mix",
    "curve": "pnl curve",
}


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("name", [*LINES, "source"])
def test_screen(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    async def act(shown: Driven) -> None:
        if name == "source":
            await shown.press("7", "G", "enter", "j", "enter")
        else:
            await shown.command(LINES[name])

    assert same_picture(snap_compare, size, act, freqtrade_at_work())
