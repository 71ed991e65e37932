"""The shapes in which a bot may list its working orders, brought into one: Gunbot documents none.

Rows may be named like those of the history, like an exchange's own or like the common exchange library's, in a list, in
lists, or in an object by id. A list in which anything can't be read, or can be read in two ways, is no list at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

from gunbot_tui.backends.gunbot.shapes import side
from gunbot_tui.backends.values import exact, moment, order_id

Row = Mapping[str, object]

IDS = ("id", "orderId")
SIDES = ("side", "type")
PRICES = ("rate", "price")
STOPS = ("stopPrice", "triggerPrice")
LEFT = ("remaining",)
WHOLE = ("amount", "origQty")
DONE = ("filled", "executedQty")
TIMES = ("time", "timestamp")
OVER = frozenset({"filled", "closed", "canceled", "cancelled", "rejected", "expired"})
NO_STOP = (None, "")
# Wide enough that taking one amount from another never rounds.
DIGITS = Context(prec=100)


class _UnreadableError(Exception):
    """What stands there is no order, or could be two different ones."""


def rows(value: object) -> object:
    """The working orders in the fields of one shape; None when the list can't be trusted.

    An empty object is no list either: JavaScript writes a good many things that way that are not empty.
    """
    try:
        orders = [_to_order(row) for row in _rows(value) if not _is_over(row)]
    except _UnreadableError:
        return None
    return [order for order in orders if order["amount"] != 0]


def _rows(value: object) -> Iterable[Row]:
    match value:
        case list():
            found = [row for item in value for row in (item if isinstance(item, list) else (item,))]
        case dict() if value:
            found = [_with_id(id, row) for id, row in value.items()]
        case _:
            raise _UnreadableError
    if not all(isinstance(row, dict) for row in found):
        raise _UnreadableError
    return found


def _with_id(id: str, row: object) -> object:
    return {"id": id, **row} if isinstance(row, dict) and row.keys().isdisjoint(IDS) else row


def _is_over(row: Row) -> bool:
    status = row.get("status")
    return isinstance(status, str) and status.lower() in OVER


def _to_order(row: Row) -> Mapping[str, object]:
    ids = {order_id(row.get(name)) for name in IDS} - {""}
    sides = {side(row.get(name)) for name in SIDES} - {None}
    times = (moment(row.get(name)) for name in TIMES)
    if len(sides) != 1:
        raise _UnreadableError
    stop = _stop(row)
    return {
        "id": ids.pop() if len(ids) == 1 else "",
        "side": sides.pop(),
        "price": _price(row, stop),
        "amount": _left(row),
        "stop": stop,
        "time": next((time for time in times if time is not None), None),
    }


def _price(row: Row, stop: Decimal | None) -> Decimal:
    """The limit; an order that becomes a market order at its stop has none, and the stop stands for it."""
    price = _figure(row, PRICES) or stop
    if price is None:
        raise _UnreadableError
    return price


def _stop(row: Row) -> Decimal | None:
    """The price that triggers it; exchanges write 0 or nothing for none."""
    return _figure({name: row[name] for name in STOPS if row.get(name) not in NO_STOP}, STOPS) or None


def _left(row: Row) -> Decimal:
    left = _figure(row, LEFT)
    if left is not None:
        return left
    whole, done = _figure(row, WHOLE), _figure(row, DONE) or Decimal(0)
    if whole is None or done > whole:
        raise _UnreadableError
    return DIGITS.subtract(whole, done)


def _figure(row: Row, names: Iterable[str]) -> Decimal | None:
    """The figure that goes by one of these names; None when there is none of them.

    A null is not "none": JavaScript leaves out what it does not know, and writes null for what is not a number.
    """
    figures = {exact(row[name]) for name in names if name in row}
    if not figures:
        return None
    figure = figures.pop()
    if figures or figure is None or figure < 0:
        raise _UnreadableError
    return figure
