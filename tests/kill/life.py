"""One life of a sending program: started, answered for a while, and killed with signal 9 at a moment from a seed."""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 24
LONGEST_SECONDS = 0.06


class Moment(Enum):
    """What the killing waits for."""

    TIME = "a time after the first line"
    REQUEST = "a request that then gets no answer"
    LINE = "an acknowledged line"


@dataclass
class Life:
    """What was seen from outside until the end."""

    moment: Moment
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    """Amounts and states, as the program said them; every order has an amount of its own."""
    requests: list[str] = field(default_factory=list)
    """Amounts, in the order in which they arrived."""


async def live(module: str, path: Path, seed: int, prefix: str = "0.1") -> Life:
    """Start `module` on a journal, answer its requests, and kill it."""
    chance = random.Random(seed)
    life = Life(chance.choice(list(Moment)))
    how_many, seconds = chance.randint(1, MOST_LINES), chance.uniform(0, LONGEST_SECONDS)

    async def answer(requests: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        while request := await requests.readline():
            life.requests.append(request.decode().strip())
            if life.moment is Moment.REQUEST and len(life.requests) == how_many:
                program.kill()
            else:
                answers.write(chance.choice((b"taken\n", b"refused\n")))
        answers.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    arguments = ("-m", module, str(path), str(port), prefix)
    program = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert program.stdout is not None
    async with asyncio.timeout(120), server:
        while line := (await program.stdout.readline()).decode():
            amount, _, state = line.strip().partition(" ")
            life.acknowledged.append((amount, state))
            if life.moment is Moment.LINE and len(life.acknowledged) == how_many:
                program.kill()
            elif life.moment is Moment.TIME and len(life.acknowledged) == 1:
                asyncio.get_running_loop().call_later(seconds, program.kill)
        await program.wait()
    return life
