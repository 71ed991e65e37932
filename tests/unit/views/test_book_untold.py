"""The Book screen of a bot without a book: what it shows instead, all of it known and nothing waited for."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder
from gunbot_tui.views import book_untold
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, fields, make_intent, make_pair, make_snapshot, text_of
from tests.freqtrade_day import recorded_bot, status_of


def resting(bot: Snapshot) -> OpenOrder:
    """An order that rests at the recorded bot."""
    return next(order for status in bot.statuses for order in status.open_orders or ())


def test_the_last_price_comes_with_the_time_when_it_was_true() -> None:
    bot = recorded_bot()
    told, *_ = book_untold.facts(bot, status_of(bot, "BTC").pair, NOW)
    assert text_of(told) == " last 60412.5 as of 14:00:11"


def test_a_pair_without_a_price_says_what_brings_one() -> None:
    bot = recorded_bot()
    quiet = next(status for status in bot.statuses if status.last is None)
    assert text_of(book_untold.facts(bot, quiet.pair, NOW)[0]).startswith(f" no price of {quiet.pair.name} yet")
    assert len(book_untold.facts(make_snapshot(), make_pair(), NOW)) == 1


def test_an_open_trade_is_told_with_its_stop_and_result() -> None:
    bot = recorded_bot()
    pair = status_of(bot, "TRX").pair
    _, trade = book_untold.facts(bot, pair, NOW)
    assert text_of(trade) == " trade 141 long 2065.6 TRX @ 0.12103 · stop 0.11801 · −0.52 USDT"
    assert trade[-1].tone is Tone.LOSS


def test_a_trade_that_is_only_an_order_so_far_says_so() -> None:
    bot = recorded_bot()
    _, trade = book_untold.facts(bot, status_of(bot, "ADA").pair, NOW)
    assert text_of(trade) == " trade 147 is entering: no ADA yet"


def test_resting_orders_are_rows_with_their_distance_and_ours_are_marked() -> None:
    bot = recorded_bot()
    order = resting(bot)
    (row,) = book_untold.rows(bot, order.pair)
    cells = fields(row, book_untold.COLUMNS)
    assert cells["side"].text == order.side.value
    assert cells["id"].text == f"#{order.id}"
    assert cells["away"].text.endswith("%")
    ours = make_intent(state=IntentState.WORKING, order_id=order.id)
    mine = replace(ours, command=replace(ours.command, pair=order.pair))
    (marked,) = book_untold.rows(replace(bot, intents=(mine,)), order.pair)
    assert marked.cells[0].tone is Tone.OURS
    assert marked.cells[0].text.startswith("●")


def test_an_unknown_pair_has_no_rows() -> None:
    assert book_untold.rows(make_snapshot(), make_pair()) == ()
