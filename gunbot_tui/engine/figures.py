"""Numbers of orders: exact arithmetic, and digits for sentences; never an exponent."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, Context, Decimal

EXACT = Context(prec=120)
"""Room for the product of three typed numbers: nothing in an order is rounded by arithmetic."""
SMALLEST_AMOUNT = Decimal("1e-8")
"""Amounts that we work out have eight decimals; typed ones have what was typed."""


def exact(value: float | None) -> Decimal | None:
    """The number that a bot's float stands for: fifteen digits survive binary arithmetic, its noise does not.

    None for what is no number.
    """
    if value is None or not math.isfinite(value):
        return None
    text = f"{value:.15g}"
    return Decimal(f"{Decimal(text):f}" if "e+" in text else text)


def price_of(value: float | None) -> Decimal | None:
    """A bot's float as a price, or as the size of a level; None unless it is above zero."""
    number = exact(value)
    return number if number is not None and number > 0 else None


def digits(value: Decimal) -> str:
    """All digits without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal) -> Decimal:
    """An estimate to eight decimals: more would be arithmetic, not money."""
    return value.quantize(SMALLEST_AMOUNT, context=EXACT).normalize(EXACT)


def short(value: Decimal) -> str:
    """Eight decimals at most, for a sentence."""
    return digits(value.quantize(SMALLEST_AMOUNT, rounding=ROUND_DOWN, context=EXACT))


def money(value: Decimal) -> str:
    """Money as a ticket shows it, without trailing zeros: cents from one unit on, three digits below."""
    return digits(value.quantize(_step(value), context=EXACT))


def money_up(value: Decimal) -> str:
    """The same rounded up: what is over a limit never looks as if it were not."""
    return digits(value.quantize(_step(value), rounding=ROUND_CEILING, context=EXACT))


def percent(value: Decimal) -> str:
    """At most one decimal, rounded up: what is over a limit never looks as if it were not."""
    return f"{digits(value.quantize(Decimal('0.1'), rounding=ROUND_CEILING, context=EXACT))}%"


def down(coins: Decimal) -> Decimal:
    """An amount that we worked out, rounded so that it never costs more than was meant."""
    return coins.quantize(SMALLEST_AMOUNT, rounding=ROUND_DOWN, context=EXACT)


def _step(value: Decimal) -> Decimal:
    places = 2 if value >= 1 or not value else 2 - value.adjusted()
    return Decimal(1).scaleb(-places)
