"""Where passwords and wallets come from: a command, a private file or the environment; never an argument.

A command runs without shell, terminal or input: the screen is up by then, and nothing may draw or ask on it.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import stat
import subprocess
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gunbot_tui.config.glance import SECRETS
from gunbot_tui.config.settings import SOURCES, BotSettings
from gunbot_tui.model.secret import Secret

COMMAND_SECONDS = 10.0
LONGEST_BYTES = 4096


class SecretError(Exception):
    """A secret could not be had; the text is one line that names the key and what to do, never the secret."""


class SecretName(StrEnum):
    """What a bot's login needs; a Freqtrade has no wallet."""

    PASSWORD = "password"  # noqa: S105 - its name
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class Source:
    """The one place where a secret is kept."""

    key: str
    """The key in the config file."""
    command: Sequence[str] | None = None
    file: str | None = None
    env: str | None = None


def unsourced(bot: BotSettings) -> list[SecretName]:
    """The secrets that the owner must be asked for."""
    return [name for name in _names(bot) if _source_of(bot, name) is None]


def take_variables(bots: Iterable[BotSettings], environment: MutableMapping[str, str]) -> Mapping[str, str]:
    """The variables that hold secrets of these bots; they leave the environment, so that no command inherits them."""
    sources = [source for bot in bots for name in _names(bot) if (source := _source_of(bot, name)) is not None]
    names = {source.env for source in sources if source.env is not None}
    return {name: environment.pop(name) for name in names if name in environment}


def read_all(
    bot: BotSettings,
    *,
    folder: Path,
    variables: Mapping[str, str],
    environment: Mapping[str, str],
    asked: Mapping[SecretName, Secret],
) -> Mapping[SecretName, Secret]:
    """Every secret of the bot, those that were asked for included; blocks. Raises SecretError.

    Commands get the environment, which no longer holds the variables.
    """
    sources = [(name, source) for name in _names(bot) if (source := _source_of(bot, name)) is not None]
    return {**asked, **{name: _read(source, folder, variables, environment) for name, source in sources}}


def _names(bot: BotSettings) -> list[SecretName]:
    return [SecretName(name) for name in SECRETS[bot.kind]]


def _source_of(bot: BotSettings, name: SecretName) -> Source | None:
    command, file, env = (getattr(bot, f"{name}_{kind}") for kind in SOURCES)
    if command is not None:
        return Source(f"{name}_command", command=command)
    if file is not None:
        return Source(f"{name}_file", file=file)
    return None if env is None else Source(f"{name}_env", env=env)


def _read(source: Source, folder: Path, variables: Mapping[str, str], environment: Mapping[str, str]) -> Secret:
    if source.env is not None:
        if source.env not in variables:
            raise SecretError(f"{source.key}: the variable {source.env} is not set")
        text = variables[source.env]
    elif source.file is not None:
        text = _from_file(source.key, folder / Path(source.file).expanduser())
    else:
        text = _from_command(source.key, source.command or (), environment)
    lines = text.splitlines()
    if not lines or not lines[0]:
        raise SecretError(f"{source.key}: gave an empty first line")
    return Secret(lines[0])


def _from_file(key: str, path: Path) -> str:
    try:
        # Without O_NONBLOCK a pipe in the file's place would hang the program.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SecretError(f"{key}: {path} is not a file")
            if status.st_uid not in (os.geteuid(), 0):
                raise SecretError(f"{key}: {path} belongs to another user; make a copy of your own")
            if status.st_mode & 0o077:
                raise SecretError(f"{key}: others can read {path}; run: chmod 600 {shlex.quote(str(path))}")
            return _decoded(key, file.read(LONGEST_BYTES))
    except OSError as error:
        raise SecretError(f"{key}: {path}: {os.strerror(error.errno or 0)}") from None


def _from_command(key: str, command: Sequence[str], environment: Mapping[str, str]) -> str:
    hint = f"run it in a shell to see why: {shlex.join(command)}"
    # A curses password prompt would fight with the screen for the terminal: without GPG_TTY it fails instead.
    quiet = {name: value for name, value in environment.items() if name != "GPG_TTY"}
    try:
        process = subprocess.Popen(  # noqa: S603 - the owner's own command, without a shell
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=quiet,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise SecretError(f"{key}: can't run {command[0]}: {getattr(error, 'strerror', None) or error}") from None
    with process:
        try:
            output, _ = process.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            # The whole session: a grandchild that keeps the pipe open would be waited for otherwise.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise SecretError(f"{key}: gave nothing within {COMMAND_SECONDS:.0f} s; {hint}") from None
    if process.returncode != 0:
        raise SecretError(f"{key}: ended with code {process.returncode}; {hint}")
    return _decoded(key, output[:LONGEST_BYTES])


def _decoded(key: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise SecretError(f"{key}: gave something that is not UTF-8 text") from None
