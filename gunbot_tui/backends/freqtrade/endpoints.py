"""Freqtrade's endpoints, and which may be asked twice.

Reads are repeatable whatever their HTTP verb. A path with an id in it is made here, out of digits alone.
"""

from __future__ import annotations

from gunbot_tui.backends.transport import HEAVY_CAP, HEAVY_READ_SECONDS, MEGABYTE, ORDER_SECONDS, Endpoint

API = "/api/v1"


def _get(path: str) -> Endpoint:
    return Endpoint("GET", f"{API}/{path}", may_retry=True)


def _ask(path: str) -> Endpoint:
    """A read that takes its question as a body."""
    return Endpoint("POST", f"{API}/{path}", may_retry=True)


def _heavy(method: str, path: str) -> Endpoint:
    return Endpoint(method, f"{API}/{path}", may_retry=True, deadline_seconds=HEAVY_READ_SECONDS, cap_bytes=HEAVY_CAP)


def _once(method: str, path: str) -> Endpoint:
    """Whatever changes something: sent one time at most."""
    return Endpoint(method, f"{API}/{path}", may_retry=False, deadline_seconds=ORDER_SECONDS, cap_bytes=MEGABYTE)


LOGIN = _once("POST", "token/login")
REFRESH = _once("POST", "token/refresh")

PING = _get("ping")
HEALTH = _get("health")
SHOW_CONFIG = _get("show_config")
SYSINFO = _get("sysinfo")
LOGS = _get("logs")

STATUS = _get("status")
TRADES = _heavy("GET", "trades")
BALANCE = _heavy("GET", "balance")
WHITELIST = _get("whitelist")
BLACKLIST = _get("blacklist")
LOCKS = _get("locks")
MARKETS = _heavy("GET", "markets")

PROFIT = _heavy("GET", "profit")
PROFIT_ALL = _heavy("GET", "profit_all")
PERFORMANCE = _get("performance")
ENTRIES = _get("entries")
EXITS = _get("exits")
MIX_TAGS = _get("mix_tags")
STATS = _get("stats")
DAILY = _get("daily")
WEEKLY = _get("weekly")
MONTHLY = _get("monthly")
HISTORIC_BALANCE = _heavy("GET", "historic_balance")

PAIR_CANDLES = _ask("pair_candles")
WHOLE_PAIR_CANDLES = _get("pair_candles")
PAIR_HISTORY = _heavy("POST", "pair_history")
WHOLE_PAIR_HISTORY = _heavy("GET", "pair_history")
PLOT_CONFIG = _get("plot_config")
STRATEGIES = _get("strategies")
AVAILABLE_PAIRS = _get("available_pairs")

START = _once("POST", "start")
STOP = _once("POST", "stop")
# The bot calls it `pause` and `stopbuy` as well.
STOP_ENTRY = _once("POST", "stopentry")
RELOAD_CONFIG = _once("POST", "reload_config")
FORCE_ENTER = _once("POST", "forceenter")
FORCE_EXIT = _once("POST", "forceexit")
ADD_LOCKS = _once("POST", "locks")
DELETE_LOCKS = _once("POST", "locks/delete")
ADD_BLACKLIST = _once("POST", "blacklist")
DELETE_BLACKLIST = _once("DELETE", "blacklist")


def trade(id: int) -> Endpoint:
    """One trade, open or closed."""
    return _get(f"trade/{id}")


def notes(id: int) -> Endpoint:
    """What a strategy keeps about one trade."""
    return _get(f"trades/{id}/custom-data")


def strategy(name: str) -> Endpoint:
    """A strategy's source; the name is a class name."""
    return _get(f"strategy/{name}")


def delete_trade(id: int) -> Endpoint:
    """Forget a trade."""
    return _once("DELETE", f"trades/{id}")


def cancel_open_order(id: int) -> Endpoint:
    """Take the working orders of a trade off the exchange."""
    return _once("DELETE", f"trades/{id}/open-order")


def reload_trade(id: int) -> Endpoint:
    """Read the orders of a trade anew from the exchange."""
    return _once("POST", f"trades/{id}/reload")


def delete_lock(id: int) -> Endpoint:
    """End one lock."""
    return _once("DELETE", f"locks/{id}")
