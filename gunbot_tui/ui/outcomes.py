"""What the last line tells of orders: how each of ours moves on, at whichever bot, and what stops or allows sending.

The answer to a press stays until the next key: what comes meanwhile is told after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from gunbot_tui.engine.evidence import Evidence
from gunbot_tui.model.bot import LinkState
from gunbot_tui.model.command import CancelOrder, OrderCommand
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.core import cycle_seconds
from gunbot_tui.views.ticket_fate import outcome_line
from gunbot_tui.views.ticket_words import command_text

if TYPE_CHECKING:
    from gunbot_tui.ui.frame import Frame

LOUD = frozenset(
    {IntentState.UNKNOWN, IntentState.AMBIGUOUS, IntentState.REFUSED, IntentState.NOT_SENT, IntentState.BLOCKED}
)
WORTH_A_BELL = LOUD | {IntentState.FILLED}
IN_FLIGHT = (IntentState.SENDING, IntentState.WAITING, IntentState.UNKNOWN, IntentState.AMBIGUOUS)
NAMED = 2
"""Orders in flight that are named before leaving; the others are counted."""
HALTED_ELSEWHERE = "halted elsewhere{by}: nothing is sent until :release"
RELEASED_ELSEWHERE = "released elsewhere: orders can be sent again"


@dataclass(slots=True)
class _Followed:
    """What is known to the reader of one bot."""

    since: datetime
    intents: tuple[Intent, ...] = ()
    told: dict[str, IntentState] = field(default_factory=dict)
    is_halted: bool = False
    was_lost: bool = False


class Outcomes:
    """The teller of all bots' orders; those of a bot that is not shown come with its name."""

    def __init__(self, cockpit: Frame) -> None:
        self._cockpit = cockpit
        self._bots: dict[str, _Followed] = {}
        self._is_halted = False
        self._leaving: list[OrderCommand] = []
        self._own: set[str] = set()
        """Ids of what was sent from here."""
        self._answer: set[str] = set()
        """Those of the last press whose outcome no key has followed yet: nothing else is told over it."""
        self._missed: Line | None = None

    def follow(self, snapshot: Snapshot) -> None:
        """Tell how every order of ours moves on, whoever sent it, and how many were open when the cockpit came up."""
        bot = self._followed(snapshot.bot.name)
        self._follow_gates(bot, snapshot)
        if snapshot.intents is bot.intents:
            return
        bot.intents = snapshot.intents
        known, found = bot.told, 0
        bot.told = {intent.id: known[intent.id] for intent in snapshot.intents if intent.id in known}
        for intent in reversed(snapshot.intents):
            if intent.id in known or intent.created_at >= bot.since:
                self._tell(intent, snapshot)
            else:
                bot.told[intent.id] = intent.state
                found += intent.state.is_open
        if found:
            words = f"open from before: {found} {'order' if found == 1 else 'orders'} of ours, see 5 Orders"
            self._cockpit.say_line(self.named(snapshot.bot.name, (Span(words, Tone.WARN),)))

    def expect_halt(self, is_halted: bool, /) -> None:
        """All bots are halted or released from here: no other window did it."""
        self._is_halted = is_halted
        for bot in self._bots.values():
            bot.is_halted = is_halted

    @property
    def is_leaving(self) -> bool:
        """True while something that was confirmed here is being sent."""
        return bool(self._leaving)

    @contextmanager
    def leaving(self, commands: Sequence[OrderCommand]) -> Iterator[None]:
        """While these are being sent what becomes of them is the answer to the press."""
        self._leaving += commands
        try:
            yield
        finally:
            self._leaving = [command for command in self._leaving if not _is_among(command, commands)]

    def tell_result(self, intent: Intent, bot: str) -> None:
        """Tell what came of sending, unless it is known by now that the order has gone on from there."""
        self._own.add(intent.id)
        self._answer.add(intent.id)
        snapshot = self._cockpit.crew.snapshots.get(bot)
        if snapshot is not None and self._followed(bot).told.get(intent.id) in (None, IntentState.SENDING):
            self._tell(intent, snapshot)

    def expect_settled(self, intent: Intent, bot: str, /) -> None:
        """The user's verdict was typed here: it is no news, and what follows from it is no other window's."""
        self._own.add(intent.id)
        self._followed(bot).told[intent.id] = intent.state

    def named(self, bot: str, line: Line) -> Line:
        """The line, with the bot's name before it where another bot is shown."""
        return line if bot == self._cockpit.crew.active else (Span(f"{bot}: ", Tone.STRONG), *line)

    def take_key(self) -> None:
        """A key was pressed: the outcome that stood until now has been read, and what came meanwhile is told."""
        self._answer.clear()
        if self._missed is not None and not self._leaving:
            self._cockpit.say_line(self._missed)
            self._missed = None

    def unfinished(self) -> str:
        """What is still open at any bot, for the question before leaving."""
        waiting = [
            (name, intent)
            for name, snapshot in self._cockpit.crew.snapshots.items()
            for intent in snapshot.intents
            if intent.state in IN_FLIGHT
        ]
        if not waiting:
            return ""
        told = [
            (name, f"{intent.short_id} {intent.state}, {command_text(intent.command)}")
            for name, intent in waiting[:NAMED]
        ]
        named = [text if name == self._cockpit.crew.active else f"{text} at {name}" for name, text in told]
        more = [f"{len(waiting) - NAMED} more"] if len(waiting) > NAMED else []
        return f" with {'; '.join([*named, *more])}"

    def _followed(self, bot: str) -> _Followed:
        if bot not in self._bots:
            self._bots[bot] = _Followed(self._cockpit.cockpit_app.now(), is_halted=self._is_halted)
        return self._bots[bot]

    def _follow_gates(self, bot: _Followed, snapshot: Snapshot) -> None:
        """Tell what ends or begins without a key of ours: a last line that said otherwise would be false by now."""
        is_shown = snapshot.bot.name == self._cockpit.crew.active
        if snapshot.halted is not bot.is_halted:
            bot.is_halted = snapshot.halted
            by = f", by {snapshot.halt.by}" if snapshot.halt is not None and snapshot.halt.by else ""
            told = HALTED_ELSEWHERE.format(by=by) if snapshot.halted else RELEASED_ELSEWHERE
            if is_shown:
                self._tell_line((Span(told, Tone.WARN if snapshot.halted else Tone.PLAIN),))
        if snapshot.link.state in (LinkState.OFFLINE, LinkState.REFUSED):
            bot.was_lost = True
        elif bot.was_lost and snapshot.link.state is LinkState.ONLINE:
            bot.was_lost = False
            if is_shown:
                self._tell_line((Span(f"the line to {snapshot.bot.name} is back"),))

    def _tell(self, intent: Intent, snapshot: Snapshot) -> None:
        """Say where an order of ours stands, once, and ring for what matters."""
        bot = self._followed(snapshot.bot.name)
        if bot.told.get(intent.id) is intent.state:
            return
        bot.told[intent.id] = intent.state
        if _is_among(intent.command, self._leaving):
            self._own.add(intent.id)
            self._answer.add(intent.id)
        shown = Evidence.of(snapshot, intent.pair).asked(intent.order_id) if intent.order_id else None
        line = outcome_line(intent, cycle_seconds(snapshot, intent.pair.exchange), shown)
        if intent.id not in self._own and intent.created_at >= bot.since:
            line = (Span("another window: ", Tone.MUTED), *line)
        self._tell_line(self.named(snapshot.bot.name, line), is_answer=intent.id in self._answer)
        if intent.state in WORTH_A_BELL:
            self._cockpit.app.bell()

    def _tell_line(self, line: Line, *, is_answer: bool = False) -> None:
        """Tell it now, or after the next key where it would hide what came of the last press."""
        if is_answer or not (self._answer or self._leaving):
            self._cockpit.say_line(line)
        else:
            self._missed = line


def _is_among(command: OrderCommand, commands: Iterable[OrderCommand]) -> bool:
    """Whether it is one of these: an order this very one, for another window may send its equal."""
    return any(command is other or _cancels_the_same(command, other) for other in commands)


def _cancels_the_same(one: OrderCommand, other: OrderCommand) -> bool:
    """Whether both are cancels of one order: the desk brings price, amount and id up to date before it sends one."""
    if not (isinstance(one, CancelOrder) and isinstance(other, CancelOrder)) or one.pair.key != other.pair.key:
        return False
    return (one.of == other.of) if one.of or other.of else (one.id == other.id)
