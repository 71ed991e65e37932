"""The dialog that adds a bot, by keyboard alone: what it asks, what it says, and what it hands over to be saved."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.ui.app import CockpitApp
from gunbot_tui.ui.enrolment import BotDraft, Keep, Trial
from gunbot_tui.ui.overlays.add_bot import AddBot
from gunbot_tui.ui.overlays.first_run import ADDED_EXIT_CODE, DEMO_EXIT_CODE
from tests.clock import ManualClock, until
from tests.ui.driven import Driven, moment
from tests.ui.enrolling import GOOD, ScriptedEnrolment, answering
from tests.ui.scene import day_at_work
from tests.ui.scripted import ScriptedSession

SENTINEL = "hunter2-sentinel"
PIN = "sha256:" + "ab" * 32


@asynccontextmanager
async def dialog(enrolment: ScriptedEnrolment, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driven]:
    """The dialog, opened from the first page."""
    session = ScriptedSession(day_at_work(), ManualClock())
    app = CockpitApp(None, bot=BotRef("", "gunbot", ""), enrolment=enrolment)
    async with app.run_test(size=size) as pilot:
        shown = Driven(app, pilot, session, session.clock, size)
        await shown.settle()
        await shown.press("a")
        await until(lambda: isinstance(app.screen, AddBot))
        await shown.settle()
        yield shown


async def burst(shown: Driven, *keys: str) -> None:
    """Press keys in one burst: none of them waits for what the one before it did."""
    for key in keys:
        shown.send_key(key, at=moment())
    await shown.settle()


async def fill(shown: Driven, name: str = "home") -> None:
    """A Gunbot on this machine, up to the line of the test."""
    wallet = f"{SENTINEL}-wallet"
    await burst(shown, "tab", *name, "tab", "tab", "tab", *SENTINEL, "tab", *wallet, "tab", "tab")


async def says(shown: Driven, words: str) -> None:
    """Wait until the screen says so, however its lines are broken."""
    await until(lambda: words in " ".join(shown.text.split()))


def secrets(draft: BotDraft) -> dict[str, str]:
    return {name: secret.reveal() for name, secret in draft.secrets.items()}


@pytest.mark.parametrize("size", [(80, 24), (40, 10)], ids=str)
async def test_a_gunbot_is_tested_and_saved_by_keyboard_alone(size: tuple[int, int]) -> None:
    enrolment = answering()
    async with dialog(enrolment, size) as shown:
        await fill(shown)
        await says(shown, "test the connection")
        assert SENTINEL not in shown.text
        await shown.press("enter")
        await says(shown, "it works: Gunbot takes the login")
        await shown.press("enter")
        await until(lambda: enrolment.saved != [])
        await until(lambda: shown.app.return_code == ADDED_EXIT_CODE)
    (draft,) = enrolment.saved
    assert (draft.kind, draft.name, draft.url, draft.keep) == ("gunbot", "home", "http://127.0.0.1:3000", Keep.FILE)
    assert (draft.may_trade, draft.allow_plain_http, draft.pin) == (False, False, "")
    assert secrets(draft) == {"password": SENTINEL, "wallet": f"{SENTINEL}-wallet"}


async def test_a_freqtrade_has_a_user_name_a_port_of_its_own_and_no_wallet() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await burst(shown, "right", "tab")
        await shown.type("away")
        assert "http://127.0.0.1:8080" in shown.text
        assert "wallet" not in shown.text
        await burst(shown, "tab", "tab")
        await shown.type("trader")
        await burst(shown, "tab", "tab")
        await shown.type(SENTINEL)
        await burst(shown, "tab", "right", "tab")
        await shown.type("250.5")
        await burst(shown, "tab", "enter")
        await says(shown, "it works")
        await shown.press("enter")
        await until(lambda: enrolment.saved != [])
    (draft,) = enrolment.saved
    assert (draft.kind, draft.username, draft.may_trade, draft.max_notional) == ("freqtrade", "trader", True, "250.5")
    assert secrets(draft) == {"password": SENTINEL}


async def test_a_typed_address_stays_when_the_kind_changes() -> None:
    async with dialog(answering()) as shown:
        await shown.press("tab", "tab", "ctrl+u")
        await shown.type("https://bot.example")
        await shown.press("shift+tab", "shift+tab", "right")
        assert "https://bot.example" in shown.text


async def test_a_mistake_is_said_at_its_line_once_the_line_was_left() -> None:
    enrolment = answering(wrong={"max_notional": "must be a number above 0"})
    async with dialog(enrolment) as shown:
        await shown.press("tab")
        assert "letters, digits, - or _" not in shown.text.split("how you call it")[0]
        await shown.press("tab")
        await says(shown, "a bot's name has 1 to 24 letters, digits, - or _")
        assert "must be a number" not in shown.text
        lines = shown.text.split("\n")
        assert (
            lines[next(i for i, line in enumerate(lines) if line.startswith(" name")) + 1]
            .strip()
            .startswith("a bot's name")
        )
        await shown.press("shift+tab")
        await shown.type("home")
        await shown.press("tab")
        await until(lambda: "a bot's name" not in shown.text)


async def test_nothing_is_tried_or_saved_with_a_mistake_and_the_cursor_goes_to_it() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await shown.press("shift+tab", "enter")
        await says(shown, "a bot's name has 1 to 24")
        await shown.type("x")
        assert " name        x" in shown.text.split("\n")
        assert enrolment.tried == enrolment.saved == []


async def test_an_untested_bot_is_saved_only_when_asked_for_twice() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await fill(shown)
        await burst(shown, "tab", "enter")
        await says(shown, "not tested: enter once more saves it all the same")
        assert enrolment.saved == []
        await shown.press("enter")
        await until(lambda: len(enrolment.saved) == 1)
    assert enrolment.tried == []


async def test_an_enter_that_is_repeated_in_a_burst_saves_nothing_untested() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await fill(shown)
        await burst(shown, "tab", "enter", "enter", "enter")
        await says(shown, "not tested: enter once more saves it all the same")
        assert enrolment.saved == []


async def test_what_a_test_found_counts_no_more_after_a_change() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await fill(shown)
        await shown.press("enter")
        await says(shown, "it works")
        await burst(shown, "up", "up", "up")
        await shown.type("x")
        assert "it works" not in shown.text
        await burst(shown, "down", "down", "down", "enter")
        await says(shown, "not tested")
        assert enrolment.saved == []


async def test_a_test_is_stopped_by_escape_and_the_dialog_stays() -> None:
    enrolment = ScriptedEnrolment()
    async with dialog(enrolment) as shown:
        await fill(shown)
        await shown.press("enter")
        await says(shown, "connecting … esc stops it")
        await shown.press("enter", "enter", "escape")
        await until(lambda: enrolment.cancelled == 1)
        await says(shown, "stopped: nothing was found out")
        assert len(enrolment.tried) == 1
        assert isinstance(shown.app.screen, AddBot)
        await shown.press("escape")
        assert not isinstance(shown.app.screen, AddBot)
        assert shown.app.return_code is None


@pytest.mark.parametrize("size", [(80, 24), (40, 10)], ids=str)
async def test_a_certificate_of_the_bots_own_is_pinned_after_it_was_compared(size: tuple[int, int]) -> None:
    enrolment = answering(trial=Trial(False, ("the certificate is not trusted", "compare the fingerprint"), PIN))
    async with dialog(enrolment, size) as shown:
        await fill(shown)
        await shown.press("enter")
        await says(shown, "compare the fingerprint")
        await burst(shown, "up", "up", "up", "up", "up")
        assert "not trusted" in shown.text
        await until(lambda: PIN in re.sub(r"[^\w:]", "", shown.text))
        enrolment.trial = GOOD
        await burst(shown, "right", "down", "down", "down", "down", "down", "enter")
        await says(shown, "it works")
        assert [draft.pin for draft in enrolment.tried] == ["", PIN]
        await burst(shown, "up", "up", "up", "up", "up", "up", "up")
        await shown.type("1")
        assert "certificate" not in shown.text


async def test_plain_http_to_another_machine_is_allowed_only_by_a_choice_of_its_own() -> None:
    enrolment = answering(trial=Trial(False, ("plain http to bot.example would send the password readable",)))
    async with dialog(enrolment) as shown:
        await shown.press("tab", "tab", "ctrl+u")
        await shown.type("http://bot.example:3000")
        await shown.press("tab")
        assert "anyone on the way can read the password" in shown.text
        await shown.press("right", "up", "ctrl+u")
        await shown.type("https://bot.example")
        assert "plain http" not in shown.text
        await shown.press("up")
        await fill_from_name(shown)
        await shown.press("enter")
        await until(lambda: len(enrolment.tried) == 1)
        assert not enrolment.tried[0].allow_plain_http


async def fill_from_name(shown: Driven) -> None:
    """As `fill`, with the cursor on the name."""
    await shown.press("shift+tab")
    await fill(shown)


async def test_a_hidden_secret_is_never_shown_by_a_change_of_its_source() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await fill(shown)
        await burst(shown, "up", "up", "up", "up", "right")
        assert "commands" in shown.text
        await shown.press("down")
        assert SENTINEL not in shown.text
        await shown.type("pass gunbot")
        assert "pass gunbot" in shown.text
        await shown.press("down")
        await shown.type("pass wallet")
        await burst(shown, "down", "down", "enter")
        await until(lambda: len(enrolment.tried) == 1)
    assert enrolment.tried[0].keep is Keep.COMMAND
    assert secrets(enrolment.tried[0]) == {"password": "pass gunbot", "wallet": "pass wallet"}


async def test_it_says_where_typed_secrets_go_before_they_are_typed() -> None:
    async with dialog(answering()) as shown:
        await shown.press("tab")
        await shown.type("home")
        await burst(shown, "tab", "tab")
        await says(shown, "home-password and home-wallet, readable by you alone")


async def test_a_secret_is_pasted_masked() -> None:
    enrolment = answering()
    async with dialog(enrolment) as shown:
        await shown.press("tab")
        await shown.type("home")
        await burst(shown, "tab", "tab", "tab")
        await shown.paste(SENTINEL)
        assert SENTINEL not in shown.text
        await burst(shown, "tab", "tab", "tab", "enter")
        await until(lambda: len(enrolment.tried) == 1)
    assert secrets(enrolment.tried[0])["password"] == SENTINEL


async def test_a_file_that_cannot_be_written_is_one_line_and_nothing_typed_is_lost() -> None:
    enrolment = answering(refusal="config.toml: Read-only file system")
    async with dialog(enrolment) as shown:
        await fill(shown)
        await burst(shown, "tab", "enter")
        await says(shown, "not tested")
        await shown.press("enter")
        await says(shown, "config.toml: Read-only file system")
        enrolment.refusal = ""
        await shown.press("enter")
        await until(lambda: len(enrolment.saved) == 1)
    assert secrets(enrolment.saved[0])["password"] == SENTINEL


async def test_letters_are_text_in_a_field_and_q_leaves_elsewhere() -> None:
    async with dialog(answering()) as shown:
        await shown.press("tab", "q", "d")
        assert isinstance(shown.app.screen, AddBot)
        await shown.press("shift+tab", "q")
        assert not isinstance(shown.app.screen, AddBot)
        await shown.press("d")
        assert shown.app.return_code == DEMO_EXIT_CODE


def test_a_draft_prints_none_of_its_secrets() -> None:
    draft = BotDraft("gunbot", "home", "", "", Keep.FILE, {"password": Secret(SENTINEL)}, False, "")
    assert SENTINEL not in repr(draft)
