"""What the ticket says in each of its states, as title and lines for the room that the terminal gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from textual.geometry import Size

from gunbot_tui.engine.ticket import aged
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview, CloseAllPreview, OrderPreview, Preview
from gunbot_tui.ui.overlays.ticket_states import Question, Reviewing
from gunbot_tui.views import ticket as view
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.panel import first_fitting
from gunbot_tui.views.ticket_exits import exit_heads
from gunbot_tui.views.ticket_lines import wrapped

COMPACT_BELOW_ROWS = 30
WIDTH = 80
PADDING = 2
RULE = 4
"""What a title's rule takes at both ends."""
MOST_ROWS = 10
ROWS_BELOW = 2
"""What the frame keeps under the ticket."""
WHOLE_SIZE = f"{WIDTH}x{COMPACT_BELOW_ROWS}"
"""The size at which every ticket is whole."""
EDIT_KEYS: Line = (Span("enter review    tab other field    esc drop", Tone.MUTED),)
SHORT_EDIT_KEYS: Line = (Span("enter review  tab field  esc drop", Tone.MUTED),)
LOOK_KEYS: Line = (Span("e edit    q drop", Tone.STRONG),)
LOOK_TITLE = Span("PREVIEW ONLY ", Tone.WARN)
QUIET = (Tone.PLAIN, Tone.MUTED)

Text = tuple[Line, tuple[Line, ...]]
"""A title and the lines below it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a terminal has for the ticket; narrower than 80 columns it may be higher, to cut nothing."""

    width: int
    compact: bool
    most: int
    page: int = 0
    """Which page of a list of exits is read."""

    @classmethod
    def of(cls, size: Size, page: int = 0) -> Room:
        """The room on a screen of this size."""
        most = min(MOST_ROWS, size.height - ROWS_BELOW) - 1 if size.width < WIDTH else 0
        return cls(min(WIDTH, size.width) - PADDING, size.height < COMPACT_BELOW_ROWS, most, page)

    def lines(
        self, made: Preview, *, with_keys: bool, taken: int = 0, before: Preview | None = None
    ) -> tuple[Line, ...]:
        """The preview in this room; what reads otherwise than `before` is marked."""
        return view.lines(
            made,
            self.width,
            compact=self.compact,
            with_keys=with_keys,
            taken=taken,
            most=self.most,
            page=self.page,
            before=before,
        )


def asked(question: Question, room: Room) -> Text:
    """A question, what follows, and its key; all of it has to be read, so nothing is cut at the side."""
    keys: Line = (Span(question.key, Tone.ALERT), Span(f" {question.name}    q drop", Tone.STRONG))
    follows = [line for told in question.consequences for line in wrapped(told, room.width)]
    shown = (*follows, *((keys,) if question.is_answered else ()))
    return (Span(question.title, Tone.STRONG),), shown


def reviewed(shown: Reviewing, latest: Preview, snapshot: Snapshot, now: datetime, room: Room) -> Text:
    """A review with the latest numbers of its order; the send line is there once nothing is left to type."""
    is_asking = not shown.is_answered
    lines = room.lines(aged(latest, now), with_keys=not is_asking, taken=int(is_asking), before=shown.preview)
    return view.title(shown.preview, snapshot, room.width + PADDING - RULE), lines


def looked_at(made: Preview, snapshot: Snapshot, room: Room) -> Text:
    """A preview that nothing sends."""
    width = room.width + PADDING - RULE - len(LOOK_TITLE.text)
    return (LOOK_TITLE, *view.title(made, snapshot, width)), (
        *room.lines(made, with_keys=False, taken=1),
        LOOK_KEYS,
    )


def edited(made: Preview, reason: str, snapshot: Snapshot, room: Room, rows: int) -> Text:
    """An order that is being typed in so many fields; a reason says why it is none yet."""
    # What stands against it needs the room, and its keys are in the footer as well.
    has_keys = not (room.compact and made.blocks)
    keys = (first_fitting((EDIT_KEYS, SHORT_EDIT_KEYS), room.width),) if has_keys else ()
    told: Iterable[Line]
    told = ((Span(reason, Tone.MUTED),),) if reason else room.lines(made, with_keys=False, taken=rows + len(keys))
    return view.title(made, snapshot, room.width + PADDING - RULE), (*told, *keys)


def answer_hint(must_type: str, *, can_edit: bool) -> str:
    """What has to be typed, and the other keys."""
    return f"{must_type} to go on    {'e edit    ' if can_edit else ''}q drop"


def is_uncut(lines: tuple[Line, ...], made: Preview) -> bool:
    """Whether the lines of a review contain uncut everything of it that is not mere background."""
    # Whoever typed their number knows that there are more orders than lines; what they come to stands before them.
    if isinstance(made, CancelPreview) and made.must_type:
        return _loud(lines).startswith(_loud(view.lines(replace(made, commands=()), view.UNCUT)))
    if isinstance(made, CloseAllPreview):
        loud = _loud(lines)
        return all("".join(head.split()) in loud for head in exit_heads(made))
    ways = (made, view.briefer(made)) if isinstance(made, OrderPreview) else (made,)
    return _loud(lines) in [_loud(view.lines(way, view.UNCUT, most=view.UNCUT)) for way in ways]


def counted(made: Preview, room: Room) -> Preview:
    """A list of cancels that does not fit asks for its number."""
    if not isinstance(made, CancelPreview) or made.must_type or len(made.commands) < 2:
        return made
    is_whole = is_uncut(room.lines(made, with_keys=True), made)
    return made if is_whole else replace(made, must_type=str(len(made.commands)))


def _loud(lines: tuple[Line, ...]) -> str:
    """What must be read above the line of keys before it is confirmed, however it is broken into lines."""
    return "".join("".join(span.text.split()) for line in lines[:-1] for span in line if span.tone not in QUIET)
