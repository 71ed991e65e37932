"""A real bot that is killed, hangs, loses its exchange or takes no login any more while the cockpit shows it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.flows.reading import value
from tests.live.desk import Desk, pair_rows
from tests.live.freqtrade import READY_SECONDS, Freqtrade, free_port

pytestmark = pytest.mark.live

ASKS_TO_LOG_IN = re.compile("password|log in again|needs login", re.IGNORECASE)


@pytest.fixture
def bot(freqtrade: Freqtrade) -> Iterator[Freqtrade]:
    """The shared bot, which is well again afterwards."""
    yield freqtrade
    freqtrade.exchange.fail(0)
    freqtrade.thaw()


def test_a_killed_bot_leaves_its_values_dimmed_and_comes_back_by_itself(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    pair = bot.pairs[1]
    desk.open()
    shown = desk.wait_for_pair(pair, state="holding")
    colours = desk.colours_of(pair)
    bot.kill()
    since = time.monotonic()
    desk.wait(r"OFFLINE")
    assert time.monotonic() - since < 5
    left = desk.pairs()[pair]
    assert left["holds"] == shown["holds"]
    assert {"last", "profit", "profit%"} <= left.keys()
    assert desk.colours_of(pair) != colours
    bot.start()
    desk.wait_gone(r"OFFLINE", READY_SECONDS)
    desk.wait_for(lambda screen: desk.colours_of(pair) == colours, "its values are fresh")
    assert not any(ASKS_TO_LOG_IN.search(screen) for screen in desk.seen)


@pytest.mark.slow
def test_a_bot_that_is_down_at_the_start_is_waited_for(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    bot.stop()
    desk.look()
    desk.wait(r"OFFLINE")
    bot.start()
    desk.wait_for_pair(bot.pairs[1], READY_SECONDS, state="holding")


@pytest.mark.slow
def test_a_bot_that_hangs_holds_up_no_key_and_is_found_again(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    desk.open()
    desk.wait_for_pair(bot.pairs[1], state="holding")
    bot.freeze()
    desk.wait(r"OFFLINE|no answer", 60)
    since = time.monotonic()
    desk.show("6", r"balances")
    desk.show("1", r"16 pairs")
    assert time.monotonic() - since < 1
    bot.thaw()
    desk.wait_gone(r"OFFLINE|no answer", 60)
    desk.wait_for_pair(bot.pairs[1], state="holding")


@pytest.mark.slow
def test_an_exchange_that_is_down_is_no_crash_of_the_funds(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    # The bot remembers what coins are worth, so they have to be unknown from its start on.
    bot.exchange.fail(300, only="ticker")
    bot.restart()
    desk.open()
    desk.show("6", r"balances")
    desk.wait(r"worth at least [\d.]+ USDT \+ \d+ unknown: .* can't be priced now")
    desk.wait(r"binance +BTC .* no price")


@pytest.mark.slow
def test_an_entry_that_fails_inside_the_bot_is_unknown_and_never_sent_twice(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    pair, moved = bot.reserve(bot.pairs[-2]), bot.pairs[1]
    orders = "select count(*) from orders where ft_pair = ?"
    desk.open()
    desk.wait_for_pair(moved, state="holding")
    before = bot.count(orders, pair)
    bot.exchange.fail(300)
    desk.carry_out(f"buy 50usdt {pair} market")
    desk.wait(r"[1-9] unknown")
    desk.wait_written(("unknown", ""))
    bot.exchange.fail(0)
    shown = value(desk.pairs()[moved]["profit%"])
    bot.exchange.jump(moved, 3)
    # By now a second try would have entered.
    desk.wait_for(lambda screen: value(dict(pair_rows(screen))[moved]["profit%"]) > shown + 2, "all is well again", 60)
    assert bot.count(orders, pair) == before
    assert len(desk.journal()) == 1


@pytest.mark.slow
def test_a_bot_with_another_key_for_its_tokens_is_logged_in_to_anew(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url)
    desk.open()
    bot.kill()
    desk.wait(r"OFFLINE")
    path = bot.folder / "config.json"
    config = json.loads(path.read_text())
    config["api_server"]["jwt_secret_key"] += "-another"
    path.write_text(json.dumps(config))
    bot.start()
    desk.wait_gone(r"OFFLINE", READY_SECONDS)
    desk.show("8", r"^ told by +web socket")
    assert not any(ASKS_TO_LOG_IN.search(screen) for screen in desk.seen)


@pytest.mark.slow
def test_a_wrong_password_is_said_and_tried_once(desk: Desk, bot: Freqtrade) -> None:
    desk.serve(live=bot.url, password="another")
    desk.look()
    desk.wait(r"(?i)refuses the login|wrong user name or password")


class Page(BaseHTTPRequestHandler):
    """What a web server that is not the bot's API says to everything."""

    def do_GET(self) -> None:
        body = b"<!DOCTYPE html><html><body>Welcome</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the server calls it so

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told of it."""


@pytest.mark.slow
def test_an_address_with_web_pages_is_told_from_an_api(desk: Desk) -> None:
    server = HTTPServer(("127.0.0.1", free_port()), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        desk.serve(live=f"http://127.0.0.1:{server.server_port}")
        desk.look()
        desk.wait(r"web page")
    finally:
        server.shutdown()
        server.server_close()
