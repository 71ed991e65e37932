"""A Freqtrade on every screen of the cockpit: what a real one answered, with candles enough to fill a chart."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from gunbot_tui.backends.freqtrade import adapt_host, wire, wire_candles, wire_host, wire_reports
from gunbot_tui.backends.freqtrade.abilities import capabilities_of
from gunbot_tui.backends.freqtrade.adapt_candles import to_series
from gunbot_tui.backends.freqtrade.adapt_reports import GROUP_SHAPES, to_curve, to_pnl_report, to_results
from gunbot_tui.backends.freqtrade.adapt_trading import to_run_status
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import Folder
from gunbot_tui.model.market import Candle, CandleSeries, Mark, MarkKind, Pair
from gunbot_tui.model.pnl import Grouping, PnlReport
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState, PairStatus
from tests.backends.freqtrade.recorded import recorded
from tests.factories import NOW, make_feed
from tests.freqtrade_day import recorded_bot

BTC, SOL = (Pair("binance", coin, "USDT", f"{coin}/USDT") for coin in ("BTC", "SOL"))
ANSWERS = {
    Grouping.DAYS: "daily",
    Grouping.WEEKS: "weekly",
    Grouping.MONTHS: "monthly",
    Grouping.PAIRS: "performance",
    Grouping.ENTRIES: "entries",
    Grouping.EXITS: "exits",
    Grouping.MIX: "mix_tags",
    Grouping.REASONS: "stats",
}
WARM_UP = 20
"""Candles before a strategy's lines begin."""


def report() -> PnlReport:
    """The recorded report."""
    profit = recorded(wire_reports.ProfitOfSides, "profit_all")
    daily, weekly, monthly = (recorded(wire_reports.Periods, name) for name in ("daily", "weekly", "monthly"))
    groups = recorded(wire_reports.Groups, "performance")
    return to_pnl_report(profit, daily, weekly, monthly, groups, "USDT", "binance")


def series(price: float = 60700, count: int = 200) -> CandleSeries:
    """Candles with the lines that the recorded strategy wishes drawn, which begin after a while and have a hole."""
    size, places = price / 60700, 1 if price > 1000 else 2
    period = timedelta(minutes=1)
    start = NOW.replace(second=0) - period * count
    closes = [
        round(price + size * (260 * math.sin(i / 17) + 60 * math.sin(i / 2.3) + 2.2 * i), places)
        for i in range(count + 1)
    ]
    candles = tuple(
        Candle(
            start + period * i,
            a,
            round(max(a, b) + 17 * size, places),
            round(min(a, b) - 13 * size, places),
            b,
            1.2 + (i * 7 % 11) / 4,
        )
        for i, (a, b) in enumerate(pairwise(closes))
    )
    wished = to_series(
        recorded(wire_candles.CandleTable, "pair_candles"), recorded(wire_candles.PlotConfig, "plot_config")
    )
    values = {
        "ema_fast": tuple(candle.close - 12 * size for candle in candles),
        "ema_slow": tuple(price + size * (180 * math.sin((i - 9) / 17) + 2.1 * i) for i in range(count)),
        "rsi": tuple(50 + 24 * math.sin(i / 9) for i in range(count)),
    }
    known = set(range(WARM_UP, count)) - {count - 44}
    lines = tuple(
        replace(line, values=tuple(value if i in known else None for i, value in enumerate(values[line.name])))
        for line in wished.indicators
    )
    return CandleSeries(period, candles, times_are_given=True, indicators=lines)


def freqtrade_at_work() -> Snapshot:
    """Everything is read, fresh and fine."""
    bot = recorded_bot(pnl=report(), curve=to_curve(recorded(wire_reports.BalanceTable, "historic_balance")))
    source = adapt_host.to_file_text(recorded(wire_host.Strategy, "strategy"))
    feeds: dict[Topic, Feed[object]] = {
        Topic(Kind.RESULTS, grouping): make_feed(
            to_results(grouping, recorded(GROUP_SHAPES[grouping], name)), interval_seconds=60.0
        )
        for grouping, name in ANSWERS.items()
    }
    minute = NOW.replace(second=0)
    signals = (
        Mark(minute - timedelta(minutes=55), MarkKind.ENTRY, "enter long signal rsi_dip"),
        Mark(minute - timedelta(minutes=18), MarkKind.EXIT, "exit long signal rsi_high"),
    )
    feeds[Topic(Kind.PAIRS)] = make_feed(tuple(map(_bought_lately, bot.statuses)))
    for pair, price in ((BTC, 60700.0), (SOL, 133.2)):
        feeds[Topic(Kind.CANDLES, pair.key)] = make_feed(series(price), interval_seconds=60.0)
        feeds[Topic(Kind.MARKS, pair.key)] = make_feed(signals, interval_seconds=60.0)
    feeds[Topic(Kind.CONFIG)] = make_feed(
        adapt_host.to_config_tree(recorded(wire_host.Settings, "show_config")), interval_seconds=300.0
    )
    feeds[Topic(Kind.FILES, Folder.STRATEGY)] = make_feed(
        adapt_host.to_file_list(["CockpitStrategy"]), interval_seconds=60.0
    )
    feeds[Topic(Kind.FILE, f"{Folder.STRATEGY}/CockpitStrategy")] = make_feed(source, interval_seconds=60.0)
    return replace(bot, feeds={**bot.feeds, **feeds})


def _bought_lately(status: PairStatus) -> PairStatus:
    """The trade on SOL filled while its candles are in sight."""
    if status.pair != SOL:
        return status
    (deal,) = status.deals
    orders = tuple(replace(order, filled_at=NOW - timedelta(minutes=52)) for order in deal.orders)
    return replace(status, deals=(replace(deal, orders=orders),))


def webserver() -> Snapshot:
    """A Freqtrade that only serves data."""
    config = recorded(wire.ShowConfig, "web_show_config")
    capabilities = capabilities_of(TradeMode.CONFIRM, config)
    names = ["CockpitStrategy", "SecondStrategy"]
    bot = freqtrade_at_work()
    feeds = {topic: feed for topic, feed in bot.feeds.items() if topic.kind not in capabilities.unread}
    idle = replace(bot.statuses[0], position=None, state=PairState.PAUSED, deals=(), open_orders=())
    pairs = tuple(replace(idle, pair=pair, last_trade=None, targets=()) for pair in (BTC, SOL))
    feeds[Topic(Kind.PAIRS)] = make_feed(pairs, interval_seconds=30.0)
    feeds[Topic(Kind.STATE)] = make_feed(to_run_status(config, wire.Health()), interval_seconds=30.0)
    feeds[Topic(Kind.FILES, Folder.STRATEGY)] = make_feed(adapt_host.to_file_list(names), interval_seconds=60.0)
    return replace(bot, capabilities=capabilities, feeds=feeds)
