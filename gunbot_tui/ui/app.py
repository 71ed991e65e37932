"""The Textual application: it holds the shown snapshot, runs a worker for each bot and routes every key in order.

Keys are carried out one after the other as they arrive, before the next one is looked at. Textual's own way lets a
queued key overtake a change of focus, and then a burst of typed text reaches the wrong place.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from gunbot_tui.engine.clock import Clock, SystemClock
from gunbot_tui.model.bot import BotRef, LinkState
from gunbot_tui.ui.driver import DiffingDriver
from gunbot_tui.ui.enrolment import Enrolment
from gunbot_tui.ui.fleet import Fleet, OpenSession
from gunbot_tui.ui.opening import Opening
from gunbot_tui.ui.overlays.first_run import FirstRunPage
from gunbot_tui.ui.startup import DemoControl, SetupError, UiOptions
from gunbot_tui.ui.styles import style_files
from gunbot_tui.ui.theme import THEMES, glyphs

if TYPE_CHECKING:
    from gunbot_tui.model.secret import Secret
    from gunbot_tui.model.snapshot import Snapshot
    from gunbot_tui.ui.cockpit import Cockpit
    from gunbot_tui.ui.contract import LiveSession

SWALLOW_SECONDS = 1.0
DROPS = ("escape", "ctrl+c")
"""What drops whatever is open is never swallowed: it can't do what another program was meant to."""
CLOSE_SECONDS = 3.0
GIVE_WAY_SECONDS = 0.02
"""So much later news are drawn while a ticket opens or an order is being sent: its first byte leaves before."""
HEAD_START_SECONDS = 1.0
"""So much later the other bots are opened, when the shown one has not told its first data by then."""


class CockpitApp(App[None], inherit_bindings=False):
    """The cockpit on one bot at a time, or the first-run page when there is none."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "gunbot-tui"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+g", "halt", "Stop all sending at once", priority=True)]

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)

    def __init__(
        self,
        open_session: OpenSession | None,
        *,
        bot: BotRef,
        bots: tuple[BotRef, ...] = (),
        demo: DemoControl | None = None,
        enrolment: Enrolment | None = None,
        options: UiOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._options = options or UiOptions()
        driver = None if self._options.driver == "stock" else DiffingDriver
        super().__init__(driver_class=driver, css_path=[*style_files()])
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._options.theme if self._options.theme in self.available_themes else THEMES[0].name
        self.stylesheet.set_variables(self.get_css_variables())
        self._styled = self.theme
        self.glyphs = glyphs(self._options.glyphs)
        self.failure: BaseException | None = None
        """What ended the program, when it was not the user."""
        self.demo = demo
        self.clock = clock or SystemClock()
        self.crew = None if open_session is None else Fleet(bots or (bot,), bot, open_session, self.clock, self._hear)
        """All bots; None on the first-run page."""
        self._enrolment = enrolment
        self._cockpit: Cockpit | None = None
        self._news: set[str] = set()
        self._opened: set[str] = set()
        """The bots whose life has begun."""
        self._lives: set[asyncio.Task[object]] = set()
        self._swallow_until = 0.0

    @property
    def options(self) -> UiOptions:
        """How the cockpit looks."""
        return self._options

    @property
    def cockpit(self) -> Cockpit | None:
        """The main screen, once it is there."""
        return self._cockpit

    def now(self) -> datetime:
        """The clock's time: screens never ask the system."""
        return self.clock.now()

    @property
    def session(self) -> LiveSession | None:
        """The session of the bot that is shown, once it is open."""
        return None if self.crew is None else self.crew.sessions.get(self.crew.active)

    @property
    def fleet(self) -> Mapping[str, Snapshot]:
        """The newest snapshot of each bot that has told anything."""
        return {} if self.crew is None else self.crew.snapshots

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets anew for another theme; at the start Textual asks for it where nothing has changed."""
        if self.theme != self._styled:
            self._styled = self.theme
            super().refresh_css(animate)

    def on_mount(self) -> None:
        """Show the frame first; everything heavy is loaded after it has been drawn."""
        if self.crew is None:
            if self._enrolment is not None:
                self.push_screen(FirstRunPage(self._enrolment))
            return
        self.push_screen(Opening(self.crew.berths[self.crew.active].bot))
        self.call_after_refresh(self._start, self.crew)

    def _start(self, crew: Fleet) -> None:
        self.run_worker(self._bring_cockpit(crew), name="cockpit", group="cockpit", exclusive=True)
        self._open_bot(crew, crew.active)
        self.set_timer(HEAD_START_SECONDS, self._open_others, name="others")

    def _open_bot(self, crew: Fleet, name: str) -> None:
        self._opened.add(name)
        self.run_worker(self._run_bot(crew, name), name=f"session {name}", group=f"session {name}", exclusive=True)

    def _open_others(self) -> None:
        """Open the bots that are not open yet."""
        if self.crew is not None:
            for name in set(self.crew.names) - self._opened:
                self._open_bot(self.crew, name)

    async def _bring_cockpit(self, crew: Fleet) -> None:
        """Load the rest of the screen in a thread, then put it in the place of the first paint.

        What talks to the bot is loaded first, but for the demo, whose bot has to start: side by side the two only take
        turns at the interpreter, and the bot would be asked later.
        """
        if self.demo is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(crew.berths[crew.active].tried.wait(), HEAD_START_SECONDS)
        module = await asyncio.to_thread(importlib.import_module, "gunbot_tui.ui.cockpit")
        cockpit: Cockpit = module.Cockpit(crew, self.demo)
        if not self.screen_stack:  # the user has left meanwhile
            return
        await self.switch_screen(cockpit)
        if not self.is_running:
            return
        self._cockpit = cockpit
        if self.snapshot is not None:
            cockpit.receive(self.snapshot)

    async def _run_bot(self, crew: Fleet, name: str) -> None:
        if (life := asyncio.current_task()) is not None:
            self._lives.add(life)
        try:
            await crew.run(name, self._tell_topics)
        except SetupError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)

    async def wait_closed(self) -> None:
        """Wait until every session has ended in order, or has had its time."""
        if self._lives:
            await asyncio.wait(self._lives, timeout=CLOSE_SECONDS)

    def _tell_topics(self) -> None:
        if self.cockpit is not None:
            self.cockpit.watch_topics()

    async def ask_new_bot(self) -> None:
        """Open the dialog that adds a bot; it is opened beside the others as soon as it is saved."""
        from gunbot_tui.ui.overlays.add_bot import AddBot  # its fields are nothing that the first paint waits for

        if self._enrolment is not None:
            await self.push_screen(AddBot(self._enrolment), self._take_in)
        elif self.cockpit is not None:
            self.cockpit.warn("the demo keeps no bots: start gunbot-tui without it to add one")

    def _take_in(self, bot: BotRef | None) -> None:
        if bot is None or self.crew is None or self.cockpit is None:
            return
        self.crew.add(bot)
        self._open_bot(self.crew, bot.name)
        self.cockpit.say(f"{bot.name} is added: 0 lists all bots, ) shows the next one")

    async def activate(self, name: str) -> None:
        """Show another bot."""
        crew = self.crew
        if crew is None or self.cockpit is None or name not in crew.berths:
            return
        self._open_others()
        # One frame for all of it: a bot's pairs must not stand under the name of another one even for a moment.
        with self.batch_update():
            await self.cockpit.show_bot(name)
            self._news.add(name)
            self._show_news()
            await self.cockpit.wait_until_told()
        self.cockpit.check_idle()

    def _handle_exception(self, error: Exception) -> None:
        """Leave without printing: Textual's own traceback shows local variables, and secrets with them."""
        self.failure = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.exit(return_code=1)

    def try_again(self, name: str) -> None:
        """Try a bot again that gives no answer, or open it anew with what its login needs."""
        from gunbot_tui.ui.overlays.login import LoginDialog  # its field is nothing that the first paint waits for

        crew = self.crew
        if crew is None or self.cockpit is None:
            return
        berth = crew.berths[name]
        link = crew.snapshot_of(name).link.state
        if berth.asks:
            self.push_screen(LoginDialog(name, berth.asks), partial(self._login, crew, name))
        elif link is LinkState.REFUSED:
            crew.renew(name)
            self.cockpit.say(f"{name}: logging in again{_once_answered(crew.snapshot_of(name))}")
        elif berth.session is not None:
            berth.session.retry()
            self.cockpit.say(f"{name}: {'reading' if link is LinkState.ONLINE else 'trying'} again")
        else:
            self.cockpit.warn(f"{name}: not connected yet")

    def _login(self, crew: Fleet, name: str, typed: Mapping[str, Secret] | None) -> None:
        if typed:
            crew.berths[name].typed = typed
            crew.renew(name)

    def _hear(self, name: str) -> None:
        """Note that a bot has news and draw later: an error in a view must not end a read or hold up a send.

        Of several snapshots that come before the next drawing only the last is drawn.
        """
        is_asked_for = bool(self._news)
        self._news.add(name)
        if is_asked_for:
            return
        if self.cockpit is not None and self.cockpit.is_hurrying:
            self.set_timer(GIVE_WAY_SECONDS, self._show_news)
        else:
            self.call_later(self._show_news)

    def _show_news(self) -> None:
        crew, news = self.crew, self._news
        self._news = set()
        if crew is None or not self.is_running:  # an order's answer may come when the screens are already taken down
            return
        if crew.active in news:
            self.snapshot = crew.shown
            if len(self._opened) < len(crew.names) and _has_begun(crew.shown):
                self._open_others()
        if self.cockpit is not None and not news <= {crew.active}:
            self.cockpit.receive_others(news - {crew.active})

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Hand a new snapshot to the screen; while an overlay screen is up the cockpit catches up later."""
        cockpit = self.cockpit
        if snapshot is not None and cockpit is not None:
            cockpit.receive(snapshot)

    async def on_event(self, event: events.Event) -> None:
        """Route keys in the order of their arrival; leave everything else to Textual."""
        if isinstance(event, events.Key) and not event.is_forwarded and await self._route(event):
            return
        if isinstance(event, events.AppBlur) and self.cockpit is not None:
            self.cockpit.disarm("the terminal lost the focus")
        await super().on_event(event)

    async def _route(self, event: events.Key) -> bool:
        if event.key == "ctrl+g":
            self.action_halt()
            return True
        if self._swallows(event):
            return True
        press = getattr(self.screen, "press", None)
        if press is None:
            return False
        if not await press(event) and event.key.startswith("ctrl+"):
            self._swallow_until = event.time + SWALLOW_SECONDS
            self._remark(f"{event.key} means nothing here: the next key is ignored for {SWALLOW_SECONDS:.0f} s")
        return True

    def _swallows(self, event: events.Key) -> bool:
        """After an unknown control chord the user meant another program: its second key must not drive this one."""
        if event.time >= self._swallow_until:
            return False
        self._swallow_until = 0.0
        if event.key in DROPS:
            return False
        self._remark(f"{event.key} ignored: it followed a key that means nothing here")
        return True

    def _remark(self, text: str) -> None:
        if self.cockpit is not None:
            self.cockpit.say(text)

    def action_halt(self) -> None:
        """Stop all sending, from wherever the user is."""
        if self.cockpit is not None:
            self.cockpit.action_halt()


def _once_answered(snapshot: Snapshot) -> str:
    from gunbot_tui.model.intent import IntentState  # needs most of the model, which the first paint does not

    is_sending = any(intent.state is IntentState.SENDING for intent in snapshot.intents)
    return " once the order that is being sent is answered" if is_sending else ""


def _has_begun(snapshot: Snapshot | None) -> bool:
    """Whether a bot has told its first data, or won't soon."""
    if snapshot is None:
        return False
    return snapshot.pairs.value is not None or snapshot.link.state in (LinkState.OFFLINE, LinkState.REFUSED)
