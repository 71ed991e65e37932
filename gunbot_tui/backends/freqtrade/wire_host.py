"""What Freqtrade tells of itself as it comes over the wire: log, load, locks, lists of pairs, strategy, settings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from gunbot_tui.backends import values
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.wire import Flag, Moment, Number, Text, Whole, Wire

NAME_LIMIT = 500
"""Longest name or pattern of pairs that is taken."""
MOST_RECORDS = 1000
"""Newest records of the log that are looked at: the bot is asked for fewer."""


class Record(NamedTuple):
    """One record of the log; the message raw, because it is redacted before it is cleaned."""

    at: datetime | None
    logger: str
    level: str
    message: str


def _records(value: object) -> object:
    return [_record(row) for row in value[-MOST_RECORDS:] if isinstance(row, list)] if isinstance(value, list) else None


def _record(row: list[object]) -> Record:
    match row:
        case [_, at, logger, level, message, *_]:
            text = message if isinstance(message, str) else ""
            return Record(values.moment(at), values.text(logger), values.text(level), text)
        case _:
            return Record(None, "", "", "")


def _names(value: object) -> object:
    """The names that cleaning leaves as they are: the others could not be sent back to the bot."""
    if not isinstance(value, list):
        return None
    return [name for name in value if isinstance(name, str) and name and clean(name, NAME_LIMIT) == name]


Names = Annotated[list[str], BeforeValidator(_names)]


class Logs(Wire):
    """The newest records, oldest first."""

    logs: Annotated[list[Record], BeforeValidator(_records)] = Field(repr=False)


def _percents(value: object) -> object:
    """The load of each processor, from rows of its own in new versions."""
    rows = value if isinstance(value, list) else []
    found = (values.number(row.get("pct") if isinstance(row, dict) else row) for row in rows)
    return [percent for percent in found if percent is not None and 0 <= percent <= 100]


class Averages(Wire):
    """How many processes wanted a processor, on average."""

    of_1: Number = Field(None, alias="1m")
    of_5: Number = Field(None, alias="5m")
    of_15: Number = Field(None, alias="15m")


class SysInfo(Wire):
    """The machine; what older versions call `cpu_pct` is only read where the newer rows are missing."""

    cpu_load: Annotated[list[float], BeforeValidator(_percents)] = Field(default_factory=list)
    cpu_pct: Annotated[list[float], BeforeValidator(_percents)] = Field(default_factory=list)
    cpu_load_avg: Annotated[Averages | None, BeforeValidator(values.mapping)] = None
    ram_pct: Number = None


class Lock(Wire):
    """A pair on which nothing is opened until a time."""

    id: Text = ""
    pair: Text = ""
    side: Text = ""
    reason: Text = ""
    active: Flag = None
    lock_end_timestamp: Moment = None


class Locks(Wire):
    """All locks."""

    locks: Annotated[list[Lock], BeforeValidator(values.mappings_or_none)]


class Whitelist(Wire):
    """The pairs that may be opened, and what chose them."""

    whitelist: Names
    method: Annotated[list[str], BeforeValidator(values.texts)] = Field(default_factory=list)


class Blacklist(Wire):
    """The pairs and patterns that must not be opened, and the pairs that the patterns stand for."""

    blacklist: Names
    blacklist_expanded: Names = Field(default_factory=list)


def _rows(value: object) -> object:
    if not isinstance(value, dict):
        return None
    return [row for row in value.values() if isinstance(row, dict) and isinstance(row.get("symbol"), str)]


class Market(Wire):
    """One market of an exchange; its symbol is not cleaned, as the names of pairs are not."""

    symbol: str
    active: Flag = None


class Markets(Wire):
    """The markets of an exchange, which come by their symbols."""

    markets: Annotated[list[Market], BeforeValidator(_rows)]


class Strategy(Wire):
    """A strategy's source."""

    strategy: Text = ""
    code: str = Field(repr=False)


class Settings(Whole):
    """The configuration as far as the bot shows it, in its order."""

    root: dict[str, Any]
