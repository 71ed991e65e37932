"""What must never be seen of a bot's configuration, files and messages.

A name is judged before its value: hiding one harmless figure too many costs nothing, showing one key costs an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gunbot_tui.model.secret import Secret

DOTS = "••••••••"
SHORTEST_SECRET = 4
"""Shorter ones would dot out half of every sentence."""

_SECRET_NAME = re.compile(
    r"pass|secret|token|wallet|licen[sc]e|mnemonic|private|credential|cookie|jwt|bearer|hash"
    r"|keys?$|keys?\d|^key|api_?key|client_?id|chat_?id|admin_?id|user_?id|user_?name|e?mail|phone|^login$|otp|twofa_",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"ENC:[A-Za-z0-9+/=]+"
    r"|eyJ[\w-]{8,}(?:\.[\w-]*)*"
    r"|\$2[aby]\$\d\d\$[./\w]{20,}"
    r"|\b0x[0-9a-fA-F]{40,64}\b"
    r"|\b\d{6,}:[\w-]{30,}"
    r"|(?i:\bbearer\s+)[^\s\"',]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
_NAMED_VALUE = re.compile(
    r"""(?P<name>["']?(?P<word>[A-Za-z_]\w*)["']?\s*[:=]\s*)(?P<value>"[^"]*"?|'[^']*'?|`[^`]*`?)""",
)


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is never shown."""
    return _SECRET_NAME.search(name) is not None


def redact_values(text: str) -> str:
    """The text with everything dotted out that looks like a token, a cipher, a wallet or a password in a URL."""
    return _SECRET_VALUE.sub(DOTS, text)


def redact_code(line: str) -> str:
    """A line of a program or a half-read document with quoted values behind secret names dotted out as well."""
    return redact_values(_NAMED_VALUE.sub(_dotted, line))


def redact_known(text: str, secrets: Iterable[Secret]) -> str:
    """A message of the bot without any of our own secrets that it may echo."""
    for secret in secrets:
        if len(secret.reveal()) >= SHORTEST_SECRET:
            text = text.replace(secret.reveal(), DOTS)
    return redact_values(text)


def redacted(value: object, name: str = "") -> object:
    """A JSON value with the secrets dotted out at any depth; what stands below a secret name is hidden whole."""
    if is_secret_name(name) and not isinstance(value, (dict, list, bool)):
        return DOTS if value not in ("", None) else value
    match value:
        case dict():
            return {key: redacted(item, name if is_secret_name(name) else str(key)) for key, item in value.items()}
        case list():
            return [redacted(item, name) for item in value]
        case str():
            return redact_values(value)
        case _:
            return value


def _dotted(found: re.Match[str]) -> str:
    value = found["value"]
    if not is_secret_name(found["word"]) or len(value) <= 2:
        return found[0]
    return f"{found['name']}{value[0]}{DOTS}{value[0]}"
