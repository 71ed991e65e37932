"""Freqtrade's trades as pairs and deals: who holds what, which orders rest, which executions there were.

Only open orders tell whether a trade is being left: its exit reason stays behind after an exit that was cancelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gunbot_tui.backends.freqtrade import wire
from gunbot_tui.backends.freqtrade.amount_step import to_amount_step
from gunbot_tui.model.deal import Deal, DealOrder
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import OpenOrder, PairState, PairStatus, Position, Side, Target, Trade

PERPETUAL = "PERP"
_EXCHANGE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NATIVE = re.compile(
    r"([A-Za-z0-9._-]{1,32})/([A-Za-z0-9._-]{1,32})(?::[A-Za-z0-9._]{1,32}(?:-([A-Za-z0-9._-]{1,32}))?)?"
)
_PATTERN = re.compile(r"[\x21-\x7e]{1,200}")
_BUYS, _SELLS = "buy", "sell"


@dataclass(frozen=True, slots=True)
class Close:
    """The close of a pair's newest candle, and when it was."""

    price: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the pairs of one reading have in common."""

    exchange: str
    strategy: str
    period_minutes: float | None
    is_opening: bool
    """False while the bot is paused or stopped."""
    locked: frozenset[str]
    """The bot's own spelling; `*` for all."""


def to_pair(exchange: str, native: str) -> Pair | None:
    """The pair of `BTC/USDT` or `BTC/USDT:USDT`; None for a name that could hide something, which is never traded."""
    found = _NATIVE.fullmatch(native)
    if found is None or not _EXCHANGE.fullmatch(exchange):
        return None
    coin, money, expiry = found.groups()
    return Pair(exchange, coin, money, native, expiry or (PERPETUAL if ":" in native else ""))


def to_pair_of_key(key: str) -> Pair | None:
    """The pair of `exchange/NATIVE`."""
    exchange, _, native = key.partition("/")
    return to_pair(exchange, native)


def is_pattern(text: str) -> bool:
    """Whether the blacklist may be told this: a pair, or a pattern of printable ASCII."""
    return _PATTERN.fullmatch(text) is not None


def to_deal(row: wire.Trade) -> Deal | None:
    """One trade of the bot; None without an id or with an unsafe pair."""
    pair = to_pair(row.exchange, row.pair)
    if pair is None or not row.trade_id:
        return None
    is_open = row.is_open is True
    is_short = row.is_short is True
    # Without a rate the bot puts 0 where it can't reckon.
    is_reckoned = not is_open or row.current_rate is not None or not row.amount
    profit = row.total_profit_abs if is_open else row.profit_abs
    ratio = row.total_profit_ratio if is_open else row.profit_ratio
    return Deal(
        id=row.trade_id,
        pair=pair,
        is_open=is_open,
        is_short=is_short,
        opened_at=row.open_timestamp,
        amount=row.amount or 0.0,
        stake=row.stake_amount or 0.0,
        open_price=row.open_rate,
        leverage=row.leverage or 1.0,
        strategy=row.strategy,
        entry_tag=row.enter_tag,
        exit_reason=row.exit_reason,
        price=row.current_rate if is_open else None,
        close_price=row.close_rate,
        closed_at=row.close_timestamp,
        profit=profit if is_reckoned else None,
        profit_percent=None if ratio is None or not is_reckoned else 100 * ratio,
        realised=row.realized_profit,
        fee_percent=None if row.fee_open is None else 100 * row.fee_open,
        stop_price=row.stop_loss_abs or None,
        stop_percent=row.stoploss_current_dist_pct,
        liquidation_price=row.liquidation_price,
        funding_fees=row.funding_fees,
        lowest_price=row.min_rate or None,
        highest_price=row.max_rate or None,
        amount_step=to_amount_step(row),
        orders=tuple(_to_order(order, is_short=is_short) for order in row.orders),
    )


def to_pair_statuses(
    rows: Sequence[wire.Trade], whitelist: Iterable[str], around: Surroundings, closes: Mapping[str, Close]
) -> tuple[PairStatus, ...]:
    """Every pair that may be opened or is open, in the whitelist's order."""
    by_native: dict[str, list[wire.Trade]] = {native: [] for native in whitelist}
    for row in rows:
        by_native.setdefault(row.pair, []).append(row)
    return tuple(
        _to_status(pair, trades, around, closes.get(native))
        for native, trades in by_native.items()
        if (pair := to_pair(around.exchange, native)) is not None
    )


def to_trades(rows: Iterable[wire.Trade]) -> tuple[Trade, ...]:
    """Every execution of these trades, the newest first."""
    found = [trade for row in rows for trade in _executions(row)]
    return tuple(sorted(found, key=lambda trade: -trade.at.timestamp() if trade.at else 0.0))


def _to_status(pair: Pair, rows: Sequence[wire.Trade], around: Surroundings, close: Close | None) -> PairStatus:
    deals = tuple(deal for row in rows if (deal := to_deal(row)) is not None)
    price = next((deal.price for deal in deals if deal.price is not None), None)
    orders = [_to_open_order(pair, order, row) for row in rows for order in row.orders if order.is_open]
    position = _to_position(deals)
    return PairStatus(
        pair=pair,
        strategy=next((deal.strategy for deal in deals), around.strategy),
        state=_to_state(pair, position, around),
        position=position,
        # An order that can't be read would look as if it had been filled or cancelled.
        open_orders=None if None in orders else tuple(order for order in orders if order is not None),
        last_trade=next(iter(to_trades(rows)), None),
        targets=tuple(Target("stop", deal.stop_price) for deal in deals if deal.stop_price and deal.amount),
        period_minutes=around.period_minutes,
        last=price if price is not None or close is None else close.price,
        last_at=close.at if price is None and close is not None else None,
        deals=deals,
    )


def _to_state(pair: Pair, position: Position | None, around: Surroundings) -> PairState:
    if position is not None:
        return PairState.HOLDING
    if not around.is_opening:
        return PairState.PAUSED
    return PairState.WAITING if around.locked.isdisjoint(("*", pair.native)) else PairState.LOCKED


def _to_position(deals: Iterable[Deal]) -> Position | None:
    """The coins of all deals together; negative for a short."""
    held = [deal for deal in deals if deal.amount > 0]
    size = sum(-deal.amount if deal.is_short else deal.amount for deal in held)
    if not held or not size:
        return None
    spent = [deal.amount * deal.open_price for deal in held if deal.open_price is not None]
    coins = sum(deal.amount for deal in held)
    return Position(size, sum(spent) / coins if len(spent) == len(held) else None)


def _to_order(order: wire.Order, *, is_short: bool) -> DealOrder:
    side = _side(order, is_short=is_short)
    return DealOrder(
        id=order.order_id,
        side=side,
        is_entry=order.ft_order_side == (_SELLS if is_short else _BUYS),
        type=order.order_type,
        status=order.status,
        is_open=order.is_open is True,
        amount=float(order.amount or 0),
        filled=float(order.filled or 0),
        price=None if order.safe_price is None else float(order.safe_price),
        cost=order.cost,
        placed_at=order.order_timestamp,
        filled_at=order.order_filled_timestamp,
        tag=order.ft_order_tag,
    )


def _side(order: wire.Order, *, is_short: bool) -> Side:
    """Buy or sell; a stop at the exchange, which is named by itself, is an exit."""
    if order.ft_order_side in (_BUYS, _SELLS):
        return Side(order.ft_order_side)
    return Side.BUY if is_short else Side.SELL


def _to_open_order(pair: Pair, order: wire.Order, row: wire.Trade) -> OpenOrder | None:
    """A resting order with what is left of it; None for one that can't be read."""
    left = order.remaining
    if left is None and order.amount is not None:
        left = order.amount - (order.filled or Decimal(0))
    if left is None or order.safe_price is None:
        return None
    side = _side(order, is_short=row.is_short is True)
    stop = order.safe_price if order.ft_order_side not in (_BUYS, _SELLS) else None
    return OpenOrder(pair, order.order_id, side, order.safe_price, left, order.order_timestamp, stop)


def _executions(row: wire.Trade) -> Iterable[Trade]:
    pair = to_pair(row.exchange, row.pair)
    if pair is None:
        return
    is_short, step = row.is_short is True, to_amount_step(row)
    filled = [order for order in row.orders if order.filled]
    entry_side = _SELLS if is_short else _BUYS
    exits = sum(order.ft_order_side != entry_side for order in filled)
    for order in filled:
        if order.safe_price is None or order.filled is None:
            continue
        price, amount = float(order.safe_price), float(order.filled)
        is_exit = order.ft_order_side != entry_side
        rate = row.fee_close if is_exit else row.fee_open
        yield Trade(
            pair=pair,
            id=order.order_id,
            side=_side(order, is_short=is_short),
            price=price,
            amount=amount,
            cost=price * amount,
            at=order.order_filled_timestamp or order.order_timestamp,
            fee=None if rate is None else rate * price * amount,
            # The bot reckons a result for the whole trade: it is an order's only where no other order shares it.
            pnl=row.profit_abs if is_exit and exits == 1 and row.is_open is False else None,
            amount_step=step,
        )
