"""What reading costs, what is kept between readings, and every call of the API with what a real bot answered."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import BaseModel

from gunbot_tui.backends.errors import Rejected, Unexpected
from gunbot_tui.backends.freqtrade.client import Client
from gunbot_tui.backends.transport import Transport
from gunbot_tui.model.bot import ServerClock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import FileList
from gunbot_tui.model.market import CandleSeries, Markets
from gunbot_tui.model.pnl import Grouping, PnlReport
from gunbot_tui.model.secret import Secret
from gunbot_tui.model.trading import PairStatus
from tests.backends.freqtrade.replay import (
    DATE,
    LTC,
    PASSWORD,
    USERNAME,
    connected,
    make_backend,
    recording,
    replay,
    scripts,
    web_scripts,
)
from tests.backends.wire_server import Reply, Request, WireServer, raw, says
from tests.factories import NOW

BTC = "binance/BTC/USDT"
CALLS: list[tuple[str, str, Callable[[Client], Awaitable[object]]]] = [
    ("health", "health", lambda client: client.health()),
    ("show_config", "settings", lambda client: client.settings()),
    ("sysinfo", "sysinfo", lambda client: client.sysinfo()),
    ("logs?limit=5", "logs", lambda client: client.logs(5)),
    ("status", "status", lambda client: client.status()),
    (
        "trades?limit=3&offset=6&order_by_id=false",
        "trades",
        lambda client: client.trades(offset=6, limit=3),
    ),
    ("trade/141", "trade", lambda client: client.trade(141)),
    ("trades/141/custom-data", "notes", lambda client: client.notes(141)),
    ("balance", "balance", lambda client: client.balance()),
    ("whitelist", "whitelist", lambda client: client.whitelist()),
    ("blacklist", "blacklist", lambda client: client.blacklist()),
    ("locks", "locks", lambda client: client.locks()),
    ("markets?quote=USDT&include_inactive=true", "markets", lambda client: client.markets("USDT")),
    ("profit", "profit", lambda client: client.profit()),
    ("profit_all", "profit_all", lambda client: client.profit_all()),
    ("performance", "performance", lambda client: client.performance()),
    ("entries", "entries", lambda client: client.entries()),
    ("exits", "exits", lambda client: client.exits()),
    ("mix_tags", "mix_tags", lambda client: client.mix_tags()),
    ("stats", "stats", lambda client: client.stats()),
    ("daily?timescale=14", "daily", lambda client: client.daily(14)),
    ("weekly?timescale=4", "weekly", lambda client: client.weekly(4)),
    ("monthly?timescale=3", "monthly", lambda client: client.monthly(3)),
    ("historic_balance", "historic_balance", lambda client: client.historic_balance()),
    ("pair_candles", "pair_candles", lambda client: client.pair_candles("BTC/USDT", "1m", 20, ["rsi"])),
    ("plot_config", "plot_config", lambda client: client.plot_config()),
    ("strategy/CockpitStrategy", "strategy", lambda client: client.strategy("CockpitStrategy")),
]
WEB_CALLS: list[tuple[str, str, Callable[[Client], Awaitable[object]]]] = [
    ("strategies", "strategies", lambda client: client.strategies()),
    ("available_pairs?timeframe=1m", "available_pairs", lambda client: client.available_pairs("1m")),
    ("pair_history", "pair_history", lambda client: client.pair_history("BTC/USDT", "1m", "1-", "S", ["rsi"])),
]


@pytest.mark.parametrize(
    ("target", "call"), [call[::2] for call in CALLS + WEB_CALLS], ids=[c[1] for c in CALLS + WEB_CALLS]
)
async def test_every_call_reads_what_a_real_bot_answers(
    target: str, call: Callable[[Client], Awaitable[object]]
) -> None:
    is_web = any(target == known for known, *_ in WEB_CALLS)
    async with WireServer(scripts=web_scripts() if is_web else scripts()) as server:
        transport = Transport(server.url)
        client = Client(transport, username=USERNAME, password=Secret(PASSWORD), clock=lambda: NOW)
        answer = await call(client)
        assert server.seen[-1].target == f"/api/v1/{target}"
        assert isinstance(answer, BaseModel)
        assert answer.model_fields_set
        await client.close()


async def test_the_clock_is_the_servers_and_needs_no_login(server: WireServer) -> None:
    async with connected(server) as backend:
        clock = await backend.read(Topic(Kind.CLOCK))
        assert clock == ServerClock(3.5, exact_to_seconds=1.0)
        assert "authorization" not in server.last("ping").headers
        server.scripts["ping"] = says({"status": "pong"})
        with pytest.raises(Unexpected, match="when it was made"):
            await backend.read(Topic(Kind.CLOCK))
        server.scripts["ping"] = raw(b'{"status":"pong"}', Date="Fri, 31 Dec 9999 23:59:58 GMT")
        with pytest.raises(Unexpected, match="when it was made"):
            await backend.read(Topic(Kind.CLOCK))
        server.scripts["ping"] = raw(b'"pong"', Date=DATE)
        with pytest.raises(Unexpected):
            await backend.read(Topic(Kind.CLOCK))


async def test_reading_the_pairs_again_costs_one_request(server: WireServer) -> None:
    async with connected(server) as backend:
        first = await backend.read(Topic(Kind.PAIRS))
        asked = len(server.seen)
        assert await backend.read(Topic(Kind.PAIRS)) == first
        assert [request.path for request in server.seen[asked:]] == ["status"]


async def test_the_markets_are_those_of_the_money_that_the_bot_stakes(server: WireServer) -> None:
    async with connected(server) as backend:
        found = await backend.read(Topic(Kind.MARKETS))
        assert isinstance(found, Markets)
        assert (found.exchange, found.money) == ("binance", "USDT")
        assert LTC in found.pairs
        assert server.last("markets").target.endswith("?quote=USDT&include_inactive=true")


async def test_an_older_bot_without_markets_is_asked_for_nothing_else_instead(server: WireServer) -> None:
    server.scripts["markets"] = says({"detail": "Not Found"}, 404)
    async with connected(server) as backend:
        with pytest.raises(Rejected, match="older version"):
            await backend.read(Topic(Kind.MARKETS))
        assert server.seen[-1].path == "markets"


async def test_candles_and_signals_of_a_pair_are_one_request(server: WireServer) -> None:
    async with connected(server) as backend:
        series = await backend.read(Topic(Kind.CANDLES, BTC))
        assert isinstance(series, CandleSeries)
        assert isinstance(await backend.read(Topic(Kind.MARKS, BTC)), tuple)
        assert server.count("pair_candles") == 1
        assert json.loads(server.last("pair_candles").body) == {
            "pair": "BTC/USDT",
            "timeframe": "1m",
            "limit": 500,
            "columns": ["ema_fast", "ema_slow", "enter_tag", "exit_tag", "rsi"],
        }
        with pytest.raises(Rejected):
            await backend.read(Topic(Kind.CANDLES, "binance/BTC USDT"))


@pytest.mark.parametrize("call", ["pair_candles", "pair_history"])
async def test_a_version_that_cannot_choose_columns_sends_them_all(call: str) -> None:
    answers = web_scripts() if call == "pair_history" else scripts()
    name = "web_pair_history" if call == "pair_history" else call

    def reply(request: Request) -> Reply:
        return replay(name) if request.method == "GET" else says({"detail": "Method Not Allowed"}, 405)

    async with WireServer(scripts={**answers, call: reply}) as server, connected(server) as backend:
        series = await backend.read(Topic(Kind.CANDLES, BTC))
        assert isinstance(series, CandleSeries)
        assert {line.name for line in series.indicators} == {"ema_fast", "ema_slow", "rsi"}
        assert dict(server.last(call).params)["pair"] == "BTC/USDT"


async def test_the_close_of_the_newest_candle_is_the_last_price_of_a_pair_without_a_trade(server: WireServer) -> None:
    async with connected(server) as backend:
        before = await backend.read(Topic(Kind.PAIRS))
        series = await backend.read(Topic(Kind.CANDLES, BTC))
        after = await backend.read(Topic(Kind.PAIRS))
    assert isinstance(before, tuple)
    assert isinstance(series, CandleSeries)
    assert isinstance(after, tuple)
    assert (before[0].pair.key, before[0].last, before[0].last_at) == (BTC, None, None)
    newest = series.candles[-1]
    assert (after[0].last, after[0].last_at) == (newest.close, newest.opened_at + series.period)


async def test_the_reports_of_closed_trades_are_read_again_when_a_trade_has_closed(server: WireServer) -> None:
    profit = recording("profit")
    async with connected(server) as backend:
        for _ in range(3):
            assert isinstance(await backend.read(Topic(Kind.PNL)), PnlReport)
        assert (server.count("profit"), server.count("daily"), server.count("performance")) == (3, 1, 1)
        server.scripts["profit"] = says({**profit, "closed_trade_count": profit["closed_trade_count"] + 1})
        await backend.read(Topic(Kind.PNL))
        assert server.count("daily") == 2


async def test_a_trade_that_closes_changes_the_present_day_alone(server: WireServer) -> None:
    profit, daily = recording("profit"), recording("daily")
    async with connected(server) as backend:
        before = await backend.read(Topic(Kind.PNL))
        server.scripts["profit"] = says({**profit, "closed_trade_count": profit["closed_trade_count"] + 1})
        server.scripts["daily"] = says({**daily, "data": [{**daily["data"][0], "abs_profit": 7.5}]})
        after = await backend.read(Topic(Kind.PNL))
    assert dict(server.last("daily").params)["timescale"] == "1"
    assert isinstance(before, PnlReport)
    assert isinstance(after, PnlReport)
    assert (after.today, after.days[-1].pnl) == (7.5, 7.5)
    assert after.days[:-1] == before.days[:-1]
    assert after.yesterday == before.yesterday


async def test_a_trade_that_was_deleted_may_change_any_day(server: WireServer) -> None:
    profit = recording("profit")
    async with connected(server) as backend:
        await backend.read(Topic(Kind.PNL))
        server.scripts["profit"] = says({**profit, "closed_trade_count": profit["closed_trade_count"] - 1})
        await backend.read(Topic(Kind.PNL))
    assert int(dict(server.last("daily").params)["timescale"]) > 1


async def test_the_reports_are_read_again_until_the_bots_own_day_has_come(server: WireServer) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    daily = recording("daily")
    backend = make_backend(server.url, clock=lambda: midnight)
    await backend.connect()
    for _ in range(2):
        report = await backend.read(Topic(Kind.PNL))
        assert isinstance(report, PnlReport)
        assert report.days[-1].day == date(2026, 11, 21)
    assert server.count("daily") == 2
    server.scripts["daily"] = says({**daily, "data": [{**daily["data"][0], "date": "2026-11-22"}, *daily["data"]]})
    for _ in range(3):
        report = await backend.read(Topic(Kind.PNL))
    assert isinstance(report, PnlReport)
    assert report.days[-1].day == date(2026, 11, 22)
    assert server.count("daily") == 3
    await backend.close()


async def test_where_shorts_are_possible_the_result_is_asked_for_by_side(server: WireServer) -> None:
    server.scripts["show_config"] = says({**recording("show_config"), "short_allowed": True})
    async with connected(server) as backend:
        await backend.read(Topic(Kind.PNL))
        assert (server.count("profit"), server.count("profit_all")) == (0, 1)


@pytest.mark.parametrize("grouping", Grouping)
async def test_every_grouping_is_read(server: WireServer, grouping: Grouping) -> None:
    async with connected(server) as backend:
        assert await backend.read(Topic(Kind.RESULTS, grouping))


async def test_only_the_strategy_that_trades_is_listed_and_only_strategies(server: WireServer) -> None:
    async with connected(server) as backend:
        listed = await backend.read(Topic(Kind.FILES, "strategies"))
        assert isinstance(listed, FileList)
        assert listed.names == ("CockpitStrategy",)
        with pytest.raises(Rejected, match="no backups"):
            await backend.read(Topic(Kind.FILES, "backups"))
        with pytest.raises(Rejected, match="no strategy has such a name"):
            await backend.read(Topic(Kind.FILE, "strategies/../config"))


async def test_a_web_server_shows_stored_candles_and_its_strategies_and_says_why_nothing_else() -> None:
    async with WireServer(scripts=web_scripts()) as server, connected(server) as backend:
        pairs = await backend.read(Topic(Kind.PAIRS))
        assert isinstance(pairs, tuple)
        assert [status.pair.native for status in pairs if isinstance(status, PairStatus)] == [
            "BTC/USDT",
            "ETH/USDT",
            "SOL/USDT",
        ]
        series = await backend.read(Topic(Kind.CANDLES, BTC))
        assert isinstance(series, CandleSeries)
        assert series.candles
        assert dict(server.last("plot_config").params) == {"strategy": "CockpitStrategy"}
        for kind, subject in ((Kind.STATE, ""), (Kind.FILES, "strategies"), (Kind.LOGS, ""), (Kind.CONFIG, "")):
            assert await backend.read(Topic(kind, subject))
        assert server.count("health") == 0
        asked = len(server.seen)
        for kind in frozenset(Kind) - backend.kinds:
            with pytest.raises(Rejected, match=r"web server|Freqtrade"):
                await backend.read(Topic(kind, "0"))
        assert len(server.seen) == asked


async def test_an_endpoint_that_an_older_version_lacks_is_said_so(server: WireServer) -> None:
    server.scripts["historic_balance"] = says({"detail": "Not Found"}, 404)
    async with connected(server) as backend:
        with pytest.raises(Rejected, match=r"has no /api/v1/historic_balance: is it an older version\?"):
            await backend.read(Topic(Kind.CURVE))


async def test_words_of_the_bot_are_harmless_and_short(server: WireServer) -> None:
    hostile: dict[str, Any] = {"error": "Error querying /api/v1/status: \x1b[2J\u202e" + "x" * 5000}
    server.scripts["status"] = says(hostile, 502)
    async with connected(server) as backend:
        with pytest.raises(Rejected) as caught:
            await backend.read(Topic(Kind.PAIRS))
    summary = caught.value.problem.summary
    assert summary.startswith("Freqtrade refuses: ")
    assert summary.isprintable()
    assert len(summary) <= 200
