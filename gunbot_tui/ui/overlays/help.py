"""Help for the current screen: its keys, every typed command, and orders with examples that really parse."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from gunbot_tui.engine.grammar import EXAMPLES
from gunbot_tui.ui.keymap import TITLES, keys_of

PROMISES = (
    "An order is sent once. The bot only says that it took it; whether it rests or filled is read from the bot later.",
    "Gunbot gives no order number when it takes an order: a match with one of its orders is probable, never proven.",
    "Quitting cancels nothing, and there is no dead man's switch.",
)


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


def _page(view: str) -> Text:
    text = Text()
    _heading(text, f"Keys on {TITLES[view]}")
    for key in keys_of(view):
        text.append(f"  {key.shown:<12}", style="bold")
        text.append(f"{key.help}\n")
    _heading(text, "Orders: on the : line, in the palette, in the ticket")
    for example, meaning in EXAMPLES:
        text.append(f"  {example:<36}", style="bold")
        text.append(f"{meaning}\n")
    _heading(text, "Good to know")
    for promise in PROMISES:
        text.append(f"  {promise}\n")
    return text


def _heading(text: Text, title: str) -> None:
    if text:
        text.append("\n")
    text.append(f"{title}\n", style="bold underline")
