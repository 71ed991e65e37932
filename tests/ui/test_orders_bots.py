"""One blotter over several bots of both kinds: whose row it is, what may be done with it, and the way to its bot."""

from __future__ import annotations

from dataclasses import replace

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import HistoryPage
from tests.clock import ManualClock
from tests.factories import NOW, make_feed, make_problem, make_trade, with_feed
from tests.freqtrade_day import recorded_bot
from tests.ui.driven import Driven, make_bot, session_of, several
from tests.ui.scripted import ScriptedSession


def two() -> tuple[ScriptedSession, ScriptedSession]:
    """A Gunbot that is shown and a Freqtrade."""
    away = replace(recorded_bot(), bot=replace(make_bot("away"), kind="freqtrade"))
    return session_of("home"), ScriptedSession(away, ManualClock())


def rows(shown: Driven) -> list[tuple[str, str]]:
    """The bots and pairs from top to bottom."""
    assert shown.table is not None
    return [(row.cells[0].text, row.cells[2].text) for row in shown.table.rows]


async def point_at(shown: Driven, bot: str, words: str) -> None:
    """Put the cursor on the first row of a bot that has these words."""
    assert shown.table is not None
    row = next(r for r in shown.table.rows if r.cells[0].text == bot and any(words in c.text for c in r.cells))
    shown.table.move_cursor(row.key)
    await shown.settle()


async def test_all_bots_stand_in_one_table_with_their_names() -> None:
    async with several(*two()) as shown:
        await shown.press("5")
        assert shown.table is not None
        assert "bot" not in [column.key for column in shown.table.columns]
        await shown.press("a")
        assert {"home", "away"} == {bot for bot, _ in rows(shown)}
        assert rows(shown)[0:3].count(("away", "ADA/USDT")) == 1
        assert "2 bots · 3 working · 0 unknown · 5 trades open" in shown.text
        await shown.press("a")
        assert "bot" not in [column.key for column in shown.table.columns]


async def test_what_is_over_is_read_of_the_others_only_while_they_are_shown() -> None:
    home, away = two()
    async with several(home, away) as shown:
        await shown.press("5")
        assert away.shown == frozenset()
        await shown.press("a")
        assert {Topic(Kind.CLOSED, "0"), Topic(Kind.HISTORY, "0")} <= away.shown
        assert not away.is_active
        await shown.press("1")
        assert away.shown == frozenset()


async def test_nothing_of_another_bot_is_cancelled_from_here() -> None:
    async with several(*two()) as shown:
        await shown.press("5", "a")
        await point_at(shown, "away", "ADA/USDT")
        await shown.press("x")
        assert "it is away's: enter switches to away first" in shown.last
        assert not shown.cockpit.ticket.is_open
        await shown.press("space", "x")
        assert "1 of the marked are other bots'" in shown.last
        assert not shown.cockpit.ticket.is_open


async def test_a_ticket_is_never_opened_from_the_row_of_another_bot() -> None:
    async with several(*two()) as shown:
        await shown.press("5", "a")
        await point_at(shown, "away", "ETH/USDT")
        await shown.press("b")
        assert not shown.cockpit.ticket.is_open


async def test_enter_switches_to_the_rows_bot_and_points_at_it() -> None:
    async with several(*two()) as shown:
        await shown.press("5", "a")
        await point_at(shown, "away", "TRX/USDT")
        await shown.press("enter")
        assert shown.bar.startswith(" away ")
        assert shown.table is not None
        assert shown.table.cursor_row is not None
        assert shown.table.cursor_row.cells[1].text == "TRX/USDT"
        assert "5 trades open · closed page 1 of 47" in shown.text


async def test_our_own_bots_row_is_opened_as_ever() -> None:
    async with several(*two()) as shown:
        await shown.press("5", "a")
        await point_at(shown, "home", "357044")
        await shown.press("enter")
        assert shown.bar.startswith(" home ")
        assert "backspace goes back" in shown.text


async def test_a_bot_that_is_gone_is_named_and_its_rows_stay() -> None:
    home, away = two()
    away.snapshot = replace(away.snapshot, link=Link(LinkState.OFFLINE, NOW, make_problem()))
    async with several(home, away) as shown:
        await shown.press("5", "a")
        assert "old or unread: away" in shown.text
        assert ("away", "ADA/USDT") in rows(shown)


async def test_older_pages_of_every_history_are_turned_together_and_enter_finds_a_row_of_them() -> None:
    home, away = two()
    newer, older = Topic(Kind.HISTORY, "0"), Topic(Kind.HISTORY, "1")
    pages = {newer: HistoryPage((make_trade(id="told-1"),), 2), older: HistoryPage((make_trade(id="told-2"),), 2)}
    home.snapshot = replace(home.snapshot, feeds={**home.snapshot.feeds, **{at: make_feed(pages[at]) for at in pages}})
    closed = away.snapshot.closed().value
    assert closed is not None
    first, *_, last = closed.deals
    async with several(home, away) as shown:
        await shown.press("5", "a", "minus")
        assert older in home.shown
        assert Topic(Kind.CLOSED, "1") in away.shown
        assert rows(shown) == [("home", "BTC/USDT binance")]
        assert "2 bots · 0 unknown · page 2 of 47 of each history" in shown.text
        turned = replace(closed, deals=(replace(last, id="9001"), replace(first, id="9000")))
        away.publish(with_feed(away.snapshot, Topic(Kind.CLOSED, "1"), make_feed(turned)))
        await shown.settle()
        assert [bot for bot, _ in rows(shown)].count("away") == 2
        await point_at(shown, "away", "9000")
        await shown.press("enter")
        assert shown.bar.startswith(" away ")
        assert "closed page 2 of" in shown.text
        assert shown.table is not None
        assert shown.table.cursor_row is not None
        assert "9000" in [cell.text for cell in shown.table.cursor_row.cells]


async def test_the_pages_of_all_bots_end_with_the_longest_history() -> None:
    home, away = session_of("home"), session_of("away")
    for session, total in ((home, 1), (away, 2)):
        page = make_feed(HistoryPage((make_trade(),), total))
        session.snapshot = with_feed(session.snapshot, Topic(Kind.HISTORY, "0"), page)
    async with several(home, away) as shown:
        await shown.press("5", "a", "minus", "minus", "minus")
        assert "page 2 of 2 of each history" in shown.text
        assert "reading page 2 of the history …" in shown.text
        await shown.press("+")
        assert "working" in shown.text
