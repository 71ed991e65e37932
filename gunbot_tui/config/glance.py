"""The few settings that must be known before the first paint, taken from the file with the standard library.

Whatever looks odd here is left to the full validation, which says what is wrong; so there is one set of messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gunbot_tui.config.document import ConfigError, Document, did_you_mean
from gunbot_tui.model.bot import BotRef, TradeMode

Kind = Literal["gunbot", "freqtrade"]
Theme = Literal["cockpit-dark", "cockpit-light"]
Driver = Literal["diffing", "stock"]
Glyphs = Literal["braille", "block", "ascii"]
SECRETS: Mapping[str, tuple[str, ...]] = {"gunbot": ("password", "wallet"), "freqtrade": ("password",)}
"""By kind of bot: what its login needs."""


@dataclass(frozen=True, slots=True)
class Glance:
    """How to look, which bots there are, and which one is meant."""

    bot: BotRef
    bots: tuple[BotRef, ...]
    theme: Theme
    mouse: bool
    driver: Driver
    glyphs: Glyphs
    must_ask: bool
    """True when a secret of the bot that is meant has no source in the file."""


def glance(document: Document, wanted: str | None) -> Glance | None:
    """What is needed for the first paint; None when the file is odd. Raises ConfigError without a bot to choose.

    Of several bots one may be odd: it is watched only, and what is wrong with it is said when it is opened.
    """
    data = document.data
    tables = data.get("bots")
    theme, mouse = data.get("theme", "cockpit-dark"), data.get("mouse", False)
    driver, glyphs = data.get("driver", "diffing"), data.get("glyphs", "braille")
    if not isinstance(tables, dict) or not isinstance(mouse, bool) or theme not in ("cockpit-dark", "cockpit-light"):
        return None
    if driver not in ("diffing", "stock") or glyphs not in ("braille", "block", "ascii"):
        return None
    name = choose_bot(document, wanted)
    found = {name: _ref(name, table) for name, table in tables.items()}
    if len(found) == 1 and found[name] is None:
        return None
    bots = {name: bot or BotRef(name, "", "") for name, bot in found.items()}
    return Glance(
        bot=bots[name],
        bots=tuple(bots.values()),
        theme=theme,
        mouse=mouse,
        driver=driver,
        glyphs=glyphs,
        must_ask=(known := found[name]) is not None and _lacks_source(tables[name], known.kind),
    )


def choose_bot(document: Document, wanted: str | None, *, is_named: bool = False) -> str:
    """The bot that is asked for, else the default, else the first.

    With `is_named` the first of several is not enough. Raises ConfigError.
    """
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
    if default is None and len(names) > 1 and is_named:
        raise ConfigError(f'{document.path}: has several bots; say --bot NAME or set default = "NAME"; {known}')
    if default is not None and default not in names:
        raise document.error(["default"], f'there is no bot "{default}"; {known}{did_you_mean(default, names)}')
    return default or names[0]


def _ref(name: str, table: object) -> BotRef | None:
    if not isinstance(table, dict):
        return None
    kind, url, mode = table.get("kind"), table.get("url"), table.get("mode", TradeMode.READ_ONLY)
    if (
        not isinstance(kind, str)
        or kind not in SECRETS
        or not isinstance(url, str)
        or mode not in ("read-only", "confirm")
    ):
        return None
    return BotRef(name, kind, url, TradeMode(mode))


def _lacks_source(table: dict[str, object], kind: str) -> bool:
    return not all(any(key.startswith(f"{secret}_") for key in table) for secret in SECRETS[kind])
