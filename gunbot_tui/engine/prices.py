"""Prices and order types as they are typed: what stands behind the amount and the pair of an order.

Every price but a plain limit has a word in front of it, so that no number is ever taken for another one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gunbot_tui.engine.typed import TextError, nearest, plain, positive, shortened, split_number
from gunbot_tui.model.ticket import OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType

ANCHORS = tuple(anchor.value for anchor in PriceAnchor if anchor is not PriceAnchor.NUMBER)
AT, MARKET, STOP, LIMIT, TRAIL, OCO = KEYWORDS = ("@", "market", "stop", "limit", "trail", "oco")

TYPES = {
    frozenset(): OrderType.LIMIT,
    frozenset({AT}): OrderType.LIMIT,
    frozenset({LIMIT}): OrderType.LIMIT,
    frozenset({MARKET}): OrderType.MARKET,
    frozenset({STOP, LIMIT}): OrderType.STOP_LIMIT,
    frozenset({TRAIL}): OrderType.TRAILING_STOP,
    frozenset({TRAIL, AT}): OrderType.TRAILING_STOP,
    frozenset({OCO, STOP, LIMIT}): OrderType.OCO,
}
"""The type that each set of words stands for."""

_ANCHORED = re.compile(r"(?P<anchor>[a-z]+) ?(?:(?P<sign>[+-]) ?(?P<offset>[^ %]+) ?(?P<percent>%?))?")


@dataclass(frozen=True, slots=True)
class Terms:
    """The type of an order and its prices, each where a draft has it."""

    type: OrderType = OrderType.LIMIT
    price: Price | None = None
    stop: Price | None = None
    stop_limit: Price | None = None


def split_terms(words: Sequence[str]) -> tuple[list[str], Terms | None]:
    """The words before the first price word, and the terms behind them, None without any; raises TextError."""
    starts = [at for at, word in enumerate(words) if word.lower() in KEYWORDS]
    if not starts:
        return list(words), None
    texts: dict[str, str] = {}
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        keyword = words[start].lower()
        if keyword in texts:
            raise TextError(f"{keyword} twice: leave one of them out")
        texts[keyword] = " ".join(words[start + 1 : end])
    return list(words[: starts[0]]), _terms(texts)


def parse_price(text: str, what: str = "price") -> Price:
    """One price: `50000`, `ask`, `mid -0.2%`, `last +5`; raises TextError naming `what` it should have been."""
    text = plain(text).lower()
    known = f"write a number, {', '.join(ANCHORS)}, or one of these with +0.5% or +5"
    if not text:
        raise TextError(f"no {what}: {known}")
    match = _ANCHORED.fullmatch(text)
    if match and match["anchor"] in ANCHORS:
        return _anchored(PriceAnchor(match["anchor"]), match["sign"], match["offset"], match["percent"])
    first, _, rest = text.partition(" ")
    split = split_number(first)
    if split and not rest and not split[1]:
        return Price(PriceAnchor.NUMBER, positive(first, what))
    if split:
        raise TextError(f'{what} "{shortened(text)}": a number stands alone, without unit, percent or pair after it')
    raise TextError(f'{what} "{shortened(text)}"{nearest(first, ANCHORS) or ": " + known}')


def price_words(price: Price) -> str:
    """The price as it is typed: `60975.0`, `ask`, `mid -0.2%`, `last +5`."""
    if price.value is not None:
        return f"{price.value:f}"
    offset = price.offset_percent or price.offset_money
    if not offset:
        return price.anchor.value
    sign, percent = "-" if offset < 0 else "+", "%" if price.offset_percent else ""
    return f"{price.anchor.value} {sign}{offset.copy_abs():f}{percent}"


def terms_words(draft: OrderDraft) -> list[str]:
    """The words of a draft's type and prices."""
    match draft.type:
        case OrderType.LIMIT:
            named = [(AT, draft.price)]
        case OrderType.MARKET:
            return [MARKET]
        case OrderType.STOP_LIMIT:
            named = [(STOP, draft.stop), (LIMIT, draft.price)]
        case OrderType.TRAILING_STOP:
            named = [(TRAIL, draft.stop), (AT, draft.price)]
        case OrderType.OCO:
            named = [(OCO, draft.price), (STOP, draft.stop), (LIMIT, draft.stop_limit)]
    return [f"{word} {price_words(price)}" for word, price in named if price is not None]


def _terms(texts: dict[str, str]) -> Terms:
    type = TYPES.get(frozenset(texts))
    if MARKET in texts:
        if type is None:
            raise TextError(f"{MARKET} together with a price: leave one of them out")
        if texts[MARKET]:
            raise TextError(f'"{shortened(texts[MARKET])}" behind {MARKET}: {MARKET} stands at the end')
        return Terms(OrderType.MARKET)
    if type is None:
        raise TextError(_why_no_type(texts))
    prices = {word: parse_price(text, "price" if word == AT else word) for word, text in texts.items()}
    limit = prices.get(LIMIT)
    match type:
        case OrderType.OCO:
            return Terms(type, prices[OCO], prices[STOP], limit)
        case OrderType.TRAILING_STOP:
            return Terms(type, prices.get(AT), prices[TRAIL])
        case _:
            return Terms(type, limit or prices.get(AT), prices.get(STOP))


def _why_no_type(texts: dict[str, str]) -> str:
    if OCO in texts:
        return "an oco has three prices: write oco PRICE stop PRICE limit PRICE"
    if STOP in texts and TRAIL not in texts:
        return f"a stop needs its limit: write stop {texts[STOP] or 'PRICE'} limit PRICE"
    return f"{' and '.join(texts)} do not go together: write one of @, {MARKET}, stop with limit, trail, oco"


def _anchored(anchor: PriceAnchor, sign: str | None, digits: str | None, percent: str | None) -> Price:
    if sign is None or digits is None:
        return Price(anchor)
    value = positive(digits, "distance")
    if not percent:
        return Price(anchor, offset_money=_signed(sign, value))
    if sign == "-" and value >= 100:
        raise TextError(f"-{digits}% leaves no price: less than 100%")
    return Price(anchor, offset_percent=_signed(sign, value))


def _signed(sign: str, value: Decimal) -> Decimal:
    return value.copy_negate() if sign == "-" else value
