"""What an order or a cancel would mean now: a draft resolved against one snapshot, with every reason against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, localcontext

from gunbot_tui.engine.cancel import preview_cancel
from gunbot_tui.engine.cautions import cautions, of_market
from gunbot_tui.engine.close_all import preview_close_all
from gunbot_tui.engine.deal_order import preview_deal_order
from gunbot_tui.engine.figures import EXACT, digits, down, percent, short
from gunbot_tui.engine.funds import Funds, closes_under_way, position
from gunbot_tui.engine.gate import placement_reasons
from gunbot_tui.engine.grammar import words
from gunbot_tui.engine.guards import guarded
from gunbot_tui.engine.legs import Legs, UnclearError, resolve_legs
from gunbot_tui.engine.order_rules import broken_close, broken_rules, collar, over_opposite
from gunbot_tui.engine.quote import Fill, Quote, fill, quote_of
from gunbot_tui.engine.risk import HALTED, Measure, hard_bound
from gunbot_tui.engine.sizes import coins_of
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import AmountUnit, CancelDraft, CloseAllDraft, Draft, OrderDraft, OrderPreview, Preview
from gunbot_tui.model.trading import OrderType, PairState, Side

LIVES_SECONDS = 15.0
"""A preview older than this is confirmed by nothing."""
MOVED_PERCENT = Decimal("0.5")


def preview(draft: Draft, snapshot: Snapshot, now: datetime, *, limits: Limits) -> Preview:
    """What the draft would send at this moment; `limits` are those of its bot."""
    if isinstance(draft, CancelDraft):
        return preview_cancel(draft, snapshot, now)
    with localcontext(EXACT):
        if isinstance(draft, CloseAllDraft):
            return preview_close_all(draft, snapshot, now, limits)
        of_bot = preview_deal_order if snapshot.capabilities.has_deals else _order
        return of_bot(draft, snapshot, now, limits)


def is_expired(preview: Preview, now: datetime) -> bool:
    """True once it is too old to be confirmed, and when the clock was set back."""
    return not 0 <= (now - preview.made_at).total_seconds() <= LIVES_SECONDS


def aged(preview: Preview, now: datetime) -> Preview:
    """The same preview, whose prices have grown older since it was made."""
    if not isinstance(preview, OrderPreview) or preview.touch_age_seconds is None:
        return preview
    since = max(0.0, (now - preview.made_at).total_seconds())
    unmoved = preview.unmoved_seconds + since if preview.unmoved_seconds else 0.0
    return replace(preview, touch_age_seconds=preview.touch_age_seconds + since, unmoved_seconds=unmoved)


def moved(preview: Preview, snapshot: Snapshot) -> bool:
    """True when the best prices are half a percent from those previewed, or gone."""
    if not isinstance(preview, OrderPreview):
        return False
    side, quote = preview.draft.side, quote_of(snapshot, preview.draft.pair, preview.made_at)
    prices = [(preview.touch, quote.near(side)), (preview.opposite, quote.far(side))]
    if preview.no_book:
        prices = [(preview.last, quote.last)]
    for before, now in prices:
        if before is not None and (now is None or abs(now - before) * 100 > MOVED_PERCENT * before):
            return True
    return False


def _order(draft: OrderDraft, snapshot: Snapshot, now: datetime, limits: Limits) -> OrderPreview:
    pair, side = draft.pair, draft.side
    quote, funds = quote_of(snapshot, pair, now), Funds.of(snapshot, pair, side)
    gate = placement_reasons(draft, snapshot, now, limits)
    made = OrderPreview(
        draft,
        None,
        now,
        blocks=gate,
        touch=quote.near(side),
        opposite=quote.far(side),
        touch_age_seconds=quote.age_seconds,
        free_before=None if draft.closes else funds.free,
        pending="" if draft.closes else funds.pending,
        strategy=_strategy(draft, snapshot),
        max_notional=hard_bound(limits, Rule.NOTIONAL, pair),
        is_limited=gate[:1] == (HALTED,),
    )
    held = position(snapshot, pair)
    under_way = closes_under_way(snapshot, pair) if draft.closes else ()
    try:
        legs = resolve_legs(draft, quote)
        made = replace(made, price=legs.price, stop=legs.stop, stop_limit=legs.stop_limit)
        size = None if held is None else abs(held)
        command = legs.order(pair, coins_of(draft, legs, quote, funds, size, under_way), closes=draft.closes)
    except UnclearError as unclear:
        return replace(made, blocks=(*gate, str(unclear)))
    if draft.amount is not None and draft.amount.unit in (AmountUnit.PERCENT, AmountUnit.POSITION):
        command = replace(command, typed=words(draft))
    found = _found(command, quote)
    expected = _expected(command, legs, found, quote)
    if side is Side.SELL and expected > command.notional:
        command = replace(command, worth=expected)
    is_filled = command.type is OrderType.MARKET and found.coins == command.amount
    cost = expected if is_filled else command.amount * legs.worst
    needed = cost if side is Side.BUY else command.amount
    made = _priced(made, command, expected, needed, found, quote, funds)
    nonsense = (
        *_too_much(made, command, found, needed),
        *(broken_close(command, held, under_way) if draft.closes else broken_rules(command, quote)),
    )
    dearest = command
    if command.type is OrderType.MARKET and found.worst is not None:
        # What it meets in the book may cost more than the price that goes with it: the higher one is judged.
        dearest = replace(command, price=max(command.price, found.worst))
    measures = tuple(_measures(made, command, quote))
    said = guarded(dearest, expected, measures, snapshot, now, limits)
    blocks = (*gate, *nonsense, *said.refusals)
    warned = cautions(made, said, of_market(made, quote), needed, snapshot, now)
    return replace(
        made,
        command=None if blocks else command,
        blocks=blocks,
        warnings=tuple(warned),
        briefly=warned,
        must_type=said.must_type,
        consent=said.consent,
        is_limited=made.is_limited or bool(said.refusals and blocks[0] in said.refusals),
    )


def _found(command: PlaceOrder, quote: Quote) -> Fill:
    """What it takes out of the book at once: nothing before a stop is reached."""
    if command.stop is not None:
        return Fill()
    limit = None if command.type is OrderType.MARKET else command.price
    return fill(quote.against(command.side), command.side, command.amount, limit)


def _expected(command: PlaceOrder, legs: Legs, found: Fill, quote: Quote) -> Decimal:
    """The money that it moves: what executes now as the market has it, the rest at the worst of its own prices.

    Without a book all of it is taken at the best opposite price.
    """
    far = quote.far(command.side)
    if _takes(command, quote) and not quote.has_book and far is not None:
        return command.amount * far
    return found.cost + (command.amount - found.coins) * legs.worst


def _priced(
    made: OrderPreview,
    command: PlaceOrder,
    expected: Decimal,
    needed: Decimal,
    found: Fill,
    quote: Quote,
    funds: Funds,
) -> OrderPreview:
    """`needed` is what leaves the free funds, `expected` the money that moves."""
    side, far, free = command.side, quote.far(command.side), made.free_before
    average = found.average
    return replace(
        made,
        amount=command.amount,
        notional=expected,
        fee=None if funds.fee_rate is None else down(expected * funds.fee_rate),
        takes=_takes(command, quote),
        executes=found.coins if quote.has_book else None,
        average_fill=average,
        worst_fill=found.worst,
        slip_percent=None if average is None or far is None else over_opposite(average, far, side),
        free_after=None if free is None else free - needed,
        share_percent=needed * 100 / free if free else None,
    )


def _too_much(made: OrderPreview, command: PlaceOrder, found: Fill, needed: Decimal) -> Iterator[str]:
    """What book and funds do not give."""
    pair, free = command.pair, made.free_before
    if command.type is OrderType.MARKET and found.coins < command.amount:
        yield f"the visible book holds only {digits(found.coins)} {pair.coin}: too thin for a market order"
    if free is not None and needed > free:
        asset = pair.money if command.side is Side.BUY else pair.coin
        yield f"it needs {short(needed)} {asset}, free are {short(free)} {made.pending}".rstrip()


def _measures(made: OrderPreview, command: PlaceOrder, quote: Quote) -> Iterator[Measure]:
    """What the limits that depend on market and funds are about."""
    is_market = command.type is OrderType.MARKET
    distance = collar(command, quote, made.worst_fill if is_market else None)
    if distance is not None:
        yield distance
    if is_market and made.slip_percent is not None:
        yield Measure(Rule.SLIP, made.slip_percent, f"a slip of {percent(made.slip_percent)}", "%")
    if made.share_percent is not None:
        asset = command.pair.money if command.side is Side.BUY else command.pair.coin
        yield Measure(Rule.SHARE, made.share_percent, f"{percent(made.share_percent)} of the free {asset}", "%")


def _takes(command: PlaceOrder, quote: Quote) -> bool:
    far = quote.far(command.side)
    if command.stop is not None or command.type is OrderType.MARKET or far is None:
        return command.type is OrderType.MARKET
    return command.price >= far if command.side is Side.BUY else command.price <= far


def _strategy(draft: OrderDraft, snapshot: Snapshot) -> str:
    """The strategy that trades the pair as well; empty while the pair or the core is stopped."""
    status, config = snapshot.status(draft.pair).value, snapshot.config.value
    is_stopped = config is not None and config.core_enabled is False
    return "" if status is None or is_stopped or status.state is PairState.PAUSED else status.strategy
