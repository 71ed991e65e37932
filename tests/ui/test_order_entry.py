"""The last-command line tells the story of an order from the press on, and what a new start finds open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.intent import CHOSEN, NOT_TRIED, Intent, IntentState
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from tests.factories import HALT, NOW, make_cancel, make_intent, make_order, make_placement, make_problem
from tests.ui.driven import Driven, driven
from tests.ui.scene import BTC


async def test_an_order_says_at_once_that_it_is_being_sent_and_then_what_became_of_it() -> None:
    async with driven() as shown:
        before = shown.session.snapshot
        sending = make_intent(state=IntentState.SENDING, id="new", created_at=NOW)
        await shown.publish(replace(before, intents=(sending, *before.intents)))
        assert "BUY 0.0041 BTC @ 60940.0 is being sent" in shown.last
        unknown = replace(sending, state=IntentState.UNKNOWN)
        working = replace(unknown, state=IntentState.WORKING, order_id="9")
        for intent in (unknown, working):
            await shown.publish(replace(before, intents=(intent, *before.intents)))
        assert "works #9" in shown.last


async def rings(shown: Driven, intent: Intent, patch: pytest.MonkeyPatch) -> int:
    """Let an order of ours stand somewhere else now; how often the bell rang for it."""
    rung: list[None] = []
    with patch.context() as patched:
        patched.setattr(shown.app, "bell", lambda: rung.append(None))
        await shown.publish(replace(shown.session.snapshot, intents=(intent,)))
        await shown.publish(replace(shown.session.snapshot, generation=1))
    return len(rung)


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        (IntentState.REFUSED, "no such order", "REFUSED: no such order · cancel"),
        (IntentState.UNKNOWN, "no answer in 10 s", "UNKNOWN"),
        (IntentState.NOT_SENT, "dropped by the halt", "NOT SENT: dropped by the halt · cancel"),
    ],
)
async def test_the_end_of_a_cancel_that_nobody_waits_for_is_told_with_one_bell(
    state: IntentState, reason: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = make_intent(make_cancel(make_order(id="")), IntentState.WAITING, created_at=NOW)
    async with driven() as shown:
        assert await rings(shown, waiting, monkeypatch) == 0
        assert "it is sent once the bot shows its order" in shown.last
        assert await rings(shown, replace(waiting, state=IntentState.SENDING), monkeypatch) == 0
        assert await rings(shown, replace(waiting, state=state, reason=reason), monkeypatch) == 1
        assert told in shown.last


async def test_the_answer_to_an_order_rings_once_however_it_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    async with driven() as shown:
        monkeypatch.setattr(shown.app, "bell", lambda: rung.append(shown.last))
        shown.desk.answers = {1: (IntentState.REFUSED, "insufficient balance")}
        await shown.command("buy 0.0041 @ 60940")
        await shown.confirm("B")
        assert "REFUSED: insufficient balance · BUY 0.0041 BTC" in shown.last
        await shown.publish(replace(shown.session.snapshot, generation=1))
    assert len(rung) == 1


async def test_an_order_of_another_program_is_told_as_new() -> None:
    async with driven() as shown:
        await shown.publish(replace(shown.session.snapshot, intents=(make_intent(id="shell", created_at=NOW),)))
        assert "BUY 0.0041 BTC @ 60940.0 handed to the bot" in shown.last


async def test_on_a_narrow_screen_an_unknown_order_of_another_window_says_not_to_repeat_it() -> None:
    async with driven(size=(80, 24)) as shown:
        lost = make_intent(state=IntentState.UNKNOWN, id="elsewhere", created_at=shown.clock.now())
        await shown.publish(replace(shown.session.snapshot, intents=(lost,)))
        last = next(line for line in shown.text.split("\n") if "another window" in line)
        assert "UNKNOWN, it may have arrived: do not repeat it" in last[:80]


async def test_the_outcome_of_a_press_stays_until_the_next_key_whatever_other_windows_do() -> None:
    async with driven() as shown:
        shown.desk.answers = {1: (IntentState.BLOCKED, "the same order was sent elsewhere")}
        await shown.command("buy 0.0041 @ 60940")
        await shown.confirm("B")
        outcome = shown.last
        assert "BLOCKED: the same order was sent elsewhere · BUY 0.0041 BTC" in outcome
        before = shown.session.snapshot
        other = make_intent(state=IntentState.WORKING, id="elsewhere", created_at=shown.clock.now(), order_id="868747")
        await shown.publish(replace(before, intents=(other, *before.intents)))
        assert shown.last == outcome
        await shown.press("j")
        assert "another window: BUY 0.0041 BTC @ 60940.0 works #868747" in shown.last


async def test_the_outcome_of_a_press_goes_on_with_its_own_order_only() -> None:
    async with driven() as shown:
        await shown.command("buy 0.0041 @ 60940")
        await shown.confirm("B")
        sent, before = shown.session.snapshot.intents[0], shown.session.snapshot.intents
        twin = replace(sent, id="elsewhere", state=IntentState.UNKNOWN)
        await shown.publish(replace(shown.session.snapshot, intents=(twin, *before)))
        assert "handed to the bot" in shown.last
        works = replace(sent, state=IntentState.WORKING, order_id="9")
        await shown.publish(replace(shown.session.snapshot, intents=(twin, works, *before[1:])))
        assert "another window" not in shown.last
        assert "works #9" in shown.last


async def test_a_line_that_came_back_is_said_where_its_loss_was() -> None:
    async with driven() as shown:
        online = shown.session.snapshot.link
        await shown.publish(replace(shown.session.snapshot, link=Link(LinkState.OFFLINE, NOW, make_problem())))
        await shown.command("buy 0.0041 @ 60940")
        assert "no line to home" in shown.last
        await shown.publish(replace(shown.session.snapshot, link=online))
        assert "the line to home is back" in shown.last


async def test_a_halt_and_its_end_in_another_program_are_said() -> None:
    async with driven() as shown:
        await shown.publish(replace(shown.session.snapshot, halt=HALT))
        assert "halted elsewhere, by cockpit 4711: nothing is sent until :release" in shown.last
        await shown.publish(replace(shown.session.snapshot, halt=None))
        assert "released elsewhere" in shown.last
        await shown.press("ctrl+g")
        assert "halted: nothing is sent" in shown.last
        await shown.command("release")
        assert "released: orders can be sent again" in shown.last


@pytest.mark.parametrize(("ids", "told"), [("a", "1 order of ours"), ("abc", "3 orders of ours")])
async def test_a_start_says_how_many_orders_it_found_open(ids: str, told: str) -> None:
    async with driven() as shown:
        over = make_intent(state=IntentState.FILLED, id="over")
        found = (make_intent(state=IntentState.UNKNOWN, id=id) for id in ids)
        await shown.publish(replace(shown.session.snapshot, intents=(*found, over)))
        assert f"open from before: {told}, see 5 Orders" in shown.last


async def test_what_is_over_is_not_told_again_at_a_start() -> None:
    async with driven() as shown:
        before = shown.last
        over = make_intent(state=IntentState.REFUSED, id="over"), make_intent(make_cancel(), IntentState.CANCELLED, "b")
        await shown.publish(replace(shown.session.snapshot, intents=over))
        assert shown.last == before


async def test_an_ambiguous_order_is_settled_by_the_number_of_an_order() -> None:
    async with driven() as shown:
        await shown.command("settle abc234 #357044")
        assert shown.desk.settled == [("abc234", "357044")]
        assert "abc234 is order #357044" in shown.last
        await shown.command("settle abc234 maybe")
        assert "nothing settled: no such verdict" in shown.last


@pytest.mark.parametrize(
    ("word", "said"), [("357044", "abc234 is order #357044"), ("absent", "abc234 is closed as never arrived")]
)
async def test_a_verdict_typed_here_on_another_windows_order_is_this_windows(word: str, said: str) -> None:
    async with driven() as shown:
        lost = make_intent(state=IntentState.AMBIGUOUS, id="20261121T140207-abc234", created_at=shown.clock.now())
        await shown.publish(replace(shown.session.snapshot, intents=(lost,)))
        assert "another window" in shown.last
        await shown.command(f"settle abc234 {word}")
        assert said in shown.last
        (settled,) = shown.session.snapshot.intents
        await shown.publish(replace(shown.session.snapshot, intents=(replace(settled, state=IntentState.FILLED),)))
        assert "another window" not in shown.last


async def test_a_verdict_typed_in_another_window_is_told_as_the_users_and_as_no_probable_match() -> None:
    async with driven() as shown:
        found = make_intent(state=IntentState.WORKING, id="elsewhere", order_id="9", created_at=shown.clock.now())
        chosen = replace(found, reason=CHOSEN)
        await shown.publish(replace(shown.session.snapshot, intents=(chosen,)))
        assert "another window: BUY 0.0041 BTC @ 60940.0 works #9 (chosen by the user)" in shown.last


async def cancel_three(shown: Driven) -> None:
    """Confirm the cancels of three orders."""
    commands = tuple(make_cancel(make_order(id=str(id))) for id in range(1, 4))
    draft = CancelDraft(CancelScope.OURS_ON_PAIR, BTC)
    shown.cockpit.orders.send(CancelPreview(draft, commands, NOW), (), "home")
    await shown.settle()


async def test_several_cancels_end_with_how_each_kind_of_them_fared() -> None:
    async with driven() as shown:
        shown.desk.answers = {
            2: (IntentState.REFUSED, "no such order"),
            3: (IntentState.NOT_SENT, NOT_TRIED),
        }
        await cancel_three(shown)
        assert "3 cancels: 1 sent, 1 not tried, 1 refused: no such order" in shown.last


async def test_of_several_cancels_the_worst_gives_the_reason() -> None:
    async with driven() as shown:
        shown.desk.answers = {2: (IntentState.REFUSED, "no such order"), 3: (IntentState.UNKNOWN, "no answer in 10 s")}
        await cancel_three(shown)
        assert "3 cancels: 1 sent, 1 refused, 1 unknown: no answer in 10 s" in shown.last


async def test_o24_leaving_with_orders_in_flight_or_unknown_asks_lists_them_and_is_allowed() -> None:
    async with driven() as shown:
        before = shown.session.snapshot
        unknown = make_intent(make_placement(amount="0.002"), IntentState.UNKNOWN, id="20261121-abc234")
        sending = make_intent(state=IntentState.SENDING, id="20261121-def567")
        await shown.publish(replace(before, intents=(unknown, sending, *before.intents)))
        await shown.press("q")
        assert "q again within 2 s leaves" in shown.last
        assert "abc234 unknown, BUY 0.002 BTC @ 60940.0" in shown.last
        assert "def567 sending, BUY 0.0041 BTC @ 60940.0" in shown.last
        assert shown.app.return_code is None
        await shown.press("q")
        assert shown.app.return_code == 0


async def test_o24_leaving_with_nothing_in_flight_lists_nothing() -> None:
    async with driven() as shown:
        await shown.press("q")
        assert "q again within 2 s leaves; nothing is cancelled by leaving" in shown.last
        assert shown.app.return_code is None
