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


def texts(made: CloseAllPreview, width: int, *, compact: bool, page: int = 0) -> list[str]:
    shown = lines(made, width, compact=compact, with_keys=False, taken=1, page=page)
    return ["".join(span.text for span in line) for line in shown]


@pytest.mark.parametrize(("width", "compact", "most"), [(78, True, 5), (78, False, 8)])
def test_every_trade_that_leaves_or_stays_is_named_before_anything_else(
    width: int, most: int, *, compact: bool
) -> None:
    shown = texts(leaving(6, 5), width, compact=compact)
    assert shown[0] == "6 exits, 750.12 USDT, profit about +19.20: #147 #148 #149 #150 #151 #152"
    assert shown[1] == "5 stay open: #153 #154 #155 #156 #157"
    assert shown[2].startswith("! not among them: #153, the entry of trade #153 has not filled")
    assert shown[-1].startswith("! page 1 of ")
    assert len(shown) <= most


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("width", [40, 78])
def test_every_exit_is_on_a_page_and_after_the_last_comes_the_first(width: int, *, compact: bool) -> None:
    made = leaving(9, 2)
    first = texts(made, width, compact=compact)
    pages = int(first[-1].split()[4].rstrip(":"))
    turned = [texts(made, width, compact=compact, page=page) for page in range(pages)]
    whole = " ".join(line for shown in turned for line in shown)
    assert pages > 1
    for number in range(9):
        assert f"#{147 + number} 0.038 {COINS[number]} 125.02 +3.20" in whole
    assert whole.count("! not among them") == 2
    assert texts(made, width, compact=compact, page=pages) == first
    assert texts(made, width, compact=compact, page=-1) == turned[-1]


def test_what_fits_in_few_words_is_on_one_page() -> None:
    shown = texts(leaving(9, 0), 78, compact=False)
    assert shown[1] == "#147 0.038 BTC 125.02 +3.20 · #148 0.038 ETH 125.02 +3.20"
    assert not any("page" in line for line in shown)


def test_a_short_says_so_in_few_words_too() -> None:
    statuses = [status(pair, deal(pair, str(147 + at), is_short=True)) for at, pair in enumerate(PAIRS)]
    made = preview(CloseAllDraft(), trader(*statuses), NOW, limits=LIMITS)
    assert isinstance(made, CloseAllPreview)
    assert "#147 short 0.038 BTC" in " ".join(texts(made, 78, compact=False))


def test_a_shell_has_room_for_all() -> None:
    shown = ["".join(span.text for span in line) for line in exit_lines(leaving(6, 5), 1000, 100)]
    assert sum(line.startswith("EXIT ") for line in shown) == 6
    assert sum(line.startswith("! not among them") for line in shown) == 5
    assert not any("page" in line for line in shown)


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
