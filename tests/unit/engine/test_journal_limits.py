"""What the journal says against an order, and that nothing is written when a judge refuses."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Blocked, Journal, JournalError
from gunbot_tui.engine.risk import TWIN_SECONDS
from gunbot_tui.model.guard import Consent, Halt, Rule, Standing, Usage
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import NOW, make_cancel, make_intent, make_pair, make_placement
from tests.journal import standing

S = IntentState
HUNDRED = make_placement(price="1000", amount="0.1")
KEY = HUNDRED.pair.key


def hundred(id: str, state: IntentState = S.HANDED_OVER, order_id: str = "") -> Intent:
    """An order over 100 USDT, sent just now."""
    return make_intent(HUNDRED, state=state, id=id, created_at=NOW, order_id=order_id)


def counted(amount: str) -> dict[str, Decimal]:
    return {"USDT": Decimal(amount), KEY: Decimal(amount)}


@pytest.mark.parametrize("state", [S.SENDING, S.HANDED_OVER, S.UNKNOWN, S.AMBIGUOUS, S.WORKING, S.FILLED])
async def test_money_that_may_have_moved_counts_as_moved(journal: Journal, state: IntentState) -> None:
    await journal.begin("home", hundred("a", state), "")
    assert await journal.usage("home", NOW) == Usage(counted("100"), counted("100"), 1)


@pytest.mark.parametrize("state", [S.NOT_SENT, S.REFUSED, S.MISSING])
async def test_what_never_came_counts_nothing(journal: Journal, state: IntentState) -> None:
    sending = hundred("a", S.SENDING)
    await journal.begin("home", sending, "")
    assert await journal.advance(sending, replace(sending, state=state), "result")
    assert await journal.usage("home", NOW) == Usage()


async def test_an_order_that_was_seen_before_it_vanished_counts(journal: Journal) -> None:
    await journal.begin("home", hundred("a", S.MISSING, order_id="77"), "")
    assert (await journal.usage("home", NOW)).hour == counted("100")


async def test_a_cancelled_order_counts_what_was_filled(journal: Journal) -> None:
    working = hundred("a", S.WORKING, order_id="77")
    await journal.begin("home", working, "")
    assert await journal.advance(working, replace(working, state=S.CANCELLED, filled="0.025"), "evidence")
    assert await journal.usage("home", NOW) == Usage(counted("25"), counted("25"), 1)


async def test_a_cancel_moves_no_money(journal: Journal) -> None:
    await journal.begin("home", make_intent(make_cancel(), created_at=NOW), "")
    assert await journal.usage("home", NOW) == Usage()


async def test_an_order_counts_at_the_highest_of_its_prices(journal: Journal) -> None:
    oco = replace(HUNDRED, type=OrderType.OCO, stop=Decimal(1100), stop_limit=Decimal(1200))
    await journal.begin("home", make_intent(oco, created_at=NOW), "")
    assert (await journal.usage("home", NOW)).day == counted("120")


async def test_minutes_hours_and_days_end_by_themselves(journal: Journal) -> None:
    await journal.begin("home", hundred("a"), "")
    spans = {timedelta(minutes=1): 1, timedelta(hours=1): 0, timedelta(days=1): 0}
    for span, minute in spans.items():
        usage = await journal.usage("home", NOW + span)
        assert (bool(usage.hour.get("USDT")), usage.minute) == (span <= timedelta(hours=1), minute)
    assert await journal.usage("home", NOW + timedelta(days=1, microseconds=1)) == Usage()


async def test_a_clock_that_was_set_back_frees_no_limit(journal: Journal) -> None:
    await journal.begin("home", hundred("a"), "")
    found = await standing(journal, HUNDRED, NOW - timedelta(days=3))
    assert (found.usage.hour, found.usage.minute, found.twins) == (counted("100"), 1, ("a",))


async def test_each_money_and_each_pair_has_its_own_sum(journal: Journal) -> None:
    ether, euro = make_pair("ETH"), make_pair(money="EUR")
    for number, pair in enumerate((make_pair(), ether, euro)):
        order = make_placement(pair, price="100", amount=str(number + 1))
        await journal.begin("home", make_intent(order, id=str(number), created_at=NOW), "")
    await journal.begin("other", make_intent(id="other", created_at=NOW), "")
    expected = {"USDT": 300, "EUR": 300, KEY: 100, ether.key: 200, euro.key: 300}
    sums = {name: Decimal(sum) for name, sum in expected.items()}
    assert await journal.usage("home", NOW) == Usage(sums, sums, 3)


async def test_sums_are_exact_where_binary_ones_are_not(journal: Journal) -> None:
    order = make_placement(price="100.1", amount="1")
    for number in range(10):
        await journal.begin("home", make_intent(order, id=str(number), created_at=NOW), "")
    assert (await journal.usage("home", NOW)).day["USDT"] == Decimal(1001)


async def test_an_amount_that_is_no_number_is_not_written(journal: Journal) -> None:
    for amount in ("Infinity", "NaN"):
        with pytest.raises(JournalError):
            await journal.begin("home", make_intent(make_placement(amount=amount), id="a"), "")
    assert await journal.load("home", NOW) == ()


async def test_twins_are_the_same_order_lately_in_any_spelling(journal: Journal) -> None:
    twin = make_placement(price="1000.00", amount="0.10")
    await journal.begin("home", make_intent(twin, id="twin", created_at=NOW), "")
    others = (
        replace(twin, side=Side.SELL),
        replace(twin, closes=True),
        make_placement(make_pair("ETH"), price="1000", amount="0.1"),
        make_placement(price="1000", amount="0.2"),
    )
    for number, order in enumerate(others):
        await journal.begin("home", make_intent(order, id=str(number), created_at=NOW), "")
    await journal.begin("home", hundred("refused", S.REFUSED), "")
    within = NOW + timedelta(seconds=TWIN_SECONDS)
    assert (await standing(journal, HUNDRED, within)).twins == ("twin",)
    assert (await standing(journal, HUNDRED, within + timedelta(microseconds=1))).twins == ()


async def test_nearly_the_same_order_is_a_twin_in_the_journal_too(journal: Journal) -> None:
    close = replace(HUNDRED, closes=True)
    for id, order in {"near": make_placement(price="1009", amount="0.0981"), "close": close}.items():
        await journal.begin("home", make_intent(order, id=id, created_at=NOW), "")
    assert (await standing(journal, HUNDRED, NOW)).twins == ("near",)
    assert (await standing(journal, replace(close, amount=Decimal("0.05")), NOW)).twins == ("close",)


async def test_unknown_orders_stand_against_their_pair_and_side_however_old(journal: Journal) -> None:
    old = NOW - timedelta(days=90)
    await journal.begin("home", make_intent(HUNDRED, S.UNKNOWN, "old", old), "")
    await journal.begin("home", hundred("new", S.UNKNOWN), "")
    await journal.begin("home", hundred("known"), "")
    await journal.begin("home", make_intent(make_cancel(), S.UNKNOWN, "cancel"), "")
    await journal.begin("other", hundred("other", S.UNKNOWN), "")
    assert (await standing(journal, HUNDRED, NOW)).unknowns == ("new", "old")
    assert (await standing(journal, replace(HUNDRED, side=Side.SELL), NOW)).unknowns == ()


async def test_the_judge_hears_what_others_wrote_and_nothing_is_written_when_it_refuses(
    journal: Journal, other_journal: Journal
) -> None:
    await other_journal.begin("home", hundred("theirs"), "")
    heard: list[Standing] = []

    def judge(standing: Standing) -> str | None:
        heard.append(standing)
        return "over the limit"

    with pytest.raises(Blocked) as caught:
        await journal.begin("home", hundred("ours", S.SENDING), "seen", judge)
    assert caught.value.reason == "over the limit"
    assert heard == [Standing(Usage(counted("100"), counted("100"), 1), halted=False, twins=("theirs",))]
    assert await journal.find("home", "ours") == ()
    assert await journal.events("ours") == ()


async def test_a_judge_that_has_nothing_to_say_lets_it_be_written(journal: Journal) -> None:
    await journal.begin("home", hundred("a", S.SENDING), "seen", lambda standing: None)
    assert [event.detail for event in await journal.events("a")] == ["seen"]


async def test_a_judge_that_fails_blocks_the_order_and_leaves_its_trace(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def judge(standing: Standing) -> str | None:
        raise ArithmeticError("no such number")

    with pytest.raises(JournalError, match="no such number"):
        await journal.begin("home", hundred("a", S.SENDING), "", judge)
    assert await journal.load("home", NOW) == ()
    assert "in judge" in caplog.text


async def test_what_was_agreed_to_is_written_beside_the_intent(journal: Journal) -> None:
    consent = Consent(frozenset({Rule.NOTIONAL, Rule.COLLAR}), frozenset({"20261121T140211-abc234"}), "100.00 abc234")
    await journal.begin("home", hundred("a"), "seen", None, consent)
    await journal.begin("home", hundred("b"), "seen", None, Consent())
    story = [(event.event, event.detail) for event in await journal.events("a")]
    agreed = "max_collar_percent, max_notional, 20261121T140211-abc234: typed 100.00 abc234"
    assert story == [("intent", "seen"), ("override", agreed)]
    assert [event.event for event in await journal.events("b")] == ["intent"]


async def test_a_halt_holds_for_every_program_and_those_that_start_later(
    journal: Journal, other_journal: Journal
) -> None:
    assert await journal.halt() is None
    await journal.set_halt(NOW, "cockpit", halted=True)
    assert await other_journal.halt() == Halt(NOW, "this cockpit")
    assert (await standing(other_journal, HUNDRED, NOW)).halted
    await journal.close()
    await journal.open()
    assert await journal.halt() == Halt(NOW, "cockpit")
    await other_journal.set_halt(NOW, "release", halted=False)
    assert await journal.halt() is None
    told = [(event.event, event.detail) for event in await journal.events("")]
    assert told == [("halt", f"cockpit {os.getpid()}"), ("release", f"release {os.getpid()}")]


async def test_of_several_who_halt_the_first_is_told_with_its_process(journal: Journal, path: Path) -> None:
    panic = "import sys; from pathlib import Path; from gunbot_tui.shell.halt import set_halt; "
    command = [sys.executable, "-c", f"{panic} set_halt(Path(sys.argv[1]), halted=True)", str(path)]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0
    await journal.set_halt(NOW, "cockpit", halted=True)
    halt = await journal.halt()
    assert halt is not None
    assert halt.by == f"panic {process.pid}"
    assert halt.at != NOW
