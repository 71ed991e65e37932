"""One journal for the bots of one program: opened once, looked at once, closed by the last."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from gunbot_tui.engine.journal import Journal, JournalError
from gunbot_tui.engine.ledger import Ledger
from gunbot_tui.engine.outcome import result_of
from gunbot_tui.engine.session import Session
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.command import HandedOver
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Kind
from gunbot_tui.model.guard import Consent, Limits
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from tests.clock import ManualClock, settle, until
from tests.factories import NOW, make_intent, make_placement
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.engine.test_journal import give_to

S = IntentState
BOTS = ("home", "north", "south")


def make_ledger(bot: str, journal: Journal, clock: ManualClock) -> Ledger:
    def emit(event: Event) -> None:
        return None

    return Ledger(bot, journal, clock, emit=emit, generation=lambda: 0)


async def test_the_last_bot_that_leaves_closes_it(path: Path) -> None:
    journal = Journal(path)
    for bot in BOTS:
        await journal.open(bot)
    await journal.open("home")
    for bot in ("home", "home", "north"):
        await journal.leave(bot)
        assert not await journal.halt()
    await journal.leave("south")
    with pytest.raises(JournalError, match="not open"):
        await journal.halt()
    await journal.open("home")
    assert not await journal.halt()
    await journal.close()


async def test_a_session_that_ends_leaves_the_journal_to_the_others(path: Path) -> None:
    journal, clock = Journal(path), ManualClock()

    def publish(snapshot: Snapshot) -> None:
        return None

    sessions = []
    for name in BOTS:
        bot = ScriptedBot(frozenset({Kind.PAIRS}))
        bot.ref = BotRef(name, "scripted", "http://127.0.0.1:1", bot.ref.mode)
        sessions.append(Session(bot, clock=clock, rng=Random(1), journal=journal, limits=Limits(), publish=publish))
    lives = [asyncio.create_task(session.run()) for session in sessions]
    await until(lambda: all(session.snapshot.pairs.value is not None for session in sessions))
    await stop(sessions[0], lives[0])
    assert (await sessions[1].desk.submit(make_placement())).state is S.HANDED_OVER
    await stop(sessions[1], lives[1])
    await stop(sessions[2], lives[2])
    with pytest.raises(JournalError, match="not open"):
        await journal.halt()


async def stop(session: Session, life: asyncio.Task[None]) -> None:
    life.cancel()
    await asyncio.gather(life, return_exceptions=True)
    await session.close()


async def test_what_another_program_writes_is_news_to_every_bot_once(journal: Journal, other_journal: Journal) -> None:
    assert [await journal.changed(bot) for bot in BOTS] == [False] * 3
    await other_journal.begin("home", make_intent(id="a"), "")
    assert [await journal.changed(bot) for bot in BOTS] == [True] * 3
    assert [await journal.changed(bot) for bot in BOTS] == [False] * 3


async def test_a_halt_by_one_bot_is_heard_by_the_others_of_the_program(journal: Journal) -> None:
    clock = ManualClock()
    ledgers = [make_ledger(bot, journal, clock) for bot in BOTS]
    for ledger in ledgers:
        await ledger.open()
    ledgers[0].set_halted(halted=True)
    await until(lambda: ledgers[0].halted)
    await journal.lines(1)
    await settle()
    for ledger in ledgers:
        await ledger.refresh()
    assert all(ledger.halted for ledger in ledgers)


async def test_an_answer_that_comes_after_its_session_has_left_is_heard_by_the_next_one(journal: Journal) -> None:
    clock = ManualClock()
    left, next_one = (make_ledger("home", journal, clock) for _ in range(2))
    await left.open()
    await left.begin(make_intent(state=S.SENDING, id="a", created_at=clock.now()), "", None, Consent())
    sending = asyncio.Event()
    order = left.run(_conclude(left, sending))
    ending = asyncio.create_task(left.finish(2.0))
    while not ending.done():
        await clock.advance(1.0)
    await next_one.open()
    await next_one.refresh()
    assert [intent.state for intent in next_one.intents] == [S.SENDING]
    sending.set()
    await order
    await next_one.refresh()
    assert [intent.state for intent in next_one.intents] == [S.HANDED_OVER]


async def _conclude(ledger: Ledger, answered: asyncio.Event) -> None:
    await answered.wait()
    await ledger.conclude("a", result_of(make_placement(), HandedOver()))


async def test_what_a_dead_program_was_sending_is_told_to_the_bot_that_it_was_sent_to(
    journal: Journal, path: Path
) -> None:
    for bot in BOTS:
        await journal.begin(bot, make_intent(state=S.SENDING, id=bot, created_at=NOW), "")
    give_to(path, "north", 0)
    assert [bot for bot in BOTS if await journal.changed(bot)] == list(BOTS), "the file was written by another"
    assert [bot for bot in BOTS if await journal.changed(bot)] == ["north"]
    await journal.load("home", NOW)
    assert [bot for bot in BOTS if await journal.changed(bot)] == ["north", "south"], "home has loaded it"
    assert not any([await journal.changed(bot) for bot in BOTS])
    found = {bot: (await journal.find(bot, bot))[0].state for bot in BOTS}
    assert found == {"home": S.SENDING, "north": S.UNKNOWN, "south": S.SENDING}


async def test_bots_that_ask_at_once_are_answered_by_one_look(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = 0
    loop = asyncio.get_running_loop()
    hand_over = loop.run_in_executor

    def count(*work: object) -> object:
        nonlocal handed
        handed += 1
        return hand_over(*work)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(loop, "run_in_executor", count)
    assert await asyncio.gather(*(journal.changed(bot) for bot in BOTS)) == [False] * 3
    assert handed == 1


async def test_one_who_stops_asking_takes_the_answer_from_nobody(journal: Journal) -> None:
    asking = [asyncio.create_task(journal.changed(bot)) for bot in BOTS]
    await asyncio.sleep(0)
    asking[0].cancel()
    assert await asyncio.gather(*asking[1:]) == [False, False]
    assert asking[0].cancelled()
