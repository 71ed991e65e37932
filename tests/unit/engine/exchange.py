"""A bot that does with each request what the test chose: carry out, delay, double, drop or refuse it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import CancelOrder, Command, HandedOver, NotSent, Outcome, PlaceOrder, Refused, Unknown
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.trading import OpenOrder, Trade
from tests.quiet import Quiet


class Fate(StrEnum):
    """What becomes of a request."""

    EXECUTED = "executed"
    EXECUTED_UNHEARD = "executed, answer lost"
    EXECUTED_LATE = "executed later, answer lost"
    EXECUTED_TWICE = "executed twice"
    DROPPED = "dropped, no answer"
    SILENT = "executed, never answered"
    REFUSED = "refused"
    NOT_SENT = "not sent"


@dataclass
class Request:
    """One request as it came in, and the ids of the orders that it became."""

    command: Command
    was_halted: bool
    became: list[str] = field(default_factory=list)


class Exchange(Quiet):
    """The orders of one account, and every request that reached it."""

    ref = BotRef("home", "scripted", "http://127.0.0.1:1")
    capabilities = Capabilities()
    kinds = frozenset(Kind)

    def __init__(self) -> None:
        self.fate = Fate.EXECUTED
        self.is_halted = False
        self.requests: list[Request] = []
        self.open: dict[str, OpenOrder] = {}
        self.trades: list[Trade] = []
        self.late: list[Request] = []
        self.placed = 0
        self.silent: set[asyncio.Task[object] | None] = set()

    async def connect(self) -> None:
        raise NotImplementedError

    async def read(self, topic: Topic) -> object:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def execute(self, command: Command) -> Outcome:
        request, fate = Request(command, self.is_halted), self.fate
        self.requests.append(request)
        match fate:
            case Fate.NOT_SENT:
                return NotSent("connection refused")
            case Fate.REFUSED:
                return Refused("insufficient funds")
            case Fate.EXECUTED_LATE:
                self.late.append(request)
            case Fate.DROPPED:
                pass
            case _:
                self.carry_out(request)
        if fate is Fate.EXECUTED_TWICE:
            self.carry_out(request)
        if fate is Fate.SILENT:
            self.silent.add(asyncio.current_task())
            await asyncio.get_running_loop().create_future()
        return HandedOver() if fate in (Fate.EXECUTED, Fate.EXECUTED_TWICE) else Unknown("no answer")

    def carry_out(self, request: Request) -> None:
        """Place or cancel, without an answer."""
        match request.command:
            case CancelOrder() as cancel:
                self.open.pop(cancel.id, None)
            case PlaceOrder() as order:
                self.placed += 1
                identity = str(self.placed)
                request.became.append(identity)
                self.open[identity] = OpenOrder(order.pair, identity, order.side, order.price, order.amount)
