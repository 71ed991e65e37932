"""Single values out of JSON, read strictly: what is not exactly what it should be is missing, never 0 or guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from gunbot_tui.backends.text import clean

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_FLOAT = re.compile(r"[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE]\+[0-9]+)", re.ASCII)
_INEXACT = 2**53
"""From here on a JavaScript program loses digits of a whole number."""
_EARLIEST = datetime(2009, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_LONGEST_CANDLE_MINUTES = 366 * 24 * 60
MOST_ROWS = 20_000
"""More rows than any bot lists: a model of each would take a thousand times the memory of an answer of empty ones."""


def exact(value: object) -> Decimal | None:
    """A finite number from a JSON number or a plain decimal text; None for anything else."""
    match value:
        case bool():
            return None
        case Decimal():
            return value if value.is_finite() and abs(value.adjusted()) < 40 else None
        case int():
            return Decimal(value) if abs(value) < 10**40 else None
        case float():
            return exact(Decimal(str(value)))
        case str() if _NUMBER.fullmatch(value):
            return exact(Decimal(value))
        case _:
            return None


def number(value: object) -> float | None:
    """The same as a float, for figures that are only shown."""
    found = exact(value)
    return None if found is None else float(found)


def moment(value: object) -> datetime | None:
    """A time from epoch milliseconds; None outside 2009 to 2100, where no trade can have been."""
    seconds = number(value)
    if seconds is None or not _EARLIEST <= seconds / 1000 < _LATEST:
        return None
    return datetime.fromtimestamp(seconds / 1000, UTC)


def moment_of_seconds(value: object) -> datetime | None:
    """A time from epoch seconds, within the same limits."""
    seconds = number(value)
    return None if seconds is None else moment(seconds * 1000)


def minutes(value: object) -> float | None:
    """The length of a candle; None for what no exchange's candle lasts."""
    found = number(value)
    return found if found is not None and 0 < found <= _LONGEST_CANDLE_MINUTES else None


def text(value: object) -> str:
    """Cleaned text; a number becomes its digits, anything else nothing."""
    match value:
        case str():
            return clean(value)
        case bool() | None:
            return ""
        case int() | Decimal():
            digits = exact(value)
            return "" if digits is None else format(digits, "f")
        case _:
            return ""


def flag(value: object) -> bool | None:
    """A truth value, also from the words that Gunbot's own screens save."""
    match value:
        case bool():
            return value
        case "true":
            return True
        case "false":
            return False
        case _:
            return None


def order_id(value: object) -> str:
    """An order's id as exact text; empty when digits were lost on its way, as in a fraction or too large a number."""
    match value:
        case str() if 0 < len(value) <= 128 and value.isascii() and value.isprintable() and " " not in value:
            return "" if _FLOAT.fullmatch(value) else value
        case int() if not isinstance(value, bool) and abs(value) < _INEXACT:
            return str(value)
        case _:
            return ""


def mapping(value: object) -> object:
    return value if isinstance(value, dict) else None


def mappings(value: object) -> object:
    return [row for row in _bounded(value) if isinstance(row, dict)] if isinstance(value, list) else []


def mappings_or_none(value: object) -> object:
    return mappings(value) if isinstance(value, list) else None


def rows_in_place(value: object) -> object:
    """All rows of a page; one that is none stays as an empty one, so that the others keep their places."""
    return [row if isinstance(row, dict) else {} for row in _bounded(value)] if isinstance(value, list) else None


def _bounded(rows: list[object]) -> list[object]:
    """The rows themselves. Raises ValueError when they are too many, which makes the whole answer an unexpected one."""
    if len(rows) > MOST_ROWS:
        raise ValueError(f"{len(rows)} rows")
    return rows


def texts(value: object) -> object:
    return [clean(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []
