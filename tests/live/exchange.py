"""A loopback exchange that speaks as much of Binance's public API, spot and futures, as Freqtrade asks for.

It is a process of its own, so that a test can't slow it down. It ends when its starter lets go of its standard input.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.live.market import COINS, MONEY, TIMEFRAMES, Market, coin_of, places, tick

ROOT = Path(__file__).parents[2]
MOST_ROWS = 1_000
FUNDING_SECONDS = 8 * 3_600
FUNDING_RATE = "0.00010000"
NO_EXPIRY = 4_133_404_800_000
"""The delivery date that Binance gives to what is never delivered."""

Json = dict[str, object]


class Exchange:
    """The running exchange, as a test holds it."""

    def __init__(self) -> None:
        argv = [sys.executable, "-m", "tests.live.exchange"]
        self._process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        assert self.url, "the exchange ended at its start"

    def jump(self, pair: str, percent: float) -> None:
        """Move the price of a pair for good, from now on."""
        self._order({"pair": pair, "percent": percent})

    def fail(self, seconds: float, *, only: str = "") -> None:
        """Answer nothing but 503 for a while, `only` to paths with these words in them; 0 ends an outage."""
        self._order({"fail_seconds": seconds, "only": only})

    def price(self, pair: str) -> float:
        """The price of a pair at this moment."""
        answer = httpx.get(f"{self.url}/control", params={"symbol": pair}, trust_env=False)
        return float(answer.raise_for_status().json()["price"])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with self._process:
            pass

    def _order(self, order: Mapping[str, object]) -> None:
        httpx.post(f"{self.url}/control", json=order, trust_env=False).raise_for_status()


@dataclass
class Failing:
    """What is down, and until when."""

    until: float = 0.0
    only: str = ""


class Outage:
    """Answers for the exchange while it is down; its control stays."""

    def __init__(self, app: ASGIApp, now: Failing) -> None:
        self._app = app
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path == "/control" or self._now.only not in path or time.time() >= self._now.until:
            await self._app(scope, receive, send)
            return
        down = JSONResponse({"code": -1001, "msg": "down for a test"}, status_code=503)
        await down(scope, receive, send)


class Endpoints:
    """What the exchange answers; amounts and prices are texts there."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.failing = Failing()

    def routes(self) -> list[Route]:
        """Both families of paths: they differ in the markets and in what only futures have."""
        both = {
            "time": lambda request: {"serverTime": int(time.time() * 1_000)},
            "klines": self._klines,
            "depth": self._depth,
            "ticker/24hr": self._each(self._day),
            "ticker/bookTicker": self._each(self._best),
        }
        futures = {
            "markPriceKlines": self._klines,
            "fundingRate": self._funding,
        }
        return [
            Route("/control", self._control, methods=["GET", "POST"]),
            Route("/api/v3/exchangeInfo", answer(lambda request: self._markets(spot_market))),
            Route("/fapi/v1/exchangeInfo", answer(lambda request: self._markets(futures_market))),
            *(Route(f"/api/v3/{path}", answer(make)) for path, make in both.items()),
            *(Route(f"/fapi/v1/{path}", answer(make)) for path, make in {**both, **futures}.items()),
        ]

    async def _control(self, request: Request) -> Response:
        now = time.time()
        if request.method == "GET":
            return JSONResponse({"price": self._market.price(coin_in(request), now)})
        match await request.json():
            case {"fail_seconds": seconds, "only": only}:
                self.failing.until, self.failing.only = now + seconds, only
            case {"pair": pair, "percent": percent} if coin := coin_of(pair):
                self._market.jump(coin, percent, now)
            case _:
                return JSONResponse({}, status_code=400)
        return JSONResponse({})

    def _text(self, coin: str, ticks: int) -> str:
        return in_text(coin, self._market.price(coin, time.time()) + ticks * tick(coin))

    def _each(self, make: Callable[[str], Json]) -> Callable[[Request], object]:
        """One coin when it is named, else all: that is how Binance's tickers are asked."""

        def answer_one_or_all(request: Request) -> object:
            if "symbol" in request.query_params:
                coin = coin_in(request)
                return {"symbol": coin + MONEY, **make(coin)}
            return [{"symbol": coin + MONEY, **make(coin)} for coin in COINS]

        return answer_one_or_all

    def _best(self, coin: str) -> Json:
        return {
            "bidPrice": self._text(coin, -1),
            "bidQty": "10",
            "askPrice": self._text(coin, 1),
            "askQty": "10",
            "time": int(time.time() * 1_000),
        }

    def _day(self, coin: str) -> Json:
        now = time.time()
        hours = list(self._market.candles(coin, "1h", now - 86_400, now))
        first, last, volume = hours[0].open, hours[-1].close, sum(hour.volume for hour in hours)
        return self._best(coin) | {
            "lastPrice": in_text(coin, last),
            "openPrice": in_text(coin, first),
            "highPrice": in_text(coin, max(hour.high for hour in hours)),
            "lowPrice": in_text(coin, min(hour.low for hour in hours)),
            "priceChange": in_text(coin, last - first),
            "priceChangePercent": f"{(last / first - 1) * 100:.3f}",
            "volume": f"{volume:.4f}",
            "quoteVolume": f"{volume * last:.4f}",
            "openTime": int((now - 86_400) * 1_000),
            "closeTime": int(now * 1_000),
        }

    def _depth(self, request: Request) -> object:
        coin, rows = coin_in(request), min(int(request.query_params.get("limit", 100)), MOST_ROWS)
        price = self._market.price(coin, time.time())
        # A book that is deep enough that no order of the bed moves through it by much.
        amount = f"{5_000 / price:.4f}"
        side = {
            way: [[in_text(coin, price + way * n * tick(coin)), amount] for n in range(1, rows + 1)] for way in (-1, 1)
        }
        bids = [row for row in side[-1] if float(row[0]) > 0]
        return {"lastUpdateId": int(time.time() * 1_000), "bids": bids, "asks": side[1]}

    def _klines(self, request: Request) -> object:
        query, coin, now = request.query_params, coin_in(request), time.time()
        length = TIMEFRAMES[query["interval"]]
        rows = min(int(query.get("limit", 500)), MOST_ROWS)
        until = min(int(query["endTime"]) / 1_000, now) if "endTime" in query else now
        since = int(query["startTime"]) / 1_000 if "startTime" in query else until - rows * length
        until = min(until, since + rows * length)
        return [
            [
                candle.opened_at * 1_000,
                *(in_text(coin, price) for price in candle[1:5]),
                f"{candle.volume:.4f}",
                (candle.opened_at + length) * 1_000 - 1,
                f"{candle.volume * candle.close:.4f}",
            ]
            for candle in self._market.candles(coin, query["interval"], since, until)
        ][-rows:]

    def _funding(self, request: Request) -> object:
        now, coin = time.time(), coin_in(request)
        since = int(request.query_params.get("startTime", (now - 100 * FUNDING_SECONDS) * 1_000)) / 1_000
        first = -int(-since // FUNDING_SECONDS) * FUNDING_SECONDS
        return [
            {"symbol": coin + MONEY, "fundingTime": at * 1_000, "fundingRate": FUNDING_RATE}
            for at in range(first, int(now), FUNDING_SECONDS)
        ][-MOST_ROWS:]

    def _markets(self, market: Callable[[str], Json]) -> Json:
        symbols = [
            {
                "symbol": coin + MONEY,
                "status": "TRADING",
                "baseAsset": coin,
                "quoteAsset": MONEY,
                "baseAssetPrecision": 8,
                "quotePrecision": 8,
                "filters": [
                    {
                        "filterType": "PRICE_FILTER",
                        "minPrice": in_text(coin, tick(coin)),
                        "maxPrice": "1000000",
                        "tickSize": in_text(coin, tick(coin)),
                    },
                    {"filterType": "LOT_SIZE", "minQty": "0.00010000", "maxQty": "9000000", "stepSize": "0.00010000"},
                    {"filterType": "NOTIONAL", "minNotional": "5", "maxNotional": "9000000"},
                ],
                **market(coin),
            }
            for coin in COINS
        ]
        return {"timezone": "UTC", "serverTime": int(time.time() * 1_000), "symbols": symbols}


def spot_market(coin: str) -> Json:
    """What a market says of itself when its coins are bought."""
    return {"isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "permissions": ["SPOT"]}


def futures_market(coin: str) -> Json:
    """What a market says of itself when contracts are bought."""
    return {
        "pair": coin + MONEY,
        "contractType": "PERPETUAL",
        "deliveryDate": NO_EXPIRY,
        "marginAsset": MONEY,
        "pricePrecision": places(coin),
        "quantityPrecision": 4,
    }


def in_text(coin: str, price: float) -> str:
    """A price as the exchange writes it."""
    return f"{price:.{max(places(coin), 0)}f}"


class UnknownSymbolError(Exception):
    """Someone asks for a symbol that is not traded here."""


def coin_in(request: Request) -> str:
    """The coin of the symbol that is asked for.

    Raises:
        UnknownSymbolError: there is none, or it is not traded here.
    """
    coin = coin_of(request.query_params.get("symbol", ""))
    if coin is None:
        raise UnknownSymbolError
    return coin


def refuse(request: Request, error: Exception) -> Response:
    """Binance's answer to a symbol that it does not know."""
    return JSONResponse({"code": -1121, "msg": "Invalid symbol."}, status_code=400)


def answer(make: Callable[[Request], object]) -> Callable[[Request], object]:
    """An endpoint that answers what is made of its request."""

    async def endpoint(request: Request) -> Response:
        return Response(json.dumps(make(request)), media_type="application/json")

    return endpoint


def end_with_starter() -> None:
    """Leave at once when whoever started this process is gone."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


def main() -> None:
    """Serve on a free port of loopback; its address is the first line of the output."""
    endpoints = Endpoints(Market())
    app = Starlette(
        routes=endpoints.routes(),
        middleware=[Middleware(Outage, now=endpoints.failing)],
        exception_handlers={UnknownSymbolError: refuse},
    )
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=end_with_starter, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off")).run(sockets=[listener])


if __name__ == "__main__":
    main()
