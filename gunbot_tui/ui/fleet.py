"""All configured bots: a session each, its newest snapshot, and which of them the screens show.

What a session publishes is kept under its bot's name, so no late answer of one bot can reach the screens of another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gunbot_tui.model.bot import BotRef, Link, LinkState
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.ui.startup import LoginMissing, SetupError

if TYPE_CHECKING:
    from gunbot_tui.engine.clock import Clock
    from gunbot_tui.model.secret import Secret
    from gunbot_tui.model.snapshot import Snapshot
    from gunbot_tui.ui.contract import LiveSession

OpenSession = Callable[[BotRef, "Callable[[Snapshot], None]", "Mapping[str, Secret]"], "Awaitable[LiveSession]"]

LONGEST = 200
"""Characters of a problem."""


class Berth:
    """One bot's place in the fleet."""

    def __init__(self, bot: BotRef) -> None:
        self.bot = bot
        self.snapshot: Snapshot | None = None
        """None before anything was published."""
        self.session: LiveSession | None = None
        """None while it can't be opened or is being opened."""
        self.asks: tuple[str, ...] = ()
        """The secrets that must be typed before the session can be opened."""
        self.typed: Mapping[str, Secret] = {}
        self.life = 0
        """Counts the sessions opened."""
        self.tried = asyncio.Event()
        """Set once its session is open or could not be opened."""
        self.again = asyncio.Event()
        """Set when the session shall be opened anew."""


class Fleet:
    """The bots by name, in the order of the config file. `published` hears the name of a bot that has news."""

    def __init__(
        self,
        bots: tuple[BotRef, ...],
        active: BotRef,
        open_session: OpenSession,
        clock: Clock,
        published: Callable[[str], None],
    ) -> None:
        self.berths = {bot.name: Berth(bot) for bot in bots}
        self.active = active.name
        self._open_session = open_session
        self._clock = clock
        self._published = published
        self._is_halted = False

    @property
    def is_alone(self) -> bool:
        """True when there is one bot only."""
        return len(self.berths) == 1

    @property
    def names(self) -> tuple[str, ...]:
        """Every bot's name."""
        return tuple(self.berths)

    @property
    def sessions(self) -> Mapping[str, LiveSession]:
        """The sessions that are open."""
        return {name: berth.session for name, berth in self.berths.items() if berth.session is not None}

    @property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """The newest snapshot of each bot that has told anything."""
        return {name: berth.snapshot for name, berth in self.berths.items() if berth.snapshot is not None}

    @property
    def shown(self) -> Snapshot | None:
        """The newest snapshot of the bot that the screens show."""
        return self.berths[self.active].snapshot

    def snapshot_of(self, name: str) -> Snapshot:
        """The newest snapshot of a bot, an empty one before it has told anything."""
        from gunbot_tui.model.snapshot import Snapshot  # needs most of the model, which the first paint does not

        berth = self.berths[name]
        return berth.snapshot or Snapshot(berth.bot)

    async def run(self, name: str, opened: Callable[[], None]) -> None:
        """Live one bot's life until cancelled, opening it anew when that is asked for.

        Raises SetupError when it can't be opened at first and is the only one.
        """
        berth = self.berths[name]
        while True:
            berth.again.clear()
            session = await self._open(berth)
            berth.tried.set()
            if session is None:
                await berth.again.wait()
                continue
            berth.session = session
            problem = None
            try:
                if self._is_halted:
                    session.desk.halt()
                self._take(berth, session.snapshot)
                opened()
                await _first(session.run(), _asked_anew(berth, session))
            except Exception as error:  # a fault of ours at one bot must not take the screens of the others
                problem = _internal(error)
            finally:
                berth.session = None
                await session.close()
            if problem is not None:
                self._refuse(berth, problem)
                await berth.again.wait()

    def add(self, bot: BotRef) -> None:
        """One more bot, behind the others."""
        self.berths[bot.name] = Berth(bot)

    def renew(self, name: str) -> None:
        """Open a bot anew, with its secrets read again."""
        self.berths[name].again.set()

    def halt(self) -> None:
        """Send nothing from now on, to whichever bot; one that is opened later is halted too."""
        self._is_halted = True
        for session in self.sessions.values():
            session.desk.halt()

    def release(self) -> None:
        """Allow sending again."""
        self._is_halted = False
        for session in self.sessions.values():
            session.desk.release()

    async def _open(self, berth: Berth) -> LiveSession | None:
        """The bot's session; None, and its snapshot says why, when it can't be opened."""
        berth.life += 1
        life, typed = berth.life, berth.typed
        berth.typed, berth.asks = {}, ()

        def publish(snapshot: Snapshot) -> None:
            if berth.life == life:  # a session that has been replaced may still be ending
                self._take(berth, snapshot)

        try:
            return await self._open_session(berth.bot, publish, typed)
        except SetupError as error:
            if self.is_alone and life == 1:
                raise
            berth.asks = error.asks if isinstance(error, LoginMissing) else ()
            kind = ProblemKind.UNAUTHORISED if isinstance(error, LoginMissing) else ProblemKind.UNEXPECTED
            self._refuse(berth, Problem(kind, str(error)[:LONGEST]))
            return None

    def _refuse(self, berth: Berth, problem: Problem) -> None:
        """Show why there is no session until it is opened anew."""
        link = Link(LinkState.REFUSED, self._clock.now(), problem)
        self._take(berth, replace(self.snapshot_of(berth.bot.name), link=link))

    def _take(self, berth: Berth, snapshot: Snapshot) -> None:
        if berth.snapshot is not None and berth.snapshot.halted and not snapshot.halted:
            self._is_halted = False  # released by another program: nothing of it is left to pass on
        berth.snapshot = snapshot
        self._published(berth.bot.name)


def _internal(error: Exception) -> Problem:
    from gunbot_tui.engine.poller import to_problem  # the first paint does not wait for the engine

    return to_problem(error)


async def _asked_anew(berth: Berth, session: LiveSession) -> None:
    """Wait until the session shall be opened anew, and until what it is sending is answered."""
    await berth.again.wait()
    await session.desk.wait_sent()


async def _first(*works: Coroutine[object, object, object]) -> None:
    """Do all this until the first of it ends, and end the rest."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
