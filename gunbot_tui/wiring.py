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
from gunbot_tui.ui.startup import SetupError

if TYPE_CHECKING:
    from gunbot_tui.backends.base import Backend
    from gunbot_tui.config.document import Document
    from gunbot_tui.config.secrets import SecretName
    from gunbot_tui.engine.clock import Clock
    from gunbot_tui.engine.session import Session
    from gunbot_tui.model.guard import Limits
    from gunbot_tui.model.snapshot import Snapshot

T = TypeVar("T")
OpenSession = Callable[["Callable[[Snapshot], None]"], "Awaitable[Session]"]

MISUSED = 2
NO_SECRET = 3
NO_DEMO = 4
JOURNAL = "journal.sqlite3"


@dataclass(frozen=True, slots=True)
class Ready:
    """What a thread made ready after the first paint."""

    backend: Backend
    limits: Limits
    journal: Path


def make_ready(
    document: Document, bot: BotRef, *, asked: Mapping[SecretName, Secret], redactor: logs.Redactor, state: Path
) -> Ready:
    """Import, validate, fetch the secrets; runs in a thread. Raises SetupError."""
    _spare_imports()
    from gunbot_tui.backends.gunbot.backend import GunbotBackend
    from gunbot_tui.config.document import ConfigError
    from gunbot_tui.config.secrets import SecretError, SecretName, read_all
    from gunbot_tui.config.settings import validate
    from gunbot_tui.model.guard import Limits

    try:
        settings = validate(document).bots[bot.name]
        secrets = read_all(settings, folder=document.path.parent, environment=os.environ, asked=asked)
    except ConfigError as error:
        raise SetupError(str(error), MISUSED) from None
    except SecretError as error:
        raise SetupError(f"{document.path}: bots.{bot.name}.{error}", NO_SECRET) from None
    for secret in secrets.values():
        redactor.hide(secret)
    backend = GunbotBackend(
        bot,
        password=secrets[SecretName.PASSWORD],
        wallet=secrets[SecretName.WALLET],
        pin=settings.pin,
        allow_plain_http=settings.allow_plain_http,
        zone=_local_zone(),
    )
    limits = settings.limits.limits() if settings.limits else Limits()
    return Ready(backend, limits, state / JOURNAL)


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
    """Leave out what nobody uses and the first data would wait for: httpx imports a command line of its own."""
    sys.modules.setdefault("httpx._main", cast("ModuleType", None))


def opening(make_ready: Callable[[], Ready], clock: Clock | None = None) -> OpenSession:
    """A function for the app that opens the session once the screen is up."""

    async def open_session(publish: Callable[[Snapshot], None]) -> Session:
        try:
            return await _open(make_ready, publish, clock)
        finally:
            # What was loaded stays for good: the collector need never look at it again.
            gc.freeze()
            gc.enable()

    return open_session


async def _open(make_ready: Callable[[], Ready], publish: Callable[[Snapshot], None], clock: Clock | None) -> Session:
    ready = await _in_thread(make_ready)
    from random import SystemRandom

    from gunbot_tui.engine.clock import SystemClock
    from gunbot_tui.engine.journal import Journal
    from gunbot_tui.engine.session import Session

    return Session(
        ready.backend,
        clock=clock or SystemClock(),
        rng=SystemRandom(),
        journal=Journal(ready.journal),
        limits=ready.limits,
        publish=publish,
    )


async def _in_thread(function: Callable[[], T]) -> T:
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
