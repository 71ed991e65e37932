"""Commands on the wire: which call, with exactly which body, and what its answer proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    CancelOrder,
    Command,
    DeleteDeal,
    HandedOver,
    LockPair,
    NotSent,
    PlaceOrder,
    Refused,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    Unknown,
    UnlockPair,
)
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OrderType, Side
from tests.backends.freqtrade.replay import LTC, connected, recording, replay, scripts, web_scripts
from tests.backends.wire_server import Reply, WireServer, raw, says

PERP = Pair("binance", "BTC", "USDT", "BTC/USDT:USDT", "PERP")
ENTER = PlaceOrder(
    LTC, Side.BUY, OrderType.MARKET, Decimal("1.675"), Decimal("59.7"), stake=Decimal("100.10"), tag="by hand"
)
EXIT = PlaceOrder(LTC, Side.SELL, OrderType.MARKET, Decimal("0.5397696000000001"), Decimal(60), closes=True, deal="148")
CANCEL = CancelOrder(LTC, "dry_run_buy_1", Side.BUY, Decimal("50.00"), Decimal("2"), deal="147")
UNTIL = datetime(2026, 11, 21, 16, 30, tzinfo=timezone(timedelta(hours=2)))

CALLS: list[tuple[Command, str, str, bytes]] = [
    (
        ENTER,
        "POST",
        "forceenter",
        b'{"pair": "LTC/USDT", "side": "long", "ordertype": "market", "stakeamount": 100.10, "entry_tag": "by hand"}',
    ),
    (
        replace(ENTER, type=OrderType.LIMIT, price=Decimal("59.700"), stake=Decimal("0.000000010"), tag="", deal="148"),
        "POST",
        "forceenter",
        b'{"pair": "LTC/USDT", "side": "long", "ordertype": "limit", "stakeamount": 0.000000010, "price": 59.700}',
    ),
    (
        replace(ENTER, pair=PERP, side=Side.SELL, tag="", leverage=Decimal("3.0")),
        "POST",
        "forceenter",
        b'{"pair": "BTC/USDT:USDT", "side": "short", "ordertype": "market", "stakeamount": 100.10, "leverage": 3.0}',
    ),
    (EXIT, "POST", "forceexit", b'{"tradeid": 148, "ordertype": "market", "amount": 0.5397696000000001}'),
    (
        replace(EXIT, type=OrderType.LIMIT, price=Decimal("140.3115"), amount=Decimal("1E+3")),
        "POST",
        "forceexit",
        b'{"tradeid": 148, "ordertype": "limit", "amount": 1000, "price": 140.3115}',
    ),
    (
        replace(EXIT, pair=PERP, side=Side.BUY),
        "POST",
        "forceexit",
        b'{"tradeid": 148, "ordertype": "market", "amount": 0.5397696000000001}',
    ),
    (CANCEL, "DELETE", "trades/147/open-order", b""),
    (StartCore(), "POST", "start", b""),
    (StopCore(), "POST", "stop", b""),
    (StopEntries(), "POST", "stopentry", b""),
    (ReloadConfig(), "POST", "reload_config", b""),
    (
        LockPair("OP/USDT", UNTIL, "news", "long"),
        "POST",
        "locks",
        b'[{"pair": "OP/USDT", "until": "2026-11-21T14:30:00+00:00", "side": "long", "reason": "news"}]',
    ),
    (UnlockPair("3", "TRX/USDT"), "DELETE", "locks/3", b""),
    (UnlockPair("", "OP/USDT"), "POST", "locks/delete", b'{"pair": "OP/USDT"}'),
    (UnlockPair("", "*"), "POST", "locks/delete", b'{"pair": "*"}'),
    (BlockPairs(("INJ/USDT", ".*UP/USDT")), "POST", "blacklist", b'{"blacklist": ["INJ/USDT", ".*UP/USDT"]}'),
    (AllowPairs(("INJ/USDT", "OP/USDT")), "DELETE", "blacklist", b""),
    (DeleteDeal("1", "TRX/USDT"), "DELETE", "trades/1", b""),
    (ReloadDeal("144", "SOL/USDT"), "POST", "trades/144/reload", b""),
]


@pytest.mark.parametrize(("command", "method", "path", "body"), CALLS, ids=[call[2] for call in CALLS])
async def test_a_command_is_one_request_with_exactly_its_digits(
    server: WireServer, command: Command, method: str, path: str, body: bytes
) -> None:
    server.scripts["trades/147/open-order"] = replay("trade_reload")
    async with connected(server) as backend:
        assert isinstance(await backend.execute(command), HandedOver)
        (request,) = [one for one in server.seen if one.method != "GET" and not one.path.startswith("token/")]
        assert (request.method, request.path, request.body) == (method, path, body)


async def test_pairs_that_come_off_the_blacklist_are_named_one_by_one(server: WireServer) -> None:
    async with connected(server) as backend:
        await backend.execute(AllowPairs(("INJ/USDT", "^.*(UP|DOWN)/USDT$")))
        assert server.last("blacklist").params == [
            ("pairs_to_delete", "INJ/USDT"),
            ("pairs_to_delete", "^.*(UP|DOWN)/USDT$"),
        ]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (replace(ENTER, stake=None), "the stake is missing"),
        (replace(ENTER, stake=Decimal(0)), "the stake is missing"),
        (replace(ENTER, stake=Decimal("NaN")), "the stake is missing"),
        (replace(ENTER, side=Side.SELL), "nothing is sold there"),
        (replace(ENTER, leverage=Decimal(-1)), "leverage"),
        (replace(ENTER, amount=Decimal(0)), "more than zero"),
        (replace(ENTER, price=Decimal("Infinity")), "more than zero"),
        (replace(ENTER, stop=Decimal(50)), "stops are its strategy's"),
        (replace(ENTER, pair=replace(LTC, native="LTC/USDT\n")), "characters"),
        (replace(ENTER, pair=replace(LTC, coin="BTC")), "characters"),
        (replace(EXIT, deal=""), "is not known"),
        (replace(EXIT, deal="all"), "is not known"),
        (replace(EXIT, deal="148/../1"), "is not known"),
        (replace(EXIT, deal="\u0661"), "is not known"),
        (replace(EXIT, side=Side.BUY), "left there by selling"),
        (replace(EXIT, type=OrderType.TRAILING_STOP, stop=Decimal(50)), "stops are its strategy's"),
        (replace(CANCEL, deal=""), "is not known"),
        (DeleteDeal("", "x"), "is not known"),
        (ReloadDeal("1?x=1", "x"), "is not known"),
        (UnlockPair("3/..", "OP/USDT"), "is not known"),
        (UnlockPair("", "x"), "characters"),
        (LockPair("OP/USDT", UNTIL.replace(tzinfo=None)), "time zone"),
        (LockPair("OP/USDT", UNTIL, side="up"), "for long, for short"),
        (LockPair("OP USDT", UNTIL), "characters"),
        (BlockPairs(()), "no pair"),
        (BlockPairs(("A B",)), "characters"),
        (AllowPairs(("\x1b[2J",)), "characters"),
    ],
)
async def test_a_command_that_makes_no_sense_is_not_sent(server: WireServer, command: Command, why: str) -> None:
    async with connected(server) as backend:
        asked = len(server.seen)
        outcome = await backend.execute(command)
        assert isinstance(outcome, NotSent)
        assert why in outcome.reason
        assert len(server.seen) == asked


async def test_an_entry_tells_the_order_that_it_became(server: WireServer) -> None:
    async with connected(server) as backend:
        outcome = await backend.execute(ENTER)
    assert outcome == HandedOver("dry_run_buy_LTC/USDT_cb7cc42b-d1c5-4a83-8785-d402743c324e")


@pytest.mark.parametrize("id", ["A" * 129, "abc def", "1.5e+30", 1e22, None, ["1"]])
async def test_an_entrys_order_has_no_id_that_the_list_of_orders_would_not_have(server: WireServer, id: object) -> None:
    trade = recording("forceenter")
    (first,) = trade["orders"]
    server.scripts["forceenter"] = says({**trade, "orders": [{**first, "order_id": id}]})
    async with connected(server) as backend:
        assert await backend.execute(ENTER) == HandedOver()


async def test_an_entry_that_adds_to_an_open_trade_tells_its_newest_order_in_whatever_order_they_come(
    server: WireServer,
) -> None:
    trade = recording("forceenter")
    (first,) = trade["orders"]
    added = {**first, "order_id": "added", "order_timestamp": first["order_timestamp"] + 60_000}
    async with connected(server) as backend:
        for orders in ([first, added], [added, first]):
            server.scripts["forceenter"] = says({**trade, "orders": orders})
            assert await backend.execute(ENTER) == HandedOver("added")


@pytest.mark.parametrize(
    ("command", "path", "reply", "words"),
    [
        (ENTER, "forceenter", replay("forceenter_stopped"), "trader is not running"),
        (
            ENTER,
            "forceenter",
            says({"error": "Error querying /api/v1/forceenter: position for LTC/USDT already open - id: 148"}, 502),
            "position for LTC/USDT already open - id: 148",
        ),
        (
            ENTER,
            "forceenter",
            says({"status": "Error entering long trade for pair LTC/USDT."}),
            "Error entering long trade for pair LTC/USDT.",
        ),
        (
            ENTER,
            "forceenter",
            replay("auth_and_errors", "forceenter bad side"),
            "side: Input should be 'long' or 'short'",
        ),
        (EXIT, "forceexit", replay("auth_and_errors", "forceexit unknown"), "the trade is closed already"),
        (CANCEL, "trades/147/open-order", replay("auth_and_errors", "cancel, closed trade"), "Invalid trade_id."),
        (
            BlockPairs(("INJ/USDT",)),
            "blacklist",
            replay("blacklist_post_error"),
            "Pair INJ/USDT already in pairlist.",
        ),
        (ReloadDeal("144", "x"), "trades/144/reload", replay("auth_and_errors", "reload unknown"), "with id 99999."),
    ],
)
async def test_a_no_is_told_in_the_bots_own_words_where_those_say_what_is_wrong(
    server: WireServer, command: Command, path: str, reply: Reply, words: str
) -> None:
    server.scripts[path] = reply
    async with connected(server) as backend:
        outcome = await backend.execute(command)
        assert isinstance(outcome, Refused)
        assert outcome.reason.endswith(words)
        assert "Error querying" not in outcome.reason


async def test_a_blacklist_that_took_some_of_the_pairs_is_no_refusal(server: WireServer) -> None:
    server.scripts["blacklist"] = replay("blacklist_post_error")
    async with connected(server) as backend:
        outcome = await backend.execute(BlockPairs(("INJ/USDT", "NO/PE")))
    assert outcome == HandedOver(words="Pair INJ/USDT already in pairlist.")


@pytest.mark.parametrize(
    ("command", "path"), [(CANCEL, "trades/147/open-order"), (ReloadDeal("144", "x"), "trades/144/reload")]
)
async def test_work_that_ended_its_trade_is_no_refusal_though_it_answers_502(
    server: WireServer, command: Command, path: str
) -> None:
    server.scripts[path] = replay("cancel_open_order")
    async with connected(server) as backend:
        outcome = await backend.execute(command)
        assert isinstance(outcome, HandedOver)
        assert "no such trade any more" in outcome.words
        assert server.count(path) == 1


async def test_the_same_words_refuse_what_shows_no_trade_afterwards(server: WireServer) -> None:
    server.scripts["forceexit"] = replay("cancel_open_order")
    async with connected(server) as backend:
        assert await backend.execute(EXIT) == Refused("no active trade")


async def test_an_entry_while_the_exchange_is_down_may_have_been_placed(server: WireServer) -> None:
    server.scripts["forceenter"] = raw(b"Internal Server Error", 500, "text/plain")
    async with connected(server) as backend:
        assert type(await backend.execute(ENTER)) is Unknown
        assert server.count("forceenter") == 1


async def test_pausing_a_stopped_bot_says_that_it_starts(server: WireServer) -> None:
    server.scripts["stopentry"] = replay("pause_stopped")
    async with connected(server) as backend:
        outcome = await backend.execute(StopEntries())
        assert isinstance(outcome, HandedOver)
        assert outcome.words.startswith("starting bot with trader in paused state")


async def test_what_a_command_may_have_changed_is_asked_for_anew(server: WireServer) -> None:
    async with connected(server) as backend:
        await backend.read(Topic(Kind.PAIRS))
        await backend.read(Topic(Kind.PAIRS))
        assert (server.count("whitelist"), server.count("show_config")) == (1, 1)
        await backend.execute(BlockPairs(("INJ/USDT",)))
        await backend.read(Topic(Kind.PAIRS))
        assert (server.count("whitelist"), server.count("show_config")) == (2, 2)


async def test_a_bot_that_opens_nothing_on_command_still_exits_and_cancels() -> None:
    found = scripts()
    found["show_config"] = says({**recording("show_config"), "force_entry_enable": False})
    found["trades/147/open-order"] = replay("trade_reload")
    async with WireServer(scripts=found) as server, connected(server) as backend:
        outcome = await backend.execute(ENTER)
        assert isinstance(outcome, NotSent)
        assert "force_entry_enable" in outcome.reason
        assert isinstance(await backend.execute(EXIT), HandedOver)
        assert isinstance(await backend.execute(CANCEL), HandedOver)


async def test_a_stopped_bot_can_do_what_a_running_one_can() -> None:
    found = scripts()
    found["show_config"] = says({**recording("show_config"), "state": "stopped"})
    async with WireServer(scripts=found) as server, connected(server) as backend:
        assert backend.capabilities.why_not(Capability.PLACE_ORDER) is None
        assert backend.capabilities.why_not(Capability.STOP_ENTRIES) is None


async def test_a_web_server_is_told_nothing() -> None:
    async with WireServer(scripts=web_scripts()) as server, connected(server) as backend:
        asked = len(server.seen)
        for command, *_ in CALLS:
            outcome = await backend.execute(command)
            assert isinstance(outcome, NotSent)
            assert "web server" in outcome.reason
        assert len(server.seen) == asked
