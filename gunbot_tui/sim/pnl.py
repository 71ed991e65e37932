"""Profit and loss as the API sums it: from the history the core knows, totals in one unit, details in each money."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gunbot_tui.sim.account import Fill
from gunbot_tui.sim.memory import Memory

UNIT = "USDT"
_BREAK_EVEN = 0.01
Span = tuple[float, float]


class Overview:
    """Everything `pnl/overview` says about some pairs; `rate` gives a money's worth in USDT."""

    def __init__(
        self,
        memories: Mapping[str, Memory],
        *,
        zone: ZoneInfo,
        now: float,
        rate: Callable[[str], float],
        span: Span | None,
    ) -> None:
        self._memories = memories
        self._zone = zone
        self._now = now
        self._rates = {memory.listing.money: rate(memory.listing.money) for memory in memories.values()}
        self._span = span or (float("-inf"), float("inf"))

    def to_json(self) -> dict[str, object]:
        today = datetime.fromtimestamp(self._now, self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        start, yesterday = today.timestamp(), (today - timedelta(days=1)).timestamp()
        new_year = today.replace(month=1, day=1)
        last_year = new_year.replace(year=new_year.year - 1)
        end = float("inf")
        return {
            "today": self._sum(start, end) | {"perPair": self._per_pair(start, end)},
            "yesterday": self._sum(yesterday, start),
            "weekAgo": self._sum(self._now - 7 * 86_400, end),
            "monthAgo": self._sum(self._now - 30 * 86_400, end),
            "yearAgo": self._sum(self._now - 365 * 86_400, end)
            | {"perPair": self._per_pair(self._now - 365 * 86_400, end)},
            "total": self._total(),
            "lastYear": self._sum(last_year.timestamp(), new_year.timestamp()),
            "dailyHistory": self._daily(),
            "pnlsPerPair": [
                {"key": key, "pnl": self._pnl(fills)}
                for key, fills in self._chosen()
                if any(fill.closes for fill in fills)
            ],
            "detailedPerPair": [_detail(key, self._memories[key], fills) for key, fills in self._chosen() if fills],
            "unit": UNIT,
        }

    def _chosen(self) -> Iterable[tuple[str, Sequence[Fill]]]:
        since, until = self._span
        for key, memory in self._memories.items():
            yield key, [fill for fill in memory.fills if since <= fill.time_ms / 1000 < until]

    def _pnl(self, fills: Iterable[Fill]) -> float:
        return sum((fill.pnl * self._rates[fill.listing.money] for fill in fills), 0.0)

    def _between(self, memory: Memory, since: float, until: float) -> list[Fill]:
        return [fill for fill in memory.fills if since <= fill.time_ms / 1000 < until]

    def _sum(self, since: float, until: float) -> dict[str, object]:
        return {"pnl": sum(self._pnl(self._between(memory, since, until)) for memory in self._memories.values())}

    def _per_pair(self, since: float, until: float) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, memory in self._memories.items():
            closing = [fill for fill in self._between(memory, since, until) if fill.closes]
            if closing:
                found[key] = {"pnl": self._pnl(closing)}
        return found

    def _total(self) -> dict[str, object]:
        fills = [fill for _, chosen in self._chosen() for fill in chosen]
        sells = [fill for fill in fills if not fill.is_buy]
        buys = [fill for fill in fills if fill.is_buy]
        closing = [fill for fill in fills if fill.closes]
        by_order: dict[str, float] = defaultdict(float)
        for fill in closing:
            by_order[f"{fill.listing.key}/{fill.id}"] += self._pnl([fill])
        winning = sum(pnl >= _BREAK_EVEN for pnl in by_order.values())
        losing = sum(pnl <= -_BREAK_EVEN for pnl in by_order.values())
        pnl = self._pnl(closing)
        return {
            "pnl": pnl,
            "numberOfTrades": len(fills),
            "heroTrade": self._trade(max(closing, key=lambda fill: self._pnl([fill]), default=None)),
            "fuckupTrade": self._trade(min(closing, key=lambda fill: self._pnl([fill]), default=None)),
            "averagePnl": pnl / len(fills) if fills else 0,
            "sellCount": len(sells),
            "buyCount": len(buys),
            "winning": winning,
            "losing": losing,
            "breakeven": len(by_order) - winning - losing,
            "winRate": f"{100 * winning / (winning + losing):.1f}" if winning + losing else "0.0",
            "buyPnl": self._pnl(buys),
            "sellPnl": self._pnl(sells),
            "buyBaseValue": sum(fill.value * self._rates[fill.listing.money] for fill in buys),
            "sellBaseValue": sum(fill.value * self._rates[fill.listing.money] for fill in sells),
        }

    def _trade(self, fill: Fill | None) -> dict[str, object]:
        return {"pnl": self._pnl([fill]), "time": fill.time_ms} if fill else {"pnl": 0, "time": 0}

    def _daily(self) -> list[dict[str, object]]:
        days: dict[str, list[Fill]] = defaultdict(list)
        for _, fills in self._chosen():
            for fill in fills:
                days[datetime.fromtimestamp(fill.time_ms / 1000, self._zone).date().isoformat()].append(fill)
        rows: list[dict[str, object]] = []
        cumulative = invested = 0.0
        for date in sorted(days):
            pnl = self._pnl(days[date])
            volume = sum(fill.cost * self._rates[fill.listing.money] for fill in days[date])
            invested += sum(fill.value * self._rates[fill.listing.money] for fill in days[date] if fill.is_buy)
            cumulative += pnl
            rows.append(
                {
                    "date": date,
                    "numberOfTrades": len(days[date]),
                    "totalVolume": volume,
                    "pnl": pnl,
                    "cumulativePnl": cumulative,
                    "cumulativePnlPercent": 100 * cumulative / invested if invested else 0,
                }
            )
        return rows


def _detail(key: str, memory: Memory, fills: Sequence[Fill]) -> dict[str, object]:
    buys = [fill for fill in fills if fill.is_buy]
    sells = [fill for fill in fills if not fill.is_buy]
    closing = [fill for fill in fills if fill.closes]
    wins, losses = [fill for fill in closing if fill.pnl > 0], [fill for fill in closing if fill.pnl <= 0]
    profit, loss = sum((fill.pnl for fill in wins), 0.0), sum((fill.pnl for fill in losses), 0.0)
    bought = sum((fill.cost for fill in buys), 0.0)
    days = max(1.0, (fills[-1].time_ms - fills[0].time_ms) / 86_400_000)
    return {
        "strategy": memory.listing.strategy,
        "cumulative_pnl": profit + loss,
        "cumulative_profit": profit,
        "cumulative_loss": loss,
        "cumulative_fees": sum(fill.fees for fill in fills),
        "cumulative_costproceed_wins": sum((fill.value for fill in wins), 0.0),
        "cumulative_costproceed_losses": sum((fill.value for fill in losses), 0.0),
        "profit_count": len(wins),
        "loss_count": len(losses),
        "unique_profit_count": _unique(wins),
        "unique_loss_count": _unique(losses),
        "buy_count": len(buys),
        "sell_count": len(sells),
        "unique_buy_count": _unique(buys),
        "unique_sell_count": _unique(sells),
        "cumulative_buy_value": bought,
        "cumulative_sell_value": sum((fill.cost for fill in sells), 0.0),
        "daily_pnl_per_thousand": f"{1000 * (profit + loss) / bought / days if bought else 0:.2f}",
        "unrealized_pnl": memory.unrealised,
        "key": key,
    }


def _unique(fills: Iterable[Fill]) -> int:
    return len({fill.id for fill in fills})
