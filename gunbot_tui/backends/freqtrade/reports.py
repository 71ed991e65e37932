"""Which of a bot's reports a reading of its results takes.

All but the profit is about closed trades: it is read again only when one has closed, and then what that changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from gunbot_tui.backends.freqtrade.adapt_reports import newest_day, to_pnl_report, to_results
from gunbot_tui.backends.freqtrade.client import Client
from gunbot_tui.backends.freqtrade.wire import ShowConfig
from gunbot_tui.backends.freqtrade.wire_reports import Groups, Periods, ProfitOfSides, Reasons
from gunbot_tui.model.pnl import Grouping, PnlReport, Results

DAYS, WEEKS, MONTHS = 90, 26, 24
"""How far back the tables reach."""


class _Known(NamedTuple):
    """What was read when so many trades were closed, on the bot's own day."""

    closed: float | None
    result: float | None
    day: date
    daily: Periods
    weekly: Periods
    monthly: Periods
    performance: Groups


class Reports:
    """The reports of one bot. `clock` gives aware UTC, in which the bot cuts its days as well."""

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._known: _Known | None = None

    async def pnl(self, config: ShowConfig) -> PnlReport:
        """The whole result. Raises a BackendError."""
        profit = await (self._client.profit_all() if config.short_allowed else self._client.profit())
        known = self._known = await self._closed(profit)
        return to_pnl_report(
            profit, known.daily, known.weekly, known.monthly, known.performance, config.stake_currency, config.exchange
        )

    async def results(self, grouping: Grouping) -> Results:
        """One table of closed trades. Raises a BackendError."""
        client = self._client
        reads: Mapping[Grouping, Callable[[], Awaitable[Periods | Groups | Reasons]]] = {
            Grouping.DAYS: lambda: client.daily(DAYS),
            Grouping.WEEKS: lambda: client.weekly(WEEKS),
            Grouping.MONTHS: lambda: client.monthly(MONTHS),
            Grouping.PAIRS: client.performance,
            Grouping.ENTRIES: client.entries,
            Grouping.EXITS: client.exits,
            Grouping.MIX: client.mix_tags,
            Grouping.REASONS: client.stats,
        }
        return to_results(grouping, await reads[grouping]())

    async def _closed(self, profit: ProfitOfSides) -> _Known:
        closed, result = profit.all.closed_trade_count, profit.all.profit_closed_coin
        today, known = self._clock().date(), self._known
        if known is not None and known.day < today:
            known = None
        if known is not None and (known.closed, known.result) == (closed, result):
            return known
        # What closes does so today; only a trade that was deleted changes the days before.
        is_more = known is not None and (closed or 0) > (known.closed or 0)
        daily, weekly, monthly, performance = await asyncio.gather(
            self._daily(known if is_more else None),
            self._client.weekly(1),
            self._client.monthly(1),
            self._client.performance(),
        )
        # The bot's clock may be behind ours: its day is then asked for again until it has come.
        day = newest_day(daily) or today
        return _Known(closed, result, day, daily, weekly, monthly, performance)

    async def _daily(self, known: _Known | None) -> Periods:
        """All days: the newest before those that are known, where they follow on each other."""
        if known is not None:
            newest = await self._client.daily(1)
            if newest_day(newest) == known.day:
                return newest.model_copy(update={"data": [*newest.data, *known.daily.data[1:]]})
        return await self._client.daily(DAYS)
