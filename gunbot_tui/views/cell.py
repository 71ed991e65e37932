"""What a view produces: rows of cells whose tone is a meaning; colour is decided by the theme alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a piece of text means."""

    PLAIN = "plain"
    STRONG = "strong"
    GAIN = "gain"
    LOSS = "loss"
    BUY = "buy"
    SELL = "sell"
    OURS = "ours"
    WARN = "warn"
    STALE = "stale"
    MUTED = "muted"
    ALERT = "alert"
    """What the user must not miss: live money, unknown orders, halt."""
    CALM = "calm"
    """A filled badge that needs no attention: demo, read-only."""
    RED = "red"
    """The first of the hues that a strategy gives its lines, which mean nothing to us."""
    YELLOW = "yellow"
    GREEN = "green"
    CYAN = "cyan"
    BLUE = "blue"
    PINK = "pink"


class Align(StrEnum):
    """Which edge a column keeps."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one tone."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Span, ...]
"""One line of a panel."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table; `sort` is the value beside the text, None sorts last."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    sort: float | str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the header, its width in cells, and how soon it gives way on a narrow screen."""

    key: str
    title: str
    width: int
    align: Align = Align.LEFT
    rank: int = 0
    """0 stays always; the highest rank goes first when the width does not suffice."""


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; the key is the identity that cursor, marks and selection belong to."""

    key: str
    cells: tuple[Cell, ...]


def fitting(columns: tuple[Column, ...], width: int) -> tuple[int, ...]:
    """Indexes of the columns that fit in `width` cells with one cell between them, dropping the highest ranks first."""
    kept = list(range(len(columns)))
    while len(kept) > 1 and sum(columns[i].width + 1 for i in kept) - 1 > width:
        worst = max(kept, key=lambda i: (columns[i].rank, i))
        if columns[worst].rank == 0:
            break
        kept.remove(worst)
    return tuple(kept)
