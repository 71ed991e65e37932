"""Why an exchange refuses an order: what it does not offer, too little, too much, or a price on the wrong side."""

from gunbot_tui.sim.account import DUST, Account
from gunbot_tui.sim.catalogue import Listing
from gunbot_tui.sim.market import Market
from gunbot_tui.sim.order import Kind, Terms

_LEAST_NOTIONAL = {"USDT": 1.0, "EUR": 1.0, "BTC": 0.00002}
_BINANCE_ONLY = (Kind.STOP_LIMIT, Kind.TRAILING_STOP, Kind.OCO)


def why_not(account: Account, market: Market, listing: Listing, terms: Terms) -> str | None:
    """The exchange's reason, or None when it takes the order."""
    exchange = listing.exchange.split("#")[0]
    if terms.kind in _BINANCE_ONLY and exchange != "binance":
        return f"{terms.kind} orders do not exist on {exchange}"
    if terms.closes and (exchange != "bybit" or not listing.is_futures):
        return f"{listing.pair} on {exchange} has no position to close"
    return _wrong_side(market, terms) or _wrong_size(account, market, listing, terms)


def highest_rate(terms: Terms) -> float | None:
    """The most that a coin may cost; None for a market order."""
    if terms.kind is Kind.TRAILING_STOP:
        return terms.stop
    return max(terms.rate, terms.stop_limit) if terms.rate and terms.stop_limit else terms.rate


def walk_cost(market: Market, *, is_buy: bool, amount: float) -> float:
    """What a market order would cost with what is on display."""
    cost = 0.0
    for price, size in market.asks if is_buy else market.bids:
        taken = min(amount, size)
        cost += taken * price
        amount -= taken
    return cost


def _wrong_side(market: Market, terms: Terms) -> str | None:
    if terms.stop is None or terms.rate is None:
        return None
    if (terms.stop <= market.ask) if terms.is_buy else (terms.stop >= market.bid):
        return "the stop would trigger immediately"
    if terms.kind is Kind.TRAILING_STOP and ((terms.stop <= terms.rate) == terms.is_buy or terms.stop == terms.rate):
        return "the trailing stop is on the wrong side of its reference"
    if terms.kind is Kind.OCO and ((terms.rate >= market.ask) if terms.is_buy else (terms.rate <= market.bid)):
        return "the limit of the OCO would execute immediately"
    return None


def _wrong_size(account: Account, market: Market, listing: Listing, terms: Terms) -> str | None:
    amount, rate = terms.amount, highest_rate(terms)
    if amount <= 0:
        return "amount too small"
    cost = amount * rate if rate is not None else walk_cost(market, is_buy=terms.is_buy, amount=amount)
    if cost < _LEAST_NOTIONAL.get(listing.money, 1.0):
        return "notional below the minimum"
    if terms.is_buy == listing.is_short and amount > account.sellable(listing) + DUST:
        return "more than the position" if listing.is_futures else f"insufficient {listing.coin} balance"
    if terms.is_buy != listing.is_short and cost / listing.leverage > account.free(listing.money) + DUST:
        return f"insufficient {listing.money} balance"
    return None
