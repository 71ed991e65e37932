"""One order looked at closely: what it asks of the user, and its whole story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.intent import Intent, IntentEvent, IntentState, Why
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OrderType
from gunbot_tui.views import format as fmt
from gunbot_tui.views import order_detail, orders
from gunbot_tui.views.cell import Line, Tone
from gunbot_tui.views.fact import Fact
from tests.factories import (
    NOW,
    make_cancel,
    make_config,
    make_intent,
    make_order,
    make_pair_status,
    make_placement,
    make_snapshot,
    make_trade,
    text_of,
)
from tests.unit.views.blotter import blotter, entry, table

SHORT = "20261121T140211-abc234"


def summary(snapshot: Snapshot, key: str) -> tuple[Line, ...]:
    """The lines under the table with the cursor on a row."""
    return order_detail.summary(entry(snapshot, key), snapshot, NOW)


def story(snapshot: Snapshot, key: str, why: Why | None = None) -> dict[str, str]:
    """What the story says under each label."""
    told: dict[str, list[str]] = {}
    label = ""
    for fact in order_detail.story(entry(snapshot, key), snapshot, why):
        label = fact.label or label
        told.setdefault(label, []).append(fact.text)
    return {label: "\n".join(lines) for label, lines in told.items()}


def test_the_summary_tells_what_an_unknown_order_asks_of_the_user() -> None:
    snapshot = blotter(make_intent(state=IntentState.UNKNOWN, reason="read timeout"))
    head, advice, absent = summary(snapshot, "intent:intent-1")
    assert "BUY 0.0041 BTC @ 60940.0" in text_of(head)
    assert text_of(advice) == " read timeout: look at the exchange before doing it again"
    assert text_of(absent) == " :settle 1 absent says that it never arrived"
    assert len(summary(blotter(make_intent()), "intent:intent-1")) == 1
    assert len(summary(blotter(make_intent(reason="why")), "intent:intent-1")) == 2


def test_the_summary_of_an_order_of_the_bot_says_whose_it_is_and_why() -> None:
    (line,) = summary(blotter(resting=("9",)), "order:binance/USDT-BTC/9")
    assert text_of(line) == " by strategy: probable: stepgrid works on BTC/USDT; one placed elsewhere looks the same"


def test_the_summary_of_an_ambiguous_order_names_the_numbers_to_choose_from() -> None:
    unclear = replace(make_intent(state=IntentState.AMBIGUOUS, id=SHORT), known_ids=frozenset({"1"}))
    claimed = make_intent(state=IntentState.WORKING, id="b", order_id="2")
    snapshot = blotter(unclear, claimed, resting=("1", "2", "357044", ""), trades=(make_trade(id="357051"),))
    _, which, absent = summary(snapshot, f"intent:{SHORT}")
    assert text_of(which) == " :settle abc234 357044 or 357051 says which order it became"
    assert text_of(absent) == " :settle abc234 absent says that it never arrived"
    gone = blotter(replace(unclear, reason="2 orders look like it: 3, 4"))
    assert text_of(summary(gone, f"intent:{SHORT}")[1]) == " 2 orders look like it: 3, 4"


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
    _, reason, absent = summary(snapshot, f"intent:{SHORT}")
    assert text_of(reason) == told
    assert text_of(absent) == " :settle abc234 absent says that it never arrived"


def test_the_summary_of_an_order_tells_of_its_unclear_cancel() -> None:
    cancel = make_intent(make_cancel(make_order(id="77")), IntentState.UNKNOWN, id=SHORT)
    head, *_, absent = summary(blotter(cancel, resting=("77",)), "order:binance/USDT-BTC/77")
    assert "cancel #77" in text_of(head)
    assert ":settle abc234 absent" in text_of(absent)
    ours = make_intent(state=IntentState.WORKING, order_id="77", id="a")
    assert "cancel #77" in text_of(summary(blotter(cancel, ours, resting=("77",)), "intent:a")[0])
    calm = replace(cancel, state=IntentState.HANDED_OVER)
    assert "BUY" in text_of(summary(blotter(calm, ours, resting=("77",)), "intent:a")[0])


def ours(**changes: object) -> Intent:
    """An order of ours that works partly filled."""
    made = make_intent(state=IntentState.PARTLY_FILLED, id=SHORT, order_id="77", filled="0.001", reason="seen twice")
    return replace(made, funds="1204.00 USDT free", **changes)  # type: ignore[arg-type] # any field


def test_the_story_of_an_order_of_ours_holds_all_that_is_known() -> None:
    events = (IntentEvent(NOW, "intent", "shown"), IntentEvent(NOW + timedelta(seconds=2), "result", "handed over"))
    cancel = make_intent(make_cancel(make_order(id="77")), IntentState.REFUSED, id="c", reason="unknown order")
    snapshot = blotter(cancel, ours(), resting=("77",))
    told = story(snapshot, f"intent:{SHORT}", Why(ours(), "BUY 0.0041 BTC\n\n book 2 s old", events))
    assert told["order"] == "BUY 0.0041 BTC @ 60940.0"
    assert told["state"] == "partly filled · cancel refused: unknown order\nseen twice"
    assert told["cancel"].startswith("c · refused: unknown order")
    assert told["by"].startswith("me: ")
    assert "probable" in told["by"]
    assert (told["bot"], told["exchange"]) == ("home", "binance · USDT-BTC")
    assert told["number"] == "#77 on the exchange"
    assert told["id"] == f"abc234 · {SHORT} in the journal"
    assert (told["amount"], told["filled"]) == ("0.0041 BTC", "0.001 BTC, left 0.0031")
    assert (told["price"], told["cost"]) == ("60940 USDT", "249.85 USDT")
    assert told["funds"] == "before the press: 1204.00 USDT free"
    assert told["seen"] == "BUY 0.0041 BTC\n book 2 s old"
    assert [line[20:] for line in told["events"].splitlines()] == ["intent shown", "result handed over"]
    assert {"confirmed", "changed", "placed"} <= told.keys()


def test_the_story_says_that_the_journal_is_still_read() -> None:
    assert story(blotter(ours()), f"intent:{SHORT}")["journal"] == "reading …"


def test_the_story_of_an_oco_names_both_orders_and_all_prices() -> None:
    command = replace(make_placement(type=OrderType.OCO), stop=Decimal(62000), stop_limit=Decimal(62100))
    told = story(blotter(ours(command=command, leg_id="78"), resting=("77", "78")), f"intent:{SHORT}")
    assert told["number"] == "#77 on the exchange\n#78, the other half of the OCO"
    assert (told["type"], told["stop"], told["stop limit"]) == ("oco", "62000 USDT", "62100 USDT")


def test_the_story_of_a_trade_has_its_fee_and_result_and_no_journal() -> None:
    told = story(blotter(trades=(make_trade(id="5", pnl=3.2),)), "trade:binance/USDT-BTC/5/1")
    assert (told["fee"], told["pnl"]) == ("0.74 USDT", "+3.20 USDT")
    assert told["order"] == "BUY 0.0123 BTC @ 60120"
    assert "traded" in told
    assert not {"journal", "id", "funds"} & told.keys()


def test_an_order_of_ours_without_a_number_says_so() -> None:
    assert story(blotter(make_intent()), "intent:intent-1")["number"] == "the bot shows none"


@pytest.mark.parametrize("width", [20, 37, 76])
@pytest.mark.parametrize("text", ["a reason of many words that needs more than a line " * 3, "界" * 90, "x" * 200, ""])
def test_nothing_of_a_story_is_cut(text: str, width: int) -> None:
    rows = order_detail.story_rows((Fact("state", text), Fact("by", "me")), width)
    columns = order_detail.story_columns(width)
    assert sum(column.width + 1 for column in columns) - 1 <= width
    assert all(fmt.width(row.cells[1].text) <= columns[1].width for row in rows)
    assert "".join(row.cells[1].text for row in rows[:-1]).replace(" ", "") == text.replace(" ", "")
    assert [row.cells[0].text for row in rows if row.cells[0].text] == ["state", "by"]
    assert len({row.key for row in rows}) == len(rows)
