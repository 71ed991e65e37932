"""Fields under each other, with their words beside them: painted, because a ticket of fewer widgets opens sooner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.containers import Vertical
from textual.strip import Strip

from gunbot_tui.ui.field import Field
from gunbot_tui.ui.widgets.ink import ink_of, strip_of

LABEL_WIDTH = 9


class Words(NamedTuple):
    """What stands before a field, and behind it."""

    label: str
    hint: str = ""


class TicketField(Field):
    """A field that knows its look with the focus before: no rules are searched for it while a ticket opens."""

    COMPONENT_CLASSES = {"ticket-field--focused"}  # noqa: RUF012 - Textual declares it as a set on the class

    @property
    def rich_style(self) -> Style:
        """How the text looks."""
        return self.get_component_rich_style("ticket-field--focused") if self.has_focus else super().rich_style

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The style sheet has no rule for the focus."""

    def render_line(self, y: int) -> Strip:
        """The text, and what it leaves free in its own look."""
        return super().render_line(y).extend_cell_length(self.size.width, self.rich_style)


class LabelledFields(Vertical):
    """A column of fields; each one that is shown takes a line, and the style sheet leaves its label's room.

    Narrower than `hints_from` cells there are no hints.
    """

    COMPONENT_CLASSES = {"labelled-fields--words"}  # noqa: RUF012 - Textual declares it as a set on the class

    def __init__(self, *, id: str, hints_from: int = 0) -> None:
        super().__init__(id=id)
        self._hints_from = hints_from
        self._words: tuple[Words, ...] = ()

    def set_words(self, words: Sequence[Words]) -> None:
        """Put these beside the fields that are shown, from the first one on."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The words of line `y`, with the field's room left free."""
        ink, width = ink_of(self), self.size.width
        shown = [child for child in self.children if child.display]
        if y >= min(len(shown), len(self._words)):
            return Strip.blank(width, ink.base)
        label, hint = self._words[y]
        look = self.get_component_rich_style("labelled-fields--words")
        gap = LABEL_WIDTH - cell_len(label) + shown[y].size.width
        segments = [Segment(" ", ink.base), Segment(label, look), Segment(" " * gap, ink.base)]
        if width >= self._hints_from:
            segments.append(Segment(hint, look))
        return strip_of(segments, width, ink)
