"""Numbers, ages and text as they stand on the screen, without grouping and exponent: what is shown can be typed back.

A float is first rounded to twelve significant digits, which takes the noise of binary arithmetic away and no digit
that an exchange prints; a Decimal is shown exactly.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from gunbot_tui.model.market import DOLLARS, decimals_of
from gunbot_tui.views.cell import Align

NOTHING = "-"
"""What stands for a value that is not known: never 0."""
MINUS = "\N{MINUS SIGN}"
ELLIPSIS = "…"

REMEMBERED = 4096
"""Texts kept per function: most numbers of a screen are those of the moment before, and decimals are slow to make."""

FLOAT_DIGITS = 12
PRICE_DIGITS = 10
CENT_MONEY = DOLLARS | {"EUR", "EURC", "EURI", "EURT", "GBP", "AUD", "CAD", "CHF", "BRL", "TRY"}
MINUTE, HOUR, DAY = 60, 3600, 86400

Number = float | Decimal


@lru_cache(REMEMBERED)
def number(value: Number | None, decimals: int | None = None) -> str:
    """The value in fixed notation, with so many decimals or with as many as it has; `-` for None, NaN and infinity."""
    exact = _exact(value)
    return NOTHING if exact is None else _fixed(exact, decimals)


@lru_cache(REMEMBERED)
def price(value: Number | None, decimals: int | None = None) -> str:
    """A price with the decimals of its column, see `price_decimals`; `-` when not above zero, since no price is."""
    exact = _exact(value)
    return NOTHING if exact is None or exact <= 0 else _fixed(exact, decimals)


@lru_cache(REMEMBERED)
def price_decimals(*prices: Number | None) -> int:
    """Decimals that show all these prices of one pair, at most ten significant digits of the highest."""
    known = [exact for value in prices if (exact := _exact(value))]
    if not known:
        return 0
    room = PRICE_DIGITS - 1 - max(value.adjusted() for value in known)
    return max(0, min(room, max(decimals_of(value) for value in known)))


@lru_cache(REMEMBERED)
def amount(value: Number | None, digits: int = 6) -> str:
    """Coins cut off after so many significant digits, never more than there are; digits before the point stay."""
    exact = _exact(value)
    if not exact:
        return NOTHING if exact is None else "0"
    return _fixed(_quantized(exact, max(0, digits - 1 - exact.adjusted()), ROUND_DOWN), None)


def signed(value: Number | None, decimals: int = 2) -> str:
    """The value with + or − before it; nothing before what rounds to zero."""
    return plus(number(value, decimals))


def plus(text: str) -> str:
    """A number of this module with + before it where it is above zero."""
    return text if text[0] in NOTHING + MINUS or not text.strip("0.") else f"+{text}"


@lru_cache(REMEMBERED)
def within(value: Number | None, decimals: int, cells: int, *, sign: bool = False) -> str:
    """The value with so many decimals, or with as many of them as fit: what is before the point is never cut."""
    for places in range(decimals, 0, -1):
        text = signed(value, places) if sign else number(value, places)
        if len(text) <= cells:
            return text
    return signed(value, 0) if sign else number(value, 0)


def percent(value: Number | None, decimals: int = 2, *, sign: bool = False) -> str:
    """A percentage, with + where asked for: `+1.84%`, `17%`."""
    text = signed(value, decimals) if sign else number(value, decimals)
    return text if text == NOTHING else f"{text}%"


def money(value: Number | None, unit: str, *, sign: bool = False) -> str:
    """An amount of money with its name: `1204.00 USDT`; cents for currencies, eight decimals for coins."""
    decimals = money_decimals(unit, value)
    text = signed(value, decimals) if sign else number(value, decimals)
    return text if text == NOTHING else f"{text} {unit}"


def money_decimals(unit: str, value: Number | None = None) -> int:
    """Decimals for money of this unit; more for a value so small that it would read as zero."""
    decimals = 2 if unit in CENT_MONEY else 8
    exact = _exact(value)
    return max(decimals, 1 - exact.adjusted()) if exact and not _quantized(exact, decimals) else decimals


def age(seconds: float | None) -> str:
    """A span in one word: `31s`, `2m`, `3h`, `2d`."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    whole = max(0, int(seconds))
    for size, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if whole >= size:
            return f"{whole // size}{name}"
    return f"{whole}s"


def span(seconds: float | None) -> str:
    """A span that is long with its second unit: `31s`, `52m`, `1h 18m`, `2d 3h`."""
    if seconds is not None and math.isfinite(seconds):
        for size, rest in ((DAY, HOUR), (HOUR, MINUTE)):
            if seconds >= size:
                return f"{age(seconds)} {int(seconds % size // rest)}{'h' if rest == HOUR else 'm'}"
    return age(seconds)


def ago(seconds: float | None) -> str:
    """How long something is past: `31s ago`."""
    text = age(seconds)
    return text if text == NOTHING else f"{text} ago"


def clock(at: datetime | None, zone: tzinfo | None = None) -> str:
    """The time of day, in the zone or in that of this machine."""
    return NOTHING if at is None else f"{at.astimezone(zone):%H:%M:%S}"


def moment(at: datetime | None, now: datetime, zone: tzinfo | None = None) -> str:
    """A time as a table shows it: `14:02:11` today, `11-19 14:02` this year, `2024-11-19` before."""
    if at is None:
        return NOTHING
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}"


def width(text: str) -> int:
    """The cells that the text takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def fit(text: str, cells: int) -> str:
    """The text in at most so many cells, cut with an ellipsis."""
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    used = 1
    for index, char in enumerate(text):
        used += _char_width(char)
        if used > cells:
            return text[:index] + ELLIPSIS
    return text


def pad(text: str, cells: int, align: Align = Align.LEFT) -> str:
    """The text in exactly so many cells."""
    short = fit(text, cells)
    space = " " * (cells - width(short))
    return space + short if align is Align.RIGHT else short + space


def _exact(value: Number | None) -> Decimal | None:
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, Decimal) else Decimal(f"{value:.{FLOAT_DIGITS}g}")


def _quantized(value: Decimal, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    with localcontext() as context:
        context.prec = max(28, value.adjusted() + decimals + 2)
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def _fixed(value: Decimal, decimals: int | None) -> str:
    rounded = _quantized(value, decimals_of(value) if decimals is None else decimals)
    digits = f"{rounded.copy_abs():f}"
    return MINUS + digits if rounded < 0 else digits


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
