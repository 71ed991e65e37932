"""From a bot's settings to an open session: imported, validated and fetched by a thread once the screen is up.

Everything heavy is imported inside the functions, because this module itself is loaded before the first paint.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, cast

from gunbot_tui import logs
from gunbot_tui.demo import Demo, DemoError
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.ui.startup import LoginMissing, SetupError

if TYPE_CHECKING:
    from gunbot_tui.backends.base import Backend
    from gunbot_tui.config.document import Document
    from gunbot_tui.config.secrets import SecretName
    from gunbot_tui.config.settings import BotSettings
    from gunbot_tui.engine.clock import Clock
    from gunbot_tui.engine.journal import Journal
    from gunbot_tui.engine.session import Session
    from gunbot_tui.model.guard import Limits
    from gunbot_tui.model.snapshot import Snapshot

T = TypeVar("T")
OpenSession = Callable[[BotRef, "Callable[[Snapshot], None]", Mapping[str, Secret]], "Awaitable[Session]"]

MISUSED = 2
NO_SECRET = 3
NO_DEMO = 4
JOURNAL = "journal.sqlite3"
FIRST_DATA_SECONDS = 1.0
"""So long after a session is opened its first data is on the screen."""
COLLECT_SECONDS = 1.0
YOUNG_OBJECTS = 100_000
"""So many new objects don't wait for that time; with the usual 700 every answer to a key waits for the collector."""
YOUNG_ROUNDS = 60
"""So often only new objects are looked at before all are."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a thread made ready after the first paint."""

    backend: Backend
    limits: Limits
    journal: Path


class Bots:
    """The bots of one config file; what was asked for before the screen came up is used once."""

    def __init__(
        self,
        document: Document,
        *,
        asked: Mapping[str, Mapping[SecretName, Secret]],
        redactor: logs.Redactor,
        state: Path,
    ) -> None:
        self._document = document
        self._asked = dict(asked)
        self._redactor = redactor
        self._state = state
        self._lock = threading.Lock()
        self._variables: Mapping[str, str] = {}
        self._variables_of: Document | None = None
        """The file whose variables were taken."""

    def make_ready(self, bot: BotRef, typed: Mapping[str, Secret]) -> Ready:
        """Import, validate, fetch the secrets; runs in a thread. Raises SetupError."""
        _spare_imports()
        from gunbot_tui.config.document import ConfigError
        from gunbot_tui.config.settings import validate
        from gunbot_tui.model.guard import Limits

        try:
            settings = validate(self._document, bot.name).bots[bot.name]
        except ConfigError as error:
            raise SetupError(str(error), MISUSED) from None
        secrets = self._secrets(bot.name, settings, typed)
        for secret in secrets.values():
            self._redactor.hide(secret)
        limits = settings.limits.limits() if settings.limits else Limits()
        return Ready(make_backend(bot, settings, secrets), limits, self._state / JOURNAL)

    def _secrets(self, name: str, settings: BotSettings, typed: Mapping[str, Secret]) -> Mapping[SecretName, Secret]:
        from gunbot_tui.config.secrets import SecretError, SecretName, read_all, unsourced

        asked = {**self._asked.pop(name, {}), **{SecretName(key): secret for key, secret in typed.items()}}
        lacking = [secret for secret in unsourced(settings) if secret not in asked]
        if lacking:
            words = f"{self._document.path.name}: bots.{name} says nowhere where its {' and '.join(lacking)} is kept"
            raise LoginMissing(words, NO_SECRET, tuple(lacking))
        try:
            return read_all(
                settings,
                folder=self._document.path.parent,
                variables=self.variables(),
                environment=os.environ,
                asked=asked,
            )
        except SecretError as error:
            raise LoginMissing(f"{self._document.path.name}: bots.{name}.{error}", NO_SECRET) from None

    def take_in(self, document: Document, name: str, asked: Mapping[SecretName, Secret]) -> None:
        """A bot was added to the file, which is this now; `asked` are those of its secrets that are kept nowhere."""
        self._document = document
        self._asked[name] = asked

    def variables(self) -> Mapping[str, str]:
        """The variables with secrets of all bots, out of the environment before any bot's command runs."""
        from gunbot_tui.config.document import ConfigError
        from gunbot_tui.config.secrets import take_variables
        from gunbot_tui.config.settings import validate

        with self._lock:
            document = self._document
            if self._variables_of is not document:
                found: list[BotSettings] = []
                for name in cast("Mapping[str, object]", document.data["bots"]):
                    with contextlib.suppress(ConfigError):
                        found += validate(document, name).bots.values()
                self._variables = {**self._variables, **take_variables(found, os.environ)}
                self._variables_of = document
            return self._variables


def make_backend(bot: BotRef, settings: BotSettings, secrets: Mapping[SecretName, Secret]) -> Backend:
    """What speaks to a bot of the kind that its settings name."""
    from gunbot_tui.config.secrets import SecretName

    password = secrets[SecretName.PASSWORD]
    if settings.kind == "freqtrade":
        from gunbot_tui.backends.freqtrade.backend import FreqtradeBackend

        return FreqtradeBackend(
            bot,
            username=settings.username or "",
            password=password,
            pin=settings.pin,
            allow_plain_http=settings.allow_plain_http,
        )
    from gunbot_tui.backends.gunbot.backend import GunbotBackend

    return GunbotBackend(
        bot,
        password=password,
        wallet=secrets[SecretName.WALLET],
        pin=settings.pin,
        allow_plain_http=settings.allow_plain_http,
        zone=_local_zone(),
    )


def make_demo_ready(demo: Demo, bot: BotRef, clock: Clock | None = None) -> Ready:
    """Import, then wait for the simulator; runs in a thread. Raises SetupError."""
    _spare_imports()
    from gunbot_tui.backends.gunbot.backend import GunbotBackend
    from gunbot_tui.engine.clock import SystemClock
    from gunbot_tui.model.guard import Limits

    try:
        url = demo.wait_ready()
    except DemoError as error:
        raise SetupError(str(error), NO_DEMO) from None
    backend = GunbotBackend(
        replace(bot, url=url),
        password=demo.password,
        wallet=demo.wallet,
        clock=(clock or SystemClock()).now,
        zone=_local_zone(),
    )
    return Ready(backend, Limits(), demo.folder / JOURNAL)


def _spare_imports() -> None:
    """Leave out what nobody uses and the first data would wait for.

    httpx imports a command line of its own. pydantic looks into every installed package for plugins, which would see
    all that a bot answers.
    """
    sys.modules.setdefault("httpx._main", cast("ModuleType", None))
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def opening(make_ready: Callable[[BotRef, Mapping[str, Secret]], Ready], clock: Clock | None = None) -> OpenSession:
    """A function for the app that opens a bot's session once the screen is up, with the secrets that were typed.

    All sessions share one journal, so that one thread alone writes the file and no two of ours wait for its lock.
    """
    journals: dict[Path, Journal] = {}

    async def open_session(bot: BotRef, publish: Callable[[Snapshot], None], typed: Mapping[str, Secret]) -> Session:
        try:
            ready = await in_thread(lambda: make_ready(bot, typed))
            return _session(ready, publish, clock, journals)
        finally:
            if not gc.isenabled():
                asyncio.get_running_loop().call_later(FIRST_DATA_SECONDS, _collect_again)

    return open_session


def _collect_again() -> None:
    """What the start has loaded stays for good: the collector need never look at it."""
    if gc.isenabled():  # another bot was opened first
        return
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()
    _collect()


def _collect() -> None:
    """Collect by time and not by number, because most objects are made while a key is answered."""
    gc.collect(2 if gc.get_count()[2] >= YOUNG_ROUNDS else 1)
    asyncio.get_running_loop().call_later(COLLECT_SECONDS, _collect)


def _session(
    ready: Ready, publish: Callable[[Snapshot], None], clock: Clock | None, journals: dict[Path, Journal]
) -> Session:
    from random import SystemRandom

    from gunbot_tui.engine.clock import SystemClock
    from gunbot_tui.engine.journal import Journal
    from gunbot_tui.engine.session import Session

    return Session(
        ready.backend,
        clock=clock or SystemClock(),
        rng=SystemRandom(),
        journal=journals.setdefault(ready.journal, Journal(ready.journal)),
        limits=ready.limits,
        publish=publish,
    )


async def in_thread(function: Callable[[], T]) -> T:
    """The function's result; unlike asyncio's own threads this one never delays the program's end."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(value)  # type: ignore[arg-type]  # None only where T has it

    def run() -> None:
        value, failure = None, None
        try:
            value = function()
        except BaseException as error:  # handed to the one who waits
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop has ended, nobody waits any more
            loop.call_soon_threadsafe(settle, value, failure)

    threading.Thread(target=run, name="make-ready", daemon=True).start()
    return await result


def _local_zone() -> str:
    """The machine's time zone by its name, because a bot cuts profit and loss into days of a named zone."""
    from zoneinfo import ZoneInfo

    named = os.environ.get("TZ") or os.path.realpath("/etc/localtime").rpartition("/zoneinfo/")[2]
    with contextlib.suppress(ValueError, OSError):
        return ZoneInfo(named).key
    return "UTC"
