"""Candles with what the strategy makes of them: of a bot that trades its newest ones, of a web server what it stores.

A web server mostly has no candle size of its own: a pair is then shown in the shortest that is stored of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from gunbot_tui.backends.errors import Rejected
from gunbot_tui.backends.freqtrade import wire, wire_candles
from gunbot_tui.backends.freqtrade.adapt_candles import to_columns, to_marks, to_period, to_series
from gunbot_tui.backends.freqtrade.adapt_pairs import Close, to_pair_of_key
from gunbot_tui.backends.freqtrade.adapt_trading import WEBSERVER
from gunbot_tui.backends.freqtrade.client import Client
from gunbot_tui.backends.freqtrade.kept import Kept
from gunbot_tui.model.market import CandleSeries, Mark

CANDLES = 500
STORED_SECONDS = 60.0
PLOT_SECONDS = 300.0
SHARED_SECONDS = 1.0
"""Candles and signals of a pair are one answer, which both topics take when they are read together."""
MINUTE = timedelta(minutes=1)


class Charts:
    """What one bot tells of its candles. `clock` gives aware UTC, `config` the bot's settings."""

    def __init__(
        self,
        client: Client,
        kept: Kept,
        clock: Callable[[], datetime],
        config: Callable[[], Awaitable[wire.ShowConfig]],
    ) -> None:
        self._client = client
        self._kept = kept
        self._clock = clock
        self._config = config
        self.closes: dict[str, Close] = {}
        """The newest close of each expected pair, in the bot's own spelling."""
        self._expected: frozenset[str] = frozenset()
        self._period = MINUTE

    async def stored(self) -> wire.AvailablePairs:
        """The pairs whose candles a web server has."""
        config = await self._config()
        return await self._kept.get("stored", STORED_SECONDS, lambda: self._client.available_pairs(config.timeframe))

    async def candles(self, key: str) -> CandleSeries:
        """The newest candles of `exchange/NATIVE`. Raises a BackendError."""
        series = to_series(await self._table(key), await self._plot())
        pair = to_pair_of_key(key)
        if pair is not None and series.candles:
            newest = series.candles[-1]
            self.note_close(pair.native, newest.close, newest.opened_at + series.period)
        return series

    async def marks(self, key: str) -> tuple[Mark, ...]:
        """The strategy's signals on the same candles. Raises a BackendError."""
        return to_marks(await self._table(key))

    def expect(self, pairs: Iterable[str], timeframe: str) -> None:
        """Take closes of these pairs alone from now on, of candles of this length."""
        self._expected = frozenset(pairs)
        self._period = to_period(timeframe) or MINUTE
        self.closes = {native: close for native, close in self.closes.items() if native in self._expected}

    def note_close(self, native: str, price: float, at: datetime) -> None:
        """Keep the close of a pair's candle that ended then, unless it is no such pair or a newer one is known."""
        # One from the future would stand for good, because nothing is newer.
        if native not in self._expected or at > self._clock() + self._period:
            return
        known = self.closes.get(native)
        if known is None or known.at <= at:
            self.closes[native] = Close(price, at)

    async def _table(self, key: str) -> wire_candles.CandleTable:
        pair = to_pair_of_key(key)
        if pair is None:
            raise Rejected("the pair's name has characters that are not traded on")
        config = await self._config()

        async def read() -> wire_candles.CandleTable:
            columns = to_columns(await self._plot())
            if config.runmode != WEBSERVER:
                return await self._client.pair_candles(pair.native, config.timeframe, CANDLES, columns)
            size = config.timeframe or _shortest(await self.stored(), pair.native)
            since = int((self._clock() - CANDLES * _period(size)).timestamp())
            return await self._client.pair_history(pair.native, size, f"{since}-", config.strategy, columns)

        return await self._kept.get("candles of " + pair.key, SHARED_SECONDS, read)

    async def _plot(self) -> wire_candles.PlotConfig:
        config = await self._config()
        strategy = config.strategy if config.runmode == WEBSERVER else ""
        return await self._kept.get("plot", PLOT_SECONDS, lambda: self._client.plot_config(strategy))


def _shortest(stored: wire.AvailablePairs, native: str) -> str:
    """The shortest candle size that is stored of a pair. Raises Rejected where there is none."""
    sizes = {size for pair, size, *_ in stored.pair_interval if pair == native and to_period(size) is not None}
    if not sizes:
        raise Rejected(f"no candles of {native} are stored")
    return min(sizes, key=_period)


def _period(size: str) -> timedelta:
    return to_period(size) or MINUTE
