"""config.js: pairs, strategies with their many flat parameters, exchanges and secrets that look real and open nothing.

As in configs that a web page has saved, numbers are now and then strings.
"""

from collections.abc import Iterable

from gunbot_tui.sim.candles import LENGTH
from gunbot_tui.sim.catalogue import Listing

_COMMON: dict[str, object] = {
    "BUY_ENABLED": True,
    "SELL_ENABLED": True,
    "STOP_AFTER_SELL": False,
    "TRADING_LIMIT": 80,
    "TL_MULTIPLIER": "1",
    "TL_PERC": 0,
    "MAX_BUY_COUNT": "8",
    "MIN_VOLUME_TO_SELL": 8,
    "MIN_VOLUME_TO_BUY": 8,
    "FUNDS_RESERVE": "0",
    "GAIN": "2.2",
    "GAIN_PARTIAL": "0.4",
    "STOP_LIMIT": "99999",
    "USE_STOP_AFTER_NEXT_SELL": False,
    "COUNT_SELL": 9999,
    "PANIC_SELL": False,
    "DOUBLE_UP": False,
    "DOUBLE_UP_CAP": 1,
    "DU_BUYDOWN": 2,
    "DU_CAP_COUNT": 0,
    "DU_METHOD": "HIGHBB",
    "PERIOD": 5,
    "PERIOD_MEDIUM": 15,
    "PERIOD_LONG": 60,
    "CANDLES_LENGTH": LENGTH,
    "EMA1": "16",
    "EMA2": "50",
    "EMA_LEVEL": 1,
    "SLOW_SMA": 30,
    "FAST_SMA": 12,
    "SMAPERIOD": 50,
    "STDV": 2,
    "LOW_BB": 40,
    "HIGH_BB": 40,
    "ATRX": 0.5,
    "ATR_PERIOD": "14",
    "ADX_ENABLED": False,
    "ADX_LEVEL": 25,
    "DI_PERIOD": 14,
    "RSI_METHOD": "oscillator",
    "RSI_LENGTH": 14,
    "RSI_BUY_ENABLED": False,
    "RSI_BUY_LEVEL": 30,
    "RSI_SELL_ENABLED": False,
    "RSI_SELL_LEVEL": 70,
    "MACD_SHORT": 12,
    "MACD_LONG": 26,
    "MACD_SIGNAL": 9,
    "MFI_ENABLED": False,
    "MFI_LENGTH": 14,
    "MFI_BUY_LEVEL": 30,
    "MFI_SELL_LEVEL": 70,
    "STOCH_ENABLED": False,
    "STOCH_K": 14,
    "STOCH_D": 3,
    "ICHIMOKU_ENABLED": False,
    "TENKAN_PERIOD": 9,
    "KIJUN_PERIOD": 26,
    "SUPPORT_RESISTANCE": True,
    "TREND_BLOCK_BUY": True,
    "TREND_BLOCK_SELL": False,
    "IGNORE_TRADES_BEFORE": 0,
    "MAKER_FEES": False,
    "unit_cost": True,
}

STRATEGIES: dict[str, dict[str, object]] = {
    "stepgrid": _COMMON
    | {
        "BUY_METHOD": "stepgrid",
        "SELL_METHOD": "stepgrid",
        "AUTO_STEP_SIZE": True,
        "STEP_SIZE": "500",
        "TREND_SYNC": True,
    },
    "channelmaestro": _COMMON
    | {"BUY_METHOD": "channelmaestro", "SELL_METHOD": "channelmaestro", "KELTNER_PERIOD": "20", "KELTNER_MULT": 1.5},
    "emotionless": _COMMON
    | {"BUY_METHOD": "emotionless", "SELL_METHOD": "emotionless", "BUY_LEVEL": "1.5", "SELL_LEVEL": 1.5},
    "futuresgrid": _COMMON
    | {"BUY_METHOD": "futuresgrid", "SELL_METHOD": "futuresgrid", "LEVERAGE": "10", "ROE": 2, "DIRECTION": "LONG"},
    "custom": _COMMON | {"BUY_METHOD": "custom", "SELL_METHOD": "custom", "STRAT_FILENAME": "trend.js"},
}


def override(listing: Listing) -> dict[str, object]:
    found: dict[str, object] = {"TRADING_LIMIT": listing.limit, "PERIOD": listing.period}
    if listing.strategy == "stepgrid":
        found["GAIN"] = "3"
    if listing.is_short:
        found["DIRECTION"] = "SHORT"
    if listing.strategy == "channelmaestro":
        found |= {"ADX_ENABLED": False, "ADX_LEVEL": 25, "ATRX": 0.5, "ATR_PERIOD": "14"}
    return found


def merged_strategy(listing: Listing) -> dict[str, object]:
    """The parameters a pair really runs with: its strategy's, and its own over them."""
    return STRATEGIES[listing.strategy] | override(listing)


def pair_settings(listings: Iterable[Listing]) -> dict[str, dict[str, object]]:
    pairs: dict[str, dict[str, object]] = {}
    for listing in listings:
        pairs.setdefault(listing.exchange, {})[listing.pair] = {
            "strategy": listing.strategy,
            "enabled": listing.is_enabled,
            "override": override(listing),
        }
    return pairs


def config(
    listings: Iterable[Listing], delays: dict[str, float], *, wallet: str, is_running: bool
) -> dict[str, object]:
    """The whole configuration, secrets included, as `config/full` returns it."""
    return {
        "pairs": pair_settings(listings),
        "strategies": STRATEGIES,
        "exchanges": {name: _exchange(name, delay) for name, delay in delays.items()},
        "bot": {
            "gunthy_wallet": wallet,
            "WATCH_MODE": False,
            "VERBOSE": True,
            "debug": False,
            "BOT_DELAY": 2,
            "BOT_CCLEAN": 12,
            "json_output": "./json",
            "LOGS": True,
            "LOG_SIZE": "50m",
            "INSTANCE_NAME": "simulated",
            "TELEGRAM_ENABLED": False,
            "TOKEN": "0000000000:AAsimulatedTelegramTokenDoesNotWork",
            "chat_id": "1000001",
            "admin_id": "1000001",
            "timeout_buy": 59000,
            "timeout_sell": 60000,
            "CANCEL_ORDERS_ENABLED": False,
        },
        "ws": {"port": 5001, "clientport": 3000, "hostname": "127.0.0.1"},
        "GUI": {
            "enabled": True,
            "start": is_running,
            "detached": False,
            "port": 3000,
            "https": False,
            "key": "localhost.key",
            "cert": "localhost.crt",
            "networktraffic": False,
            "authentication": {"login": True, "twoFA": False},
            "notifications": {"trade": True, "callback": False, "error": True},
            "demo": False,
        },
        "AutoConfig": {"enabled": True},
        "imap_listener": {"enabled": False, "user": "bot@example.com", "password": "simulatedMailPassword"},
    }


def without_private_keys(whole: dict[str, object]) -> dict[str, object]:
    """The configuration as starting and stopping the core return it."""
    exchanges = whole["exchanges"]
    if not isinstance(exchanges, dict):
        return whole
    hidden = {"key", "secret", "masterkey", "mastersecret", "passphrase"}
    return whole | {
        "exchanges": {
            name: {field: value for field, value in slot.items() if field not in hidden}
            for name, slot in exchanges.items()
        }
    }


def _exchange(name: str, delay: float) -> dict[str, object]:
    slot: dict[str, object] = {
        "masterkey": f"simulatedMasterKey{name}",
        "mastersecret": "ENC:c2ltdWxhdGVkTWFzdGVyU2VjcmV0",
        "key": f"simulatedKey{name}",
        "secret": "ENC:c2ltdWxhdGVkU2VjcmV0",
        "delay": delay,
        "type": name.split("#")[0],
        "TRADING_FEES": 0.1,
        "isEncrypted": True,
    }
    if name == "bybit":
        slot["testnet"] = False
    return slot
