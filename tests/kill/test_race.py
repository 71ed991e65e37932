"""Programs that want the same thing in the same moment: exactly one gets it, and the others are told why not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest

from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.guard import Rule
from tests.factories import make_intent, make_placement
from tests.kill.racer import WON

ROOT = Path(__file__).parents[2]
ROUNDS = 100


class Racer:
    """A racing program and its two pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.orders: IO[str] = process.stdin
        self.answers: IO[str] = process.stdout

    def tell(self, line: str) -> None:
        self.orders.write(f"{line}\n")
        self.orders.flush()

    def answer(self) -> str:
        return self.answers.readline().strip()


@contextmanager
def racers(path: Path, count: int) -> Iterator[list[Racer]]:
    """Programs that are started together on one journal and have opened it."""
    command = [sys.executable, "-m", "tests.kill.racer", str(path)]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(count)
        ]
        started = [Racer(process) for process in processes]
        assert [racer.answer() for racer in started] == ["ready"] * count
        yield started
        for racer in started:
            racer.orders.close()
        assert [process.wait(30) for process in processes] == [0] * count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def winners(started: list[Racer], lines: list[str], number: int) -> tuple[list[int], list[str]]:
    """Tell every racer its line, in turns another one first; who won, and what the others were told."""
    for place in (number % 2, 1 - number % 2):
        started[place].tell(lines[place])
    answers = [racer.answer() for racer in started]
    return [place for place, said in enumerate(answers) if said == WON], [said for said in answers if said != WON]


async def spend(path: Path, amount: str) -> None:
    """Use up a part of the hour of every round's bot, at a price of 1000."""
    journal = Journal(path)
    await journal.open()
    order = make_placement(price="1000", amount=amount)
    for number in range(ROUNDS):
        intent = make_intent(order, id=f"before-{number}", created_at=datetime.now(UTC))
        await journal.begin(f"bot{number}", intent, "")
    await journal.close()


def test_of_two_programs_exactly_one_gets_the_last_of_an_hours_limit(path: Path) -> None:
    asyncio.run(spend(path, "0.95"))
    won: list[int] = []
    with racers(path, 2) as started:
        for number in range(ROUNDS):
            # Not the same order: only the sum stands against the second one.
            who, told = winners(started, [f"bot{number} 0.04", f"bot{number} 0.05"], number)
            assert len(who) == 1
            assert Rule.NOTIONAL_HOUR in told[0]
            won += who
    assert set(won) == {0, 1}


def test_of_two_programs_that_send_the_same_order_one_is_asked_again(path: Path) -> None:
    won: list[int] = []
    with racers(path, 2) as started:
        for number in range(ROUNDS):
            who, told = winners(started, [f"bot{number} 0.1"] * 2, number)
            assert len(who) == 1
            assert "same order" in told[0]
            won += who
    assert set(won) == {0, 1}


def test_programs_that_start_together_share_one_journal(path: Path) -> None:
    with racers(path, 4) as started:
        for number, racer in enumerate(started):
            racer.tell(f"bot{number} 0.1")
        assert [racer.answer() for racer in started] == [WON] * 4
