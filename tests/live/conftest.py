"""The cockpit, the Freqtrade that short tests share, and others for those that want another kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.flows.installed import Installed, install
from tests.live.desk import Desk
from tests.live.freqtrade import Freqtrade, Mode

StartFreqtrade = Callable[..., Freqtrade]
SIZE = (120, 40)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of the sources as they are."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def desk(installed: Installed, tmp_path: Path) -> Iterator[Desk]:
    """The cockpit, not started."""
    program = Desk(installed, tmp_path / "desk", SIZE)
    yield program
    program.close()


@pytest.fixture(scope="session")
def freqtrade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Freqtrade]:
    """A running bot on spot with a history and open trades; it may trade, but it stays up."""
    with Freqtrade(tmp_path_factory.mktemp("freqtrade") / "bot") as bot:
        yield bot


@pytest.fixture
def start_freqtrade(tmp_path: Path) -> Iterator[StartFreqtrade]:
    """Start a bot of the test's own, of any kind."""
    with ExitStack() as started:

        def start(*, mode: Mode = "trade", futures: bool = False, seeded: bool = True) -> Freqtrade:
            return started.enter_context(Freqtrade(tmp_path / "bot", mode=mode, futures=futures, seeded=seeded))

        yield start
