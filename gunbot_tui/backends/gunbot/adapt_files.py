"""Gunbot's configuration and files as they may be shown: redacted first, then cleaned, then cut to lines."""

from __future__ import annotations

import json
from decimal import Decimal

from gunbot_tui.backends import strict_json, values
from gunbot_tui.backends.config_entries import to_entries
from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.gunbot import wire
from gunbot_tui.backends.redact import redact_code, redacted
from gunbot_tui.backends.text import clean, clean_lines
from gunbot_tui.model.files import ConfigTree, FileList, FileText, Folder

EDITOR_FILE = "custom-editor"
NAMES = 5000
PROGRAMS = frozenset({Folder.STRATEGY, Folder.EDITOR})
CONTENT_KEYS = ("document", "data", "content", "contents", "text")


def to_config_tree(answer: wire.Config) -> ConfigTree:
    """The configuration flattened in its own order, and the few values that the program works with."""
    config = answer.config
    exchanges = _objects(config.get("exchanges"))
    fees = {name: values.number(exchange.get("TRADING_FEES")) for name, exchange in exchanges.items()}
    delays = {name: values.number(exchange.get("delay")) for name, exchange in exchanges.items()}
    return ConfigTree(
        entries=to_entries(config),
        core_enabled=_core_enabled(config),
        exchanges=tuple(clean(name) for name in exchanges),
        fee_percent={clean(name): fee for name, fee in fees.items() if fee is not None},
        cycle_delay_seconds={clean(name): delay for name, delay in delays.items() if delay is not None},
    )


def _core_enabled(config: dict[str, object]) -> bool | None:
    gui = config.get("GUI")
    return values.flag(gui.get("start")) if isinstance(gui, dict) else None


def _objects(value: object) -> dict[str, dict[str, object]]:
    return {name: item for name, item in value.items() if isinstance(item, dict)} if isinstance(value, dict) else {}


def to_file_list(folder: Folder, answer: wire.Names) -> FileList:
    """The names of a folder; one that cleaning would change could not be asked for again and is left out."""
    names = (name for name in answer.result if isinstance(name, str) and name and clean(name) == name)
    return FileList(folder, tuple(names)[:NAMES])


def to_file_text(folder: Folder, name: str, body: bytes) -> FileText:
    """A file's text, redacted: JSON documents pretty-printed, programs line by line.

    Raises Unexpected for a document that can't be read: where its secrets are is then a guess.
    """
    document = _document(body)
    if isinstance(document, str) and folder not in PROGRAMS:
        raise Unexpected("the file is not valid JSON: it is not shown, because it may hold keys")
    if isinstance(document, str):
        text = "\n".join(redact_code(line) for line in document.split("\n"))
    else:
        text = json.dumps(redacted(document), indent=2, ensure_ascii=False, default=_plain_number)
    lines, is_cut = clean_lines(text)
    return FileText(folder, clean(name), lines, is_cut)


def _document(body: bytes) -> object:
    """What the file holds: a JSON value, or text, which some versions of Gunbot wrap in an object."""
    try:
        value = strict_json.parse(body)
    except Unexpected:
        return body.decode("utf-8", errors="replace")
    if isinstance(value, dict) and len(value) <= 2:
        value = next((value[key] for key in CONTENT_KEYS if isinstance(value.get(key), str)), value)
    if not isinstance(value, str):
        return value
    try:
        inner = strict_json.parse(value)
    except Unexpected:
        return value
    return inner if isinstance(inner, (dict, list)) else value


def _plain_number(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
