"""The top of the frame before anything is known: which bot, what may be done with it, and the screens.

It needs next to nothing of the model, because it is what the first paint shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.views import panel
from gunbot_tui.views.cell import Line, Span, Tone

if TYPE_CHECKING:
    from gunbot_tui.model.market import Pair

TABS = (
    ("pairs", "Pairs", "Pr"),
    ("book", "Book", "Bk"),
    ("candles", "Candles", "Ca"),
    ("pnl", "PnL", "PnL"),
    ("orders", "Orders", "Or"),
    ("balances", "Balances", "Ba"),
    ("files", "Files", "Fi"),
    ("bot", "Bot", "Bot"),
    ("logs", "Logs", "Lo"),
)
"""Each screen's id, name and short name, in the order of the digit keys."""
FLEET = ("fleet", "Fleet", "Fl")
"""The screen on 0; its tab is there when there are several bots."""

BADGES = {
    TradeMode.CONFIRM: Span(" LIVE ", Tone.ALERT),
    TradeMode.DEMO: Span(" DEMO ", Tone.CALM),
    TradeMode.READ_ONLY: Span(" READ-ONLY ", Tone.CALM),
}
DRY = Span(" DRY ", Tone.CALM)


def badge(bot: BotRef, *, is_dry: bool = False) -> Line:
    """The bot's name and what the user allows; no money moves where the bot itself simulates its orders."""
    mode = DRY if is_dry and bot.mode is TradeMode.CONFIRM else BADGES[bot.mode]
    return (Span(f" {bot.name} ", Tone.STRONG), mode)


def tabs(current: str, width: int, selected: Pair | None, *, is_alone: bool = True) -> Line:
    """The screens with their digits, and the selected pair between the keys that change it."""
    name = selected.name if selected else "no pair"
    right: Line = (Span(f"{name}  ", Tone.STRONG), Span("[ ] ", Tone.MUTED))
    known = list(enumerate(TABS, 1)) if is_alone else [*enumerate(TABS, 1), (0, FLEET)]
    long = tuple(_tab(f" {digit} {name} ", current=tab == current) for digit, (tab, name, _) in known)
    short = tuple(_tab(f" {digit}{name}", current=tab == current) for digit, (tab, _, name) in known)
    digits = tuple(
        _tab(f" {digit}{name if tab == current else ''}", current=tab == current) for digit, (tab, _, name) in known
    )
    for left in (long, short, digits):
        if panel.cells(left) + panel.cells(right) < width:
            return panel.spread(left, right, width)
    return panel.first_fitting((short, digits), width)


def _tab(text: str, *, current: bool) -> Span:
    return Span(text, Tone.STRONG if current else Tone.MUTED)
