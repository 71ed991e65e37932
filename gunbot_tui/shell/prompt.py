"""What a shell command says and asks: plain lines, results on standard output, everything else on standard error."""

from __future__ import annotations

import asyncio
import sys
import termios
from collections.abc import Iterable

from gunbot_tui.model.intent import Intent
from gunbot_tui.shell.codes import GivenUpError
from gunbot_tui.views.cell import Line
from gunbot_tui.views.ticket_fate import intent_line


class Prompt:
    """The terminal that a shell command runs in."""

    def __init__(self, *, yes: bool) -> None:
        self.yes = yes
        """True when the user has said yes beforehand: nothing is asked."""
        self.is_sending = False
        """True from the first byte that may leave until its fate is told."""
        self._told: dict[str, Intent] = {}

    @property
    def intents(self) -> tuple[Intent, ...]:
        """Every order and cancel that was told of, as it was told last."""
        return tuple(self._told.values())

    def say(self, text: str) -> None:
        """One line about what is going on."""
        print(text, file=sys.stderr, flush=True)

    def show(self, lines: Iterable[Line]) -> None:
        """Lines of a view, without their colours."""
        for line in lines:
            self.say("".join(span.text for span in line).rstrip())

    def result(self, text: str) -> None:
        """One line of what came of it."""
        print(text, flush=True)

    def told(self, intent: Intent) -> None:
        """What became of an order of ours, as a result."""
        self._told[intent.id] = intent
        self.result("".join(span.text for span in intent_line(intent)))

    async def ask(self, question: str) -> str:
        """The line that the user types; prices go on being read meanwhile. Raises GivenUpError without a terminal."""
        if not sys.stdin.isatty():
            raise GivenUpError("there is no terminal to ask on: say --yes to send without a question")
        # What was typed before the question is no answer to it.
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        print(question, end=" ", file=sys.stderr, flush=True)
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[str] = loop.create_future()

        def read() -> None:
            # A terminal is readable once a whole line is there.
            if not typed.done():
                typed.set_result(sys.stdin.readline())

        loop.add_reader(sys.stdin.fileno(), read)
        try:
            return (await typed).strip()
        finally:
            loop.remove_reader(sys.stdin.fileno())
