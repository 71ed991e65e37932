"""Chart marks: executed orders in green, skipped steps with their reason in blue, as the strategies leave them.

A mark's `time` is floored to the minute; the exact moment stands in the tooltip before the word `convert`, which the
real web page replaces by a local time.
"""

from collections.abc import Iterable

from gunbot_tui.sim.account import Fill
from gunbot_tui.sim.memory import Memory
from gunbot_tui.sim.trader import Skip

_GREEN, _RED = "rgba(38, 166, 154, 0.8)", "rgba(239, 83, 80, 0.8)"


def marks(memory: Memory, skips: Iterable[Skip], *, since: int, until: int) -> list[dict[str, object]]:
    """All marks of a pair between two epoch seconds, oldest first."""
    found = [_executed(memory, fill) for fill in memory.fills] + [_skipped(memory, skip) for skip in skips]
    inside = [mark for time_ms, mark in found if since <= time_ms / 1000 <= until]
    return sorted(inside, key=lambda mark: (mark["time"], mark["id"]))


def _executed(memory: Memory, fill: Fill) -> tuple[int, dict[str, object]]:
    listing = memory.listing
    rate = f"{fill.rate:.{listing.decimals}f}"
    lines = [
        f"🟩 {fill.time_ms} convert",
        f"{'Buy' if fill.is_buy else 'Sell'} {fill.amount:.8f} {listing.coin}",
        f"@ {rate} {listing.money}",
        f"Total: {fill.cost:.{8 if listing.money == 'BTC' else 3}f} {listing.money}",
    ]
    return fill.time_ms, _mark(memory, fill.serial, fill.time_ms, lines, is_buy=fill.is_buy)


def _skipped(memory: Memory, skip: Skip) -> tuple[int, dict[str, object]]:
    price = f"{skip.price:.{memory.listing.decimals}f}"
    lines = [f"🟦 {skip.time_ms} convert", f"{'Buy' if skip.is_buy else 'Sell'} step skipped {price}: {skip.reason}"]
    return skip.time_ms, _mark(memory, skip.serial, skip.time_ms, lines, is_buy=skip.is_buy)


def _mark(memory: Memory, serial: int, time_ms: int, lines: list[str], *, is_buy: bool) -> dict[str, object]:
    return {
        "exchange": memory.listing.exchange,
        "pair": memory.listing.pair,
        "id": str(serial),
        "time": time_ms // 60_000 * 60,
        "color": _GREEN if is_buy else _RED,
        "label": "▲" if is_buy else "▼",
        "tooltip": ["", *lines],
    }
