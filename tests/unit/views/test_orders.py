"""The blotter: what needs the user first, one row per order, and the life cycle of ours in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage, OrderType, Trade
from gunbot_tui.views import orders
from gunbot_tui.views.cell import Cell, Tone, fitting
from tests.factories import (
    NOW,
    fields,
    make_cancel,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_problem,
    make_snapshot,
    make_trade,
    text_of,
    with_feed,
)

BTC = make_pair()


def blotter(
    *intents: Intent, resting: tuple[str, ...] = (), trades: tuple[Trade, ...] = (), total: int | None = None
) -> Snapshot:
    """A bot with these orders of ours, resting orders of these ids, and executed trades."""
    pair = make_pair_status(open_orders=tuple(make_order(id=id) for id in resting))
    page = HistoryPage(trades, len(trades) if total is None else total)
    return make_snapshot(
        [pair], config=make_config(), intents=intents, feeds={Topic(Kind.HISTORY, "0"): make_feed(page)}
    )


def table(snapshot: Snapshot, page: int = 0) -> list[dict[str, Cell]]:
    """The rows by column."""
    return [fields(row, orders.COLUMNS) for row in orders.rows(snapshot, NOW, page)]


def states(snapshot: Snapshot) -> list[str]:
    """The states from top to bottom."""
    return [row["state"].text for row in table(snapshot)]


def test_an_order_handed_over_stands_at_once_and_says_what_it_waits_for() -> None:
    (row,) = table(blotter(make_intent()))
    assert row["state"].text == "waiting for the bot to show it (cycle about 1 s)"
    assert row["origin"].text == "me"
    assert (row["price"].text, row["amount"].text, row["cost"].text) == ("60940.0", "0.0041", "249.85")


def test_a_matched_order_is_one_row_that_keeps_its_key() -> None:
    before = blotter(make_intent(id="a"))
    after = blotter(make_intent(id="a", state=IntentState.WORKING, order_id="77"), resting=("77", "78"))
    assert [row.key for row in orders.rows(before, NOW)] == ["intent:a"]
    assert sorted(row.key for row in orders.rows(after, NOW)) == ["intent:a", "order:binance/78"]
    by_id = {row["id"].text: row["origin"].text for row in table(after)}
    assert by_id == {"77": "me", "78": "bot"}


def test_the_same_id_on_another_account_is_another_order() -> None:
    elsewhere = make_pair(exchange="binance#3")
    other = make_pair_status(elsewhere, open_orders=(make_order(elsewhere, id="77"),))
    ours = make_intent(state=IntentState.WORKING, order_id="77")
    snapshot = make_snapshot([make_pair_status(open_orders=(make_order(id="77"),)), other], intents=[ours])
    assert sorted(row["origin"].text for row in table(snapshot)) == ["bot", "me"]


@pytest.mark.parametrize(
    ("state", "reason", "text", "tone"),
    [
        (IntentState.SENDING, "", "sending", Tone.WARN),
        (IntentState.UNKNOWN, "read timeout", "UNKNOWN 1 · :settle 1 absent", Tone.ALERT),
        (IntentState.AMBIGUOUS, "", "AMBIGUOUS 1: several orders look like it", Tone.ALERT),
        (IntentState.AMBIGUOUS, "2 orders look like it: 1, 2", "AMBIGUOUS 1: 2 orders look like it: 1, 2", Tone.ALERT),
        (IntentState.WORKING, "", "working", Tone.OURS),
        (IntentState.PARTLY_FILLED, "", "partly filled", Tone.OURS),
        (IntentState.FILLED, "", "filled", Tone.MUTED),
        (IntentState.CANCELLED, "", "cancelled", Tone.MUTED),
        (IntentState.NOT_SENT, "connection refused", "not sent: connection refused", Tone.WARN),
        (IntentState.REFUSED, "no funds", "refused: no funds", Tone.WARN),
        (IntentState.MISSING, "", "missing", Tone.WARN),
    ],
)
def test_each_state_of_ours_has_its_words(state: IntentState, reason: str, text: str, tone: Tone) -> None:
    (row,) = table(blotter(make_intent(state=state, reason=reason)))
    assert (row["state"].text, row["state"].tone) == (text, tone)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (IntentState.SENDING, "cancel sending"),
        (IntentState.HANDED_OVER, "cancel handed over · waiting for the bot to drop it (cycle about 1 s)"),
        (IntentState.UNKNOWN, "cancel UNKNOWN c · :settle c absent"),
        (IntentState.REFUSED, "working · cancel refused"),
        (IntentState.NOT_SENT, "working · cancel not sent"),
        (IntentState.CANCELLED, "working"),
    ],
)
def test_a_cancel_is_the_state_of_the_order_it_is_for(state: IntentState, text: str) -> None:
    cancel = make_intent(make_cancel(make_order(id="77")), state, id="c")
    assert states(blotter(cancel, resting=("77",))) == [text]


def test_a_cancel_stays_visible_when_its_order_is_gone() -> None:
    cancel = make_intent(make_cancel(make_order(id="77")), IntentState.UNKNOWN, id="c")
    (row,) = table(blotter(cancel))
    assert row["state"].text == "cancel UNKNOWN c · :settle c absent"
    assert (row["type"].text, row["id"].text, row["filled"].text) == ("cancel", "77", "-")


def test_a_finished_cancel_has_no_row_of_its_own() -> None:
    assert states(blotter(make_intent(make_cancel(), IntentState.CANCELLED))) == []


def test_unknown_orders_stand_above_everything_newer() -> None:
    lost = make_intent(state=IntentState.UNKNOWN, id="lost", created_at=NOW - timedelta(hours=5))
    assert states(blotter(make_intent(), lost, resting=("1",)))[0].startswith("UNKNOWN")


def test_working_orders_come_before_history_newest_first() -> None:
    old, new = make_trade(id="1", at=NOW - timedelta(days=1)), make_trade(id="2", at=NOW)
    refused = make_intent(state=IntentState.REFUSED, created_at=NOW - timedelta(hours=2))
    rows = table(blotter(refused, resting=("9",), trades=(new, old, make_trade(id="3", at=None))))
    assert [row["id"].text for row in rows] == ["9", "2", "1", "1", "3"]


def test_a_trade_of_ours_says_me_and_replaces_the_finished_order() -> None:
    done = make_intent(state=IntentState.FILLED, order_id="5")
    (row,) = table(blotter(done, trades=(make_trade(id="5", pnl=3.2),)))
    assert (row["origin"].text, row["type"].text, row["state"].text) == ("me", "limit", "filled")
    assert (row["pnl"].text, row["pnl"].tone, row["fee"].text) == ("+3.20", Tone.GAIN, "0.74")


def test_fills_of_one_order_are_rows_of_their_own() -> None:
    rows = orders.rows(blotter(trades=(make_trade(id="5"), make_trade(id="5"))), NOW)
    assert len({row.key for row in rows}) == 2


def test_later_pages_are_history_alone() -> None:
    snapshot = with_feed(
        blotter(make_intent(), resting=("1",), trades=(make_trade(id="2"),), total=3),
        Topic(Kind.HISTORY, "1"),
        make_feed(HistoryPage((make_trade(id="3"),), 3)),
    )
    assert [row["id"].text for row in table(snapshot, 1)] == ["3"]
    assert text_of(orders.title(snapshot, 1)) == "1 working · 0 unknown · history page 2 of 3, 3 trades"
    assert table(snapshot, 2) == []


def test_the_title_is_loud_about_unknown_orders() -> None:
    title = orders.title(blotter(make_intent(state=IntentState.UNKNOWN)))
    assert [span.tone for span in title if "unknown" in span.text] == [Tone.ALERT]
    assert text_of(orders.title(make_snapshot())) == "- working · 0 unknown"


def test_only_an_order_the_bot_shows_with_its_exact_id_can_be_cancelled() -> None:
    snapshot = blotter(
        make_intent(id="a", state=IntentState.WORKING, order_id="77"), make_intent(), resting=("77", "78")
    )
    assert orders.order(snapshot, "intent:a") == make_order(id="77")
    assert orders.order(snapshot, "order:binance/78") == make_order(id="78")
    assert orders.order(snapshot, "intent:intent-1") is None
    assert orders.order(snapshot, "trade:x") is None
    nameless = blotter(resting=("",))
    (row,) = orders.rows(nameless, NOW)
    assert orders.order(nameless, row.key) is None
    assert "cancel it on the exchange" in states(nameless)[0]


def test_every_row_knows_its_pair() -> None:
    snapshot = blotter(make_intent(), resting=("1",), trades=(make_trade(),))
    assert {orders.pair(snapshot, row.key) for row in orders.rows(snapshot, NOW)} == {BTC}
    assert orders.pair(snapshot, "nothing") is None


def test_the_detail_tells_what_an_unknown_order_asks_of_the_user() -> None:
    snapshot = blotter(make_intent(state=IntentState.UNKNOWN, reason="read timeout"))
    head, advice, absent = orders.detail(snapshot, "intent:intent-1", NOW)
    assert "BUY 0.0041 BTC @ 60940.0" in text_of(head)
    assert text_of(advice) == " read timeout: look at the exchange before doing it again"
    assert text_of(absent) == " :settle 1 absent says that it never arrived"
    assert len(orders.detail(blotter(make_intent()), "intent:intent-1", NOW)) == 1
    assert len(orders.detail(blotter(make_intent(reason="why")), "intent:intent-1", NOW)) == 2
    assert orders.detail(snapshot, "order:binance/1", NOW) == ()


SHORT = "20261121T140211-abc234"


@pytest.mark.parametrize("state", [IntentState.HANDED_OVER, IntentState.UNKNOWN, IntentState.AMBIGUOUS])
def test_the_id_of_an_order_without_a_number_stands_whole_in_its_column(state: IntentState) -> None:
    (row,) = table(blotter(make_intent(state=state, id=SHORT)))
    column = next(column for column in orders.COLUMNS if column.key == "id")
    assert row["id"].text == "abc234"
    assert len(row["id"].text) <= column.width


def test_the_detail_of_an_ambiguous_order_names_the_numbers_to_choose_from() -> None:
    unclear = replace(make_intent(state=IntentState.AMBIGUOUS, id=SHORT), known_ids=frozenset({"1"}))
    claimed = make_intent(state=IntentState.WORKING, id="b", order_id="2")
    snapshot = blotter(unclear, claimed, resting=("1", "2", "357044", ""), trades=(make_trade(id="357051"),))
    _, which, absent = orders.detail(snapshot, f"intent:{SHORT}", NOW)
    assert text_of(which) == " :settle abc234 357044 or 357051 says which order it became"
    assert text_of(absent) == " :settle abc234 absent says that it never arrived"
    gone = blotter(replace(unclear, reason="2 orders look like it: 3, 4"))
    assert text_of(orders.detail(gone, f"intent:{SHORT}", NOW)[1]) == " 2 orders look like it: 3, 4"


@pytest.mark.parametrize(
    ("notices", "told"),
    [(("order rejected: no funds", "older"), " the bot says: order rejected: no funds"), ((), " look at the exchange")],
)
def test_an_order_that_never_showed_is_late_not_working_and_shows_what_the_bot_says(
    notices: tuple[str, ...], told: str
) -> None:
    late = make_intent(id=SHORT, created_at=NOW - timedelta(seconds=150))
    status = replace(make_pair_status(), notices=notices)
    snapshot = make_snapshot([status], config=make_config(), intents=[late])
    (row,) = table(snapshot)
    assert (row["state"].text, row["state"].tone) == ("not shown for 2m: perhaps refused", Tone.WARN)
    assert text_of(orders.title(snapshot)) == "0 working · 0 unknown"
    _, reason, absent = orders.detail(snapshot, f"intent:{SHORT}", NOW)
    assert text_of(reason) == told
    assert text_of(absent) == " :settle abc234 absent says that it never arrived"


def test_the_detail_of_an_order_tells_of_its_unclear_cancel() -> None:
    cancel = make_intent(make_cancel(make_order(id="77")), IntentState.UNKNOWN, id=SHORT)
    head, *_, absent = orders.detail(blotter(cancel, resting=("77",)), "order:binance/77", NOW)
    assert "cancel #77" in text_of(head)
    assert ":settle abc234 absent" in text_of(absent)
    ours = make_intent(state=IntentState.WORKING, order_id="77", id="a")
    assert "cancel #77" in text_of(orders.detail(blotter(cancel, ours, resting=("77",)), "intent:a", NOW)[0])
    calm = replace(cancel, state=IntentState.HANDED_OVER)
    assert "BUY" in text_of(orders.detail(blotter(calm, ours, resting=("77",)), "intent:a", NOW)[0])


def test_a_market_order_shows_no_price_it_did_not_ask_for() -> None:
    (row,) = table(blotter(make_intent(make_placement(type=OrderType.MARKET))))
    assert (row["price"].text, row["price"].sort, row["cost"].text) == ("market", None, "-")
    assert row["type"].text == "market"


def test_sort_values_are_the_numbers_themselves() -> None:
    (row,) = table(blotter(trades=(make_trade(pnl=-2.0),)))
    assert (row["price"].sort, row["amount"].sort, row["pnl"].sort) == (60120.0, 0.0123, -2.0)
    assert row["time"].sort == (NOW - timedelta(minutes=7)).timestamp()


def test_what_is_partly_filled_shows_what_was_asked_and_what_is_done() -> None:
    ours = make_intent(state=IntentState.PARTLY_FILLED, order_id="77", filled="0.001")
    snapshot = make_snapshot([make_pair_status(open_orders=(make_order(id="77", amount="0.0031"),))], intents=[ours])
    (row,) = table(snapshot)
    assert (row["amount"].text, row["filled"].text) == ("0.0041", "0.001")
    assert row["amount"].sort == float(Decimal("0.0041"))


@pytest.mark.parametrize("width", [38, 78, 118, 200])
def test_the_state_takes_the_room_that_is_left(width: int) -> None:
    columns = orders.columns(width)
    kept = [columns[index] for index in fitting(columns, width)]
    assert sum(column.width + 1 for column in kept) - 1 <= width
    assert {"pair", "side", "state"} <= {column.key for column in kept}
    assert next(column.width for column in kept if column.key == "state") <= orders.WIDEST_STATE


def test_eighty_columns_show_price_and_amount() -> None:
    names = [orders.COLUMNS[index].title for index in fitting(orders.COLUMNS, 78)]
    assert names == ["time", "pair", "side", "price", "amount", "by", "state"]


def test_an_empty_screen_says_what_would_fill_it() -> None:
    assert "reading" in text_of(orders.empty(make_snapshot(), NOW))
    assert "buy ticket" in text_of(orders.empty(blotter(), NOW))
    failed = with_feed(make_snapshot(), Topic(Kind.PAIRS), make_feed(None, problem=make_problem()))
    assert "no answer" in text_of(orders.empty(failed, NOW))
