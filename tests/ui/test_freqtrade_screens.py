"""Book, Candles, PnL and Files on a Freqtrade: what it tells is shown, and what it never tells is not waited for."""

from __future__ import annotations

import pytest

from tests.ui.driven import driven
from tests.ui.freqtrade_scene import freqtrade_at_work

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


@SIZES
async def test_the_book_screen_says_that_there_is_none_and_shows_what_is_known(size: tuple[int, int]) -> None:
    async with driven(freqtrade_at_work(), size=size) as shown:
        await shown.command("book ADA/USDT")
        assert "Freqtrade's API has no order book" in shown.text
        assert "reading" not in shown.text
        assert "last" in shown.text
        assert len(shown.table.rows) == 1
        assert "…" not in shown.text.split("\n")[2]


async def test_an_order_is_cancelled_from_the_book_screen_of_a_bot_without_a_book() -> None:
    async with driven(freqtrade_at_work()) as shown:
        await shown.command("book ADA/USDT")
        await shown.press("x")
        assert shown.cockpit.ticket.is_open
