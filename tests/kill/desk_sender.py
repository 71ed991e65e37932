"""The whole desk as a program that can be killed: it submits orders to a bot that is one line to the parent."""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from itertools import count
from pathlib import Path

from gunbot_tui.engine.clock import SystemClock
from gunbot_tui.engine.desk import Desk
from gunbot_tui.engine.journal import Journal
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import Command, HandedOver, Outcome, PlaceOrder, Refused
from gunbot_tui.model.event import Event
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.snapshot import apply
from tests.factories import make_pair, make_pair_status, make_placement, make_snapshot
from tests.kill.sender import TAKEN, say
from tests.quiet import Quiet

MANY = Limits(hard={Rule.ORDERS_MINUTE: Decimal(1_000_000)})


class LineBot(Quiet):
    """A bot of whose orders the parent hears one line each."""

    def __init__(self, answers: asyncio.StreamReader, requests: asyncio.StreamWriter) -> None:
        self.ref = BotRef("home", "line", "http://127.0.0.1:1", TradeMode.CONFIRM)
        self.capabilities = Capabilities()
        self.kinds: frozenset[Kind] = frozenset()
        self._answers = answers
        self._requests = requests

    async def connect(self) -> None:
        return None

    async def read(self, topic: Topic) -> object:
        raise LookupError(topic)

    async def execute(self, command: Command) -> Outcome:
        assert isinstance(command, PlaceOrder)
        self._requests.write(f"{command.amount}\n".encode())
        await self._requests.drain()
        return HandedOver() if await self._answers.readline() == TAKEN else Refused("insufficient funds")

    async def close(self) -> None:
        return None


async def submit_for_ever(path: Path, port: int, prefix: str) -> None:
    bot = LineBot(*await asyncio.open_connection("127.0.0.1", port))
    snapshot = make_snapshot([make_pair_status()])

    def emit(event: Event) -> None:
        nonlocal snapshot
        snapshot = apply(snapshot, event)

    desk = Desk(
        bot, Journal(path), SystemClock(), MANY, emit=emit, poke=lambda *topics: None, snapshot=lambda: snapshot
    )
    await desk.open()
    for number in count():
        # Each on a pair of its own: nearly the same order again would have to be agreed to.
        pair = make_pair(f"C{prefix.replace('.', '')}{number}")
        intent = await desk.submit(make_placement(pair, amount=f"{prefix}{number:04}1"), seen="seen")
        say(intent)


if __name__ == "__main__":
    asyncio.run(submit_for_ever(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
