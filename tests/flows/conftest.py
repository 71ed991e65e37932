"""One installation for all flows; each test has its own simulated bot, home and terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.flows.cockpit import Cockpit
from tests.flows.installed import Installed, install
from tests.flows.simulator import Simulator
from tests.flows.tmux import TMUX

SIZES = ((80, 24), (120, 40))
WIDE_ONLY = pytest.mark.parametrize("size", [(120, 40)], indirect=True, ids=["120x40"])
NARROW_ONLY = pytest.mark.parametrize("size", [(80, 24)], indirect=True, ids=["80x24"])
"""For what takes long and looks the same at both sizes, or needs the columns of the one."""
StartSimulator = Callable[[float], Simulator]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of the sources as they are."""
    if TMUX is None:
        pytest.skip("tmux is not installed, so nothing can be shown inside it")
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The terminal's size."""
    width, height = request.param
    return width, height


@pytest.fixture
def simulator(installed: Installed, tmp_path: Path) -> Iterator[StartSimulator]:
    """Start a simulated bot that runs at a speed."""
    with ExitStack() as started:

        def start(speed: float) -> Simulator:
            bot = Simulator(installed, tmp_path, speed=speed)
            started.callback(bot.kill)
            bot.start()
            return bot

        yield start


@pytest.fixture
def cockpit(installed: Installed, tmp_path: Path, size: tuple[int, int]) -> Iterator[Cockpit]:
    """The cockpit, not started."""
    program = Cockpit(installed, tmp_path / "cockpit", size)
    yield program
    program.close()
