"""Trades of the last weeks, written through Freqtrade's own models, so that its numbers are its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random

from freqtrade.enums import TradingMode
from freqtrade.persistence import KeyValueStore, Order, Trade, init_db

from tests.live.market import COINS, MONEY, Market, tick

DAYS = 45
STAKE = 250.0
TAGS = ("averages cross", "dip", "dip", "by hand")
FILL_SECONDS = 2


def write(db_url: str, count: int, *, futures: bool) -> None:
    """Write closed trades into an empty database, older ones first."""
    init_db(db_url)
    random = Random(4)
    midnight = time.time() // 86_400 * 86_400
    opened = sorted(midnight - random.uniform(0.1, DAYS) * 86_400 for _ in range(count))
    for number, opened_at in enumerate(opened):
        short = futures and random.random() < 0.4
        Trade.session.add(closed_trade(number, opened_at, random, futures=futures, short=short))
    # The bot reckons its daily curve from here.
    KeyValueStore.store_value("bot_start_time", datetime.fromtimestamp(opened[0], UTC))
    Trade.commit()


def closed_trade(number: int, opened_at: float, random: Random, *, futures: bool, short: bool) -> Trade:
    """One trade with its orders; every fifth has a second entry."""
    coin = random.choice(list(COINS))
    pair = f"{coin}/{MONEY}:{MONEY}" if futures else f"{coin}/{MONEY}"
    minutes = random.choice((4, 9, 17, 33, 58, 120, 260))
    leverage = random.choice((2.0, 3.0, 5.0)) if futures else 1.0
    shares = [opened_at] if number % 5 else [opened_at, opened_at + minutes * 24]
    market = Market()
    rate = market.price(coin, opened_at)
    stop = rate * (1.06 if short else 0.94)
    trade = Trade(
        exchange="binance",
        pair=pair,
        base_currency=coin,
        stake_currency=MONEY,
        is_open=True,
        is_short=short,
        leverage=leverage,
        trading_mode=TradingMode.FUTURES if futures else TradingMode.SPOT,
        fee_open=0.001,
        fee_close=0.001,
        open_rate=rate,
        open_rate_requested=rate,
        stake_amount=STAKE,
        amount=STAKE * leverage / rate,
        amount_requested=STAKE * leverage / rate,
        open_date=datetime.fromtimestamp(opened_at, UTC),
        strategy="BusyBothWays" if futures else "Busy",
        enter_tag=random.choice(TAGS),
        timeframe=1,
        amount_precision=1e-4,
        price_precision=tick(coin),
        precision_mode=4,
        precision_mode_price=4,
        contract_size=1,
        stop_loss=stop,
        stop_loss_pct=-0.06,
        initial_stop_loss=stop,
        initial_stop_loss_pct=-0.06,
    )
    held = 0.0
    for at in shares:
        share_rate = market.price(coin, at)
        amount = STAKE * leverage / share_rate / len(shares)
        trade.orders.append(filled(trade, f"{number}-{len(trade.orders)}", at, trade.entry_side, share_rate, amount))
        held += amount
    closed_at = opened_at + minutes * 60
    rate = market.price(coin, closed_at)
    trade.orders.append(filled(trade, f"{number}-exit", closed_at, trade.exit_side, rate, held))
    trade.recalc_trade_from_orders()
    trade.min_rate, trade.max_rate = sorted((trade.open_rate, rate))
    lost = (rate > trade.open_rate) if short else (rate < trade.open_rate)
    trade.exit_reason = random.choice(("stop_loss", "exit_signal") if lost else ("roi", "hot", "trailing_stop_loss"))
    trade.close(rate, show_msg=False)
    return trade


def filled(trade: Trade, name: str, at: float, side: str, rate: float, amount: float) -> Order:
    """An order that was filled two seconds after it was placed."""
    placed = datetime.fromtimestamp(at, UTC)
    done = placed + timedelta(seconds=FILL_SECONDS)
    return Order(
        ft_order_side=side,
        ft_pair=trade.pair,
        ft_is_open=False,
        ft_amount=amount,
        ft_price=rate,
        order_id=f"history-{name}",
        status="closed",
        symbol=trade.pair,
        order_type="limit",
        side=side,
        price=rate,
        average=rate,
        amount=amount,
        filled=amount,
        remaining=0,
        cost=amount * rate,
        order_date=placed,
        order_filled_date=done,
        order_update_date=done,
        ft_order_tag=trade.enter_tag if side == trade.entry_side else None,
    )
