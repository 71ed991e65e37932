"""The config file as text and as data, and the line on which a key stands.

Standard library only: it is read before the first paint. The file belongs to its owner: nothing here writes to it.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


class ConfigError(Exception):
    """The config file can't be used as it stands; the text is one line that says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Document:
    """A config file that is valid TOML."""

    path: Path
    text: str
    data: dict[str, object]

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read and parse the file; a number with a point becomes a Decimal. Raises ConfigError."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{path}: {os.strerror(error.errno or 0)}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"{path}: is not UTF-8 text") from None
        try:
            return cls(path, text, tomllib.loads(text, parse_float=Decimal))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: {error}") from None

    def error(self, keys: Sequence[str], message: str) -> ConfigError:
        """An error at a key, or at what stands nearest to it when it is missing."""
        text = f"{self.path}, line {self.line_of(keys)}: {'.'.join(keys)}: {message}"
        # A quoted key may hold anything, a line break included.
        return ConfigError("".join(character if character.isprintable() else "·" for character in text))

    def line_of(self, keys: Sequence[str]) -> int:
        """The line of the key, else of the table that it belongs to, else 1."""
        best_line, best_length = 1, 0
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), start=1):
            if line.lstrip().startswith("["):
                found = table = _keys_of(line)
            elif "=" in line:
                found = table + _keys_of(line.partition("=")[0] + "= 0")
            else:
                continue
            length = _common_length(found, keys)
            if length > best_length:
                best_line, best_length = number, length
        return best_line


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean "mode"?` when something allowed looks like the word, else nothing."""
    near = difflib.get_close_matches(word, list(allowed), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _keys_of(line: str) -> tuple[str, ...]:
    """The dotted key of a header or of an assignment; empty for a line that is neither by itself."""
    try:
        value: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)


def _common_length(found: Sequence[str], wanted: Sequence[str]) -> int:
    length = 0
    for left, right in zip(found, wanted, strict=False):
        if left != right:
            break
        length += 1
    return length
