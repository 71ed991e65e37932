"""The last answers and what was made of them: a bot at rest repeats itself, and equal bytes need no second reading."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
KEPT = 64


class Memo(Generic[T]):
    """The newest values by name, each with the parts that it was made from; parts are compared, not copied."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, tuple[object, T]] = OrderedDict()

    def find(self, name: Hashable, parts: object) -> T | None:
        """The value under this name when it was made from equal parts."""
        known = self._kept.get(name)
        if known is None or known[0] != parts:
            return None
        self._kept.move_to_end(name)
        return known[1]

    def keep(self, name: Hashable, parts: object, value: T) -> T:
        """Keep a value, and let go of the one that was not asked for longest."""
        self._kept[name] = (parts, value)
        self._kept.move_to_end(name)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return value
