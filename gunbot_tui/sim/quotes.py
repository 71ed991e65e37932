"""What an exchange says about its markets over 24 hours, and what a money is worth in dollars."""

from collections.abc import Callable

from gunbot_tui.sim.market import Market
from gunbot_tui.sim.world import World

_EURO = 1.0862
_DAY = 86_400


def detail(market: Market, pair: str) -> dict[str, object]:
    """One row of `pairs/detailed`: volume in money, prices and the change in percent as strings."""
    candles = market.candles
    window = candles.window(candles.closed_count, candles.running)[-_DAY // candles.seconds :]
    return {
        "pairName": pair,
        "volume": round(sum(volume * close for *_, close, volume in window), 2),
        "low": f"{min(low for _, _, low, _, _ in window):.10f}",
        "high": f"{max(high for _, high, _, _, _ in window):.10f}",
        "change": f"{change(market):.2f}",
    }


def change(market: Market) -> float:
    """Percent between the price of 24 hours ago and the last one."""
    candles = market.candles
    window = candles.window(candles.closed_count, candles.running)[-_DAY // candles.seconds :]
    return 100 * (market.last / window[0][0] - 1)


def usdt_rate(world: World) -> Callable[[str], float]:
    """Dollars for one unit of a money, by the price the core saw last."""
    bitcoin = world.memory["binance/USDT-BTC"].bid
    return {"USDT": 1.0, "BTC": bitcoin, "EUR": _EURO}.__getitem__
