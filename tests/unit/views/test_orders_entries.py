"""What stands in the blotter: one row per order, the state of each in words, what needs the user first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, OrderType, Side
from gunbot_tui.views import orders
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.order_entries import entries, entry_of
from gunbot_tui.views.order_records import order_records
from tests.factories import (
    NOW,
    make_cancel,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_snapshot,
    make_trade,
)
from tests.unit.views.blotter import blotter, entry, rows, states, table

BTC = make_pair()


def oco(state: IntentState, order_id: str = "", leg_id: str = "") -> Intent:
    """A buy below the market with a stop above it."""
    command = PlaceOrder(
        BTC, Side.BUY, OrderType.OCO, Decimal("0.0041"), Decimal(60000), Decimal(62000), Decimal(62100)
    )
    return replace(make_intent(command, state, order_id=order_id), leg_id=leg_id)


def holding(*open_orders: OpenOrder, intents: tuple[Intent, ...] = ()) -> Snapshot:
    """A bot with these working orders on one pair."""
    return make_snapshot([make_pair_status(open_orders=open_orders)], intents=intents)


def test_an_order_handed_over_stands_at_once_and_says_what_it_waits_for() -> None:
    (row,) = table(blotter(make_intent()))
    assert row["state"].text == "waiting for the bot to show it (cycle about 1 s)"
    assert row["origin"].text == "me"
    assert (row["price"].text, row["amount"].text, row["cost"].text) == ("60940.0", "0.0041", "249.85")


def test_a_matched_order_is_one_row_that_keeps_its_key() -> None:
    before = blotter(make_intent(id="a"))
    after = blotter(make_intent(id="a", state=IntentState.WORKING, order_id="77"), resting=("77", "78"))
    assert [row.key for row in rows(before)] == ["intent:a"]
    assert sorted(row.key for row in rows(after)) == ["intent:a", "order:binance/USDT-BTC/78"]
    by_id = {row["id"].text: row["origin"].text for row in table(after)}
    assert by_id == {"77": "me", "78": "strategy"}


def test_the_same_id_on_another_account_is_another_order() -> None:
    elsewhere = make_pair(exchange="binance#3")
    other = make_pair_status(elsewhere, open_orders=(make_order(elsewhere, id="77"),))
    ours = make_intent(state=IntentState.WORKING, order_id="77")
    snapshot = make_snapshot([make_pair_status(open_orders=(make_order(id="77"),)), other], intents=[ours])
    assert sorted(row["origin"].text for row in table(snapshot)) == ["me", "strategy"]


@pytest.mark.parametrize(
    ("state", "reason", "text", "tone"),
    [
        (IntentState.SENDING, "", "sending", Tone.WARN),
        (IntentState.UNKNOWN, "read timeout", "UNKNOWN 1 · :settle 1 absent", Tone.ALERT),
        (IntentState.AMBIGUOUS, "", "several orders look like it · AMBIGUOUS 1", Tone.ALERT),
        (IntentState.AMBIGUOUS, "2 orders look like it: 1, 2", "2 orders look like it: 1, 2 · AMBIGUOUS 1", Tone.ALERT),
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


@pytest.mark.parametrize("state", [IntentState.WORKING, IntentState.PARTLY_FILLED])
def test_an_order_that_the_bot_lists_no_more_is_not_called_working(state: IntentState) -> None:
    snapshot = blotter(make_intent(state=state, order_id="77"), resting=("78",))
    (row,) = [row for row in table(snapshot) if row["id"].text == "77"]
    assert (row["state"].text, row["state"].tone) == ("not listed any more", Tone.WARN)
    records = order_records(entries(snapshot), "home")
    told = [dict(zip(records.fields, line, strict=True)) for line in records.lines]
    assert {line["id"]: line["state"] for line in told} == {"77": "not listed any more", "78": "working"}


def test_an_order_of_which_the_bot_tells_nothing_is_as_it_was_seen_last() -> None:
    ours = make_intent(state=IntentState.WORKING, order_id="77")
    assert states(make_snapshot([make_pair_status(open_orders=None)], intents=[ours])) == ["working"]


def test_a_cancel_whose_order_has_gone_was_not_refused() -> None:
    cancel = make_intent(make_cancel(make_order(id="77")), id="c", created_at=NOW - timedelta(minutes=3))
    ours = make_intent(state=IntentState.WORKING, order_id="77")
    gone = entry(blotter(ours, cancel), "intent:intent-1")
    assert (gone.state, gone.tone) == ("cancel handed over · gone from the bot's list, being proven", Tone.OURS)
    (kept,) = states(blotter(ours, cancel, resting=("77",)))
    assert kept == "cancel handed over · not dropped for 2m: perhaps refused"


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
    found = table(blotter(refused, resting=("9",), trades=(new, old, make_trade(id="3", at=None))))
    assert [row["id"].text for row in found] == ["9", "2", "1", "1", "3"]


def test_a_trade_of_ours_says_me_and_replaces_the_finished_order() -> None:
    done = make_intent(state=IntentState.FILLED, order_id="5")
    (row,) = table(blotter(done, trades=(make_trade(id="5", pnl=3.2),)))
    assert (row["origin"].text, row["type"].text, row["state"].text) == ("me", "limit", "filled")
    assert (row["pnl"].text, row["pnl"].tone, row["fee"].text) == ("+3.20", Tone.GAIN, "0.74")


def test_fills_of_one_order_are_rows_of_their_own() -> None:
    found = rows(blotter(trades=(make_trade(id="5"), make_trade(id="5"))))
    assert len({row.key for row in found}) == 2


def test_what_is_partly_filled_shows_what_was_asked_and_what_is_done() -> None:
    ours = make_intent(state=IntentState.PARTLY_FILLED, order_id="77", filled="0.001")
    snapshot = make_snapshot([make_pair_status(open_orders=(make_order(id="77", amount="0.0031"),))], intents=[ours])
    (row,) = table(snapshot)
    assert (row["amount"].text, row["filled"].text) == ("0.0041", "0.001")
    assert row["amount"].sort == float(Decimal("0.0041"))


def test_a_cancel_on_sight_says_what_it_waits_for_on_the_row_of_its_order() -> None:
    order = make_intent(id="a-abc234")
    waiting = make_intent(replace(make_cancel(), id="", of="a-abc234"), IntentState.WAITING, id="c")
    assert states(blotter(waiting, order)) == ["cancel waits for it to show"]
    lost = replace(order, state=IntentState.UNKNOWN)
    (row,) = table(blotter(waiting, lost))
    assert (row["state"].text, row["state"].tone) == ("UNKNOWN abc234 · cancel waits for it to show", Tone.ALERT)


def test_a_cancel_on_sight_without_its_order_has_a_row_of_its_own() -> None:
    waiting = make_intent(replace(make_cancel(), id="", of="gone"), IntentState.WAITING, id="c")
    assert states(blotter(waiting, resting=("",)))[0] == "cancel waits for its order to show"


def test_every_cancel_of_a_frozen_list_shows_its_own_result() -> None:
    results = {
        "1": (IntentState.HANDED_OVER, ""),
        "2": (IntentState.REFUSED, "unknown order"),
        "3": (IntentState.NOT_SENT, "not tried: the line died"),
        "4": (IntentState.UNKNOWN, "timeout"),
    }
    cancels = [
        make_intent(make_cancel(make_order(id=id)), state, id=f"c{id}", reason=reason)
        for id, (state, reason) in results.items()
    ]
    by_id = {row["id"].text: row["state"].text for row in table(blotter(*cancels, resting=tuple(results)))}
    assert by_id["1"].startswith("cancel handed over")
    assert by_id["2"] == "working · cancel refused: unknown order"
    assert by_id["3"] == "working · cancel not sent: not tried: the line died"
    assert by_id["4"].startswith("cancel UNKNOWN c4")


def test_a_cancel_that_came_to_nothing_stays_in_the_history_when_its_order_is_gone() -> None:
    refused = make_intent(make_cancel(make_order(id="77")), IntentState.REFUSED, id="c", reason="unknown order")
    assert states(blotter(refused)) == ["cancel refused: unknown order"]
    assert states(blotter(refused, trades=(make_trade(id="77"),))) == ["filled"]


def test_the_two_exchange_orders_of_an_oco_are_one_row() -> None:
    target, stop = make_order(id="8", price="60000"), make_order(id="7", price="62100")
    ours = oco(IntentState.WORKING, "8", "7")
    (row,) = table(holding(stop, target, intents=(ours,)))
    assert (row["type"].text, row["id"].text, row["origin"].text) == ("oco", "8", "me")
    assert (row["price"].text, row["stop"].text) == ("60000.0", "62000.0")
    (left,) = table(holding(stop, intents=(ours,)))
    assert left["id"].text == "7"


def test_the_fill_of_either_half_of_an_oco_replaces_its_finished_order() -> None:
    done = oco(IntentState.FILLED, "8", "7")
    for id in ("8", "7"):
        (row,) = table(blotter(done, trades=(make_trade(id=id),)))
        assert (row["origin"].text, row["type"].text, row["state"].text) == ("me", "oco", "filled")


@pytest.mark.parametrize(
    ("type", "closes", "word"),
    [
        (OrderType.STOP_LIMIT, False, "stop-limit"),
        (OrderType.TRAILING_STOP, False, "trailing"),
        (OrderType.OCO, False, "oco"),
        (OrderType.LIMIT, True, "close"),
        (OrderType.MARKET, True, "close"),
    ],
)
def test_each_type_of_ours_has_its_word_and_its_stop(type: OrderType, closes: bool, word: str) -> None:
    command = replace(make_placement(type=type), stop=Decimal("60800.5"), closes=closes)
    (row,) = table(blotter(make_intent(command)))
    assert (row["type"].text, row["stop"].text, row["stop"].sort) == (word, "60800.5", 60800.5)


def test_a_stop_order_of_the_bot_shows_what_triggers_it() -> None:
    (row,) = table(holding(replace(make_order(), stop=Decimal("60800"))))
    assert (row["type"].text, row["stop"].text) == ("stop-limit", "60800.0")


def test_equal_orders_without_an_exact_id_are_rows_of_their_own() -> None:
    assert len({row.key for row in rows(blotter(resting=("", "")))}) == 2


def test_the_same_number_on_two_pairs_of_an_exchange_is_two_rows() -> None:
    eth = make_pair("ETH")
    both = [make_pair_status(open_orders=(make_order(),)), make_pair_status(eth, open_orders=(make_order(eth),))]
    assert len({row.key for row in rows(make_snapshot(both))}) == 2


def test_only_what_can_be_named_can_be_cancelled() -> None:
    snapshot = blotter(
        make_intent(id="a", state=IntentState.WORKING, order_id="77"),
        make_intent(id="b-abc234"),
        make_intent(id="c", state=IntentState.WORKING, order_id="9"),
        make_intent(id="d", state=IntentState.REFUSED),
        resting=("77", "78"),
        trades=(make_trade(id="5"),),
    )
    named = {entry.key: entry.cancel_id for entry in entries(snapshot)}
    assert named == {
        "intent:a": "77",
        "intent:b-abc234": "abc234",
        "intent:c": "",
        "intent:d": "",
        "order:binance/USDT-BTC/78": "78",
        "trade:binance/USDT-BTC/5/1": "",
    }
    assert "not show this order any more" in orders.why_not_cancel(entry(snapshot, "intent:c"))
    assert "over" in orders.why_not_cancel(entry(snapshot, "intent:d"))
    assert orders.why_not_cancel(entry(snapshot, "intent:a")) == ""
    (nameless,) = entries(blotter(resting=("",)))
    assert "cancel it on the exchange" in orders.why_not_cancel(nameless)
    assert "cancel it on the exchange" in nameless.state


def test_an_intent_from_long_ago_is_an_entry_by_itself() -> None:
    old = make_intent(id="old", state=IntentState.WORKING, order_id="77")
    assert entry_of(old, blotter()).order is None
    shown = entry_of(old, blotter(resting=("77",)))
    assert (shown.key, shown.cancel_id, shown.origin) == ("intent:old", "77", "me")


def test_an_order_cancelled_after_a_part_keeps_its_row_beside_that_part() -> None:
    ours = make_intent(id="a", state=IntentState.CANCELLED, order_id="77", filled="0.001")
    snapshot = blotter(ours, trades=(make_trade(id="77", amount=0.001),))
    whole, part = rows(snapshot)
    assert {whole.key, part.key} == {"intent:a", "trade:binance/USDT-BTC/77/1"}
    told = {row["state"].text: (row["amount"].text, row["filled"].text) for row in table(snapshot)}
    assert told["cancelled"] == ("0.0041", "0.001")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (IntentState.CANCELLED, "done: the order is gone"),
        (IntentState.FILLED, "came too late: the order was filled before"),
    ],
)
def test_a_cancel_that_is_over_never_reads_as_if_it_had_been_cancelled_itself(state: IntentState, told: str) -> None:
    assert entry_of(make_intent(make_cancel(), state), blotter()).state == f"cancel {told}"
