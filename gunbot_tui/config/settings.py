"""The config file, validated: each mistake becomes one line with file, line, key and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from gunbot_tui.config.document import Document, did_you_mean
from gunbot_tui.config.glance import Driver, Glyphs, Kind, Theme
from gunbot_tui.config.limits import LimitSettings, PairLimits, PairRules, SoftRules, Table
from gunbot_tui.model.bot import BotRef, TradeMode

SOURCES = ("command", "file", "env")
WALLETS = tuple(f"wallet_{source}" for source in SOURCES)
FOREIGN: Mapping[str, tuple[str, ...]] = {"gunbot": ("username",), "freqtrade": WALLETS}
"""By kind of bot: the keys that belong to the other kind alone."""


class BotSettings(Table):
    """One bot: where it is, where its secrets are kept, and what the cockpit may do with it."""

    kind: Kind
    url: str
    username: str | None = Field(default=None, min_length=1)
    password_command: list[str] | None = Field(default=None, min_length=1)
    password_file: str | None = None
    password_env: str | None = None
    wallet_command: list[str] | None = Field(default=None, min_length=1)
    wallet_file: str | None = None
    wallet_env: str | None = None
    pin: str | None = None
    allow_plain_http: bool = False
    mode: Literal["read-only", "confirm"] = "read-only"
    limits: LimitSettings | None = None

    @field_validator("url")
    @classmethod
    def _is_plain_address(cls, url: str) -> str:
        """Scheme, host, perhaps port and path: a password in an address ends up in logs."""
        try:
            parts = urlsplit(url)
            port_is_known = parts.port != 0
        except ValueError:
            port_is_known = False
        if not port_is_known or parts.scheme not in ("http", "https") or not parts.hostname:
            raise PydanticCustomError("url", "is not an address; allowed: https://HOST:PORT or http://127.0.0.1:PORT")
        if "@" in parts.netloc:
            raise PydanticCustomError("url", "must not hold a user or password; use password_command, _file or _env")
        if parts.query or parts.fragment:
            raise PydanticCustomError("url", "must end after the path; allowed: https://HOST:PORT/PATH")
        return url

    @field_validator("pin")
    @classmethod
    def _is_fingerprint(cls, pin: str | None) -> str | None:
        if pin is not None and not re.fullmatch(r"sha256:[0-9a-fA-F]{64}", pin):
            raise PydanticCustomError("pin", 'must be "sha256:" and the 64 hex digits of the certificate')
        return pin

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        foreign = next((key for key in FOREIGN[self.kind] if getattr(self, key) is not None), None)
        if foreign is not None:
            raise PydanticCustomError("foreign", f"{self.kind}: {FOREIGN_WORDS[self.kind]}; take {foreign} away")
        if self.kind == "freqtrade" and self.username is None:
            raise PydanticCustomError("username", f"username {USERNAME_WORDS}")
        for secret in ("password", "wallet"):
            given = [key for source in SOURCES if getattr(self, key := f"{secret}_{source}") is not None]
            if len(given) > 1:
                raise PydanticCustomError("sources", f"{' and '.join(given)}: give one of them only")
        if self.mode == "confirm" and (self.limits is None or self.limits.max_notional is None):
            raise PydanticCustomError("limits", 'mode = "confirm" needs max_notional, the most one order may cost')
        return self


class Settings(Table):
    """The whole file."""

    default: str | None = None
    theme: Theme = "cockpit-dark"
    mouse: bool = False
    driver: Driver = "diffing"
    glyphs: Glyphs = "braille"
    bots: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,24}$")], BotSettings] = Field(min_length=1)

    def ref(self, name: str) -> BotRef:
        """The bot without its secrets."""
        bot = self.bots[name]
        return BotRef(name, bot.kind, bot.url, TradeMode(bot.mode))


def validate(document: Document, only: str | None = None) -> Settings:
    """The settings of a file, of all its bots or of one. Raises ConfigError about the first mistake by its line."""
    bots = document.data.get("bots")
    data = document.data
    if only is not None and isinstance(bots, dict):
        data = {**data, "bots": {only: bots.get(only)}}
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
    else:
        _check_pairs(settings, document)
        return settings
    # A misspelt key is also a missing one: the spelling is what the owner wants to hear of.
    first = min(mistakes, key=lambda mistake: (mistake["type"] == "missing", document.line_of(_keys_of(mistake))))
    raise document.error(_keys_of(first), _said(first, document))


def _check_pairs(settings: Settings, document: Document) -> None:
    for name, bot in settings.bots.items():
        keys = bot.limits.misspelt(bot.kind) if bot.limits is not None else None
        if keys is not None:
            raise document.error(["bots", name, "limits", *keys], PAIR_WORDS)


def mistakes_in(name: str, bot: Mapping[str, object]) -> Mapping[str, str]:
    """What is wrong with a bot that no file has yet, in words by its keys; `name` is that of its name."""
    data: dict[str, object] = {"bots": {name: dict(bot)}}
    document = Document(Path(), "", data)
    try:
        Settings.model_validate(data)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        return {_key_of_bot(mistake): _said(mistake, document) for mistake in reversed(mistakes)}
    return {}


def _key_of_bot(mistake: ErrorDetails) -> str:
    """The key whose value mends it; rules about several keys name theirs by the mistake's type."""
    match mistake["loc"]:
        case (_, _, "[key]"):
            return "name"
        case (_, _):
            return {"limits": "max_notional"}.get(mistake["type"], mistake["type"])
        case (_, _, "limits", str(key), *_) | (_, _, str(key), *_):
            return key
    return "name"


def _keys_of(mistake: ErrorDetails) -> list[str]:
    return [part for part in mistake["loc"] if isinstance(part, str) and part != "[key]"]


def _kind_of(document: Document, keys: list[str]) -> str:
    """What the table of a bot says of its kind; empty elsewhere in the file."""
    match keys, document.data:
        case ["bots", name, _], {"bots": {**bots}} if isinstance(bot := bots.get(name), dict):
            return str(bot.get("kind"))
    return ""


def _said(mistake: ErrorDetails, document: Document) -> str:
    """What is wrong, in words; what stands in the file is shown only where it is no secret: as a hint for a choice."""
    keys = _keys_of(mistake)
    if mistake["loc"][-1:] == ("[key]",):
        return PAIR_WORDS if "limits" in keys[2:] else "a bot's name has 1 to 24 letters, digits, - or _"
    match mistake["type"]:
        case "extra_forbidden":
            allowed = [key for key in _fields_of(keys[:-1]) if key not in FOREIGN.get(_kind_of(document, keys), ())]
            return f"unknown key; allowed: {', '.join(allowed)}{did_you_mean(keys[-1], allowed)}"
        case "missing":
            return "is missing"
        case "literal_error":
            allowed = re.findall(r"'([^']+)'", str(mistake.get("ctx", {}).get("expected")))
            quoted = ", ".join(f'"{word}"' for word in allowed)
            given = mistake["input"]
            hint = did_you_mean(given, allowed) if isinstance(given, str) else ""
            return f"allowed: {quoted}{hint}"
        case "limits":
            return f"{mistake['msg']}; allowed: max_notional = 500 in a table [{'.'.join(keys)}.limits]"
        case "list_type":
            example = '["USDT-BTC", "USDT-ETH"]' if "limits" in keys else '["pass", "gunbot"]'
            return f"must be a list of texts, as {example}"
        case "model_type" | "dict_type":
            return f"must be a table, as [{'.'.join(['bots', 'NAME', *keys[2:]])}]"
        case kind:
            return _WORDS.get(kind, mistake["msg"])


FOREIGN_WORDS = {
    "gunbot": "a Gunbot logs in with password and wallet and has no user name",
    "freqtrade": "a Freqtrade logs in with user name and password and has no wallet",
}
USERNAME_WORDS = 'is missing: the "username" under "api_server" in Freqtrade\'s config.json'
PAIR_WORDS = (
    'a pair is written as the bot does, "USDT-BTC" for a gunbot, "BTC/USDT" for a freqtrade, or on one exchange '
    '"binance/USDT-BTC"'
)
_WORDS = {
    "bool_type": "must be true or false",
    "string_type": 'must be a text in quotes, as "…"',
    "is_instance_of": "must be a number above 0",
    "decimal_type": "must be a number above 0",
    "decimal_parsing": "must be a number above 0",
    "greater_than": "must be a number above 0",
    "finite_number": "must be a number above 0",
    "less_than_equal": "must be a number above 0 and at most 100",
    "multiple_of": "must be a whole number above 0",
    "string_pattern_mismatch": PAIR_WORDS,
    "too_short": "must not be empty",
}


def _fields_of(keys: list[str]) -> list[str]:
    """The keys allowed in the table."""
    table: type[Table]
    match keys:
        case []:
            table = Settings
        case ["bots", _]:
            table = BotSettings
        case ["bots", _, "limits", "soft"]:
            table = SoftRules
        case ["bots", _, "limits", "pairs", _]:
            table = PairLimits
        case ["bots", _, "limits", "pairs", _, "soft"]:
            table = PairRules
        case _:
            table = LimitSettings
    return list(table.model_fields)
