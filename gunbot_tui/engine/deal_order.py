"""What an order would mean at a bot that keeps deals: an entry for money, or leaving a deal wholly or in part.

No book tells what it would meet, so it is reckoned at the last price. An entry whose price can't be held against one
that is young enough, and one at the market then, needs its money typed; leaving is only warned of, because an old price
must not keep anybody in a trade.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gunbot_tui.engine.cautions import cautions
from gunbot_tui.engine.deals import deal_on, meant, of_entry, of_exit, why_not
from gunbot_tui.engine.figures import SMALLEST_AMOUNT, digits, down, exact, percent, price_of, rounded, short
from gunbot_tui.engine.funds import Funds, closes_under_way, named, taken_by
from gunbot_tui.engine.gate import placement_reasons
from gunbot_tui.engine.guards import guarded
from gunbot_tui.engine.legs import Legs, UnclearError, resolve_legs
from gunbot_tui.engine.order_rules import collar
from gunbot_tui.engine.quote import Quote, quote_of
from gunbot_tui.engine.risk import HALTED, Measure, hard_bound
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.guard import Limits, Rule
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import AmountUnit, OrderDraft, OrderPreview
from gunbot_tui.model.trading import OrderType, Side

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Size:
    """Coins, and the money that goes in for them; None where none goes in."""

    coins: Decimal
    stake: Decimal | None = None


def preview_deal_order(
    draft: OrderDraft, snapshot: Snapshot, now: datetime, limits: Limits, *, says_limits: bool = True
) -> OrderPreview:
    """What the draft would send at this moment; without `says_limits` it keeps quiet on those that it passes."""
    draft = meant(draft, snapshot)
    pair, deal, quote = draft.pair, deal_on(snapshot, draft.pair), quote_of(snapshot, draft.pair, now)
    funds = Funds.of(snapshot, pair, Side.BUY)
    gate = (*placement_reasons(draft, snapshot, now, limits), *why_not(draft, deal, snapshot))
    made = OrderPreview(
        draft,
        None,
        now,
        blocks=gate,
        touch_age_seconds=quote.age_seconds,
        unmoved_seconds=quote.unchanged_seconds,
        free_before=None if draft.closes else funds.free,
        pending="" if draft.closes else funds.pending,
        max_notional=hard_bound(limits, Rule.NOTIONAL, pair),
        is_limited=gate[:1] == (HALTED,),
        no_book=quote.no_book,
        last=quote.last,
        deal=deal,
    )
    under_way = closes_under_way(snapshot, pair) if draft.closes else ()
    # The bot leaves what it still holds and takes off what rests: the whole is never sold twice, whatever is under way.
    taken = () if _is_whole(draft) else under_way
    held = _held(deal) - sum((intent.command.amount for intent in taken), Decimal(0))
    try:
        legs = _legs(draft, deal, quote)
        made = replace(made, price=legs.price)
        sized_by = _leverage(draft, deal)
        if draft.closes:
            size = _in_steps(_exit_size(draft, legs, held, under_way), draft, deal, held)
        else:
            size = _entry_size(draft, legs, funds, sized_by)
    except UnclearError as unclear:
        return replace(made, blocks=(*gate, str(unclear)))
    command = _command(draft, legs, size, deal)
    expected = size.coins * legs.price
    made = _priced(made, command, expected, held, funds)
    said = guarded(
        command, expected, tuple(_measures(made, command, quote)), snapshot, now, limits, _unchecked(command, quote)
    )
    if not says_limits:
        said = replace(said, soft=(), passed=())
    blocks = (*gate, *_too_much(made, command, held, under_way), *said.refusals)
    told = (*_price_words(command, quote), *_known(command, deal, held, snapshot, now), *_shared(under_way, taken))
    warned = cautions(made, said, told, size.stake or Decimal(0), snapshot, now)
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


def _legs(draft: OrderDraft, deal: Deal | None, quote: Quote) -> Legs:
    """The prices; raises UnclearError. One leaves even where no price is known, reckoned at what was paid."""
    if draft.type is OrderType.LIMIT and draft.price is None:
        raise UnclearError("at which price? write @ and a number, @ last, or market")
    if draft.closes and quote.last is None and deal is not None:
        quote = replace(quote, last=price_of(deal.open_price))
    return resolve_legs(draft, quote)


def _held(deal: Deal | None) -> Decimal:
    """Every digit that the bot knows: one less, and what is left out would stay behind."""
    return Decimal(0) if deal is None else Decimal(repr(deal.amount))


def _leverage(draft: OrderDraft, deal: Deal | None) -> Decimal:
    """What the stake is multiplied by; a new trade's is asked for before."""
    if deal is not None:
        return exact(deal.leverage) or Decimal(1)
    return draft.leverage or Decimal(1)


def _entry_size(draft: OrderDraft, legs: Legs, funds: Funds, leverage: Decimal) -> Size:
    """What goes in, and what it buys; money stays exactly as typed, coins too. Raises UnclearError."""
    pair, typed = draft.pair, draft.amount
    if typed is None:
        raise UnclearError(f"no amount yet: type {pair.money} with its name, {pair.coin}, 25% or all")
    match typed.unit:
        case AmountUnit.COIN:
            return Size(typed.value, rounded(typed.value * legs.price / leverage))
        case AmountUnit.MONEY:
            stake = typed.value
        case AmountUnit.PERCENT if funds.free is None:
            raise UnclearError(f"it is not known how much {funds.asset} is free: type the amount")
        case AmountUnit.PERCENT:
            stake = down((funds.free or Decimal(0)) * typed.value / WHOLE)
        case AmountUnit.POSITION:
            raise UnclearError("a part of the position is for leaving it: type the money to put in")
    coins = down(stake * leverage / legs.price)
    if not coins:
        raise UnclearError(f"that is less than {SMALLEST_AMOUNT:f} {pair.coin}")
    return Size(coins, stake)


def _exit_size(draft: OrderDraft, legs: Legs, held: Decimal, under_way: tuple[Intent, ...]) -> Size:
    """What leaves; the whole keeps every digit. Raises UnclearError."""
    pair, typed = draft.pair, draft.amount
    if typed is None:
        raise UnclearError(f"no amount yet: type all, 50% or {pair.coin}")
    if typed.unit is AmountUnit.COIN:
        return Size(typed.value)
    if held <= 0:
        raise UnclearError(f"nothing of {pair.name} is left to {draft.side}{taken_by(under_way)}")
    coins = held
    if typed.unit is AmountUnit.MONEY:
        coins = down(typed.value / legs.price)
    elif typed.value != WHOLE:
        coins = down(held * typed.value / WHOLE)
    if not coins:
        raise UnclearError(f"that is less than {SMALLEST_AMOUNT:f} {pair.coin}")
    return Size(coins)


def _in_steps(size: Size, draft: OrderDraft, deal: Deal | None, held: Decimal) -> Size:
    """A part in whole steps, as the bot would cut it; the whole stays whole. Raises UnclearError for typed coins."""
    step = None if deal is None else deal.amount_step
    if step is None or size.coins >= held or not (over := size.coins % step):
        return size
    fits, coin = size.coins - over, draft.pair.coin
    if not fits:
        raise UnclearError(f"that is less than {digits(step)} {coin}, the smallest step there")
    if draft.amount is not None and draft.amount.unit is AmountUnit.COIN:
        raise UnclearError(f"{draft.pair.name} trades in steps of {digits(step)} {coin}: write {digits(fits)}, or all")
    return Size(fits)


def _command(draft: OrderDraft, legs: Legs, size: Size, deal: Deal | None) -> PlaceOrder:
    command = replace(
        legs.order(draft.pair, size.coins, closes=draft.closes),
        deal="" if deal is None else deal.id,
        stake=size.stake,
        leverage=_leverage(draft, deal) if draft.pair.contract and not draft.closes else draft.leverage,
        tag=draft.tag,
    )
    # The stake may be more than the coins come to, which are rounded down.
    return command if size.stake is None or size.stake <= command.notional else replace(command, worth=size.stake)


def _priced(made: OrderPreview, command: PlaceOrder, expected: Decimal, held: Decimal, funds: Funds) -> OrderPreview:
    free, stake = made.free_before, command.stake
    return replace(
        made,
        amount=command.amount,
        notional=expected if stake is None else stake,
        fee=None if funds.fee_rate is None else down(expected * funds.fee_rate),
        takes=command.type is OrderType.MARKET,
        free_after=None if free is None or stake is None else free - stake,
        share_percent=stake * WHOLE / free if free and stake is not None else None,
        gain=_gain(made.deal, command, held) if command.closes else None,
    )


def _gain(deal: Deal | None, command: PlaceOrder, held: Decimal) -> Decimal | None:
    """What leaving realises: the part of the profit that the bot reckons, moved to the price that is asked for."""
    profit, price = (None, None) if deal is None else (exact(deal.profit), price_of(deal.price))
    if deal is None or profit is None or not held or not deal.amount:
        return None
    open_profit = profit - (exact(deal.realised) or Decimal(0))
    gain = open_profit * command.amount / _held(deal)
    if command.type is OrderType.LIMIT and price is not None:
        better = command.price - price
        gain += command.amount * (-better if deal.is_short else better)
    return gain


def _measures(made: OrderPreview, command: PlaceOrder, quote: Quote) -> Iterator[Measure]:
    # A price that only stands still may be that of a quiet market, and then it still tells a slip of the fingers.
    is_known = quote.is_unmoved or not quote.is_old
    distance = collar(command, quote, None) if is_known else None
    if distance is not None and command.type is OrderType.LIMIT:
        yield distance
    if made.share_percent is not None:
        money = command.pair.money
        yield Measure(Rule.SHARE, made.share_percent, f"{percent(made.share_percent)} of the free {money}", "%")


def _unchecked(command: PlaceOrder, quote: Quote) -> str:
    """Why an entry's price can't be held against the market; empty when it can."""
    if command.closes or not (quote.last is None or quote.is_old):
        return ""
    if quote.last is None:
        return f"no price of {command.pair.name} is known to hold yours against"
    return f"{quote.old_words}: where the market is now is not known"


def _price_words(command: PlaceOrder, quote: Quote) -> Iterator[str]:
    if not command.closes:
        return
    if quote.last is None:
        yield "no price is known now: it is reckoned at what was paid"
    elif quote.is_old:
        yield quote.old_words


def _known(command: PlaceOrder, deal: Deal | None, held: Decimal, snapshot: Snapshot, now: datetime) -> tuple[str, ...]:
    if not command.closes:
        return tuple(of_entry(command, deal, snapshot, now))
    return () if deal is None else tuple(of_exit(command, deal, held - command.amount))


def _is_whole(draft: OrderDraft) -> bool:
    """Whether all of a trade leaves."""
    typed = draft.amount
    shares = (AmountUnit.PERCENT, AmountUnit.POSITION)
    return draft.closes and typed is not None and typed.unit in shares and typed.value == WHOLE


def _shared(under_way: tuple[Intent, ...], taken: tuple[Intent, ...]) -> Iterator[str]:
    if under_way and not taken:
        yield f"{named(under_way)} not seen yet: the bot leaves what it still holds"


def _too_much(made: OrderPreview, command: PlaceOrder, held: Decimal, under_way: tuple[Intent, ...]) -> Iterator[str]:
    pair, free, stake = command.pair, made.free_before, command.stake
    if command.closes and made.deal is not None and command.amount > held > 0:
        yield f"trade #{made.deal.id} holds {held:f} {pair.coin}: {command.amount:f} is more{taken_by(under_way)}"
    if stake is not None and free is not None and stake > free:
        yield f"it needs {short(stake)} {pair.money}, free are {short(free)} {made.pending}".rstrip()
