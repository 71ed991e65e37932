"""What is sent, in trader's words: the side first, then every number of it with every digit that it has."""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import AmountUnit, OrderDraft, OrderPreview
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone

NAMED_WAYS = ("LONG", "SHORT")
"""Contracts whose name says which way their position is."""


def command_text(command: OrderCommand) -> str:
    """A command in a few words: `BUY 0.0041 BTC @ 60975.0`, `cancel #357044`."""
    match command:
        case PlaceOrder():
            verb = command.side.upper()
            if command.closes:
                verb = f"EXIT #{command.deal}:" if command.deal else "CLOSE"
            where = prices(command.type, command.price, command.stop, command.stop_limit)
            return " ".join((verb, fmt.number(command.amount), coin_of(command.pair), *where))
        case CancelOrder():
            return f"cancel {order_name(command)}"


def order_name(command: CancelOrder) -> str:
    """Which order a cancel takes off: the exchange's id, or ours while there is no other."""
    return f"#{command.id}" if command.id else f"our {command.of.rpartition('-')[2]}"


def coin_of(pair: Pair) -> str:
    """The coin with its contract: `BTC`, `BTC LONG`."""
    return f"{pair.coin} {pair.contract}" if pair.contract else pair.coin


def verb_of(draft: OrderDraft) -> Span:
    """`BUY`, `SELL`, `CLOSE`, or `EXIT` where a bot's own deal is left, in the colour of what it does."""
    closing = "CLOSE" if draft.pair.contract in NAMED_WAYS else "EXIT"
    return Span(closing if draft.closes else draft.side.upper(), tone_of(draft.side))


def tone_of(side: Side) -> Tone:
    """The colour of a side."""
    return Tone.BUY if side is Side.BUY else Tone.SELL


def money_text(value: Decimal | None, unit: str) -> str:
    """An amount of money with its name."""
    return f"{money_digits(value, unit)} {unit}"


def gain_text(value: Decimal, unit: str) -> str:
    """A profit or loss with its name, + or − before it."""
    return f"{gain_digits(value, unit)} {unit}"


def gain_digits(value: Decimal, unit: str) -> str:
    """A profit or loss, + or − before it."""
    return fmt.plus(money_digits(value, unit))


def money_digits(value: Decimal | None, unit: str) -> str:
    """Money in cents or the like; under one unit with at least three digits, and never of another magnitude."""
    decimals = fmt.money_decimals(unit)
    if value is None or not 0 < abs(value) < 1:
        return fmt.number(value, decimals)
    places = max(decimals, 2 - value.adjusted())
    while Decimal(fmt.number(abs(value), places)).adjusted() != value.adjusted():
        places += 1
    whole, _, fraction = fmt.number(value, places).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(decimals, '0')}"


def prices(type: OrderType, price: Decimal, stop: Decimal | None, stop_limit: Decimal | None) -> tuple[str, ...]:
    """The prices of an order in pieces that belong together, every digit as it is sent."""
    match type:
        case OrderType.LIMIT:
            return (f"@ {price:f}",)
        case OrderType.MARKET:
            return ("at market",)
        case OrderType.STOP_LIMIT:
            return (f"stop {_digits(stop)},", f"then limit {price:f}")
        case OrderType.TRAILING_STOP:
            return (f"trails from {price:f},", f"stop {_digits(stop)}")
        case OrderType.OCO:
            return (f"OCO: target {price:f},", f"or stop {_digits(stop)}", f"then limit {_digits(stop_limit)}")


def sentence(preview: OrderPreview) -> Line:
    """`BUY` `0.0041 BTC` `with 250.00 USDT` `@ 60975.0`; a sell begins with what comes in."""
    draft, pair = preview.draft, preview.draft.pair
    is_buy, coin = draft.side is Side.BUY, coin_of(pair)
    verb, preposition = verb_of(draft), "with" if is_buy else "for"
    if preview.amount is None or preview.price is None:
        return (verb, Span(f"{coin} {preposition} {pair.money}"))
    is_estimate = preview.takes or draft.type in (OrderType.MARKET, OrderType.TRAILING_STOP)
    about = "about " if is_estimate else ""
    worth = f"{preposition} {about}{money_text(preview.notional, pair.money)}"
    coins = f"{fmt.number(preview.amount)} {coin}"
    if preview.no_book:
        return (verb, *(Span(piece, Tone.STRONG) for piece in _of_deal(preview, preview.price, coins)))
    at = prices(draft.type, preview.price, preview.stop, preview.stop_limit)
    opened = (coins, worth, *at) if is_buy else (f"{worth}:", coins, *at)
    pieces = (coins, *at, worth) if draft.closes else opened
    return (verb, *(Span(piece, Tone.STRONG) for piece in pieces))


def _of_deal(preview: OrderPreview, price: Decimal, coins: str) -> tuple[str, ...]:
    """What is left for what, or what goes in for what, at a bot that keeps deals; it is told money for an entry."""
    draft, deal = preview.draft, preview.deal
    at = prices(draft.type, price, preview.stop, preview.stop_limit)
    worth = money_text(preview.notional, draft.pair.money)
    if draft.closes:
        about = "about " if draft.type is OrderType.MARKET else ""
        return (coins, *((f"of trade #{deal.id}",) if deal else ()), f"for {about}{worth}", *at)
    is_money = draft.amount is not None and draft.amount.unit is not AmountUnit.COIN
    about_coins, about_worth = ("about ", "") if is_money else ("", "about " if draft.type is OrderType.MARKET else "")
    return (
        *(("short",) if draft.side is Side.SELL else ()),
        f"{about_coins}{coins}",
        f"with {about_worth}{worth}",
        *at,
        *((f"at {fmt.number(draft.leverage)}x",) if draft.leverage is not None else ()),
        *((f'tag "{draft.tag}"',) if draft.tag else ()),
    )


def place(preview: OrderPreview) -> str:
    """Where its prices stand against the best ones."""
    price, touch, far, stop = preview.price, preview.touch, preview.opposite, preview.stop
    if price is None:
        return ""
    other = "ask" if preview.draft.side is Side.BUY else "bid"
    match preview.draft.type:
        case OrderType.LIMIT:
            return _limit_place(preview, price, other)
        case OrderType.STOP_LIMIT:
            return f"stop {_apart(stop, far, other)}" if stop is not None and far is not None else ""
        case OrderType.TRAILING_STOP:
            return "" if stop is None else _trail(price, stop, far, other)
        case OrderType.OCO if stop is not None and touch is not None and far is not None:
            return f"target {_apart(price, touch, 'touch')}, stop {_apart(stop, far, other)}"
        case _:
            return ""


def _limit_place(preview: OrderPreview, price: Decimal, other: str) -> str:
    touch, far, is_buy = preview.touch, preview.opposite, preview.draft.side is Side.BUY
    if preview.last is not None:
        return _apart(price, preview.last, "last price")
    if far is not None and preview.takes:
        return f"takes the {other}" if price == far else _apart(price, far, other)
    if touch is None:
        return ""
    if price == touch:
        return "at the touch"
    is_worse = price < touch if is_buy else price > touch
    return _apart(price, touch, "touch") if is_worse else "inside the spread"


def _trail(price: Decimal, stop: Decimal, far: Decimal | None, other: str) -> str:
    """How far the stop follows, and where it stands before it has followed at all."""
    trails = f"trails {fmt.number(abs(price - stop))}"
    return trails if far is None else f"{trails} · stop {_apart(stop, far, other)}"


def _apart(price: Decimal, mark: Decimal, name: str) -> str:
    """`1975.4 over the ask`."""
    if price == mark:
        return f"at the {name}"
    return f"{fmt.number(abs(price - mark))} {'over' if price > mark else 'under'} the {name}"


def _digits(value: Decimal | None) -> str:
    return fmt.NOTHING if value is None else f"{value:f}"
