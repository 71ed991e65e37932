"""Help for the current screen: its keys, the language of orders, and examples that really parse."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gunbot_tui.engine.grammar import DEAL_EXAMPLES, EXAMPLES
from gunbot_tui.ui.keymap import TITLES, keys_of

PROMISES = (
    "An order is sent once. The bot only says that it took it; whether it rests or filled is read from the bot later.",
    "Gunbot gives no order number when it takes an order: a match with one of its orders is probable, never proven.",
    "Quitting cancels nothing, and there is no dead man's switch.",
)

GRAMMAR = (
    ("buy, sell", "AMOUNT [PAIR] [@ PRICE], market, or one of the three below"),
    ("stop", "stop PRICE limit PRICE: the limit is placed once the market reaches the stop"),
    ("trail", "trail PRICE [@ PRICE]: where the stop stands at first, and what it is counted from"),
    ("oco", "oco PRICE stop PRICE limit PRICE: target, stop, and the limit behind the stop"),
    ("close", "AMOUNT [PAIR] [@ PRICE] or market, of a LONG or SHORT contract"),
    ("cancel", "ID, PAIR or all [PAIR], then everywhere and with bot for more than ours on the pair"),
    ("again", "[AMOUNT] [@ PRICE]: the last order with what is said about it"),
    ("AMOUNT", "0.01btc, 100usdt, $100, 25% of what is free, 25%pos of the position, all"),
    ("PRICE", "a number, bid, ask, mid, last, or one of these with +0.5% or -5"),
    ("?", "at the end of a line: only shows what it would be"),
)
KEYS_WIDE, WORDS_WIDE, INDENT = 12, 12, 2


class Help(ModalScreen[None]):
    """A page to scroll; any of q, ?, escape and enter closes it."""

    def __init__(self, view: str) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """One scrollable text."""
        with VerticalScroll(id="help"):
            yield Static(_page(self._view), markup=False)

    async def press(self, event: events.Key) -> bool:
        """Scroll or close."""
        page = self.query_one(VerticalScroll)
        match event.key:
            case "q" | "question_mark" | "escape" | "enter" | "ctrl+c" | "backspace":
                self.dismiss(None)
            case "j" | "down":
                page.scroll_down(animate=False)
            case "k" | "up":
                page.scroll_up(animate=False)
            case "pagedown" | "space":
                page.scroll_page_down(animate=False)
            case "pageup":
                page.scroll_page_up(animate=False)
            case "g" | "home":
                page.scroll_home(animate=False)
            case "G" | "end":
                page.scroll_end(animate=False)
            case _:
                return False
        return True


def _page(view: str) -> Group:
    return Group(
        _heading(f"Keys on {TITLES[view]}"),
        _columns([(key.shown, key.help) for key in keys_of(view)], KEYS_WIDE),
        _heading("Orders: on the : line, in the palette, in the ticket"),
        _columns(GRAMMAR, WORDS_WIDE),
        _heading("Examples"),
        _columns(EXAMPLES, max(len(example) for example, _ in EXAMPLES)),
        _heading("Examples for a bot that keeps trades of its own, as Freqtrade does"),
        _columns(DEAL_EXAMPLES, max(len(example) for example, _ in DEAL_EXAMPLES)),
        _heading("Good to know"),
        *(Text(f"  {promise}") for promise in PROMISES),
    )


def _columns(rows: Sequence[tuple[str, str]], width: int) -> Table:
    """Two columns, each broken within itself where the terminal is narrow."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", min_width=min(width, KEYS_WIDE) + INDENT, max_width=width + INDENT)
    table.add_column()
    for first, second in rows:
        table.add_row(Padding(Text(first), (0, 0, 0, INDENT)), Text(second))
    return table


def _heading(title: str) -> Text:
    return Text(f"\n{title}", style="bold underline")
