"""The Textual application: it holds the snapshot, runs the session as a worker and routes every key in order.

Keys are carried out one after the other as they arrive, before the next one is looked at. Textual's own way lets a
queued key overtake a change of focus, and then a burst of typed text reaches the wrong place.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from gunbot_tui.engine.clock import Clock, SystemClock
from gunbot_tui.model.bot import BotRef
from gunbot_tui.ui.driver import DiffingDriver
from gunbot_tui.ui.opening import Opening
from gunbot_tui.ui.overlays.first_run import FirstRunPage
from gunbot_tui.ui.startup import DemoControl, FirstRun, SetupError, UiOptions
from gunbot_tui.ui.styles import style_files
from gunbot_tui.ui.theme import THEMES, glyphs

if TYPE_CHECKING:
    from gunbot_tui.model.snapshot import Snapshot
    from gunbot_tui.ui.cockpit import Cockpit
    from gunbot_tui.ui.contract import LiveSession

SWALLOW_SECONDS = 1.0
OpenSession = Callable[["Callable[[Snapshot], None]"], "Awaitable[LiveSession]"]


class CockpitApp(App[None], inherit_bindings=False):
    """The cockpit on one bot, or the first-run page when there is none."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "gunbot-tui"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+g", "halt", "Stop all sending at once", priority=True)]

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)

    def __init__(
        self,
        open_session: OpenSession | None,
        *,
        bot: BotRef,
        demo: DemoControl | None = None,
        first_run: FirstRun | None = None,
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
        self.glyphs = glyphs(self._options.glyphs)
        self.failure: BaseException | None = None
        """What ended the program, when it was not the user."""
        self.bot = bot
        self.demo = demo
        self.clock = clock or SystemClock()
        self.session: LiveSession | None = None
        self._open_session = open_session
        self._first_run = first_run
        self._cockpit: Cockpit | None = None
        self._newest: Snapshot | None = None
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

    def on_mount(self) -> None:
        """Show the frame first; everything heavy is loaded after it has been drawn."""
        if self._open_session is None:
            if self._first_run is not None:
                self.push_screen(FirstRunPage(self._first_run))
            return
        self.push_screen(Opening(self.bot))
        self.call_after_refresh(self._start, self._open_session)

    def _start(self, open_session: OpenSession) -> None:
        self.run_worker(self._bring_cockpit(), name="cockpit", group="cockpit", exclusive=True)
        self.run_worker(self._run_session(open_session), name="session", group="session", exclusive=True)

    async def _bring_cockpit(self) -> None:
        """Load the rest of the screen in a thread, then put it in the place of the first paint."""
        module = await asyncio.to_thread(importlib.import_module, "gunbot_tui.ui.cockpit")
        cockpit: Cockpit = module.Cockpit(self.bot, self.demo)
        await self.switch_screen(cockpit)
        self._cockpit = cockpit
        if self.snapshot is not None:
            cockpit.receive(self.snapshot)

    async def _run_session(self, open_session: OpenSession) -> None:
        try:
            session = await open_session(self._publish)
        except SetupError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)
            return
        self.session = session
        try:
            self._publish(session.snapshot)
            if self.cockpit is not None:
                self.cockpit.watch_topics()
            await session.run()
        finally:
            await session.close()

    def _handle_exception(self, error: Exception) -> None:
        """Leave without printing: Textual's own traceback shows local variables, and secrets with them."""
        self.failure = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self.exit(return_code=1)

    def _publish(self, snapshot: Snapshot) -> None:
        """Take a snapshot from the engine and draw later: an error in a view must not end a read or hold up a send.

        Of several that come before the next drawing only the last is drawn.
        """
        is_asked_for = self._newest is not None
        self._newest = snapshot
        if not is_asked_for:
            self.call_later(self._show_newest)

    def _show_newest(self) -> None:
        newest, self._newest = self._newest, None
        if self.is_running:  # an order's answer may come when the screens are already taken down
            self.snapshot = newest

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
        self._remark(f"{event.key} ignored: it followed a key that means nothing here")
        return True

    def _remark(self, text: str) -> None:
        if self.cockpit is not None:
            self.cockpit.say(text)

    def action_halt(self) -> None:
        """Stop all sending, from wherever the user is."""
        if self.cockpit is not None:
            self.cockpit.action_halt()
