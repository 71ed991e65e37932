"""What the dialog that adds a bot hands over and gets back; the work behind it is the command line's to wire.

Standard library and model only: this is loaded before the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret


class Keep(StrEnum):
    """Where the secrets of a new bot are kept."""

    FILE = "private files"
    COMMAND = "commands"
    VARIABLE = "variables"
    NOWHERE = "asked at start"

    @property
    def is_typed(self) -> bool:
        """True when the secret itself is typed, and not where it is."""
        return self in (Keep.FILE, Keep.NOWHERE)


@dataclass(frozen=True, slots=True)
class BotDraft:
    """A bot as it was typed, mistakes included."""

    kind: Literal["gunbot", "freqtrade"]
    name: str
    url: str
    username: str
    keep: Keep
    secrets: Mapping[str, Secret]
    """By name the secret itself, or the command or variable that gives it."""
    may_trade: bool
    max_notional: str
    allow_plain_http: bool = False
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of connecting to a bot: whether it works, and in words what it is or what is wrong."""

    is_good: bool
    words: tuple[str, ...]
    pin: str = ""
    """The fingerprint of a certificate that is not trusted, to be compared by the user."""


class Enrolment(Protocol):
    """Adds bots to the config file."""

    @property
    def config_path(self) -> Path:
        """The file."""

    async def mistakes(self, draft: BotDraft) -> Mapping[str, str]:
        """What is wrong with a draft, one line for each of its fields; `save` is that of the file itself."""

    async def try_out(self, draft: BotDraft) -> Trial:
        """Connect to the bot, read a little and leave; ends within seconds, and changes nothing."""

    async def save(self, draft: BotDraft) -> BotRef:
        """Write the bot into the file. Raises SetupError with one line, and then nothing has changed."""
