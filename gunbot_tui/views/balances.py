"""The Balances screen: funds by exchange and asset, worth what the bot says or what a pair of it is priced at.

What can't be priced now is said to be unknown and never counted as nothing: with the exchange away a sum of the rest
would look like a loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gunbot_tui.model.feed import Kind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import Balance
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.pairs import statuses
from gunbot_tui.views.panel import muted, problem_line, untold
from gunbot_tui.views.trade import counted

COLUMNS = (
    Column("exchange", "exchange", 12),
    Column("asset", "asset", 10),
    Column("free", "free", 16, Align.RIGHT),
    Column("locked", "on orders", 14, Align.RIGHT, rank=1),
    Column("total", "total", 16, Align.RIGHT, rank=2),
    Column("worth", "worth", 12, Align.RIGHT),
    Column("money", "", 5),
    Column("share", "share", 7, Align.RIGHT),
)
TOLD_COLUMNS = (*COLUMNS, Column("of_bot", "bot's own", 16, Align.RIGHT, rank=3))
"""Those of a bot that prices its funds itself."""
UNPRICED = "? no price"
DECIMALS = 8
NAMED_AT_MOST = 5

Prices = dict[tuple[str, str], dict[str, float]]
"""By exchange and coin: what the coin is worth now in each money that prices it there."""


def rows(snapshot: Snapshot, now: datetime) -> tuple[Row, ...]:
    """One row per exchange and asset, in the bot's order."""
    prices, unit, whole = _prices(snapshot), main_money(snapshot), funds(snapshot)
    made = [_row(balance, prices, unit, whole) for balance in snapshot.balances.value or ()]
    if not snapshot.capabilities.has_deals:
        return tuple(made)
    parts = [_part(balance) for balance in snapshot.balances.value or ()]
    return tuple(replace(row, cells=(*row.cells, part)) for row, part in zip(made, parts, strict=True))


def title(snapshot: Snapshot) -> Line:
    """How many balances there are, what those priced in the main money are worth together, and which are left out."""
    balances = snapshot.balances.value
    if balances is None:
        return (Span("balances"),)
    whole, unit = funds(snapshot), main_money(snapshot)
    spans = [Span(counted(len(balances), "balance", "balances"))]
    if snapshot.capabilities.has_deals:
        return (*spans, *_told_worth(snapshot, balances))
    if whole is not None:
        spans += [Span(" · worth "), Span(fmt.money(whole, unit), Tone.STRONG)]
        names = _left_out(balances, _prices(snapshot), unit)
        more = [] if len(names) <= NAMED_AT_MOST else ["…"]
        spans += [Span(f" · not in it: {', '.join(names[:NAMED_AT_MOST] + more)}", Tone.MUTED)] if names else []
    return tuple(spans)


def empty(snapshot: Snapshot, now: datetime) -> Line:
    """What the screen says without rows."""
    if snapshot.balances.value is None:
        never = untold(snapshot, Kind.BALANCES)
        return never or problem_line(snapshot.balances, now, snapshot.link) or muted("reading the balances …")
    if snapshot.capabilities.has_deals:
        return muted("the bot reports no balances: its account is empty")
    return muted("the bot reports no balances: they come with the first cycle of a pair")


def columns(snapshot: Snapshot) -> tuple[Column, ...]:
    """The columns, with the bot's own part where the bot tells it."""
    return TOLD_COLUMNS if snapshot.capabilities.has_deals else COLUMNS


def main_money(snapshot: Snapshot) -> str:
    """The money that most pairs are priced in; empty without pairs."""
    moneys = Counter(status.pair.money for status in snapshot.pairs.value or ())
    return moneys.most_common(1)[0][0] if moneys else ""


def funds(snapshot: Snapshot) -> float | None:
    """What everything that a pair prices in the main money is worth; None while nothing is.

    A bot that prices its funds itself is asked for all of them: None while one of them is unknown.
    """
    if snapshot.capabilities.has_deals and _unpriced(snapshot.balances.value or ()):
        return None
    prices, unit = _prices(snapshot), main_money(snapshot)
    worths = (worth(balance, prices, unit) for balance in snapshot.balances.value or ())
    known = [value for value, money in worths if value is not None and money == unit]
    return sum(known) if known else None


def worth(balance: Balance, prices: Prices, unit: str) -> tuple[float | None, str]:
    """What a balance is worth and in which money: the bot's own figure, else the main money, else another money."""
    if balance.worth_in:
        return balance.worth, balance.worth_in
    total = None if balance.locked is None else float(balance.free + balance.locked)
    if balance.asset == unit:
        return total, unit
    known = prices.get((balance.exchange, balance.asset), {})
    money = unit if unit in known else next(iter(known), "")
    return (None, "") if total is None or not money else (total * known[money], money)


def free(balances: Iterable[Balance] | None, exchange: str, asset: str) -> Balance | None:
    """The balance of one asset on one exchange."""
    return next((each for each in balances or () if (each.exchange, each.asset) == (exchange, asset)), None)


def _unpriced(balances: Iterable[Balance]) -> list[str]:
    """The assets that the bot, which prices its funds itself, can't price now."""
    return [balance.asset for balance in balances if balance.worth_in and balance.worth is None]


def _told_worth(snapshot: Snapshot, balances: Iterable[Balance]) -> list[Span]:
    """The worth by the bot's own figures, of all or of at least what it can price, and whether it is real money."""
    run, known = snapshot.run_status.value, list(balances)
    sums: dict[str, float] = {}
    for balance in known:
        if balance.worth is not None:
            sums[balance.worth_in] = sums.get(balance.worth_in, 0.0) + balance.worth
    total, missing = " + ".join(fmt.money(value, money) for money, value in sums.items()), _unpriced(known)
    spans = [Span(" · worth " + ("at least " if missing else "")), Span(total, Tone.STRONG)] if total else []
    if missing:
        named = ", ".join(missing[:NAMED_AT_MOST])
        spans.append(Span(f" + {len(missing)} unknown: {named} can't be priced now", Tone.WARN))
    if run is not None and run.is_dry:
        spans.append(Span(" · simulated: a dry run, no money moves", Tone.MUTED))
    return spans


def _prices(snapshot: Snapshot) -> Prices:
    prices: Prices = {}
    for status in statuses(snapshot):
        if status.bid is not None and not status.pair.contract:
            prices.setdefault((status.pair.exchange, status.pair.coin), {})[status.pair.money] = status.bid
    return prices


def _left_out(balances: Iterable[Balance], prices: Prices, unit: str) -> list[str]:
    """The assets that are owned but not in the sum, with their exchange where the same asset elsewhere is in it."""
    priced = [(balance, worth(balance, prices, unit)) for balance in balances]
    summed = {balance.asset for balance, (value, money) in priced if value is not None and money == unit}
    others = [balance for balance, (value, money) in priced if value is None or money != unit]
    owned = [balance for balance in others if balance.free or balance.locked != 0]
    names = (f"{each.exchange} {each.asset}" if each.asset in summed else each.asset for each in owned)
    return list(dict.fromkeys(names))


def _row(balance: Balance, prices: Prices, unit: str, whole: float | None) -> Row:
    value, money = worth(balance, prices, unit)
    total = balance.position if balance.locked is None else balance.free + balance.locked
    free_now = balance.free if balance.position is None else None
    share = 100 * value / whole if value is not None and money == unit and whole else None
    decimals = min(DECIMALS, fmt.money_decimals(balance.asset))
    is_unpriced = bool(balance.worth_in) and balance.worth is None
    worth_text = UNPRICED if is_unpriced else fmt.within(value, fmt.money_decimals(money) if money else 2, 12)
    return Row(
        f"{balance.exchange}/{balance.asset}",
        (
            Cell(balance.exchange, Tone.MUTED, balance.exchange),
            Cell(balance.asset, sort=balance.asset),
            Cell(fmt.within(free_now, decimals, 16), sort=float(balance.free)),
            Cell(
                fmt.within(balance.locked, decimals, 14), sort=None if balance.locked is None else float(balance.locked)
            ),
            Cell(fmt.within(total, decimals, 16), sort=None if total is None else float(total)),
            Cell(worth_text, Tone.WARN if is_unpriced else Tone.PLAIN, value),
            Cell(money, Tone.MUTED, money or None),
            Cell(fmt.percent(share, 1), sort=share),
        ),
    )


def _part(balance: Balance) -> Cell:
    """What of it belongs to the bot."""
    decimals = min(DECIMALS, fmt.money_decimals(balance.asset))
    sort = None if balance.of_bot is None else float(balance.of_bot)
    return Cell(fmt.within(balance.of_bot, decimals, 16), sort=sort)
