"""What an order or a cancel would mean now: a draft resolved against one snapshot, with every reason against it.

What was typed as a number is never changed; a price that we work out is rounded away from the market, an amount down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal, localcontext

from gunbot_tui.engine.cancel import preview_cancel
from gunbot_tui.engine.funds import Funds
from gunbot_tui.engine.gate import reasons_against
from gunbot_tui.engine.quote import Fill, Quote, coins_for, exact, fill, quote_of
from gunbot_tui.engine.risk import refusal
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.feed import Freshness
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import AmountUnit, CancelDraft, Draft, OrderDraft, OrderPreview, Preview, PriceAnchor
from gunbot_tui.model.trading import OrderType, PairState, Side

LIVES_SECONDS = 15.0
"""A preview older than this is confirmed by nothing."""
MOVED_PERCENT = Decimal("0.5")
WRONG_SIDE_PERCENT = Decimal(5)
REFUSED_PERCENT = Decimal(20)
LARGE_SHARE_PERCENT = Decimal(50)
FROZEN_SECONDS = 60.0
"""A book that stands still for so long is not trusted with a market order."""
AMOUNT_DECIMALS = Decimal("1e-8")
WARNINGS = 3
DIGITS = 60
"""Enough for the product of two typed numbers: nothing in an order is rounded by arithmetic."""


def preview(draft: Draft, snapshot: Snapshot, now: datetime, *, limits: Limits) -> Preview:
    """What the draft would send at this moment; `limits` are those of its bot."""
    if isinstance(draft, CancelDraft):
        return preview_cancel(draft, snapshot, now)
    with localcontext() as context:
        context.prec = DIGITS
        return _order(draft, snapshot, now, limits)


def is_expired(preview: Preview, now: datetime) -> bool:
    """True once it is too old to be confirmed, and when the clock was set back."""
    return not 0 <= (now - preview.made_at).total_seconds() <= LIVES_SECONDS


def aged(preview: Preview, now: datetime) -> Preview:
    """The same preview, whose prices have grown older since it was made."""
    if not isinstance(preview, OrderPreview) or preview.touch_age_seconds is None:
        return preview
    since = max(0.0, (now - preview.made_at).total_seconds())
    return replace(preview, touch_age_seconds=preview.touch_age_seconds + since)


def moved(preview: Preview, snapshot: Snapshot) -> bool:
    """True when the best prices are half a percent from those previewed, or gone."""
    if not isinstance(preview, OrderPreview):
        return False
    side, quote = preview.draft.side, quote_of(snapshot, preview.draft.pair, preview.made_at)
    for before, now in ((preview.touch, quote.near(side)), (preview.opposite, quote.far(side))):
        if before is not None and (now is None or abs(now - before) * 100 > MOVED_PERCENT * before):
            return True
    return False


def _order(draft: OrderDraft, snapshot: Snapshot, now: datetime, limits: Limits) -> OrderPreview:
    pair, side = draft.pair, draft.side
    quote = quote_of(snapshot, pair, now)
    funds = Funds.of(snapshot, pair, side)
    gate = _placement_reasons(draft, snapshot, limits)
    price = _price(draft, quote, snapshot, now)
    unresolved = OrderPreview(
        draft,
        None,
        now,
        blocks=(*gate, price) if isinstance(price, str) else gate,
        price=None if isinstance(price, str) else price,
        touch=quote.near(side),
        opposite=quote.far(side),
        touch_age_seconds=quote.age_seconds,
        free_before=funds.free,
        pending=funds.pending,
        strategy=_strategy(draft, snapshot),
        max_notional=limits.hard.get(Rule.NOTIONAL),
    )
    if isinstance(price, str):
        return unresolved
    amount = _amount(draft, price, quote, funds)
    if isinstance(amount, str):
        return replace(unresolved, blocks=(*gate, amount))
    is_market = draft.type is OrderType.MARKET
    found = fill(quote.against(side), side, amount, None if is_market else price)
    notional = found.cost if is_market and found.coins == amount else amount * price
    needed = notional if side is Side.BUY else amount
    fee, free = None if funds.fee_rate is None else notional * funds.fee_rate, funds.free
    command = PlaceOrder(pair, side, draft.type, amount, price)
    priced = replace(
        unresolved,
        amount=amount,
        notional=notional,
        fee=fee,
        takes=_takes(draft, price, quote),
        executes=found.coins if quote.book else None,
        average_fill=found.average,
        worst_fill=found.worst,
        slip_percent=_distance(found.average, quote.far(side), side),
        free_after=None if free is None else free - needed,
        share_percent=needed * 100 / free if free else None,
    )
    blocks = (*gate, *_reasons(priced, command, found, needed, limits))
    warnings = tuple(_warnings(priced, snapshot, now, needed))[:WARNINGS]
    return replace(priced, command=None if blocks else command, blocks=blocks, warnings=warnings)


def _placement_reasons(draft: OrderDraft, snapshot: Snapshot, limits: Limits) -> tuple[str, ...]:
    """What stands against any order on the pair, worst first."""
    reasons = [*reasons_against(snapshot, Capability.PLACE_ORDER)]
    if snapshot.bot.mode is TradeMode.CONFIRM and Rule.NOTIONAL not in limits.hard:
        reasons.append(f"no limits.max_notional for {snapshot.bot.name} in the config file: set it to trade")
    if snapshot.journal_problem is not None:
        reasons.append(f"the journal can't be written: {snapshot.journal_problem.summary}")
    config = snapshot.config.value
    if config is not None and config.core_enabled is False:
        reasons.append("the core is stopped: prices stand still and the bot passes no order on; 8 and t start it")
    known = snapshot.pairs.value
    if known is not None and all(status.pair != draft.pair for status in known):
        reasons.append(f"{snapshot.bot.name} does not trade {draft.pair.name} on {draft.pair.exchange}")
    return tuple(reasons)


def _price(draft: OrderDraft, quote: Quote, snapshot: Snapshot, now: datetime) -> Decimal | str:
    """The limit, or on a market order the price expected; a text says why there is none."""
    if quote.is_old:
        return f"the prices are {quote.age_seconds:.0f}s old: wait for fresh ones"
    if draft.type is OrderType.MARKET:
        return _market_price(draft, quote)
    price = draft.price
    if price is not None and price.value is not None:
        return price.value
    near = PriceAnchor.BID if draft.side is Side.BUY else PriceAnchor.ASK
    anchor = near if price is None else price.anchor
    if quote.is_crossed:
        return "the book is crossed, bid over ask: type the price as a number"
    value = _anchored(anchor, draft, quote, snapshot, now)
    if value is None:
        missing = f"fresh {anchor}" if quote.is_known else "market price"
        return f"no {missing} of {draft.pair.name} is known: type the price as a number"
    offset = Decimal(0) if price is None else price.offset_percent
    if not offset and anchor is not PriceAnchor.MID:
        return value
    away = ROUND_FLOOR if draft.side is Side.BUY else ROUND_CEILING
    found = (value * (100 + offset) / 100).quantize(Decimal(1).scaleb(-quote.decimals), rounding=away)
    return found if found > 0 else f"{anchor} {offset:+f}% leaves no price"


def _market_price(draft: OrderDraft, quote: Quote) -> Decimal | str:
    if not quote.is_known:
        return f"no market price of {draft.pair.name} is known: no market order"
    if quote.book is None:
        return f"no order book of {draft.pair.name}: a market order needs one"
    if quote.is_crossed:
        return "the book is crossed, bid over ask: no market order"
    if quote.unchanged_seconds > FROZEN_SECONDS:
        return f"the book stands still for {quote.unchanged_seconds:.0f}s: no market order"
    return quote.far(draft.side) or f"nobody to {draft.side} {'from' if draft.side is Side.BUY else 'to'} in the book"


def _anchored(
    anchor: PriceAnchor, draft: OrderDraft, quote: Quote, snapshot: Snapshot, now: datetime
) -> Decimal | None:
    match anchor:
        case PriceAnchor.BID:
            return quote.bid
        case PriceAnchor.ASK:
            return quote.ask
        case PriceAnchor.MID:
            return None if quote.bid is None or quote.ask is None else (quote.bid + quote.ask) / 2
        case _:
            feed = snapshot.candles(draft.pair)
            if feed.value is None or not feed.value.candles or feed.freshness(now) is not Freshness.FRESH:
                return None
            return exact(feed.value.candles[-1].close)


def _amount(draft: OrderDraft, price: Decimal, quote: Quote, funds: Funds) -> Decimal | str:
    """The coins; a text says why there are none. A percentage of money leaves the fee inside."""
    pair, typed = draft.pair, draft.amount
    if typed is None:
        return f"no amount yet: type {pair.coin}, {pair.money} with its name, 25% or all"
    if typed.unit is AmountUnit.COIN:
        return typed.value
    worth = typed.value
    if typed.unit is AmountUnit.PERCENT:
        if funds.free is None:
            return f"it is not known how much {funds.asset} is free: type the amount"
        if funds.free <= 0:
            return f"no {funds.asset} is free on {pair.exchange} {funds.pending}".rstrip()
        worth = funds.free * typed.value / 100
        if draft.side is Side.SELL:
            return _down(worth, pair.coin)
        worth /= 1 + (funds.fee_rate or 0)
    if draft.type is OrderType.LIMIT:
        return _down(worth / price, pair.coin)
    coins = coins_for(quote.against(draft.side), worth)
    return "the visible book is too thin for it" if coins is None else _down(coins, pair.coin)


def _down(coins: Decimal, coin: str) -> Decimal | str:
    rounded = coins.quantize(AMOUNT_DECIMALS, rounding=ROUND_DOWN)
    return Decimal(_text(rounded)) if rounded else f"that is less than {AMOUNT_DECIMALS:f} {coin}"


def _reasons(made: OrderPreview, command: PlaceOrder, found: Fill, needed: Decimal, limits: Limits) -> Iterator[str]:
    """What stands against this order, worst first."""
    pair, side = command.pair, command.side
    is_market = command.type is OrderType.MARKET
    if is_market and found.coins < command.amount:
        yield f"the visible book holds only {_text(found.coins)} {pair.coin}: too thin for a market order"
    if made.free_before is not None and needed > made.free_before:
        asset = pair.money if side is Side.BUY else pair.coin
        yield f"it needs {_short(needed)} {asset}, free are {_short(made.free_before)} {made.pending}".rstrip()
    worst = found.worst if is_market and found.worst is not None else command.price
    refused = refusal(replace(command, price=worst), limits)
    if refused is not None:
        yield refused
    over = _distance(worst, made.opposite, side)
    if over is not None and over > REFUSED_PERCENT:
        yield f"the price is {_share(over)}% on the wrong side of the market: over {REFUSED_PERCENT}% is never sent"


def _warnings(made: OrderPreview, snapshot: Snapshot, now: datetime, needed: Decimal) -> Iterator[str]:
    pair, side = made.draft.pair, made.draft.side
    asset = pair.money if side is Side.BUY else pair.coin
    unknown = _unknown_twin(made.draft, snapshot)
    if unknown is not None:
        yield f"an unknown {side} of {_text(unknown.amount)} @ {unknown.price:f} may already be there"
    worst = made.worst_fill if made.draft.type is OrderType.MARKET else made.price
    over = _distance(worst, made.opposite, side)
    if over is not None and over > WRONG_SIDE_PERCENT:
        yield f"the price is {_share(over)}% {'above the ask' if side is Side.BUY else 'below the bid'}"
    if made.touch is None and made.opposite is None:
        yield "no market price is known: nothing to compare with"
    elif made.opposite is None:
        yield f"no {'ask' if side is Side.BUY else 'bid'} is known: nothing to compare with"
    if made.free_before is None:
        yield f"it is not known how much {asset} is free"
    elif snapshot.balances.freshness(now) is Freshness.STALE:
        yield f"free {asset} was read {snapshot.balances.age_seconds(now):.0f}s ago"
    fee = made.fee if side is Side.BUY and made.fee is not None else Decimal(0)
    if made.free_before is not None and needed <= made.free_before < needed + fee:
        yield f"with the fee it is more than the {_short(made.free_before)} {asset} that are free"
    if made.share_percent is not None and made.share_percent > LARGE_SHARE_PERCENT:
        yield f"{_share(made.share_percent)}% of the free {asset}"


def _unknown_twin(draft: OrderDraft, snapshot: Snapshot) -> PlaceOrder | None:
    """The newest order on the same pair and side of which nobody knows whether it arrived."""
    for intent in snapshot.intents:
        match intent.command:
            case PlaceOrder(pair=draft.pair, side=draft.side) as command if intent.state is IntentState.UNKNOWN:
                return command
    return None


def _takes(draft: OrderDraft, price: Decimal, quote: Quote) -> bool:
    far = quote.far(draft.side)
    if draft.type is OrderType.MARKET or far is None:
        return draft.type is OrderType.MARKET
    return price >= far if draft.side is Side.BUY else price <= far


def _distance(price: Decimal | None, far: Decimal | None, side: Side) -> Decimal | None:
    """How much worse than the opposite best a price is, in percent; negative when it is better."""
    if price is None or not far:
        return None
    return (price - far if side is Side.BUY else far - price) * 100 / far


def _strategy(draft: OrderDraft, snapshot: Snapshot) -> str:
    """The strategy that trades the pair as well; empty while the pair or the core is stopped."""
    status, config = snapshot.status(draft.pair).value, snapshot.config.value
    is_stopped = config is not None and config.core_enabled is False
    return "" if status is None or is_stopped or status.state is PairState.PAUSED else status.strategy


def _text(value: Decimal) -> str:
    """All digits without trailing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _short(value: Decimal) -> str:
    """Eight decimals at most, for a sentence."""
    return _text(value.quantize(AMOUNT_DECIMALS, rounding=ROUND_DOWN))


def _share(percent: Decimal) -> str:
    return f"{percent:.1f}" if percent < 10 else f"{percent:.0f}"
