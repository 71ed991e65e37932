"""Pictures of every screen and layer at two sizes; a change of one is looked at before it is accepted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from textual.app import App
from textual.pilot import Pilot

from gunbot_tui.model.bot import BotRef, Link, LinkState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.keymap import DIGITS
from tests.clock import ManualClock
from tests.factories import NOW, make_problem
from tests.ui.driven import Driven, drawn, make_app, ready
from tests.ui.enrolling import ScriptedEnrolment
from tests.ui.scene import OURS, day_at_work, unknown_intent
from tests.ui.scripted import ScriptedSession

SIZES = ((80, 24), (120, 40))
Compare = Callable[..., bool]


def named(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def same_picture(
    snap_compare: Compare, size: tuple[int, int], act: Callable[[Driven], Awaitable[None]], snapshot: Snapshot
) -> bool:
    """Bring the cockpit to where its picture is wanted, and compare."""
    session = ScriptedSession(snapshot, ManualClock())
    app = make_app(session)

    async def before(pilot: Pilot[None]) -> None:
        await ready(app, pilot)
        await act(Driven(app, pilot, session, session.clock))
        await drawn(app, pilot)

    return snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("view", DIGITS)
def test_screen(snap_compare: Compare, view: str, size: tuple[int, int]) -> None:
    async def act(shown: Driven) -> None:
        await shown.press(DIGITS[view])

    assert same_picture(snap_compare, size, act, day_at_work(intents=(unknown_intent(), OURS)))


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("typed", ["edit", "review", "sell", "cancel", "core"])
def test_ticket(snap_compare: Compare, typed: str, size: tuple[int, int]) -> None:
    async def act(shown: Driven) -> None:
        await shown.press("2")
        match typed:
            case "edit":
                await shown.press("b")
                await shown.type("0.0041")
            case "review":
                await shown.command("buy 100usdt @ mid -0.2%")
            case "sell":
                await shown.command("sell 50% @ 55000")
            case "cancel":
                await shown.command("cancel 357044")
            case _:
                await shown.press("8", "t")

    assert same_picture(snap_compare, size, act, day_at_work())


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("layer", ["palette", "palette order", "help", "line", "unknown word"])
def test_layer(snap_compare: Compare, layer: str, size: tuple[int, int]) -> None:
    async def act(shown: Driven) -> None:
        match layer:
            case "palette":
                await shown.press("ctrl+p")
            case "palette order":
                await shown.press("ctrl+p")
                await shown.type("buy 0.01 @ ask")
            case "help":
                await shown.press("?")
            case "line":
                await shown.press(":")
                await shown.type("sell 25% @ ask")
            case _:
                await shown.command("buy 0.01 BCT @ 3")

    assert same_picture(snap_compare, size, act, day_at_work())


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("state", ["offline", "refused", "halted", "frozen", "connecting", "old"])
def test_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    problem = make_problem()
    snapshot = day_at_work()

    async def act(shown: Driven) -> None:
        match state:
            case "offline":
                link = Link(LinkState.OFFLINE, NOW - timedelta(seconds=40), problem, NOW + timedelta(seconds=8))
                feeds = {
                    topic: replace(feed, read_at=NOW - timedelta(seconds=45), problem=problem)
                    for topic, feed in snapshot.feeds.items()
                }
                await shown.publish(replace(snapshot, link=link, feeds=feeds))
            case "refused":
                link = Link(
                    LinkState.REFUSED, NOW - timedelta(seconds=40), make_problem("the bot refused the password")
                )
                await shown.publish(replace(snapshot, link=link))
            case "halted":
                await shown.press("H")
            case "frozen":
                await shown.press("z")
            case "connecting":
                await shown.publish(replace(snapshot, link=Link(), feeds={}, intents=()))
            case _:
                shown.clock.skip(75)
                await shown.publish(replace(snapshot, generation=1))

    assert same_picture(snap_compare, size, act, snapshot)


@pytest.mark.parametrize("size", [(40, 10), (20, 5)], ids=named)
def test_small(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def act(shown: Driven) -> None:
        await shown.press("2")

    assert same_picture(snap_compare, size, act, day_at_work())


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_first_run(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = CockpitApp(None, bot=BotRef("", "gunbot", ""), enrolment=ScriptedEnrolment())
    assert snap_compare(cast("App[None]", app), terminal_size=size)


@pytest.mark.parametrize("size", [(40, 10), *SIZES], ids=named)
def test_add_bot(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = CockpitApp(None, bot=BotRef("", "gunbot", ""), enrolment=ScriptedEnrolment())

    async def before(pilot: Pilot[None]) -> None:
        await pilot.press("a", "tab", "tab")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(cast("App[None]", app), terminal_size=size, run_before=before)
