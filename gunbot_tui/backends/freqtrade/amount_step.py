"""In which steps a market counts amounts, by what a trade of Freqtrade's tells of its precision.

The bot cuts every order down to whole steps. On futures it counts contracts, whose size the list of open trades leaves
out: what is not known for certain is no step, because one that is too large would keep somebody in a trade.
"""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.backends.freqtrade import wire

DECIMAL_PLACES, SIGNIFICANT_DIGITS, TICK_SIZE = 2, 3, 4
"""What a precision counts, by the `precision_mode` that comes with it."""

COIN_CONTRACTS = frozenset({"binance", "bitget", "bybit", "hyperliquid"})
"""Exchanges on which every contract that is settled in money stands for one coin."""

MOST_DIGITS = 18
LEAST, MOST = Decimal("1e-18"), Decimal("1e9")
"""No market counts amounts in smaller or larger steps."""


def to_amount_step(row: wire.Trade) -> Decimal | None:
    """The step in coins; None when the bot does not tell it or tells nonsense."""
    precision, contract = row.amount_precision, _contract_size(row)
    if precision is None or contract is None:
        return None
    if row.precision_mode == TICK_SIZE:
        step = precision * contract
        return step if LEAST <= step <= MOST else None
    digits = int(precision)
    if not 0 <= digits <= MOST_DIGITS:
        return None
    if row.precision_mode == DECIMAL_PLACES:
        return contract.scaleb(-digits)
    if row.precision_mode == SIGNIFICANT_DIGITS and digits and row.amount:
        # What is a whole number of the last digit of all that is held has no more digits in any part of it.
        last = (Decimal(repr(row.amount)) / contract).adjusted() + 1 - digits
        return contract.scaleb(last)
    return None


def _contract_size(row: wire.Trade) -> Decimal | None:
    """How many coins the unit of an order is; None when it is not known."""
    if row.contract_size is not None:
        return row.contract_size if LEAST <= row.contract_size <= MOST else None
    is_contract = ":" in row.pair
    return Decimal(1) if not is_contract or row.exchange in COIN_CONTRACTS else None
