"""The protocol that every kind of bot is spoken to through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import Command, Outcome
from gunbot_tui.model.feed import Kind, Topic


class Backend(Protocol):
    """One bot. Constructing does nothing; `connect` is awaited first; `close` may be called at any time."""

    @property
    def ref(self) -> BotRef:
        """The configured bot."""

    @property
    def capabilities(self) -> Capabilities:
        """What the bot and the user's mode allow; complete after `connect`."""

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of topic that `read` delivers."""

    async def connect(self) -> None:
        """Log in. Raises a BackendError; may be called again after a failure."""

    async def read(self, topic: Topic) -> object:
        """The value that the topic's kind documents. Raises a BackendError; may be repeated freely."""

    def pace(self, *, is_streaming: bool) -> Mapping[Kind, float]:
        """Seconds between two reads of a kind that is shown, where this bot's differ from the engine's."""

    async def listen(self, heard: Callable[[frozenset[Topic]], None]) -> None:
        """Tell what to read again as soon as the bot says so; a topic without a subject stands for all of its kind.

        `heard` is first called, with everything, when the line stands: nothing was told before. Returns at once where a
        bot tells nothing by itself, and raises a BackendError when the line breaks.
        """

    async def ready(self) -> None:
        """See to a login that outlasts the next command. Raises a BackendError when there is none."""

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command with at most one request, and never raise for what the network does.

        It goes by the login that `ready` has seen to: no other request may come before it.
        """

    async def close(self) -> None:
        """Let go of the connections."""
