"""How the terminal tests start their applications."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[2]
Start = Callable[..., PtySession]


def app_argv(name: str, *arguments: str) -> list[str]:
    """The command line of an application in `apps`; it runs in the project's root."""
    return [sys.executable, "-m", f"tests.terminal.apps.{name}", *arguments]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start an application of `apps`, after the shell command `first`, in a terminal that ends with the test."""
    with ExitStack() as sessions:

        def start_app(
            name: str,
            *arguments: str,
            cols: int = 80,
            rows: int = 24,
            env: dict[str, str] | None = None,
            in_band_resize: bool = False,
            first: str = "",
        ) -> PtySession:
            argv = app_argv(name, *arguments)
            if first:
                argv = ["sh", "-c", f'{first}; exec "$@"', "sh", *argv]
            session = PtySession.spawn(argv, cols, rows, env, cwd=ROOT, in_band_resize=in_band_resize)
            return sessions.enter_context(session)

        yield start_app
