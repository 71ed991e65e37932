"""The configuration of the Freqtrade that the live tests start."""

from __future__ import annotations

from pathlib import Path

from tests.live.market import COINS, MONEY

USERNAME = "cockpit"
PASSWORD = "a live password"
WS_TOKEN = "a-live-ws-token"
INSIDE = Path(__file__).parent / "inside"
# ccxt knows many addresses of this exchange; each is moved to loopback, so that nothing can be asked of the real one.
FAMILIES = (
    *("public", "private", "v1", "sapi", "sapiV2", "sapiV3", "sapiV4", "papi", "papiV2", "eapiPublic", "eapiPrivate"),
    *("dapiPublic", "dapiPrivate", "dapiPrivateV2", "dapiData", "fapiPublic", "fapiPublicV2", "fapiPublicV3"),
    *("fapiPrivate", "fapiPrivateV2", "fapiPrivateV3", "fapiData"),
)

Json = dict[str, object]


def pairs(*, futures: bool) -> list[str]:
    """The pairs as Freqtrade writes them."""
    return [f"{coin}/{MONEY}:{MONEY}" if futures else f"{coin}/{MONEY}" for coin in COINS]


def settings(folder: Path, exchange_url: str, port: int, *, futures: bool) -> Json:
    """A dry run on the loopback exchange, with the REST API on a port of loopback."""
    addresses = dict.fromkeys(FAMILIES, f"{exchange_url}/absent")
    addresses |= {"public": f"{exchange_url}/api/v3", "fapiPublic": f"{exchange_url}/fapi/v1"}
    ccxt = {
        "enableRateLimit": False,
        "urls": {"api": addresses},
        "options": {"fetchMarkets": {"types": ["linear" if futures else "spot"]}},
    }
    pricing = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
    return {
        "bot_name": "live",
        "dry_run": True,
        "dry_run_wallet": 10_000,
        "db_url": f"sqlite:///{folder / 'trades.sqlite'}",
        "user_data_dir": str(folder / "user_data"),
        "max_open_trades": 30,
        "stake_currency": MONEY,
        "stake_amount": 250,
        "fiat_display_currency": "",
        "trading_mode": "futures" if futures else "spot",
        "margin_mode": "isolated" if futures else "",
        "strategy": "BusyBothWays" if futures else "Busy",
        "strategy_path": str(INSIDE),
        "force_entry_enable": True,
        "position_adjustment_enable": True,
        "cancel_open_orders_on_exit": False,
        "dataformat_ohlcv": "json",
        "initial_state": "running",
        "internals": {"process_throttle_secs": 2},
        "unfilledtimeout": {"entry": 120, "exit": 120, "unit": "minutes"},
        "order_types": {
            "entry": "limit",
            "exit": "limit",
            "force_entry": "market",
            "force_exit": "market",
            "emergency_exit": "market",
            "stoploss": "market",
            "stoploss_on_exchange": False,
        },
        "entry_pricing": pricing,
        "exit_pricing": pricing,
        "exchange": {
            "name": "binance",
            "key": "",
            "secret": "",
            "enable_ws": False,
            "only_from_ccxt": True,
            "ccxt_config": ccxt,
            "pair_whitelist": pairs(futures=futures),
            "pair_blacklist": [f".*(UP|DOWN)/{MONEY}.*"],
        },
        "pairlists": [{"method": "StaticPairList"}],
        # The bot looks this switch of its messages up under this name.
        "apiserver": {"allow_custom_messages": True},
        "api_server": {
            "enabled": True,
            "listen_ip_address": "127.0.0.1",
            "listen_port": port,
            "verbosity": "error",
            "jwt_secret_key": "only-for-the-live-tests-0123456789abcdef",
            "ws_token": WS_TOKEN,
            "CORS_origins": [],
            "username": USERNAME,
            "password": PASSWORD,
        },
    }
