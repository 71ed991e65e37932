"""The open trades of a bot, which are most of all that it sends, read no oftener than they can have changed.

Between two of its rounds a bot asks for no price, and what becomes of an order is told by its web socket.
"""

from __future__ import annotations

from gunbot_tui.backends.freqtrade import wire
from gunbot_tui.backends.freqtrade.client import Client
from gunbot_tui.backends.freqtrade.kept import Kept

STATUS = "status"
"""The name under which they are kept, to be forgotten when one is told to have changed."""
KEPT_SECONDS = 15.0
"""A bot that is stopped has no rounds, renews a price in minutes, and tells nobody that a trade was deleted."""


class OpenTrades:
    """`is_told` is to be true just while the web socket stands: without it nothing tells of an order between rounds."""

    def __init__(self, client: Client, kept: Kept) -> None:
        self._client = client
        self._kept = kept
        self._round = ""
        self.is_told = False

    async def read(self) -> wire.Trades:
        """As the bot would tell them now. Raises a BackendError."""
        if not self.is_told:
            return await self._client.status()
        # Asked for first: a round that ends while the trades are on their way counts as a new one the next time.
        newest = (await self._client.health()).last_process
        if newest != self._round or not newest:
            self._kept.forget(STATUS)
        trades = await self._kept.get(STATUS, KEPT_SECONDS, self._client.status)
        self._round = newest
        return trades
