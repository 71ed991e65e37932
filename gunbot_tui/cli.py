"""The command line: reads arguments, wires bot, engine and screen together, and turns every end into an exit code.

Until the first paint only the standard library and Textual are loaded; what talks to the bot is imported by a thread
after it. A demo's simulator is started before Textual is imported, so that both load at the same time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import resource
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gunbot_tui import __version__, logs, paths
from gunbot_tui.demo import Demo, DemoError
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.secret import Secret
from gunbot_tui.registrar import Registrar
from gunbot_tui.ui.enrolment import Enrolment
from gunbot_tui.ui.startup import SetupError, UiOptions
from gunbot_tui.wiring import JOURNAL, MISUSED, NO_DEMO, NO_SECRET, Bots, OpenSession, make_demo_ready, opening

if TYPE_CHECKING:
    from gunbot_tui.config.document import Document
    from gunbot_tui.config.glance import Glance
    from gunbot_tui.config.secrets import SecretName
    from gunbot_tui.engine.session import Session
    from gunbot_tui.model.snapshot import Snapshot

NOTHING_ASKED: Mapping[str, Mapping[SecretName, Secret]] = {}
SHELL_COMMANDS = ("order", "cancel", "orders", "panic", "release")
CRASHED = 1
INTERRUPTED = 130
EXIT_CODES = """\
exit codes:
  0    left by the user
  1    internal error; the line names the report
  2    wrong arguments, a mistake in the config file, or no terminal
  3    a password or wallet could not be had
  4    the demo's simulator did not start
  order, cancel, orders, panic: 0 handed to the bot, 2 a text that can't be read, 3 refused by the bot,
       4 not sent, 5 unknown: it may have arrived, 6 blocked by a limit or a halt
  129, 143   ended by SIGHUP, SIGTERM
"""
# A thread holding the interpreter for longer than this makes a key wait; the default of 5 ms is felt.
SWITCH_SECONDS = 0.0005


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        _complain(f"{message} (see gunbot-tui --help)")
        sys.exit(MISUSED)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["sim"]:
        from gunbot_tui.sim.serve import main as serve

        return serve(arguments[1:])
    options = _parser().parse_args(arguments)
    redactor = logs.Redactor()
    try:
        return _run(options, redactor)
    except SetupError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as error:
        _complain(f"the installation is incomplete: {error}")
        return CRASHED
    except Exception as error:  # the last resort: no traceback reaches a user
        return _crashed(error, redactor)


def _parser() -> argparse.ArgumentParser:
    log_level = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    log_level.add_argument("--log-level", choices=logs.LEVELS, help="log to a file in the state folder")
    parser = _Parser(
        prog="gunbot-tui",
        description="A keyboard-driven terminal cockpit for the trading bots Gunbot and Freqtrade.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[log_level],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gunbot-tui {__version__}")
    parser.add_argument("--bot", metavar="NAME", help="the bot to show first (otherwise the config's default)")
    parser.add_argument("--config", metavar="FILE", type=Path, help="another config file")
    parser.add_argument("--read-only", action="store_true", help="only watch, whatever the config allows")
    parser.set_defaults(log_level=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    demo = commands.add_parser(
        "demo", parents=[log_level], allow_abbrev=False, help="the cockpit on a simulated Gunbot, without account"
    )
    demo.add_argument("--speed", type=float, metavar="X", help="how fast the market moves; 0 freezes it")
    demo.add_argument("--seed", type=int, metavar="N", help="the same number gives the same market")
    demo.add_argument("--pairs", type=int, metavar="N", help="how many pairs")
    _add_desk(commands, log_level)
    commands.add_parser("sim", add_help=False, help="the simulated Gunbot alone (see gunbot-tui sim --help)")
    return parser


def _add_desk(commands: argparse._SubParsersAction[_Parser], shared: _Parser) -> None:
    """The same desk without a screen."""

    def add(name: str, help: str, words: str = "") -> _Parser:
        parser = commands.add_parser(name, parents=[shared], allow_abbrev=False, help=help)
        if words:
            parser.add_argument("words", nargs="+", metavar=words, help="as in the cockpit's `:` line")
        return parser

    for name, help, words in (
        ("order", 'place an order: order "buy 0.01 USDT-BTC @ 50000"', "TEXT"),
        ("cancel", "cancel orders: cancel 357044, cancel all BTC/USDT, cancel all everywhere", "WHAT"),
        ("panic", "halt all sending, open nothing more, cancel every working order; exits only if you type so", ""),
    ):
        parser = add(name, help, words)
        parser.add_argument("--yes", action="store_true", help="send without a question")
        if name == "panic":
            parser.add_argument("--bot", dest="bots", action="append", metavar="NAME", help="this bot; may be repeated")
            parser.add_argument("--all-bots", action="store_true", help="every bot of the config file")
    orders = add("orders", "list the working orders and the newest history")
    orders.add_argument("--format", choices=("text", "json", "csv"), default="text")
    orders.add_argument("--all-bots", action="store_true", help="of every bot of the config file, in one list")
    add("release", "allow sending again after a halt")


def _run(options: argparse.Namespace, redactor: logs.Redactor) -> int:
    is_shell = options.command in SHELL_COMMANDS
    if not is_shell:
        _need_terminal()
        sys.setswitchinterval(SWITCH_SECONDS)
    os.umask(0o077)  # what it writes (journal, log, tables) is the user's alone
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the password
    folder = paths.state_dir()
    try:
        logs.start(options.log_level, folder, redactor)
    except OSError as error:
        raise SetupError(f"can't log to {folder}: {os.strerror(error.errno or 0)}", MISUSED) from None
    if options.command == "demo":
        return _demo(options, redactor)
    path: Path = options.config or paths.config_file()
    from gunbot_tui.config.document import ConfigError

    try:
        if is_shell:
            return _shell(options, path, redactor)
        if options.config is None and options.bot is None and not path.exists():
            return _first_run(options, path, redactor)
        return _live(options, path, redactor)
    except ConfigError as error:
        raise SetupError(str(error), MISUSED) from None


def _live(
    options: argparse.Namespace,
    path: Path,
    redactor: logs.Redactor,
    asked: Mapping[str, Mapping[SecretName, Secret]] = NOTHING_ASKED,
) -> int:
    """The cockpit on the configured bots; `asked` are secrets that were typed already. Raises ConfigError."""
    from gunbot_tui.config.document import Document

    document = Document.read(path)
    first, bots = _configured(document, options, redactor, asked)
    registrar = Registrar(path, redactor, bots, read_only=options.read_only)
    look = UiOptions(theme=first.theme, mouse=first.mouse, driver=first.driver, glyphs=first.glyphs)
    return _cockpit(opening(bots.make_ready), first.bot, look, redactor, bots=first.bots, enrolment=registrar)


def _shell(options: argparse.Namespace, path: Path, redactor: logs.Redactor) -> int:
    """A command without a screen on a configured bot. Raises ConfigError."""
    from gunbot_tui.config.document import ConfigError, Document
    from gunbot_tui.config.glance import choose_bot
    from gunbot_tui.shell.codes import Exit
    from gunbot_tui.shell.command import run

    def configured() -> Mapping[str, Callable[[Callable[[Snapshot], None]], Awaitable[Session]]]:
        document = Document.read(path)
        named, every = getattr(options, "bots", None) or [], getattr(options, "all_bots", False)
        if not named and not every:
            choose_bot(document, options.bot, is_named=True)
        first, bots = _configured(document, options, redactor)
        known = {bot.name: bot for bot in first.bots}
        missing = [name for name in named if name not in known]
        if missing:
            raise ConfigError(f"{path}: there is no bot {', '.join(missing)}; known: {', '.join(known)}")
        chosen = [known[name] for name in named] or (list(first.bots) if every else [first.bot])
        open_session = opening(bots.make_ready)
        return {bot.name: _at_once(open_session, bot, is_alone=len(chosen) == 1) for bot in chosen}

    try:
        return run(options, paths.state_dir() / JOURNAL, configured, _complain)
    except SetupError as error:
        if error.exit_code != NO_SECRET:
            raise
        raise SetupError(str(error), Exit.NOT_SENT) from None


def _at_once(
    open_session: OpenSession, bot: BotRef, *, is_alone: bool
) -> Callable[[Callable[[Snapshot], None]], Awaitable[Session]]:
    """Opens a session of a shell command; among several a bot that can't be opened is no end of the others."""
    from gunbot_tui.shell.codes import GivenUpError

    async def open_it(publish: Callable[[Snapshot], None]) -> Session:
        try:
            return await open_session(bot, publish, {})
        except SetupError as error:
            if is_alone:
                raise
            raise GivenUpError(str(error)) from None

    return open_it


def _configured(
    document: Document,
    options: argparse.Namespace,
    redactor: logs.Redactor,
    asked: Mapping[str, Mapping[SecretName, Secret]] = NOTHING_ASKED,
) -> tuple[Glance, Bots]:
    """What the file says about its bots, and what makes each of them ready. Raises ConfigError."""
    from gunbot_tui.config.document import ConfigError
    from gunbot_tui.config.glance import glance

    first = glance(document, options.bot)
    if first is None:
        from gunbot_tui.config.settings import validate

        validate(document)
        raise ConfigError(f"{document.path}: can't be read")
    if first.must_ask and not asked:
        asked = {first.bot.name: _ask(document, first.bot.name)}
    if options.read_only:
        bots = tuple(replace(bot, mode=TradeMode.READ_ONLY) for bot in first.bots)
        first = replace(first, bot=replace(first.bot, mode=TradeMode.READ_ONLY), bots=bots)
    return first, Bots(document, asked=asked, redactor=redactor, state=paths.state_dir())


def _demo(options: argparse.Namespace, redactor: logs.Redactor) -> int:
    """The cockpit on a simulator of its own."""
    try:
        with Demo(
            seed=getattr(options, "seed", None),
            pairs=getattr(options, "pairs", None),
            speed=getattr(options, "speed", None),
        ) as demo:
            bot = BotRef("demo", "gunbot", "", TradeMode.READ_ONLY if options.read_only else TradeMode.DEMO)
            return _cockpit(opening(lambda bot, _: make_demo_ready(demo, bot)), bot, UiOptions(), redactor, demo=demo)
    except DemoError as error:
        raise SetupError(str(error), NO_DEMO) from None


def _first_run(options: argparse.Namespace, path: Path, redactor: logs.Redactor) -> int:
    """The page that offers to add a bot or to look at the demo, then what was chosen. Raises ConfigError."""
    registrar = Registrar(path, redactor, read_only=options.read_only)
    code = _cockpit(None, BotRef("no bot", "gunbot", ""), UiOptions(), redactor, enrolment=registrar)
    from gunbot_tui.ui.overlays.first_run import ADDED_EXIT_CODE, DEMO_EXIT_CODE

    if code == ADDED_EXIT_CODE:
        return _live(options, path, redactor, registrar.asked)
    return _demo(options, redactor) if code == DEMO_EXIT_CODE else code


def _cockpit(
    open_session: OpenSession | None,
    bot: BotRef,
    look: UiOptions,
    redactor: logs.Redactor,
    *,
    bots: tuple[BotRef, ...] = (),
    demo: Demo | None = None,
    enrolment: Enrolment | None = None,
) -> int:
    """Run the app until it ends, whatever ends it."""
    if open_session is not None:
        gc.disable()  # a tenth of the start goes into collecting what is all needed; `opening` enables it again
    from textual.worker import WorkerFailed

    from gunbot_tui.shutdown import Watchdog, exit_code
    from gunbot_tui.ui.app import CockpitApp

    app = CockpitApp(open_session, bot=bot, bots=bots or (bot,), demo=demo, enrolment=enrolment, options=look)
    watchdog = Watchdog()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        watchdog.install(lambda code: loop.call_soon_threadsafe(app.exit, None, code))
        await app.run_async(mouse=look.mouse)
        await app.wait_closed()

    asyncio.run(run())
    if watchdog.signal is not None:
        return exit_code(watchdog.signal)
    match app.failure:
        case None:
            return app.return_code or 0
        case SetupError() as error:
            raise error
        case WorkerFailed(error=cause):
            return _crashed(cause, redactor)
        case error:
            return _crashed(error, redactor)


def _ask(document: Document, name: str) -> Mapping[SecretName, Secret]:
    """Ask for the secrets that have no source, before the screen is up; a mistake in the file is said later."""
    from getpass import getpass

    from gunbot_tui.config.document import ConfigError
    from gunbot_tui.config.secrets import unsourced
    from gunbot_tui.config.settings import validate

    try:
        bot = validate(document, name).bots[name]
    except ConfigError:
        return {}
    try:
        return {secret: Secret(getpass(f"{secret} of {name}: ")) for secret in unsourced(bot)}
    except EOFError:
        raise SetupError(f"no answer; say in {document.path} where the secrets of {name} are kept", NO_SECRET) from None


def _need_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise SetupError("needs a terminal: standard input and standard error must not be redirected", MISUSED)


def _crashed(error: BaseException, redactor: logs.Redactor) -> int:
    _complain(logs.crash_line(error, paths.state_dir(), redactor))
    return CRASHED


def _complain(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(f"gunbot-tui: {text}", file=sys.stderr)
