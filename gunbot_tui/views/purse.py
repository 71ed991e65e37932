"""Whose money is added up: sums are per currency, and simulated money is never added to money that can be lost.

What a bot told before it went away is in a sum too, which then says how many of its bots are old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.feed import Feed, Freshness
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Cell, Line, Span, Tone
from gunbot_tui.views.masthead import badge
from gunbot_tui.views.pairs import gain
from gunbot_tui.views.panel import is_away

LABEL = 5


@dataclass(frozen=True, slots=True, order=True)
class Purse:
    """Money of one currency, all of it real or all of it simulated."""

    unit: str
    is_dry: bool

    @property
    def label(self) -> str:
        """`USDT`, `USDT dry`."""
        return f"{self.unit} dry" if self.is_dry else self.unit


def purse(bot: Snapshot, unit: str) -> Purse:
    """The purse that a bot's sum in a currency belongs to."""
    return Purse(unit, is_dry(bot) or bot.bot.mode is TradeMode.DEMO)


def is_dry(bot: Snapshot) -> bool:
    """True when the bot says that its own orders are simulated."""
    run = bot.run_status.value
    return run is not None and run.is_dry


def mode_cell(bot: Snapshot) -> Cell:
    """What the user allows, and whether any money moves."""
    _, mode = badge(bot.bot, is_dry=is_dry(bot))
    return Cell(mode.text.strip(), Tone.WARN if mode.tone is Tone.ALERT else Tone.MUTED, mode.text)


def head(of: Purse, purses: Sequence[Purse], count: int) -> Line:
    """Which purse a line of sums is of, as wide as the longest name among them, and how many bots report in it."""
    width = max(LABEL, *(fmt.width(each.label) for each in purses))
    bots = f" {count} {'bot' if count == 1 else 'bots'}" if count else ""
    return (Span(f" {fmt.pad(of.label, width)}", Tone.STRONG), Span(bots, Tone.MUTED))


def sum_of(name: str, values: Sequence[float | None], unit: str) -> Line:
    """A sum of what is known, marked where something is missing; nothing known is no zero."""
    known = [value for value in values if value is not None]
    if not known:
        return (Span(f"  {name} {fmt.NOTHING}"),)
    total = sum(known)
    text = fmt.signed(total, fmt.money_decimals(unit, total))
    return (Span(f"  {name} "), Span(f"{text}{'' if len(known) == len(values) else '+?'}", gain(total)))


def is_old(bot: Snapshot, feed: Feed[object], now: datetime) -> bool:
    """True for what a bot told before it went away, or too long ago."""
    return is_away(bot.link) or feed.freshness(now) is Freshness.STALE


def old_mark(aged: Iterable[bool]) -> Line:
    """How many bots of a sum are old, for the place before it: a narrow screen cuts what is behind."""
    old = sum(aged)
    return (Span(f" ({old} old)", Tone.WARN),) if old else ()
