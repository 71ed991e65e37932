"""A question on the terminal is answered by what is typed after it."""

from __future__ import annotations

import asyncio
import os
import pty

import pytest

from gunbot_tui.shell.prompt import Prompt


async def test_what_was_typed_before_a_question_does_not_answer_it(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave) as terminal, os.fdopen(master, "wb", buffering=0) as keyboard:
        monkeypatch.setattr("sys.stdin", terminal)
        keyboard.write(b"exit\n2")
        asking = asyncio.create_task(Prompt(yes=False).ask("leave all of them?"))
        await asyncio.sleep(0)
        keyboard.write(b"no\n")
        assert await asyncio.wait_for(asking, 5) == "no"
