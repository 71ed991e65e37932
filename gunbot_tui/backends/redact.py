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
# A name is read once, from its first letter to its end: a start at each letter would take minutes over a long word.
_NAME_OF_TEXT = re.compile(
    r"""(?<!\w)(?:(?![A-Za-z_])\w)*+(?P<word>[A-Za-z_]\w*+)["']?\s*+[:=]\s*+(?i:[bfru]{0,2})(["'`])(?:\2\2)?"""
)
_TEXT = re.compile(r"""(?<=")(?:[^"\\]|\\.)++|(?<=')(?:[^'\\]|\\.)++|(?<=`)(?:[^`\\]|\\.)++""")


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is never shown."""
    return _SECRET_NAME.search(name) is not None


def redact_values(text: str) -> str:
    """The text with everything dotted out that looks like a token, a cipher, a wallet or a password in a URL."""
    return _SECRET_VALUE.sub(DOTS, text)


def redact_code(line: str) -> str:
    """A line of a program or a half-read document with quoted values behind secret names dotted out as well."""
    return redact_values(redact_named(line, _NAME_OF_TEXT, _TEXT))


def redact_named(text: str, name: re.Pattern[str], value: re.Pattern[str]) -> str:
    """The text with each value dotted out that follows a secret name; other values may hold such names themselves.

    `name` has a group `word` and ends where `value` begins.
    """
    shown: list[str] = []
    done = 0
    for found in name.finditer(text):
        if found.start() < done or not is_secret_name(found["word"]):
            continue
        hidden = value.match(text, found.end())
        if hidden is not None:
            shown += text[done : found.end()], DOTS
            done = hidden.end()
    return "".join(shown) + text[done:]


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
