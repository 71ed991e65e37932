"""A one-line text field that takes its keys from the router one by one: a burst can't overtake its own Enter."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import Input

EDITING: list[BindingType] = [
    Binding("left", "cursor_left", show=False),
    Binding("right", "cursor_right", show=False),
    Binding("ctrl+left", "cursor_left_word", show=False),
    Binding("ctrl+right", "cursor_right_word", show=False),
    Binding("home", "home", show=False),
    Binding("end", "end", show=False),
    Binding("backspace", "delete_left", show=False),
    Binding("delete", "delete_right", show=False),
    Binding("ctrl+w", "delete_left_word", show=False),
    Binding("ctrl+u", "delete_left_all", show=False),
    Binding("ctrl+k", "delete_right_all", show=False),
]
HINT_GAP, SHORTEST_HINT = 3, 8
_ACTIONS = {binding.key: binding.action for binding in EDITING if isinstance(binding, Binding)}


class Field(Input, inherit_bindings=False):
    """An input without blinking, borders or keys of its own beyond editing."""

    BINDINGS = EDITING

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False, highlighter=None)
        self.cursor_blink = False
        self._hint = ""

    def hint(self, text: str) -> None:
        """Show a dimmed text behind what is typed, where there is room; it never becomes part of the value."""
        if text != self._hint:
            self._hint = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The text, and the hint in what it leaves free."""
        strip, width = super().render_line(y), self.content_size.width
        used = cell_len(self.value) + HINT_GAP
        if y or not self._hint or not self.value or width - used < SHORTEST_HINT:
            return strip
        hint = set_cell_size(self._hint, width - used)
        style = self.rich_style + self.get_component_rich_style("input--suggestion")
        return Strip([*strip.crop(0, used), Segment(hint, style)])

    def fill(self, text: str) -> None:
        """Replace the text and go to its end."""
        self.value = text
        self.cursor_position = len(text)

    async def press(self, event: events.Key) -> bool:
        """Edit with one key at once; False when the key means nothing to a text."""
        # Escape and a letter in a row arrive as one Alt chord, which nobody means as text.
        if event.is_printable and event.character is not None and not event.key.startswith("alt+"):
            self.insert_text_at_cursor(event.character)
            return True
        action = _ACTIONS.get(event.key)
        if action is None:
            return False
        getattr(self, f"action_{action}")()
        return True
