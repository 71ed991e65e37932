"""The odd shapes of Gunbot's answers, brought into one before they are read: sides in words, levels, candle arrays."""

from __future__ import annotations

import re

from gunbot_tui.backends.values import mappings, number
from gunbot_tui.model.trading import Side

_WORDS = re.compile(r"[a-z]+", re.ASCII)


def side(value: object) -> Side | None:
    """Buy or sell, alone or as one of the words in `LIMIT_BUY` and the like; None for neither and for both."""
    found = _WORDS.findall(value.lower()) if isinstance(value, str) else []
    sides = {side for side in Side if side in found}
    return sides.pop() if len(sides) == 1 else None


def mappings_by_name_or_none(value: object) -> object:
    return mappings_by_name(value) if isinstance(value, dict) else None


def mappings_by_name(value: object) -> object:
    if not isinstance(value, dict):
        return {}
    return {key: row for key, row in value.items() if key.isascii() and isinstance(row, dict)}


def order_rows(value: object) -> object:
    # Very old versions keep the orders in an object by id.
    return mappings(list(value.values()) if isinstance(value, dict) else value)


def name(value: object) -> str:
    """An identifier as it came, without cleaning: the adapters let only an allow-list of ASCII characters through."""
    return value if isinstance(value, str) and value.isascii() else ""


def _level(row: object) -> tuple[float, float] | None:
    match row:
        case [price, size, *_]:
            pair = number(price), number(size)
        case {"price": price, **rest}:
            pair = number(price), number(next((rest[k] for k in ("quantity", "amount", "volume") if k in rest), None))
        case _:
            return None
    return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])


def levels(value: object) -> object:
    return [_level(row) for row in value] if isinstance(value, list) else None


def _candle_item(value: object) -> object:
    """A figure of a candle: the number itself, or an object that carries it together with its time."""
    if not isinstance(value, dict):
        return number(value)
    names = ("value", "open", "high", "low", "close", "volume")
    return number(next((value[name] for name in names if name in value), None))


def with_times(value: object) -> object:
    """Candle arrays with the times taken out of the items of `open`, when those are objects that carry them."""
    opens = value.get("open") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(opens, list):
        return value
    times = [item.get("timestamp") if isinstance(item, dict) else None for item in opens]
    return {**value, "times": times}


def figures(value: object) -> object:
    return [_candle_item(item) for item in value] if isinstance(value, list) else None
