"""The pairs that the tests of the order language speak about, and short ways to write drafts down."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gunbot_tui.engine.grammar import Ambiguous, TextError, parse
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import Amount, AmountUnit, Draft, OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import make_pair

BTC = make_pair()
ETH = make_pair("ETH")
ETH_BTC = make_pair("ETH", "BTC")
PEPE = make_pair("1000PEPE")
BTC_THIRD = make_pair(exchange="binance#3")
LONG = make_pair(exchange="bybit", contract="LONG")
SHORT = make_pair("ADA", exchange="bybit", contract="SHORT")
SOL_HERE, SOL_THERE = make_pair("SOL", exchange="kraken"), make_pair("SOL", exchange="bybit")
PAIRS = (BTC, ETH, ETH_BTC, PEPE, BTC_THIRD, LONG, SHORT, SOL_HERE, SOL_THERE)


def coins(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.COIN)


def money(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.MONEY)


def share(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.PERCENT)


def part(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.POSITION)


def at(text: str) -> Price:
    return Price(PriceAnchor.NUMBER, Decimal(text))


def near(anchor: PriceAnchor, percent: str = "0", money: str = "0") -> Price:
    return Price(anchor, offset_percent=Decimal(percent), offset_money=Decimal(money))


def buy(amount: Amount | None, price: Price | None = None, pair: Pair = BTC) -> OrderDraft:
    return OrderDraft(pair, Side.BUY, OrderType.LIMIT, amount, price)


def sell(amount: Amount | None, price: Price | None = None) -> OrderDraft:
    return OrderDraft(BTC, Side.SELL, OrderType.LIMIT, amount, price)


LAST = buy(coins("0.05"), at("48000"))


def read(text: str, selected: Pair | None = BTC, last: OrderDraft | None = LAST) -> Draft:
    return parse(text, pairs=PAIRS, selected=selected, last=last)


def refused(text: str, selected: Pair | None = BTC, last: OrderDraft | None = LAST) -> str:
    """The one line with which a text is refused."""
    with pytest.raises(TextError) as caught:
        read(text, selected, last)
    message = str(caught.value)
    assert "\n" not in message
    return message


def asked(text: str, selected: Pair | None = BTC, last: OrderDraft | None = LAST) -> tuple[str, ...]:
    """The lines that a question offers, each of which has one meaning."""
    with pytest.raises(Ambiguous) as caught:
        read(text, selected, last)
    for choice in caught.value.choices:
        read(choice, selected, last)
    return caught.value.choices
