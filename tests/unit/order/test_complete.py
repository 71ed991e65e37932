"""Completion: whole lines from what is known, by the place of the last word, and fast with many pairs."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.complete import ANY_PAIR, ID, PAIR, Vocabulary, complete
from gunbot_tui.engine.grammar import VERBS
from tests.factories import make_pair
from tests.unit.order.language import BTC, BTC_THIRD, ETH, LONG

KNOWN = Vocabulary(
    verbs=(*VERBS, "book", "balances", "settle", "write", "help"),
    pairs=(BTC, ETH, LONG, BTC_THIRD),
    ids=("357044", "357051", "xk2m7q"),
    after={
        "book": ((PAIR,),),
        "settle": ((ID,), ("absent",)),
        "settle xk2m7q": (("357051", "absent"),),
        "write": (("csv", "json"),),
    },
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("b", ("buy", "book", "balances")),
        ("B", ("buy", "book", "balances")),
        ("canc", ("cancel",)),
        ("buy 0.01 b", ("buy 0.01 BTC/USDT",)),
        ("buy 0.01 binance/usdt-b", ("buy 0.01 binance/USDT-BTC",)),
        ("buy 0.01 btc", ("buy 0.01 BTC/USDT",)),
        ("buy 0.01 usdt-b", ("buy 0.01 USDT-BTC", "buy 0.01 USDT-BTC-LONG")),
        ("buy 0.01 s", ("buy 0.01 stop",)),
        ("buy 0.01 @ ", ("buy 0.01 @ bid", "buy 0.01 @ ask", "buy 0.01 @ mid", "buy 0.01 @ last")),
        ("buy 0.01 @as", ("buy 0.01 @ask",)),
        ("sell 0.01 stop 49000 ", ("sell 0.01 stop 49000 limit", "sell 0.01 stop 49000 ?")),
        ("sell 0.01 oco 52000 s", ("sell 0.01 oco 52000 stop",)),
        ("sell 0.01 oco 52000 stop 49000 ", ("sell 0.01 oco 52000 stop 49000 limit",
                                             "sell 0.01 oco 52000 stop 49000 ?")),
        ("sell 0.01 trail ", tuple(f"sell 0.01 trail {anchor}" for anchor in ("bid", "ask", "mid", "last"))),
        ("sell a", ("sell all",)),
        ("close all BTC/USDT ", ("close all BTC/USDT @", "close all BTC/USDT market")),
        ("again ", ("again @", "again market", "again stop", "again trail", "again oco", "again ?")),
        ("cancel 3570", ("cancel 357044", "cancel 357051")),
        ("cancel #x", ("cancel #xk2m7q",)),
        ("cancel all e", ("cancel all everywhere", "cancel all ETH/USDT")),
        ("cancel all everywhere with ", ("cancel all everywhere with bot",)),
        ("cancel all eth", ("cancel all ETH/USDT",)),
        ("book e", ("book ETH/USDT",)),
        ("settle 35", ("settle 357044", "settle 357051")),
        ("settle 357044 ", ("settle 357044 absent",)),
        ("settle xk2m7q ", ("settle xk2m7q 357051", "settle xk2m7q absent")),
        ("settle xk2m7q 357051 ", ()),
        ("write ", ("write csv", "write json")),
        ("help ", ()),
        ("zzz", ()),
        ("buy 0.01 BTC/USDT @ 50000", ()),
        ("buy 0.01btc market", ()),
    ],
)  # fmt: skip
def test_a_line_is_completed_from_what_may_stand_there(text: str, lines: tuple[str, ...]) -> None:
    assert complete(text, KNOWN) == lines


def test_nothing_at_all_may_become_any_verb() -> None:
    assert complete("", KNOWN) == KNOWN.verbs


def test_a_name_that_two_exchanges_share_is_offered_once() -> None:
    assert complete("sell all btc/", KNOWN) == ("sell all BTC/USDT",)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("buy 50usdt do", ("buy 50usdt DOGE/USDT",)),
        ("sell all usdt-do", ("sell all USDT-DOGE",)),
        ("lock do", ("lock DOGE/USDT",)),
        ("close all do", ()),
        ("cancel do", ()),
        ("book do", ()),
    ],
)
def test_a_pair_that_the_bot_does_not_have_is_offered_where_it_may_be_entered_or_barred(
    text: str, lines: tuple[str, ...]
) -> None:
    wide = replace(KNOWN, others=(make_pair("DOGE"),), after={**KNOWN.after, "lock": ((ANY_PAIR,),)})
    assert complete(text, wide) == lines
    assert complete(text, replace(wide, others=())) == ()


PIECES = st.sampled_from(("buy", "1", "@", "#", "cancel", "all", "BTC", "settle", "stop", "as", ""))


@given(st.text() | st.lists(PIECES).map(" ".join))
def test_completing_only_ever_ends_the_last_word(text: str) -> None:
    for line in complete(text, KNOWN):
        assert line != text
        assert line.lower().startswith(text.lower())


@pytest.mark.parametrize("text", ["", "buy 0.01 c", "buy 0.01 ", "cancel 9", "book usdt-coin4"])
def test_five_hundred_pairs_and_as_many_markets_are_completed_between_two_keys(text: str) -> None:
    many = Vocabulary(
        verbs=KNOWN.verbs,
        pairs=tuple(make_pair(f"COIN{at}") for at in range(500)),
        others=tuple(make_pair(f"CASH{at}") for at in range(500)),
        ids=tuple(str(900000 + at) for at in range(500)),
        after=KNOWN.after,
    )
    spent = []
    for _ in range(7):
        before = time.perf_counter()
        complete(text, many)
        spent.append(time.perf_counter() - before)
    assert min(spent) < 0.01
