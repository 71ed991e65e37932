"""The desk: one confirmed command is at most one request, under every outcome and fault."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.risk import judge
from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.command import (
    HandedOver,
    NotSent,
    Outcome,
    PlaceOrder,
    Refused,
    StartCore,
    StopCore,
    Unknown,
)
from gunbot_tui.model.event import IntentsChanged
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Consent, Limits, Rule, Standing
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.trading import HistoryPage, OrderType, Side
from tests.clock import until
from tests.factories import (
    make_cancel,
    make_feed,
    make_intent,
    make_order,
    make_pair_status,
    make_placement,
    make_snapshot,
    make_trade,
    with_feed,
)
from tests.unit.engine.office import Office, opened

S = IntentState


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.fixture
async def office(path: Path) -> AsyncIterator[Office]:
    async with opened(path) as office:
        yield office


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (HandedOver(), S.HANDED_OVER, ""),
        (NotSent("connection refused"), S.NOT_SENT, "connection refused"),
        (Refused("insufficient funds"), S.REFUSED, "insufficient funds"),
        (Unknown("no answer in 10 s"), S.UNKNOWN, "no answer in 10 s"),
        (RuntimeError("a fault of ours"), S.UNKNOWN, "internal error: RuntimeError"),
    ],
)
async def test_every_outcome_is_one_request_one_state_and_is_written_down(
    office: Office, outcome: Outcome | Exception, state: IntentState, reason: str
) -> None:
    office.bot.outcome = outcome
    intent = await office.desk.submit(make_placement(), seen="BUY 0.0041 BTC")
    assert office.bot.executed == [make_placement()]
    assert (intent.state, intent.reason) == (state, reason)
    assert office.desk.intents == office.snapshot.intents == (intent,)
    assert office.written() == [("intent", "BUY 0.0041 BTC"), ("result", f"{state} {reason}".strip())]


async def test_the_intent_is_on_disk_before_the_bot_is_asked(office: Office) -> None:
    office.bot.hold("execute")
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: bool(office.bot.executed))
    assert [event for event, _ in office.written()] == ["intent"]
    assert office.states == [S.SENDING]
    office.bot.let_go("execute")
    assert (await sending).state is S.HANDED_OVER


async def test_a_caller_that_is_cancelled_changes_nothing(office: Office) -> None:
    office.bot.hold("execute")
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: bool(office.bot.executed))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    office.bot.let_go("execute")
    await until(lambda: office.states == [S.HANDED_OVER])
    assert len(office.bot.executed) == 1


async def test_a_caller_that_is_cancelled_before_the_journal_answers_still_sends_once(office: Office) -> None:
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await asyncio.sleep(0)
    sending.cancel()
    await until(lambda: office.states == [S.HANDED_OVER])
    assert len(office.bot.executed) == 1


async def test_an_equal_command_is_refused_while_the_first_is_being_sent(office: Office) -> None:
    office.bot.hold("execute")
    first = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: office.states == [S.SENDING])
    async with asyncio.timeout(5):
        second = await office.desk.submit(make_placement())
        third = await office.desk.submit(make_placement())
    other = asyncio.create_task(office.desk.submit(make_placement(amount="0.5")))
    await until(lambda: len(office.bot.executed) == 2)
    office.bot.let_go("execute")
    assert {second.state, third.state} == {S.NOT_SENT}
    assert "being sent" in second.reason
    assert {(await first).state, (await other).state} == {S.HANDED_OVER}


async def test_after_its_answer_an_equal_command_is_a_new_order(office: Office) -> None:
    one = await office.desk.submit(make_placement())
    other = await office.desk.submit(make_placement(), consent=Consent(intents=frozenset({one.id})))
    assert one.id != other.id
    assert office.desk.intents == (other, one)
    assert len(office.bot.executed) == 2


@pytest.mark.parametrize("command", [make_placement(), make_cancel()])
@pytest.mark.parametrize("state", [LinkState.OFFLINE, LinkState.CONNECTING, LinkState.REFUSED])
async def test_nothing_is_sent_to_a_bot_that_is_not_online(
    office: Office, state: LinkState, command: PlaceOrder
) -> None:
    office.snapshot = replace(office.snapshot, link=Link(state))
    intent = await office.desk.submit(command)
    assert (intent.state, office.bot.executed, office.desk.intents) == (S.NOT_SENT, [], ())


async def test_while_halted_nothing_is_sent_until_it_is_released(office: Office) -> None:
    office.desk.halt()
    assert office.snapshot.halted
    assert (await office.desk.submit(make_placement())).state is S.BLOCKED
    assert (await office.desk.submit(make_cancel())).state is S.BLOCKED
    assert isinstance(await office.desk.control(StopCore()), NotSent)
    assert ":release" in (await office.desk.submit(make_placement())).reason
    assert office.bot.executed == []
    office.desk.release()
    assert (await office.desk.submit(make_placement())).state is S.HANDED_OVER
    assert [event for event, _ in office.written()][:2] == ["halt", "release"]


async def test_a_halt_that_comes_while_the_intent_is_being_written_stops_it(office: Office) -> None:
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await asyncio.sleep(0)
    office.desk.halt()
    assert (await sending).state is S.NOT_SENT
    assert office.bot.executed == []
    assert "HALTED" in office.desk.intents[0].reason


async def test_a_link_lost_while_the_intent_is_being_written_stops_it(office: Office) -> None:
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await asyncio.sleep(0)
    office.snapshot = replace(office.snapshot, link=Link(LinkState.OFFLINE))
    assert (await sending).state is S.NOT_SENT
    assert office.bot.executed == []


async def test_an_order_whose_intent_took_too_long_to_write_is_not_sent(office: Office) -> None:
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await asyncio.sleep(0)
    office.clock.skip(2.5)
    assert (await sending).state is S.NOT_SENT
    assert office.bot.executed == []


async def test_a_verb_that_the_bot_can_not_do_is_refused_with_its_reason(office: Office) -> None:
    office.bot.capabilities = Capabilities({Capability.PLACE_ORDER: "this bot is read-only"})
    intent = await office.desk.submit(make_placement())
    assert (intent.state, intent.reason, office.bot.executed) == (S.NOT_SENT, "this bot is read-only", [])
    assert (await office.desk.submit(make_cancel())).state is S.HANDED_OVER


async def test_an_order_without_an_exact_id_is_not_cancelled(office: Office) -> None:
    assert (await office.desk.submit(make_cancel(make_order(id="")))).state is S.NOT_SENT
    assert office.bot.executed == []


@pytest.mark.parametrize(
    ("amount", "price", "limit", "refused"),
    [
        ("1", "500", "500", False),
        ("1", "500.01", "500", True),
        ("0.01", "50000", None, False),
        ("1000000", "1000000", None, False),
        ("0", "1", None, True),
        ("-1", "1", None, True),
        ("1", "0", None, True),
        ("NaN", "1", "500", True),
        ("Infinity", "1", "500", True),
        ("1", "sNaN", "500", True),
    ],
)
def test_hard_limits_hold_for_every_placement(amount: str, price: str, limit: str | None, refused: bool) -> None:
    limits = Limits() if limit is None else Limits(hard={Rule.NOTIONAL: Decimal(limit)})
    for kind in OrderType:
        command = make_placement(amount=amount, price=price, type=kind)
        assert (judge(command, limits, Standing(), Consent(), reduces=True) is not None) == refused


async def test_an_order_over_the_hard_limit_is_not_sent_and_says_which(path: Path) -> None:
    async with opened(path, Limits(hard={Rule.NOTIONAL: Decimal("200")})) as office:
        intent = await office.desk.submit(make_placement())
        assert intent.state is S.BLOCKED
        assert "over the limit of 200 USDT" in intent.reason
        assert (await office.desk.submit(make_cancel())).state is S.HANDED_OVER
        assert office.bot.executed == [make_cancel()]


@pytest.fixture
def diary(path: Path) -> Path:
    """A journal path where somebody else's file lies."""
    path.parent.mkdir(mode=0o700)
    path.write_text("somebody's diary" * 50)
    return path


async def test_without_a_journal_placements_are_refused_and_cancels_work(diary: Path) -> None:
    async with opened(diary) as office:
        assert office.snapshot.journal_problem is not None
        said = office.snapshot.journal_problem.summary
        assert str(diary) in said
        placed = await office.desk.submit(make_placement())
        assert (placed.state, placed.reason) == (S.NOT_SENT, said)
        assert (await office.desk.submit(make_cancel())).state is S.HANDED_OVER
        assert office.bot.executed == [make_cancel()]
        assert office.snapshot.journal_problem.summary == said


async def test_when_writing_fails_nothing_is_sent_and_it_heals(office: Office, path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE events RENAME TO hidden")
    placed = await office.desk.submit(make_placement())
    assert placed.state is S.NOT_SENT
    assert office.bot.executed == []
    assert office.snapshot.journal_problem is not None
    assert (await office.desk.submit(make_cancel())).state is S.HANDED_OVER
    with db:
        db.execute("ALTER TABLE hidden RENAME TO events")
    db.close()
    assert (await office.desk.submit(make_placement())).state is S.HANDED_OVER
    assert office.snapshot.journal_problem is None


async def test_ids_seen_before_the_press_are_remembered_and_never_matched(office: Office) -> None:
    before = make_pair_status(open_orders=(make_order(id="1"),))
    history = make_feed(HistoryPage((make_trade(id="2"),), 1))
    office.snapshot = with_feed(make_snapshot([before]), Topic(Kind.HISTORY, "0"), history)
    intent = await office.desk.submit(make_placement())
    assert intent.known_ids == {"1", "2"}
    office.desk.look()
    assert office.states == [S.HANDED_OVER]


async def test_evidence_moves_an_intent_and_is_written_down(office: Office) -> None:
    await office.desk.submit(make_placement())
    order = make_order(id="77", placed_at=None)
    office.snapshot = replace(make_snapshot([make_pair_status(open_orders=(order,))]), intents=office.desk.intents)
    office.desk.look()
    assert office.states == [S.WORKING]
    assert office.snapshot.intents[0].order_id == "77"
    await until(lambda: office.written()[-1][0] == "evidence")
    assert office.written()[-1][1] == "working 77 probable match, working orders read 14:02:10"
    seen = len(office.events)
    office.desk.look()
    assert len(office.events) == seen


async def test_a_command_pokes_what_it_may_have_changed(office: Office) -> None:
    intent = await office.desk.submit(make_placement())
    kinds = {topic.kind for topic in office.poked}
    assert kinds == {Kind.PAIRS, Kind.PAIR, Kind.BALANCES, Kind.HISTORY, Kind.BOOK}
    assert {topic.subject for topic in office.poked} == {"", "0", intent.pair.key}


async def test_the_screen_is_told_of_every_step(office: Office) -> None:
    await office.desk.submit(make_placement())
    steps = [event.intents[0].state for event in office.events if isinstance(event, IntentsChanged) and event.intents]
    assert steps == [S.SENDING, S.HANDED_OVER]


async def leave_unknown(office: Office) -> Intent:
    office.bot.outcome = Unknown("no answer")
    return await office.desk.submit(make_placement())


@pytest.mark.parametrize("word", ["absent", "ABSENT", "Absent"])
async def test_only_the_whole_word_declares_an_unknown_order_absent(office: Office, word: str) -> None:
    intent = await leave_unknown(office)
    for wrong in ("", "abs", "y", "absent ", "77"):
        assert "it takes absent" in (await office.desk.settle_by_user(intent.short_id, wrong) or "")
    assert office.states == [S.UNKNOWN]
    assert await office.desk.settle_by_user(intent.short_id, word) is None
    assert office.states == [S.MISSING]
    assert office.written()[-1][0] == "settled by user"
    assert "waits for no verdict" in (await office.desk.settle_by_user(intent.short_id, word) or "")


async def test_an_order_that_the_bot_took_can_be_declared_absent_once_it_had_time_to_show_it(office: Office) -> None:
    intent = await office.desk.submit(make_placement())
    office.clock.skip(29.0)
    assert "just now" in (await office.desk.settle_by_user(intent.short_id, "absent") or "")
    assert office.states == [S.HANDED_OVER]
    office.clock.skip(1.0)
    assert await office.desk.settle_by_user(intent.short_id, "absent") is None
    assert office.states == [S.MISSING]


async def test_an_intent_is_named_by_six_letters_or_their_beginning_in_any_case(office: Office) -> None:
    intent = await leave_unknown(office)
    assert re.fullmatch("[a-z2-7]{6}", intent.short_id)
    for nobody in ("", "zzzzzzz", f"{intent.short_id}x"):
        assert await office.desk.settle_by_user(nobody, "absent") is not None
    assert await office.desk.settle_by_user(intent.short_id[:3].upper(), "absent") is None
    assert office.states == [S.MISSING]


async def test_a_beginning_that_two_intents_share_names_neither(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    for short_id in ("abc234", "abd567"):
        await journal.begin("home", make_intent(state=S.UNKNOWN, id=f"20261121T140211-{short_id}"), "")
    await journal.close()
    async with opened(path) as office:
        assert "2 orders" in (await office.desk.settle_by_user("ab", "absent") or "")
        assert office.states == [S.UNKNOWN, S.UNKNOWN]
        assert await office.desk.settle_by_user("abc", "absent") is None
        assert await office.desk.settle_by_user("20261121T140211-abd567", "absent") is None
        assert office.states == [S.MISSING, S.MISSING]


async def test_the_user_settles_an_ambiguous_order_by_its_id(office: Office) -> None:
    intent = await leave_unknown(office)
    orders = (make_order(id="77", placed_at=None), make_order(id="78", placed_at=None))
    office.snapshot = replace(make_snapshot([make_pair_status(open_orders=orders)]), intents=office.desk.intents)
    office.desk.look()
    assert office.states == [S.AMBIGUOUS]
    refused = await office.desk.settle_by_user(intent.short_id, "79")
    assert refused == f'"79" is no verdict on {intent.short_id}: it takes absent or 77 or 78'
    assert await office.desk.settle_by_user(intent.short_id, "78") is None
    assert [(intent.state, intent.order_id) for intent in office.desk.intents] == [(S.WORKING, "78")]


async def test_a_restart_finds_open_intents_and_what_was_being_sent_is_unknown(path: Path) -> None:
    async with opened(path) as first:
        first.bot.hold("execute")
        sending = asyncio.create_task(first.desk.submit(make_placement()))
        await until(lambda: bool(first.bot.executed))
        async with opened(path) as second:
            assert second.states == [S.UNKNOWN]
            assert second.bot.executed == []
        first.bot.let_go("execute")
        await sending
    async with opened(path) as third:
        assert third.states == [S.HANDED_OVER]


async def test_a_refusal_before_the_start_leaves_no_trace(office: Office) -> None:
    office.desk.halt()
    await office.desk.submit(make_placement())
    await until(lambda: bool(office.written()))
    assert [event for event, _ in office.written()] == ["halt"]


@pytest.mark.parametrize("outcome", [HandedOver(), Refused("no"), Unknown("?"), RuntimeError()])
async def test_start_and_stop_are_one_request_each(office: Office, outcome: Outcome | Exception) -> None:
    office.bot.outcome = outcome
    answer = await office.desk.control(StartCore())
    assert office.bot.executed == [StartCore()]
    assert isinstance(answer, Unknown) if isinstance(outcome, Exception) else answer == outcome


async def test_closing_waits_for_what_is_on_its_way_but_not_for_ever(path: Path) -> None:
    office = Office(path)
    await office.desk.open()
    office.bot.hold("execute")
    sending = asyncio.create_task(office.desk.submit(make_placement()))
    await until(lambda: bool(office.bot.executed))
    closing = asyncio.create_task(office.desk.close())
    await office.clock.advance(1.9)
    assert not closing.done()
    assert (await office.desk.submit(make_cancel())).state is S.NOT_SENT
    await office.clock.advance(0.2)
    assert closing.done()
    office.bot.let_go("execute")
    await sending
    await office.journal.close()


async def test_the_list_keeps_every_open_intent_and_the_last_others(office: Office) -> None:
    await leave_unknown(office)
    office.clock.skip(1.0)
    office.bot.outcome = Refused("no")
    for _ in range(205):
        await office.desk.submit(make_placement(side=Side.SELL))
    assert len(office.desk.intents) == 201
    assert office.desk.intents[-1].state is S.UNKNOWN
