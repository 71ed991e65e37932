"""Adding a bot to the config file: its table goes to the end and no other line of the file changes.

The owner's file is replaced in one step by a whole one that was validated before; what is wrong leaves it as it was.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import tomlkit
from tomlkit.items import Item, Table

from gunbot_tui.config.document import ConfigError, Document
from gunbot_tui.config.settings import validate
from gunbot_tui.model.secret import Secret

OPENING = "# gunbot-tui reads this file. A bot that is added in the program goes to its end; all else is yours.\n"
TAKEN = "this name is in use: choose another one"


def add_bot(path: Path, name: str, bot: Mapping[str, object], secrets: Mapping[str, Secret]) -> Document:
    """The file with one more bot, which is the default when it is the first; made when it is missing.

    Each of the secrets, by its name, goes into a private file beside the config file. Raises ConfigError, and then
    nothing has changed.
    """
    before = _read(path)
    if (known := taken(before, name)) is not None:
        raise before.error(["bots", known], TAKEN)
    kept = {f"{secret}_file": f"{name}-{secret}" for secret in secrets}
    after = _parsed(before, _with_bot(before, name, {**bot, **kept}))
    validate(after)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.ExitStack() as undone:
            for file, secret in zip(kept.values(), secrets.values(), strict=True):
                private = path.parent / file
                descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                undone.callback(private.unlink)
                _write(descriptor, secret.reveal() + "\n")
            _replace(path.resolve(), after.text)  # a link into a folder of dotfiles stays one
            undone.pop_all()
    except FileExistsError as error:
        raise ConfigError(f"{error.filename}: exists already; choose another name, or move it away") from None
    except OSError as error:
        raise ConfigError(f"{error.filename or path}: {os.strerror(error.errno or 0)}") from None
    return after


def taken(document: Document, name: str) -> str | None:
    """The bot of the file that has this name already, which is typed without regard to capitals."""
    bots = document.data.get("bots")
    return next((known for known in bots if known.lower() == name.lower()), None) if isinstance(bots, dict) else None


def _read(path: Path) -> Document:
    if not path.exists():
        return Document(path, OPENING, {})
    document = Document.read(path)
    # As it stands: reading text would turn the line ends of another system into ours.
    return Document(path, path.read_bytes().decode(), document.data)


def _with_bot(before: Document, name: str, bot: Mapping[str, object]) -> str:
    """The text with the bot's table at its end."""
    added = tomlkit.document()
    # Below a table's header a key would be that table's own.
    if "default" not in before.data and not any(isinstance(value, dict) for value in before.data.values()):
        added.add("default", tomlkit.item(name))
        added.add(tomlkit.nl())
    bots = tomlkit.table(is_super_table=True)
    bots.add(name, _table(bot))
    added.add("bots", bots)
    gap = "\n" if before.text.endswith("\n") else "\n\n" if before.text else ""
    return before.text + gap + tomlkit.dumps(added)


def _table(values: Mapping[str, object]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table.add(key, _table(value) if isinstance(value, Mapping) else _item(value))
    return table


def _item(value: object) -> Item:
    return tomlkit.value(format(value, "f")) if isinstance(value, Decimal) else tomlkit.item(value)


def _parsed(before: Document, text: str) -> Document:
    try:
        return Document(before.path, text, tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError:
        words = "no bot can be added to bots written in one line; give each a table of its own, [bots.NAME]"
        raise before.error(["bots"], words) from None


def _replace(path: Path, text: str) -> None:
    """Put a file in the place of another, so that whoever opens it gets all of one of them, after a crash too."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # for the owner alone
    try:
        _write(descriptor, text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(descriptor: int, text: str) -> None:
    with open(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
