"""An order that is worth too little: no bot tells an exchange's minimum, so it is a warning and never a refusal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.engine.grammar import parse
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.ticket import OrderPreview
from tests.factories import NOW, make_config, make_feed, make_pair, make_pair_status, make_snapshot, with_feed
from tests.unit.order.scenes import BTC, LIMITS, order, scene


@pytest.mark.parametrize(
    ("text", "least", "said"),
    [
        ("buy 0.00001 @ 60000", None, "0.6 USDT may be refused: too little for most exchanges"),
        ("buy 0.00016 @ 60000", None, "9.6 USDT may be refused: too little for most exchanges"),
        ("buy 0.0002 @ 60000", None, ""),
        ("buy 0.00016 @ 60000", 8.0, ""),
        ("buy 0.0001 @ 60000", 8.0, "6 USDT may be refused: the bot's own least is 8"),
        ("sell 0.0001 @ 62000", 8.0, "6.2 USDT may be refused: too little for most exchanges"),
    ],
)
def test_o07_an_order_under_the_minimum_is_warned_of(text: str, least: float | None, said: str) -> None:
    status = replace(make_pair_status(BTC), least_buy=least)
    made = order(text, with_feed(scene(), Topic(Kind.PAIR, BTC.key), make_feed(status)))
    assert [line for line in made.warnings if "may be refused" in line] == ([said] if said else [])
    assert made.blocks == ()


def test_o07_money_that_is_no_dollar_has_no_usual_minimum() -> None:
    pair = make_pair("LTC", "BTC")
    snapshot = make_snapshot([make_pair_status(pair, bid=0.0007, ask=0.0008)], config=make_config())
    made = preview(parse("buy 0.001 @ 0.0007", pairs=(pair,), selected=pair), snapshot, NOW, limits=LIMITS)
    assert isinstance(made, OrderPreview)
    assert made.notional == Decimal("0.0000007")
    assert not any("may be refused" in line for line in made.warnings)
