"""The Pairs screen of a bot that keeps trades tells what is open, what it gained and what is locked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.deal import Deal, PairLock
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.host import RunState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Side
from gunbot_tui.views import deals, orders, status, trade
from gunbot_tui.views.cell import Cell
from gunbot_tui.views.face import face
from tests.factories import NOW, fields, make_candles, make_feed, text_of, with_feed
from tests.freqtrade_day import LOCK, deal_of, recorded_bot, status_of
from tests.ui.freqtrade_scene import webserver

WIDE = 140
NO_TRADE = ("state", "holds", "worth", "average", "profit", "profit_percent", "stop", "orders", "opened")


def table(snapshot: Snapshot) -> dict[str, dict[str, Cell]]:
    """The rows by coin and column."""
    rows = deals.rows(snapshot, NOW)
    return {row.cells[0].text.partition("/")[0]: fields(row, deals.COLUMNS) for row in rows}


def with_deal(snapshot: Snapshot, coin: str, **changes: object) -> Snapshot:
    """The same bot with another trade on a coin."""
    statuses = snapshot.pairs.value or ()
    found = status_of(snapshot, coin)
    deal = replace(found.deals[0], **changes)  # type: ignore[arg-type]  # the tests name fields of the trade
    changed = replace(found, deals=(deal,))
    pairs = tuple(changed if status is found else status for status in statuses)
    return with_feed(snapshot, Topic(Kind.PAIRS), make_feed(pairs))


def detail(snapshot: Snapshot, coin: str) -> str:
    """The lines under the table."""
    return "\n".join(text_of(line) for line in deals.detail(snapshot, status_of(snapshot, coin).pair, NOW))


def test_profit_is_the_bots_own_figure() -> None:
    row = table(recorded_bot())["ETH"]
    deal = deal_of(recorded_bot(), "ETH")
    assert (row["profit"].text, row["profit_percent"].text) == ("−0.45", "−0.18%")
    assert row["profit"].sort == deal.profit
    assert (row["state"].text, row["tag"].text, row["stop"].text) == ("holding", "manual", "−2.5%")


def test_an_entry_that_rests_has_neither_worth_nor_profit_yet() -> None:
    row = table(recorded_bot())["ADA"]
    assert (row["state"].text, row["orders"].text) == ("entering", "1")
    assert {row[key].text for key in ("holds", "worth", "average", "profit", "profit_percent", "stop")} == {"·"}


def test_a_candles_close_is_told_with_its_age_and_a_missing_rate_is_not_0() -> None:
    rows = table(recorded_bot())
    assert (rows["BTC"]["last"].text, rows["BTC"]["last_age"].text) == ("60412.5", "2m")
    assert rows["ETH"]["last_age"].text == ""
    assert rows["DOGE"]["last"].text == "-"


def test_a_web_server_is_not_told_as_a_paused_bot_with_no_trades() -> None:
    rows = table(webserver())
    assert list(rows) == ["BTC", "SOL"]
    assert {row[key].text for row in rows.values() for key in NO_TRADE} == {"-"}
    assert text_of(deals.title(webserver(), WIDE)) == "2 pairs · trades nothing (web server)"
    assert detail(webserver(), "BTC") == " BTC/USDT: a web server trades nothing"
    assert text_of(orders.title(webserver())) == "trades nothing · 0 unknown"
    assert "trades nothing · 0 unknown" in text_of(status.bar(webserver(), None, NOW, WIDE))


def test_an_exit_that_was_cancelled_leaves_no_trade_leaving() -> None:
    deal = deal_of(recorded_bot(), "ETH")
    assert deal.exit_reason == "force_exit"
    assert trade.word(deal) == "holding"


@pytest.mark.parametrize(
    ("coin", "is_entry", "is_short", "said"),
    [
        ("ETH", False, False, "leaving"),
        ("ETH", True, False, "adding"),
        ("ETH", False, True, "short leaving"),
        ("ADA", True, False, "entering"),
    ],
)
def test_open_orders_alone_say_what_is_done_with_a_trade(coin: str, is_entry: bool, is_short: bool, said: str) -> None:
    deal: Deal = deal_of(recorded_bot(), coin)
    order = replace(deal.orders[-1], is_open=True, is_entry=is_entry, side=Side.SELL)
    assert trade.word(replace(deal, is_short=is_short, orders=(order,))) == said


def test_a_locked_pair_says_until_when_and_why() -> None:
    bot = recorded_bot(locks=(LOCK, PairLock("8", "DOGE/USDT", "long", NOW + timedelta(hours=1), "manual lock")))
    rows = table(bot)
    assert rows["DOGE"]["state"].text == "locked"
    assert rows["DOGE"]["tag"].text == "lock 15:02:11"
    assert rows["XRP"]["tag"].text == "lock 17:02:11, manual"
    assert detail(bot, "DOGE").startswith(" locked long till 15:02:11 · manual lock")


def test_a_lock_that_has_ended_is_not_told() -> None:
    bot = recorded_bot(locks=(replace(LOCK, until=NOW - timedelta(seconds=1)),))
    assert table(bot)["XRP"]["tag"].text == "manual"


def test_the_title_counts_what_is_staked_and_gained() -> None:
    title = "19 pairs · 6 of 14 trades open · 1124.93 USDT staked · profit open −2.36 USDT"
    assert text_of(deals.title(recorded_bot(), WIDE)) == title
    assert text_of(deals.title(recorded_bot(), 50)) == "6 of 14 trades open · profit open −2.36 USDT"


def test_a_profit_that_the_bot_cant_reckon_is_not_left_out_in_silence() -> None:
    bot = with_deal(recorded_bot(), "ETH", profit=None)
    assert text_of(deals.title(bot, WIDE)).endswith("profit open −1.91 USDT (+ 1 unknown)")
    assert table(bot)["ETH"]["profit"].text == "-"


def test_the_selected_pairs_trade_is_told_whole() -> None:
    bot = with_deal(recorded_bot(), "ETH", is_short=True, leverage=3.0, liquidation_price=4201.5)
    notes = make_feed((("reason", "rsi 24.1"),))
    said = detail(with_feed(bot, Topic(Kind.NOTES, "143"), notes), "ETH")
    assert "trade 143 · short holding · CockpitStrategy · tag manual" in said
    assert "stake 125.01 USDT · 3x · −0.45 USDT  −0.18% · realised −0.22" in said
    assert "stop 3209.2 (−2.52% from here) · liquidation 4201.5" in said
    assert "kept by the strategy: reason rsi 24.1" in said
    assert "buy  0.07595 ETH @ 3291.4 · entry · market · closed" in said


def test_a_pair_without_a_trade_says_who_decides() -> None:
    assert "no trade is open on BTC/USDT: CockpitStrategy decides" in detail(recorded_bot(), "BTC")


def unmoved(seconds: float, run_state: RunState = RunState.RUNNING) -> Snapshot:
    """The bot at work whose pairs have been read just now, and were the same for so long."""
    bot = recorded_bot()
    run = bot.run_status.value
    assert run is not None
    feeds: dict[Topic, Feed[object]] = {
        Topic(Kind.PAIRS): make_feed(bot.pairs.value, changed_seconds=seconds),
        Topic(Kind.STATE): make_feed(replace(run, state=run_state)),
    }
    return replace(bot, feeds={**bot.feeds, **feeds})


@pytest.mark.parametrize(("seconds", "said"), [(61, "1m"), (119, "1m"), (121, "2m"), (4000, "1h")])
def test_rates_that_stand_still_are_told_in_coarse_steps(seconds: float, said: str) -> None:
    told = f"no rate has moved for {said}: is the exchange down?"
    assert text_of(deals.title(unmoved(seconds), WIDE)).endswith(f"profit open −2.36 USDT · {told}")
    assert text_of(deals.title(unmoved(seconds), 66)) == told
    assert face(unmoved(seconds), (), NOW) != face(unmoved(5), (), NOW)


def test_nothing_is_said_of_rates_while_they_move_or_none_is_asked_for() -> None:
    candle = make_feed(make_candles(), changed_seconds=20)
    no_trade = tuple(replace(status, deals=()) for status in recorded_bot().statuses)
    for bot in (
        unmoved(55),
        unmoved(600, RunState.STOPPED),
        with_feed(unmoved(600), Topic(Kind.CANDLES, "binance/BTC/USDT"), candle),
        with_feed(unmoved(600), Topic(Kind.PAIRS), make_feed(no_trade, changed_seconds=600)),
    ):
        assert "no rate" not in text_of(deals.title(bot, WIDE))
