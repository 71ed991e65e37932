"""The files beside the bot: AutoConfig variables, backups, strategies, the editor's text; state files are ledgers."""

from collections.abc import Mapping

ACVAR: Mapping[str, dict[str, object]] = {
    "autoconfig-pairVariables.json": {"binance/USDT-PEPE": {"lastScan": "rising", "rank": 3}},
    "autoconfig-variables.json": {"this": 0.1855499735435755, "pnd": False},
}

_AUTOCONFIG: dict[str, object] = {
    "manageOverrides_binance": {
        "enabled": True,
        "type": "manageOverrides",
        "schedule": "*/15 * * * *",
        "pairs": {"exclude": "UP,DOWN,1L,2L,3L,1S,2S,3S", "include": "USDT-", "exchange": "binances", "maxPairs": 6},
        "filters": {"volume": {"type": "minVolume24h", "min": 1500000}},
        "overrides": {"TRADING_LIMIT": 80},
        "clearOverrides": False,
    }
}

STRATEGIES: Mapping[str, str] = {
    "ema-rsi-gain-sl_strategy.js": """// Buys when the fast average is above the slow one and RSI is low.
const { Bid, ABP, rsi, ema1, ema2, quoteBalance } = gb.data.pairLedger;
const gain = 1.5, stop = 6;

if (ema1 > ema2 && rsi < 35) {
  gb.method.buyMarket(gb.data.pairLedger.whatstrat.TRADING_LIMIT / Bid, gb.data.pairName, gb.data.exchangeName);
} else if (quoteBalance > 0 && (Bid > ABP * (1 + gain / 100) || Bid < ABP * (1 - stop / 100))) {
  gb.method.sellMarket(quoteBalance, gb.data.pairName, gb.data.exchangeName);
}
""",
    "stoch-supports_strategy.js": """// Waits for a stochastic cross near a support.
const store = gb.data.pairLedger.customStratStore || {};
store.cross = gb.data.stochK > gb.data.stochD;
gb.data.pairLedger.customStratStore = store;
""",
    "trend.js": """// Follows the trend of two averages and says in the side bar what it sees.
const up = gb.data.ema1 > gb.data.ema2;
gb.data.pairLedger.sidebarExtras = [{ label: "Regime", value: up ? "trend" : "range" }];
""",
}

EDITOR = """// The custom strategy editor keeps its text here.
gb.method.setTimeScaleMark(gb.data.pairName, gb.data.exchangeName, "editor opened");
"""

_BACKUP_AGES_HOURS = (2, 9, 26, 50, 75, 121, 168, 240, 337, 480, 700, 1003)


def backups(started_at: float, config: dict[str, object]) -> dict[str, dict[str, object]]:
    """Name to content; the number in a name is when it was written, in ms. Older configurations differ a little."""
    found: dict[str, dict[str, object]] = {}
    for index, age in enumerate(_BACKUP_AGES_HOURS):
        stamp = int((started_at - age * 3600) * 1000)
        if index % 3 == 2:
            found[f"autoconfig.json.{stamp}"] = _AUTOCONFIG
        else:
            found[f"config.js.{stamp}"] = _older(config, index + 1)
    return found


def _older(config: dict[str, object], index: int) -> dict[str, object]:
    bot = config["bot"]
    if not isinstance(bot, dict):
        return config
    return config | {
        "bot": bot | {"BOT_DELAY": 2 + index % 4, "VERBOSE": index % 2 == 0, "timeout_buy": 59000 - 1000 * index}
    }
