"""Every price of an order: what was typed as a number stays as it is, a place in the market becomes a number.

A price that we work out is rounded away from the market, so that it never trades sooner than was meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from gunbot_tui.engine.quote import OLDEST_SECONDS, Quote
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.market import Pair, decimals_of
from gunbot_tui.model.ticket import OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Side

FROZEN_SECONDS = 60.0
"""A book that stands still for so long is not trusted with a market order."""


class UnclearError(Exception):
    """The draft means no order now; the text is one line that says why and what to type."""


@dataclass(frozen=True, slots=True)
class Legs:
    """The prices of an order, as PlaceOrder has them."""

    side: Side
    type: OrderType
    price: Decimal
    stop: Decimal | None = None
    stop_limit: Decimal | None = None

    @property
    def worst(self) -> Decimal:
        """The price that it trades at in the worst case, a market order aside: the highest to pay, the lowest to get.

        A trailing stop moves only in our favour, so where it stands at first is the worst.
        """
        prices = [self.price, self.stop_limit]
        if self.type is OrderType.TRAILING_STOP:
            prices = [self.stop]
        known = [price for price in prices if price is not None]
        return max(known) if self.side is Side.BUY else min(known)

    def order(self, pair: Pair, amount: Decimal, *, closes: bool) -> PlaceOrder:
        """The order of so many coins."""
        return PlaceOrder(pair, self.side, self.type, amount, self.price, self.stop, self.stop_limit, closes)


def resolve_legs(draft: OrderDraft, quote: Quote) -> Legs:
    """The draft's prices in this market; raises UnclearError."""
    if quote.is_old and not quote.no_book:
        raise UnclearError(f"the prices are {quote.age_seconds:.0f}s old: wait for fresh ones")
    side = draft.side
    near, far = (PriceAnchor.BID, PriceAnchor.ASK) if side is Side.BUY else (PriceAnchor.ASK, PriceAnchor.BID)
    before, behind = (ROUND_FLOOR, ROUND_CEILING) if side is Side.BUY else (ROUND_CEILING, ROUND_FLOOR)

    def resolve(typed: Price | None, what: str, rounding: str, otherwise: PriceAnchor | None = None) -> Decimal:
        if typed is None and otherwise is None:
            raise UnclearError(f"no {what} yet: a {draft.type} order needs one")
        return _resolve(typed or Price(otherwise or near), what, draft.pair, quote, rounding)

    match draft.type:
        case OrderType.MARKET:
            return Legs(side, draft.type, _market_price(draft, quote))
        case OrderType.LIMIT:
            return Legs(side, draft.type, resolve(draft.price, "price", before, near))
        case OrderType.STOP_LIMIT:
            stop = resolve(draft.stop, "stop", behind)
            return Legs(side, draft.type, resolve(draft.price, "limit", behind), stop)
        case OrderType.TRAILING_STOP:
            stop = resolve(draft.stop, "stop", behind)
            return Legs(side, draft.type, resolve(draft.price, "reference", before, far), stop)
        case OrderType.OCO:
            target, stop = resolve(draft.price, "target", before), resolve(draft.stop, "stop", behind)
            return Legs(side, draft.type, target, stop, resolve(draft.stop_limit, "limit", behind))


def _market_price(draft: OrderDraft, quote: Quote) -> Decimal:
    """The price expected now, which a market order carries along."""
    if quote.no_book:
        if quote.last is None:
            raise UnclearError(f"no price of {draft.pair.name} is known: write the price, as in @ 50000")
        return quote.last
    far = quote.far(draft.side)
    if not quote.is_known:
        raise UnclearError(f"no market price of {draft.pair.name} is known: no market order")
    if not quote.has_book:
        raise UnclearError(
            f"no order book of {draft.pair.name} is under {OLDEST_SECONDS:.0f}s old: a market order needs one"
        )
    if quote.is_crossed:
        raise UnclearError("the book is crossed, bid at or over ask: no market order")
    if quote.unchanged_seconds > FROZEN_SECONDS:
        raise UnclearError(f"the book stands still for {quote.unchanged_seconds:.0f}s: no market order")
    if far is None:
        raise UnclearError(f"nobody to {draft.side} {'from' if draft.side is Side.BUY else 'to'} in the book")
    return far


def _resolve(typed: Price, what: str, pair: Pair, quote: Quote, rounding: str) -> Decimal:
    if typed.value is not None:
        return typed.value
    instead = f"type the {what} as a number"
    if quote.no_book and typed.anchor is not PriceAnchor.LAST:
        raise UnclearError(f"this bot tells no {typed.anchor}: {instead}, or from last")
    if quote.is_crossed:
        raise UnclearError(f"the book is crossed, bid at or over ask: {instead}")
    if quote.is_known and (quote.bid is None or quote.ask is None):
        raise UnclearError(f"no {'bid' if quote.bid is None else 'ask'} of {pair.name} is known: {instead}")
    value = _anchored(typed.anchor, quote)
    if value is None:
        missing = f"fresh {typed.anchor}" if quote.is_known or quote.no_book else "market price"
        raise UnclearError(f"no {missing} of {pair.name} is known: {instead}")
    found = value * (100 + typed.offset_percent) / 100 + typed.offset_money
    if typed.offset_percent or typed.anchor is PriceAnchor.MID:
        decimals = max(quote.decimals, decimals_of(typed.offset_money))
        found = found.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    if found <= 0:
        offset = f"{typed.offset_percent:+f}%" if typed.offset_percent else f"{typed.offset_money:+f}"
        raise UnclearError(f"{typed.anchor} {offset} leaves no {what}")
    return found


def _anchored(anchor: PriceAnchor, quote: Quote) -> Decimal | None:
    match anchor:
        case PriceAnchor.BID:
            return quote.bid
        case PriceAnchor.ASK:
            return quote.ask
        case PriceAnchor.MID:
            return None if quote.bid is None or quote.ask is None else (quote.bid + quote.ask) / 2
        case _:
            return quote.last
