"""Amounts as they are typed: coins, money, a part of what is free or of the position, all.

What counts is written on to the number; where it is left out, the order's price decides that coins are meant. An order
at the market has none, and asks.
"""

from __future__ import annotations

import re

from gunbot_tui.engine.line import ALL
from gunbot_tui.engine.typed import TextError, plain, positive, shortened, split_number
from gunbot_tui.model.market import DOLLARS, Pair
from gunbot_tui.model.ticket import Amount, AmountUnit

SHARE = "%"
OF_POSITION = "%pos"

_SHARE = re.compile(r" ?%(?P<position>pos(?:ition)?| of pos(?:ition)?)?(?!\S)", re.IGNORECASE)


def parse_amount(text: str, pair: Pair, *, closes: bool = False, needs_unit: bool = False) -> Amount:
    """The amount in the ticket's field: `0.01`, `100usdt`, `$100`, `25%`, `25%pos`, `all`; raises TextError.

    A number alone counts coins, unless it needs a unit; of a close every part is one of the position.
    """
    head, _, rest = joined_share(plain(text)).partition(" ")
    if not head:
        raise TextError(f"no amount: type a number of {pair.coin}, 100{pair.money.lower()}, 25% or all")
    read = amount_word(head)
    if read is None:
        raise TextError(f'amount "{shortened(head)}": write 0.01, 100{pair.money.lower()}, 25% or all')
    number, unit = read
    if unit and rest:
        raise TextError(f'"{shortened(rest)}" does not belong after the amount')
    if needs_unit and not (unit or rest):
        positive(number, "amount")
        raise TextError(f"{number} of what: write {with_unit(number, pair.coin)} or {with_unit(number, pair.money)}")
    return to_amount(number, unit or rest, pair, closes=closes)


def amount_words(amount: Amount, pair: Pair) -> str:
    """The amount as it is typed in the ticket: `0.01`, `100USDT`, `25%`, `25%pos`, `all`."""
    if amount.unit is AmountUnit.PERCENT and amount.value == 100:
        return ALL
    units = {AmountUnit.MONEY: pair.money, AmountUnit.PERCENT: SHARE, AmountUnit.POSITION: OF_POSITION}
    return with_unit(f"{amount.value:f}", units.get(amount.unit, ""))


def exact_words(amount: Amount, pair: Pair) -> str:
    """The same with its unit whatever it is, so that it is no question without a price."""
    return with_unit(f"{amount.value:f}", pair.coin) if amount.unit is AmountUnit.COIN else amount_words(amount, pair)


def with_unit(number: str, unit: str) -> str:
    """The unit written on to its number, or beside it where both together would be another number: `5 1000PEPE`."""
    together = f"{number}{unit}"
    return together if split_number(together) == (number, unit) else f"{number} {unit}"


def joined_share(text: str) -> str:
    """The text with every share in one word: `25 %` is `25%`, `25% of position` is `25%pos`."""
    return _SHARE.sub(lambda found: OF_POSITION if found["position"] else SHARE, text)


def amount_word(word: str) -> tuple[str, str] | None:
    """Number and unit of a word that is an amount, good or bad; None when it is another word."""
    if word.lower() == ALL:
        return "100", SHARE
    return (word[1:], "$") if word.startswith("$") else split_number(word)


def to_amount(number: str, unit: str, pair: Pair, *, closes: bool = False) -> Amount:
    """The amount of a number in a unit, coins without one; raises TextError."""
    if unit == "$" and pair.money.upper() not in DOLLARS:
        raise TextError(f"$ needs a pair priced in dollars: {pair.name} is priced in {pair.money}")
    if unit.upper() in {"", pair.coin.upper()}:
        return Amount(positive(number, "amount"), AmountUnit.COIN)
    if unit.upper() in {"$", pair.money.upper()}:
        return Amount(positive(number, "amount"), AmountUnit.MONEY)
    if unit.lower() not in {SHARE, OF_POSITION}:
        known = f"an amount on {pair.name} is in {pair.coin}, {pair.money} or %"
        raise TextError(f'"{shortened(unit)}" after {shortened(number)}: {known}')
    percent = positive(number, "amount")
    if percent > 100:
        raise TextError(f"{number}% is more than there is: at most 100%")
    return Amount(percent, AmountUnit.POSITION if closes or unit != SHARE else AmountUnit.PERCENT)
