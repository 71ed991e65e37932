"""The history is read page by page: two requests for each exchange, nothing twice on a page and nothing passed over."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import pytest

from gunbot_tui.backends.errors import Rejected
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.backends.gunbot.history import LONGEST_WALK, PAGE_SIZE
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import HistoryPage
from tests.backends.conftest import OpenBackend
from tests.backends.wire_server import Reply, Request, WireServer, raw, says

ROUTE = "orders/page/multi"
START = 1733307452789


def row(id: str, time: object) -> dict[str, object]:
    return {"id": id, "time": time, "pair": "USDT-BTC", "type": "buy", "rate": 1.5, "amount": 2}


def rows(name: str, count: int, every: int, first: int = 0) -> list[object]:
    """Executions of an exchange, newest first, `every` seconds apart."""
    return [row(f"{name}{number}", START + 1000 * (first + every * number)) for number in reversed(range(count))]


class Books:
    """What the exchanges have executed, served as a bot would; `before` may change it at each request."""

    def __init__(self, server: WireServer, **trades: list[object]) -> None:
        self.trades = trades
        self.asked: list[tuple[str, int]] = []
        self.before: Callable[[str, int], None] = lambda exchange, page: None
        pair = {"USDT-BTC": {"strategy": "x", "enabled": True}}
        server.scripts["coremem"] = says({"config": dict.fromkeys(trades, pair), "memory": {}})
        server.scripts[ROUTE] = self.answer

    def answer(self, request: Request) -> Reply:
        asked = dict(request.params)
        exchange, page, size = asked["keys[]"].partition("/")[0], int(asked["page"]), int(asked["pageSize"])
        assert size == PAGE_SIZE
        self.before(exchange, page)
        self.asked.append((exchange, page))
        trades = self.trades[exchange]
        return says({"total": len(trades), "page": page, "data": trades[page * size : (page + 1) * size]})

    def merged(self) -> list[str]:
        """The ids of all exchanges, newest first."""
        found = [one for trades in self.trades.values() for one in trades if isinstance(one, dict)]
        return [one["id"] for one in sorted(found, key=lambda one: -one["time"])]

    def requests(self) -> Counter[str]:
        """How often each exchange was asked since the last time."""
        counted = Counter(exchange for exchange, _ in self.asked)
        self.asked.clear()
        return counted


async def read(backend: GunbotBackend, number: int) -> HistoryPage:
    page = await backend.read(Topic(Kind.HISTORY, str(number)))
    assert isinstance(page, HistoryPage)
    return page


def ids(page: HistoryPage) -> list[str]:
    return [trade.id for trade in page.trades]


async def test_a_page_of_a_single_exchange_is_one_request_however_deep(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 50_000, 1))
    backend = open_backend(server.url)
    for number in (0, 499, 250, 25):
        page = await read(backend, number)
        assert ids(page) == books.merged()[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        assert page.total == 50_000
        assert books.asked == [("binance", number)]
        books.asked.clear()
    assert ids(await read(backend, 500)) == []


async def test_pages_of_several_exchanges_are_merged_with_two_requests_each(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 730, 7), kraken=rows("k", 411, 13, 3), bybit=rows("y", 95, 5, 1))
    backend = open_backend(server.url)
    seen: list[str] = []
    for number in range(math.ceil(1236 / PAGE_SIZE)):
        page = await read(backend, number)
        assert page.total == 1236
        assert max(books.requests().values()) <= 2
        seen += ids(page)
    assert seen == books.merged()
    assert ids(await read(backend, 13)) == []


async def test_a_page_is_read_anew_and_turned_back_to_with_two_requests_each(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 900, 7), kraken=rows("k", 900, 13))
    backend = open_backend(server.url)
    first = [await read(backend, number) for number in range(12)]
    books.requests()
    for number in (11, 4, 0, 7):
        assert await read(backend, number) == first[number]
        assert max(books.requests().values()) <= 2


async def test_a_page_whose_beginning_is_not_known_is_walked_to_with_each_page_read_once(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 900, 7), kraken=rows("k", 900, 13))
    page = await read(open_backend(server.url), 8)
    assert ids(page) == books.merged()[800:900]
    assert max(Counter(books.asked).values()) == 1
    assert len(books.asked) <= 9 + 2


async def test_d17_a_page_far_from_all_that_were_read_is_refused_without_a_request(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 3, 7), kraken=rows("k", 3, 13))
    backend = open_backend(server.url)
    for number in (LONGEST_WALK + 1, 10**9, -1):
        with pytest.raises(Rejected, match="turn the pages one by one"):
            await read(backend, number)
    assert books.asked == []
    assert ids(await read(backend, LONGEST_WALK)) == []


async def test_trades_between_two_pages_repeat_rows_and_pass_none_over(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 400, 7), kraken=rows("k", 400, 7, 3))
    backend = open_backend(server.url)
    before = books.merged()
    seen = ids(await read(backend, 0))
    for number in range(1, 9):
        books.trades["binance"] = [row(f"new{number}", START + 10**7 + number), *books.trades["binance"]]
        page = ids(await read(backend, number))
        assert len(set(page)) == len(page)
        assert page[0] in seen
        seen += page
    assert set(before) <= set(seen)
    assert list(dict.fromkeys(seen)) == before


async def test_a_trade_between_two_requests_of_a_page_shows_no_row_twice(
    server: WireServer, open_backend: OpenBackend
) -> None:
    books = Books(server, binance=rows("b", 600, 7), kraken=rows("k", 600, 7))
    backend = open_backend(server.url)
    pages = [ids(await read(backend, number)) for number in range(2)]
    fresh = [row("new1", START + 10**7), row("new0", START + 10**7)]

    def trade(exchange: str, page: int) -> None:
        if exchange == "kraken" and page == 2 and fresh:
            books.trades["kraken"] = [*fresh, *books.trades["kraken"]]
            fresh.clear()

    before = books.merged()
    books.before = trade
    pages += [ids(await read(backend, number)) for number in range(2, 5)]
    assert fresh == []
    assert [id for page in pages for id in page] == before[:500]


async def test_equal_executions_of_one_order_are_all_shown(server: WireServer, open_backend: OpenBackend) -> None:
    twins: list[object] = [row("same", START)] * 250
    Books(server, binance=twins, kraken=rows("k", 1, 1, 10))
    backend = open_backend(server.url)
    pages = [ids(await read(backend, number)) for number in range(4)]
    assert [len(page) for page in pages] == [100, 100, 51, 0]


async def test_rows_that_cannot_be_read_keep_their_place_and_hold_nothing_up(
    server: WireServer, open_backend: OpenBackend
) -> None:
    binance, kraken = rows("b", 150, 7), rows("k", 150, 11)
    books = Books(server, binance=binance, kraken=kraken)
    binance[3:6] = [None, "nonsense", {"type": "buy"}]
    kraken[99] = {**row("untimed", 0)}
    backend = open_backend(server.url)
    seen = [id for number in range(3) for id in ids(await read(backend, number))]
    assert sorted(seen) == sorted(one["id"] for one in [*binance, *kraken] if isinstance(one, dict) and "id" in one)
    assert max(books.requests().values()) <= 6


async def test_the_pages_begin_anew_when_the_bot_has_another_exchange(
    server: WireServer, open_backend: OpenBackend
) -> None:
    Books(server, binance=rows("b", 300, 7), kraken=rows("k", 300, 11))
    backend = open_backend(server.url)
    for number in range(3):
        await read(backend, number)
    books = Books(server, binance=rows("b", 300, 7), kraken=rows("k", 300, 11), bybit=rows("y", 300, 3))
    await backend.read(Topic(Kind.PAIRS))
    assert ids(await read(backend, 2)) == books.merged()[200:300]


async def test_b11_a_row_that_says_the_same_thing_twice_spoils_the_page(
    server: WireServer, open_backend: OpenBackend
) -> None:
    Books(server, binance=[])
    server.scripts[ROUTE] = raw(b'{"total": 1, "data": [{"id": "1", "id": "2"}]}')
    with pytest.raises(Exception, match="twice"):
        await open_backend(server.url).read(Topic(Kind.HISTORY, "0"))


async def test_a_bot_without_pairs_has_an_empty_history(server: WireServer, open_backend: OpenBackend) -> None:
    books = Books(server)
    assert await read(open_backend(server.url), 0) == HistoryPage((), 0)
    assert books.asked == []


async def test_d11_the_exchange_of_a_slot_is_encoded_once(server: WireServer, open_backend: OpenBackend) -> None:
    Books(server, **{"binance#3": rows("b", 1, 1)})
    (trade,) = (await read(open_backend(server.url), 0)).trades
    assert trade.pair.key == "binance#3/USDT-BTC"
    assert "binance%233%2FUSDT-BTC" in server.last(ROUTE).target
    assert "%25" not in server.last(ROUTE).target
