"""The bot's files and configuration as far as they may be shown: secrets are gone before they get here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Folder(StrEnum):
    """The groups of files that a bot keeps."""

    STRATEGY = "strategies"
    STATE = "state files"
    BACKUP = "backups"
    VARIABLES = "variables"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class FileList:
    """The names in one folder, as the bot lists them."""

    folder: Folder
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's cleaned text, cut at a sane length."""

    folder: Folder
    name: str
    lines: tuple[str, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One value of the configuration; a secret's text is a row of dots."""

    path: tuple[str, ...]
    text: str
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class ConfigTree:
    """The whole configuration flattened in its own order, and what the rest of the program needs of it."""

    entries: tuple[ConfigEntry, ...]
    core_enabled: bool | None
    """Whether the configuration says that the core is started; None when it does not say."""
    exchanges: tuple[str, ...]
    fee_percent: dict[str, float]
    """Trading fee by exchange, in percent."""
    cycle_delay_seconds: dict[str, float]
    """Pause between two pairs, by exchange."""
