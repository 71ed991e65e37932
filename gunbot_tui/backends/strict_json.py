"""The one JSON parser for what a bot answers: every way of being wrong is `Unexpected`, and no number loses digits.

NaN and Infinity are no JSON; they are read as null, so that one bad figure costs one cell and not a whole panel.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from gunbot_tui.backends.errors import Unexpected

DEEPEST = 64


class _DuplicateKeyError(ValueError):
    """The same key twice in one object: which of the two was meant cannot be known."""


def parse(body: bytes | str, *, unique_keys: bool = False) -> object:
    """The value of a JSON body; fractions as Decimal. Raises Unexpected for what is not JSON or absurdly deep."""
    try:
        value: object = json.loads(
            body if isinstance(body, str) else body.decode("utf-8"),
            parse_float=_fraction,
            parse_constant=_nothing,
            object_pairs_hook=_unique if unique_keys else None,
        )
    except _DuplicateKeyError:
        raise Unexpected("the answer says the same thing twice, differently: it can't be trusted") from None
    except RecursionError:
        _refuse_depth()
    except UnicodeDecodeError:
        raise Unexpected("the answer is not valid UTF-8") from None
    except ValueError:
        raise Unexpected("the answer is not valid JSON: cut off, or not from this bot") from None
    if _is_deeper(value, DEEPEST):
        _refuse_depth()
    return value


def _refuse_depth() -> NoReturn:
    raise Unexpected("the answer is nested absurdly deep: it is not from this bot")


def _is_deeper(value: object, levels: int) -> bool:
    """Whether containers are nested beyond `levels`; walked level by level, so it cannot overflow itself."""
    layer = [value]
    for _ in range(levels):
        layer = [child for parent in layer for child in _children(parent)]
        if not layer:
            return False
    return True


def _children(value: object) -> list[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [child for child in inner if isinstance(child, (dict, list))]


def _fraction(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _nothing(_: str) -> None:
    return None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found
