"""A bot that keeps trades, and a user at a shell who answers what the test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import cast

from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.engine.clock import SystemClock
from gunbot_tui.engine.journal import Journal
from gunbot_tui.engine.session import Session
from gunbot_tui.model.bot import BotRef, ServerClock, TradeMode
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.command import CancelOrder, Command, HandedOver, Outcome, PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunStatus
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairStatus, Side
from gunbot_tui.shell.office import Office, OpenSession
from gunbot_tui.shell.prompt import Prompt
from tests.factories import make_config
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.order.deal_scenes import ABLE, ETH, LIMITS, RUN, SOL, deal, order, status

KINDS = frozenset({Kind.PAIRS, Kind.CLOCK, Kind.STATE, Kind.CONFIG})
EXIT = order("5588991", is_entry=False, is_open=True, side=Side.SELL)
BOOK = (status(ETH, deal(orders=(EXIT,))), status(SOL, deal(SOL, "144", amount=2.0, price=150.0)))


class Answering(Prompt):
    """A user who answers with what the test says, in turn."""

    def __init__(self, *answers: str, yes: bool = False) -> None:
        super().__init__(yes=yes)
        self.answers = list(answers)
        self.asked: list[str] = []

    async def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


class Trader(ScriptedBot):
    """A bot whose exits fill and whose cancels work at once."""

    async def execute(self, command: Command) -> Outcome:
        outcome = await super().execute(command)
        if isinstance(outcome, HandedOver) and isinstance(command, PlaceOrder | CancelOrder):
            book = cast("tuple[PairStatus, ...]", self.values[Topic(Kind.PAIRS)])
            kept = (
                status(each.pair, *(_after(one, command) for one in each.deals if not _leaves(one, command)), last=1.0)
                if each.deals and each.pair == command.pair
                else replace(each, open_orders=())
                if each.pair == command.pair
                else each
                for each in book
            )
            self.values[Topic(Kind.PAIRS)] = tuple(kept)
        return outcome


def _leaves(one: Deal, command: Command) -> bool:
    return isinstance(command, PlaceOrder) and command.deal == one.id


def _after(one: Deal, command: Command) -> Deal:
    if isinstance(command, CancelOrder) and command.deal == one.id:
        return replace(one, orders=tuple(replace(each, is_open=False) for each in one.orders))
    return one


def trading_bot(
    name: str,
    run: RunStatus = RUN,
    book: tuple[PairStatus, ...] = BOOK,
) -> ScriptedBot:
    """A bot with a trade whose exit rests and another one that just holds."""
    bot = Trader(KINDS)
    bot.ref = BotRef(name, "freqtrade", "http://127.0.0.1:1", TradeMode.CONFIRM)
    bot.capabilities = ABLE
    bot.values = {
        Topic(Kind.CLOCK): ServerClock(0.0),
        Topic(Kind.PAIRS): book,
        Topic(Kind.STATE): run,
        Topic(Kind.CONFIG): make_config(core_enabled=None),
    }
    return bot


def core_bot(name: str, book: tuple[PairStatus, ...] = BOOK) -> ScriptedBot:
    """A bot that keeps no trades."""
    bot = trading_bot(name, book=tuple(replace(each, deals=()) for each in book))
    bot.ref = replace(bot.ref, kind="gunbot")
    bot.kinds = KINDS - {Kind.STATE}
    bot.capabilities = Capabilities(unread={Kind.STATE: "not told"})
    return bot


def dead_bot(name: str) -> ScriptedBot:
    """A bot that nothing is heard of."""
    bot = trading_bot(name)
    bot.connect_errors = [Unreachable("no answer from 127.0.0.1:1") for _ in range(20)]
    return bot


def opening_of(bot: ScriptedBot, journal: Path) -> OpenSession:
    """What opens a session of a bot on a journal."""

    async def open_session(publish: Callable[[Snapshot], None]) -> Session:
        return Session(
            bot, clock=SystemClock(), rng=Random(1), journal=Journal(journal), limits=LIMITS, publish=publish
        )

    return open_session


def office(bot: ScriptedBot, journal: Path) -> Office:
    """The desk of a bot on a journal."""
    return Office(opening_of(bot, journal), SystemClock(), bot.ref.name)


def kinds(bot: ScriptedBot) -> list[type[Command]]:
    """What the bot was told, in turn."""
    return [type(command) for command in bot.executed]
