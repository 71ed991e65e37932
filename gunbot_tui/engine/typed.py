"""What a person types, made safe to read: plain ASCII words, and numbers of digits with at most one point.

What nearly is a number is refused with the reason and what to write instead: nothing is guessed where money follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches

LONGEST = 1000
LONGEST_WORD = 60
CLOSE_ENOUGH = 0.66

_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]{1,18})?")
_NUMBERISH = re.compile(r"(?P<number>[+-]?[0-9.,_']*[0-9][0-9.,_']*(?:[eE][+-]?[0-9]+)?)(?P<unit>[^ /]*)")


class TextError(Exception):
    """The text can't be read; the message is one line that says what, where and what to do."""


class Ambiguous(TextError):  # noqa: N818 - a question, named as its answer is asked for
    """The text can be read in several ways; each of the choices, written instead of it, in one only."""

    def __init__(self, message: str, choices: Iterable[str]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


def plain(text: str) -> str:
    """The text with single spaces; raises TextError unless it is short and printable ASCII."""
    if len(text) > LONGEST:
        raise TextError(f"{len(text)} characters are too many: at most {LONGEST}")
    for place, char in enumerate(text, 1):
        if not " " <= char <= "~":
            shown = f'"{char}"' if char.isprintable() else "an invisible character"
            raise TextError(f"{shown} (U+{ord(char):04X}) at place {place}: only plain letters, digits and signs")
    return " ".join(text.split())


def split_number(word: str) -> tuple[str, str] | None:
    """The number that a word begins with, good or bad, and the unit joined to it; None when it is another word."""
    match = _NUMBERISH.fullmatch(word)
    return None if match is None else (match["number"], match["unit"])


def positive(text: str, what: str) -> Decimal:
    """The number above zero that the text is; raises TextError naming `what` it should have been."""
    if not _NUMBER.fullmatch(text):
        raise TextError(f'{what} "{shortened(text)}": {_reason(text)}')
    value = Decimal(text)
    if not value:
        raise TextError(f"{what} {text}: it must be above zero")
    return value


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean "market"?` for a word that is close to a known one, else nothing."""
    names = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), names, n=1, cutoff=CLOSE_ENOUGH)
    return f', did you mean "{names[close[0]]}"?' if close else ""


def shortened(text: str) -> str:
    """The text as an error may repeat it."""
    return text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 3] + "..."


def _reason(text: str) -> str:
    split = split_number(text)
    if split is None:
        return "write a number in digits"
    number, unit = split
    if "," in number:
        return f"write {_without_commas(number)}: a comma is never guessed"
    if number[0] in "+-":
        return "write it without a sign"
    if "_" in number or "'" in number:
        return "write the digits without grouping"
    if "e" in number.lower():
        return "write every digit, no exponent"
    if number.startswith("."):
        return f"write 0{number}"
    if number.endswith("."):
        return f"write {number.rstrip('.')}"
    if number.count(".") > 1:
        return "write one point only"
    return f'"{unit}" does not belong there' if unit else "at most 18 digits before and 18 after the point"


def _without_commas(number: str) -> str:
    """Everything that a number with commas can mean: thousands are grouped by them, or decimals begin behind one."""
    pointed = number.replace(",", ".")
    readings = (number.replace(",", "") if _GROUPED.fullmatch(number) else "", pointed)
    return " or ".join(reading for reading in readings if _NUMBER.fullmatch(reading)) or "one point"
