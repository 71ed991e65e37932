"""What the cockpit asks of a bot beside orders: each says first what it does to this bot now, and is sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gunbot_tui.engine.controls import VERBS, parse_control, typed_answer
from gunbot_tui.model.bot import CoreState
from gunbot_tui.model.capability import CONTROLS
from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    Control,
    DeleteDeal,
    HandedOver,
    LockPair,
    NotSent,
    Refused,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    Unknown,
    UnlockPair,
)
from gunbot_tui.model.host import RunState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.ui.overlays.ticket_states import Question
from gunbot_tui.views import run as run_view
from gunbot_tui.views.cell import Span, Tone
from gunbot_tui.views.core import consequences, core_state

if TYPE_CHECKING:
    from gunbot_tui.ui.frame import Frame
    from gunbot_tui.ui.outcomes import Outcomes

KEY = "T"
WORDS: dict[type[Control], str] = {
    StartCore: "start",
    StopCore: "stop",
    StopEntries: "stop entries",
    ReloadConfig: "reload the configuration",
    LockPair: "lock",
    UnlockPair: "unlock",
    BlockPairs: "blacklist",
    AllowPairs: "allow",
    DeleteDeal: "delete the trade",
    ReloadDeal: "reload the trade",
}
FROZEN = "the view is frozen: z goes on, then the question opens"


class Controls:
    """The questions before commands that are no orders, and what the last line tells of their answers."""

    def __init__(self, cockpit: Frame, outcomes: Outcomes) -> None:
        self._cockpit = cockpit
        self._outcomes = outcomes

    def ask_typed(self, name: str, rest: str) -> None:
        """Ask about what a verb and the words behind it mean; raises TextError."""
        snapshot, now = self._cockpit.snapshot, self._cockpit.cockpit_app.now()
        reason = snapshot.capabilities.why_not(CONTROLS[VERBS[name]])
        if reason is not None:
            self._cockpit.warn(reason)
            return
        self.ask(parse_control(name, rest, snapshot, self._cockpit.pair, now))

    def toggle(self) -> None:
        """Ask whether to start or stop: whichever the bot does not do now."""
        snapshot, run = self._cockpit.snapshot, self._cockpit.snapshot.run_status.value
        state, _ = core_state(snapshot, self._cockpit.cockpit_app.now())
        is_idle = state is CoreState.STOPPED or (run is not None and run.state is RunState.PAUSED)
        self.ask(StartCore() if is_idle else StopCore())

    def ask(self, command: Control) -> None:
        """Say what a command would do, and ask; or say why it can't be."""
        snapshot = self._cockpit.snapshot
        reason = FROZEN if self._cockpit.frozen else snapshot.capabilities.why_not(CONTROLS[type(command)])
        if reason is not None:
            self._cockpit.warn(reason)
            return
        name = _name(command, snapshot)
        told = (
            consequences(command, snapshot)
            if isinstance(command, StartCore | StopCore)
            else run_view.consequences(command, snapshot)
        )
        title, must_type = f"{name} of {snapshot.bot.name}", typed_answer(command, snapshot)
        self._cockpit.ticket.ask(Question(command, name, title, told, KEY, must_type))

    def send(self, command: Control, bot: str) -> None:
        """Carry out what was confirmed for a bot."""
        self._cockpit.run_worker(self._send(command, bot), name="control", group="send")

    async def _send(self, command: Control, bot: str) -> None:
        session = self._cockpit.crew.sessions.get(bot)
        if session is None:
            self._cockpit.warn("not connected: nothing was sent")
            return
        name, tone = _name(command, self._cockpit.crew.snapshots[bot]), Tone.WARN
        screen = 5 if isinstance(command, DeleteDeal | ReloadDeal) else 8
        match await session.desk.control(command):
            case HandedOver(words=said) if said:
                words, tone = f"the bot said: {said}", Tone.PLAIN
            case HandedOver():
                words, tone = f"the bot said yes; screen {screen} shows when it is done", Tone.PLAIN
            case NotSent(reason):
                words = f"not sent, {reason}"
            case Refused(reason):
                words = f"refused, {reason}"
            case Unknown(reason):
                words = f"sent, but no clear answer ({reason}); look at screen {screen} before doing it again"
        self._cockpit.say_line(self._outcomes.named(bot, (Span(f"{name}: {words}", tone),)))


def _name(command: Control, snapshot: Snapshot) -> str:
    is_of_core = isinstance(command, StartCore | StopCore) and not snapshot.capabilities.has_deals
    return f"{WORDS[type(command)]}{' the core' if is_of_core else ''}"
