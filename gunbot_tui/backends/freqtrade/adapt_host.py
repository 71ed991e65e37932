"""What Freqtrade tells of itself as the program's own: redacted first, then cleaned, then cut to lines.

The bot writes the address of each web socket into its log, token included, and serves that log to whoever logs in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gunbot_tui.backends.config_entries import to_entries
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.freqtrade import wire_host as wire
from gunbot_tui.backends.freqtrade.adapt_pairs import to_pair
from gunbot_tui.backends.redact import DOTS, redact_code, redact_known, redact_named
from gunbot_tui.backends.text import FILE_LINE_LIMIT, clean, clean_lines
from gunbot_tui.model.deal import Pairlist, PairLock
from gunbot_tui.model.files import ConfigTree, FileList, FileText, Folder
from gunbot_tui.model.host import HostLoad, LogLine
from gunbot_tui.model.market import Markets
from gunbot_tui.model.secret import Secret

RECORD_LIMIT = 20_000
"""Longest message that is looked at; the end of a longer one is dropped."""
LONGEST_SECRET = 2_000
"""As much is dropped before that end, because a secret that was cut there is not known for one."""
RECORD_LINES = 60
MOST_MARKETS = 10_000
_BASIC = re.compile(r"(?i)\b(basic\s+)[A-Za-z0-9+/=_-]{6,}")
# A name is read once, from its first letter to its end: a start at each letter would take minutes over a long word.
_NAME = re.compile(r"(?<![\w-])(?:(?![A-Za-z])[\w-])*+(?P<word>[A-Za-z][\w-]*+)[\"']?\s*+[:=]\s*+[\"']?")
_VALUE = re.compile(r"[^\s\"',;&}\])]+")


def to_logs(answer: wire.Logs, secrets: Iterable[Secret] = ()) -> tuple[LogLine, ...]:
    """The log line by line, oldest first: each line of a traceback is one, so that it can be read and searched."""
    known = tuple(secrets)
    return tuple(line for record in answer.logs for line in _lines(record, known))


def to_load(answer: wire.SysInfo) -> HostLoad:
    """The load of the bot's machine, figures that cannot be true left out."""
    memory, averages = answer.ram_pct, answer.cpu_load_avg
    means = () if averages is None else (averages.of_1, averages.of_5, averages.of_15)
    return HostLoad(
        cpu_percent=tuple(answer.cpu_load or answer.cpu_pct),
        memory_percent=memory if memory is not None and 0 <= memory <= 100 else None,
        average=tuple(mean for mean in means if mean is not None and mean >= 0),
    )


def to_locks(answer: wire.Locks) -> tuple[PairLock, ...]:
    """The locks that hold, soonest end first."""
    held = (
        PairLock(lock.id, lock.pair, lock.side, lock.lock_end_timestamp, lock.reason)
        for lock in answer.locks
        if lock.active is not False
    )
    return tuple(sorted(held, key=lambda lock: (lock.until is None, lock.until, lock.id)))


def to_pairlist(whitelist: wire.Whitelist, blacklist: wire.Blacklist) -> Pairlist:
    """What may be opened and what must not be, in the bot's own spelling."""
    return Pairlist(
        allowed=tuple(whitelist.whitelist),
        methods=tuple(whitelist.method),
        blocked=tuple(blacklist.blacklist),
        blocked_pairs=tuple(blacklist.blacklist_expanded),
    )


def to_markets(exchange: str, money: str, answer: wire.Markets) -> Markets:
    """The markets whose names are safe, by name. Raises Unexpected when they are more than any exchange has."""
    if len(answer.markets) > MOST_MARKETS:
        raise Unexpected(f"the bot names {len(answer.markets)} markets, more than any exchange has")
    found = {pair: row.active for row in answer.markets if (pair := to_pair(exchange, row.symbol)) is not None}
    # Where an exchange does not tell which are open, the bot calls all of them closed.
    tells = any(found.values())
    return Markets(
        exchange, money, tuple(sorted(found)), frozenset(pair for pair in found if tells and not found[pair])
    )


def to_config_tree(answer: wire.Settings) -> ConfigTree:
    """The settings flattened in their own order."""
    exchange = answer.root.get("exchange")
    return ConfigTree(
        entries=to_entries(answer.root),
        core_enabled=None,
        exchanges=(clean(exchange),) if isinstance(exchange, str) else (),
        fee_percent={},
        cycle_delay_seconds={},
    )


def to_file_list(names: Iterable[str]) -> FileList:
    """Strategies by name; one that cleaning would change could not be asked for again and is left out."""
    return FileList(Folder.STRATEGY, tuple(name for name in names if name and clean(name) == name))


def to_file_text(answer: wire.Strategy) -> FileText:
    """A strategy's source, redacted."""
    lines, is_cut = clean_lines("\n".join(redact_code(line) for line in answer.code.split("\n")))
    return FileText(Folder.STRATEGY, answer.strategy, lines, is_cut)


def _lines(record: wire.Record, secrets: tuple[Secret, ...]) -> Iterator[LogLine]:
    message = _redacted(record.message[:RECORD_LIMIT], secrets)
    if len(record.message) > RECORD_LIMIT:
        message = message[:-LONGEST_SECRET]
    for line in message.splitlines()[:RECORD_LINES] or [""]:
        yield LogLine(record.at, record.level, record.logger, clean(line.expandtabs(4), FILE_LINE_LIMIT))


def _redacted(message: str, secrets: tuple[Secret, ...]) -> str:
    known = _BASIC.sub(rf"\g<1>{DOTS}", redact_known(message, secrets))
    return redact_named(known, _NAME, _VALUE)
