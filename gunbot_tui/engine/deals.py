"""The deals of a bot that keeps them: which one an order is about, and what stands for or against entering and leaving.

The bot has at most one deal on a pair: an order against it leaves it, one with it adds to it, and where nothing is open
an order enters. The bot's own rules are told before it would refuse: on locked pairs and pairs off its list it enters
all the same when it is told to, so of those the user is warned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from gunbot_tui.engine.figures import short
from gunbot_tui.model.capability import verb_of
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.deal import Deal, PairLock
from gunbot_tui.model.host import RunStatus
from gunbot_tui.model.market import DOLLARS, SMALLEST_DOLLARS, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import OrderDraft
from gunbot_tui.model.trading import OrderType, Side


def deal_on(snapshot: Snapshot, pair: Pair) -> Deal | None:
    """What the bot has open on the pair."""
    status = snapshot.status(pair).value
    return next((deal for deal in status.deals if deal.is_open), None) if status is not None else None


def is_open(id: str, snapshot: Snapshot) -> bool:
    """Whether the bot's newest reading has the deal: a strategy may leave it between a review and its confirmation."""
    return snapshot.pairs.value is None or any(deal.id == id for deal in snapshot.deals)


def leaving_side(deal: Deal) -> Side:
    """What makes it smaller: a sale of a long one, a purchase for a short one."""
    return Side.BUY if deal.is_short else Side.SELL


def meant(draft: OrderDraft, snapshot: Snapshot) -> OrderDraft:
    """The order as the bot takes it: whether it leaves, and at the market where no price is said and that is its way.

    On a spot market every sale leaves; without a deal it is refused later.
    """
    deal, run = deal_on(snapshot, draft.pair), snapshot.run_status.value
    closes = draft.closes or (deal is not None and draft.side is leaving_side(deal))
    closes = closes or (draft.side is Side.SELL and not draft.pair.contract)
    side = leaving_side(deal) if closes and deal is not None else draft.side
    kind = draft.type
    if kind is OrderType.LIMIT and draft.price is None and run is not None:
        kind = OrderType.MARKET if (run.exit_type if closes else run.entry_type) == OrderType.MARKET else kind
    return replace(draft, side=side, closes=closes, type=kind)


def why_not(draft: OrderDraft, deal: Deal | None, snapshot: Snapshot) -> Iterator[str]:
    """Why the bot would refuse it whatever its size, worst first."""
    if draft.closes:
        unknown_type = snapshot.capabilities.why_not(verb_of(draft.type, closes=False))
        if draft.type not in (OrderType.LIMIT, OrderType.MARKET) and unknown_type is not None:
            yield unknown_type
        yield from _why_not_leave(draft, deal)
    else:
        yield from _why_not_enter(draft, deal, snapshot)


def _why_not_leave(draft: OrderDraft, deal: Deal | None) -> Iterator[str]:
    if deal is None:
        yield f"no trade is open on {draft.pair.name}: there is nothing to {draft.side}"
    elif not deal.amount:
        yield f"the entry of trade #{deal.id} has not filled, it holds nothing: cancel {deal.id} ends it"
    if draft.leverage is not None or draft.tag:
        yield f"{'leverage' if draft.leverage is not None else 'a tag'} belongs to an entry, and this leaves a trade"


def _why_not_enter(draft: OrderDraft, deal: Deal | None, snapshot: Snapshot) -> Iterator[str]:
    run, pair, name = snapshot.run_status.value, draft.pair, snapshot.bot.name
    if run is None:
        yield f"it is not known yet how {name} is set up"
        return
    if pair.money != run.money:
        yield f"{name} stakes {run.money}: it enters nothing that is priced in {pair.money}"
    if draft.side is Side.SELL and not run.may_short:
        yield f"{name} opens no shorts"
    if draft.leverage is not None and not pair.contract:
        yield "a spot market has no leverage"
    if deal is None:
        count = len(snapshot.deals)
        if run.open_limit is not None and count >= run.open_limit:
            yield f"{name} has {count} trades open, the most that it may have: it opens no other"
        if pair.contract and draft.leverage is None:
            yield "which leverage? write 1x or 3x: the limits count the position"
        return
    if not run.adds_to_open:
        yield f"trade #{deal.id} is open there, and {name} adds to none (position_adjustment_enable is off)"
    elif any(order.is_open for order in deal.orders):
        yield f"trade #{deal.id} has an open order, and {name} adds to none that has: cancel {deal.id} first"
    if draft.leverage is not None and draft.leverage != Decimal(str(deal.leverage)):
        yield f"trade #{deal.id} runs at {short(Decimal(str(deal.leverage)))}x: its leverage can't be changed"


def of_entry(command: PlaceOrder, deal: Deal | None, snapshot: Snapshot, now: datetime) -> Iterator[str]:
    """What to know before entering."""
    pair, run = command.pair, snapshot.run_status.value
    lock, listed = _lock(command, snapshot, now), snapshot.pairlist.value
    if deal is not None:
        yield f"ADDS to the open {'short ' if deal.is_short else ''}trade #{deal.id}"
    if lock is not None:
        yield f"{pair.name} is locked{_until(lock, now)}: the bot enters all the same"
    if listed is not None and pair.native not in listed.allowed:
        yield f"{pair.name} is not on the bot's list: it enters all the same"
    if pair in snapshot.markets.inactive:
        yield f"{pair.name} is closed at {pair.exchange} now: it will hardly take the order"
    if _is_large(command, run):
        yield f"{short(command.stake or Decimal(0))} {pair.money} is more than twice what the bot itself puts in"


def of_exit(command: PlaceOrder, deal: Deal, rest: Decimal) -> Iterator[str]:
    """What to know before leaving; `rest` is the coins that stay."""
    if deal.is_closing:
        yield f"an exit of trade #{deal.id} rests already: this one takes its place"
    if deal.is_entering:
        yield f"an entry of trade #{deal.id} still rests: it is cancelled first"
    left = rest * command.price
    if 0 < left < SMALLEST_DOLLARS and command.pair.money.upper() in DOLLARS:
        yield f"only {short(left)} {command.pair.money} would stay: too little for most exchanges, all leaves whole"


def _until(lock: PairLock, now: datetime) -> str:
    why = f", {lock.reason}" if lock.reason else ""
    if lock.until is None:
        return why
    is_soon = lock.until - now < timedelta(days=1)
    return f" until {lock.until:%H:%M} UTC{why}" if is_soon else f" until {lock.until:%Y-%m-%d}{why}"


def _lock(command: PlaceOrder, snapshot: Snapshot, now: datetime) -> PairLock | None:
    ways = ("*", "long" if command.side is Side.BUY else "short")
    return next(
        (
            lock
            for lock in snapshot.locks.value or ()
            if lock.pair in ("*", command.pair.native)
            and lock.side in ways
            and (lock.until is None or lock.until > now)
        ),
        None,
    )


def _is_large(command: PlaceOrder, run: RunStatus | None) -> bool:
    try:
        usual = Decimal(run.stake) if run is not None else Decimal(0)
    except ArithmeticError:
        return False
    return usual.is_finite() and bool(usual) and command.stake is not None and command.stake > 2 * usual
