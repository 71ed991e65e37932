"""The list of every trade that would be left: how many leave and stay is always said, whatever has no room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import CloseAllDraft, CloseAllPreview
from gunbot_tui.views.ticket import lines
from gunbot_tui.views.ticket_exits import exit_lines
from tests.factories import NOW, make_intent
from tests.unit.order.deal_scenes import LIMITS, deal, status, trader

COINS = ("BTC", "ETH", "SOL", "ADA", "XRP", "DOT", "LTC", "UNI", "BNB", "TRX", "XLM")
PAIRS = tuple(Pair("binance", coin, "USDT", f"{coin}/USDT") for coin in COINS)


def leaving(exits: int, stays: int) -> CloseAllPreview:
    """Trades 147 and on, of which the last ones hold nothing yet."""
    statuses = [
        status(pair, deal(pair, str(147 + number), amount=0.038 if number < exits else 0.0))
        for number, pair in enumerate(PAIRS[: exits + stays])
    ]
    made = preview(CloseAllDraft(), trader(*statuses), NOW, limits=LIMITS)
    assert isinstance(made, CloseAllPreview)
    return made


def texts(made: CloseAllPreview, width: int, *, compact: bool) -> list[str]:
    shown = lines(made, width, compact=compact, with_keys=False, taken=1)
    return ["".join(span.text for span in line) for line in shown]


@pytest.mark.parametrize(("width", "compact", "most"), [(78, True, 5), (78, False, 8)])
def test_every_trade_that_leaves_or_stays_is_named_before_anything_else(
    width: int, most: int, *, compact: bool
) -> None:
    shown = texts(leaving(6, 5), width, compact=compact)
    assert shown[0] == "6 exits, 750.12 USDT, profit about +19.20: #147 #148 #149 #150 #151 #152"
    assert shown[1] == "5 stay open: #153 #154 #155 #156 #157"
    assert shown[2].startswith("! not among them: #153, the entry of trade #153 has not filled")
    assert shown[-1].endswith("more: enlarge")
    assert len(shown) <= most


def test_what_has_no_room_is_counted_to_the_last() -> None:
    shown = texts(leaving(6, 5), 78, compact=True)
    told = sum(line.startswith(("! not among", "EXIT")) for line in shown)
    assert shown[-1] == f"! {11 - told} more: enlarge"


def test_a_shell_has_room_for_all() -> None:
    shown = ["".join(span.text for span in line) for line in exit_lines(leaving(6, 5), 1000, 100)]
    assert sum(line.startswith("EXIT ") for line in shown) == 6
    assert sum(line.startswith("! not among them") for line in shown) == 5
    assert not any("enlarge" in line for line in shown)


def test_one_of_each_is_said_in_the_singular_and_ids_without_room_are_counted() -> None:
    assert texts(leaving(1, 1), 78, compact=False)[:2] == [
        "1 exit, 125.02 USDT, profit about +3.20: #147",
        "1 stays open: #148",
    ]
    assert texts(leaving(1, 6), 40, compact=False)[1] == "6 stay open: #148 #149 #150 and 3 more"


def test_a_profit_that_is_not_known_of_all_is_not_added_up() -> None:
    pair = PAIRS[0]
    made = preview(CloseAllDraft(), trader(status(pair, replace(deal(pair), profit=None))), NOW, limits=LIMITS)
    assert isinstance(made, CloseAllPreview)
    assert texts(made, 78, compact=False)[0] == "1 exit, 125.02 USDT, profit unknown: #143"


def test_a_loss_has_the_minus_of_the_tables() -> None:
    pair = PAIRS[0]
    made = preview(CloseAllDraft(), trader(status(pair, replace(deal(pair, "147"), profit=-2.36))), NOW, limits=LIMITS)
    assert isinstance(made, CloseAllPreview)
    shown = texts(made, 100, compact=False)
    assert shown[0].endswith("profit about −2.36: #147")
    assert shown[-1].endswith("at market −2.36 USDT")


def test_limits_of_money_and_an_exit_in_doubt_leave_no_trade_behind() -> None:
    pair = PAIRS[0]
    (first,) = leaving(1, 0).orders
    assert first.command is not None
    lost = make_intent(first.command, IntentState.UNKNOWN)
    snapshot = trader(status(pair, deal(pair, "147", amount=50.0)), intents=(lost,))
    made = preview(CloseAllDraft(), snapshot, NOW, limits=LIMITS)
    assert isinstance(made, CloseAllPreview)
    assert (len(made.orders), made.staying, made.must_type) == (1, (), "1")
    assert not any("max_notional" in warning for warning in made.warnings)
    assert any(f"`:settle {lost.short_id} absent`" in warning for warning in made.warnings)
