"""Gunbot's account answers as the program's own: pair states, positions, orders, trades, balances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gunbot_tui.backends import values
from gunbot_tui.backends.gunbot import shapes, wire
from gunbot_tui.backends.gunbot.adapt_market import to_pair, to_pair_of_key
from gunbot_tui.backends.redact import redact_values
from gunbot_tui.backends.text import clean, without_pictures
from gunbot_tui.model.market import Pair
from gunbot_tui.model.trading import (
    Balance,
    OpenOrder,
    PairState,
    PairStatus,
    Position,
    Side,
    Target,
    Trade,
)

NOTICES = 20
TARGETS = (
    ("buy", "customBuyTarget"),
    ("sell", "customSellTarget"),
    ("stop", "customStopTarget"),
    ("close", "customCloseTarget"),
    ("trailing", "customTrailingTarget"),
    ("dca", "customDcaTarget"),
    ("buy", "priceToBuy"),
    ("sell", "priceToSell"),
)
"""Name and field; of two with one name the first that is set counts."""


@dataclass(frozen=True, slots=True)
class PairEntry:
    """A pair, how it is configured, and what the core remembers of it; either part may be missing."""

    pair: Pair
    config: wire.PairConfig | None
    ledger: wire.Ledger | None


def to_entries(memory: wire.CoreMemory) -> dict[str, PairEntry]:
    """Pairs by key in the configuration's order, then those that only the core knows; unsafe names are left out."""
    entries: dict[str, PairEntry] = {}
    for exchange, configs in memory.config.items():
        for native, config in configs.items():
            pair = to_pair(exchange, native)
            if pair is not None:
                entries[pair.key] = PairEntry(pair, config, memory.memory.get(pair.key))
    for key, ledger in memory.memory.items():
        pair = to_pair_of_key(key)
        if pair is not None and key not in entries:
            entries[key] = PairEntry(pair, None, ledger)
    return entries


def to_pair_status(entry: PairEntry) -> PairStatus:
    """One pair's state as its ledger and configuration have it."""
    pair, config, ledger = entry.pair, entry.config, entry.ledger or wire.Ledger()
    position = to_position(pair, ledger)
    return PairStatus(
        pair=pair,
        strategy=config.strategy if config else "",
        state=_to_state(pair, config, ledger, position),
        bid=ledger.Bid,
        ask=ledger.Ask,
        position=position,
        free_money=ledger.baseBalance,
        open_orders=to_open_orders(pair, ledger.openOrders),
        last_trade=_last_trade(pair, ledger.orders),
        targets=_to_targets(ledger),
        period_minutes=to_period(entry),
        least_buy=_least(strategy.MIN_VOLUME_TO_BUY for strategy in _strategies(entry)),
        least_sell=_least(strategy.MIN_VOLUME_TO_SELL for strategy in _strategies(entry)),
        notices=_to_notices(ledger),
    )


def to_period(entry: PairEntry) -> float | None:
    """The candle size in minutes; the merged strategy of the core knows best."""
    ledger = entry.ledger
    override = entry.config.override if entry.config else None
    found = (
        ledger.whatstrat.PERIOD if ledger and ledger.whatstrat else None,
        ledger.PERIOD if ledger else None,
        override.PERIOD if override else None,
    )
    return next((minutes for minutes in found if minutes is not None), None)


def _strategies(entry: PairEntry) -> tuple[wire.Strategy, ...]:
    """The parameters that the pair trades by, the core's merged ones first."""
    found = (entry.ledger and entry.ledger.whatstrat, entry.config and entry.config.override)
    return tuple(strategy for strategy in found if strategy)


def _least(told: Iterable[float | None]) -> float | None:
    return next((least for least in told if least is not None and least > 0), None)


def to_position(pair: Pair, ledger: wire.Ledger) -> Position | None:
    """Coins held, or a futures position with its sign; None when there is none or the core has not said.

    The coins of a derivative's account are no position in it, so they never stand in for one.
    """
    if ledger.currentSide in ("long", "short") and ledger.currentQty:
        size = abs(ledger.currentQty)
        return Position(size if ledger.currentSide == "long" else -size, ledger.avgEntryPrice or ledger.ABP or None)
    if pair.contract or ledger.currentSide or not ledger.quoteBalance or ledger.quoteBalance < 0:
        return None
    return Position(ledger.quoteBalance, ledger.ABP or None)


def _to_state(pair: Pair, config: wire.PairConfig | None, ledger: wire.Ledger, position: Position | None) -> PairState:
    if config is not None and config.enabled is False:
        return PairState.PAUSED
    if ledger.Bid is None:
        return PairState.STARTING
    is_derivative = bool(pair.contract or ledger.currentSide)
    holds = position is not None if is_derivative or ledger.gotBag is None else ledger.gotBag
    return PairState.HOLDING if holds else PairState.WAITING


def to_open_orders(pair: Pair, rows: Iterable[wire.OpenOrder] | None) -> tuple[OpenOrder, ...] | None:
    """Resting orders; None before the core has looked, and when the list can't be read as a whole.

    An order missing from the list would look as if it had been filled or cancelled.
    """
    if rows is None:
        return None
    return tuple(OpenOrder(pair, row.id, row.side, row.price, row.amount, row.time, row.stop) for row in rows)


def to_trade(pair: Pair, row: wire.Order) -> Trade | None:
    """One execution; None without side, price or amount. Gunbot writes 0 as the pnl of every buy: that is none."""
    side = shapes.side(row.type)
    price, amount = values.number(row.rate), values.number(row.amount)
    if side is None or price is None or amount is None:
        return None
    cost = price * amount if row.cost is None else row.cost
    pnl = None if side is Side.BUY and not row.pnl else row.pnl
    return Trade(pair, row.id, side, price, amount, cost, row.time, row.fees, pnl)


def to_trade_rows(pairs: Iterable[Pair], rows: Iterable[wire.Order]) -> list[Trade | None]:
    """Executions of several pairs of one exchange, each found by the name in its row; None in place of an odd row."""
    by_native = {pair.native: pair for pair in pairs}
    return [to_trade(by_native[row.pair], row) if row.pair in by_native else None for row in rows]


def to_balances(answer: wire.Balances) -> tuple[Balance, ...]:
    """Funds by exchange and asset; a row without a readable free amount is left out, not taken for 0."""
    return tuple(
        Balance(row.exchange, row.asset, row.available, row.on_order)
        for row in answer.root
        if row.available is not None and row.asset and row.exchange
    )


def _last_trade(pair: Pair, rows: list[wire.Order]) -> Trade | None:
    timed = [row for row in rows if row.time is not None]
    latest = max(timed, key=lambda row: row.time.timestamp() if row.time else 0.0, default=None)
    return None if latest is None else to_trade(pair, latest)


def _to_targets(ledger: wire.Ledger) -> tuple[Target, ...]:
    found: dict[str, float] = {}
    for name, field in TARGETS:
        price: float | None = getattr(ledger, field)
        if price is not None and price > 0:
            found.setdefault(name, price)
    return tuple(Target(name, price) for name, price in found.items())


def _to_notices(ledger: wire.Ledger) -> tuple[str, ...]:
    extras = (f"{extra.label}: {extra.value}" for extra in ledger.sidebarExtras if extra.label or extra.value)
    texts = (notification.text for notification in reversed(ledger.notifications))
    plain = (clean(redact_values(without_pictures(text))).strip() for text in (*texts, *extras))
    return tuple(text for text in plain if text)[:NOTICES]
