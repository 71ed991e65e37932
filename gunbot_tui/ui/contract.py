"""What the cockpit asks of the engine, and all of it: the engine's own session fulfils it, and so does a test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from gunbot_tui.model.command import CancelOrder, Control, OrderCommand, Outcome
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.feed import Topic
from gunbot_tui.model.guard import Consent, Limits
from gunbot_tui.model.intent import Intent, Why
from gunbot_tui.model.snapshot import Snapshot


class OrderDesk(Protocol):
    """Where orders are sent, and the journal that tells of them; its methods raise JournalError where they say so."""

    @property
    def limits(self) -> Limits:
        """The limits of every order."""

    async def submit(self, command: OrderCommand, seen: str = "", consent: Consent = ...) -> Intent:
        """Send a confirmed command, at most once; it is listed as being sent before its first byte leaves."""

    def cancel_all(self, commands: Iterable[CancelOrder], seen: str = "") -> AsyncIterator[Intent]:
        """Send the cancels one after the other and tell of each."""

    async def control(self, command: Control) -> Outcome:
        """Carry out what is no order."""

    async def wait_sent(self) -> None:
        """Wait until nothing is being sent."""

    def halt(self) -> None:
        """Send nothing from now on."""

    def release(self) -> None:
        """Allow sending again."""

    async def settle_by_user(self, typed_id: str, word: str) -> Intent | str:
        """Take the user's verdict on an order: where it stands then, or the reason when it is not taken."""

    async def why(self, typed_id: str) -> Why | str:
        """The story of an order of ours, or why none is told."""

    async def older(self, page: int) -> tuple[Intent, ...]:
        """A page of our orders that are over and older than those of the snapshot."""

    async def lines(self, limit: int) -> tuple[str, ...]:
        """The lines that were typed last, oldest first. Raises JournalError."""

    async def remember(self, line: str) -> None:
        """Keep a typed line for later runs. Raises JournalError."""


class LiveSession(Protocol):
    """One bot's life while the cockpit is up."""

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""

    @property
    def desk(self) -> OrderDesk:
        """Where orders are sent and followed."""

    def show(self, topics: frozenset[Topic], *, is_active: bool = True) -> None:
        """Take the topics that are on screen; a bot that is not active is read less often."""

    def poke(self, *topics: Topic) -> None:
        """Read these again now."""

    async def deal(self, id: str) -> Deal | str:
        """A trade of the bot, however old; or why none is told."""

    def retry(self) -> None:
        """Try a bot that refused or gave no answer at once."""

    async def run(self) -> None:
        """Live until cancelled."""

    async def close(self) -> None:
        """End in order."""
