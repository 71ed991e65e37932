"""Many runs of 20 commands through a line that fails at random: nothing is sent twice, nothing untrue is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import quick_loop
from tests.chaos.soak import play

RUNS, QUICK_RUNS = 1000, 50
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK_RUNS else pytest.mark.slow) for seed in range(RUNS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_line_does_each_command_is_sent_once_and_its_fate_told_truly(seed: int, tmp_path: Path) -> None:
    assert quick_loop.run(play(seed, tmp_path / "journal.sqlite3")) == []
