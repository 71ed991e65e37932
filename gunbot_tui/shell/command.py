"""Runs one shell command from open to close, and turns whatever ends it into an exit code."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from gunbot_tui.engine.clock import SystemClock
from gunbot_tui.shell import listing, panic, trade
from gunbot_tui.shell.codes import Exit, GivenUpError, exit_code
from gunbot_tui.shell.halt import set_halt
from gunbot_tui.shell.office import Office, OpenSession
from gunbot_tui.shell.prompt import Prompt

HALTED = "halted: no program on this journal places an order until `gunbot-tui release` or :release"
GOING_ON = "; going on with the cancels"


def run(
    options: argparse.Namespace,
    journal: Path,
    configured: Callable[[], Mapping[str, OpenSession]],
    complain: Callable[[str], None],
) -> Exit:
    """Carry out the command that was given at the bots that `configured` names, all but a panic at the only one.

    A panic halts before anything else can go wrong, and cancels also where it can't halt.
    """
    prompt = Prompt(yes=getattr(options, "yes", False))
    try:
        is_halted = options.command != "panic" or _halts(journal, prompt, complain, GOING_ON)
        code = _carry_out(options, journal, configured, prompt, complain)
        # What held the journal may have let go of it meanwhile.
        if not is_halted and not _halts(journal, prompt, complain):
            return exit_code((), code, Exit.NOT_SENT)
        return code
    except BrokenPipeError:
        # Whoever read the output has left, as `head` does; a flush at the end of the program would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_code(prompt.intents)
    except KeyboardInterrupt:
        if not prompt.is_sending:
            raise
        complain("interrupted while it was being sent, it may have arrived: look with `gunbot-tui orders`")
        return Exit.UNKNOWN


def _halts(journal: Path, prompt: Prompt, complain: Callable[[str], None], otherwise: str = "") -> bool:
    """Halt all programs; False when the journal can't be written, which is said."""
    try:
        set_halt(journal, halted=True)
    except GivenUpError as error:
        complain(f"{error}; other programs can still send{otherwise}")
        return False
    prompt.say(HALTED)
    return True


def _carry_out(
    options: argparse.Namespace,
    journal: Path,
    configured: Callable[[], Mapping[str, OpenSession]],
    prompt: Prompt,
    complain: Callable[[str], None],
) -> Exit:
    try:
        if options.command == "release":
            set_halt(journal, halted=False)
            prompt.result("released: orders can be sent again")
            return Exit.HANDED_OVER
        return asyncio.run(_run(options, configured(), prompt))
    except GivenUpError as error:
        complain(str(error))
        return exit_code(prompt.intents, error.code)


async def _run(options: argparse.Namespace, sessions: Mapping[str, OpenSession], prompt: Prompt) -> Exit:
    offices = [Office(open_session, SystemClock(), name) for name, open_session in sessions.items()]
    if options.command == "panic":
        return await panic.run(offices, prompt)
    if options.command == "orders":
        return await listing.run(offices, prompt, form=options.format)
    async with offices[0] as office:
        verb = ("cancel",) if options.command == "cancel" else ()
        return await trade.run(office, " ".join((*verb, *options.words)), prompt)
