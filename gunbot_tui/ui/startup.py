"""What the application is handed by the command line: how to look, why nothing can be opened, and the demo.

Standard library and model only: these types are loaded before the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Driver = Literal["diffing", "stock"]
Glyphs = Literal["braille", "block", "ascii"]


@dataclass(frozen=True, slots=True)
class UiOptions:
    """How the cockpit looks and listens; the settings that must be known before the first paint."""

    theme: str = ""
    """Empty for the cockpit's own."""
    mouse: bool = False
    driver: Driver = "diffing"
    glyphs: Glyphs = "braille"


class SetupError(Exception):
    """The session can't be opened and trying again won't help: leave with this one line and exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class LoginMissing(SetupError):  # noqa: N818 - what is wrong, as for a bot that needs login
    """A secret of the bot could not be had; `asks` names those that only the user knows."""

    def __init__(self, message: str, exit_code: int, asks: tuple[str, ...] = ()) -> None:
        super().__init__(message, exit_code)
        self.asks = asks


class DemoControl(Protocol):
    """The simulated bot behind the demo."""

    @property
    def hints(self) -> tuple[str, ...]:
        """Lines worth trying, as they are typed."""

    async def fault(self, kind: str, seconds: float) -> None:
        """Let the simulated bot fail for a while. Raises ValueError with one line when it does not know how."""
