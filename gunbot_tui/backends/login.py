"""The login: made when it is needed, once for all who wait, and not tried again after the bot has refused it.

A bot may lock out after a few wrong tries, so a refusal stands until the user acts.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from gunbot_tui.backends.errors import Unauthorised
from gunbot_tui.backends.values import moment_of_seconds
from gunbot_tui.model.secret import Secret

EXPIRY_MARGIN = timedelta(seconds=30)
RAN_OUT = "the login ran out, nothing was carried out: confirm again"
"""What became of a command that the bot, or a gateway before it, answered with a 401."""


class Login:
    """The current token, in memory only. `fetch` is one request; `clock` gives aware UTC."""

    def __init__(self, fetch: Callable[[], Awaitable[Secret]], clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Secret | None = None
        self._refusal: Unauthorised | None = None
        self.expires_at: datetime | None = None

    async def token(self) -> Secret:
        """A token that has not run out. Raises Unauthorised, at once when the last login was refused."""
        async with self._lock:
            self._check()
            if self._token is None or self._is_over():
                return await self._renew()
            return self._token

    def held(self) -> Secret:
        """The token that is there, for what must not wait. Raises Unauthorised when there is none."""
        self._check()
        if self._token is None:
            raise Unauthorised(RAN_OUT)
        return self._token

    def forget(self, token: Secret) -> None:
        """Drop a token that the bot no longer takes; one that was renewed meanwhile stays."""
        if self._token is token:
            self._token = None

    def refuse(self, refusal: Unauthorised) -> None:
        """Stop logging in until `reset`."""
        self._refusal = refusal

    def reset(self) -> None:
        """The user acts: the next request may log in again."""
        self._refusal = None
        self._token = None

    def _check(self) -> None:
        if self._refusal is not None:
            raise Unauthorised(self._refusal.problem.summary, self._refusal.problem.detail)

    async def _renew(self) -> Secret:
        try:
            token = await self._fetch()
        except Unauthorised as error:
            self._refusal = error
            raise
        self.expires_at = expiry(token)
        self._token = token
        return token

    def _is_over(self) -> bool:
        return self.expires_at is not None and self.expires_at - EXPIRY_MARGIN <= self._clock()


def expiry(token: Secret) -> datetime | None:
    """When a JWT ends by its own words, unverified; None when it does not say."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return moment_of_seconds(claims["exp"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
