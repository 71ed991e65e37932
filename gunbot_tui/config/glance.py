"""The few settings that must be known before the first paint, taken from the file with the standard library.

Whatever looks odd here is left to the full validation, which says what is wrong; so there is one set of messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gunbot_tui.config.document import ConfigError, Document, did_you_mean
from gunbot_tui.model.bot import BotRef, TradeMode

Theme = Literal["cockpit-dark", "cockpit-light"]
Driver = Literal["diffing", "stock"]
Glyphs = Literal["braille", "block", "ascii"]


@dataclass(frozen=True, slots=True)
class Glance:
    """How to look, and which bot is meant."""

    bot: BotRef
    theme: Theme
    mouse: bool
    driver: Driver
    glyphs: Glyphs
    must_ask: bool
    """True when a secret has no source in the file."""


def glance(document: Document, wanted: str | None) -> Glance | None:
    """What is needed for the first paint; None when the file is odd. Raises ConfigError without a bot to choose."""
    data = document.data
    bots = data.get("bots")
    theme, mouse = data.get("theme", "cockpit-dark"), data.get("mouse", False)
    driver, glyphs = data.get("driver", "diffing"), data.get("glyphs", "braille")
    if not isinstance(bots, dict) or not isinstance(mouse, bool) or theme not in ("cockpit-dark", "cockpit-light"):
        return None
    if driver not in ("diffing", "stock") or glyphs not in ("braille", "block", "ascii"):
        return None
    bot = bots.get(name := choose_bot(document, wanted))
    if not isinstance(bot, dict):
        return None
    kind, url, mode = bot.get("kind"), bot.get("url"), bot.get("mode", TradeMode.READ_ONLY)
    if kind != "gunbot" or not isinstance(url, str) or mode not in ("read-only", "confirm"):
        return None
    has_sources = all(any(key.startswith(secret) for key in bot) for secret in ("password_", "wallet_"))
    return Glance(
        bot=BotRef(name, kind, url, TradeMode(mode)),
        theme=theme,
        mouse=mouse,
        driver=driver,
        glyphs=glyphs,
        must_ask=not has_sources,
    )


def choose_bot(document: Document, wanted: str | None) -> str:
    """The bot that is asked for, else the default, else the only one. Raises ConfigError."""
    bots = document.data.get("bots")
    names = list(bots) if isinstance(bots, dict) else []
    if not names:
        raise ConfigError(f"{document.path}: names no bot; add a table [bots.NAME] with kind and url")
    known = "known: " + ", ".join(names)
    if wanted is not None:
        if wanted not in names:
            raise ConfigError(f"--bot {wanted}: {document.path} has no such bot; {known}{did_you_mean(wanted, names)}")
        return wanted
    default = data if isinstance(data := document.data.get("default"), str) else None
    if default is None and len(names) > 1:
        raise ConfigError(f'{document.path}: has several bots; say --bot NAME or set default = "NAME"; {known}')
    if default is not None and default not in names:
        raise document.error(["default"], f'there is no bot "{default}"; {known}{did_you_mean(default, names)}')
    return default or names[0]
