"""One bot at one moment, with enough rows on every screen to look real; the same numbers in every run."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from gunbot_tui.backends.gunbot.backend import UNREAD
from gunbot_tui.model.bot import AuthStatus, ServerClock
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import ConfigEntry, FileList, FileText, Folder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.market import Book, Candle, CandleSeries, DayStats, Mark, MarkKind, Pair
from gunbot_tui.model.pnl import DayPnl, PairPnl, PnlReport
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Balance, HistoryPage, PairState, PairStatus, Position, Side, Target, Trade
from tests.factories import (
    NOW,
    make_balance,
    make_book,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_pnl,
    make_snapshot,
    make_trade,
)

BTC, ETH, XRP, SOL = (make_pair(coin) for coin in ("BTC", "ETH", "XRP", "SOL"))
PRICES = {"BTC": 60975.1, "ETH": 3120.44, "XRP": 0.5621, "SOL": 148.32, "ADA": 0.4417, "DOGE": 0.12873,
          "LINK": 14.022, "DOT": 6.114, "LTC": 84.55, "AVAX": 27.91, "UNI": 7.403, "ATOM": 8.117}  # fmt: skip
HELD = {"BTC": Position(0.0123, 60120.0), "SOL": Position(4.2, 151.07), "ADA": Position(1200.0, 0.4302)}
BIDS = tuple((round(60975.1 - 0.8 * i, 1), round(0.05 + 0.11 * ((i * 7) % 5), 3)) for i in range(24))
ASKS = tuple((round(60975.4 + 0.9 * i, 1), round(0.04 + 0.13 * ((i * 5) % 6), 3)) for i in range(24))
WORKING = make_order(id="357044", price="60940.0", amount="0.0041")
RESTING_SELL = make_order(id="357051", side=Side.SELL, price="61890.5", amount="0.0123")
OURS = make_intent(state=IntentState.WORKING, id="intent-1", order_id="357044", created_at=NOW - timedelta(minutes=5))


def every_pair() -> tuple[PairStatus, ...]:
    """Twelve pairs on one exchange, three of them held, and one on another exchange with the same name."""
    return (*(_status(make_pair(coin)) for coin in PRICES), _status(make_pair("BTC", exchange="bybit")))


def _status(pair: Pair) -> PairStatus:
    price = PRICES[pair.coin]
    held = HELD.get(pair.coin) if pair.exchange == "binance" else None
    status = make_pair_status(
        pair,
        strategy="stepgrid" if len(pair.coin) == 3 else "channelmaestro",
        state=PairState.HOLDING if held else PairState.PAUSED if pair.coin == "LTC" else PairState.WAITING,
        bid=price,
        ask=60975.4 if pair.coin == "BTC" else _ask(price),
        position=held,
        open_orders=(WORKING, RESTING_SELL) if pair == BTC else (),
        last_trade=make_trade(pair, price=price, amount=2.0, at=NOW - timedelta(hours=len(pair.coin))),
    )
    return replace(status, targets=(Target("sell", _like(price, price * 1.015)),), period_minutes=5.0)


def _like(price: float, value: float) -> float:
    """A value with as many decimals as the price."""
    return round(value, len(str(price).partition(".")[2]))


def _ask(price: float) -> float:
    """One step over the bid."""
    return _like(price, price + 10 ** -len(str(price).partition(".")[2]))


def make_history() -> HistoryPage:
    """Thirty trades over four pairs."""
    trades = tuple(_trade(i) for i in range(30))
    return HistoryPage(trades, total=106)


def _trade(i: int) -> Trade:
    pair = (BTC, ETH, SOL, XRP)[i % 4]
    side = Side.SELL if i % 3 == 0 else Side.BUY
    price = _like(PRICES[pair.coin], PRICES[pair.coin] * (1 - 0.001 * i))
    pnl = round(3.1 - 0.4 * i, 2) if side is Side.SELL else None
    return make_trade(pair, str(166132 - i), side, price, 0.25 + i / 100, NOW - timedelta(minutes=31 * i), pnl=pnl)


def _series() -> CandleSeries:
    period = timedelta(minutes=5)
    start = NOW.replace(minute=0, second=0) - period * 120
    closes = [round(60700 + 260 * math.sin(i / 11) + 60 * math.sin(i / 2.3) + 2.2 * i, 1) for i in range(-1, 120)]
    candles = tuple(
        Candle(start + period * i, a, max(a, b) + 17, min(a, b) - 13, b, 1.2 + (i * 7 % 11) / 4)
        for i, (a, b) in enumerate(pairwise(closes))
    )
    return CandleSeries(period, candles, times_are_given=True)


def _marks() -> tuple[Mark, ...]:
    return (
        Mark(NOW - timedelta(minutes=310), MarkKind.BOUGHT, "bought 0.0123 @ 60120.0: price crossed the lower band"),
        Mark(NOW - timedelta(minutes=120), MarkKind.SKIPPED, "sell skipped: gain target not reached"),
        Mark(NOW - timedelta(minutes=22), MarkKind.NOTE, "trailing stop armed at 61020.4"),
    )


def _report() -> PnlReport:
    amounts = [round(6 * math.sin(i * 1.7) + 2.4, 2) for i in range(60)]
    days = tuple(
        DayPnl((NOW - timedelta(days=59 - i)).date(), pnl, round(sum(amounts[: i + 1]), 2), 3 + i % 4, 900.0 + i)
        for i, pnl in enumerate(amounts)
    )
    pairs = tuple(
        PairPnl(make_pair(coin), "stepgrid", 9 + i, 6 + i % 3, 3 - i % 3, 40.2 - 7 * i, -3.1 + i, 0.9, 40.2 - 7 * i)
        for i, coin in enumerate(list(PRICES)[:8])
    )
    return make_pnl(days, pairs)


def _files() -> dict[Topic, Feed[object]]:
    names = {
        Folder.STRATEGY: ("stepgrid.js", "mine.js"),
        Folder.STATE: ("binance-USDT-BTC-state.json", "binance-USDT-ETH-state.json"),
        Folder.BACKUP: ("config-2026-11-20.js",),
        Folder.VARIABLES: (),
        Folder.EDITOR: ("autoconfig.json",),
    }
    lists = {Topic(Kind.FILES, folder.value): make_feed(FileList(folder, found)) for folder, found in names.items()}
    text = FileText(Folder.STRATEGY, "stepgrid.js", ("const step = 1.5", "if (ask < lower) buy()", ""))
    return {**lists, Topic(Kind.FILE, f"{Folder.STRATEGY}/stepgrid.js"): make_feed(text)}


def _entries() -> tuple[ConfigEntry, ...]:
    return (
        ConfigEntry(("ws", "port"), "3000"),
        ConfigEntry(("exchanges", "binance", "key"), "••••••••", is_secret=True),
        ConfigEntry(("exchanges", "binance", "TRADING_FEES"), "0.1"),
        ConfigEntry(("pairs", "binance", "USDT-BTC", "strategy"), "stepgrid"),
        ConfigEntry(("pairs", "binance", "USDT-BTC", "override", "TRADING_LIMIT"), "250"),
        ConfigEntry(("pairs", "binance", "USDT-ETH", "strategy"), "stepgrid"),
        ConfigEntry(("bot", "BOT_ENABLED"), "true"),
    )


def _balances() -> tuple[Balance, ...]:
    return (
        make_balance("USDT", "1204.00", "250.00"),
        make_balance("BTC", "0.0123", "0"),
        make_balance("SOL", "4.2", "0"),
        make_balance("ADA", "1200", "0"),
        make_balance("BNB", "0.31", None),
        make_balance("USDT", "85.5", "0", "bybit"),
    )


def day_at_work(
    *,
    pairs: tuple[PairStatus, ...] | None = None,
    book: Book | None = None,
    intents: tuple[Intent, ...] = (OURS,),
) -> Snapshot:
    """Everything is read, fresh and fine."""
    feeds: dict[Topic, Feed[object]] = {
        Topic(Kind.BOOK, BTC.key): make_feed(book or make_book(BIDS, ASKS), interval_seconds=1.0),
        Topic(Kind.BOOK, ETH.key): make_feed(make_book(((3120.44, 2.1),), ((3120.51, 1.4),)), interval_seconds=1.0),
        Topic(Kind.CANDLES, BTC.key): make_feed(_series(), interval_seconds=5.0),
        Topic(Kind.MARKS, BTC.key): make_feed(_marks()),
        Topic(Kind.HISTORY, "0"): make_feed(make_history(), interval_seconds=10.0),
        Topic(Kind.DAY, "binance"): make_feed(
            {make_pair(coin).key: DayStats(1.84 - i / 2, None, None, 1e7) for i, coin in enumerate(PRICES)},
            interval_seconds=30.0,
        ),
        Topic(Kind.AUTH): make_feed(
            AuthStatus(
                "Authenticated", is_demo=False, is_registered=True, is_two_factor=False,
                expires_at=NOW + timedelta(hours=20),
            ),
            interval_seconds=30.0,
        ),
        Topic(Kind.CLOCK): make_feed(ServerClock(-0.4), interval_seconds=30.0),
        **_files(),
    }  # fmt: skip
    return make_snapshot(
        pairs or every_pair(),
        config=make_config(_entries(), exchanges=("binance", "bybit")),
        balances=_balances(),
        pnl=_report(),
        intents=intents,
        capabilities=Capabilities(unread=UNREAD),
        feeds=feeds,
    )


def with_bid(snapshot: Snapshot, bid: float, *, ask: float | None = None) -> Snapshot:
    """The same moment with BTC at another price, in the book and among the pairs."""
    far = round(bid + 0.3, 1) if ask is None else ask
    pairs = tuple(
        replace(status, bid=bid, ask=far) if status.pair == BTC else status for status in snapshot.pairs.value or ()
    )
    book = make_book(((bid, 0.5), (bid - 1, 0.4)), ((far, 0.5), (far + 1, 0.4)))
    fresh = {Topic(Kind.PAIRS): make_feed(pairs), Topic(Kind.BOOK, BTC.key): make_feed(book, interval_seconds=1.0)}
    return replace(snapshot, feeds={**snapshot.feeds, **fresh})


def unknown_intent() -> Intent:
    """An order of which nobody knows whether it arrived."""
    return make_intent(make_placement(amount="0.002"), IntentState.UNKNOWN, id="intent-2", reason="no answer in 10 s")
