"""One request for every route, and the shape that its answer has by the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tests.sim.simulated import API, KEY, Json, Simulated, encrypted

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
WHOLE: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
DECIMALS: Json = {"type": "string", "pattern": r"^\d+\.\d{8}$"}
SUCCESS: Json = {"const": "success"}


def exactly(**fields: object) -> Json:
    """An object with these keys and no other."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def having(**fields: object) -> Json:
    """An object with at least these keys."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def each(of: Json, *names: str) -> dict[str, object]:
    """Fields of one kind."""
    return dict.fromkeys(names, of)


def listing(of: Json, at_least: int = 1) -> Json:
    return {"type": "array", "items": of, "minItems": at_least}


def mapping(of: Json) -> Json:
    return {"type": "object", "additionalProperties": of, "minProperties": 1}


ORDER_HEAD = {
    "time": {"type": "integer", "minimum": 1_500_000_000_000},
    "pair": TEXT,
    "type": {"enum": ["buy", "sell"]},
    "rate": NUMBER,
    "amount": NUMBER,
}
ORDER: Json = having(
    **ORDER_HEAD,
    id={"type": ["integer", "string"]},
    cost=NUMBER,
    fees=NUMBER,
    baseValue=NUMBER,
    costProceed=NUMBER,
    averagePrice=NUMBER,
    pnlPrice=NUMBER,
    balance=NUMBER,
    baseBalance=NUMBER,
    inventory_cost=NUMBER,
    ABP=NUMBER,
    pnl=NUMBER,
)
OPEN_ORDER: Json = exactly(**ORDER_HEAD, id={"type": ["integer", "string"]})
PAIR_SETTINGS: Json = exactly(strategy=TEXT, enabled=FLAG, override={"type": "object"})
LEDGER: Json = having(
    Ask=NUMBER,
    Bid=NUMBER,
    ABP=NUMBER,
    quoteBalance=NUMBER,
    baseBalance=NUMBER,
    onOrdersBalance=NUMBER,
    ourBaginBase=NUMBER,
    gotBag=FLAG,
    breakEven=NUMBER,
    openOrders=listing(OPEN_ORDER, 0),
    orders={"type": "array", "items": ORDER, "maxItems": 5},
    priceToBuy=NUMBER,
    priceToSell=NUMBER,
    whatstrat=having(PERIOD=WHOLE, TRADING_LIMIT=NUMBER, GAIN=TEXT),
    rsi=NUMBER,
    ema1=NUMBER,
    ema2=NUMBER,
    notifications=listing(exactly(text=TEXT, variant={"enum": ["success", "error", "info"]}), 0),
)
FUTURES: Json = having(
    currentQty=NUMBER,
    currentSide={"enum": ["long", "short", "none"]},
    avgEntryPrice=NUMBER,
    liquidationPrice=NUMBER,
    leverage=NUMBER,
    ROE=NUMBER,
    walletBalance=NUMBER,
    availableMargin=NUMBER,
)
LEVEL: Json = {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}, "minItems": 2, "maxItems": 2}
OHLCV: Json = exactly(**{name: listing(NUMBER) for name in ("open", "high", "low", "close", "volume")})
CONFIG: Json = having(
    pairs=mapping(mapping(PAIR_SETTINGS)),
    strategies=mapping({"type": "object", "minProperties": 60}),
    exchanges=mapping(having(delay=NUMBER, type=TEXT, TRADING_FEES=NUMBER)),
    bot=having(gunthy_wallet=TEXT, TOKEN=TEXT, WATCH_MODE=FLAG),
    ws=having(port=WHOLE),
    GUI=having(start=FLAG, port=WHOLE, authentication=having(login=FLAG, twoFA=FLAG)),
    AutoConfig=having(enabled=FLAG),
)
PNL_PART: Json = having(pnl=NUMBER)
TRADE: Json = exactly(pnl=NUMBER, time=WHOLE)
PNL: Json = exactly(
    today=exactly(pnl=NUMBER, perPair={"type": "object"}),
    yesterday=exactly(pnl=NUMBER),
    weekAgo=exactly(pnl=NUMBER),
    monthAgo=exactly(pnl=NUMBER),
    yearAgo=exactly(pnl=NUMBER, perPair={"type": "object"}),
    total=exactly(
        **each(NUMBER, "pnl", "averagePnl", "buyPnl", "sellPnl", "buyBaseValue", "sellBaseValue"),
        **each(WHOLE, "numberOfTrades", "sellCount", "buyCount", "winning", "losing", "breakeven"),
        **each(TRADE, "heroTrade", "fuckupTrade"),
        winRate={"type": "string", "pattern": r"^\d+\.\d$"},
    ),
    lastYear=exactly(pnl=NUMBER),
    dailyHistory=listing(
        exactly(
            date={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
            numberOfTrades=WHOLE,
            totalVolume=NUMBER,
            pnl=NUMBER,
            cumulativePnl=NUMBER,
            cumulativePnlPercent=NUMBER,
        )
    ),
    pnlsPerPair=listing(exactly(key=TEXT, pnl=NUMBER)),
    detailedPerPair=listing(
        exactly(
            **each(TEXT, "strategy", "key"),
            **each(
                NUMBER,
                "cumulative_pnl",
                "cumulative_profit",
                "cumulative_loss",
                "cumulative_fees",
                "cumulative_costproceed_wins",
                "cumulative_costproceed_losses",
                "cumulative_buy_value",
                "cumulative_sell_value",
                "unrealized_pnl",
            ),
            **each(
                WHOLE,
                "profit_count",
                "loss_count",
                "unique_profit_count",
                "unique_loss_count",
                "buy_count",
                "sell_count",
                "unique_buy_count",
                "unique_sell_count",
            ),
            daily_pnl_per_thousand={"type": "string", "pattern": r"^-?\d+\.\d\d$"},
        )
    ),
    unit={"const": "USDT"},
)
MARK: Json = exactly(
    exchange=TEXT,
    pair=TEXT,
    id={"type": "string", "pattern": r"^\d+$"},
    time={"type": "integer", "multipleOf": 60},
    color={"type": "string", "pattern": "^rgba"},
    label=TEXT,
    tooltip=listing(TEXT, 2),
)
FILES: Json = exactly(status=SUCCESS, result=listing(TEXT))
SENT: Json = {"const": {"status": "success", "message": "Order sent"}}
PAIR = {"exchange": "binance", "pair": "USDT-BTC"}
AMOUNT = {"exch": "binance", "pair": "USDT-BTC", "amt": 0.0005}
CLOSE = {"exch": "bybit", "pair": "USDT-BTC-LONG", "amt": 0.0001}
ORDER_BODY = {"data": AMOUNT | {"price": 50000}}
MARKET_BODY = {"data": AMOUNT}


@dataclass(frozen=True)
class Example:
    """One request and the shape of its answer."""

    method: str
    path: str
    shape: Json
    body: Mapping[str, object] | None = None
    query: Mapping[str, str | list[str]] = field(default_factory=dict)

    async def ask(self, bot: Simulated) -> httpx.Response:
        return await bot.http.request(self.method, API + self.path, params=dict(self.query), json=self.body)


LOGIN = {"password": encrypted("gunbot", "0x0123456789abcdef0123456789abcdef01234567")}
MARKS_QUERY = PAIR | {"interval": "15", "startTime": "0", "endTime": "2114377200"}
EXAMPLES = [
    Example(
        "POST", "/auth/login", exactly(status=SUCCESS, token={"type": "string", "pattern": r"^eyJ.+\..+\..+$"}), LOGIN
    ),
    Example(
        "GET",
        "/auth/status",
        exactly(
            code={"const": 200},
            isDemo=FLAG,
            isRegistered={"const": True},
            isTwoFA=FLAG,
            metamask=FLAG,
            status=SUCCESS,
            message={"const": "Authenticated"},
        ),
    ),
    Example("GET", "/time", exactly(serverTime=WHOLE)),
    Example(
        "POST",
        "/balances",
        listing(exactly(Asset=TEXT, Exchange=TEXT, **{"Available Qty": DECIMALS, "On Order": DECIMALS})),
        {},
    ),
    Example("GET", "/pairs", exactly(status=SUCCESS, pairList=listing(TEXT)), query={"exchange": "binance#3"}),
    Example(
        "GET",
        "/pairs/detailed",
        exactly(
            status=SUCCESS,
            pairList=mapping(
                listing(
                    exactly(
                        pairName=TEXT,
                        volume=NUMBER,
                        low={"type": "string", "pattern": r"^\d+\.\d{10}$"},
                        high={"type": "string", "pattern": r"^\d+\.\d{10}$"},
                        change={"type": "string", "pattern": r"^-?\d+\.\d\d$"},
                    )
                )
            ),
        ),
        query={"exchange": "binance"},
    ),
    Example("GET", "/config/full", exactly(status=SUCCESS, config=CONFIG)),
    Example("POST", "/coremem", exactly(config=mapping(mapping(PAIR_SETTINGS)), memory=mapping(LEDGER)), {}),
    Example("POST", "/coremem/single", LEDGER, PAIR),
    Example("POST", "/coremem/single", FUTURES, {"exchange": "bybit", "pair": "USDT-BTC-LONG"}),
    Example("POST", "/coremem/raw", exactly(ABP=NUMBER, Bid=NUMBER), PAIR | {"elements": ["ABP", "Bid", "nonsense"]}),
    Example("POST", "/coremem/raw", having(orders=listing(ORDER), candles=OHLCV, orderbook={"type": "object"}), PAIR),
    Example("POST", "/coremem/raw", having(orders=listing(ORDER), candles=OHLCV), PAIR | {"elements": []}),
    Example("GET", "/market/candles", exactly(data=OHLCV), query={"key": KEY}),
    Example(
        "GET",
        "/market/orderbook",
        exactly(data=exactly(ask=listing(LEVEL, 10), bid=listing(LEVEL, 10))),
        query={"key": KEY},
    ),
    Example(
        "POST",
        "/chart/data",
        having(
            candles=having(timestamp=listing(WHOLE), open=listing(NUMBER), close=listing(NUMBER)),
            indicators=mapping(listing(NUMBER, 300)),
        ),
        PAIR,
    ),
    Example("GET", "/chart/marks", listing(MARK), query=MARKS_QUERY),
    Example("POST", "/pnl/overview", PNL, {"timezone": "Europe/Amsterdam", "keys": ["All"]}),
    Example("POST", "/pnl/overview", PNL, {"timezone": "UTC", "keys": ["binance/BTC-ADA"]}),
    Example("GET", "/orders", exactly(data=listing(ORDER)), query={"key": KEY}),
    Example(
        "GET",
        "/orders/page",
        exactly(total=WHOLE, page={"const": 0}, data={"type": "array", "items": ORDER, "minItems": 3, "maxItems": 3}),
        query={"key": KEY, "page": "0", "pageSize": "3"},
    ),
    Example(
        "GET",
        "/orders/page/multi",
        exactly(total=WHOLE, totalCount=WHOLE, page={"const": 1}, data=listing(ORDER)),
        query={"keys[]": [KEY, "binance#3/USDT-ETH"], "page": "1", "pageSize": "10"},
    ),
    Example("GET", "/files/acvar", FILES),
    Example(
        "POST",
        "/files/acvar/get",
        exactly(this={"const": 0.1855499735435755}, pnd={"const": False}),
        {"filename": "autoconfig-variables.json"},
    ),
    Example("POST", "/files/backup", FILES, {}),
    Example("POST", "/files/backup/get", {"const": {}}, {"filename": "config.js.0"}),
    Example("POST", "/files/custom-editor/get", TEXT, {}),
    Example("GET", "/files/state", FILES),
    Example(
        "POST",
        "/files/state/get",
        having(orders=listing(ORDER), balances=mapping(NUMBER), Bid=NUMBER),
        {"filename": "binance-USDT-XRP-state.json"},
    ),
    Example("GET", "/files/strategy", FILES),
    Example("POST", "/files/strategy/get", TEXT, {"filename": "trend.js"}),
    Example("POST", "/system/start", CONFIG, {}),
    Example("POST", "/system/stop", CONFIG, {}),
    Example("POST", "/trade/buy", SENT, ORDER_BODY),
    Example("POST", "/trade/sell", SENT, ORDER_BODY),
    Example("POST", "/trade/buy/market", SENT, MARKET_BODY),
    Example("POST", "/trade/sell/market", SENT, MARKET_BODY),
    *(
        Example("POST", f"/trade/{side}/{kind}", SENT, {"data": AMOUNT | fields})
        for side in ("buy", "sell")
        for kind, fields in (
            ("stoplimit", {"stopPrice": 61000, "limitPrice": 61100}),
            ("trailingstop", {"price": 60900, "stopPrice": 61000}),
            ("oco", {"price": 50000, "stopPrice": 61000, "limit": 61100}),
        )
    ),
    Example("POST", "/trade/close", SENT, {"data": CLOSE | {"price": 60000}}),
    Example("POST", "/trade/close/market", SENT, {"data": CLOSE}),
    Example(
        "POST", "/trade/cancel", SENT, {"data": PAIR | {"exch": "binance", "id": "1", "price": 5.0, "type": "limit"}}
    ),
]
