"""A bot's settings as rows to show, in the bot's own order: the secrets are gone before anything else looks at them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.redact import DOTS, redacted
from gunbot_tui.backends.text import clean
from gunbot_tui.model.files import ConfigEntry

MOST_ENTRIES = 100_000


def to_entries(settings: dict[str, object]) -> tuple[ConfigEntry, ...]:
    """One row for each value at whatever depth; a list of plain values is one row.

    Raises Unexpected for more values than any bot is set up with.
    """
    entries = tuple(islice(_entries((), redacted(settings)), MOST_ENTRIES + 1))
    if len(entries) > MOST_ENTRIES:
        raise Unexpected(f"the configuration has more than {MOST_ENTRIES} values: it is not from this bot")
    return entries


def _entries(path: tuple[str, ...], value: object) -> Iterator[ConfigEntry]:
    match value:
        case dict() if value:
            for name, item in value.items():
                yield from _entries((*path, clean(str(name), 80)), item)
        case list() if any(isinstance(item, (dict, list)) for item in value):
            for position, item in enumerate(value):
                yield from _entries((*path, str(position)), item)
        case list():
            text = ", ".join(_plain(item) for item in value)
            yield ConfigEntry(path, clean(text), DOTS in text)
        case _:
            text = clean(_plain(value))
            yield ConfigEntry(path, text, DOTS in text)


def _plain(value: object) -> str:
    match value:
        case str():
            return value
        case Decimal():
            return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
        case _:
            return json.dumps(value)
