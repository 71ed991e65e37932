"""Backends: one package per kind of bot, all behind the protocol in `base`.

A kind's package is imported when a bot of that kind is opened, so that the first screen waits for no HTTP library.
"""

from __future__ import annotations

from gunbot_tui.backends.base import Backend
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret

KINDS = ("gunbot",)


def open_backend(
    ref: BotRef,
    *,
    password: Secret,
    wallet: Secret,
    pin: str | None = None,
    allow_plain_http: bool = False,
    zone: str = "UTC",
) -> Backend:
    """The backend for a configured bot; nothing is sent yet. Raises ValueError for a kind that does not exist.

    `pin` is the SHA-256 of the server's certificate, `zone` the IANA time zone that days are counted in.
    """
    if ref.kind not in KINDS:
        raise ValueError(f"no such kind of bot: {ref.kind} (there is {', '.join(KINDS)})")
    from gunbot_tui.backends.gunbot.backend import GunbotBackend

    return GunbotBackend(ref, password=password, wallet=wallet, pin=pin, allow_plain_http=allow_plain_http, zone=zone)
