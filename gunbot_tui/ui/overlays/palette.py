"""The palette: every command by name, and orders as they are typed.

It is our own because Textual's palette searches in the background and runs the hit it found then; here Enter looks at
the text that stands in the field at that moment and at nothing computed earlier.
"""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from gunbot_tui.engine.grammar import looks_like_order
from gunbot_tui.ui.command_line import RunLine
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.keymap import KEYS, Key
from gunbot_tui.views.format import fit

LABEL = 14
KEYS_SHOWN = 11
WIDEST = 92
"""The palette's width in the style sheet."""
TAKEN = 7
"""Cells of it that frame, padding and scrollbar take."""


def is_order(text: str) -> bool:
    """True for a text that begins like an order and goes on."""
    return looks_like_order(text) and len(text.split(maxsplit=1)) == 2


def hits(text: str) -> list[Key]:
    """The verbs whose name or help contains every word of the text, best first."""
    words = text.lower().split()
    found = [key for key in KEYS if all(word in _haystack(key) for word in words)]
    return sorted(found, key=lambda key: not any(name.startswith(text.lower()) for name in (*key.names, key.label)))


def _haystack(key: Key) -> str:
    return " ".join((key.label, key.help, *key.names)).lower()


class Palette(ModalScreen[None]):
    """A field over a list; what is chosen is carried out before the next key is looked at."""

    def __init__(self, run: RunLine) -> None:
        super().__init__()
        self._run = run
        self._listed = ""

    def compose(self) -> ComposeResult:
        """The field on top, the hits below."""
        with Vertical(id="palette"):
            yield Field(id="palette-field", placeholder="a command, or an order: buy 0.01 @ ask")
            options = OptionList(id="palette-hits", markup=False)
            options.can_focus = False
            yield options

    def on_mount(self) -> None:
        """Show everything at first."""
        self.set_focus(self.query_one(Field))
        self._show_hits("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search again on every change."""
        self._show_hits(event.value.strip())

    async def press(self, event: events.Key) -> bool:
        """Take one key: Enter answers with what the field says now."""
        options = self.query_one(OptionList)
        match event.key:
            case "enter":
                answer = self._answer()
                self.dismiss(None)
                await self._run(answer)
            case "escape" | "ctrl+c" | "ctrl+p":
                self.dismiss(None)
            case "up":
                options.action_cursor_up()
            case "down":
                options.action_cursor_down()
            case _:
                return await self.query_one(Field).press(event)
        return True

    def _answer(self) -> str:
        """The line to run: an order as it stands, or the verb under the highlight if the list is that of the text."""
        text = self.query_one(Field).value.strip()
        if is_order(text):
            return text
        found = hits(text)
        at = (self.query_one(OptionList).highlighted or 0) if text == self._listed else 0
        if not found:
            return text
        return f"={found[at if at < len(found) else 0].id}"

    def _show_hits(self, text: str) -> None:
        self._listed = text
        options = self.query_one(OptionList)
        options.clear_options()
        if is_order(text):
            options.add_option(Option(Text(f"preview: {text}")))
        else:
            room = min(WIDEST, self.size.width) - TAKEN
            options.add_options(_option(key, room) for key in hits(text))
        if options.option_count:
            options.highlighted = 0


def _option(key: Key, width: int) -> Option:
    """One line of the list: the verb, what it does as far as there is room, its keys."""
    room = max(0, width - LABEL - KEYS_SHOWN)
    text = Text(f"{key.label:<{LABEL}}")
    text.append(fit(key.help, max(0, room - 1)).ljust(room))
    text.append(fit(key.shown, KEYS_SHOWN), style="dim")
    return Option(text)
