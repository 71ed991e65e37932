"""What the ticket can show, one value for each: an order being typed, a preview to look at, a review, a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gunbot_tui.model.command import Control
from gunbot_tui.model.ticket import Draft, OrderPreview, Preview
from gunbot_tui.views.cell import Line
from gunbot_tui.views.ticket import confirm_key


@dataclass(frozen=True, slots=True)
class Editing:
    """An order that is being typed; what the fields say goes into the draft when it is reviewed."""

    is_waiting: bool = False
    """True while a whole order waits for its market's first read; the first key ends that."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A preview that can't be confirmed, and therefore follows the market."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Reviewing:
    """An order or a cancel that waits for its capital."""

    preview: Preview
    online_since: datetime | None
    typed: str = ""
    """The answer so far where something has to be typed."""

    @property
    def must_type(self) -> str:
        """What has to be typed before the confirm key works."""
        return self.preview.must_type

    @property
    def is_answered(self) -> bool:
        """True when nothing is left to type."""
        return self.typed == self.must_type

    @property
    def agreed(self) -> Preview:
        """The preview with what was typed, as it is sent."""
        match self.preview:
            case OrderPreview(consent=consent) as made:
                return replace(made, consent=replace(consent, typed=self.typed))
            case made:
                return made


@dataclass(frozen=True, slots=True)
class Question:
    """A command that is no order and needs a confirm key: its name, what follows, and the capital that does it."""

    command: Control
    name: str
    title: str
    consequences: tuple[Line, ...]
    key: str
    must_type: str = ""
    typed: str = ""
    """The answer so far."""

    @property
    def is_answered(self) -> bool:
        """True when nothing is left to type."""
        return self.typed == self.must_type


State = Editing | Looking | Reviewing | Question


def key_of(state: State | None) -> str:
    """The capital that confirms; empty where nothing can be confirmed."""
    match state:
        case Question(key=key):
            return key
        case Reviewing(preview=made):
            return confirm_key(made)
        case _:
            return ""


def footer(state: State | None) -> tuple[tuple[str, str], ...]:
    """The keys that work, and what they do."""
    halt = ("ctrl+g", "halt")
    match state:
        case Editing():
            return (("enter", "review"), ("tab", "other field"), ("esc", "drop"), halt)
        case Looking():
            return (("e", "edit"), ("q", "drop"), halt)
        case Reviewing() | Question() if not state.is_answered:
            return ((state.must_type, "to go on"), ("q", "drop"), halt)
        case _:
            return ((key_of(state), "confirm"), ("q", "drop"), halt)
