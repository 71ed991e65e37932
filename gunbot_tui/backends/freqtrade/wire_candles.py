"""Freqtrade's candles with what the strategy made of them, and how it wishes them drawn, as they come over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gunbot_tui.backends.freqtrade.wire_reports import table_columns, table_rows
from gunbot_tui.backends.text import clean
from gunbot_tui.backends.wire import Text, Wire


class CandleTable(Wire):
    """Rows in the order of `columns`, oldest first; none for a pair that the bot has not analysed."""

    columns: Annotated[list[str], BeforeValidator(table_columns)]
    data: Annotated[list[list[Any]], BeforeValidator(table_rows)] = Field(repr=False)
    timeframe: Text = ""


class Line(Wire):
    """How one column is drawn."""

    color: Text = ""


def _lines(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        return {}
    # Only the colour is of use: what a strategy says of filled areas and of other programs is left out.
    return {clean(name): options if isinstance(options, dict) else {} for name, options in value.items()}


def _panels(value: object) -> object:
    return {clean(title): _lines(lines) for title, lines in value.items()} if isinstance(value, dict) else {}


class PlotConfig(Wire):
    """The columns to draw: over the candles, and in panels of their own by title."""

    main_plot: Annotated[dict[str, Line], BeforeValidator(_lines)] = Field(default_factory=dict)
    subplots: Annotated[dict[str, dict[str, Line]], BeforeValidator(_panels)] = Field(default_factory=dict)
