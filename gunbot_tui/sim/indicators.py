"""The usual indicators over a pair's candles, named as the ledger names them."""

from collections.abc import Sequence
from statistics import fmean, pstdev

from gunbot_tui.sim.candles import Candle


def indicators(candles: Sequence[Candle]) -> dict[str, object]:
    """The latest value of each indicator."""
    closes = [candle[3] for candle in candles]
    fast, slow = _ema(closes, 12), _ema(closes, 26)
    macd = [a - b for a, b in zip(fast, slow, strict=True)]
    signal = _ema(macd, 9)
    low, high = _band(closes[-20:])
    return {
        "ema1": _ema(closes, 16)[-1],
        "ema2": _ema(closes, 50)[-1],
        "FAST_SMA": fmean(closes[-12:]),
        "SLOW_SMA": fmean(closes[-30:]),
        "lowBB": low,
        "highBB": high,
        "rsi": round(_rsi(closes)[-1], 4),
        "MACD": macd[-1],
        "MACD_SIGNAL": signal[-1],
        "MACD_HISTOGRAM": macd[-1] - signal[-1],
        "atr": fmean(candle[1] - candle[2] for candle in candles[-14:]),
    }


def series(candles: Sequence[Candle]) -> dict[str, list[float]]:
    """One value per candle, for the chart."""
    closes = [candle[3] for candle in candles]
    bands = [_band(closes[max(0, end - 20) : end]) for end in range(1, len(closes) + 1)]
    return {
        "ema1": _ema(closes, 16),
        "ema2": _ema(closes, 50),
        "lowBB": [low for low, _ in bands],
        "highBB": [high for _, high in bands],
        "rsi": _rsi(closes),
    }


def _ema(values: Sequence[float], length: int) -> list[float]:
    weight, average, found = 2 / (length + 1), values[0], []
    for value in values:
        average += weight * (value - average)
        found.append(average)
    return found


def _band(values: Sequence[float]) -> tuple[float, float]:
    middle, width = fmean(values), 2 * pstdev(values)
    return middle - width, middle + width


def _rsi(closes: Sequence[float], length: int = 14) -> list[float]:
    gain = loss = 0.0
    before, found = closes[0], []
    for close in closes:
        change = close - before
        gain += (max(change, 0.0) - gain) / length
        loss += (max(-change, 0.0) - loss) / length
        found.append(100 * gain / (gain + loss) if gain + loss else 50.0)
        before = close
    return found
