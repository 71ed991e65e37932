"""Which rows a table shows and in which order: filter and sort as pure functions of columns and rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gunbot_tui.views.cell import Align, Column, Row


def arrange(
    columns: tuple[Column, ...], rows: Sequence[Row], *, filter_text: str, sort_key: str | None, reverse: bool
) -> list[Row]:
    """The rows that pass the filter, stably sorted by the named column; an unknown column keeps the given order."""
    shown = filtered(columns, rows, filter_text)
    index = next((i for i, column in enumerate(columns) if column.key == sort_key), None)
    return shown if index is None else ordered(shown, index, reverse=reverse)


def filtered(columns: tuple[Column, ...], rows: Sequence[Row], filter_text: str) -> list[Row]:
    """Rows in which every word of the filter occurs, regardless of case; `state:holding` looks in one column only."""
    words = filter_text.casefold().split()
    if not words:
        return list(rows)
    tests = [_test(columns, word) for word in words]
    return [row for row in rows if all(test(row) for test in tests)]


def _test(columns: tuple[Column, ...], word: str) -> Callable[[Row], bool]:
    name, colon, value = word.partition(":")
    for index, column in enumerate(columns):
        if colon and name in (column.key.casefold(), column.title.casefold()):
            return lambda row: index < len(row.cells) and value in row.cells[index].text.casefold()
    return lambda row: any(word in cell.text.casefold() for cell in row.cells)


def ordered(rows: Sequence[Row], index: int, *, reverse: bool) -> list[Row]:
    """Rows by the sort value of one column, equal ones in the given order, those without a value last either way."""
    known: list[tuple[tuple[bool, float, str], Row]] = []
    unknown: list[Row] = []
    for row in rows:
        match row.cells[index].sort if index < len(row.cells) else None:
            case str() as text:
                known.append(((True, 0.0, text.casefold()), row))
            case None:
                unknown.append(row)
            case number if math.isnan(number):
                unknown.append(row)
            case number:
                known.append(((False, number, ""), row))
    known.sort(key=lambda pair: pair[0], reverse=reverse)
    return [row for _, row in known] + unknown


def falls_first(column: Column) -> bool:
    """True when a first sort by this column shows the largest on top, as one wants of numbers and not of names."""
    return column.align is Align.RIGHT


def neighbour(before: Sequence[str], key: str, present: set[str] | dict[str, int]) -> str | None:
    """Where a cursor goes when its row has left: the next one below that is still there, or else the next above."""
    if key in present:
        return key
    if key not in before:
        return None
    at = before.index(key)
    for other in (*before[at + 1 :], *reversed(before[:at])):
        if other in present:
            return other
    return None
