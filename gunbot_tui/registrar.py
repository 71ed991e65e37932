"""Behind the dialog that adds a bot: checks what was typed, connects to the bot once, and writes it to the config file.

A trial uses the backend that the cockpit will use, so what it says of a bot holds afterwards too.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.problem import Problem, ProblemKind
from gunbot_tui.ui.enrolment import BotDraft, Keep, Trial
from gunbot_tui.ui.startup import SetupError
from gunbot_tui.wiring import MISUSED, Bots, in_thread, make_backend

if TYPE_CHECKING:
    from gunbot_tui.backends.base import Backend
    from gunbot_tui.config.secrets import SecretName
    from gunbot_tui.logs import Redactor
    from gunbot_tui.model.host import RunStatus
    from gunbot_tui.model.secret import Secret

TRIAL_SECONDS = 20.0
TIPS: Mapping[tuple[str, ProblemKind], str] = {
    ("gunbot", ProblemKind.UNAUTHORISED): "the wallet is gunthy_wallet in Gunbot's config.js",
    ("freqtrade", ProblemKind.UNAUTHORISED): 'both stand under "api_server" in Freqtrade\'s config.json',
    ("gunbot", ProblemKind.UNEXPECTED): "the url is that of Gunbot's own web interface, usually on port 3000",
    (
        "freqtrade",
        ProblemKind.UNEXPECTED,
    ): "try listen_port (usually 8080) as port; behind a proxy /api may be missing",
}
"""What to look at, by kind of bot and problem."""
SELF_SIGNED = "compare the fingerprint above with that of the bot's own certificate, pin it there, then test again"
CORE_STOPPED = "its core is stopped: nothing is traded and prices stand still until it is started"
BOT_STOPPED = "it is stopped: it opens and closes nothing until it is started"
WEB_SERVER = "it runs as a web server: it serves data and trades nothing; `freqtrade trade` would"
NO_FORCE_ENTRY = 'it opens nothing on command: set "force_entry_enable" to true in its config.json and reload it'


class Registrar:
    """The dialog's other side. Without `bots` no cockpit runs yet, which then asks for the secrets kept in `asked`."""

    def __init__(self, config_path: Path, redactor: Redactor, bots: Bots | None = None, *, read_only: bool) -> None:
        self.config_path = config_path
        self.asked: dict[str, Mapping[SecretName, Secret]] = {}
        """By bot, what was typed and is kept nowhere."""
        self._redactor = redactor
        self._bots = bots
        self._read_only = read_only

    async def mistakes(self, draft: BotDraft) -> Mapping[str, str]:
        """What is wrong with a draft, one line for each of its fields; `save` is that of the file itself."""
        return await in_thread(lambda: dict(self._mistakes(draft)))

    async def try_out(self, draft: BotDraft) -> Trial:
        """Connect to the bot, read a little and leave."""
        try:
            async with asyncio.timeout(TRIAL_SECONDS):
                return await self._try_out(draft)
        except TimeoutError:
            return Trial(False, (f"no whole answer within {TRIAL_SECONDS:.0f} s: is the url right, is the line slow?",))

    async def save(self, draft: BotDraft) -> BotRef:
        """Write the bot into the file. Raises SetupError."""
        return await in_thread(lambda: self._save(draft))

    def _mistakes(self, draft: BotDraft) -> Iterator[tuple[str, str]]:
        from gunbot_tui.config.document import ConfigError, Document
        from gunbot_tui.config.edit import TAKEN, taken
        from gunbot_tui.config.settings import mistakes_in

        try:
            found = mistakes_in(draft.name, _table(draft))
        except ValueError as error:
            yield "password", f"no command: {error}".lower()
            return
        for key, words in found.items():
            yield key.partition("_")[0] if key.startswith(("password", "wallet")) else key, words
        for name, secret in draft.secrets.items():
            if not secret:
                yield name, "is missing"
        try:
            if self.config_path.exists() and taken(Document.read(self.config_path), draft.name) is not None:
                yield "name", TAKEN
        except ConfigError as error:
            yield "save", str(error)

    def _save(self, draft: BotDraft) -> BotRef:
        from gunbot_tui.config.document import ConfigError
        from gunbot_tui.config.edit import add_bot
        from gunbot_tui.config.settings import validate

        secrets = self._typed(draft)
        kept = {name.value: secret for name, secret in secrets.items()} if draft.keep is Keep.FILE else {}
        try:
            document = add_bot(self.config_path, draft.name, _table(draft), kept)
        except ConfigError as error:
            raise SetupError(str(error), MISUSED) from None
        asked = secrets if draft.keep is Keep.NOWHERE else {}
        if self._bots is None:
            self.asked[draft.name] = asked
        else:
            self._bots.take_in(document, draft.name, asked)
        bot = validate(document, draft.name).ref(draft.name)
        return replace(bot, mode=TradeMode.READ_ONLY) if self._read_only else bot

    async def _try_out(self, draft: BotDraft) -> Trial:
        from gunbot_tui.config.secrets import SecretError

        try:
            backend = await in_thread(lambda: self._backend(draft))
        except SecretError as error:
            return Trial(False, (str(error),))
        from gunbot_tui.backends.certificate import untrusted_pin
        from gunbot_tui.backends.errors import BackendError

        try:
            await backend.connect()
            return Trial(True, await _look_at(backend, may_trade=draft.may_trade))
        except BackendError as error:
            problem = error.problem
        finally:
            await backend.close()
        pin = None if draft.pin else await untrusted_pin(draft.url)
        return Trial(False, _words(draft.kind, problem, pin), pin or "")

    def _backend(self, draft: BotDraft) -> Backend:
        """The bot's backend, allowed everything: what the bot itself refuses is to be told. Raises SecretError."""
        from gunbot_tui.config.secrets import read_all
        from gunbot_tui.config.settings import BotSettings

        settings = BotSettings.model_validate(_table(draft))
        taken = {} if self._bots is None else self._bots.variables()
        secrets = read_all(
            settings,
            folder=self.config_path.parent,
            variables={**os.environ, **taken},
            environment=os.environ,
            asked=self._typed(draft),
        )
        for secret in secrets.values():
            self._redactor.hide(secret)
        return make_backend(BotRef(draft.name, draft.kind, draft.url, TradeMode.CONFIRM), settings, secrets)

    def _typed(self, draft: BotDraft) -> Mapping[SecretName, Secret]:
        """The secrets that were typed themselves."""
        from gunbot_tui.config.secrets import SecretName

        if not draft.keep.is_typed:
            return {}
        for secret in draft.secrets.values():
            self._redactor.hide(secret)
        return {SecretName(name): secret for name, secret in draft.secrets.items()}


def _table(draft: BotDraft) -> dict[str, object]:
    """The bot as the file says it, without the files of secrets. Raises ValueError for an unfinished quote."""
    table: dict[str, object] = {"kind": draft.kind}
    if draft.url:
        table["url"] = draft.url
    if draft.username and draft.kind == "freqtrade":
        table["username"] = draft.username
    for name, secret in draft.secrets.items():
        if draft.keep is Keep.COMMAND and secret:
            table[f"{name}_command"] = shlex.split(secret.reveal())
        elif draft.keep is Keep.VARIABLE and secret:
            table[f"{name}_env"] = secret.reveal()
    if draft.pin:
        table["pin"] = draft.pin
    if draft.allow_plain_http:
        table["allow_plain_http"] = True
    table["mode"] = "confirm" if draft.may_trade else "read-only"
    if draft.may_trade and draft.max_notional:
        table["limits"] = {"max_notional": _number(draft.max_notional)}
    return table


def _number(text: str) -> Decimal | str:
    """A number as exact as it was typed; what is none stays a text, which the settings complain about."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _words(kind: str, problem: Problem, pin: str | None) -> tuple[str, ...]:
    """What is wrong, and what to do about it."""
    if pin:
        return problem.summary, SELF_SIGNED
    tip = TIPS.get((kind, problem.kind), "")
    return tuple(words for words in (problem.summary, tip, problem.detail) if words)


async def _look_at(backend: Backend, *, may_trade: bool) -> tuple[str, ...]:
    """What the bot is and what will not work on it, from one light read. Raises BackendError."""
    from gunbot_tui.model.feed import Kind, Topic
    from gunbot_tui.model.files import ConfigTree
    from gunbot_tui.model.host import RunStatus

    answer = await backend.read(Topic(Kind.STATE if Kind.STATE in backend.kinds else Kind.CONFIG))
    match answer:
        case RunStatus():
            return "it works: " + _about(answer), *_missing(answer, may_trade=may_trade)
        case ConfigTree(core_enabled=False):
            return "it works: Gunbot takes the login", CORE_STOPPED
        case _:
            return ("it works: Gunbot takes the login",)


def _about(status: RunStatus) -> str:
    money = "dry run" if status.is_dry else "real money"
    about = (f"Freqtrade {status.version}", status.strategy, status.exchange, status.market, money, status.state)
    return ", ".join(part for part in about if part)


def _missing(status: RunStatus, *, may_trade: bool) -> Iterator[str]:
    """What will not work."""
    from gunbot_tui.model.host import RunState

    if status.state is RunState.WEBSERVER:
        yield WEB_SERVER
        return
    if status.state is RunState.STOPPED:
        yield BOT_STOPPED
    if may_trade and not status.may_force_entry:
        yield NO_FORCE_ENTRY
