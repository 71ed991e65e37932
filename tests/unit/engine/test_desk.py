"""The desk: one confirmed command is at most one request, under every outcome and fault."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gunbot_tui.backends.errors import Unauthorised
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
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.guard import Consent, Limits, Rule, Standing
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.trading import OrderType
from tests.clock import until
from tests.factories import make_cancel, make_order, make_placement
from tests.unit.engine.office import Office, opened

S = IntentState


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


@pytest.mark.parametrize("error", [Unauthorised("wrong password"), RuntimeError("a fault of ours")])
async def test_without_a_login_nothing_is_sent_and_the_journal_has_the_reason(office: Office, error: Exception) -> None:
    office.bot.login_error = error
    intent = await office.desk.submit(make_placement())
    reason = "wrong password" if isinstance(error, Unauthorised) else "internal error: RuntimeError"
    assert (intent.state, intent.reason) == (S.NOT_SENT, reason)
    assert office.written()[1:] == [("result", f"not sent {reason}")]
    assert await office.desk.control(StopCore()) == NotSent(reason)
    assert office.bot.executed == []


async def test_a_cancel_is_sent_however_long_its_login_took(office: Office) -> None:
    office.bot.hold("ready")
    sending = asyncio.create_task(office.desk.submit(make_cancel()))
    await until(lambda: office.states == [S.SENDING])
    office.clock.skip(8.0)
    office.bot.let_go("ready")
    assert (await sending).state is S.HANDED_OVER
    assert office.bot.executed == [make_cancel()]


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


async def test_a_command_pokes_what_it_may_have_changed(office: Office) -> None:
    intent = await office.desk.submit(make_placement())
    kinds = {topic.kind for topic in office.poked}
    assert kinds == {Kind.PAIRS, Kind.PAIR, Kind.BALANCES, Kind.HISTORY, Kind.BOOK}
    assert {topic.subject for topic in office.poked} == {"", "0", intent.pair.key}


async def test_the_screen_is_told_of_every_step(office: Office) -> None:
    await office.desk.submit(make_placement())
    steps = [event.intents[0].state for event in office.events if isinstance(event, IntentsChanged) and event.intents]
    assert steps == [S.SENDING, S.HANDED_OVER]


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
