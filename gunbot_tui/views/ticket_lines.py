"""Pieces of text on as few lines as they fit: what is sent is broken between its pieces, never cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone

SEPARATOR = " · "
ENLARGE = ": enlarge"


def packed(facts: Iterable[str], width: int) -> Iterable[Line]:
    """The facts on as few lines as they fit; one that is wider than a line is broken at its commas, then cut."""
    line = ""
    for fact in (part for whole in facts for part in _parts(whole, width)):
        joined = f"{line}{SEPARATOR}{fact}" if line else fact
        if line and fmt.width(joined) > width:
            yield (Span(line),)
            joined = fact
        line = joined
    if line:
        yield (Span(line),)


def snug(facts: Iterable[str], width: int) -> Iterable[Line]:
    """The same on still fewer lines: each fact goes where there is room first."""
    lines: list[str] = []
    for fact in (part for whole in facts for part in _parts(whole, width)):
        at = next((at for at, line in enumerate(lines) if fmt.width(f"{line}{SEPARATOR}{fact}") <= width), None)
        if at is None:
            lines.append(fact)
        else:
            lines[at] += f"{SEPARATOR}{fact}"
    return ((Span(line),) for line in lines)


def named(facts: Sequence[tuple[str, str]], width: int, room: int) -> tuple[Line, ...]:
    """As many of the facts as fit, and the names of the others; their number where the names leave room for none."""
    for by_name in (True, False):
        for count in range(len(facts), 1 if by_name else -1, -1):
            rest = [name for name, _ in facts[count:]]
            missing = f"left out: {', '.join(rest) if by_name else f'{len(rest)} facts'}" if rest else ""
            lines = tuple(snug(filter(None, (*(text for _, text in facts[:count]), missing)), width))
            if len(lines) <= room and fmt.width(missing) <= width:
                return lines
    return ()


def _parts(fact: str, width: int) -> list[str]:
    return [fact] if fmt.width(fact) <= width else fact.split(", ")


def wrapped(pieces: Iterable[Span], width: int) -> Iterable[Line]:
    """The pieces on as few lines as they fit, broken between them; one wider than a line is broken at its spaces."""
    line: Line = ()
    used = 0
    for piece in pieces:
        is_wide = fmt.width(piece.text) > width
        for text in piece.text.split() if is_wide else (piece.text,):
            cells = fmt.width(text)
            if line and used + 1 + cells > width:
                yield line
                line, used = (), 0
            gap = " " if line else ""
            line, used = (*line, Span(gap + text, piece.tone)), used + len(gap) + cells
    if line:
        yield line


def marked(sign: str, text: str, tone: Tone, width: int) -> Iterable[Line]:
    """A text of its own with a sign before it."""
    return wrapped((Span(f"{sign} {text}", tone),), width)


def counted(told: Sequence[tuple[Line, ...]], room: int, advice: str = ENLARGE) -> tuple[Line, ...]:
    """The texts that fit whole, and how many more there are: what is not shown must be known to be missing."""
    ends = list(accumulate(map(len, told)))
    if not ends or ends[-1] <= room:
        return tuple(chain.from_iterable(told))
    fit = bisect_right(ends, room - 1)
    return (*chain.from_iterable(told[:fit]), (Span(f"! {len(told) - fit} more{advice}", Tone.WARN),))


def listed(head: str, names: Sequence[str], width: int) -> str:
    """A head and as many of the names as have room on one line, the others counted."""
    for shown in range(len(names), 0, -1):
        more = f" and {len(names) - shown} more" if shown < len(names) else ""
        line = f"{head}: {' '.join(names[:shown])}{more}"
        if fmt.width(line) <= width:
            return line
    return head


def fitted(line: Line, width: int) -> Line:
    """The line cut to the width."""
    spans: list[Span] = []
    for span in line:
        text = fmt.fit(span.text, width)
        spans.append(Span(text, span.tone))
        width -= fmt.width(text)
    return tuple(span for span in spans if span.text)
