"""A text that must not be seen: every way of printing it gives `***`, only `reveal()` gives the text."""

from __future__ import annotations

from typing import final

HIDDEN = "***"


@final
class Secret:
    """A password, a key or a token. Printing, formatting, pickling and JSON through `str` all give `***`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the request that needs it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (HIDDEN,)
