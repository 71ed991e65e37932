"""The `:` line: a field with history and completion; Enter hands over exactly the text that stands in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static
from textual.worker import WorkType

from gunbot_tui.engine.complete import complete
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.line_history import LineHistory
from gunbot_tui.ui.messages import TopicsChanged
from gunbot_tui.ui.typed import vocabulary

if TYPE_CHECKING:
    from gunbot_tui.ui.cockpit import Cockpit
    from gunbot_tui.ui.contract import OrderDesk

HINTED = 40
"""As many completions are hinted at; the field cuts them to its room."""
RunLine = Callable[[str], Awaitable[None]]
"""Carries out a line before the next key is looked at: what was typed behind Enter belongs to what Enter brought up."""


class CommandLine(Horizontal):
    """One line at the bottom, shown while a command or an order is typed."""

    KEYS = (("enter", "run"), ("tab", "complete"), ("↑↓", "history"), ("esc", "drop"), ("ctrl+g", "halt"))

    def __init__(self, run: RunLine) -> None:
        super().__init__(id="command-line")
        self._run = run
        self._history = LineHistory()
        self._question: tuple[str, tuple[str, ...]] = ("", ())
        self._offered: tuple[str, ...] = ()
        self._at = 0

    def compose(self) -> ComposeResult:
        """A colon and the field."""
        yield Static(":", id="command-colon", markup=False)
        yield Field(id="command-field", placeholder="buy 0.01 @ ask · cancel all · book XRP · help")

    @property
    def field(self) -> Field:
        """The field that is typed in."""
        return self.query_one(Field)

    @property
    def is_open(self) -> bool:
        """True while the line is shown."""
        return bool(self.display)

    def open(self, text: str, choices: Sequence[str] = ()) -> None:
        """Show the line with a text to go on from, or to choose another line for.

        The focus moves at once, so that queued keys land in it.
        """
        self.display = True
        self._question = (text, tuple(choices))
        self._offered = ()
        self._history.begin()
        self.field.fill(text)
        self._show_hint()
        self.screen.set_focus(self.field)
        self.post_message(TopicsChanged())
        desk = self._desk
        if desk is not None and not self._history.is_loaded:
            self._try("history", partial(self._history.load, desk))

    def close(self) -> None:
        """Hide the line and forget the text."""
        self.display = False
        self.field.value = ""
        self.post_message(TopicsChanged())

    async def press(self, event: events.Key) -> bool:
        """Take one key: Enter hands the text over, tab completes, arrows walk the history, the rest edits.

        Returns False for a key without meaning.
        """
        match event.key:
            case "enter":
                text = self.field.value.strip()
                self.close()
                self._remember(text)
                await self._run(text)
            case "escape" | "ctrl+c":
                self.close()
            case "tab" | "shift+tab":
                self._complete(1 if event.key == "tab" else -1)
            case "up" | "down":
                self.field.fill(self._history.step(-1 if event.key == "up" else 1))
            case "backspace" if not self.field.value:
                self.close()
            case _:
                return await self.field.press(event)
        return True

    @on(Input.Changed)
    def follow_text(self) -> None:
        """Hint at what the changed text may become."""
        self._show_hint()

    @property
    def _desk(self) -> OrderDesk | None:
        """Where lines are kept for the next run; nothing is written in the name of a bot that is only looked at."""
        cockpit = cast("Cockpit", self.screen)
        session = cockpit.cockpit_app.session
        return None if session is None or cockpit.snapshot.bot.mode is TradeMode.READ_ONLY else session.desk

    def _remember(self, text: str) -> None:
        desk = self._desk
        if text and self._history.add(text) and desk is not None:
            self._try("remember", partial(desk.remember, text))

    def _try(self, name: str, work: WorkType[None]) -> None:
        """Ask the journal beside the keys; what it can't do is no reason to leave."""
        self.run_worker(work, name=name, group=name, exit_on_error=False)

    def _complete(self, step: int) -> None:
        """Put in the next of the lines that are offered; what the user changed is completed anew."""
        text = self.field.value
        if self._offered[self._at : self._at + 1] == (text,):
            self._at = (self._at + step) % len(self._offered)
        else:
            self._offered = self._candidates()
            self._at = 0 if step > 0 else len(self._offered) - 1
        if self._offered:
            only = len(self._offered) == 1 and self._offered != self._question[1]
            self.field.fill(self._offered[self._at] + (" " if only else ""))

    def _candidates(self) -> tuple[str, ...]:
        """The answers to the question, or what the text may become, with another word where this one is whole."""
        text, (asked, choices) = self.field.value, self._question
        if choices and text == asked:
            return choices
        known = vocabulary(cast("Cockpit", self.screen))
        return complete(text, known) or complete(f"{text} ", known)

    def _show_hint(self) -> None:
        text = self.field.value
        is_offered = self._offered[self._at : self._at + 1] == (text,)
        offered = self._offered if is_offered else self._candidates() if self.is_open and text else ()
        self.field.hint(" · ".join(self._shortened(line) for line in offered[:HINTED] if line != text))

    def _shortened(self, line: str) -> str:
        """What an offered line has more than the text, in whole words; an answer to a question is shown whole."""
        text = self.field.value
        if line in self._question[1]:
            return line
        return line[len(text) :].strip() if line.startswith(f"{text} ") else line[text.rfind(" ") + 1 :]
