"""What `again` repeats where nothing was typed in this run: the newest order that the journal has of the bot.

Its prices are the numbers that were sent. Only of an amount that was a part of something are the typed words kept, and
they are read anew.
"""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.engine.grammar import TextError, parse
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType


def last_order(snapshot: Snapshot) -> OrderDraft | None:
    """The newest order of ours at the bot as a draft, whichever program wrote it; None before the first."""
    commands = (intent.command for intent in snapshot.intents)
    newest = next((command for command in commands if isinstance(command, PlaceOrder)), None)
    if newest is None:
        return None
    return _typed(newest) or _written(newest)


def _typed(command: PlaceOrder) -> OrderDraft | None:
    try:
        draft = parse(command.typed, pairs=(command.pair,), selected=None)
    except TextError:
        return None
    return draft if isinstance(draft, OrderDraft) else None


def _written(command: PlaceOrder) -> OrderDraft:
    size = Amount(command.amount, AmountUnit.COIN)
    return OrderDraft(
        command.pair,
        command.side,
        command.type,
        size if command.stake is None else Amount(command.stake, AmountUnit.MONEY),
        None if command.type is OrderType.MARKET else _price(command.price),
        _price(command.stop),
        _price(command.stop_limit),
        closes=command.closes,
        leverage=command.leverage,
        tag=command.tag,
    )


def _price(number: Decimal | None) -> Price | None:
    return None if number is None else Price(PriceAnchor.NUMBER, number)
