"""What widgets tell the cockpit: requests are imperative, facts are past participles."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from gunbot_tui.model.command import Control
from gunbot_tui.model.intent import Intent, Why


class AnswerQuestion(Message):
    """The confirm key was pressed on a question about what is no order."""

    def __init__(self, command: Control, bot: str) -> None:
        super().__init__()
        self.command = command
        self.bot = bot


class Remark(Message):
    """Something the user should read in the last-command line."""

    def __init__(self, text: str, *, is_problem: bool = False) -> None:
        super().__init__()
        self.text = text
        self.is_problem = is_problem


class OverlayClosed(Message):
    """The ticket went away; the focus belongs to the screen again."""


class OverlayOpened(Message):
    """The ticket shows an order: its market must be read now, whatever screen is below."""


class SizeChanged(Message):
    """A screen was laid out anew, and what it shows was drawn for another size."""


class TopicsChanged(Message):
    """A screen needs other things read than before, for what it shows now."""


class OlderWanted(Message):
    """A page of the blotter is shown; `take` is called with our own older orders on it."""

    def __init__(self, page: int, take: Callable[[tuple[Intent, ...]], None]) -> None:
        super().__init__()
        self.page = page
        self.take = take


class StoryWanted(Message):
    """The story of an order of ours is open; `take` is called with what the journal tells of it, or why nothing."""

    def __init__(self, intent_id: str, take: Callable[[Why | str], None]) -> None:
        super().__init__()
        self.intent_id = intent_id
        self.take = take
