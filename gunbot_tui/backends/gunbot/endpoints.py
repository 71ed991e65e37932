"""Gunbot's endpoints, and which may be asked twice.

Gunbot reads by POST as well, so the HTTP verb says nothing: a call is repeatable only when this table says so.
"""

from __future__ import annotations

from gunbot_tui.backends.transport import HEAVY_CAP, HEAVY_READ_SECONDS, MEGABYTE, ORDER_SECONDS, Endpoint
from gunbot_tui.model.files import Folder
from gunbot_tui.model.trading import OrderType, Side


def _get(path: str) -> Endpoint:
    return Endpoint("GET", f"/api/v1/{path}", may_retry=True)


def _ask(path: str) -> Endpoint:
    """A read that Gunbot wants by POST."""
    return Endpoint("POST", f"/api/v1/{path}", may_retry=True)


def _heavy(method: str, path: str) -> Endpoint:
    return Endpoint(method, f"/api/v1/{path}", may_retry=True, deadline_seconds=HEAVY_READ_SECONDS, cap_bytes=HEAVY_CAP)


def _once(path: str) -> Endpoint:
    """Whatever changes something: sent one time at most."""
    return Endpoint("POST", f"/api/v1/{path}", may_retry=False, deadline_seconds=ORDER_SECONDS, cap_bytes=MEGABYTE)


LOGIN = _once("auth/login")
AUTH_STATUS = _get("auth/status")
TIME = _get("time")
BALANCES = _ask("balances")
# Gunbot asks the exchange itself for these.
PAIRS_DETAILED = _heavy("GET", "pairs/detailed")
CONFIG = _heavy("GET", "config/full")
CORE_MEMORY = _heavy("POST", "coremem")
CORE_MEMORY_PAIR = _ask("coremem/raw")
CANDLES = _get("market/candles")
BOOK = _get("market/orderbook")
MARKS = _get("chart/marks")
PNL = _heavy("POST", "pnl/overview")
HISTORY = _heavy("GET", "orders/page/multi")

FILE_LISTS = {
    Folder.STRATEGY: _get("files/strategy"),
    Folder.STATE: _get("files/state"),
    Folder.BACKUP: _ask("files/backup"),
    Folder.VARIABLES: _get("files/acvar"),
}
FILES = {
    Folder.STRATEGY: _ask("files/strategy/get"),
    Folder.STATE: _heavy("POST", "files/state/get"),
    Folder.BACKUP: _heavy("POST", "files/backup/get"),
    Folder.VARIABLES: _ask("files/acvar/get"),
    Folder.EDITOR: _ask("files/custom-editor/get"),
}

START = _once("system/start")
STOP = _once("system/stop")
CANCEL = _once("trade/cancel")
ORDERS = {
    (Side.BUY, OrderType.LIMIT): _once("trade/buy"),
    (Side.SELL, OrderType.LIMIT): _once("trade/sell"),
    (Side.BUY, OrderType.MARKET): _once("trade/buy/market"),
    (Side.SELL, OrderType.MARKET): _once("trade/sell/market"),
    (Side.BUY, OrderType.STOP_LIMIT): _once("trade/buy/stoplimit"),
    (Side.SELL, OrderType.STOP_LIMIT): _once("trade/sell/stoplimit"),
    (Side.BUY, OrderType.TRAILING_STOP): _once("trade/buy/trailingstop"),
    (Side.SELL, OrderType.TRAILING_STOP): _once("trade/sell/trailingstop"),
    (Side.BUY, OrderType.OCO): _once("trade/buy/oco"),
    (Side.SELL, OrderType.OCO): _once("trade/sell/oco"),
}
CLOSES = {
    OrderType.LIMIT: _once("trade/close"),
    OrderType.MARKET: _once("trade/close/market"),
}
