"""What the user should know before confirming an order: at most three lines, the worst first, none of them idle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice

from gunbot_tui.engine.figures import digits, exact, percent, short
from gunbot_tui.engine.grammar import SIDES
from gunbot_tui.engine.guards import Guarded
from gunbot_tui.engine.order_rules import over_opposite
from gunbot_tui.engine.quote import Quote
from gunbot_tui.engine.risk import Breach
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Freshness
from gunbot_tui.model.guard import Rule
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.market import DOLLARS, SMALLEST_DOLLARS
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import OrderPreview
from gunbot_tui.model.trading import OrderType, Side

MOST = 3
LARGE_SHARE_PERCENT = Decimal(50)
FAR_STOP_PERCENT = Decimal(20)


def cautions(
    made: OrderPreview, said: Guarded, market: Iterable[str], needed: Decimal, snapshot: Snapshot, now: datetime
) -> dict[str, str]:
    """The warnings, each with the same in fewer words; what has to be answered stands first and is never left out."""
    others = (*market, *_too_little(made, snapshot), *_funds(made, said, needed, snapshot, now))
    found = {**dict(_questions(made, said, snapshot, now)), **{text: _fewer(text) for text in others}}
    return dict(islice(found.items(), MOST))


def _fewer(text: str) -> str:
    return text.removeprefix("the ").replace(" is ", " ").replace(" the ", " ")


def _questions(made: OrderPreview, said: Guarded, snapshot: Snapshot, now: datetime) -> Iterator[tuple[str, str]]:
    if said.unknowns:
        first, *more = said.unknowns
        also = f", {', '.join(intent.short_id for intent in more)} too" if more else ""
        verdict = f"; `:settle {first.short_id} absent` if it never came" if made.draft.closes else ""
        text = f"an unknown {_order_of(first)} may already be there: {first.short_id}{also}{verdict}"
        yield text, f"unknown {first.short_id}{also} may be there"
    if said.twins:
        twin = said.twins[0]
        ago = max(0.0, (now - twin.created_at).total_seconds())
        same = "the same order" if _is_same(twin, made) else f"nearly the same order, a {_order_of(twin)},"
        brief = "the same" if _is_same(twin, made) else "nearly the same"
        text = f"{same} was sent {ago:.0f}s ago as {twin.short_id}: this would be a second one"
        yield text, f"{brief} sent {ago:.0f}s ago as {twin.short_id}"
    if said.passed:
        text, brief = _each(said.passed)
        yield f"{text}: leaving a position passes", f"{brief}: leaving passes"
    if said.soft:
        yield _each(said.soft)


def _each(breaches: Iterable[Breach]) -> tuple[str, str]:
    told = tuple(breaches)
    return "; ".join(breach.text for breach in told), "; ".join(breach.brief for breach in told)


def _too_little(made: OrderPreview, snapshot: Snapshot) -> Iterator[str]:
    """No bot tells an exchange's minimum: its own setting comes near to it, and otherwise what is usual."""
    status, money = snapshot.status(made.draft.pair).value, made.draft.pair.money
    told = None if status is None else status.least_buy if made.draft.side is Side.BUY else status.least_sell
    least = exact(told) or (Decimal(SMALLEST_DOLLARS) if money.upper() in DOLLARS else None)
    if least is None or made.notional is None or made.notional >= least:
        return
    whose = "too little for most exchanges" if told is None else f"the bot's own least is {short(least)}"
    yield f"{short(made.notional)} {money} may be refused: {whose}"


def of_market(made: OrderPreview, quote: Quote) -> Iterator[str]:
    """What the market and the pair's contract say."""
    pair, side = made.draft.pair, made.draft.side
    if not made.draft.closes and SIDES.get(pair.contract.upper()) is side:
        yield f"this {side} is no close: write close to make the {pair.contract} position smaller"
    if quote.is_crossed:
        yield "the book is crossed, bid at or over ask: its prices mean nothing"
    elif not quote.is_known:
        yield "no market price is known: nothing to compare with"
    elif made.opposite is None:
        yield f"no {'ask' if made.draft.side is Side.BUY else 'bid'} is known: nothing to compare with"
    elif made.stop is not None and made.draft.type in (OrderType.STOP_LIMIT, OrderType.OCO):
        distance = over_opposite(made.stop, made.opposite, made.draft.side)
        if distance > FAR_STOP_PERCENT:
            place = "above the ask" if made.draft.side is Side.BUY else "below the bid"
            yield f"the stop is {percent(distance)} {place}"


def _funds(made: OrderPreview, said: Guarded, needed: Decimal, snapshot: Snapshot, now: datetime) -> Iterator[str]:
    draft, free = made.draft, made.free_before
    if draft.closes:
        return
    has_deals = snapshot.capabilities.has_deals
    asset = draft.pair.money if has_deals or draft.side is Side.BUY else draft.pair.coin
    if free is None:
        why = ": it is a derivative" if draft.pair.contract and not has_deals else ""
        yield f"it is not known how much {asset} is free{why}"
        return
    if snapshot.balances.freshness(now) is Freshness.STALE:
        yield f"free {asset} was read {snapshot.balances.age_seconds(now):.0f}s ago"
    fee = made.fee if draft.side is Side.BUY and made.fee is not None else Decimal(0)
    if needed <= free < needed + fee:
        yield f"with the fee it is more than the {short(free)} {asset} that are free"
    is_said = any(breach.rule is Rule.SHARE for breach in said.soft)
    if made.share_percent is not None and made.share_percent > LARGE_SHARE_PERCENT and not is_said:
        yield f"{percent(made.share_percent)} of the free {asset}"


def _is_same(twin: Intent, made: OrderPreview) -> bool:
    command = twin.command
    if not isinstance(command, PlaceOrder) or command.amount != made.amount:
        return False
    prices = (command.price, command.stop, command.stop_limit)
    return command.type is OrderType.MARKET or prices == (made.price, made.stop, made.stop_limit)


def _order_of(intent: Intent) -> str:
    command = intent.command
    is_market = isinstance(command, PlaceOrder) and command.type is OrderType.MARKET
    return f"{command.side} of {digits(command.amount)} {'at market' if is_market else f'@ {command.price:f}'}"
