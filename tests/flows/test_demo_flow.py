"""The first minute of a stranger: the demo, the three lines it proposes, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.cockpit import Cockpit
from tests.flows.installed import Installed
from tests.flows.tmux import eventually


@pytest.fixture
def size() -> tuple[int, int]:
    """The terminal most people try it in."""
    return 120, 40


@pytest.fixture
def neighbour(installed: Installed, tmp_path: Path) -> Iterator[Cockpit]:
    """A second cockpit."""
    program = Cockpit(installed, tmp_path / "neighbour", (80, 24))
    yield program
    program.close()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for nobody's notice does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_the_lines_the_demo_proposes_work_as_they_are_typed(cockpit: Cockpit) -> None:
    cockpit.open("demo")
    lines = cockpit.wait(r"try +(:.*?) {3}(:.*?) {3}(:.*?) *$").groups()
    assert [line.split()[0] for line in lines] == [":buy", ":cancel", ":fault"]
    cockpit.type(lines[0])
    cockpit.press("Enter")
    cockpit.wait(r"BUY \S+ \S+.* with 100\.00 USDT @ ")
    cockpit.confirm("B")
    cockpit.orders(side="buy", by="me", state="working")
    cockpit.type(lines[1])
    cockpit.press("Enter")
    cockpit.confirm("X", r"X send cancel")
    cockpit.orders(side="buy", by="me", state="cancelled")
    cockpit.type(lines[2].replace("30s", "4s"))
    cockpit.press("Enter")
    cockpit.wait(r"OFFLINE since|hung up|next try")
    cockpit.wait(r"^ demo +DEMO +●.*0 unknown", 30)


def test_a_second_demo_runs_beside_the_first_and_both_end_with_their_cockpit(
    cockpit: Cockpit, neighbour: Cockpit
) -> None:
    cockpit.open("demo")
    neighbour.open("demo")
    (simulator,) = children(cockpit.pid)
    (other,) = children(neighbour.pid)
    cockpit.kill()
    eventually(lambda: not is_running(simulator), "the simulator of the killed cockpit ends")
    neighbour.show("2", r"spread")
    neighbour.press("q")
    neighbour.wait(r"q again")
    neighbour.press("q")
    assert neighbour.exit_code() == 0
    assert not is_running(other)
