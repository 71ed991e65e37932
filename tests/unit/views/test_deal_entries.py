"""The blotter of a bot that keeps trades: orders that work, trades that are open, pages of those that are over."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.model.deal import DealPage
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import order_detail, orders
from gunbot_tui.views.cell import Cell
from gunbot_tui.views.export import to_json
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_origin import Origin
from gunbot_tui.views.order_records import order_records
from tests.factories import NOW, fields, make_feed, make_intent, make_placement, text_of, with_feed
from tests.freqtrade_day import deal_of, recorded_bot, status_of

ADA, ETH = (Pair("binance", coin, "USDT", f"{coin}/USDT") for coin in ("ADA", "ETH"))


def found(snapshot: Snapshot, coin: str, page: int = 0) -> list[Entry]:
    """The entries on a coin."""
    return [entry for entry in entries(snapshot, page) if entry.pair.coin == coin]


def table(snapshot: Snapshot, page: int = 0) -> list[dict[str, Cell]]:
    """The rows by column."""
    rows = orders.rows(entries(snapshot, page), snapshot, NOW)
    return [fields(row, orders.COLUMNS) for row in rows]


def story(snapshot: Snapshot, entry: Entry) -> list[str]:
    """The facts with their labels."""
    return [f"{fact.label}: {fact.text}" for fact in order_detail.story(entry, snapshot, None)]


def test_working_orders_come_first_then_open_trades_then_closed_ones() -> None:
    places = [entry.place for entry in entries(recorded_bot())]
    assert places == sorted(places)
    assert places.count(1) == 1
    assert places.count(2) == 5
    assert places.count(3) == 3


def test_an_entry_that_waits_is_one_row_and_can_be_cancelled() -> None:
    (entry,) = found(recorded_bot(), "ADA")
    assert entry.cancel_id == deal_of(recorded_bot(), "ADA").orders[0].id
    assert orders.why_not_cancel(entry) == ""
    assert entry.deal is not None


def test_an_open_trade_tells_its_gain_and_its_stop() -> None:
    row = next(row for row in table(recorded_bot()) if row["pair"].text == "ETH/USDT")
    assert (row["side"].text, row["type"].text, row["state"].text) == ("buy", "long", "holding −0.18%")
    assert (row["pnl"].text, row["stop"].text, row["id"].text) == ("−0.45", "3209.2", "143")


def test_a_closed_trade_tells_why_it_was_closed_and_what_came_of_it() -> None:
    row = next(row for row in table(recorded_bot()) if row["id"].text == "142")
    assert (row["state"].text, row["pnl"].text) == ("closed: force_exit −0.21%", "−0.53")


def test_a_whole_trade_is_not_cancelled() -> None:
    (entry,) = found(recorded_bot(), "ETH")
    assert entry.cancel_id == ""
    assert "this is a trade" in orders.why_not_cancel(entry)


def test_pages_are_those_of_closed_trades() -> None:
    bot = recorded_bot()
    assert orders.last_page(bot, 0) == 46
    assert "5 trades open · closed page 1 of 47, 141 trades" in text_of(orders.title(bot))
    assert entries(bot, 1) == ()
    closed = bot.closed(0).value
    assert closed is not None
    older = with_feed(bot, Topic(Kind.CLOSED, "1"), make_feed(DealPage(closed.deals[:1], closed.total)))
    assert [entry.id for entry in entries(older, 1)] == ["142"]


def test_ids_that_were_used_twice_are_two_rows() -> None:
    bot = recorded_bot()
    deal = deal_of(bot, "ETH")
    assert deal.opened_at is not None
    again = replace(deal, is_open=False, opened_at=deal.opened_at.replace(hour=1))
    page = make_feed(DealPage((again, replace(again, opened_at=deal.opened_at.replace(hour=2))), 2))
    keys = [entry.key for entry in entries(with_feed(bot, Topic(Kind.CLOSED, "0"), page))]
    assert len(set(keys)) == len(keys)


def test_a_trade_is_ours_by_the_journal_alone() -> None:
    bot = recorded_bot()
    number = deal_of(bot, "ETH").orders[0].id
    ours = make_intent(make_placement(ETH), IntentState.FILLED, order_id=number, filled="0.07595")
    known = replace(bot, intents=(ours,))
    assert [entry.origin for entry in found(bot, "ETH")] == [Origin.STRATEGY]
    assert [(entry.origin, entry.key[:5]) for entry in found(known, "ETH")] == [(Origin.ME, "deal:")]


@pytest.mark.parametrize(
    ("tag", "origin", "because"),
    [
        ("force_entry", Origin.UNKNOWN, "forced on command (force_entry), and not by an order of ours"),
        ("rsi_dip", Origin.STRATEGY, "CockpitStrategy trades ADA/USDT, its tag is rsi_dip, and no order of ours is it"),
        ("", Origin.STRATEGY, "CockpitStrategy trades ADA/USDT, it has no tag, and no order of ours is it"),
    ],
)
def test_a_tag_tells_what_was_forced(tag: str, origin: Origin, because: str) -> None:
    bot = recorded_bot()
    status, deal = status_of(bot, "ADA"), deal_of(bot, "ADA")
    tagged = replace(deal, entry_tag=tag, orders=(replace(deal.orders[0], tag=tag),))
    pairs = tuple(replace(each, deals=(tagged,)) if each is status else each for each in bot.pairs.value or ())
    (entry,) = found(with_feed(bot, Topic(Kind.PAIRS), make_feed(pairs)), "ADA")
    assert (entry.origin, entry.because) == (origin, because)


def test_an_order_of_ours_that_was_refused_keeps_its_row() -> None:
    refused = make_intent(make_placement(ADA), IntentState.REFUSED, reason="max open trades reached")
    bot = replace(recorded_bot(), intents=(refused,))
    assert "refused: max open trades reached" in [entry.state for entry in entries(bot)]


def test_the_story_of_a_trade_has_its_orders_and_what_the_strategy_keeps() -> None:
    bot = with_feed(recorded_bot(), Topic(Kind.NOTES, "143"), make_feed((("why", "rsi 24"),)))
    (entry,) = found(bot, "ETH")
    said = story(bot, entry)
    assert "trade: 143 on ETH/USDT · holding" in said
    assert "kept: why: rsi 24" in said
    assert any(
        fact.startswith("orders: buy 0.07595 ETH @ 3291.4 · entry · market · closed 2026-11-21") for fact in said
    )
    assert ": an exit for force_exit was begun before and rests no more" in said
    assert ":   #dry_run_sell_ETH/USDT_f9527821-9795-40ea-9e0a-42ce95b4941a" in said


def test_the_story_of_an_order_goes_on_with_its_trade() -> None:
    (entry,) = found(recorded_bot(), "ADA")
    said = story(recorded_bot(), entry)
    assert said[0].startswith("order: BUY")
    assert "trade: 147 on ADA/USDT · entering" in said


def test_a_trade_in_three_lines() -> None:
    closed = next(entry for entry in entries(recorded_bot()) if entry.id == "142")
    said = [text_of(line) for line in order_detail.summary(closed, recorded_bot(), NOW)]
    assert said[0].startswith(" trade 142 · closed · CockpitStrategy · tag manual")
    assert said[2] == " closed 00:24:20 at 61677.0 · force_exit"


def test_trades_are_told_to_other_programs() -> None:
    wanted = [entry for entry in entries(recorded_bot()) if entry.id in ("142", "143")]
    told = json.loads(to_json(order_records(wanted, "dry")))
    assert [(line["id"], line["state"], line["reason"]) for line in told] == [
        ("143", "open", None),
        ("142", "closed", "force_exit"),
    ]
    assert Decimal(told[1]["pnl"]) == Decimal("-0.52796205")
