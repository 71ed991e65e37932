"""Names of pairs: every notation, the selected pair's exchange first, and a contract that is never spot."""

from __future__ import annotations

import pytest

from gunbot_tui.engine.grammar import Ambiguous, TextError
from gunbot_tui.engine.naming import find_pair, matching
from gunbot_tui.model.market import Pair
from tests.factories import make_pair
from tests.unit.order.language import BTC, BTC_THIRD, ETH, LONG, PAIRS, PEPE, SHORT, SOL_HERE, SOL_THERE


@pytest.mark.parametrize("name", ["binance/USDT-BTC", "usdt-btc", "BTC/USDT", "btcusdt", "btc"])
def test_a_pair_is_found_by_each_of_its_names(name: str) -> None:
    assert find_pair(name, (ETH, BTC), None) == BTC


@pytest.mark.parametrize("name", ["USDT-BTC-LONG", "BTC/USDT LONG", "bybit/usdt-btc-long"])
def test_a_contract_is_found_by_its_own_names_only(name: str) -> None:
    assert find_pair(name, PAIRS, BTC) == LONG


def test_a_contract_is_never_taken_for_spot() -> None:
    assert find_pair("BTC/USDT", (LONG, BTC), None) == BTC
    assert matching("BTCUSDT", (LONG,)) == []
    with pytest.raises(TextError):
        find_pair("BTC/USDT", (LONG,), None)


def test_a_coin_may_begin_with_digits() -> None:
    assert find_pair("1000pepe", PAIRS, None) == PEPE
    assert find_pair("1000PEPE/USDT", PAIRS, None) == PEPE


@pytest.mark.parametrize(("selected", "found"), [(ETH, BTC), (BTC_THIRD, BTC_THIRD), (BTC, BTC)])
def test_a_name_on_two_exchanges_means_the_selected_pairs_exchange(selected: Pair, found: Pair) -> None:
    assert find_pair("BTC/USDT", PAIRS, selected) == found


def test_a_name_on_two_exchanges_is_asked_back_when_neither_is_selected() -> None:
    with pytest.raises(Ambiguous, match="fits 2 pairs") as caught:
        find_pair("SOL", PAIRS, make_pair("XMR", exchange="kucoin"))
    assert caught.value.choices == (SOL_HERE.key, SOL_THERE.key)


def test_a_coin_alone_that_several_pairs_trade_is_asked_back_whatever_is_selected() -> None:
    for selected in (None, ETH, make_pair("XMR", exchange="bybit"), LONG):
        with pytest.raises(Ambiguous, match='"SOL" fits 2 pairs') as caught:
            find_pair("SOL", PAIRS, selected)
        assert caught.value.choices == (SOL_HERE.key, SOL_THERE.key)
    assert find_pair("SOL", PAIRS, SOL_THERE) == SOL_THERE


@pytest.mark.parametrize("selected", [None, BTC, LONG, SHORT])
def test_a_coin_alone_never_means_a_contract(selected: Pair | None) -> None:
    assert find_pair("BTC", (LONG, BTC), selected) == BTC
    with pytest.raises(Ambiguous, match='"ADA" is traded as a contract only') as caught:
        find_pair("ADA", PAIRS, selected)
    assert caught.value.choices == (SHORT.key,)
    with pytest.raises(Ambiguous, match="fits 2 pairs"):
        find_pair("BTC", (LONG, make_pair(exchange="bybit", contract="SHORT")), selected)


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(TextError, match='"BTCC", did you mean "BTC"'):
        find_pair("BTCC", PAIRS, None)


@pytest.mark.parametrize("name", ["SOL/USDT bybit", "sol/usdt BYBIT", "USDT-SOL bybit"])
def test_a_pair_is_found_as_tables_show_it_with_its_exchange(name: str) -> None:
    assert find_pair(name, PAIRS, SOL_HERE) == SOL_THERE
    assert find_pair("BTC/USDT binance#3", PAIRS, BTC) == BTC_THIRD
    assert find_pair("BTC/USDT LONG bybit", PAIRS, None) == LONG


def test_a_slip_in_the_exchange_is_answered_with_a_name_that_works() -> None:
    with pytest.raises(TextError, match='did you mean "SOL/USDT bybit"'):
        find_pair("SOL/USDT byit", PAIRS, None)
