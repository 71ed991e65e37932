"""Words of the bot that look like markup are shown as they came, on every screen and in every layer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import AuthStatus, Link, LinkState
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.files import ConfigEntry, FileList, FileText, Folder
from gunbot_tui.model.market import Mark, MarkKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage
from tests.factories import (
    NOW,
    make_balance,
    make_book,
    make_candles,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_placement,
    make_pnl,
    make_problem,
    make_snapshot,
    make_trade,
)
from tests.ui.driven import driven

LINK = "[@click=app.quit]"
COIN = "[/red]"
PAIR = make_pair(COIN)
WORDS = f"{LINK}sell[/] [bold"


def hostile(link: Link | None = None) -> Snapshot:
    """A bot whose every name and message is markup."""
    status = replace(
        make_pair_status(PAIR, strategy=LINK, open_orders=(make_order(PAIR, id="1[b]"),)), notices=(WORDS, "[/]")
    )
    feeds: dict[Topic, Feed[object]] = {
        Topic(Kind.BOOK, PAIR.key): make_feed(make_book(), interval_seconds=1.0),
        Topic(Kind.CANDLES, PAIR.key): make_feed(make_candles(range(60900, 61000)), interval_seconds=5.0),
        Topic(Kind.MARKS, PAIR.key): make_feed((Mark(NOW - timedelta(minutes=9), MarkKind.NOTE, WORDS),)),
        Topic(Kind.HISTORY, "0"): make_feed(HistoryPage((make_trade(PAIR, id="[/]"),), 1)),
        Topic(Kind.FILES, "strategies"): make_feed(FileList(Folder.STRATEGY, (WORDS,))),
        Topic(Kind.FILE, f"{Folder.STRATEGY}/{WORDS}"): make_feed(FileText(Folder.STRATEGY, WORDS, (WORDS,))),
        Topic(Kind.AUTH): make_feed(AuthStatus(WORDS, is_demo=False, is_registered=True, is_two_factor=False)),
    }
    snapshot = make_snapshot(
        [status],
        config=make_config([ConfigEntry((COIN, LINK), WORDS)]),
        balances=[make_balance(COIN, "2"), make_balance()],
        pnl=make_pnl(),
        intents=[make_intent(make_placement(PAIR), reason=WORDS)],
        feeds=feeds,
    )
    return snapshot if link is None else replace(snapshot, link=link)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("1", (COIN, LINK)),
        ("2", (COIN,)),
        ("3", (COIN, WORDS)),
        ("4", ()),
        ("5", (COIN, "1[b]")),
        ("6", (COIN,)),
        ("7", (COIN, LINK, WORDS)),
        ("8", (WORDS,)),
        ("b", (COIN,)),
        ("?", ()),
    ],
)
async def test_markup_is_text_on_every_screen(keys: str, expected: tuple[str, ...]) -> None:
    async with driven(hostile()) as shown:
        await shown.press(*keys)
        for text in expected:
            assert text in shown.text
        assert shown.app.return_code is None


async def test_markup_is_text_in_a_preview() -> None:
    async with driven(hostile()) as shown:
        await shown.command("buy 0.001 @ 60000")
        assert f"BUY 0.001 {COIN} with 60.00 USDT @ 60000" in shown.ticket_text
        assert LINK in shown.ticket_text


async def test_markup_is_text_in_what_a_line_answers() -> None:
    async with driven(hostile()) as shown:
        await shown.command(f"{LINK}")
        assert LINK in shown.last
        await shown.command("book [/]")
        assert "[/]" in shown.last


async def test_markup_in_a_problem_is_text_in_the_bar() -> None:
    offline = Link(LinkState.OFFLINE, NOW, make_problem(summary=WORDS))
    async with driven(hostile(offline)) as shown:
        assert WORDS in shown.bar


async def test_a_click_on_a_link_in_a_name_does_nothing() -> None:
    async with driven(hostile()) as shown:
        for row in range(2, 6):
            await shown.pilot.click(offset=(8, row))
        await shown.settle()
        assert shown.app.return_code is None
