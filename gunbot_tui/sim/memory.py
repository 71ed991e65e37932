"""What the core knows about a pair since its last cycle, and the ledger that the API shows of it.

The snapshot of all pairs leaves candles and long histories out, as the front end gets it; a raw read has every key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gunbot_tui.sim.account import Account, Fill
from gunbot_tui.sim.candles import Candle
from gunbot_tui.sim.catalogue import Listing
from gunbot_tui.sim.indicators import indicators
from gunbot_tui.sim.market import Level, Market
from gunbot_tui.sim.matching import book
from gunbot_tui.sim.order import SHAPES, Order
from gunbot_tui.sim.settings import merged_strategy

TAIL = 5


@dataclass(frozen=True)
class Memory:
    """One pair as of its last cycle; fills and candles are counted, so that what came later stays unseen."""

    listing: Listing
    market: Market
    account: Account
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    previous_bid: float
    previous_ask: float
    open_orders: tuple[Order, ...]
    shape: str
    fills_seen: int
    coin: float
    coin_on_order: float
    money: float
    wallet: float
    order_margin: float
    inventory_cost: float
    abp: float
    margin: float
    candles_closed: int
    candle: Candle
    notices: tuple[dict[str, object], ...]

    @property
    def bid(self) -> float:
        return self.bids[0][0]

    @property
    def ask(self) -> float:
        return self.asks[0][0]

    @property
    def fills(self) -> Sequence[Fill]:
        """Every execution the core knows of, oldest first."""
        return self.account.fills[self.listing.key][: self.fills_seen]

    @property
    def candles(self) -> Sequence[Candle]:
        return self.market.candles.window(self.candles_closed, self.candle)

    @property
    def unrealised(self) -> float:
        """Profit of the position at the bid, in the pair's money."""
        if not self.abp:
            return 0.0
        return (self.abp - self.ask if self.listing.is_short else self.bid - self.abp) * self.coin


def observe(account: Account, market: Market, listing: Listing, *, before: Memory | None, shape: str) -> Memory:
    """The pair as it stands now, its working orders to be shown in one of the `SHAPES`."""
    resting = account.resting(listing.key)
    bids, asks = book(market, resting)
    position = account.positions[listing.key]
    return Memory(
        listing=listing,
        market=market,
        account=account,
        bids=tuple(bids),
        asks=tuple(asks),
        previous_bid=before.bid if before else bids[0][0],
        previous_ask=before.ask if before else asks[0][0],
        open_orders=tuple(replace(order) for order in resting),
        shape=shape,
        fills_seen=len(account.fills[listing.key]),
        coin=account.held(listing),
        coin_on_order=sum(order.remaining for order in resting if not order.opens and order.is_backed),
        money=account.free(listing.money),
        wallet=account.totals[listing.money],
        order_margin=account.on_order(listing.money),
        inventory_cost=position.inventory_cost,
        abp=position.abp,
        margin=position.margin,
        candles_closed=market.candles.closed_count,
        candle=market.candles.running,
        notices=tuple(account.notices[listing.key]),
    )


def snapshot(memory: Memory) -> dict[str, object]:
    """The ledger as the front end gets it for all pairs at once."""
    return _essentials(memory) | indicators(memory.candles) | {"orders": rows(memory)[:TAIL]}


def ledger(memory: Memory) -> dict[str, object]:
    """Every key of the pair's ledger."""
    listing = memory.listing
    candles = memory.candles
    return (
        _essentials(memory)
        | indicators(candles)
        | {
            "exchange": listing.exchange,
            "pair": listing.pair,
            "orders": rows(memory),
            "orderbook": {"ask": [list(level) for level in memory.asks], "bid": [list(level) for level in memory.bids]},
            "candles": columns(candles),
        }
    )


def rows(memory: Memory) -> list[dict[str, object]]:
    """The pair's history, newest first."""
    return [fill.to_row() for fill in reversed(memory.fills)]


def columns(candles: Sequence[Candle]) -> dict[str, list[float]]:
    names = ("open", "high", "low", "close", "volume")
    return {name: [candle[index] for candle in candles] for index, name in enumerate(names)}


def _essentials(memory: Memory) -> dict[str, object]:
    listing, abp = memory.listing, memory.abp
    worth = memory.coin * memory.bid
    buys = [fill for fill in memory.fills if fill.is_buy]
    sells = len(memory.fills) - len(buys)
    is_bag = worth > 0.1 * listing.limit
    found: dict[str, object] = {
        "Ask": memory.ask,
        "Bid": memory.bid,
        "AskVolume": memory.asks[0][1],
        "BidVolume": memory.bids[0][1],
        "prevAsk": memory.previous_ask,
        "prevBid": memory.previous_bid,
        "forecast": "up" if memory.bid > memory.previous_bid else "down",
        "ABP": abp,
        "breakEven": abp * 1.001,
        "quoteBalance": memory.coin,
        "baseBalance": memory.money,
        "onOrdersBalance": memory.coin_on_order,
        "ourBaginBase": worth,
        "gotBag": is_bag,
        "openOrders": SHAPES[memory.shape](memory.open_orders),
        "priceToBuy": memory.market.rounded(memory.bid * 0.992),
        "priceToSell": memory.market.rounded((abp or memory.ask) * 1.012),
        "countsell": sells,
        "ducount": min(3, len(buys) - sells) if is_bag else 0,
        "reversal": False,
        "whenwebought": buys[-1].time_ms if buys else 0,
        "profitbtc": sum(fill.pnl for fill in memory.fills),
        "whatstrat": merged_strategy(listing),
        "notifications": list(memory.notices),
    }
    if listing.is_futures:
        found |= _futures(memory)
    if listing.strategy == "custom":
        found |= _gui_extras(memory)
    return found


def _futures(memory: Memory) -> dict[str, object]:
    listing, held = memory.listing, memory.coin
    entry = memory.inventory_cost
    direction = -1 if listing.is_short else 1
    profit = direction * ((memory.ask if listing.is_short else memory.bid) - entry) * held
    return {
        "currentQty": held,
        "currentSide": ("short" if listing.is_short else "long") if held else "none",
        "avgEntryPrice": entry,
        "liquidationPrice": memory.market.rounded(entry * (1 - direction * 0.95 / listing.leverage)) if held else 0,
        "leverage": listing.leverage,
        "ROE": round(100 * profit / memory.margin, 4) if memory.margin else 0,
        "unrealizedPnl": profit,
        "availableMargin": memory.money,
        "walletBalance": memory.wallet,
        "maintenanceMargin": round(memory.margin * 0.05, 8),
        "maxNotionalValue": 2_000_000,
        "totalPositionInitialMargin": memory.margin,
        "totalOpenOrderInitialMargin": memory.order_margin,
    }


def _gui_extras(memory: Memory) -> dict[str, object]:
    return {
        "sidebarExtras": [
            {"label": "Regime", "value": "range", "tooltip": "Decided by ATR and ADX", "valueColor": "#26a69a"},
            {"label": "Distance to ABP", "value": f"{(memory.bid / memory.abp - 1) * 100:.2f}%" if memory.abp else "-"},
        ],
        "customSellTarget": memory.market.rounded((memory.abp or memory.ask) * 1.015),
        "customStopTarget": memory.market.rounded((memory.abp or memory.bid) * 0.94),
        "customStratStore": {"lastSignal": "none", "bars": memory.candles_closed},
    }
