"""Screens: each is reached by its digit, reads what it shows, and is drawn only while somebody can see it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.keymap import DIGITS
from gunbot_tui.ui.widgets.lines import Lines
from gunbot_tui.ui.widgets.table import LiveTable
from tests.factories import make_feed, with_feed
from tests.ui.driven import Driven, driven
from tests.ui.scene import BTC, ETH, day_at_work, with_bid

NEEDS = {
    "pairs": {(Kind.MARKS, BTC.key)},
    "book": {(Kind.BOOK, BTC.key), (Kind.PAIR, BTC.key)},
    "candles": {(Kind.CANDLES, BTC.key), (Kind.MARKS, BTC.key), (Kind.PAIR, BTC.key)},
    "pnl": {(Kind.PNL, "")},
    "orders": {(Kind.HISTORY, "0")},
    "balances": {(Kind.BALANCES, "")},
    "files": {(Kind.CONFIG, ""), (Kind.FILES, "strategies"), (Kind.FILES, "backups")},
    "bot": {(Kind.AUTH, ""), (Kind.CLOCK, ""), (Kind.CONFIG, "")},
    "logs": {(Kind.LOGS, "")},
    "fleet": set(),
}
SHOWS = {
    "pairs": "13 pairs",
    "book": "imbalance",
    "candles": "following",
    "pnl": "win 66%",
    "orders": "history page 1",
    "balances": "on orders",
    "files": "read-only here",
    "bot": "connection",
    "logs": "Gunbot's API has nothing of the kind",
    "fleet": "1 bot · 1 online",
}


def price_column(shown: Driven) -> str:
    """The text of BTC's row in the table of pairs, on the screen or not."""
    table = shown.cockpit.query_one("#pairs-table", LiveTable)
    return next(" ".join(cell.text for cell in row.cells) for row in table.rows if row.key == BTC.key)


@pytest.mark.parametrize(("digit", "view"), [(digit, view) for view, digit in DIGITS.items()])
async def test_a_digit_shows_its_screen_and_has_its_data_read(digit: str, view: str) -> None:
    async with driven() as shown:
        await shown.press("2" if digit == "1" else "1", digit)
        assert SHOWS[view] in shown.text
        assert NEEDS[view] <= {(topic.kind, topic.subject) for topic in shown.session.shown}


async def test_a_screen_fills_its_place_at_the_first_visit() -> None:
    async with driven() as shown:
        await shown.press("2")
        assert len(shown.table.rows) >= 30


@pytest.mark.parametrize("name", ["book", "orders", "bot"])
async def test_a_screen_is_reached_by_its_name_in_the_line_and_in_the_palette(name: str) -> None:
    async with driven() as shown:
        await shown.command(name)
        assert SHOWS[name] in shown.text
        await shown.press("1", "ctrl+p")
        await shown.type(name)
        await shown.press("enter")
        assert SHOWS[name] in shown.text


async def test_a_hidden_screen_is_left_alone_and_catches_up_when_it_is_shown() -> None:
    async with driven() as shown:
        before = price_column(shown)
        await shown.press("2")
        await shown.publish(with_bid(day_at_work(), 61111.1))
        assert "61111.1" in shown.text
        assert price_column(shown) == before
        await shown.press("1")
        assert "61111" in price_column(shown)


@pytest.mark.parametrize("key", ["?", "ctrl+p"])
async def test_nothing_below_help_or_palette_is_drawn_until_they_close(key: str) -> None:
    async with driven() as shown:
        await shown.press(key)
        before, bar = price_column(shown), shown.bar
        await shown.publish(with_bid(day_at_work(), 61111.1))
        await shown.publish(day_at_work(intents=()))
        await shown.publish(with_bid(day_at_work(), 62222.2))
        assert (price_column(shown), shown.bar) == (before, bar)
        await shown.press("escape")
        assert "62222" in price_column(shown)


async def test_an_equal_snapshot_changes_no_line() -> None:
    async with driven() as shown:
        panels = list(shown.cockpit.query(Lines))
        before = [panel.lines for panel in panels]
        await shown.publish(day_at_work())
        assert [panel.lines for panel in panels] == before


async def test_backspace_goes_back_through_the_screens() -> None:
    async with driven() as shown:
        for digit in "258":
            await shown.press(digit)
        for view in ("orders", "book", "pairs"):
            await shown.press("backspace")
            assert SHOWS[view] in shown.text


async def test_enter_on_a_pair_opens_its_candles_and_backspace_returns() -> None:
    async with driven() as shown:
        await shown.press("down", "enter")
        assert shown.cockpit.pair == ETH
        assert (Kind.CANDLES, ETH.key) in {(topic.kind, topic.subject) for topic in shown.session.shown}
        await shown.press("backspace")
        assert SHOWS["pairs"] in shown.text
        assert shown.table.cursor_key == ETH.key


async def test_a_file_is_opened_read_and_left() -> None:
    async with driven() as shown:
        await shown.press("7", "down", "down", "down", "down", "down")
        await shown.press("enter", "down", "enter")
        assert "const step = 1.5" in shown.text
        await shown.press("down")
        assert shown.table.id == "files-text"
        await shown.press("backspace")
        assert shown.table.id == "files-tree"
        assert "secret" not in shown.text


async def test_read_now_asks_for_what_is_shown() -> None:
    async with driven() as shown:
        await shown.press("2", "r")
        assert {topic.kind for topic in shown.session.poked} == {Kind.BOOK, Kind.PAIR}


async def test_an_error_while_drawing_ends_the_program_and_nothing_that_the_engine_was_doing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone_on: list[int | None] = []

    async def publish_nonsense() -> None:
        async with driven() as shown:
            # Textual's picture of the error, which a headless app alone makes, takes seconds.
            monkeypatch.setattr(shown.app, "_fatal_error", shown.app._close_messages_no_wait)
            shown.session.publish(with_feed(day_at_work(), Topic(Kind.PAIRS), make_feed("no pairs")))
            gone_on.append(shown.app.return_code)
            await shown.settle()

    with pytest.raises(AttributeError):
        await publish_nonsense()
    assert gone_on == [None]


async def test_of_several_snapshots_in_a_row_only_the_last_is_drawn() -> None:
    async with driven() as shown:
        drawn: list[Snapshot | None] = []

        def note(snapshot: Snapshot | None) -> None:
            drawn.append(snapshot)

        shown.app.watch(shown.app, "snapshot", note, init=False)
        snapshots = [replace(day_at_work(), generation=number) for number in range(1, 5)]
        for snapshot in snapshots:
            shown.session.publish(snapshot)
        await shown.settle()
        assert drawn == snapshots[-1:]
        await shown.publish(snapshots[0])
        assert drawn == [snapshots[-1], snapshots[0]]


async def test_answers_that_come_while_the_screens_are_taken_down_are_no_error() -> None:
    async def keep_publishing(shown: Driven) -> None:
        while True:
            shown.session.publish(replace(shown.session.snapshot, generation=shown.session.snapshot.generation + 1))
            await asyncio.sleep(0)

    async with driven() as shown:
        publishing = asyncio.create_task(keep_publishing(shown))
        await shown.pilot.pause()
    publishing.cancel()
    assert shown.session.snapshot.generation > 1
    assert shown.app.failure is None
