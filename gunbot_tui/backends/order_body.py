"""Figures of an order on their way to any bot: above zero, and written with exactly their own digits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal


def is_positive(value: Decimal) -> bool:
    """Whether it is an amount or a price that may be sent."""
    return value.is_finite() and value > 0


def body_of(fields: Mapping[str, str | int | Decimal]) -> bytes:
    """A JSON object with every figure in exactly its own digits, which no float would keep."""
    written = (f"{json.dumps(name)}: {_digits(value)}" for name, value in fields.items())
    return f"{{{', '.join(written)}}}".encode()


def _digits(value: str | int | Decimal) -> str:
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)
