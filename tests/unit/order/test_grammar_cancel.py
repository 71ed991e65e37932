"""Cancels in the language of orders: how wide each is, and that a wider one always needs words."""

from __future__ import annotations

import pytest

from gunbot_tui.model.ticket import CancelDraft, CancelScope
from tests.unit.order.language import BTC, ETH, ETH_BTC, LONG, asked, read, refused

ONE, OURS, EVERYWHERE = CancelScope.ONE, CancelScope.OURS_ON_PAIR, CancelScope.EVERYWHERE


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("cancel 357044", CancelDraft(ONE, None, "357044")),
        ("cancel #357044", CancelDraft(ONE, None, "357044")),
        ("cancel xk2m7q", CancelDraft(ONE, None, "xk2m7q")),
        ("cancel #btc", CancelDraft(ONE, None, "btc")),
        ("cancel 357044 ETH/BTC", CancelDraft(ONE, ETH_BTC, "357044")),
        ("cancel all", CancelDraft(OURS, BTC)),
        ("cancel ALL eth/btc", CancelDraft(OURS, ETH_BTC)),
        ("cancel BTC/USDT", CancelDraft(OURS, BTC)),
        ("cancel btc/usdt long", CancelDraft(OURS, LONG)),
        ("cancel all BTC/USDT LONG", CancelDraft(OURS, LONG)),
        ("cancel BTC/USDT LONG bybit", CancelDraft(OURS, LONG)),
        ("cancel 357044 BTC/USDT binance", CancelDraft(ONE, BTC, "357044")),
        ("cancel BTC/USDT with bot", CancelDraft(OURS, BTC, with_bot=True)),
        ("cancel all with bot", CancelDraft(OURS, BTC, with_bot=True)),
        ("cancel all everywhere", CancelDraft(EVERYWHERE)),
        ("cancel all everywhere with bot", CancelDraft(EVERYWHERE, with_bot=True)),
        ("cancel all WITH BOT Everywhere", CancelDraft(EVERYWHERE, with_bot=True)),
        (
            "cancel BTC/USDT#1 binance/USDT-ETH#2",
            CancelDraft(CancelScope.MARKED, ids=((BTC.key, "1"), (ETH.key, "2"))),
        ),
    ],
)
def test_a_cancel_means_exactly_this(text: str, draft: CancelDraft) -> None:
    assert read(text) == draft


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("cancel", ["cancel all"]),
        ("cancel ?", ["cancel all"]),
        ("cancel [x]", ["[x]"]),
        ("cancel everywhere", ["write cancel all everywhere"]),
        ("cancel with bot", ["cancel what"]),
        ("cancel all BTC/USDT everywhere", ["BTC/USDT and everywhere together"]),
        ("cancel 357044 everywhere", ["behind all only"]),
        ("cancel 357044 with bot", ["an id names one order"]),
        ("cancel BTC/USDC", ['"BTC/USDC"', 'did you mean "BTC/USDT"']),
        ("cancel all BTX", ['"BTX"', 'did you mean "BTC"']),
        ("cancel XMR/USDT#1", ["XMR/USDT"]),
    ],
)
def test_a_cancel_that_is_not_clear_says_what_to_write(text: str, parts: list[str]) -> None:
    message = refused(text)
    assert [part for part in parts if part not in message] == []


def test_a_cancel_on_a_name_of_two_exchanges_is_asked_back() -> None:
    assert asked("cancel all SOL") == ("cancel all kraken/USDT-SOL", "cancel all bybit/USDT-SOL")
    assert asked("cancel sol ?") == ("cancel kraken/USDT-SOL ?", "cancel bybit/USDT-SOL ?")


def test_cancel_all_without_a_selected_pair_asks_for_one() -> None:
    assert "no pair is selected" in refused("cancel all", None)
    assert read("cancel all everywhere", None) == CancelDraft(EVERYWHERE)
