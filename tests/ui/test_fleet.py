"""Several bots in one cockpit: which is shown, what is told of the others, and that nothing of one reaches another."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.startup import LoginMissing, SetupError
from tests.clock import until
from tests.factories import NOW, make_intent, make_problem
from tests.ui.driven import DOGE, LATER, Failing, moment, other_day, session_of, several, two
from tests.ui.scene import BTC, ETH, with_bid


def offline(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, link=Link(LinkState.OFFLINE, NOW, make_problem()))


async def test_the_next_bot_is_shown_by_a_key_and_the_one_before_by_another() -> None:
    async with several(*two()) as shown:
        assert shown.bar.startswith(" home ")
        await shown.press(")")
        assert shown.bar.startswith(" away ")
        assert "DOGE/USDT" in shown.text
        assert "SOL/USDT" not in shown.text
        await shown.press("(")
        assert shown.bar.startswith(" home ")
        assert "SOL/USDT" in shown.text


async def test_a_bot_is_shown_by_its_name_however_it_is_written() -> None:
    async with several(*two()) as shown:
        await shown.command("bot AWAY")
        assert shown.bar.startswith(" away ")
        await shown.command("bot nowhere")
        assert 'there is no bot "nowhere"; known: home, away' in shown.last


async def test_the_names_of_bots_are_completed() -> None:
    async with several(*two()) as shown:
        await shown.press(":")
        await shown.type("bot aw")
        await shown.press("tab")
        assert shown.cockpit.line.field.value.strip() == "bot away"


async def test_news_of_another_bot_never_reach_what_is_shown() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press(")", "2")
        home.publish(with_bid(home.snapshot, 77777.7))
        await shown.settle()
        assert shown.app.snapshot is away.snapshot
        assert shown.cockpit.snapshot is away.snapshot
        assert "77777" not in shown.text
        home.publish(with_bid(home.snapshot, 66666.6))
        away.publish(with_bid(away.snapshot, 43.0))
        await shown.settle()
        assert shown.app.snapshot is away.snapshot
        await shown.press("(")
        assert shown.app.snapshot is home.snapshot
        assert "66666.6" in shown.text


async def test_each_bot_keeps_its_selected_pair() -> None:
    async with several(*two()) as shown:
        await shown.command("pair ETH")
        await shown.press(")")
        assert shown.cockpit.pair == DOGE
        await shown.command("pair BTC")
        await shown.press("(")
        assert shown.cockpit.pair == ETH
        await shown.press(")")
        assert shown.cockpit.pair == BTC


async def test_an_order_that_is_being_written_is_closed_by_a_change_of_bot() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.command("buy 0.01 @ 50000")
        assert shown.ticket_text
        await shown.app.activate("away")
        await shown.settle()
        assert shown.ticket_text == ""
        assert "away: the ticket is closed, nothing was sent" in shown.last
        await shown.press("b")
        assert "50000" not in shown.ticket_text
        assert home.desk.sent == away.desk.sent == []


async def test_a_confirmed_order_goes_to_the_bot_it_was_written_for_whatever_is_shown_then() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.command("buy 0.01 @ 50000")
        await shown.settle()
        shown.send_key("B", at=_later())
        shown.send_key(")", at=_later())
        await shown.settle()
        await shown.settle()
        assert shown.bar.startswith(" away ")
        assert len(home.desk.sent) == 1
        assert away.desk.sent == []


async def test_the_view_goes_on_and_marks_are_gone_on_another_bot() -> None:
    async with several(*two()) as shown:
        await shown.press("space", "z")
        assert "FROZEN" in shown.bar
        await shown.press(")")
        assert "FROZEN" not in shown.bar
        await shown.press("(")
        assert shown.table.marked == frozenset()


async def test_each_bot_keeps_its_filter_and_the_fleet_begins_at_the_bot_that_is_shown() -> None:
    async with several(*two()) as shown:
        await shown.command("filter SOL")
        await shown.press(")")
        assert "DOGE/USDT" in shown.text
        await shown.press("(")
        assert [row.cells[0].text for row in shown.table.rows] == ["SOL/USDT"]
        await shown.press("0", "j")
        assert shown.table.cursor_key == "away"
        await shown.press("1", "0")
        assert shown.table.cursor_key == "home"
        await shown.press(")")
        assert shown.table.cursor_key == "away"


async def test_only_the_shown_bot_is_read_for_the_screen() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press("2")
        assert Topic(Kind.BOOK, BTC.key) in home.shown
        assert (away.shown, away.is_active) == (frozenset(), False)
        await shown.press(")")
        assert Topic(Kind.BOOK, DOGE.key) in away.shown
        assert (home.is_active, away.is_active) == (False, True)
        assert home.shown == frozenset()


async def test_a_fault_of_ours_at_one_bot_leaves_the_others_and_is_gone_once_it_is_opened_anew() -> None:
    home, away = two()
    async with several(home, away) as shown:
        away.breaks(OverflowError("date value out of range"))
        await shown.press("0")
        assert re.search(r"away: .*internal error: OverflowError", shown.text)
        await shown.command("buy 0.01 BTC @ bid")
        assert "BUY" in shown.ticket_text
        await shown.press("escape", "0", "j", "r")
        await until(lambda: away.openings == 2)
        await shown.settle()
        assert "internal error" not in shown.text


async def test_a_fill_at_a_bot_that_is_not_shown_is_told_with_its_name() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press("j")
        working = make_intent(state=IntentState.WORKING, id="intent-9", order_id="9", created_at=NOW)
        away.list(working)
        await shown.settle()
        away.list(replace(working, state=IntentState.FILLED))
        await shown.settle()
        assert "away: " in shown.last
        assert "filled" in shown.last


async def test_leaving_names_the_unfinished_orders_of_all_bots() -> None:
    home, away = two()
    async with several(home, away) as shown:
        away.list(make_intent(state=IntentState.UNKNOWN, id="intent-9", created_at=NOW))
        await shown.settle()
        await shown.press("q")
        assert "at away" in shown.last
        assert "1 unknown elsewhere (key 0)" in shown.bar


async def test_every_session_is_closed_at_the_end() -> None:
    home, away = two()
    async with several(home, away) as shown:
        app = shown.app
    await app.wait_closed()
    assert home.is_closed
    assert away.is_closed


async def test_the_fleet_shows_a_row_for_each_bot_and_enter_shows_the_bot() -> None:
    async with several(*two()) as shown:
        await shown.press("5", "0")
        assert "2 bots · 2 online" in shown.text
        assert "home ◂" in shown.text
        await shown.press("j", "enter")
        assert shown.bar.startswith(" away ")
        assert "history page" in shown.text


async def test_bots_that_are_away_are_counted_in_the_bar() -> None:
    home, away = two()
    async with several(home, away) as shown:
        away.publish(offline(away.snapshot))
        await shown.settle()
        assert "1 bot offline (key 0)" in shown.bar
        await shown.press("0")
        assert "offline" in shown.text
        assert "no answer from 127.0.0.1:3000" in shown.text


async def test_a_bot_that_cannot_be_opened_is_a_state_and_the_others_live() -> None:
    home = session_of("home")
    async with several(home, Failing(SetupError("config.toml, line 7: bots.away.mod: unknown key", 2))) as shown:
        assert "1 bot not open (key 0)" in shown.bar
        await shown.press("0")
        assert "config.toml, line 7: bots.away.mod: unknown key" in shown.text
        assert shown.app.is_running


async def test_a_first_bot_that_cannot_be_opened_leaves_the_others_to_be_shown() -> None:
    away = session_of("away", other_day())
    async with several(Failing(SetupError("no good", 2)), away) as shown:
        assert "REFUSED" in shown.bar
        await shown.press(")")
        assert "DOGE/USDT" in shown.text


async def test_a_missing_password_is_asked_for_on_the_screen_and_not_shown() -> None:
    home, away = session_of("home"), session_of("away", other_day())
    failing = Failing(LoginMissing("bots.away says nowhere where its password is kept", 3, ("password",)))
    async with several(home, failing) as shown:
        await shown.press("0", "j")
        assert "needs login" in shown.text
        await shown.press("r")
        assert "password of away:" in shown.text
        await shown.type("hunter2")
        assert "hunter2" not in shown.text
        failing.open = away.open  # type: ignore[method-assign]  # from now on the secret is right
        await shown.press("enter")
        await shown.settle()
        assert "needs login" not in shown.text
        await shown.press("enter")
        assert shown.bar.startswith(" away ")


async def test_a_refused_login_is_tried_again_with_its_secrets_read_anew() -> None:
    home, away = two()
    async with several(home, away) as shown:
        refused = Link(LinkState.REFUSED, NOW, make_problem("wrong password", ProblemKind.UNAUTHORISED))
        away.publish(replace(away.snapshot, link=refused))
        await shown.press("0", "j")
        assert "needs login" in shown.text
        assert "wrong password" in shown.text
        away.snapshot = other_day()
        await shown.press("r")
        await until(lambda: away.openings == 2)
        await shown.settle()
        assert away.is_closed
        assert "needs login" not in shown.text
        assert home.openings == 1


@pytest.mark.parametrize("key", ["1", "8"])
async def test_trying_a_refused_login_again_says_the_same_on_every_screen(key: str) -> None:
    home, away = two()
    async with several(home, away) as shown:
        refused = Link(LinkState.REFUSED, NOW, make_problem("wrong password", ProblemKind.UNAUTHORISED))
        home.publish(replace(home.snapshot, link=refused))
        await shown.press(key)
        assert "r tries again · wrong password" in shown.text
        await shown.press("r")
        assert "home: logging in again" in shown.last
        await until(lambda: home.openings == 2)


async def test_a_login_waits_for_the_answer_to_an_order_that_is_being_sent() -> None:
    home, away = two()
    async with several(home, away) as shown:
        away.list(make_intent(state=IntentState.SENDING, id="intent-9", created_at=NOW))
        away.desk.answered.clear()
        refused = Link(LinkState.REFUSED, NOW, make_problem("wrong password", ProblemKind.UNAUTHORISED))
        away.publish(replace(away.snapshot, link=refused))
        await shown.press("0", "j", "r")
        assert "away: logging in again once the order that is being sent is answered" in shown.last
        assert (away.openings, away.is_closed) == (1, False)
        away.desk.answered.set()
        await until(lambda: away.openings == 2)
        assert away.is_closed


async def test_what_a_replaced_session_still_says_is_not_heard() -> None:
    home, away = two()
    async with several(home, away) as shown:
        say_late = away.heard_by
        shown.cockpit.crew.renew("away")
        await until(lambda: away.openings == 2)
        await shown.settle()
        assert say_late is not None
        say_late(offline(away.snapshot))
        await shown.settle()
        assert shown.app.fleet["away"].link.state is LinkState.ONLINE


async def test_a_ticket_is_opened_for_no_bot_but_the_one_that_is_shown() -> None:
    async with several(*two()) as shown:
        await shown.press("0", "j", "b")
        assert shown.ticket_text == ""
        assert "home is shown, the cursor is on away: enter shows it" in shown.last
        await shown.press("k", "b")
        assert "home" in shown.ticket_text


async def test_an_order_that_is_not_sent_comes_back_at_its_own_bot_alone() -> None:
    home, away = two()
    async with several(home, away) as shown:
        home.desk.answers = {1: (IntentState.REFUSED, "no")}
        await shown.command("buy 0.01 BTC/USDT @ 50000")
        shown.send_key("B", at=_later())
        shown.send_key(")", at=_later())
        await shown.settle()
        await shown.command("again")
        assert "50000" not in shown.ticket_text


async def test_with_one_bot_only_the_fleet_is_new() -> None:
    async with several(session_of("home")) as shown:
        assert "Fleet" not in shown.text
        await shown.press("0")
        assert "1 bot · 1 online" in shown.text
        await shown.press(")")
        assert "home is the only bot in the config file" in shown.last


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_narrow_fleet_keeps_name_state_and_today(size: tuple[int, int]) -> None:
    async with several(*two(), size=size) as shown:
        await shown.press("0")
        assert "home ◂" in shown.text
        assert "running" in shown.text
        assert "+12.41" in shown.text


async def test_a_narrow_fleet_tells_the_bot_under_the_cursor_whole() -> None:
    async with several(*two(), size=(80, 24)) as shown:
        await shown.press("0")
        assert " home · gunbot · LIVE · running · 3 open, 2 working · ●" in shown.text
        assert "holds 1902.98 USDT" in shown.text
        await shown.press("j")
        assert " away · gunbot · LIVE · running · 2 open, 0 working · ●" in shown.text
        assert "holds 0.51 USDT" in shown.text


async def test_no_bot_gives_way_to_what_is_told_below() -> None:
    async with several(*two(), size=(80, 10)) as shown:
        await shown.press("0")
        assert len(shown.table.rows) == 2
        assert "home ◂" in shown.text
        assert "  away " in shown.text


def _later() -> float:
    return moment() + LATER
