"""The one language of orders, for the `:` line, the palette and the ticket's fields: text to draft and back.

It never guesses: what can be read in two ways is refused with one line that says what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from gunbot_tui.engine.naming import find_pair, matching
from gunbot_tui.engine.typed import TextError as TextError
from gunbot_tui.engine.typed import nearest, plain, positive, shortened, split_number
from gunbot_tui.model.market import DOLLARS, Pair
from gunbot_tui.model.ticket import (
    Amount,
    AmountUnit,
    CancelDraft,
    CancelScope,
    Draft,
    OrderDraft,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import OrderType, Side

EXAMPLES = (
    ("buy 0.01 USDT-BTC @ 50000", "coins at a price, the pair as Gunbot writes it"),
    ("sell 25% BTC/USDT @ ask", "a part of what is free, at the lowest ask"),
    ("buy 100usdt @ mid -0.2%", "money worth of coins, a little under the middle"),
    ("buy $100 BTC", "dollars where the money is one; without a price at the near touch"),
    ("sell all @ bid +0.5%", "all that is free on the selected pair"),
    ("buy 0.01 market", "at once, at whatever price the book gives"),
    ("cancel 357044", "one order by its id"),
    ("cancel all", "all orders of ours on the selected pair"),
)
"""Lines worth trying, with what they mean."""

VERBS = ("buy", "sell", "cancel")
ANCHORS = tuple(anchor.value for anchor in PriceAnchor if anchor is not PriceAnchor.NUMBER)
ALL = Amount(Decimal(100), AmountUnit.PERCENT)
MARKET = "market"

_ANCHORED = re.compile(r"(?P<anchor>[a-z]+) ?(?:(?P<sign>[+-]) ?(?P<offset>[^ %]+) ?%)?")
_ID = re.compile(r"#?(?P<id>[A-Za-z0-9][A-Za-z0-9._:-]{0,63})")


def looks_like_order(text: str) -> bool:
    """True when the first word is buy, sell or cancel."""
    return text.lower().split(maxsplit=1)[:1] in [[verb] for verb in VERBS]


def parse(text: str, *, pairs: Sequence[Pair], selected: Pair | None) -> Draft:
    """The draft that a line means; raises TextError."""
    verb, _, rest = plain(text).partition(" ")
    match verb.lower():
        case "buy" | "sell":
            return _order(Side(verb.lower()), rest, pairs, selected)
        case "cancel":
            return _cancel(rest.split(), pairs, selected)
        case "":
            raise TextError("nothing to do: begin with buy, sell or cancel")
    raise TextError(f'"{shortened(verb)}" is no order{nearest(verb, VERBS) or ": begin with buy, sell or cancel"}')


def parse_amount(text: str, pair: Pair) -> Amount:
    """The amount in the ticket's field: `0.01`, `100usdt`, `$100`, `25%`, `all`; raises TextError."""
    head, _, rest = plain(text).partition(" ")
    if not head:
        raise TextError(f"no amount: type a number of {pair.coin}, 100{pair.money.lower()}, 25% or all")
    read = _amount_word(head)
    if read is None:
        raise TextError(f'amount "{shortened(head)}": write 0.01, 100{pair.money.lower()}, 25% or all')
    number, unit = read
    if unit and rest:
        raise TextError(f'"{shortened(rest)}" does not belong after the amount')
    return _amount(number, unit or rest, pair)


def parse_price(text: str) -> Price:
    """The price in the ticket's field: `50000`, `ask`, `mid -0.2%`; raises TextError."""
    text = plain(text).lower()
    known = f"write a number, {', '.join(ANCHORS)}, or one of these with +0.5%"
    if not text:
        raise TextError(f"no price: {known}")
    first, _, rest = text.partition(" ")
    match = _ANCHORED.fullmatch(text)
    if match and match["anchor"] in ANCHORS:
        return Price(PriceAnchor(match["anchor"]), offset_percent=_offset(match["sign"], match["offset"]))
    split = split_number(first)
    if split and not rest and not split[1]:
        return Price(PriceAnchor.NUMBER, positive(first, "price"))
    if split:
        raise TextError(f'price "{shortened(text)}": a number stands alone, without unit, percent or pair after it')
    if first == MARKET:
        raise TextError(f"{MARKET} together with @: write buy 0.01 {MARKET}, or a price")
    raise TextError(f'price "{shortened(text)}"{nearest(first, ANCHORS) or ": " + known}')


def words(draft: Draft) -> str:
    """The text that parses to this draft whatever pair is selected then."""
    match draft:
        case CancelDraft():
            parts = ["cancel", draft.id if draft.scope is CancelScope.ONE else "all"]
            return " ".join([*parts, draft.pair.key] if draft.pair else parts)
        case OrderDraft():
            amount = [amount_words(draft.amount, draft.pair)] if draft.amount else []
            price = [f"@ {price_words(draft.price)}"] if draft.price else []
            market = [MARKET] if draft.type is OrderType.MARKET else []
            return " ".join([draft.side.value, *amount, draft.pair.key, *price, *market])


def amount_words(amount: Amount, pair: Pair) -> str:
    """The amount as it is typed: `0.01`, `100USDT`, `25%`, `all`."""
    if amount == ALL:
        return "all"
    units = {AmountUnit.COIN: "", AmountUnit.MONEY: pair.money, AmountUnit.PERCENT: "%"}
    return f"{amount.value:f}{units[amount.unit]}"


def price_words(price: Price) -> str:
    """The price as it is typed: `60975.0`, `ask`, `mid -0.2%`."""
    if price.value is not None:
        return f"{price.value:f}"
    if not price.offset_percent:
        return price.anchor.value
    sign = "-" if price.offset_percent < 0 else "+"
    return f"{price.anchor.value} {sign}{price.offset_percent.copy_abs():f}%"


def _order(side: Side, text: str, pairs: Sequence[Pair], selected: Pair | None) -> OrderDraft:
    head, at, tail = text.partition("@")
    before = [word for word in head.split() if word.lower() != MARKET]
    is_market = len(before) < len(head.split())
    if is_market and at:
        raise TextError(f"{MARKET} together with a price: leave one of them out")
    if not at and any(word.lower() in ANCHORS for word in before):
        raise TextError(f"put @ before the price, as in {side} 0.01 @ {ANCHORS[0]}")
    read = _amount_word(before[0]) if before else None
    if read is None:
        pair = _pair(" ".join(before), pairs, selected) if before else _default(selected)
        amount = None
    else:
        number, joined = read
        unit, pair = _unit_and_pair(number, joined, before[1:], pairs, selected)
        amount = _amount(number, unit, pair)
    kind = OrderType.MARKET if is_market else OrderType.LIMIT
    return OrderDraft(pair, side, kind, amount, parse_price(tail) if at else None)


def _cancel(rest: list[str], pairs: Sequence[Pair], selected: Pair | None) -> CancelDraft:
    if not rest:
        raise TextError("cancel what: an id, as in cancel 357044, or cancel all")
    pair = _pair(" ".join(rest[1:]), pairs, selected) if rest[1:] else None
    if rest[0].lower() == "all":
        return CancelDraft(CancelScope.OURS_ON_PAIR, pair or _default(selected))
    match = _ID.fullmatch(rest[0])
    if match is None:
        raise TextError(f'"{shortened(rest[0])}" is no order id: write cancel 357044, or cancel all')
    return CancelDraft(CancelScope.ONE, pair, match["id"])


def _pair(name: str, pairs: Sequence[Pair], selected: Pair | None) -> Pair:
    return find_pair(name, pairs, selected, also=("all", MARKET))


def _default(selected: Pair | None) -> Pair:
    if selected is None:
        raise TextError("no pair is selected: name one, as in buy 0.01 BTC/USDT")
    return selected


def _amount_word(word: str) -> tuple[str, str] | None:
    """Number and unit of a word that is an amount; the unit of `all` is the word itself."""
    if word.lower() == "all":
        return "100", "all"
    return (word[1:], "$") if word.startswith("$") else split_number(word)


def _unit_and_pair(
    number: str, joined: str, rest: list[str], pairs: Sequence[Pair], selected: Pair | None
) -> tuple[str, Pair]:
    """Tells a unit from a pair in the words after a number; `joined` is the unit that was written on to it."""
    if not joined and rest and rest[0] == "%":
        joined, rest = rest[0], rest[1:]
    if not rest:
        return joined, _default(selected)
    extra = split_number(rest[0])
    if extra and not extra[1]:
        raise TextError(f'two numbers, "{number}" and "{shortened(rest[0])}": write one, without spaces in it')
    name = " ".join(rest)
    if joined or matching(name, pairs) or len(rest) == 1:
        if not joined and selected and len(rest) == 1:
            return _unit_or_pair(number, name, pairs, selected)
        return joined, _pair(name, pairs, selected)
    return rest[0], _pair(" ".join(rest[1:]), pairs, selected)


def _unit_or_pair(number: str, word: str, pairs: Sequence[Pair], selected: Pair) -> tuple[str, Pair]:
    if word.upper() == selected.coin.upper():
        return word, selected
    if word.upper() != selected.money.upper():
        return "", _pair(word, pairs, selected)
    other = matching(word, pairs)
    if other:
        raise TextError(
            f'"{word}" may be the money of {selected.name} or the pair {other[0].name}: '
            f"write {number}{word}, or the pair in full"
        )
    return word, selected


def _amount(number: str, unit: str, pair: Pair) -> Amount:
    if unit == "$" and pair.money.upper() not in DOLLARS:
        raise TextError(f"$ needs a pair priced in dollars: {pair.name} is priced in {pair.money}")
    if unit.upper() in {"", pair.coin.upper()}:
        return Amount(positive(number, "amount"), AmountUnit.COIN)
    if unit.upper() in {"$", pair.money.upper()}:
        return Amount(positive(number, "amount"), AmountUnit.MONEY)
    if unit not in {"%", "all"}:
        known = f"an amount on {pair.name} is in {pair.coin}, {pair.money} or %"
        raise TextError(f'"{shortened(unit)}" after {shortened(number)}: {known}')
    percent = positive(number, "amount")
    if percent > 100:
        raise TextError(f"{number}% is more than there is: at most 100%")
    return Amount(percent, AmountUnit.PERCENT)


def _offset(sign: str | None, digits: str | None) -> Decimal:
    if sign is None or digits is None:
        return Decimal(0)
    value = positive(digits, "distance")
    if sign == "-" and value >= 100:
        raise TextError(f"-{digits}% leaves no price: less than 100%")
    return value.copy_negate() if sign == "-" else value
