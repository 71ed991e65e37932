"""What the prices of an order must obey: each leg on its side of the market, none too far on the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gunbot_tui.engine.figures import percent
from gunbot_tui.engine.funds import coins_in, taken_by
from gunbot_tui.engine.grammar import SIDES
from gunbot_tui.engine.quote import Quote
from gunbot_tui.engine.risk import Measure
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Rule
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.trading import OrderType, Side


def broken_rules(command: PlaceOrder, quote: Quote) -> Iterator[str]:
    """The rules of its type that a triggered order breaks: its exchange would refuse it, or execute it at once."""
    stop, side = command.stop, command.side
    if stop is None:
        return
    far, is_buy = quote.far(side), side is Side.BUY
    if quote.is_crossed or far is None:
        why = "the book is crossed, bid at or over ask" if quote.is_crossed else "no market price is known"
        yield f"{why}: it can't be checked on which side of the market the stop is"
        return
    yield from _side(f"a {side} stop", stop, "the market", far, above=is_buy)
    match command.type:
        case OrderType.TRAILING_STOP:
            yield from _side(f"a trailing {side} stop", stop, "its reference", command.price, above=is_buy)
        case OrderType.OCO:
            yield from _side(f"the target of an OCO {side}", command.price, "the market", far, above=not is_buy)
            yield from _limit(side, stop, command.stop_limit)
        case _:
            yield from _limit(side, stop, command.price)


def broken_close(command: PlaceOrder, held: Decimal | None, under_way: tuple[Intent, ...]) -> Iterator[str]:
    """Why it closes nothing; `held` has its sign, `under_way` are closes that are not shown yet."""
    pair, side = command.pair, command.side
    closed_by = SIDES.get(pair.contract)
    if closed_by is None:
        yield f"{pair.name} is neither LONG nor SHORT: there is no position to close"
    elif side is not closed_by:
        yield f"a {pair.contract} position is closed by a {closed_by}, not by a {side}"
    elif command.type not in (OrderType.LIMIT, OrderType.MARKET):
        yield f"a position is closed by a limit or a market order, not by {command.type}"
    elif held is None:
        yield f"it is not known what position {pair.name} has: nothing is closed blindly"
    elif (held > 0) != (side is Side.SELL) or not held:
        kind = "long" if held > 0 else "short"
        yield f"the position of {pair.name} is {kind if held else 'empty'}: a {side} does not close it"
    elif command.amount > abs(held) - coins_in(under_way):
        rest = f", {coins_in(under_way):f} of them being closed{taken_by(under_way)}" if under_way else ""
        yield f"it closes {command.amount:f} {pair.coin}, the position has {abs(held):f}{rest}"


def collar(command: PlaceOrder, quote: Quote, worst_fill: Decimal | None) -> Measure | None:
    """The leg that stands worst against the best opposite price, or the last one; None when there is no such price."""
    far = quote.mark(command.side)
    if far is None:
        return None
    price = command.price if worst_fill is None else worst_fill
    name = {OrderType.OCO: "target", OrderType.STOP_LIMIT: "limit", OrderType.TRAILING_STOP: "reference"}
    legs = {name.get(command.type, "price"): price, "stop": command.stop, "stop's limit": command.stop_limit}
    over = {leg: over_opposite(value, far, command.side) for leg, value in legs.items() if value is not None}
    behind = {OrderType.STOP_LIMIT: "limit", OrderType.OCO: "stop's limit"}.get(command.type)
    if behind is not None and command.stop is not None and (limit := legs[behind]) is not None:
        # Its limit counts once the market is at the stop, and a stop may be far from where the market is now.
        del over["stop"]
        over[behind] = over_opposite(limit, command.stop, command.side)
    if command.type is OrderType.TRAILING_STOP:
        # The distance from reference to stop is what trails: a reference too low is as wrong as one too high.
        over["reference"] = abs(over["reference"])
    leg = max(over, key=lambda leg: over[leg])
    place = "above the ask" if command.side is Side.BUY else "below the bid"
    if quote.no_book:
        place = "above the last price" if command.side is Side.BUY else "below the last price"
    if leg == behind:
        place = "above its stop" if command.side is Side.BUY else "below its stop"
    where = "away from the market" if leg == "reference" else place
    return Measure(Rule.COLLAR, over[leg], f"a {leg} {percent(over[leg])} {where}", "%")


def over_opposite(price: Decimal, far: Decimal, side: Side) -> Decimal:
    """How much worse than the opposite best a price is, in percent; negative when it is better."""
    return (price - far if side is Side.BUY else far - price) * 100 / far


def _side(what: str, value: Decimal, than: str, bound: Decimal, *, above: bool) -> Iterator[str]:
    if (value <= bound) if above else (value >= bound):
        place = "above" if above else "below"
        yield f"{what} must be {place} {than}: {value:f} is not {place} {bound:f}"


def _limit(side: Side, stop: Decimal, limit: Decimal | None) -> Iterator[str]:
    """A limit before its stop would wait in the book for a market that has just gone away from it."""
    if limit is not None and ((limit < stop) if side is Side.BUY else (limit > stop)):
        place = "below" if side is Side.BUY else "above"
        yield f"the limit of a {side} stop must not be {place} it: {limit:f} is {place} {stop:f}"
