"""How many coins an amount means: as typed, worth so much money, or a part of what is free or held."""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.engine.figures import SMALLEST_AMOUNT, down
from gunbot_tui.engine.funds import Funds, coins_in, taken_by
from gunbot_tui.engine.legs import Legs, UnclearError
from gunbot_tui.engine.quote import Quote, coins_for
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft
from gunbot_tui.model.trading import OrderType, Side


def coins_of(
    draft: OrderDraft, legs: Legs, quote: Quote, funds: Funds, held: Decimal | None, under_way: tuple[Intent, ...]
) -> Decimal:
    """The coins; `held` is the position's size without its sign, `under_way` what closes it. Raises UnclearError.

    Typed coins stay as they are, all else is rounded down. A part of the money leaves the fee inside.
    """
    pair, typed = draft.pair, draft.amount
    if typed is None:
        raise UnclearError(f"no amount yet: type {pair.coin}, {pair.money} with its name, 25% or all")
    if typed.unit is AmountUnit.COIN:
        return typed.value
    if typed.unit is AmountUnit.POSITION or (typed.unit is AmountUnit.PERCENT and draft.closes):
        return _rounded(_of_position(typed, draft, held, under_way), pair.coin)
    worth = typed.value
    if typed.unit is AmountUnit.PERCENT:
        worth = _of_free(typed, draft, funds)
        if draft.side is Side.SELL:
            return _rounded(worth, pair.coin)
        worth /= 1 + (funds.fee_rate or 0)
    if draft.type is not OrderType.MARKET:
        return _rounded(worth / legs.worst, pair.coin)
    coins = coins_for(quote.against(draft.side), worth)
    if coins is None:
        raise UnclearError("the visible book is too thin for it")
    return _rounded(coins, pair.coin)


def _of_position(typed: Amount, draft: OrderDraft, held: Decimal | None, under_way: tuple[Intent, ...]) -> Decimal:
    if held is None:
        raise UnclearError(f"it is not known what position {draft.pair.name} has: type the amount")
    if held <= 0:
        raise UnclearError(f"{draft.pair.name} has no position")
    if held <= 0:
        raise UnclearError(f"{draft.pair.name} has no position")
    rest = held - coins_in(under_way)
    if rest <= 0:
        raise UnclearError(f"nothing of {draft.pair.name} is left to close{taken_by(under_way)}")
    return rest * typed.value / 100


def _of_free(typed: Amount, draft: OrderDraft, funds: Funds) -> Decimal:
    if funds.free is None:
        raise UnclearError(f"it is not known how much {funds.asset} is free: type the amount")
    if funds.free <= 0:
        raise UnclearError(f"no {funds.asset} is free on {draft.pair.exchange} {funds.pending}".rstrip())
    return funds.free * typed.value / 100


def _rounded(coins: Decimal, coin: str) -> Decimal:
    rounded = down(coins)
    if not rounded:
        raise UnclearError(f"that is less than {SMALLEST_AMOUNT:f} {coin}")
    return rounded
